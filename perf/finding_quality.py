"""How many labels that an audit run found wrong were revised, and how many of the revised it found.

    python perf/finding_quality.py STORE RELABELS.csv [--id uid] [--before y_orig] [--after y_final]
        [--run RUN] [--json]

STORE holds an audit run, of which the latest counts. A label counts as revised if what RELABELS has before
and after differ under the calculator's agreement rule, as in audit_quality.py. Instances without a relabel
are left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from perf import command
from perf.audit_quality import Row, revised
from store.store import Store


class Judged(NamedTuple):
    """An audited instance that was relabelled."""

    verdict: str
    error_type: str | None
    revised: bool


def judge(
    store: Store, run_id: str, relabels: Mapping[str, Row], before: str, after: str
) -> Iterator[Judged]:
    """Every finding on an instance that has a relabel which can be read."""
    run = store.run(run_id)
    for finding in store.run_findings(run.id):
        instance = store.instance(run.benchmark_id, finding.instance_id)
        relabel = relabels.get(instance.source_id)
        changed = relabel and revised(instance.calculator or "", relabel[before], relabel[after])
        if changed is not None:
            yield Judged(finding.verdict, finding.error_type, bool(changed))


def facts(judged: list[Judged]) -> dict[str, object]:
    """Counts by verdict, precision and recall of `wrong`; None where nothing is to divide by."""
    verdicts = Counter(row.verdict for row in judged)
    changed = Counter(row.verdict for row in judged if row.revised)
    types = Counter(row.error_type for row in judged if row.error_type)
    right = Counter(row.error_type for row in judged if row.error_type and row.revised)
    revised_labels = sum(changed.values())
    return {
        "relabelled": len(judged),
        "revised": revised_labels,
        "wrong": verdicts["wrong"],
        "wrong and revised": changed["wrong"],
        "precision": _share(changed["wrong"], verdicts["wrong"]),
        "recall": _share(changed["wrong"], revised_labels),
        "stands": verdicts["stands"],
        "stands and revised": changed["stands"],
        "unsure": verdicts["unsure"],
        "unsure and revised": changed["unsure"],
        "precision by error type": {
            str(name): f"{right[name]} of {count}" for name, count in types.most_common()
        },
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def main() -> None:
    """Read the store and the relabels, and print the counts."""
    parser = command.parser(__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("relabels", type=Path)
    parser.add_argument("--before", default="y_orig")
    parser.add_argument("--after", default="y_final")
    parser.add_argument("--run")
    options = parser.parse_args()
    relabels = command.rows_by_id(options.relabels, options.id)
    with Store.open(options.store, read_only=True) as store:
        run = store.run(options.run) if options.run else store.latest_run(workflow="audit")
        found = facts(list(judge(store, run.id, relabels, options.before, options.after)))
    command.print_facts(found, as_json=options.json, width=24)


if __name__ == "__main__":
    command.run(main)
