"""Which run is meant, and what it was started with."""

from __future__ import annotations

from benchmarks.model import Instance
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
    """Raise JobError where a run is an audit, which has findings and no labels."""
    if run.workflow != "relabel":
        raise JobError(
            f"run {run.id} is an audit of original labels: it has findings, which `status {run.id}` shows, "
            "and no labels; name a run of `relabel`"
        )


def find_run(store: Store, reference: str | None) -> RunRecord:
    """The relabelling run that is meant; without a reference the latest.

    Raises UnknownRecord, or JobError where an audit run is meant.
    """
    found = store.run(reference) if reference else store.latest_run()
    check_relabels(found)
    return found


def find_any_run(store: Store, reference: str | None) -> RunRecord:
    """The run that is meant, whatever its workflow; without a reference the latest relabelling run.

    Where the store has audit runs alone it is the latest of these. Raises UnknownRecord.
    """
    if reference:
        return store.run(reference)
    runs = store.runs() or store.runs(None)
    return runs[-1] if runs else store.latest_run()


def find_run_of(store: Store, instance: str, reference: str | None) -> tuple[RunRecord, Instance]:
    """The run, and the instance in it. Without a reference: the latest relabelling run with the instance."""
    if reference:
        run = store.run(reference)
        return run, store.trace(run.id, instance).instance
    for run in reversed(store.runs()):
        try:
            return run, store.trace(run.id, instance).instance
        except UnknownRecord:
            continue
    raise UnknownRecord(f"no run in {store.path} has an instance {instance!r}")
