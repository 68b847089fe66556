"""What people decide on in a run: an instance of a benchmark, or a cell of a safety run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic import JsonValue

from answers.model import Answer, AnswerSpec, CategoryAnswer
from benchmarks.model import Instance
from consensus.severity import PanelVerdict, panel_verdict
from consensus.votes import tally
from graphs.labels import reviewed_label
from graphs.runs import JobError, check_relabels, find_any_run_of
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from graphs.safety_labels import reviewed_verdict
from scenarios.model import Scenario
from store import safety
from store.cell_tracing import trace_cell
from store.errors import UnknownRecord
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.safety_records import SEVERITY_SPEC, CellRecord
from store.store import Store


class Item(Protocol):
    """What a record of a decision needs to know of it. An `Instance` is one, and so is a `Subject`."""

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


@dataclass(frozen=True)
class Subject:
    """An instance or a cell, as far as a decision on it needs it.

    `source_id` is how people call it: of a cell its scenario, since reviewers may not know the target.
    `label` is the benchmark's, `proposed` what most votes say, or the median of the panel.
    """

    id: str
    source_id: str
    spec: AnswerSpec
    label: Answer | None
    proposed: Answer | None


def subject_of(store: Store, run: RunRecord, instance_id: str) -> Subject:
    """The subject with this id in a run. Raises UnknownRecord."""
    if run.workflow == "safety":
        cell = safety.cell(store.file, run.id, instance_id)
        median = panel_of(store, cell).median
        leading = None if median is None else CategoryAnswer(value=median)
        name = scenario_of(safety_contract(store, run), cell).name
        return Subject(cell.instance_id, name, SEVERITY_SPEC, None, leading)
    instance = store.instance(run.benchmark_id, instance_id)
    votes = [record.vote() for record in store.votes(run.id, instance.id)]
    proposed = tally(votes, instance.spec).answer
    return Subject(instance.id, instance.source_id, instance.spec, instance.label, proposed)


def panel_of(store: Store, cell: CellRecord) -> PanelVerdict:
    """What the judgments of a cell amount to."""
    judgments = safety.judgments_of(store.file, cell.run_id, cell.instance_id)
    return panel_verdict([judgment.severity for judgment in judgments])


def scenario_of(contract: SafetyContract, cell: CellRecord) -> Scenario:
    """The scenario of a cell. Raises JobError where the contract has none with its id."""
    found = next((one for one in contract.pack.scenarios if one.id == cell.scenario_id), None)
    if found is None:
        raise JobError(
            f"cell {cell.instance_id} of run {cell.run_id} is of a scenario that the contract does not have; "
            "run `run.py verify`"
        )
    return found


def cell_trace_facts(store: Store, run: RunRecord, cell: CellRecord) -> dict[str, JsonValue]:
    """Everything that a safety run did for a cell, as JSON."""
    found = trace_cell(store.file, run.id, cell.instance_id)
    facts: dict[str, JsonValue] = found.model_dump(mode="json")
    facts["verdicts"] = facts.pop("labels")
    scenario = scenario_of(safety_contract(store, run), found.cell)
    return {**facts, "scenario": scenario.model_dump(mode="json")}


def decided_label(
    store: Store, run: RunRecord, decision: DecisionRecord, supersedes: int | None = None
) -> LabelRecord:
    """The label of a decision, which in a safety run is a verdict."""
    if run.workflow == "safety":
        return reviewed_verdict(store, decision, supersedes)
    return reviewed_label(store, run.benchmark_id, decision, supersedes)


def find_item(store: Store, reference: str, run: str | None) -> tuple[RunRecord, Instance | Subject]:
    """The run, and the instance or cell of it that is meant; where labels are decided, so no audit run.

    Without a run the latest relabelling run that worked on such an instance, else the latest safety run with
    such a cell, which is called by its target and rerun as well. Raises UnknownRecord, or JobError for an
    audit run.
    """
    if (found := find_cell(store, reference, run)) is not None:
        of, cell = found
        subject = subject_of(store, of, cell.instance_id)
        return of, replace(subject, source_id=f"{subject.source_id} ({cell.target}, rerun {cell.rep})")
    of, instance = find_any_run_of(store, reference, run)
    check_relabels(of)
    return of, instance


def find_cell(store: Store, reference: str, run: str | None) -> tuple[RunRecord, CellRecord] | None:
    """The safety run and its cell that is meant; None where an instance of another run is.

    Raises UnknownRecord where a safety run is named that has no such cell.
    """
    if run is not None:
        of = store.run(run)
        return (of, safety.cell(store.file, of.id, reference)) if of.workflow == "safety" else None
    try:
        find_any_run_of(store, reference, None)
    except UnknownRecord:
        for of in reversed(store.runs("safety")):
            with suppress(UnknownRecord):
                return of, safety.cell(store.file, of.id, reference)
    return None
