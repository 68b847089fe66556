"""The nodes of the relabelling workflow: one verb each, returning a partial update."""

from __future__ import annotations

from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send, interrupt

from consensus.review import change_size
from consensus.route import Commit, Escalate, More, priority, route
from consensus.status import label_status
from consensus.votes import tally
from graphs.deps import Deps
from graphs.samples import BLOCKING, all_back, blocked
from graphs.sampling import cast_vote
from graphs.state import Escalation, RelabelState, SampleState
from graphs.triage import hand_over
from store.records import EscalationRecord, LabelRecord
from store.store import Store


async def prepare(
    state: RelabelState, runtime: Runtime[Deps]
) -> Command[Literal["sample", "escalate", "human_review"]]:
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


async def sample(state: SampleState, runtime: Runtime[Deps]) -> Command[Literal["consensus"]]:
    """Have one sample vote, unless it has before the process was ended."""
    deps, number = runtime.context, state["sample"]
    standing = deps.brief.votes.get(number)
    try:
        if standing is None:
            standing = await deps.writer.write(Store.add_vote, await cast_vote(deps, number))
    except BLOCKING as error:
        return Command(update={"blocked": [blocked(number, error)]}, goto="consensus")
    return Command(update={"votes": [standing.vote()]}, goto="consensus")


async def consensus(
    state: RelabelState, runtime: Runtime[Deps]
) -> Command[Literal["sample", "commit", "escalate"]]:
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
        {"run_id": state["run_id"], "instance_id": state["instance_id"], "sample": number}
        for number in range(first, first + count)
    ]
    return Command(update={"dispatched": first + count}, goto=[Send("sample", one) for one in samples])


def _escalate(why: Escalate, urgency: float) -> Command[Any]:
    escalation = Escalation(reason=why.reason, detail=why.detail, priority=urgency)
    return Command(update={"escalation": escalation}, goto="escalate")
