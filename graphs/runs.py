"""Which run is meant, and what it was started with."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.model import Benchmark, Instance
from graphs.contract import (
    RelabelContract,
)
from graphs.options import RunOptions
from store.errors import UnknownRecord
from store.records import (
    RunRecord,
)
from store.store import Store


class JobError(Exception):
    """What was asked for cannot be done; the message says why and what to do instead."""


def contract_for(store: Store, run: RunRecord) -> RelabelContract:
    """A relabelling run's contract from the store."""
    return RelabelContract.model_validate(store.contract(run.contract_sha))


def options_of(run: RunRecord) -> RunOptions:
    """The options that a run was started with."""
    return RunOptions.model_validate(run.settings)


def asked_votes(store: Store, run: RunRecord) -> int:
    """How many votes every instance of a run got at first, before more were asked for."""
    return RelabelContract.model_validate(store.contract(run.contract_sha)).policy.votes


def check_relabels(run: RunRecord) -> None:
    """Raise JobError where a run does not relabel: an audit has findings, a safety run verdicts."""
    if run.workflow == "audit":
        raise JobError(
            f"run {run.id} is an audit of original labels: it has findings, which `status {run.id}` shows, "
            "and no labels; name a run of `relabel`"
        )
    if run.workflow == "safety":
        raise JobError(
            f"run {run.id} is a safety run: it has verdicts on what targets said, and no labels of a "
            "benchmark; `safety` has the commands for it"
        )


def find_run(store: Store, reference: str | None) -> RunRecord:
    """The relabelling run that is meant; without a reference the latest.

    Raises UnknownRecord, or JobError where an audit run is meant.
    """
    found = store.run(reference) if reference else store.latest_run()
    check_relabels(found)
    return found


def find_runs(store: Store, references: Sequence[str]) -> list[RunRecord]:
    """The relabelling runs that are meant, in this order; without references the latest alone.

    Raises UnknownRecord, or JobError as `check_one_benchmark`.
    """
    found = [store.run(reference) for reference in references] or [store.latest_run()]
    check_one_benchmark(found)
    return found


def check_one_benchmark(runs: Sequence[RunRecord]) -> None:
    """Raise JobError where runs make no label set: they are over several benchmarks, or one is an audit."""
    for run in runs:
        check_relabels(run)
    if len({run.benchmark_id for run in runs}) != 1:
        named = ", ".join(run.id for run in runs)
        raise JobError(f"runs of one benchmark make a label set, and these are not: {named}")


def benchmark_of(store: Store, run: RunRecord) -> Benchmark:
    """The benchmark of a run with all its instances and rejections, as it was read when the run was made."""
    record = store.benchmark(run.benchmark_id)
    return Benchmark(
        name=record.name,
        source=record.source,
        sha256=record.sha256,
        columns=record.columns,
        instances=tuple(store.instances(record.id)),
        rejections=tuple(store.rejections(record.id)),
    )


def find_any_run(store: Store, reference: str | None) -> RunRecord:
    """The run that is meant, whatever its workflow; without a reference the latest relabelling run.

    Where the store has audit runs alone it is the latest of these. Raises UnknownRecord.
    """
    if reference:
        return store.run(reference)
    runs = store.runs() or store.runs(None)
    return runs[-1] if runs else store.latest_run()


def find_any_run_of(store: Store, instance: str, reference: str | None) -> tuple[RunRecord, Instance]:
    """The run, whatever its workflow, and the instance in it.

    Without a reference the latest relabelling run that worked on the instance. Raises UnknownRecord.
    """
    if reference:
        run = store.run(reference)
        return run, store.trace(run.id, instance).instance
    for run in reversed(store.runs()):
        try:
            return run, store.trace(run.id, instance).instance
        except UnknownRecord:
            continue
    raise UnknownRecord(f"no run in {store.path} has an instance {instance!r}")
