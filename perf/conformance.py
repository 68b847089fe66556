"""How many recomputed answers agree with an independent implementation on a benchmark's stored inputs.

    python perf/conformance.py BENCHMARK REFERENCE.csv [--id uid] [--truth y_ref] [--convention ID=OPTION]
        [--list] [--json]

REFERENCE has one row an instance: its source id and the answer of the other implementation. Agreement is the
calculator's own rule: 5% for numbers, equality for scores and dates. Where a question leaves a convention
open, any option may agree; those that agree only under another option than the default are counted apart.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from answers.format import format_answer
from benchmarks.audit import parse_stored
from benchmarks.build import interpreted
from benchmarks.model import Instance
from benchmarks.read import OpenBenchmark, open_benchmark
from calculators.conformance import check_label
from calculators.registry import get
from perf import command
from perf.label_quality import read_reference

Outcome = Literal["agrees", "agrees under another convention", "differs", "not computed", "no calculator"]


class Compared(NamedTuple):
    """One row of the reference: what came of it, and a line that says so."""

    source_id: str
    calculator: str
    outcome: Outcome
    line: str

    @property
    def agrees(self) -> bool:
        """Whether it agrees, under whatever option of an open convention."""
        return self.outcome.startswith("agrees")


def compare(
    opened: OpenBenchmark, references: Mapping[str, str], conventions: Mapping[str, str]
) -> Iterator[Compared]:
    """Compare every instance that has a reference, in the benchmark's order."""
    for cells, result in interpreted(opened.table, opened.interpret):
        if isinstance(result, Instance) and (reference := references.get(result.source_id)) is not None:
            yield _compare(result, cells[opened.stored_inputs_column or ""], reference, conventions)


def _compare(instance: Instance, stored: str, reference: str, conventions: Mapping[str, str]) -> Compared:
    if instance.calculator is None:
        name = instance.calculator_name or ""
        line = f"{instance.source_id}  {name}: no calculator"
        return Compared(instance.source_id, name, "no calculator", line)
    calculator = get(instance.calculator)
    typed = read_reference(instance.model_copy(update={"spec": calculator.answer}), reference)
    check = check_label(
        calculator,
        parse_stored(stored),
        typed,
        calculator.answer,
        question=instance.question,
        conventions=conventions,
    )
    outcome: Outcome = "differs" if check.contradicts else "agrees"
    if check.contradicts is None:
        outcome = "not computed"
    elif not check.contradicts and check.detail:
        outcome = "agrees under another convention"
    said = format_answer(check.recomputed) if check.recomputed else "nothing"
    line = f"{instance.source_id}  {calculator.id}: {said}, reference {reference}; {check.detail}"
    line = "; ".join([line, *map(str, check.corrections)])
    return Compared(instance.source_id, calculator.id, outcome, line)


def facts(compared: list[Compared]) -> dict[str, object]:
    """The counts, and the share of all rows that agree."""
    outcomes = Counter(row.outcome for row in compared)
    other = outcomes["agrees under another convention"]
    agreeing = sum(row.agrees for row in compared)
    return {
        "rows": len(compared),
        "agreeing": agreeing,
        "share": round(agreeing / len(compared), 4) if compared else None,
        "only under another convention": other,
        "differing": outcomes["differs"],
        "not computed": outcomes["not computed"],
        "no calculator": outcomes["no calculator"],
    }


def main() -> None:
    """Read benchmark and reference, and print the counts."""
    parser = command.parser(__doc__)
    parser.add_argument("benchmark")
    parser.add_argument("reference", type=Path)
    parser.add_argument("--truth", default="y_ref")
    parser.add_argument("--convention", action="append", default=[], metavar="ID=OPTION")
    parser.add_argument("--list", action="store_true", help="list the rows that do not agree")
    options = parser.parse_args()
    references = command.column_by_id(options.reference, options.id, options.truth)
    conventions = dict(text.split("=", 1) for text in options.convention)
    compared = list(compare(open_benchmark(options.benchmark), references, conventions))
    if options.list:
        for row in compared:
            if not row.agrees:
                print(row.line, file=sys.stderr)
    command.print_facts(facts(compared), as_json=options.json, width=32)


if __name__ == "__main__":
    command.run(main)
