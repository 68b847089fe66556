"""Triage of a run: scores at escalation, what people found in its order, and what `verify` makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.model import NumberAnswer
from consensus.triage import Evidence, triage_score
from graphs.audit_sample import draw
from graphs.jobs import decide
from graphs.triage import of_run, refresh, review_curve, stale
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.triage import TriageRecord, keep, recorded
from store.verify import verify
from tests.review.conftest import clinic_store, made_once
from tests.store.tampering import tampered

__all__ = ["clinic_store", "made_once"]


@pytest.fixture
def store(clinic_store: Path) -> Iterator[Store]:
    with Store.open(clinic_store) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> RunRecord:
    return store.latest_run()


def test_scores_are_kept_at_escalation_as_they_are_computed_now(store: Store, run: RunRecord) -> None:
    now = {one.instance.id: one.score for one in of_run(store, run, every=False)}
    kept = {instance_id: record.score for instance_id, record in recorded(store.file, run.id).items()}
    assert len(now) == 9
    assert kept == now
    assert stale(store, run) == []
    assert list(now.values()) == sorted(now.values(), reverse=True)


def test_every_instance_of_a_run_has_a_place(store: Store, run: RunRecord) -> None:
    found = of_run(store, run, every=True)
    assert len(found) == 57
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    first, last = found[0], found[-1]
    assert first.state == "revised"
    assert {component.name for component in first.components} >= {"disagreement", "stored_inputs"}
    assert (last.state, last.components) == ("confirmed", ())


def test_scores_of_an_older_rule_are_computed_anew(store: Store, run: RunRecord) -> None:
    (instance_id, record) = min(recorded(store.file, run.id).items())
    keep(store, [record.model_copy(update={"rule": "0", "score": 0.0})])
    assert refresh(store, run, missing_only=True) == 1
    assert recorded(store.file, run.id)[instance_id] == record


def test_what_people_found_in_the_order_of_triage(store: Store, run: RunRecord) -> None:
    assert review_curve(store, run).n == 0
    order = [one.instance for one in of_run(store, run, every=False)]
    for position, instance in enumerate(order[-4:]):
        assert instance.label is not None
        wrong = position < 2
        answer = NumberAnswer(value=-77.0) if wrong and instance.label.kind == "number" else instance.label
        said = DecisionRecord(run_id=run.id, instance_id=instance.id, reviewer="A. Reviewer", answer=answer)
        asyncio.run(decide(store, run, instance, said))
    found = review_curve(store, run)
    # The four have one label that is alone at its score, and three that are tied.
    assert found.found == pytest.approx((0, 1, 4 / 3, 5 / 3, 2))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE triage SET score = 0.5", "gives a score of 0.5, but it is"),
        ("UPDATE triage SET evidence = replace(evidence, '1.0', '0.5')", "gives a score of"),
        ("UPDATE triage SET passes_for = 'x'", "only labels of the audit sample do"),
        ("DELETE FROM escalations", "was not handed to people"),
        ("UPDATE triage SET evidence = '{'", "cannot be read"),
    ],
)
def test_verify_finds_a_score_that_does_not_follow(
    store: Store, clinic_store: Path, statement: str, problem: str
) -> None:
    found = [str(each) for each in tampered(store, clinic_store, statement).problems]
    assert any("triage" in each and problem in each for each in found), found


UNRECORDED = "UPDATE escalations SET passes_for = NULL, listed_change = NULL WHERE passes_for IS NOT NULL"
"""As an earlier Steward left what it had drawn: the double is in the triage table alone."""


@pytest.mark.parametrize("double", ["'nobody'", "instance_id", "NULL"])
def test_a_sampled_label_passes_for_the_escalation_of_its_draw(
    store: Store, run: RunRecord, clinic_store: Path, double: str
) -> None:
    draw(store, run, 1.0)
    drawn = recorded(store.file, run.id)
    statement = f"UPDATE triage SET passes_for = {double} WHERE passes_for IS NOT NULL"
    found = [str(each) for each in tampered(store, clinic_store, statement).problems]
    assert any("triage" in each and "but was drawn to pass for" in each for each in found), found
    with Store.open(clinic_store) as again:
        refresh(again, run)
        assert recorded(again.file, run.id) == drawn
        keep(again, [record.model_copy(update={"rule": "0"}) for record in drawn.values()])
        refresh(again, run, missing_only=True)
        assert recorded(again.file, run.id) == drawn, "another version of the rule changes no double"
        assert verify(again).ok


@pytest.mark.parametrize("double", ["'nobody'", "instance_id"])
def test_what_an_earlier_steward_drew_passes_for_an_escalation_or_for_none(
    store: Store, run: RunRecord, clinic_store: Path, double: str
) -> None:
    draw(store, run, 1.0)
    statement = f"UPDATE triage SET passes_for = {double} WHERE passes_for IS NOT NULL"
    found = [str(each) for each in tampered(store, clinic_store, UNRECORDED, statement).problems]
    assert any("triage" in each and "but it is None" in each for each in found), found
    with Store.open(clinic_store) as again:
        refresh(again, run)
        assert all(record.passes_for is None for record in recorded(again.file, run.id).values())


def test_what_an_earlier_steward_drew_keeps_its_double_or_finds_one_that_is_listed_alike(
    store: Store, run: RunRecord, clinic_store: Path
) -> None:
    draw(store, run, 1.0)
    drawn = recorded(store.file, run.id)
    assert tampered(store, clinic_store, UNRECORDED).ok
    with Store.open(clinic_store) as again:
        assert stale(again, run) == [], "it is kept"
        with again.transaction() as db:
            db.execute("DELETE FROM triage")
        refresh(again, run)
        found = {i: record.passes_for for i, record in recorded(again.file, run.id).items()}
        assert verify(again).ok
        escalations = {i: again.escalation(run.id, i) for i in drawn}
    audited = {i: e for i, e in escalations.items() if e and e.reason == "audit_sample"}
    assert {i for i in audited if found[i]} not in (set(), set(audited)), "some have a size of their own"
    for instance_id, sampled in audited.items():
        double = escalations.get(found[instance_id] or "")
        if double is not None:
            alike = (double.reason, double.priority, double.change)
            assert alike == (sampled.listed_as, sampled.priority, sampled.change)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"split": 0.25}, "gives split as 0.25"),
        ({"stored": None}, "gives stored as None"),
        ({"conventions": ("x",)}, "gives conventions as"),
        ({"finding": {"verdict": "wrong", "share": 1.0}}, "which no audit has made"),
    ],
)
def test_verify_finds_evidence_that_is_not_on_record(
    store: Store, run: RunRecord, clinic_store: Path, change: dict[str, object], problem: str
) -> None:
    kept = recorded(store.file, run.id)
    with_inputs = next(i for i, record in kept.items() if record.evidence.stored is not None)
    evidence = Evidence.model_validate({**kept[with_inputs].evidence.model_dump(), **change})
    keep(store, [TriageRecord.of(run.id, with_inputs, evidence)])
    assert triage_score(evidence) == recorded(store.file, run.id)[with_inputs].score
    found = [
        str(each) for each in tampered(store, clinic_store, "UPDATE work SET position = position").problems
    ]
    assert any("triage" in each and problem in each for each in found), found
