"""The nodes of the relabelling workflow: one verb each, returning a partial update."""

from __future__ import annotations

import time
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send, interrupt

from agents.critic import Critique
from agents.errors import FailedVoteError
from agents.task import Task
from calculators.model import Derivation
from consensus.review import change_size
from consensus.route import Commit, Escalate, More, priority, route
from consensus.status import label_status
from consensus.votes import tally
from graphs.deps import Deps
from graphs.samples import BLOCKING, all_back, blocked
from graphs.state import Escalation, RelabelState, SampleState
from graphs.triage import hand_over
from store.records import EscalationRecord, LabelRecord, VoteRecord
from store.store import Store


async def prepare(
    state: RelabelState, runtime: Runtime[Deps]
) -> Command[Literal["extract", "escalate", "human_review"]]:
    """Send out the first samples; escalate what no annotator of this run can vote on.

    An escalation on record stands: its thread goes back to where it waited, with the votes it had.
    """
    deps = runtime.context
    if (standing := deps.brief.escalation) is not None:
        votes = [record.vote() for record in deps.brief.votes.values()]
        escalation = Escalation(
            reason=standing.reason, detail=str(standing.detail.get("why", "")), priority=standing.priority
        )
        return Command(update={"votes": votes, "escalation": escalation}, goto="human_review")
    if not deps.annotator.covers(deps.task):
        detail = "no registered calculator that this annotator can work with fits the question"
        return _escalate(Escalate("no_calculator", detail), priority(None, "no_calculator"))
    return _dispatch(state, 0, deps.policy.votes)


async def extract(state: SampleState, runtime: Runtime[Deps]) -> Command[Literal["calculate", "consensus"]]:
    """Read the inputs of one sample, unless it has voted before the process was ended."""
    deps = runtime.context
    if standing := deps.brief.votes.get(state["sample"]):
        return Command(update={"votes": [standing.vote()]}, goto="consensus")
    began = time.perf_counter()
    try:
        inputs = await deps.annotator.extract(deps.task, state["sample"], state["objection"])
    except FailedVoteError as error:
        return await _vote(deps, _worked(state, began), failure=f"extractor: {error}")
    except BLOCKING as error:
        return _block(state, error)
    return Command(goto=Send("calculate", {**_worked(state, began), "inputs": inputs}))


async def calculate(state: SampleState, runtime: Runtime[Deps]) -> Command[Literal["critique", "consensus"]]:
    """Execute the formula on what was read."""
    deps = runtime.context
    began = time.perf_counter()
    try:
        derivation = await deps.annotator.calculate(
            deps.task, state["sample"], state["inputs"], state["objection"]
        )
    except FailedVoteError as error:
        return await _vote(deps, _worked(state, began), failure=f"executor: {error}")
    except BLOCKING as error:
        return _block(state, error)
    derived: SampleState = {**_worked(state, began), "derivation": derivation}
    if derivation.unclear:
        return await _vote(deps, derived, failure=_abstention(derivation))
    return Command(goto=Send("critique", derived))


async def critique(state: SampleState, runtime: Runtime[Deps]) -> Command[Literal["extract", "consensus"]]:
    """Check the derivation; send it back once with the objection, then let it vote, objection and all."""
    deps = runtime.context
    began = time.perf_counter()
    try:
        verdict = await deps.annotator.critique(deps.task, state["sample"], state["derivation"])
    except FailedVoteError as error:
        return await _vote(deps, _worked(state, began), failure=f"critic: {error}")
    except BLOCKING as error:
        return _block(state, error)
    state = _worked(state, began)
    if verdict.objections and state["objection"] is None:
        objection = "; ".join(str(objection) for objection in verdict.objections)
        again: SampleState = {
            "run_id": state["run_id"],
            "instance_id": state["instance_id"],
            "sample": state["sample"],
            "objection": objection,
            "worked": state["worked"],
        }
        return Command(goto=Send("extract", again))
    return await _vote(deps, state, derivation=state["derivation"], verdict=verdict)


async def consensus(
    state: RelabelState, runtime: Runtime[Deps]
) -> Command[Literal["extract", "commit", "escalate"]]:
    """Once every sample is back: commit, draw more samples, or escalate."""
    deps = runtime.context
    votes, reasons = state.get("votes", []), state.get("blocked", [])
    if not all_back(state["dispatched"], (vote.sample for vote in votes), reasons):
        return Command()
    found = tally(votes, deps.task.spec)
    match route(found, votes, deps.policy):
        case Commit():
            return Command(goto="commit")
        case More(votes=count):
            return _dispatch(state, state["dispatched"], count)
        case Escalate() as why:
            return _escalate(why, priority(found, why.reason))


async def escalate(state: RelabelState, runtime: Runtime[Deps]) -> dict[str, object]:
    """Put the instance on the list that people work through."""
    deps, escalation = runtime.context, state["escalation"]
    instance = deps.brief.instance
    found = tally(state.get("votes", []), instance.spec)
    record = EscalationRecord(
        run_id=state["run_id"],
        instance_id=state["instance_id"],
        reason=escalation.reason,
        priority=escalation.priority,
        detail={"why": escalation.detail},
        share=found.share if found.n_votes else None,
        change=change_size(found.leading, instance.label, instance.spec),
    )
    await deps.writer.write(hand_over, record)
    return {}


async def human_review(state: RelabelState) -> dict[str, object]:
    """Wait for a decision. The thread parks here until `decide` resumes it with the decision's id."""
    decision_id: int = interrupt({"instance_id": state["instance_id"], "reason": state["escalation"].reason})
    return {"decision_id": decision_id}


async def commit(state: RelabelState, runtime: Runtime[Deps]) -> dict[str, object]:
    """Write the label, once: by consensus, or as the reviewer decided."""
    deps = runtime.context
    delivery = deps.brief.delivery
    record = delivery.label if delivery is not None else _agreed(state, deps)
    await deps.writer.write(Store.add_label, record)
    return {}


def _agreed(state: RelabelState, deps: Deps) -> LabelRecord:
    spec = deps.task.spec
    found = tally(state["votes"], spec)
    assert found.answer is not None, "route commits only what has an answer"
    size = len(found.groups[0].samples)
    return LabelRecord(
        run_id=state["run_id"],
        instance_id=state["instance_id"],
        answer=found.answer,
        status=label_status(deps.brief.instance.label, found.answer, spec),
        decided_by="consensus",
        agreement=found.share,
        n_votes=found.n_votes,
        reason=f"{size} of {found.n_votes} votes agree",
    )


def _dispatch(state: RelabelState, first: int, count: int) -> Command[Any]:
    samples: list[SampleState] = [
        {"run_id": state["run_id"], "instance_id": state["instance_id"], "sample": k, "objection": None}
        for k in range(first, first + count)
    ]
    return Command(update={"dispatched": first + count}, goto=[Send("extract", sample) for sample in samples])


def _escalate(why: Escalate, urgency: float) -> Command[Any]:
    escalation = Escalation(reason=why.reason, detail=why.detail, priority=urgency)
    return Command(update={"escalation": escalation}, goto="escalate")


async def _vote(
    deps: Deps,
    sample: SampleState,
    *,
    derivation: Derivation | None = None,
    verdict: Critique | None = None,
    failure: str | None = None,
) -> Command[Any]:
    record = VoteRecord(
        run_id=sample["run_id"],
        instance_id=sample["instance_id"],
        sample=sample["sample"],
        answer=derivation.answer if derivation and failure is None else None,
        failure=failure,
        derivation=derivation or sample.get("derivation"),
        extraction=[value.model_dump(mode="json") for value in sample.get("inputs", ())],
        critique=verdict.model_dump(mode="json") if verdict else None,
        objections=tuple(str(objection) for objection in verdict.objections) if verdict else (),
        open_conventions=_open_conventions(deps.task, derivation),
        elapsed_s=sample["worked"],
    )
    standing = await deps.writer.write(Store.add_vote, record)
    return Command(update={"votes": [standing.vote()]}, goto="consensus")


def _open_conventions(task: Task, derivation: Derivation | None) -> tuple[str, ...]:
    """Conventions that neither the contract nor the calculator fixes and that change this answer."""
    if derivation is None or task.calculator is None:
        return ()
    return tuple(
        convention.id
        for convention in task.calculator.conventions
        if convention.default is None
        and convention.id not in task.conventions
        and convention.id in derivation.alternatives
    )


def _abstention(derivation: Derivation) -> str:
    why = derivation.answer.reason if derivation.answer.kind == "incomputable" else ""
    return f"extractor: abstained, since it could not tell {', '.join(derivation.unclear)}: {why}"


def _worked(state: SampleState, began: float) -> SampleState:
    """The sample's state with the time of one more node."""
    return {**state, "worked": state.get("worked", 0.0) + time.perf_counter() - began}


def _block(state: SampleState, error: Exception) -> Command[Any]:
    return Command(update={"blocked": [blocked(state["sample"], error)]}, goto="consensus")
