"""What a run on the example made of each planted error: `python -m examples.clinic.found LABELS.csv`."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

TRUTH = Path(__file__).parent / "truth.csv"
ID = "Unique ID"
WAITING = "waiting for people"

Row = Mapping[str, str]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def report(labels: Iterable[Row], truths: Iterable[Row]) -> Iterator[str]:
    """One line for each planted error, then the counts of wrong and of right labels.

    Args:
        labels: rows as `run.py export` writes them.
        truths: rows of truth.csv; those of instances that the run did not have are left out.
    """
    exported = {row[ID]: row for row in labels}
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    yield f"{'instance':<16}{'planted error':<15}{'benchmark says':<24}{'label':<20}truth"
    for truth in truths:
        row = exported.get(truth[ID])
        if row is None:
            continue
        planted = truth["error_kind"] != "none"
        counts[planted][row["label_status"] or WAITING] += 1
        if planted:
            label = row["label"] or WAITING
            before = row["Ground Truth Answer"]
            yield f"{truth[ID]:<16}{truth['error_kind']:<15}{before:<24}{label:<20}{truth['true_answer']}"
    yield ""
    for planted, what in ((True, "wrong"), (False, "right")):
        found = ", ".join(f"{count} {status}" for status, count in sorted(counts[planted].items()))
        yield f"{counts[planted].total()} labels of the benchmark are {what}: {found or 'none'}"


if __name__ == "__main__":
    print("\n".join(report(rows(Path(sys.argv[1])), rows(TRUTH))))
