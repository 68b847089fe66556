"""The blind audit sample: how it is drawn, that nothing tells it from escalations, what a decision does."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Literal, get_args

import pytest

from answers.model import NumberAnswer
from consensus.model import ChangeSize, EscalationReason
from graphs.audit_sample import draw
from graphs.review import answer_blind, catch_up, settle
from graphs.triage import refresh
from store.queue import DEFAULT_ORDER, QueueFilter, QueueOrder, queue_page, queue_progress
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.triage import recorded
from store.verify import verify
from tests.store.conftest import AUDIT_CONTRACT, make_audit_vote, make_finding
from tests.store.tampering import tampered

A = "A. Reviewer"
ANY = QueueFilter()


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
    assert {reason for reason, _ in found} <= {"low_consensus", "critic_objects", "incomputable_split"}
    for reason in {row["reason"] for row in escalated}:
        wanted = QueueFilter.model_validate({"reason": reason})
        page = queue_page(store.file, run.id, wanted, "hardest", me=A, now=time.time(), limit=100)
        own = [row for row in escalated if row["reason"] == reason]
        assert len(page) == len(own) + sum(n for (name, _), n in found.items() if name == reason)


def scores(store: Store, run: RunRecord) -> dict[str, float]:
    rows = store.file.rows("SELECT instance_id, score FROM triage WHERE run_id = ?", (run.id,))
    return {row["instance_id"]: row["score"] for row in rows}


Looks = tuple[str | None, str | None, float, float]


def looks(store: Store, run: RunRecord) -> dict[str, Looks]:
    """Instance id → reason and size of change under which the queue lists it, priority, triage score."""
    rows = store.file.rows(
        "SELECT instance_id, e.priority, t.score FROM escalations e JOIN triage t USING (run_id, instance_id)"
    )
    reasons, changes = listed_under(store, run, "reason"), listed_under(store, run, "change")
    return {
        (i := row["instance_id"]): (reasons.get(i), changes.get(i), row["priority"], row["score"])
        for row in rows
    }


def listed_under(store: Store, run: RunRecord, name: Literal["reason", "change"]) -> dict[str, str]:
    values = get_args(EscalationReason if name == "reason" else ChangeSize)
    pages = {value: listed(store, run, wanted=QueueFilter.model_validate({name: value})) for value in values}
    return {i: value for value, page in pages.items() for i in page}


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_each_sampled_label_has_a_twin_that_was_escalated(store: Store, run: RunRecord, share: float) -> None:
    """Whatever the queue is filtered and ordered by. A twin may have another calculator."""
    drawn = draw(store, run, share)
    found, audited = looks(store, run), set(sampled(store, run))
    assert drawn is not None
    assert len(audited) == drawn.drawn
    twins = {one for i, one in found.items() if i not in audited}
    assert {found[i] for i in audited} <= twins
    for order, (wanted, ids) in product(get_args(QueueOrder), filters(store, run)):
        page = listed(store, run, order, wanted)
        assert set(page) == ids
        among = twins if wanted.calculator is not None else {found[i] for i in page if i not in audited}
        assert {found[i] for i in page if i in audited} <= among


def filters(store: Store, run: RunRecord) -> Iterator[tuple[QueueFilter, set[str]]]:
    """Each filter by one value that the queue has, with the ids of what it lists."""
    for value, ids in by_value(listed_under(store, run, "reason")).items():
        yield QueueFilter.model_validate({"reason": value}), ids
    for value, ids in by_value(listed_under(store, run, "change")).items():
        yield QueueFilter.model_validate({"change": value}), ids
    page = queue_page(store.file, run.id, ANY, "triage", me=A, now=time.time(), limit=10_000)
    named = {entry.instance_id: entry.calculator for entry in page}
    for value, ids in by_value(named).items():
        yield QueueFilter(calculator=value), ids


def test_no_part_of_the_queue_is_of_the_audit_sample_alone(store: Store, run: RunRecord) -> None:
    """Where nothing that was escalated has a size of change, nothing is listed with it."""
    escalated = by_value(listed_under(store, run, "change"))
    draw(store, run, 0.5)
    own = {e.change for i in sampled(store, run) if (e := store.escalation(run.id, i))}
    assert own - set(escalated), "a label of its own size of change would stand alone"
    assert set(by_value(listed_under(store, run, "change"))) == set(escalated)
    first = set(listed(store, run)[:9])
    assert first - set(sampled(store, run)), "the first places are not of the sample alone"


def by_value(values: Mapping[str, str]) -> dict[str, set[str]]:
    return {value: {i for i, one in values.items() if one == value} for value in values.values()}


def test_where_nothing_could_be_its_double_a_label_is_listed_by_itself(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store, store.transaction() as db:
        run = store.latest_run()
        db.execute("DROP TRIGGER escalations_no_update")
        db.execute("UPDATE escalations SET reason = 'failed', priority = 0.1")
        draw(store, run, 1.0)
        changes, placed = listed_under(store, run, "change"), recorded(store.file, run.id)
        for instance_id in sampled(store, run):
            found = store.escalation(run.id, instance_id)
            assert found is not None
            assert (found.passes_for, found.listed_change, found.listed_as) == (None, None, "low_consensus")
            assert changes.get(instance_id) == found.change
            assert placed[instance_id].evidence.split == pytest.approx(2 / 5), "as votes of its priority"


def test_a_double_without_a_size_of_change_is_passed_for_as_well(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store, store.transaction() as db:
        run = store.latest_run()
        db.execute("DROP TRIGGER escalations_no_update")
        db.execute("UPDATE escalations SET change = NULL")
        draw(store, run, 1.0)
        assert listed_under(store, run, "change") == {}


def test_the_queue_is_in_the_order_of_the_scores_under_every_filter(store: Store, run: RunRecord) -> None:
    draw(store, run, 0.5)
    placed, every = scores(store, run), listed(store, run)
    assert [placed[i] for i in every] == sorted(placed.values(), reverse=True)
    for wanted in ({"reason": "low_consensus"}, {"change": "none"}, {"change": "large"}):
        found = listed(store, run, wanted=QueueFilter.model_validate(wanted))
        assert found == [instance_id for instance_id in every if instance_id in set(found)]


def listed(
    store: Store, run: RunRecord, order: QueueOrder = DEFAULT_ORDER, wanted: QueueFilter = ANY
) -> list[str]:
    page = queue_page(store.file, run.id, wanted, order, me=A, now=time.time(), limit=10_000)
    return [entry.instance_id for entry in page]


def test_a_sampled_label_goes_where_its_escalation_goes(store: Store, run: RunRecord) -> None:
    draw(store, run, 1.0)
    assert refresh(store, run) == 0, "nothing new is known"
    rows = store.file.rows("SELECT instance_id, passes_for FROM triage WHERE passes_for IS NOT NULL")
    doubles = {row["instance_id"]: row["passes_for"] for row in rows}
    before = scores(store, run)
    audited = store.create_run(run.benchmark_id, AUDIT_CONTRACT, list(store.work(run.id)))
    raised = max(doubles.values())
    for sample in range(2):
        store.add_audit_vote(make_audit_vote(audited, raised, sample, evidence=()))
    store.add_finding(make_finding(audited, raised))
    followers = [instance_id for instance_id, double in doubles.items() if double == raised]
    assert refresh(store, run) == 1 + len(followers)
    after = scores(store, run)
    assert {after[i] for i in [raised, *followers]} == {after[raised]}
    assert after[raised] > before[raised]
    assert {i for i in after if after[i] != before[i]} == {raised, *followers}


def test_what_an_older_steward_escalated_gets_its_place(store: Store, run: RunRecord) -> None:
    first = scores(store, run)
    draw(store, run, 0.3)
    with store.transaction() as db:
        db.execute("DELETE FROM triage")
    assert asyncio.run(catch_up(store, 0)) is None
    after = scores(store, run)
    assert len(after) == 9 + len(sampled(store, run))
    assert {instance_id: after[instance_id] for instance_id in first} == first


def test_when_it_was_drawn_tells_no_label_from_an_escalation(store: Store, run: RunRecord) -> None:
    drawn = draw(store, run, 0.2)
    assert drawn is not None
    page = queue_page(store.file, run.id, QueueFilter(), "hardest", me=A, now=time.time(), limit=100)
    assert len(page) == 9 + drawn.drawn
    assert max(entry.waiting_since for entry in page) < drawn.created_at


def ordered(store: Store, run: RunRecord, **wanted: str) -> list[str]:
    """Ids of the waiting instances in the audit order, under a filter."""
    return listed(store, run, "audit", QueueFilter.model_validate(wanted))


def test_the_audit_order_gives_the_sample_and_the_rest_the_same_chance(clinic_store: Path) -> None:
    """By lot: over many secrets the first place is as often of a sampled label as of an escalation."""
    firsts, orders = 0, set()
    with Store.open(clinic_store) as store, store.transaction() as db:
        run = store.latest_run()
        draw(store, run, 0.2)
        audited = set(sampled(store, run))
        db.execute("DROP TRIGGER audit_draws_no_update")
        for n in range(400):
            db.execute("UPDATE audit_draws SET seed = ?", (f"{n:032x}",))
            found = ordered(store, run)
            assert len({*found}) == len(found) == 9 + len(audited)
            firsts += found[0] in audited
            orders.add(tuple(found))
    assert 150 < firsts < 250, "five standard deviations around 200"
    assert len(orders) == 400, "the ids alone do not give the order"


@pytest.mark.parametrize("reason", ["failed", "no_calculator", "convention_open"])
def test_no_reason_is_borrowed_that_the_sampled_label_could_not_have(
    clinic_store: Path, reason: EscalationReason
) -> None:
    """What failed has no answer, so that under that reason a size of change would tell a sampled label."""
    with Store.open(clinic_store) as store, store.transaction() as db:
        run = store.latest_run()
        db.execute("DROP TRIGGER escalations_no_update")
        db.execute("UPDATE escalations SET reason = ?, priority = 0.1", (reason,))
        escalated = calculators_of(store, run, f"e.reason = '{reason}'")
        draw(store, run, 1.0)
        borrowed = calculators_of(store, run, f"e.reason = 'audit_sample' AND e.listed_as = '{reason}'")
        others = calculators_of(store, run, "e.reason = 'audit_sample' AND e.listed_as = 'low_consensus'")
    assert others
    assert borrowed <= (escalated if reason == "convention_open" else set())


def calculators_of(store: Store, run: RunRecord, where: str) -> set[str]:
    rows = store.file.rows(
        "SELECT DISTINCT i.calculator FROM escalations e JOIN instances i ON i.id = e.instance_id "
        f"WHERE e.run_id = ? AND {where}",
        (run.id,),
    )
    return {row["calculator"] for row in rows}


def test_no_filter_and_no_settled_instance_moves_two_instances_past_each_other(
    store: Store, run: RunRecord
) -> None:
    """Two lists in which the same two instances change places would tell that one of them is sampled."""
    draw(store, run, 0.5)
    every = ordered(store, run)
    for wanted in ({"reason": "low_consensus"}, {"change": "none"}, {"calculator": "body_mass_index"}):
        found = ordered(store, run, **wanted)
        assert found == [instance_id for instance_id in every if instance_id in set(found)]
    key = {"run_id": run.id, "instance_id": sampled(store, run)[0], "reviewer": A}
    answer_blind(store, run, DecisionRecord(**key, blind=True, answer=NumberAnswer(value=-1.0)))
    asyncio.run(settle(store, run, DecisionRecord(**key, choice="mine"), needed=1, seen=0))
    assert ordered(store, run) == [instance_id for instance_id in every if instance_id != key["instance_id"]]


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


DRAWN = "passes_for IS NOT NULL"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (f"SET listed_change = 'large' WHERE {DRAWN}", "is listed with the change large, but that of"),
        (f"SET listed_change = NULL WHERE {DRAWN}", "is listed with the change None, but that of"),
        (f"SET listed_as = 'failed' WHERE {DRAWN}", "is listed with the reason failed, but that of"),
        (f"SET priority = 0.111 WHERE {DRAWN}", "is listed with the priority 0.111, but that of"),
        (f"SET passes_for = NULL WHERE {DRAWN}", "but passes for nothing"),
        (f"SET passes_for = instance_id WHERE {DRAWN}", "which was not escalated"),
        ("SET passes_for = 'x' WHERE reason <> 'audit_sample'", "only labels of the audit sample do"),
    ],
)
def test_verify_finds_a_label_that_is_not_listed_as_its_double(
    clinic_store: Path, statement: str, problem: str
) -> None:
    with Store.open(clinic_store) as store:
        draw(store, store.latest_run(), 0.5)
        found = tampered(store, clinic_store, f"UPDATE escalations {statement}").problems
    assert any("escalation" in str(each) and problem in str(each) for each in found), found
