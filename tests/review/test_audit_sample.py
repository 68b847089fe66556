"""The blind audit sample: how it is drawn, that nothing tells it from escalations, what a decision does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.model import NumberAnswer
from graphs.audit_sample import draw
from graphs.review import answer_blind, settle
from store.queue import QueueFilter, queue_page, queue_progress
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.verify import verify

A = "A. Reviewer"


@pytest.fixture
def store(clinic_store: Path) -> Iterator[Store]:
    with Store.open(clinic_store) as opened:
        yield opened
        report = verify(opened)
        assert report.ok, report.problems


@pytest.fixture
def run(store: Store) -> RunRecord:
    return store.latest_run()


def sampled(store: Store, run: RunRecord) -> list[str]:
    rows = store.file.rows("SELECT instance_id FROM escalations WHERE reason = 'audit_sample'")
    return [row["instance_id"] for row in rows]


@pytest.mark.parametrize("share", [0.05, 0.3, 1.0])
def test_a_share_of_what_nobody_saw_is_drawn_once(store: Store, run: RunRecord, share: float) -> None:
    committed = {label.instance_id for label in store.labels(run.id) if label.decided_by == "consensus"}
    made = draw(store, run, share)
    assert made is not None
    assert made.labels == len(committed)
    assert abs(made.drawn - share * len(committed)) < 1
    assert set(sampled(store, run)) <= committed
    assert len(sampled(store, run)) == made.drawn
    assert draw(store, run, share) is None, "nothing new to draw from"
    assert store.audit_draws(run.id) == [made]
    assert store.counts(run.id).awaiting_review == 9, "what is audited has a label"


def test_without_a_share_nothing_is_drawn(store: Store, run: RunRecord) -> None:
    assert draw(store, run, 0) is None
    assert store.audit_draws(run.id) == []


def test_nothing_is_drawn_while_the_run_has_open_work(store: Store) -> None:
    first = store.latest_run()
    ids = list(store.work(first.id))
    other = store.create_run(first.benchmark_id, store.contract(first.contract_sha), ids)
    assert draw(store, other, 1.0) is None


def test_a_sampled_label_is_listed_like_an_escalation(store: Store, run: RunRecord) -> None:
    escalated = store.file.rows("SELECT reason, priority FROM escalations")
    pairs = {(row["reason"], row["priority"]) for row in escalated}
    draw(store, run, 1.0)
    rows = store.file.rows("SELECT listed_as, priority FROM escalations WHERE reason = 'audit_sample'")
    found = Counter((row["listed_as"], row["priority"]) for row in rows)
    assert set(found) <= pairs
    assert len(found) > 1
    for reason in {row["reason"] for row in escalated}:
        wanted = QueueFilter.model_validate({"reason": reason})
        page = queue_page(store.file, run.id, wanted, "hardest", me=A, now=time.time(), limit=100)
        own = [row for row in escalated if row["reason"] == reason]
        assert len(page) == len(own) + sum(n for (name, _), n in found.items() if name == reason)


def test_when_it_was_drawn_tells_no_label_from_an_escalation(store: Store, run: RunRecord) -> None:
    drawn = draw(store, run, 0.2)
    assert drawn is not None
    page = queue_page(store.file, run.id, QueueFilter(), "hardest", me=A, now=time.time(), limit=100)
    assert len(page) == 9 + drawn.drawn
    assert max(entry.waiting_since for entry in page) < drawn.created_at


def test_the_audit_order_takes_one_and_one(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.2)
    audited = set(sampled(store, run))
    page = queue_page(store.file, run.id, QueueFilter(), "audit", me=A, now=time.time(), limit=100)
    head = [entry.instance_id in audited for entry in page[: 2 * min(9, len(audited))]]
    assert sum(head) == len(head) / 2
    assert all(sum(head[k : k + 2]) == 1 for k in range(0, len(head), 2))


def test_a_decision_on_a_sampled_label_replaces_it_and_both_are_kept(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.1)
    instance_id = sampled(store, run)[0]
    before = store.current_label(run.id, instance_id)
    assert before is not None
    key = {"run_id": run.id, "instance_id": instance_id, "reviewer": A}
    blind = DecisionRecord(**key, blind=True, answer=NumberAnswer(value=-1.0))
    answer_blind(store, run, blind)
    asyncio.run(settle(store, run, DecisionRecord(**key, choice="mine"), needed=1, seen=0))
    after = store.current_label(run.id, instance_id)
    assert after is not None
    assert (after.supersedes, after.decided_by, after.answer) == (before.id, "reviewer", blind.answer)
    assert queue_progress(store.file, run.id).settled == 1
    assert instance_id not in {e.instance_id for e in store.open_escalations(run.id)}
    assert draw(store, run, 1.0) is None


def test_verify_finds_a_draw_that_is_not_so(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store:
        run = store.latest_run()
        draw(store, run, 0.5)
        with store.transaction() as db:
            db.execute("DROP TRIGGER escalations_no_delete")
            db.execute("DELETE FROM escalations WHERE instance_id = ?", (sampled(store, run)[0],))
        problems = [str(problem) for problem in verify(store).problems]
    assert any("labels were drawn, but" in problem for problem in problems), problems
