"""What several opinions amount to, and how far an answer is from the original."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import Answer, AnswerSpec, DateAnswer, IncomputableAnswer, IntegerAnswer, NumberAnswer
from consensus.review import Opinion, change_size, standing

SPEC = AnswerSpec(kind="number")
A = NumberAnswer(value=20.0)
CLOSE = NumberAnswer(value=20.5)
FAR = NumberAnswer(value=30.0)
NONE = IncomputableAnswer(reason="no weight")


def said(reviewer: str, answer: Answer | None = A, *, abstains: bool = False) -> Opinion:
    return Opinion(reviewer, answer, abstains)


@pytest.mark.parametrize(
    ("earlier", "new", "needed", "expected"),
    [
        ([], said("a"), 1, "final"),
        ([], said("a"), 2, "opinion"),
        ([said("a")], said("b", CLOSE), 2, "final"),
        ([said("a")], said("b", FAR), 2, "dispute"),
        ([said("a")], said("b", FAR), 1, "dispute"),
        ([said("a")], said("b", NONE), 2, "dispute"),
        ([said("a", None)], said("b", None), 2, "final"),
        ([said("a", None)], said("b"), 2, "dispute"),
        ([said("a")], said("a", FAR), 1, "final"),
        ([said("a")], said("a", FAR), 2, "opinion"),
        ([said("a", FAR), said("a")], said("b"), 2, "final"),
        ([said("a", None, abstains=True)], said("b"), 1, "final"),
        ([said("a", None, abstains=True)], said("b"), 2, "opinion"),
        ([said("a")], said("b", None, abstains=True), 1, "opinion"),
        ([said("a"), said("b")], said("c", FAR), 3, "dispute"),
        ([said("a"), said("b", FAR)], said("b"), 2, "final"),
    ],
)
def test_what_an_opinion_does(earlier: list[Opinion], new: Opinion, needed: int, expected: str) -> None:
    assert standing(new, earlier, SPEC, needed) == expected


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([A, FAR, None])), max_size=8))
def test_nothing_is_settled_while_anyone_disagrees(history: list[tuple[str, Answer | None]]) -> None:
    earlier = [Opinion(*each) for each in history]
    what = standing(said("e"), earlier, SPEC, 1)
    latest = {opinion.reviewer: opinion.answer for opinion in earlier}
    assert (what == "final") == all(answer == A for answer in latest.values())


DAY = dt.date(2024, 5, 3)


@pytest.mark.parametrize(
    ("answer", "original", "spec", "expected"),
    [
        (CLOSE, A, SPEC, "none"),
        (NumberAnswer(value=24.0), A, SPEC, "small"),
        (FAR, A, SPEC, "large"),
        (NumberAnswer(value=-20.0), A, SPEC, "large"),
        (NONE, A, SPEC, "incomputable"),
        (A, NONE, SPEC, "incomputable"),
        (NONE, NONE, SPEC, "none"),
        (IntegerAnswer(value=1), IntegerAnswer(value=4), AnswerSpec(kind="integer"), "large"),
        (DateAnswer(value=DAY), DateAnswer(value=DAY + dt.timedelta(7)), AnswerSpec(kind="date"), "small"),
        (DateAnswer(value=DAY), DateAnswer(value=DAY + dt.timedelta(8)), AnswerSpec(kind="date"), "large"),
        (None, A, SPEC, None),
        (A, None, SPEC, None),
    ],
)
def test_the_size_of_a_change(
    answer: Answer | None, original: Answer | None, spec: AnswerSpec, expected: str | None
) -> None:
    assert change_size(answer, original, spec) == expected
