from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.agreement import agrees, disagreement, within_tolerance
from answers.model import (
    AgreementRule,
    Answer,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)

RELATIVE = AnswerSpec(kind="number", agreement=AgreementRule(kind="relative", tolerance=0.05))
EXACT = AnswerSpec(kind="integer", agreement=AgreementRule(kind="exact"))


def absolute(tolerance: float) -> AnswerSpec:
    return AnswerSpec(kind="number", agreement=AgreementRule(kind="absolute", tolerance=tolerance))


def number(value: float) -> NumberAnswer:
    return NumberAnswer(value=value)


def day(text: str) -> DateAnswer:
    return DateAnswer(value=dt.date.fromisoformat(text))


FINITE = st.floats(allow_nan=False, allow_infinity=False)
ANSWERS = st.one_of(
    st.builds(NumberAnswer, value=FINITE),
    st.builds(IntegerAnswer, value=st.integers(-(10**400), 10**400)),
    st.builds(DateAnswer, value=st.dates()),
    st.builds(DurationAnswer, value=st.integers(0, 400)),
    st.builds(CategoryAnswer, value=st.text(max_size=5)),
    st.builds(TextAnswer, value=st.text(max_size=5)),
    st.builds(IncomputableAnswer, reason=st.text(max_size=5)),
)
SPECS = st.builds(
    AnswerSpec,
    kind=st.just("number"),
    agreement=st.builds(
        AgreementRule, kind=st.sampled_from(["relative", "absolute", "exact"]), tolerance=st.floats(0, 3)
    ),
)


@given(a=ANSWERS, b=ANSWERS, spec=SPECS)
def test_agreement_is_symmetric_and_reflexive(a: Answer, b: Answer, spec: AnswerSpec) -> None:
    assert agrees(a, b, spec) == agrees(b, a, spec)
    assert agrees(a, a, spec)
    assert within_tolerance(a, a, spec)


@given(a=FINITE, b=FINITE, spec=SPECS)
def test_agreement_does_not_depend_on_the_sign(a: float, b: float, spec: AnswerSpec) -> None:
    assert agrees(number(a), number(b), spec) == agrees(number(-a), number(-b), spec)


@given(a=ANSWERS, b=ANSWERS)
def test_disagreement_is_symmetric_and_zero_for_the_same(a: Answer, b: Answer) -> None:
    assert disagreement(a, b) == disagreement(b, a)
    assert disagreement(a, a) == ("same", 0.0)
    assert disagreement(a, b).score >= 0


@given(b=st.floats(-1e9, 1e9), share=st.floats(0, 0.05))
def test_what_is_within_five_percent_agrees(b: float, share: float) -> None:
    assert within_tolerance(number(b * (1 - share)), number(b), RELATIVE)
    assert agrees(number(b * (1 - share)), number(b), RELATIVE)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (0.95, 1.0, True),
        (0.9499, 1.0, False),
        (-0.95, -1.0, True),
        (-0.9499, -1.0, False),
        (4, -4, False),
        (0, 0, True),
        (0, 1e-9, False),
        (1e308, -1e308, False),
    ],
)
def test_relative(a: float, b: float, same: bool) -> None:
    assert agrees(number(a), number(b), RELATIVE) is same


def test_relative_to_the_truth_alone() -> None:
    assert agrees(number(105.2), number(100), RELATIVE)
    assert not within_tolerance(number(105.2), number(100), RELATIVE)
    assert within_tolerance(number(105), number(100), RELATIVE)
    assert not within_tolerance(number(0.001), number(0), RELATIVE)
    assert within_tolerance(number(-105), number(-100), RELATIVE)


def test_absolute_and_exact() -> None:
    assert agrees(number(3), number(4), absolute(1))
    assert not agrees(number(3), number(4.1), absolute(1))
    assert agrees(IntegerAnswer(value=4), IntegerAnswer(value=4), EXACT)
    assert not agrees(IntegerAnswer(value=100), IntegerAnswer(value=101), EXACT)


def test_numbers_and_integers_compare_as_numbers() -> None:
    assert agrees(IntegerAnswer(value=4), number(4.0), EXACT)
    assert not agrees(IntegerAnswer(value=4), number(4.1), EXACT)


def test_incomputable_agrees_only_with_incomputable() -> None:
    assert agrees(IncomputableAnswer(reason="no weight"), IncomputableAnswer(missing=("age",)), RELATIVE)
    assert not agrees(IncomputableAnswer(), number(0), RELATIVE)
    assert not agrees(TextAnswer(value="incomputable"), IncomputableAnswer(), RELATIVE)


def test_other_kinds_do_not_agree() -> None:
    assert not agrees(IntegerAnswer(value=41), DurationAnswer(value=41), EXACT)
    assert not agrees(TextAnswer(value="a"), CategoryAnswer(value="a"), EXACT)


def test_dates_are_exact_or_within_days() -> None:
    assert not agrees(day("2014-05-03"), day("2014-05-04"), RELATIVE)
    assert agrees(day("2014-05-03"), day("2014-05-05"), absolute(2))
    assert not agrees(day("2014-05-03"), day("2014-05-06"), absolute(2))
    assert agrees(DurationAnswer(value=41), DurationAnswer(value=43), absolute(2))


def test_spelling_of_categories_and_texts() -> None:
    assert agrees(CategoryAnswer(value=" Severe "), CategoryAnswer(value="severe"), EXACT)
    assert agrees(TextAnswer(value="two  words\n"), TextAnswer(value="two words"), EXACT)
    assert not agrees(TextAnswer(value="Two"), TextAnswer(value="two"), EXACT)


def test_triage_scores() -> None:
    assert disagreement(number(78.1), number(70)).score == pytest.approx(8.1 / 78.1)
    assert disagreement(number(-1), number(1)) == ("relative", 2.0)
    assert disagreement(number(0), number(5)) == ("relative", 1.0)
    assert disagreement(day("2014-05-03"), day("2014-05-13")) == ("days", 10.0)
    assert disagreement(DurationAnswer(value=41), DurationAnswer(value=34)) == ("days", 7.0)
    assert disagreement(number(3), IncomputableAnswer()) == ("incomputable", 1.0)
    assert disagreement(TextAnswer(value="a"), TextAnswer(value="b")) == ("other", 1.0)
