"""How many labels that an audit contradicts were revised, and how many of the revised it contradicts.

    python perf/audit_quality.py AUDIT.csv RELABELS.csv [--id uid] [--before y_orig] [--after y_final]
        [--list] [--json]

AUDIT.csv is what `run.py audit --out` writes. A label counts as revised if what RELABELS has before and after
differ under the calculator's agreement rule: 5% for numbers, equality for scores and dates; N/A agrees only
with N/A. Instances without a relabel are left out.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from answers.agreement import agrees
from answers.model import AnswerKind, AnswerSpec
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.rules import default_rule
from calculators.registry import find
from perf import command

_KINDS: tuple[AnswerKind, ...] = ("number", "date", "duration")

Row = Mapping[str, str]


class Judged(NamedTuple):
    """An instance of the audit that was relabelled."""

    source_id: str
    calculator: str
    cause: str
    contradicted: bool
    revised: bool


def revised(calculator: str, before: str, after: str) -> bool | None:
    """Whether a relabelling changed a label; None where one of the two cannot be read."""
    found = find(calculator)
    specs = [found.answer] if found else [AnswerSpec(kind=k, agreement=default_rule(k)) for k in _KINDS]
    for spec in specs:
        try:
            labels = [parse_answer(text, spec.kind, spec.unit) for text in (before, after)]
        except UnparsableAnswer:
            continue
        return not agrees(labels[0], labels[1], spec)
    return None


def judge(
    audit: Iterable[Row], relabels: Mapping[str, Row], before: str, after: str
) -> tuple[list[Judged], int]:
    """Every audited instance that has a relabel, and the number of relabels that could not be read."""
    judged: list[Judged] = []
    unreadable = 0
    for row in audit:
        source_id = next(iter(row.values()))
        relabel = relabels.get(source_id)
        if relabel is None:
            continue
        changed = revised(row["calculator"], relabel[before], relabel[after])
        if changed is None:
            unreadable += 1
        else:
            contradicted = row["contradicts"] == "true"
            judged.append(Judged(source_id, row["calculator"], row["cause"], contradicted, changed))
    return judged, unreadable


def facts(judged: list[Judged], unreadable: int) -> dict[str, object]:
    """Precision and recall of the contradicted labels; None where nothing is to divide by."""
    counts = Counter((row.contradicted, row.revised) for row in judged)
    both, contradicted = counts[True, True], counts[True, True] + counts[True, False]
    changed = both + counts[False, True]
    return {
        "relabelled": len(judged),
        "contradicted": contradicted,
        "revised": changed,
        "both": both,
        "precision": round(both / contradicted, 4) if contradicted else None,
        "recall": round(both / changed, 4) if changed else None,
        "unreadable relabels": unreadable,
    }


def main() -> None:
    """Read both files and print the counts."""
    parser = command.parser(__doc__)
    parser.add_argument("audit", type=Path)
    parser.add_argument("relabels", type=Path)
    parser.add_argument("--before", default="y_orig")
    parser.add_argument("--after", default="y_final")
    parser.add_argument("--list", action="store_true", help="list contradicted labels that were not revised")
    options = parser.parse_args()
    relabels = command.rows_by_id(options.relabels, options.id)
    with options.audit.open(newline="", encoding="utf-8") as file:
        judged, unreadable = judge(csv.DictReader(file), relabels, options.before, options.after)
    if options.list:
        for row in judged:
            if row.contradicted and not row.revised:
                print(f"{row.source_id}  {row.calculator} {row.cause}", file=sys.stderr)
    command.print_facts(facts(judged, unreadable), as_json=options.json, width=20)


if __name__ == "__main__":
    command.run(main)
