"""How many committed labels agree with a reference, and how much of the benchmark they cover.

    python perf/label_quality.py STORE REFERENCE.csv [--id uid] [--truth y_final] [--run RUN]
        [--skip-unreadable] [--list] [--json]

REFERENCE has one row an instance: its source id and the answer that counts as true. Agreement is the answer
spec's rule, with the tolerance taken of the reference; N/A agrees only with N/A. A label agrees with no
reference that cannot be read; with --skip-unreadable such instances are left out of the table and named
below it.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from answers.agreement import within_tolerance
from answers.format import format_answer
from answers.model import Answer
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.model import Instance
from perf import command
from store.records import LabelRecord
from store.store import Store


@dataclass
class Tally:
    """Instances with a reference, of which `committed` have a label and `agree` agree with it."""

    instances: int = 0
    committed: int = 0
    agree: int = 0

    def add(self, committed: bool, agrees: bool) -> None:
        """Count one instance."""
        self.instances += 1
        self.committed += committed
        self.agree += agrees

    def facts(self) -> dict[str, float | int | None]:
        """The counts with coverage and agreement; None where nothing is to divide by."""
        return {
            "instances": self.instances,
            "committed": self.committed,
            "coverage": round(self.committed / self.instances, 4) if self.instances else None,
            "agree": self.agree,
            "share": round(self.agree / self.committed, 4) if self.committed else None,
        }


@dataclass
class Incomputable:
    """How well instances without an answer are found: by reference, by label, and by both."""

    references: int = 0
    labels: int = 0
    both: int = 0

    def facts(self) -> dict[str, float | int | None]:
        """The counts with recall and precision; None where nothing is to divide by."""
        return {
            "references": self.references,
            "labels": self.labels,
            "both": self.both,
            "recall": round(self.both / self.references, 4) if self.references else None,
            "precision": round(self.both / self.labels, 4) if self.labels else None,
        }


@dataclass
class Measured:
    """Tallies by group, and the instances that were left out of them."""

    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """all, with a registered calculator, label changed, and each calculator."""
    unreadable: dict[str, bool] = field(default_factory=dict)
    """Source id of an instance that was left out → whether it has a label all the same."""
    incomputable: Incomputable = field(default_factory=Incomputable)
    disagreeing: list[str] = field(default_factory=list)
    """A line for each committed label that does not agree with its reference."""

    def facts(self) -> dict[str, object]:
        """Everything as JSON values."""
        tallies: dict[str, object] = {group: tally.facts() for group, tally in self.groups.items()}
        tallies["incomputable"] = self.incomputable.facts()
        return tallies | ({"unreadable reference": self.unreadable} if self.unreadable else {})


def read_reference(instance: Instance, truth: str) -> Answer | None:
    """The reference as a typed answer; None where it cannot be read."""
    try:
        return parse_answer(truth, instance.spec.kind, instance.spec.unit)
    except UnparsableAnswer:
        return None


def measure(
    store: Store, run_id: str, references: Mapping[str, str], *, skip_unreadable: bool = False
) -> Measured:
    """Compare a run's labels with references (source id → the true answer as spelled)."""
    run = store.run(run_id)
    labels = {label.instance_id: label for label in store.labels(run.id)}
    selected = set(store.work(run.id))
    found = Measured()
    for instance in store.instances(run.benchmark_id):
        truth = references.get(instance.source_id)
        if truth is None or instance.id not in selected:
            continue
        label, reference = labels.get(instance.id), read_reference(instance, truth)
        if reference is None and skip_unreadable:
            found.unreadable[instance.source_id] = label is not None
        else:
            _compare(found, instance, label, reference, truth)
    return found


def _compare(
    found: Measured, instance: Instance, label: LabelRecord | None, reference: Answer | None, truth: str
) -> None:
    answer = label.answer if label else None
    good = answer is not None and reference is not None and within_tolerance(answer, reference, instance.spec)
    groups = ["all"]
    if instance.calculator:
        groups += ["with a registered calculator", instance.calculator]
    if label is not None and label.status != "confirmed":
        groups.append("label changed")
    for group in groups:
        found.groups[group].add(label is not None, good)
    missing = reference is not None and reference.kind == "incomputable"
    found.incomputable.references += missing
    found.incomputable.labels += answer is not None and answer.kind == "incomputable"
    found.incomputable.both += missing and good
    if label is not None and not good:
        said = "ambiguous" if answer is None else format_answer(answer)
        unread = "" if reference else ", which cannot be read"
        found.disagreeing.append(
            f"{instance.source_id}  {instance.calculator}: {said}, reference {truth}{unread}"
        )


def main() -> None:
    """Read the store and the reference, and print the table."""
    parser = command.label_parser(__doc__)
    parser.add_argument("--list", action="store_true", help="list committed labels that disagree")
    parser.add_argument("--skip-unreadable", action="store_true", help="leave out unreadable references")
    options = parser.parse_args()
    with command.run_and_references(options) as (store, run_id, references):
        found = measure(store, run_id, references, skip_unreadable=options.skip_unreadable)
    if options.list:
        for line in found.disagreeing:
            print(line, file=sys.stderr)
    if options.json:
        print(json.dumps(found.facts(), indent=2))
    else:
        _print_table(found)


def _print_table(found: Measured) -> None:
    print(f"{'group':<32} instances  committed        agree")
    for group, tally in found.groups.items():
        coverage = f"{tally.committed / tally.instances:.1%}" if tally.instances else "-"
        share = f"{tally.agree / tally.committed:.1%}" if tally.committed else "-"
        committed = f"{tally.committed:>4} {coverage:>7}"
        print(f"{group:<32} {tally.instances:>9}  {committed}  {tally.agree:>4} {share:>7}")
    print(f"incomputable: {found.incomputable.facts()}")
    if found.unreadable:
        labelled = sum(found.unreadable.values())
        print(f"{'unreadable reference':<32} {len(found.unreadable):>9}  {labelled:>4}")
        names = (f"{name} (committed)" if held else name for name, held in found.unreadable.items())
        print(f"  {', '.join(names)}")


if __name__ == "__main__":
    command.run(main)
