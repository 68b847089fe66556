"""Grouping and routing of votes, by their properties."""

from __future__ import annotations

import math
from itertools import permutations
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from answers.agreement import agrees
from answers.model import (
    AgreementRule,
    Answer,
    AnswerSpec,
    CategoryAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from consensus.model import Consensus, Policy, Vote
from consensus.route import Commit, Escalate, More, priority, route
from consensus.status import label_status
from consensus.votes import counted, tally

SPEC = AnswerSpec(kind="number", agreement=AgreementRule(kind="relative", tolerance=0.05))

answers = st.one_of(
    st.floats(-1e6, 1e6).map(lambda value: NumberAnswer(value=value)),
    st.sampled_from((100.0, 103.0, 106.0, 109.0)).map(lambda value: NumberAnswer(value=value)),
    st.just(IncomputableAnswer(reason="no weight", missing=("weight",))),
)


@st.composite
def vote_lists(draw: st.DrawFn, min_size: int = 1, max_size: int = 9) -> list[Vote]:
    given_answers = draw(st.lists(st.none() | answers, min_size=min_size, max_size=max_size))
    return [
        Vote(sample=k, answer=answer, failure="refused" if answer is None else None)
        for k, answer in enumerate(given_answers)
    ]


policies = st.builds(
    lambda votes, more, agreement: Policy(votes=votes, max_votes=votes + more, agreement=agreement),
    st.integers(1, 7),
    st.integers(0, 5),
    st.floats(0.05, 1.0),
)


def said(*values: float | None) -> list[Vote]:
    """Votes with these numbers; None failed."""
    return [
        Vote(sample=k, failure="refused")
        if value is None
        else Vote(sample=k, answer=NumberAnswer(value=value))
        for k, value in enumerate(values)
    ]


def is_tied(found: Consensus) -> bool:
    sizes = [len(group.samples) for group in found.groups]
    return len(sizes) > 1 and sizes[0] == sizes[1]


@given(vote_lists(), st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(votes: list[Vote], chance: Any) -> None:
    shuffled = list(votes)
    chance.shuffle(shuffled)
    assert tally(shuffled, SPEC) == tally(votes, SPEC)


def test_nor_does_it_where_agreement_is_a_chain() -> None:
    """100 ~ 104 ~ 108, but 100 and 108 differ: the middle one holds all three, in every order."""
    for order in permutations((100.0, 104.0, 108.0)):
        found = tally(said(*order), SPEC)
        assert found.answer == NumberAnswer(value=104.0)
        assert found.share == 1


@given(vote_lists())
def test_every_vote_is_counted_once(votes: list[Vote]) -> None:
    """Failed votes are in no group and stay in the denominator; groups are a partition of the others."""
    found = tally(votes, SPEC)
    samples = [sample for group in found.groups for sample in group.samples]
    assert sorted(samples) == [vote.sample for vote in votes if vote.answer is not None]
    assert found.n_votes == len(votes)
    assert found.failed == sum(vote.answer is None for vote in votes)
    assert len(samples) + found.failed == found.n_votes
    assert 0 <= found.share <= 1
    sizes = [len(group.samples) for group in found.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert math.isclose(found.share, max(sizes, default=0) / len(votes))


@given(vote_lists())
def test_every_member_agrees_with_what_stands_for_its_group(votes: list[Vote]) -> None:
    by_sample = {vote.sample: vote.answer for vote in votes}
    for group in tally(votes, SPEC).groups:
        for sample in group.samples:
            answer = by_sample[sample]
            assert answer is not None
            assert agrees(group.answer, answer, SPEC)


@given(vote_lists())
def test_a_failed_vote_more_never_raises_the_share(votes: list[Vote]) -> None:
    before = tally(votes, SPEC)
    after = tally([*votes, Vote(sample=len(votes), failure="cut off")], SPEC)
    assert after.share <= before.share
    assert after.groups == before.groups


@given(vote_lists())
def test_an_answer_exists_exactly_where_one_group_is_the_largest(votes: list[Vote]) -> None:
    found = tally(votes, SPEC)
    assert (found.answer is None) == (not found.groups or is_tied(found))


@given(vote_lists(), policies)
def test_only_a_sufficient_consensus_commits(votes: list[Vote], policy: Policy) -> None:
    found = tally(votes, SPEC)
    outcome = route(found, votes, policy)
    enough = found.answer is not None and found.share >= policy.agreement - 1e-9
    assert isinstance(outcome, Commit) == enough


@given(vote_lists(), policies)
def test_more_votes_are_the_fewest_that_could_settle_it_and_never_beyond_the_maximum(
    votes: list[Vote], policy: Policy
) -> None:
    found = tally(votes, SPEC)
    outcome = route(found, votes, policy)
    if not isinstance(outcome, More):
        return
    assert outcome.votes >= 1
    total = found.n_votes + outcome.votes
    assert total <= policy.max_votes
    largest = len(found.groups[0].samples) if found.groups else 0
    assert (largest + outcome.votes) / total >= policy.agreement - 1e-9
    if outcome.votes > 1 and not is_tied(found):
        assert (largest + outcome.votes - 1) / (total - 1) < policy.agreement


@given(policies, st.lists(st.none() | answers, min_size=12, max_size=12))
def test_sampling_ends(policy: Policy, coming: list[Answer | None]) -> None:
    """Whatever the next votes say, it ends in a commit or with people, within the maximum."""
    every = [
        Vote(sample=k, answer=answer, failure=None if answer else "refused")
        for k, answer in enumerate(coming)
    ]
    count = policy.votes
    for _ in range(policy.max_votes + 1):
        outcome = route(tally(every[:count], SPEC), every[:count], policy)
        if not isinstance(outcome, More):
            break
        count += outcome.votes
        assert count <= policy.max_votes
    assert isinstance(outcome, Commit | Escalate)


@given(vote_lists(), policies)
def test_escalations_say_why_and_how_urgent(votes: list[Vote], policy: Policy) -> None:
    found = tally(votes, SPEC)
    outcome = route(found, votes, policy)
    if isinstance(outcome, Escalate):
        assert outcome.detail
        assert 0 <= priority(found, outcome.reason) <= 1
        assert (outcome.reason == "failed") == (found.failed == found.n_votes)


@given(vote_lists(min_size=5, max_size=5))
def test_a_tie_never_commits(votes: list[Vote]) -> None:
    """Not even under a threshold that half of the votes would reach."""
    found = tally(votes, SPEC)
    assume(is_tied(found))
    assert not isinstance(route(found, votes, Policy(votes=5, max_votes=5, agreement=0.05)), Commit)


FIVE = Policy(votes=5, max_votes=9, agreement=0.8)


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        (said(1, 1, 1, 1, 1), Commit()),
        (said(1, 1, 1, 1, 9), Commit()),
        (said(1, 1, 1, 1, None), Commit()),
        (said(1, 1, 1, 5, 9), "low_consensus"),
        (said(1, 1, 1, None, None), "low_consensus"),
        (said(None, None, None, None, None), "failed"),
        (said(1, 1, 1, 9, 1, 9), More(4)),
    ],
)
def test_routes_of_the_default_policy(votes: list[Vote], expected: Any) -> None:
    policy = FIVE if len(votes) == 5 else Policy(votes=5, max_votes=10, agreement=0.8)
    outcome = route(tally(votes, SPEC), votes, policy)
    assert (outcome.reason if isinstance(outcome, Escalate) else outcome) == expected


def test_votes_are_counted_in_words() -> None:
    assert counted(tally(said(1, 9, 1, None), SPEC)) == "4 votes: 2 × 1, 1 × 9, 1 failed"
    assert counted(tally((), SPEC)) == "no votes"


def test_values_against_incomputable_have_a_reason_of_their_own() -> None:
    votes = [*said(1, 1, 1), Vote(sample=3, answer=IncomputableAnswer()), Vote(sample=4, failure="refused")]
    outcome = route(tally(votes, SPEC), votes, FIVE)
    assert isinstance(outcome, Escalate)
    assert outcome.reason == "incomputable_split"


def test_an_incomputable_group_names_all_that_its_votes_found_missing() -> None:
    votes = [
        Vote(sample=k, answer=IncomputableAnswer(reason=f"no {name}", missing=(name,)))
        for k, name in enumerate(("weight", "height", "weight"))
    ]
    answer = tally(votes, SPEC).answer
    assert isinstance(answer, IncomputableAnswer)
    assert answer.missing == ("height", "weight")


def with_objections(*objected: bool) -> list[Vote]:
    return [
        Vote(sample=k, answer=NumberAnswer(value=1), objections=("wrong weight",) if objects else ())
        for k, objects in enumerate(objected)
    ]


@pytest.mark.parametrize(
    ("objected", "reason"),
    [
        ((True, True, True, False, False), "critic_objects"),
        ((True, True, False, False), "critic_objects"),
        ((True, True, False, False, False), None),
        ((True,), "critic_objects"),
    ],
)
def test_objections_in_half_of_the_winning_votes_go_to_people(
    objected: tuple[bool, ...], reason: str | None
) -> None:
    votes = with_objections(*objected)
    outcome = route(tally(votes, SPEC), votes, FIVE)
    assert (outcome.reason if isinstance(outcome, Escalate) else None) == reason


def test_objections_of_votes_that_lost_do_not_count() -> None:
    votes = said(1, 1, 1, 1, 9)
    votes[4] = votes[4].model_copy(update={"objections": ("no",)})
    assert isinstance(route(tally(votes, SPEC), votes, FIVE), Commit)


def test_an_open_convention_in_a_winning_vote_goes_to_people_before_an_objection() -> None:
    votes = with_objections(True, True, True)
    votes[0] = votes[0].model_copy(update={"open_conventions": ("delta_gap",)})
    outcome = route(tally(votes, SPEC), votes, FIVE)
    assert isinstance(outcome, Escalate)
    assert outcome.reason == "convention_open"
    assert "delta_gap" in outcome.detail


@given(st.none() | answers, st.none() | answers)
def test_the_status_of_a_label(original: Answer | None, answer: Answer | None) -> None:
    status = label_status(original, answer, SPEC)
    if answer is None:
        assert status == "ambiguous"
    elif original is not None and agrees(original, answer, SPEC):
        assert status == "confirmed"
    else:
        assert status == ("incomputable" if answer.kind == "incomputable" else "revised")


@given(answers)
def test_an_answer_confirms_itself(answer: Answer) -> None:
    assert label_status(answer, answer, SPEC) == "confirmed"


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("integer", (IntegerAnswer(value=3), IntegerAnswer(value=3), IntegerAnswer(value=4))),
        (
            "category",
            (CategoryAnswer(value="High"), CategoryAnswer(value=" high"), CategoryAnswer(value="low")),
        ),
    ],
)
def test_other_kinds_are_grouped_by_their_own_rule(kind: Any, values: tuple[Answer, ...]) -> None:
    spec = AnswerSpec(kind=kind, agreement=AgreementRule(kind="exact", tolerance=0))
    found = tally([Vote(sample=k, answer=value) for k, value in enumerate(values)], spec)
    assert [group.samples for group in found.groups] == [(0, 1), (2,)]
