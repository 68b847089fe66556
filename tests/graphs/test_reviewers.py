"""What is counted of the people who review: by hand on small records, and against a plain count of many."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import Answer, AnswerSpec, NumberAnswer
from consensus.model import Choice, Confidence, Standing
from graphs.reviewers import PairFigures, ReviewerFigures, audit, figures_of, reviewers
from store.figures import OwnDecision
from store.records import DecisionRecord, EscalationRecord, RunRecord
from store.store import Store
from tests.store.conftest import make_label

SPEC = AnswerSpec(kind="number", unit="kg/m^2").model_dump_json()
A, B, JUDGE = "A. Reviewer", "B. Reviewer", "C. Reviewer"


def said(
    instance: str,
    reviewer: str,
    value: float | None,
    *,
    blind: bool = False,
    standing: Standing = "final",
    choice: Choice | None = None,
    confidence: Confidence | None = None,
    seconds: float | None = None,
) -> OwnDecision:
    answer = None if value is None else NumberAnswer(value=value, unit="kg/m^2").model_dump_json()
    choice = choice or (None if blind else "mine")
    return OwnDecision(instance, reviewer, blind, answer, SPEC, standing, choice, confidence, seconds)


def blind(instance: str, reviewer: str, value: float | None, **more: object) -> OwnDecision:
    return said(instance, reviewer, value, blind=True, standing="opinion", **more)  # type: ignore[arg-type]


def only(*rows: OwnDecision) -> ReviewerFigures:
    (found,), _ = figures_of(rows)
    return found


def pair(*rows: OwnDecision) -> PairFigures:
    (found,) = figures_of(rows)[1]
    return found


def test_a_mind_is_changed_by_more_than_the_agreement_rule_allows() -> None:
    found = only(
        blind("x", A, 20.0, confidence="high"),
        said("x", A, 20.5, choice="consensus"),
        blind("y", A, 20.0, confidence="low"),
        said("y", A, 25.0, choice="consensus"),
        blind("z", A, 20.0, confidence="high"),
        said("z", A, 30.0, choice="original"),
        blind("v", A, 20.0, confidence="high"),
        said("v", A, None, choice="ambiguous"),
        said("w", A, 1.0),
        blind("u", A, 5.0),
    )
    assert (found.decided, found.waiting) == (5, 1)
    assert found.changed == (3, 4)
    assert (found.to_consensus, found.to_original) == (1, 1)
    assert found.kept == {"low": (0, 1), "medium": (0, 0), "high": (1, 3)}


def test_what_was_said_last_counts() -> None:
    found = only(
        blind("x", A, 20.0),
        said("x", A, 30.0, choice="consensus"),
        said("x", A, 20.0),
        blind("y", A, 20.0),
        said("y", A, 20.0),
        said("y", A, None, choice="another_expert", standing="opinion"),
    )
    assert (found.decided, found.passed_on, found.waiting) == (1, 1, 0)
    assert found.changed == (0, 1)


def test_time_is_that_of_both_phases_where_both_were_measured() -> None:
    rows = []
    for instance, (before, after) in zip(
        "abcde", [(10, 2), (20, 2), (30, 2), (40, 2), (None, 2)], strict=True
    ):
        rows += [blind(instance, A, 1.0, seconds=before), said(instance, A, 1.0, seconds=after)]
    found = only(*rows, blind("f", A, 1.0, seconds=1000.0))
    assert found.seconds == (19.5, 27.0, 34.5, 4)
    assert only(said("x", A, 1.0)).seconds is None


def test_two_reviewers_agree_where_both_have_decided() -> None:
    found = pair(
        said("x", A, 20.0),
        said("x", B, 20.5),
        said("y", A, 20.0),
        said("y", B, 25.0, standing="dispute"),
        said("z", A, 20.0),
        blind("z", B, 20.0),
        said("v", A, None, choice="ambiguous"),
        said("v", B, None, choice="ambiguous"),
    )
    assert (found.a, found.b, found.agreed, found.differ, found.open) == (A, B, (2, 3), 1, 1)


def test_an_adjudication_is_in_favour_of_those_who_said_the_same() -> None:
    verdicts = {"p": 20.0, "q": 30.0, "r": 25.0, "s": None}
    rows = []
    for instance in verdicts:
        rows += [said(instance, A, 20.0), said(instance, B, 30.0, standing="dispute")]
    rows += [said("t", A, 20.0), said("t", B, 30.0, standing="dispute")]
    rows += [
        said(instance, JUDGE, value, standing="adjudication", choice="mine" if value else "ambiguous")
        for instance, value in verdicts.items()
    ]
    found = pair(*rows)
    assert (found.differ, found.for_a, found.for_b, found.for_neither, found.open) == (5, 1, 1, 2, 1)
    judge = figures_of(rows)[0][-1]
    assert (judge.name, judge.decided, judge.adjudicated) == (JUDGE, 0, 4)


@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from((A, B)), st.sampled_from([20.0, 25.0, 30.0])),
        max_size=12,
    )
)
def test_the_figures_are_those_of_a_plain_count(spoken: list[tuple[str, str, float]]) -> None:
    last = {(reviewer, instance): value for instance, reviewer, value in spoken}
    people, pairs = figures_of([said(*one) for one in spoken])
    assert {one.name: one.decided for one in people} == {
        name: sum(key[0] == name for key in last) for name in {key[0] for key in last}
    }
    shared = [i for i in "xyz" if (A, i) in last and (B, i) in last]
    if not shared:
        assert pairs == []
    else:
        assert pairs[0].agreed == (sum(last[A, i] == last[B, i] for i in shared), len(shared))


def decide(
    store: Store, run: RunRecord, instance: str, answer: Answer | None, **more: object
) -> DecisionRecord:
    values = {"run_id": run.id, "instance_id": instance, "reviewer": A, "answer": answer, "choice": "mine"}
    status = "ambiguous" if answer is None else None
    return store.add_decision(DecisionRecord.model_validate({**values, "status": status, **more}))


@pytest.fixture
def sampled(store: Store, run: RunRecord, ids: list[str]) -> Store:
    """Five labels of 20 kg/m², all drawn into the audit sample, and one that waits for people."""
    for instance in ids[:5]:
        store.add_label(make_label(run, instance))
        store.add_escalation(EscalationRecord(run_id=run.id, instance_id=instance, reason="audit_sample"))
    store.add_escalation(EscalationRecord(run_id=run.id, instance_id=ids[5], reason="failed"))
    return store


def test_the_error_rate_of_what_nobody_saw(sampled: Store, run: RunRecord, ids: list[str]) -> None:
    found = audit(sampled, run)
    assert found is not None
    assert (found.drawn, found.differ) == (5, (0, 0))
    values = iter([20.4, 30.0, None, 30.0])
    for instance, value in zip(ids, values, strict=False):
        decide(sampled, run, instance, None if value is None else NumberAnswer(value=value))
    decide(sampled, run, ids[4], NumberAnswer(value=30.0), blind=True, standing="opinion", choice=None)
    decide(sampled, run, ids[5], NumberAnswer(value=30.0))
    # the last one was settled anew, and what it rests on now is what counts
    decide(sampled, run, ids[3], NumberAnswer(value=20.0), standing="adjudication", reviewer=B)
    found = audit(sampled, run)
    assert found is not None
    assert (found.drawn, found.differ) == (5, (2, 4))


def test_a_superseded_label_is_still_the_one_that_is_audited(
    sampled: Store, run: RunRecord, ids: list[str]
) -> None:
    decision = decide(sampled, run, ids[0], NumberAnswer(value=30.0))
    label = sampled.current_label(run.id, ids[0])
    assert label is not None
    revised = {"status": "revised", "decided_by": "reviewer", "decision_id": decision.id}
    sampled.supersede_label(make_label(run, ids[0], answer=decision.answer, supersedes=label.id, **revised))
    found = audit(sampled, run)
    assert found is not None
    assert found.differ == (1, 1)


def test_without_a_sample_there_is_no_rate(full: Store, run: RunRecord) -> None:
    assert audit(full, run) is None


def test_figures_are_those_of_one_run_and_leave_out_what_was_carried_over(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    other = store.create_run(run.benchmark_id, {"workflow": "relabel"}, ids)
    value = (NumberAnswer(value=float(n)) for n in count(20))
    source = decide(store, run, ids[0], next(value), conventions={"race": "none"})
    carried = {"conventions": {"race": "none"}, "propagated_from": source.id}
    decide(store, run, ids[1], next(value), **carried)
    decide(store, other, ids[2], next(value))
    (found,), pairs = reviewers(store, run)
    assert (found.name, found.decided, pairs) == (A, 1, [])
