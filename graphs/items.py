"""What a thread is about, and a decision with it: an instance of a benchmark, or a cell of a safety run."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple, Protocol

from answers.model import Answer, AnswerSpec
from graphs.runs import check_relabels, find_any_run_of
from graphs.safety_jobs import safety_contract
from store import safety
from store.errors import UnknownRecord
from store.records import RunRecord
from store.safety_records import SEVERITY_SPEC, CellRecord
from store.store import Store


class Item(Protocol):
    """What decisions need to know of it. An `Instance` is one, a `CellItem` another."""

    @property
    def id(self) -> str:
        """As in the run's work."""
        ...

    @property
    def source_id(self) -> str:
        """How people call it."""
        ...

    @property
    def spec(self) -> AnswerSpec:
        """What an answer to it must look like."""
        ...

    @property
    def label(self) -> Answer | None:
        """The original label, if there is one."""
        ...


class CellItem(NamedTuple):
    """A cell; people call it by its scenario, target and rerun."""

    id: str
    source_id: str
    spec: AnswerSpec = SEVERITY_SPEC
    label: Answer | None = None


def cell_item(store: Store, run: RunRecord, cell: CellRecord) -> CellItem:
    """A cell as what a decision is about."""
    names = {scenario.id: scenario.name for scenario in safety_contract(store, run).pack.scenarios}
    called = f"{names.get(cell.scenario_id, cell.scenario_id)} ({cell.target}, rerun {cell.rep})"
    return CellItem(cell.instance_id, called)


def find_item(store: Store, reference: str, run: str | None) -> tuple[RunRecord, Item]:
    """The run, and the instance or cell of it that is meant; where labels are decided, so no audit run.

    Without a run the latest relabelling run that worked on such an instance, else the latest safety run with
    such a cell. Raises UnknownRecord, or JobError for an audit run.
    """
    if (found := find_cell(store, reference, run)) is not None:
        of, cell_id = found
        return of, cell_item(store, of, safety.cell(store.file, of.id, cell_id))
    of, instance = find_any_run_of(store, reference, run)
    check_relabels(of)
    return of, instance


def find_cell(store: Store, reference: str, run: str | None) -> tuple[RunRecord, str] | None:
    """The safety run and the id of its cell that is meant; None where an instance of another run is.

    Raises UnknownRecord where a safety run is named that has no such cell.
    """
    if run is not None:
        of = store.run(run)
        return (
            (of, safety.cell(store.file, of.id, reference).instance_id) if of.workflow == "safety" else None
        )
    try:
        find_any_run_of(store, reference, None)
    except UnknownRecord:
        for of in reversed(store.runs("safety")):
            with suppress(UnknownRecord):
                return of, safety.cell(store.file, of.id, reference).instance_id
    return None
