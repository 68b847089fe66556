"""The triage score: bounds, monotone in every component, and each component's part of it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.agreement import Disagreement, agrees
from answers.model import AgreementRule, Answer, AnswerSpec, DateAnswer, IncomputableAnswer, NumberAnswer
from consensus.model import Vote
from consensus.triage import (
    COMPONENTS,
    UNSUSPECTED,
    AuditFinding,
    Evidence,
    StoredCheck,
    apart,
    components,
    triage_score,
    vote_evidence,
)
from consensus.votes import tally

SPEC = AnswerSpec(kind="number", agreement=AgreementRule(kind="relative", tolerance=0.05))
NUMBERS = st.floats(-1e6, 1e6).map(lambda value: NumberAnswer(value=value))
ANSWERS: st.SearchStrategy[Answer] = NUMBERS | st.just(IncomputableAnswer())
DISTANCES = (
    st.builds(Disagreement, st.just("relative"), st.floats(0.001, 2))
    | st.builds(Disagreement, st.just("days"), st.integers(1, 10_000).map(float))
    | st.sampled_from([Disagreement("same", 0), Disagreement("incomputable", 1), Disagreement("other", 1)])
)
SHARES = st.floats(0, 1)
EVIDENCE = st.builds(
    Evidence,
    disagreement=st.none() | DISTANCES,
    stored=st.none() | st.builds(StoredCheck, contradicts=st.none() | st.booleans(), by=st.just("sirs 1")),
    split=st.none() | SHARES,
    conventions=st.sampled_from([(), ("delta_gap",), ("delta_gap", "naegele")]),
    finding=st.none()
    | st.builds(AuditFinding, verdict=st.sampled_from(["wrong", "unsure", "stands"]), share=SHARES),
)


@given(EVIDENCE)
def test_the_score_is_a_probability_and_at_least_each_component(evidence: Evidence) -> None:
    score, found = triage_score(evidence), components(evidence)
    assert UNSUSPECTED <= score + 1e-12 <= 1 + 1e-12
    assert all(score >= component.probability - 1e-12 for component in found)
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    assert {one.name for one in found} <= set(COMPONENTS)
    assert all(one.detail for one in found)


@given(EVIDENCE)
def test_the_label_is_right_only_if_every_component_is_a_false_alarm(evidence: Evidence) -> None:
    """The noisy-or, by the rule of inclusion and exclusion for independent events, one at a time."""
    either = UNSUSPECTED
    for component in components(evidence):
        either = either + component.probability - either * component.probability
    assert triage_score(evidence) == pytest.approx(either)


LADDERS: dict[str, list[Any]] = {
    "disagreement": [
        None, Disagreement("relative", 0.01), Disagreement("relative", 0.2), Disagreement("relative", 2.0),
    ],
    "stored": [None, StoredCheck(contradicts=False, by=""), StoredCheck(contradicts=True, by="")],
    "split": [None, 0.0, 0.2, 0.6, 1.0],
    "conventions": [(), ("a",), ("a", "b")],
    "finding": [
        AuditFinding(verdict="stands", share=1), AuditFinding(verdict="unsure", share=0.6),
        AuditFinding(verdict="wrong", share=0.8), AuditFinding(verdict="wrong", share=1),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LADDERS)
@given(evidence=EVIDENCE)
def test_the_score_never_falls_when_a_component_gets_stronger(name: str, evidence: Evidence) -> None:
    scores = [triage_score(evidence.model_copy(update={name: step})) for step in LADDERS[name]]
    assert all(low <= high for low, high in pairwise(scores))
    assert scores[0] < scores[-1] or scores[0] > 0.99


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_more_days_apart_weigh_more(a: int, b: int) -> None:
    by_days = [triage_score(Evidence(disagreement=Disagreement("days", float(days)))) for days in (a, b)]
    assert (by_days[0] < by_days[1]) == (a < b)


@given(ANSWERS, ANSWERS)
def test_the_distance_is_symmetric_and_nothing_where_the_two_agree(a: Answer, b: Answer) -> None:
    there, back = apart(a, b, SPEC), apart(b, a, SPEC)
    assert there == back
    assert there is not None
    assert (there.bucket == "same") == agrees(a, b, SPEC)
    assert (there.bucket == "incomputable") == (a.kind != b.kind)


def test_a_distance_needs_both() -> None:
    day = DateAnswer(value=dt.date(2020, 1, 1))
    assert apart(None, day, SPEC) is None
    assert apart(day, None, SPEC) is None


def votes(*values: float | None) -> list[Vote]:
    return [
        Vote(sample=k, failure="unread")
        if value is None
        else Vote(sample=k, answer=NumberAnswer(value=value), open_conventions=("b", "a")[: k % 3])
        for k, value in enumerate(values)
    ]


def test_what_votes_say() -> None:
    cast = votes(10, 10, 10, 20, None)
    found = vote_evidence(cast, tally(cast, SPEC), NumberAnswer(value=20), SPEC)
    assert found == Evidence(
        disagreement=Disagreement("relative", 0.5), split=1.0 - 0.6, conventions=("a", "b")
    )
    agreeing = vote_evidence(votes(10), tally(votes(10), SPEC), NumberAnswer(value=10.2), SPEC)
    assert components(agreeing) == ()
    assert triage_score(agreeing) == pytest.approx(UNSUSPECTED)


@pytest.mark.parametrize("cast", [[], votes(None, None)])
def test_without_an_answer_the_votes_are_split_altogether(cast: list[Vote]) -> None:
    found = vote_evidence(cast, tally(cast, SPEC), NumberAnswer(value=20), SPEC)
    assert (found.disagreement, found.split) == (None, 1.0)
    assert [component.detail for component in components(found)] == ["no votes agree on an answer"]
