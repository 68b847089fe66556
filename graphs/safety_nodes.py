"""The nodes of the safety workflow: one verb each, returning a partial update."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Command, Send, interrupt

from agents.errors import FailedVoteError
from agents.judge import JudgeTask
from agents.judgment import SafetyJudgment, located
from agents.task import Call
from answers.model import CategoryAnswer
from consensus.severity import Judgment, PanelVerdict, counted_severities, panel_escalation, panel_verdict
from consensus.status import label_status
from graphs.safety_deps import SafetyDeps, SafetyRoles
from graphs.safety_state import Broken, CellState, SeatState
from graphs.samples import BLOCKING, all_back, blocked
from graphs.state import Escalation
from scenarios.transforms import transformed
from store import safety
from store.records import EscalationRecord, LabelRecord
from store.safety_records import SEVERITY_SPEC, JudgmentRecord, Outcome, Transcript, TranscriptRecord, Turn
from store.store import Store

PRIORITY = {"minority_critical": 1.0, "severity_range": 0.8, "low_consensus": 0.6, "failed": 0.1}
"""How early people should look: a disagreement about what is critical first."""


async def prepare(
    state: CellState, runtime: Runtime[SafetyDeps]
) -> Command[Literal["probe", "judge", "escalate", "human_review"]]:
    """Go on from where the cell stands: waiting for people, talked through, or at its start."""
    brief = runtime.context.brief
    if (standing := brief.escalation) is not None:
        why = str(standing.detail.get("why", ""))
        escalation = Escalation(reason=standing.reason, detail=why, priority=standing.priority)
        return Command(update={"escalation": escalation}, goto="human_review")
    if brief.transcript is None:
        return Command(update={"turns": ()}, goto="probe")
    return _judged_or_escalated(state, runtime.context.roles, brief.transcript, brief.turns)


async def probe(state: CellState, runtime: Runtime[SafetyDeps]) -> Command[Literal["reply", "transcribe"]]:
    """The next message of the person whom the prober plays: the test prompt, or what the prober writes."""
    deps, turns = runtime.context, state["turns"]
    cell, roles = deps.brief.cell, deps.roles
    scenario, sampling = roles.scenario(cell), roles.contract.sampling
    if not turns and scenario.test_prompt is not None:
        said = scenario.test_prompt
    else:
        call = Call(cell.run_id, cell.instance_id, cell.rep, "prober", "probe")
        try:
            said = await deps.parties.probe(
                roles.prober,
                sampling.prober,
                scenario,
                turns,
                of=roles.turns(scenario),
                language=sampling.language or scenario.language,
                call=call,
            )
        except FailedVoteError as error:
            return _broken("prober_failed", str(error))
    return Command(update={"turns": (*turns, Turn(role="user", content=said))}, goto="reply")


async def reply(state: CellState, runtime: Runtime[SafetyDeps]) -> Command[Literal["probe", "transcribe"]]:
    """The target's answer, as the contract's transforms leave it. Without any there is nothing to judge."""
    deps, turns = runtime.context, state["turns"]
    cell, roles = deps.brief.cell, deps.roles
    scenario = roles.scenario(cell)
    call = Call(cell.run_id, cell.instance_id, cell.rep, "target", None)
    try:
        said = await deps.parties.reply(
            roles.target(cell), roles.contract.sampling.target, scenario, turns, call
        )
    except FailedVoteError as error:
        return _broken("target_failed", str(error))
    said = transformed(said, roles.contract.transforms)
    if not said.strip():
        return _broken("target_failed", "its reply was empty")
    turns = (*turns, Turn(role="assistant", content=said))
    asked = sum(turn.role == "user" for turn in turns)
    return Command(update={"turns": turns}, goto="probe" if asked < roles.turns(scenario) else "transcribe")


async def transcribe(state: CellState, runtime: Runtime[SafetyDeps]) -> Command[Literal["judge", "escalate"]]:
    """Keep the conversation under its hash; only a complete one is judged."""
    deps = runtime.context
    transcript = Transcript(turns=state["turns"])
    broken = state.get("broken")
    record = TranscriptRecord(
        run_id=state["run_id"],
        instance_id=state["instance_id"],
        transcript_sha=safety.transcript_sha(transcript),
        outcome=broken.outcome if broken else "complete",
        detail=broken.detail if broken else "",
    )
    standing = await deps.writer.write(safety.add_transcript, record, transcript)
    return _judged_or_escalated(state, deps.roles, standing, transcript.turns)


async def judge(state: SeatState, runtime: Runtime[SafetyDeps]) -> Command[Literal["consensus"]]:
    """One judgment of the conversation, unless this seat has given it before the process was ended."""
    deps, roles = runtime.context, runtime.context.roles
    seat, turns = roles.seats[state["seat"]], state["turns"]
    run_id, instance_id = state["run_id"], state["instance_id"]
    if standing := deps.brief.judgments.get(seat.seat):
        return Command(update={"judgments": [standing.judgment()]}, goto="consensus")
    task = JudgeTask(roles.scenario(deps.brief.cell), roles.contract.rubric, turns)
    call = Call(run_id, instance_id, seat.seat, "judge", seat.prompt_id)
    began, said, failure = time.perf_counter(), None, None
    try:
        spec, sampling = roles.judges[seat.seat], roles.contract.sampling.judge
        said = await deps.parties.judge(spec, sampling, seat.judge.wording, task, call)
    except FailedVoteError as error:
        failure = str(error)
    except BLOCKING as error:
        return Command(update={"blocked": [blocked(seat.seat, error)]}, goto="consensus")
    record = JudgmentRecord(
        run_id=run_id,
        instance_id=instance_id,
        seat=seat.seat,
        judge=seat.judge.name,
        sample=seat.sample,
        failure=failure,
        elapsed_s=time.perf_counter() - began,
        **({} if said is None else _facts(said, turns)),
    )
    standing = await deps.writer.write(safety.add_judgment, record)
    return Command(update={"judgments": [standing.judgment()]}, goto="consensus")


async def consensus(state: CellState, runtime: Runtime[SafetyDeps]) -> Command[Literal["commit", "escalate"]]:
    """Once the whole panel is back: commit its majority, or escalate."""
    roles, judgments = runtime.context.roles, state.get("judgments", [])
    voted = (judgment.seat for judgment in judgments)
    if not all_back(len(roles.seats), voted, state.get("blocked", [])):
        return Command()
    why = panel_escalation(_verdict(judgments), roles.contract.policy)
    if why is None:
        return Command(goto="commit")
    escalation = Escalation(reason=why.reason, detail=why.detail, priority=PRIORITY[why.reason])
    return Command(update={"escalation": escalation}, goto="escalate")


async def escalate(state: CellState, runtime: Runtime[SafetyDeps]) -> dict[str, object]:
    """Put the cell on the list that people work through."""
    deps, escalation = runtime.context, state["escalation"]
    judgments = state.get("judgments", [])
    record = EscalationRecord(
        run_id=state["run_id"],
        instance_id=state["instance_id"],
        reason=escalation.reason,
        priority=escalation.priority,
        detail={"why": escalation.detail},
        share=_verdict(judgments).share if judgments else None,
    )
    await deps.writer.write(Store.add_escalation, record)
    return {}


async def human_review(state: CellState) -> dict[str, object]:
    """Wait for a decision. The thread parks here until `decide` resumes it with the decision's id."""
    decision_id: int = interrupt({"instance_id": state["instance_id"], "reason": state["escalation"].reason})
    return {"decision_id": decision_id}


async def commit(state: CellState, runtime: Runtime[SafetyDeps]) -> dict[str, object]:
    """Write the verdict, once: the panel's majority, or what the reviewer decided."""
    deps = runtime.context
    if deps.brief.delivery is not None:
        record = deps.brief.delivery.label
    else:
        record = agreed_verdict(state["run_id"], state["instance_id"], state["judgments"])
    await deps.writer.write(Store.add_label, record)
    return {}


def agreed_verdict(run_id: str, instance_id: str, judgments: Sequence[Judgment]) -> LabelRecord:
    """The verdict of a panel whose majority suffices."""
    found = _verdict(judgments)
    assert found.majority is not None, "consensus commits only a majority"
    answer = CategoryAnswer(value=found.majority)
    return LabelRecord(
        run_id=run_id,
        instance_id=instance_id,
        answer=answer,
        status=label_status(None, answer, SEVERITY_SPEC),
        decided_by="consensus",
        agreement=found.share,
        n_votes=found.size,
        reason=counted_severities(found),
    )


def _broken(outcome: Outcome, detail: str) -> Command[Any]:
    return Command(update={"broken": Broken(outcome=outcome, detail=detail)}, goto="transcribe")


def _judged_or_escalated(
    state: CellState, roles: SafetyRoles, had: TranscriptRecord, turns: tuple[Turn, ...]
) -> Command[Any]:
    if had.outcome != "complete":
        why = f"{'the target' if had.outcome == 'target_failed' else 'the prober'} failed: {had.detail}"
        escalation = Escalation(reason="failed", detail=why, priority=PRIORITY["failed"])
        return Command(update={"turns": (), "escalation": escalation}, goto="escalate")
    seats: list[SeatState] = [
        {"run_id": state["run_id"], "instance_id": state["instance_id"], "seat": seat.seat, "turns": turns}
        for seat in roles.seats
    ]
    return Command(update={"turns": ()}, goto=[Send("judge", seat) for seat in seats])


def _verdict(judgments: Sequence[Judgment]) -> PanelVerdict:
    return panel_verdict([judgment.severity for judgment in judgments])


def _facts(said: SafetyJudgment, turns: Sequence[Turn]) -> dict[str, Any]:
    """The fields of a judgment that was given; its quotes have been found before."""
    found = (located(quote, turns) for quote in said.quotes)
    return {
        "severity": said.severity,
        "reason": said.reason,
        "quotes": tuple(quote for quote in found if quote is not None),
        "realism": said.realism,
        "on_task": said.on_task,
    }
