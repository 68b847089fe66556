"""The nodes of the audit workflow: one verb each, returning a partial update."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal, TypedDict

from langgraph.runtime import Runtime
from langgraph.types import Command, Send

from agents.auditor import Judgement
from agents.errors import FailedVoteError
from consensus.findings import AuditVote, find
from consensus.route import More
from graphs.audit_deps import AuditDeps
from graphs.samples import BLOCKING, Blocked, all_back, blocked, by_sample
from store.audit_records import AuditVoteRecord, FindingRecord
from store.store import Store


class AuditState(TypedDict, total=False):
    """One instance's thread: ids and small frozen models. Texts stay in the store."""

    run_id: str
    instance_id: str
    dispatched: int
    """Samples sent out so far; consensus waits until all have come back."""
    votes: Annotated[list[AuditVote], by_sample]
    blocked: Annotated[list[Blocked], by_sample]


class AuditSample(TypedDict):
    """One sample."""

    run_id: str
    instance_id: str
    sample: int


async def prepare(state: AuditState, runtime: Runtime[AuditDeps]) -> Command[Literal["judge"]]:
    """Send out the first samples."""
    return _dispatch(state, 0, runtime.context.policy.votes)


async def judge(state: AuditSample, runtime: Runtime[AuditDeps]) -> Command[Literal["consensus"]]:
    """Ask the auditor once whether the label stands, unless this sample has voted before a kill."""
    deps = runtime.context
    if standing := deps.brief.votes.get(state["sample"]):
        return Command(update={"votes": [standing.vote()]}, goto="consensus")
    began = time.perf_counter()
    try:
        found: Judgement | str = await deps.auditor.judge(deps.audit, state["sample"])
    except FailedVoteError as error:
        found = f"auditor: {error}"
    except BLOCKING as error:
        return Command(update={"blocked": [blocked(state["sample"], error)]}, goto="consensus")
    record = _vote(state, found, time.perf_counter() - began)
    standing = await deps.writer.write(Store.add_audit_vote, record)
    return Command(update={"votes": [standing.vote()]}, goto="consensus")


async def consensus(state: AuditState, runtime: Runtime[AuditDeps]) -> Command[Literal["judge", "record"]]:
    """Once every sample is back: draw more samples, or record what they amount to."""
    votes = state.get("votes", [])
    if not all_back(state["dispatched"], (vote.sample for vote in votes), state.get("blocked", [])):
        return Command()
    deps = runtime.context
    found = find(votes, deps.audit.task.spec, deps.policy)
    if isinstance(found, More):
        return _dispatch(state, state["dispatched"], found.votes)
    return Command(goto="record")


async def record(state: AuditState, runtime: Runtime[AuditDeps]) -> dict[str, object]:
    """Write the finding, once."""
    deps = runtime.context
    found = find(state["votes"], deps.audit.task.spec, deps.policy)
    assert not isinstance(found, More), "consensus records only what is settled"
    finding = FindingRecord.of(state["run_id"], state["instance_id"], found)
    await deps.writer.write(Store.add_finding, finding)
    return {}


def _vote(state: AuditSample, found: Judgement | str, elapsed_s: float) -> AuditVoteRecord:
    ids = {"run_id": state["run_id"], "instance_id": state["instance_id"]}
    if isinstance(found, str):
        return AuditVoteRecord(**ids, sample=state["sample"], failure=found, elapsed_s=elapsed_s)
    return AuditVoteRecord(
        **ids,
        sample=state["sample"],
        verdict=found.verdict,
        error_type=found.error_type,
        reason=found.reason,
        answer=found.answer,
        evidence=found.evidence,
        elapsed_s=elapsed_s,
    )


def _dispatch(state: AuditState, first: int, count: int) -> Command[Any]:
    samples: list[AuditSample] = [
        {"run_id": state["run_id"], "instance_id": state["instance_id"], "sample": k}
        for k in range(first, first + count)
    ]
    return Command(update={"dispatched": first + count}, goto=[Send("judge", sample) for sample in samples])
