"""Sequential sampling: what it guarantees exactly, and what it states of its error."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from answers.model import AgreementRule, AnswerSpec, CategoryAnswer
from consensus.model import Policy, Vote
from consensus.route import Commit, Escalate, More, route
from consensus.saving import Compared, Saving, play, saving
from consensus.sequential import NEW_ANSWER, further, needed, opening, risk, sufficient
from consensus.votes import tally

SPEC = AnswerSpec(kind="category", agreement=AgreementRule(kind="exact", tolerance=0))
FULL = Policy(votes=9, max_votes=9)


def said(letters: str) -> list[Vote]:
    """One vote a letter; "-" failed."""
    return [
        Vote(sample=k, failure="refused")
        if letter == "-"
        else Vote(sample=k, answer=CategoryAnswer(value=letter))
        for k, letter in enumerate(letters)
    ]


def sequential(stated_error: float, max_votes: int = 9, agreement: float = 0.8) -> Policy:
    """With the smallest first round that can settle anything."""
    policy = Policy(votes=1, max_votes=max_votes, agreement=agreement, stated_error=stated_error)
    return policy.model_copy(update={"votes": opening(policy)})


def routed(letters: str, policy: Policy) -> Commit | More | Escalate:
    votes = said(letters)
    return route(tally(votes, SPEC), votes, policy)


policies = st.builds(
    lambda votes, more, agreement, error: Policy(
        votes=votes, max_votes=votes + more, agreement=agreement, stated_error=error
    ),
    st.integers(1, 6),
    st.integers(0, 8),
    st.floats(0.5, 1.0, exclude_min=True),
    st.floats(0.0, 0.5, exclude_max=True),
)


@pytest.mark.parametrize("agreement", [0.6, 0.8, 1.0])
@pytest.mark.parametrize(("max_votes", "said_by"), [(1, "ab-c"), (2, "ab-c"), (4, "ab-c"), (6, "ab-")])
def test_without_error_every_completion_ends_as_all_votes_do(
    max_votes: int, said_by: str, agreement: float
) -> None:
    policy = sequential(0.0, max_votes, agreement)
    full = Policy(votes=max_votes, max_votes=max_votes, agreement=agreement)
    for letters in product(said_by, repeat=max_votes):
        votes = said("".join(letters))
        assert play(votes, SPEC, policy).label == play(votes, SPEC, full).label, letters


@given(st.text("aaaaab-", min_size=9, max_size=9))
def test_whatever_all_votes_commit_is_committed_at_any_stated_error(letters: str) -> None:
    votes = said(letters)
    whole = play(votes, SPEC, FULL).label
    for error in (0.0, 0.1, 0.25, 0.4):
        label = play(votes, SPEC, sequential(error)).label
        assert whole is None or label == whole


@given(policies, st.data())
def test_never_more_votes_than_the_most(policy: Policy, data: st.DataObject) -> None:
    letters = data.draw(st.text("aab-", min_size=policy.max_votes, max_size=policy.max_votes))
    found = play(said(letters), SPEC, policy)
    assert policy.votes <= found.votes <= policy.max_votes


@given(policies, st.integers(0, 12), st.integers(0, 12), st.floats(0.0, 0.49))
def test_a_larger_stated_error_never_asks_for_more(
    policy: Policy, leading: int, others: int, error: float
) -> None:
    lower, higher = sorted((error, policy.stated_error or 0.0))
    strict = policy.model_copy(update={"stated_error": lower})
    lax = policy.model_copy(update={"stated_error": higher})
    votes = leading + others
    assert sufficient(leading, votes, lax) >= sufficient(leading, votes, strict)
    assert further(leading, votes, lax) <= further(leading, votes, strict)


@pytest.mark.parametrize("letters", ["aab", "aa-", "aaaab", "ab-"])
def test_the_order_of_the_votes_of_a_round_does_not_matter(letters: str) -> None:
    outcomes = {routed("".join(order), sequential(0.25)) for order in permutations(letters)}
    assert len({type(outcome) for outcome in outcomes}) == 1
    assert len({outcome.votes for outcome in outcomes if isinstance(outcome, More)}) <= 1


@given(policies, st.integers(1, 8), st.integers(0, 8))
def test_the_risk_is_that_of_the_urn(policy: Policy, leading: int, others: int) -> None:
    """Against the plain recursion: the next vote joins the leading answer, or it does not."""
    total = max(policy.max_votes, leading + others)
    wanted = needed(total, policy)

    def missed(given_it: int, drawn: int) -> float:
        if drawn == total:
            return float(given_it < wanted)
        joins = given_it / (drawn + NEW_ANSWER)
        return joins * missed(given_it + 1, drawn + 1) + (1 - joins) * missed(given_it, drawn + 1)

    assert risk(leading, leading + others, policy) == pytest.approx(
        missed(leading, leading + others), abs=1e-9
    )


def test_rounds_are_the_smallest_that_could_settle_it() -> None:
    policy = sequential(0.25)
    assert policy.votes == 3
    assert routed("aaa", policy) == Commit()
    assert routed("aab", policy) == More(1)  # another dissent would leave no answer with 8 of 9
    assert isinstance(routed("aabb", policy), Escalate)
    assert routed("aaaaaab", policy) == More(1)
    assert routed("aaaaaaab", policy) == Commit()  # the ninth vote is likely enough to agree
    assert [sequential(error).votes for error in (0.0, 0.05, 0.1, 0.15, 0.25)] == [8, 6, 5, 4, 3]


def test_failed_votes_stand_against_every_answer() -> None:
    assert isinstance(routed("aa--", sequential(0.25)), Escalate)
    assert isinstance(routed("--", sequential(0.25)), Escalate)


def test_what_speaks_against_an_answer_still_does() -> None:
    policy = sequential(0.25)
    objecting = [vote.model_copy(update={"objections": ("wrong day",)}) for vote in said("aaa")]
    votes = [*objecting[:2], said("aaa")[2]]
    outcome = route(tally(votes, SPEC), votes, policy)
    assert isinstance(outcome, Escalate)
    assert outcome.reason == "critic_objects"
    votes = [*said("aa"), said("aaa")[2].model_copy(update={"open_conventions": ("opioid_factors",)})]
    outcome = route(tally(votes, SPEC), votes, policy)
    assert isinstance(outcome, Escalate)
    assert outcome.reason == "convention_open"


def test_the_reason_names_how_many_must_agree() -> None:
    outcome = routed("aa-b", sequential(0.25))
    assert isinstance(outcome, Escalate)
    assert outcome.detail == "4 votes: 2 × a, 1 × b, 1 failed; 8 of 9 must agree"


def test_a_stated_error_needs_a_majority() -> None:
    with pytest.raises(ValidationError, match="agreement of more than"):
        Policy(agreement=0.5, stated_error=0.1)


def urn(rng: random.Random, votes: int) -> str:
    """Votes of one instance as the prior has them."""
    letters: list[str] = []
    for drawn in range(votes):
        new = rng.random() * (drawn + NEW_ANSWER) < NEW_ANSWER
        letters.append(chr(ord("a") + drawn) if new else rng.choice(letters))
    return "".join(letters)


def flips(rng: random.Random, votes: int, error: float) -> str:
    """Votes that err independently; every second error is the same one."""
    wrong = ("x", *"bcdefghi")
    return "".join(
        "a" if rng.random() >= error else "x" if rng.random() < 0.5 else wrong[k % len(wrong)]
        for k in range(votes)
    )


def measured(instances: list[str], policy: Policy) -> Saving:
    return saving(
        [Compared(play(said(text), SPEC, FULL), play(said(text), SPEC, policy), SPEC) for text in instances]
    )


@pytest.mark.parametrize("error", [0.1, 0.25])
def test_the_stated_error_bounds_what_all_votes_would_have_left_to_people(error: float) -> None:
    """Where the prior holds: 1,500 instances from the urn; three standard errors are allowed."""
    rng = random.Random(7)
    found = measured([urn(rng, 9) for _ in range(1500)], sequential(error))
    early = found.only_here / found.committed
    assert 0 < early <= error + 3 * (error * (1 - error) / (found.committed * 1500)) ** 0.5
    assert found.only_full == found.other_label == 0.0


@pytest.mark.parametrize("error", [0.05, 0.2, 0.4])
def test_the_default_keeps_the_labels_of_nine_votes_for_half_the_calls(error: float) -> None:
    rng = random.Random(11)
    found = measured([flips(rng, 9, error) for _ in range(800)], sequential(0.25))
    assert found.same_label == 1.0
    assert found.calls <= 4.5
    assert found.full_calls == 9.0
    assert found.same_outcome == pytest.approx(1 - found.only_here)
    assert found.calls_per_label is not None
    assert found.calls_per_label < 9 / found.full_committed
