"""What a reviewer does, from taking up an instance to the label: each step on record before it is answered.

A blind answer comes first and is kept as it is. The decision after the reveal is one transaction with what it
replaces; a thread that waits for it is resumed after that, once, by whichever process comes first.
"""

from __future__ import annotations

from answers.format import format_answer
from answers.model import Answer, IncomputableAnswer
from consensus.model import Choice
from consensus.review import standing
from graphs.audit_sample import draw
from graphs.audit_verdicts import draw_verdicts
from graphs.contract import read_contract
from graphs.engine import open_engine
from graphs.lock import deciding
from graphs.options import RunOptions
from graphs.runs import JobError
from graphs.subjects import Subject, decided_label, subject_of
from graphs.triage import refresh
from store.desk import clear_draft, release
from store.queue import is_disputed, last_settling
from store.records import DecisionRecord, RunRecord
from store.store import Store

NO_LABEL = "the benchmark gives no label"
NO_CONSENSUS = "no answer has most of the votes"
"""Why `original` or `consensus` cannot be chosen."""
NOT_OF_CELLS = "nothing is computed of a conversation"


class StaleRevisionError(JobError):
    """Someone else has settled the instance since it was opened. `decision` is what it rests on now."""

    def __init__(self, source_id: str, decision: DecisionRecord) -> None:
        said = format_answer(decision.answer) if decision.answer else decision.status or "no answer"
        super().__init__(
            f"{source_id} was settled meanwhile: {decision.reviewer} decided {said}; "
            "look at it again and decide anew, or leave it"
        )
        self.decision = decision


class OutOfTurnError(JobError):
    """A step of a review that is not the next one: a second blind answer, a decision before the first."""


def revision(store: Store, run: RunRecord, instance_id: str) -> int:
    """What a form is filled in against: the id of the decision that settles the instance, 0 without one."""
    return last_settling(store.file, run.id, instance_id)


def blind_answer(store: Store, run: RunRecord, instance_id: str, reviewer: str) -> DecisionRecord | None:
    """The answer that a reviewer gave before the reveal."""
    return next((d for d in store.decisions(run.id, instance_id) if d.blind and d.reviewer == reviewer), None)


def opinion(store: Store, run: RunRecord, instance_id: str, reviewer: str) -> DecisionRecord | None:
    """What a reviewer said last after the reveal."""
    said = [d for d in store.decisions(run.id, instance_id) if d.is_opinion and d.reviewer == reviewer]
    return said[-1] if said else None


def answer_blind(store: Store, run: RunRecord, decision: DecisionRecord) -> DecisionRecord:
    """Record a blind answer and drop its draft; returns it with its id. The same form again changes nothing.

    Raises OutOfTurnError where the reviewer has given one, and JobError where people are not asked.
    """
    if not decision.blind:
        raise ValueError("a blind answer is a blind decision")
    with store.transaction():
        _check_asked(store, run, decision.instance_id)
        standing_answer = blind_answer(store, run, decision.instance_id, decision.reviewer)
        if standing_answer is None:
            standing_answer = store.add_decision(decision.model_copy(update={"standing": "opinion"}))
        elif decision.submission is None or standing_answer.submission != decision.submission:
            raise OutOfTurnError("your blind answer is on record already; go on with the reveal")
        clear_draft(store, run.id, decision.instance_id, decision.reviewer)
    return standing_answer


def chosen_answer(store: Store, run: RunRecord, subject: Subject, decision: DecisionRecord) -> Answer | None:
    """The answer that a choice stands for; `mine` is the decision's own answer, else the blind one.

    Raises JobError where there is none: no original label, or no largest group of votes.
    """
    choice = decision.choice
    match choice:
        case "original":
            return _needed(subject.label, choice, NO_LABEL)
        case "consensus":
            return _needed(subject.proposed, choice, NO_CONSENSUS)
        case "incomputable" if run.workflow == "safety":
            return _needed(None, choice, NOT_OF_CELLS)
        case "incomputable":
            own = decision.answer
            return own if own and own.kind == "incomputable" else IncomputableAnswer(reason=decision.note)
        case "ambiguous" | "another_expert":
            return None
        case _:
            blind = blind_answer(store, run, subject.id, decision.reviewer)
            return _needed(decision.answer or (blind.answer if blind else None), "mine", "you gave none")


def _needed(answer: Answer | None, choice: Choice, why: str) -> Answer:
    if answer is None:
        raise JobError(f"{choice!r} cannot be chosen: {why}; choose another answer")
    return answer


async def settle(
    store: Store, run: RunRecord, decision: DecisionRecord, *, needed: int, seen: int
) -> DecisionRecord:
    """Record a decision after the reveal and, where it settles the instance, commit the label.

    Takes, returns and raises what `record` does; also raises BusyError where another process has been
    delivering decisions for a minute: the decision is on record then, and `resume` delivers it.
    """
    recorded = record(store, run, decision, needed=needed, seen=seen)
    await deliver(store, run, recorded.instance_id)
    return recorded


def record(
    store: Store, run: RunRecord, decision: DecisionRecord, *, needed: int, seen: int
) -> DecisionRecord:
    """Record a decision after the reveal, and the label in place of one that there is.

    Where there is none yet, `deliver` has the thread that waits for the decision commit it.

    Args:
        store: the store.
        run: the run.
        decision: with its `choice`; answer, status and standing follow from it and are set here.
        needed: opinions that an instance needs.
        seen: the `revision` that the reviewer saw.

    Returns:
        The decision as it is on record. The same form again returns it and changes nothing.

    Raises:
        OutOfTurnError: without a blind answer of this reviewer; after an adjudication.
        StaleRevisionError: someone else settled the instance meanwhile.
        JobError: the choice stands for no answer, or people are not asked about the instance.
    """
    with store.transaction():
        sent = store.submitted(decision.submission) if decision.submission else None
        return sent or _record(store, run, decision, needed, seen)


def _record(store: Store, run: RunRecord, decision: DecisionRecord, needed: int, seen: int) -> DecisionRecord:
    instance_id, reviewer = decision.instance_id, decision.reviewer
    _check_asked(store, run, instance_id)
    subject = subject_of(store, run, instance_id)
    if blind_answer(store, run, instance_id, reviewer) is None:
        raise OutOfTurnError("give your blind answer first")
    before = store.decisions(run.id, instance_id)
    settled = next((d for d in before if d.id == revision(store, run, instance_id)), None)
    if settled is not None:
        if settled.id != seen and settled.reviewer != reviewer:
            raise StaleRevisionError(subject.source_id, settled)
        if settled.standing == "adjudication":
            raise OutOfTurnError(f"{settled.reviewer} has adjudicated this instance; it is settled")
    said = decision.model_copy(
        update={
            "answer": chosen_answer(store, run, subject, decision),
            "status": "ambiguous" if decision.choice == "ambiguous" else None,
        }
    )
    earlier = [d.opinion() for d in before if d.is_opinion]
    what = standing(said.opinion(), earlier, subject.spec, needed)
    return _write(store, run, said.model_copy(update={"standing": what}))


def opinions(store: Store, run: RunRecord, instance_id: str) -> list[DecisionRecord]:
    """What each reviewer said last, in the order in which they said it; who abstained is left out."""
    latest = {d.reviewer: d for d in store.decisions(run.id, instance_id) if d.is_opinion}
    return sorted((d for d in latest.values() if not d.abstains), key=lambda decision: decision.id or 0)


async def adjudicate(store: Store, run: RunRecord, decision: DecisionRecord, *, seen: int) -> DecisionRecord:
    """Settle an instance about which reviewers differ; `seen` is the id of the last opinion that was shown.

    Raises OutOfTurnError where nothing is disputed or the adjudicator is one of the reviewers,
    StaleRevisionError where an opinion was added meanwhile, and what `settle` raises.
    """
    instance_id = decision.instance_id
    with store.transaction():
        sent = store.submitted(decision.submission) if decision.submission else None
        if sent is None:
            if not is_disputed(store.file, run.id, instance_id):
                raise OutOfTurnError("no reviewers differ about this instance: nothing to adjudicate")
            before = opinions(store, run, instance_id)
            if decision.reviewer in {d.reviewer for d in before}:
                raise OutOfTurnError("you are one of those who differ: someone else has to adjudicate")
            if (last := before[-1]).id != seen:
                raise StaleRevisionError(subject_of(store, run, instance_id).source_id, last)
            ambiguous = decision.choice == "ambiguous"
            said = {"standing": "adjudication", "status": "ambiguous" if ambiguous else None}
            answer = chosen_answer(store, run, subject_of(store, run, instance_id), decision)
            sent = _write(store, run, decision.model_copy(update={**said, "answer": answer}))
    await deliver(store, run, instance_id)
    return sent


def _write(store: Store, run: RunRecord, decision: DecisionRecord) -> DecisionRecord:
    """Record a decision with what follows at once: the label that it replaces, and the desk cleared."""
    recorded = store.add_decision(decision)
    label = store.latest_label(run.id, recorded.instance_id)
    if label is not None and recorded.settles and label.decision_id != recorded.id:
        store.supersede_label(decided_label(store, run, recorded, label.id))
    clear_draft(store, run.id, recorded.instance_id, recorded.reviewer)
    release(store, run.id, recorded.instance_id, recorded.reviewer)
    return recorded


async def deliver(store: Store, run: RunRecord, instance_id: str | None = None) -> None:
    """Resume the threads that wait for a decision on record: one instance's, or all of the run's."""
    if not _waiting(store, run, instance_id):
        return
    async with deciding(store.path):
        if waiting := _waiting(store, run, instance_id):
            async with open_engine(
                store, run, read_contract(store.contract(run.contract_sha)), RunOptions()
            ) as engine:
                for decision in waiting:
                    await engine.deliver(decision)


async def catch_up(store: Store, audit_share: float) -> None:
    """What a store needs before people review it: decisions delivered that a killed process left, a place in
    the queue for what an older Steward escalated, and a blind audit sample of what was committed since the
    last one.

    Raises BusyError where another process has been delivering decisions for a minute.
    """
    for run in (*store.runs(), *store.runs("safety")):
        await deliver(store, run)
        if run.workflow == "safety":
            draw_verdicts(store, run)
        else:
            refresh(store, run, missing_only=True)
            draw(store, run, audit_share)


def _waiting(store: Store, run: RunRecord, instance_id: str | None) -> list[DecisionRecord]:
    found = store.undelivered_decisions(run.id)
    return [decision for decision in found if instance_id in (None, decision.instance_id)]


def _check_asked(store: Store, run: RunRecord, instance_id: str) -> None:
    if store.escalation(run.id, instance_id) is None:
        subject = subject_of(store, run, instance_id)
        raise JobError(
            f"{subject.source_id} of run {run.id} is not in the queue: people are asked about "
            "escalated instances and about the audit sample"
        )
