"""What people decide on in a run: an instance of a benchmark, or a cell of a safety run."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from answers.model import Answer, AnswerSpec, CategoryAnswer
from consensus.severity import PanelVerdict, panel_verdict
from consensus.votes import tally
from graphs.labels import reviewed_label
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract
from graphs.safety_labels import reviewed_verdict
from scenarios.model import Scenario
from store import safety
from store.cell_tracing import trace_cell
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.safety_records import SEVERITY_SPEC, CellRecord
from store.store import Store


@dataclass(frozen=True)
class Subject:
    """An instance or a cell, as far as a decision on it needs it.

    `source_id` is how people call it: of a cell its scenario, since reviewers may not know the target.
    `original` is the benchmark's label, `proposed` what most votes say, or the median of the panel.
    """

    id: str
    source_id: str
    spec: AnswerSpec
    original: Answer | None
    proposed: Answer | None


def subject_of(store: Store, run: RunRecord, instance_id: str) -> Subject:
    """The subject with this id in a run. Raises UnknownRecord."""
    if run.workflow == "safety":
        cell = safety.cell(store.file, run.id, instance_id)
        contract = SafetyContract.model_validate(store.contract(run.contract_sha))
        median = panel_of(store, cell).median
        leading = None if median is None else CategoryAnswer(value=median)
        return Subject(cell.instance_id, scenario_of(contract, cell).name, SEVERITY_SPEC, None, leading)
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


def cell_facts(store: Store, run: RunRecord, reference: str) -> dict[str, JsonValue]:
    """Everything that a safety run did for the cell with this id or unique prefix, as JSON."""
    found = trace_cell(store.file, run.id, reference)
    facts: dict[str, JsonValue] = found.model_dump(mode="json")
    facts["verdicts"] = facts.pop("labels")
    scenario = scenario_of(SafetyContract.model_validate(store.contract(run.contract_sha)), found.cell)
    return {**facts, "scenario": scenario.model_dump(mode="json")}


def decided_label(
    store: Store, run: RunRecord, decision: DecisionRecord, supersedes: int | None = None
) -> LabelRecord:
    """The label of a decision, which in a safety run is a verdict."""
    if run.workflow == "safety":
        return reviewed_verdict(store, decision, supersedes)
    return reviewed_label(store, run.benchmark_id, decision, supersedes)
