"""A run's labels as a table: the benchmark's own columns first, then what was decided and how."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from answers.format import format_answer
from benchmarks.export import ExportRow, export_csv, refuse_source
from benchmarks.model import Instance
from graphs.checkpoints import store_files
from graphs.runs import JobError
from store.records import LabelRecord, RunRecord
from store.store import Store


def export_run(store: Store, run: RunRecord, out: Path) -> int:
    """Write every instance of the run's benchmark, in its own order; returns the number of rows.

    An instance without a label has an empty one, and its reason says what it waits for or why its label was
    retracted. Raises what `check_target` does.
    """
    check_target(store, run, out)
    return export_csv(out, store.benchmark(run.benchmark_id).columns, _rows(store, run))


def check_target(store: Store, run: RunRecord, out: Path) -> None:
    """Raise JobError where a file that is to be written is the store or one of its own files, BenchmarkError
    where it is the run's benchmark.
    """
    if out.resolve() in store_files(store.path):
        raise JobError(f"{out} belongs to the store {store.path}; export to another file")
    refuse_source(out, store.benchmark(run.benchmark_id).source)


def _rows(store: Store, run: RunRecord) -> Iterator[ExportRow]:
    selected = set(store.work(run.id))
    labels = {label.instance_id: label for label in store.labels(run.id)}
    why = {e.instance_id: f"awaiting review: {e.reason}" for e in store.open_escalations(run.id)}
    why |= {r.instance_id: f"retracted: {r.reason}" for r in store.retractions(run.id)}
    for instance in store.instances(run.benchmark_id):
        label = labels.get(instance.id)
        if label is not None:
            yield _labelled(instance, label)
        else:
            missing = (
                "not finished: resume the run" if instance.id in selected else "not selected for this run"
            )
            yield _unlabelled(instance, why.get(instance.id, missing))


def _labelled(instance: Instance, label: LabelRecord) -> ExportRow:
    return ExportRow(
        source_row=instance.row,
        label="" if label.answer is None else format_answer(label.answer, style="medcalc"),
        label_status=label.status,
        decided_by=label.decided_by,
        agreement=label.agreement,
        n_votes=label.n_votes,
        reason=label.reason,
    )


def _unlabelled(instance: Instance, reason: str) -> ExportRow:
    return ExportRow(
        source_row=instance.row,
        label="",
        label_status="",
        decided_by="",
        agreement=None,
        n_votes=0,
        reason=reason,
    )
