"""How many committed labels agree with a reference, and how much of the benchmark they cover.

    python perf/label_quality.py STORE REFERENCE.csv [--id uid] [--truth y_final] [--run RUN]
        [--list] [--json]

REFERENCE has one row an instance: its source id and the answer that counts as true. Agreement is the answer
spec's rule, with the tolerance taken of the reference; N/A agrees only with N/A.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from answers.agreement import within_tolerance
from answers.format import format_answer
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.model import Instance
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


def agrees_with(label: LabelRecord, instance: Instance, truth: str) -> bool:
    """Whether a label agrees with the reference's spelling; an unreadable reference agrees with nothing."""
    if label.answer is None:
        return False
    try:
        reference = parse_answer(truth, instance.spec.kind, instance.spec.unit)
    except UnparsableAnswer as error:
        print(f"{instance.source_id}: {error}", file=sys.stderr)
        return False
    return within_tolerance(label.answer, reference, instance.spec)


def measure(store: Store, run_id: str, reference: dict[str, str], listed: bool) -> dict[str, Tally]:
    """Tallies by group: all, with a registered calculator, revised labels, and each calculator."""
    run = store.run(run_id)
    labels = {label.instance_id: label for label in store.labels(run.id)}
    selected = set(store.work(run.id))
    tallies: dict[str, Tally] = defaultdict(Tally)
    for instance in store.instances(run.benchmark_id):
        truth = reference.get(instance.source_id)
        if truth is None or instance.id not in selected:
            continue
        label = labels.get(instance.id)
        good = label is not None and agrees_with(label, instance, truth)
        groups = ["all"]
        if instance.calculator:
            groups += ["with a registered calculator", instance.calculator]
        if label is not None and label.status != "confirmed":
            groups.append("label changed")
        for group in groups:
            tallies[group].add(label is not None, good)
        if listed and label is not None and not good:
            said = "ambiguous" if label.answer is None else format_answer(label.answer)
            print(f"{instance.source_id}  {instance.calculator}: {said}, reference {truth}", file=sys.stderr)
    return tallies


def main() -> None:
    """Read the store and the reference, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("store", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--id", default="uid")
    parser.add_argument("--truth", default="y_final")
    parser.add_argument("--run")
    parser.add_argument("--list", action="store_true", help="list committed labels that disagree")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with options.reference.open(newline="", encoding="utf-8") as file:
        reference = {row[options.id]: row[options.truth] for row in csv.DictReader(file)}
    with Store.open(options.store, read_only=True) as store:
        run = store.run(options.run) if options.run else store.latest_run()
        tallies = measure(store, run.id, reference, options.list)
    if options.json:
        print(json.dumps({group: tally.facts() for group, tally in tallies.items()}, indent=2))
        return
    print(f"{'group':<32} instances  committed        agree")
    for group, tally in tallies.items():
        coverage = f"{tally.committed / tally.instances:.1%}" if tally.instances else "-"
        share = f"{tally.agree / tally.committed:.1%}" if tally.committed else "-"
        committed = f"{tally.committed:>4} {coverage:>7}"
        print(f"{group:<32} {tally.instances:>9}  {committed}  {tally.agree:>4} {share:>7}")


if __name__ == "__main__":
    main()
