"""The labels of runs as a label set, and label sets by the names that a user gives them."""

from __future__ import annotations

from collections.abc import Sequence

from answers.format import format_answer
from benchmarks.label_sets import ORIGINAL, LabelSet, SetLabel, original_labels, read_label_set
from benchmarks.model import Benchmark
from graphs.jobs import JobError
from store.records import LabelRecord, RunRecord
from store.store import Store

RELEASED = "released"


def run_labels(store: Store, runs: Sequence[RunRecord]) -> LabelSet:
    """What runs over one benchmark have committed; of an instance in several runs, the last run's label.

    What the last of them has retracted has none, whatever an earlier run said. Raises JobError where the
    runs are of different benchmarks.
    """
    if len({run.benchmark_id for run in runs}) != 1:
        named = ", ".join(run.id for run in runs)
        raise JobError(f"runs of one benchmark make a label set, and these are not: {named}")
    current: dict[str, LabelRecord | None] = {}
    for run in runs:
        current |= {label.instance_id: label for label in store.labels(run.id)}
        current |= {retraction.instance_id: None for retraction in store.retractions(run.id)}
    labels = {
        instance.source_id: _set_label(current.get(instance.id))
        for instance in store.instances(runs[0].benchmark_id)
    }
    return LabelSet(name=RELEASED, source=str(store.path), labels=labels)


def _set_label(label: LabelRecord | None) -> SetLabel:
    if label is None:
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
