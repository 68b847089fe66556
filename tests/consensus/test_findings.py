from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import hypothesis.strategies as st
import pytest
from hypothesis import given

from answers.model import AnswerSpec, NumberAnswer
from consensus.findings import AuditVote, Finding, find
from consensus.model import ErrorType, Policy
from consensus.route import More

SPEC = AnswerSpec(kind="number")
FIVE = Policy(votes=5, max_votes=5)


def said(
    letters: str, answers: Sequence[float | None] = (), types: Sequence[ErrorType] = ()
) -> list[AuditVote]:
    """Votes by letter: s stands, w wrong, f failed."""
    votes = []
    for sample, letter in enumerate(letters):
        answer = answers[sample] if sample < len(answers) else None
        votes.append(
            AuditVote(
                sample=sample,
                verdict={"s": "stands", "w": "wrong", "f": None}[letter],
                failure="no quote" if letter == "f" else None,
                error_type=(types[sample] if sample < len(types) else "unit") if letter == "w" else None,
                reason=f"reason {sample}",
                answer=None if answer is None else NumberAnswer(value=answer),
            )
        )
    return votes


def finding(votes: Sequence[AuditVote], policy: Policy = FIVE) -> Finding:
    found = find(votes, SPEC, policy)
    assert isinstance(found, Finding)
    return found


@pytest.mark.parametrize(
    ("letters", "verdict", "share"),
    [
        ("wwwww", "wrong", 1.0),
        ("wwwws", "wrong", 0.8),
        ("swwww", "wrong", 0.8),
        ("sssss", "stands", 1.0),
        ("ssssf", "stands", 0.8),
        ("wwwss", "unsure", 0.6),
        ("wwwff", "unsure", 0.6),
        ("wwssf", "unsure", 0.4),
        ("fffff", "unsure", 0.0),
    ],
)
def test_verdicts_are_counted_with_failed_votes_in_the_denominator(
    letters: str, verdict: str, share: float
) -> None:
    found = finding(said(letters))
    assert (found.verdict, found.share, found.n_votes) == (verdict, share, 5)
    assert found.failed == letters.count("f")
    assert (found.error_type == "unit") == (verdict == "wrong")


def test_more_votes_are_drawn_while_they_could_settle_it() -> None:
    """Three of five are 60%; five more that agree would make 8 of 10, so nine votes cannot be enough."""
    assert find(said("wwwss"), SPEC, Policy(votes=5, max_votes=10)) == More(5)
    assert finding(said("wwwss"), Policy(votes=5, max_votes=9)).verdict == "unsure"


def test_an_unsure_finding_says_how_the_votes_split() -> None:
    assert finding(said("wwssf")).reason == "5 votes: 2 × wrong, 2 × stands, 1 failed; 80% must agree"
    assert finding(said("fffff")).reason == "5 of 5 votes failed: no quote"


def test_the_error_type_is_the_most_named_and_the_reason_is_one_of_its_votes() -> None:
    found = finding(said("wwwww", types=("logic", "unit", "unit", "extraction", "unit")))
    assert (found.error_type, found.reason) == ("unit", "reason 1")


def test_of_error_types_named_equally_often_the_first_is_taken() -> None:
    found = finding(said("wwwwf", types=("logic", "unit", "unit", "logic")))
    assert (found.error_type, found.reason) == ("logic", "reason 0")


def test_the_answer_is_what_most_of_the_winning_votes_hold_to_be_right() -> None:
    answers = (10.0, 10.2, None, 20.0, 10.1)
    assert finding(said("wwwww", answers)).answer == NumberAnswer(value=10.1)
    assert finding(said("wwwww", (10.0, 20.0))).answer is None
    assert finding(said("wwwws", (10.0, 10.0, 10.0, 10.0, 99.0))).answer == NumberAnswer(value=10.0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("swf"),
            st.one_of(st.none(), st.sampled_from([1.0, 1.01, 5.0])),
            st.sampled_from(get_args(ErrorType)),
        ),
        min_size=1,
        max_size=9,
    ),
    st.randoms(),
)
def test_the_order_in_which_votes_arrive_does_not_count(
    drawn: list[tuple[str, float | None, ErrorType]], chance: object
) -> None:
    letters, answers, types = zip(*drawn, strict=True)
    votes = said("".join(letters), answers, types)
    shuffled = votes.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find(votes, SPEC, FIVE) == find(shuffled, SPEC, FIVE)
