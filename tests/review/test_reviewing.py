"""A review from the blind answer to the label, without a browser: what is recorded, and what is refused."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.model import IncomputableAnswer, IntegerAnswer, NumberAnswer
from consensus.model import Choice
from graphs.review import (
    OutOfTurnError,
    StaleRevisionError,
    adjudicate,
    answer_blind,
    deliver,
    opinion,
    opinions,
    revision,
    settle,
)
from graphs.runs import JobError
from store.desk import draft, release, reservation, reserve, save_draft
from store.errors import AlreadyReserved
from store.queue import (
    QueueFilter,
    QueueOrder,
    is_disputed,
    next_in_queue,
    queue_count,
    queue_page,
    queue_progress,
    sealed_by,
    sealed_instances,
)
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.verify import verify

A, B, C = "A. Reviewer", "B. Reviewer", "C. Reviewer"
ANY = QueueFilter()


class Review:
    """A store with a run, and reviewers who answer."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.run: RunRecord = store.latest_run()
        split = store.open_escalations(self.run.id, reason="low_consensus")
        self.instance_id = max(split, key=lambda escalation: escalation.priority).instance_id

    def blind(self, reviewer: str = A, value: float = 1.0, submission: str | None = None) -> DecisionRecord:
        return answer_blind(
            self.store,
            self.run,
            DecisionRecord(
                run_id=self.run.id,
                instance_id=self.instance_id,
                reviewer=reviewer,
                answer=NumberAnswer(value=value),
                blind=True,
                confidence="high",
                seconds=12.5,
                submission=submission,
            ),
        )

    def said(self, reviewer: str, choice: Choice, submission: str | None = None) -> DecisionRecord:
        return DecisionRecord(
            run_id=self.run.id,
            instance_id=self.instance_id,
            reviewer=reviewer,
            choice=choice,
            note="because",
            submission=submission,
        )

    def settle(
        self,
        reviewer: str = A,
        choice: Choice = "mine",
        *,
        needed: int = 1,
        seen: int | None = None,
        submission: str | None = None,
    ) -> DecisionRecord:
        seen = revision(self.store, self.run, self.instance_id) if seen is None else seen
        said = self.said(reviewer, choice, submission)
        return asyncio.run(settle(self.store, self.run, said, needed=needed, seen=seen))

    def adjudicate(
        self, reviewer: str, choice: Choice = "original", seen: int | None = None
    ) -> DecisionRecord:
        shown = opinions(self.store, self.run, self.instance_id)
        seen = (shown[-1].id if shown else 0) if seen is None else seen
        assert seen is not None
        return asyncio.run(adjudicate(self.store, self.run, self.said(reviewer, choice), seen=seen))

    def label(self) -> object:
        found = self.store.current_label(self.run.id, self.instance_id)
        return None if found is None else found.answer


@pytest.fixture
def review(clinic_store: Path) -> Iterator[Review]:
    with Store.open(clinic_store) as store:
        made = Review(store)
        yield made
        report = verify(store)
        assert report.ok, report.problems


def test_both_answers_are_kept_and_the_second_one_makes_the_label(review: Review) -> None:
    review.blind(value=3.0)
    assert review.label() is None
    recorded = review.settle(choice="original")
    kept = review.store.decisions(review.run.id, review.instance_id)
    assert [(d.blind, d.choice, d.standing) for d in kept] == [
        (True, None, "opinion"),
        (False, "original", "final"),
    ]
    assert (kept[0].answer, kept[0].confidence, kept[0].seconds) == (NumberAnswer(value=3.0), "high", 12.5)
    instance = review.store.instance(review.run.benchmark_id, review.instance_id)
    assert review.label() == instance.label
    label = review.store.current_label(review.run.id, review.instance_id)
    assert label is not None
    assert (label.status, label.decided_by, label.decision_id) == ("confirmed", "reviewer", recorded.id)


@pytest.mark.parametrize(
    ("choice", "status"),
    [("mine", "revised"), ("ambiguous", "ambiguous"), ("incomputable", "incomputable")],
)
def test_each_choice_makes_its_label(review: Review, choice: Choice, status: str) -> None:
    review.blind(value=3.0)
    review.settle(choice=choice)
    label = review.store.current_label(review.run.id, review.instance_id)
    assert label is not None
    assert label.status == status
    if choice == "incomputable":
        assert label.answer == IncomputableAnswer(reason="because")


def test_the_consensus_can_be_accepted(review: Review) -> None:
    review.blind(value=3.0)
    review.settle(choice="consensus")
    (leading, *_) = sorted(
        review.store.votes(review.run.id, review.instance_id), key=lambda vote: vote.answer is None
    )
    assert review.label() is not None
    assert isinstance(review.label(), type(leading.answer))


def test_the_turn_is_kept(review: Review) -> None:
    with pytest.raises(OutOfTurnError, match="blind answer first"):
        review.settle()
    review.blind()
    with pytest.raises(OutOfTurnError, match="on record already"):
        review.blind(value=2.0)
    with pytest.raises(OutOfTurnError, match="blind answer first"):
        review.settle(B)
    assert review.store.current_label(review.run.id, review.instance_id) is None


def test_people_are_not_asked_about_what_was_not_escalated(review: Review) -> None:
    review.instance_id = next(
        label.instance_id for label in review.store.labels(review.run.id) if label.decided_by == "consensus"
    )
    with pytest.raises(JobError, match="not in the queue"):
        review.blind()


def test_a_choice_without_an_answer_is_refused(review: Review) -> None:
    failed = review.store.open_escalations(review.run.id, reason="no_calculator")[0]
    review.instance_id = failed.instance_id
    review.blind()
    with pytest.raises(JobError, match="'consensus' cannot be chosen"):
        review.settle(choice="consensus")
    assert opinion(review.store, review.run, review.instance_id, A) is None


def test_the_same_form_twice_is_one_decision(review: Review) -> None:
    blind, final = secrets.token_hex(16), secrets.token_hex(16)
    assert review.blind(submission=blind).id == review.blind(submission=blind).id
    first = review.settle(submission=final)
    assert review.settle(submission=final, seen=0).id == first.id
    assert len(review.store.decisions(review.run.id, review.instance_id)) == 2


def test_the_same_form_at_the_same_time_is_one_decision(review: Review) -> None:
    review.blind()
    submission = secrets.token_hex(16)
    results: list[DecisionRecord] = []
    threads = [
        threading.Thread(target=lambda: results.append(review.settle(submission=submission, seen=0)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({result.id for result in results}) == 1
    assert len(results) == 4
    assert len(review.store.trace(review.run.id, review.instance_id).labels) == 1


def test_what_was_settled_meanwhile_is_said(review: Review) -> None:
    seen = revision(review.store, review.run, review.instance_id)
    review.blind(A)
    review.blind(B, 2.0)
    review.settle(A, "mine")
    with pytest.raises(StaleRevisionError, match=r"A\. Reviewer decided 1") as raised:
        review.settle(B, "mine", seen=seen)
    assert raised.value.decision.reviewer == A
    assert review.label() == NumberAnswer(value=1.0)


def test_a_reviewer_changes_their_decision(review: Review) -> None:
    review.blind()
    review.settle(choice="mine")
    again = review.settle(choice="original")
    trace = review.store.trace(review.run.id, review.instance_id)
    assert [label.supersedes for label in trace.labels] == [None, trace.labels[0].id]
    assert trace.labels[-1].decision_id == again.id


def test_two_opinions_that_agree_settle_it(review: Review) -> None:
    review.blind(A, 10.0)
    assert review.settle(A, needed=2).standing == "opinion"
    assert review.label() is None
    review.blind(B, 10.1)
    assert review.settle(B, needed=2).standing == "final"
    assert review.label() == NumberAnswer(value=10.1)


def test_two_opinions_that_differ_go_to_someone_else(review: Review) -> None:
    review.blind(A, 10.0)
    review.settle(A, needed=2)
    review.blind(B, 20.0)
    assert review.settle(B, needed=2).standing == "dispute"
    assert is_disputed(review.store.file, review.run.id, review.instance_id)
    assert queue_progress(review.store.file, review.run.id).disputed == 1
    assert review.label() is None
    with pytest.raises(OutOfTurnError, match="someone else"):
        review.adjudicate(B)
    with pytest.raises(StaleRevisionError):
        review.adjudicate(C, seen=1)
    decided = review.adjudicate(C)
    assert decided.standing == "adjudication"
    assert review.store.current_label(review.run.id, review.instance_id).decision_id == decided.id  # type: ignore[union-attr]
    assert not is_disputed(review.store.file, review.run.id, review.instance_id)
    with pytest.raises(OutOfTurnError, match="nothing to adjudicate"):
        review.adjudicate(C)
    with pytest.raises(OutOfTurnError, match="has adjudicated"):
        review.settle(A, "mine")


def test_who_asks_for_another_expert_leaves_it_to_them(review: Review) -> None:
    review.blind(A)
    assert review.settle(A, "another_expert").standing == "opinion"
    assert review.label() is None
    run_id, file, now = review.run.id, review.store.file, time.time()
    page = queue_page(file, run_id, ANY, "hardest", me=A, now=now, limit=50)
    assert [entry.done for entry in page if entry.instance_id == review.instance_id] == [True]
    following = next_in_queue(file, run_id, ANY, "hardest", me=A, now=now, needed=1)
    assert following not in (None, review.instance_id)
    review.blind(B, 5.0)
    assert review.settle(B).standing == "final"


def test_what_a_killed_process_left_is_delivered_once(review: Review) -> None:
    blind = review.blind(value=7.0)
    left = review.said(A, "mine").model_copy(update={"answer": blind.answer})
    review.store.add_decision(left)
    assert review.label() is None
    asyncio.run(deliver(review.store, review.run))
    asyncio.run(deliver(review.store, review.run))
    assert review.label() == NumberAnswer(value=7.0)
    assert len(review.store.trace(review.run.id, review.instance_id).labels) == 1


def test_a_reservation_keeps_others_away_until_it_expires(review: Review) -> None:
    key = (review.run.id, review.instance_id)
    reserve(review.store, *key, A, needed=1, seconds=60)
    with pytest.raises(AlreadyReserved, match=r"A\. Reviewer"):
        reserve(review.store, *key, B, needed=1, seconds=60)
    reserve(review.store, *key, B, needed=2, seconds=60)
    with pytest.raises(AlreadyReserved):
        reserve(review.store, *key, C, needed=2, seconds=60)
    release(review.store, *key, B)
    reserve(review.store, *key, A, needed=1, seconds=-1)
    assert reservation(review.store, *key, A) is None
    assert reserve(review.store, *key, C, needed=1, seconds=60).reviewer == C


def test_a_reservation_is_one_reviewers_under_race(review: Review) -> None:
    held: list[str] = []
    start = threading.Barrier(6)

    def take(name: str) -> None:
        start.wait()
        try:
            reserve(review.store, review.run.id, review.instance_id, name, needed=1, seconds=60)
            held.append(name)
        except AlreadyReserved:
            pass

    threads = [threading.Thread(target=take, args=(f"Reviewer {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 1


def test_a_draft_is_kept_until_it_is_a_decision(review: Review) -> None:
    key = (review.run.id, review.instance_id, A)
    save_draft(review.store, *key, {"weight": "80"})
    save_draft(review.store, *key, {"weight": "81"})
    assert draft(review.store, *key) == {"weight": "81"}
    review.blind()
    assert draft(review.store, *key) is None
    save_draft(review.store, *key, {"choice": "mine"})
    review.settle()
    assert draft(review.store, *key) is None


def test_a_draft_holds_no_credential(review: Review) -> None:
    key = (review.run.id, review.instance_id, A)
    save_draft(review.store, *key, {"note": "sk-" + "a" * 40})
    assert draft(review.store, *key) == {"note": "[redacted]"}


@pytest.mark.parametrize("order", ["triage", "hardest", "nearest", "audit"])
def test_the_queue_shrinks_as_it_is_worked_off(review: Review, order: QueueOrder) -> None:
    run_id, file = review.run.id, review.store.file
    seen = []
    total = queue_count(file, run_id, ANY, now=time.time())
    assert total == len(review.store.open_escalations(run_id))
    for _ in range(total):
        found = next_in_queue(file, run_id, ANY, order, me=A, now=time.time(), needed=1)
        assert found is not None
        assert sealed_by(file, run_id, found, A) == run_id
        review.instance_id = found
        seen.append(found)
        review.blind()
        assert sealed_by(file, run_id, found, A) is None
        assert sealed_by(file, run_id, found, B) == run_id
        review.settle(choice="ambiguous")
        assert sealed_by(file, run_id, found, B) is None
    assert len(set(seen)) == total
    assert next_in_queue(file, run_id, ANY, order, me=A, now=time.time(), needed=1) is None
    progress = queue_progress(file, run_id)
    assert (progress.total, progress.settled, progress.disputed) == (total, total, 0)


@pytest.mark.parametrize("order", ["triage", "hardest", "nearest", "audit"])
def test_skipping_goes_round_the_whole_queue(review: Review, order: QueueOrder) -> None:
    run_id, file, now = review.run.id, review.store.file, time.time()
    page = queue_page(file, run_id, ANY, order, me=A, now=now, limit=50)
    expected, after, seen = [entry.instance_id for entry in page], None, []
    for _ in range(2 * len(expected)):
        after = next_in_queue(file, run_id, ANY, order, me=A, now=now, needed=1, after=after)
        seen.append(after)
    assert seen == 2 * expected


def test_what_waits_in_one_run_is_sealed_in_all_runs_of_its_benchmark(review: Review) -> None:
    store, file, instance_id = review.store, review.store.file, review.instance_id
    contract = store.contract(review.run.contract_sha)
    other = store.create_run(review.run.benchmark_id, contract, list(store.work(review.run.id)))
    assert sealed_by(file, other.id, instance_id, A) == review.run.id
    assert instance_id in sealed_instances(file, other.id, A)
    assert sealed_by(file, other.id, instance_id, None) == review.run.id
    review.blind(A)
    assert sealed_by(file, other.id, instance_id, A) is None
    assert instance_id in sealed_instances(file, other.id, B)
    review.settle(A)
    assert sealed_instances(file, other.id, B) == sealed_instances(file, review.run.id, B)
    assert instance_id not in sealed_instances(file, other.id, B)


def test_an_answer_of_another_kind_than_the_question_asks_for_is_never_near(review: Review) -> None:
    """Opinions are compared under the instance's agreement rule, which compares numbers of either kind."""
    review.blind(A, 4.0)
    review.settle(A, needed=2)
    answer = IntegerAnswer(value=4)
    other = DecisionRecord(
        run_id=review.run.id, instance_id=review.instance_id, reviewer=B, answer=answer, blind=True
    )
    answer_blind(review.store, review.run, other)
    assert review.settle(B, needed=2).standing == "final"
