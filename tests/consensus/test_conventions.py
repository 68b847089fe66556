"""Votes counted again under another option say what they would have said had it held from the start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import AnswerSpec
from calculators.again import NotReproducible, again
from calculators.evaluate import evaluate
from calculators.model import Derivation
from calculators.registry import get
from consensus.conventions import Ballot, outcome, recast
from consensus.model import Policy, Vote
from consensus.votes import tally

RISE, FALL = {"delta_gap": "ag_minus_12"}, {"delta_gap": "minus_bicarbonate_fall"}
SPEC = AnswerSpec(kind="number", unit="mEq/L")
POLICY = Policy(votes=1, max_votes=9, agreement=0.8)


def gap(sodium: float, options: dict[str, str]) -> Derivation:
    return evaluate(get("delta_gap"), {"sodium": sodium, "chloride": 100, "bicarbonate": 10}, options)


def ballots(sodium: list[float | None], options: dict[str, str], objection: str = "") -> list[Ballot]:
    """One vote for each sodium, None for one that failed; the convention is open."""
    found: list[Ballot] = []
    for sample, value in enumerate(sodium):
        derivation = None if value is None else gap(value, options)
        vote = Vote(
            sample=sample,
            answer=derivation.answer if derivation else None,
            failure=None if derivation else "extractor: no quote",
            objections=(objection,) if objection else (),
            open_conventions=("delta_gap",) if derivation else (),
        )
        found.append((vote, derivation))
    return found


sodium = st.lists(st.none() | st.sampled_from((130.0, 135.0, 140.0)), min_size=1, max_size=7)


@given(sodium=sodium)
def test_it_is_as_if_the_option_had_held_from_the_start(sodium: list[float | None]) -> None:
    before, after = ballots(sodium, RISE), ballots(sodium, FALL)
    found = outcome(before, SPEC, POLICY, FALL)
    assert found == outcome(after, SPEC, POLICY, FALL)
    assert found.consensus == tally([vote for vote, _ in after], SPEC)
    assert (found.answer is not None) == (found.consensus.share + 1e-9 >= POLICY.agreement)


@given(sodium=sodium, options=st.sampled_from([RISE, FALL]))
def test_the_options_of_a_derivation_give_its_own_answer(
    sodium: list[float | None], options: dict[str, str]
) -> None:
    for vote, derivation in ballots(sodium, options):
        cast = recast((vote, derivation), options)
        assert cast.answer == vote.answer
        assert cast.open_conventions == ()
        if derivation is not None:
            assert again(derivation) == derivation.model_copy(update={"notes": again(derivation).notes})
            for option, answer in derivation.alternatives["delta_gap"].items():
                assert recast((vote, derivation), {"delta_gap": option}).answer == answer


def test_what_stays_open_or_objected_to_stands_against_it() -> None:
    votes = ballots([140.0, 140.0], RISE)
    open_still = outcome(votes, SPEC, POLICY, {})
    assert open_still.answer is None
    assert open_still.obstacle is not None
    assert open_still.obstacle.reason == "convention_open"
    assert open_still.agreed is None
    assert open_still.shared == gap(140.0, RISE).answer
    objected = outcome(ballots([140.0, 140.0], RISE, "the wrong day"), SPEC, POLICY, FALL)
    assert objected.answer is None
    assert objected.agreed == gap(140.0, FALL).answer


def test_a_convention_can_bring_votes_together() -> None:
    """At a bicarbonate that two votes read differently, the sum of both steps is the same."""
    votes: list[Ballot] = []
    for sample, bicarbonate in enumerate((10.0, 14.0)):
        inputs = {"sodium": 140.0, "chloride": 100.0, "bicarbonate": bicarbonate}
        derivation = evaluate(get("delta_gap"), inputs, RISE)
        votes.append((Vote(sample=sample, answer=derivation.answer), derivation))
    assert outcome(votes, SPEC, POLICY, RISE).answer is None
    assert outcome(votes, SPEC, POLICY, FALL).answer == gap(140.0, FALL).answer


def test_no_further_vote_is_asked_for() -> None:
    found = outcome(ballots([130.0, 140.0], RISE), SPEC, POLICY, FALL)
    assert found.obstacle is not None
    assert found.obstacle.reason == "low_consensus"


def test_a_derivation_of_another_version_is_not_executed() -> None:
    ((vote, derivation),) = ballots([140.0], RISE)
    assert derivation is not None
    older = derivation.model_copy(update={"version": "0"})
    with pytest.raises(NotReproducible, match=r"delta_gap was version 0 and is 1 here"):
        recast((vote, older), FALL)
    assert recast((vote, older), RISE).answer == vote.answer, "nothing has to be executed"
    recorded = derivation.model_copy(update={"method": "recorded"})
    with pytest.raises(NotReproducible, match="no registered calculator"):
        again(recorded)


def test_conventions_of_other_calculators_change_nothing() -> None:
    ((vote, derivation),) = ballots([140.0], RISE)
    other = {"naegele": "days_280"}
    assert recast((vote, derivation), other) == vote
    assert derivation is not None
    assert again(derivation, other).conventions == RISE
