"""The labels of runs as a label set, and label sets by the names that a user gives them."""

from __future__ import annotations

from collections.abc import Sequence

from answers.format import format_answer
from benchmarks.label_sets import ORIGINAL, LabelSet, SetLabel, original_labels, read_label_set
from benchmarks.model import Benchmark
from graphs.runs import JobError, check_one_benchmark
from store.records import LabelRecord, RetractionRecord, RunRecord
from store.store import Store

RELEASED = "released"


def committed(
    store: Store, runs: Sequence[RunRecord]
) -> dict[str, tuple[RunRecord, LabelRecord | RetractionRecord]]:
    """Instance id → the run that said last what its label is, or took it back, and what it said.

    Of an instance in several runs the last counts which has a label or a retraction of it.
    """
    found: dict[str, tuple[RunRecord, LabelRecord | RetractionRecord]] = {}
    for run in runs:
        found |= {label.instance_id: (run, label) for label in store.labels(run.id)}
        found |= {taken.instance_id: (run, taken) for taken in store.retractions(run.id)}
    return found


def run_labels(store: Store, runs: Sequence[RunRecord]) -> LabelSet:
    """What stands of the labels of runs, as `committed` says. Raises JobError as `check_one_benchmark`."""
    check_one_benchmark(runs)
    current = committed(store, runs)
    labels = {
        instance.source_id: _set_label(current[instance.id][1] if instance.id in current else None)
        for instance in store.instances(runs[0].benchmark_id)
    }
    return LabelSet(name=RELEASED, source=str(store.path), labels=labels)


def _set_label(label: LabelRecord | RetractionRecord | None) -> SetLabel:
    if not isinstance(label, LabelRecord):
        return SetLabel(gap="unlabelled")
    if label.answer is None:
        return SetLabel(gap="ambiguous")
    return SetLabel(answer=label.answer, text=format_answer(label.answer, style="medcalc"))


def label_sets(
    references: Sequence[str], benchmark: Benchmark, released: LabelSet | None = None
) -> list[LabelSet]:
    """The label sets that references mean: `original`, `released` (a store's runs), or FILE[#COLUMN].

    Raises JobError where one is named twice or the released labels are asked for and there are none,
    BenchmarkError as `read_label_set` does.
    """
    found: dict[str, LabelSet] = {}
    for reference in references:
        if reference in found:
            raise JobError(f"the label set {reference!r} is named twice")
        found[reference] = _label_set(reference, benchmark, released)
    return list(found.values())


def _label_set(reference: str, benchmark: Benchmark, released: LabelSet | None) -> LabelSet:
    if reference == ORIGINAL:
        return original_labels(benchmark)
    if reference == RELEASED:
        if released is None:
            raise JobError("`released` are the labels of a run: say which with --store and --run")
        return released
    return read_label_set(reference, benchmark)
