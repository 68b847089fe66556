from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.agreement import within_tolerance
from answers.model import (
    AgreementRule,
    Answer,
    AnswerKind,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)
from benchmarks.rules import limits_from_rule, rule_from_limits

rules = st.builds(
    AgreementRule,
    kind=st.sampled_from(["relative", "absolute", "exact"]),
    tolerance=st.sampled_from([0.0, 0.01, 0.05, 0.1, 1.0, 3.0]),
)
labels: st.SearchStrategy[Answer] = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: NumberAnswer(value=value)),
    st.integers(-1000, 1000).map(lambda value: IntegerAnswer(value=value)),
    st.integers(-1000, 1000).map(lambda value: DurationAnswer(value=value)),
    st.dates().map(lambda value: DateAnswer(value=value)),
)


@given(labels, rules)
def test_both_limits_are_right_and_enclose_the_label(label: Answer, rule: AgreementRule) -> None:
    limits = limits_from_rule(label, rule)
    assert limits is not None
    spec = AnswerSpec(kind=_kind(label), agreement=rule)
    for limit in limits:
        assert within_tolerance(limit, label, spec)
    assert _value(limits[0]) <= _value(label) <= _value(limits[1])


@given(st.integers(-1000, 1000), rules, st.sampled_from([IntegerAnswer, DurationAnswer]))
def test_the_next_whole_number_is_wrong(
    value: int, rule: AgreementRule, made: type[IntegerAnswer] | type[DurationAnswer]
) -> None:
    label = made(value=value)
    limits = limits_from_rule(label, rule)
    assert limits is not None
    spec = AnswerSpec(kind=label.kind, agreement=rule)
    low, high = (int(_value(limit)) for limit in limits)
    assert not within_tolerance(made(value=low - 1), label, spec)
    assert not within_tolerance(made(value=high + 1), label, spec)


@pytest.mark.parametrize("value", [-4.0, 4.0, 0.2, 1e9])
@pytest.mark.parametrize("tolerance", [0.05, 0.1, 0.01])
def test_limits_imply_the_rule_that_they_come_from(value: float, tolerance: float) -> None:
    rule = AgreementRule(kind="relative", tolerance=tolerance)
    label = NumberAnswer(value=value)
    limits = limits_from_rule(label, rule)
    assert limits is not None
    assert rule_from_limits(label, *limits) == rule


def test_a_negative_label_has_the_larger_size_below() -> None:
    limits = limits_from_rule(NumberAnswer(value=-4.0, unit="mEq/L"), AgreementRule())
    assert limits == (NumberAnswer(value=-4.2, unit="mEq/L"), NumberAnswer(value=-3.8, unit="mEq/L"))


def test_dates_end_with_the_calendar() -> None:
    days = AgreementRule(kind="absolute", tolerance=3)
    first, last = DateAnswer(value=dt.date.min), DateAnswer(value=dt.date.max)
    assert limits_from_rule(first, days) == (first, DateAnswer(value=dt.date(1, 1, 4)))
    assert limits_from_rule(last, days) == (DateAnswer(value=dt.date(9999, 12, 28)), last)
    assert limits_from_rule(first, AgreementRule()) == (first, first)


@pytest.mark.parametrize("label", [CategoryAnswer(value="a"), TextAnswer(value="a"), IncomputableAnswer()])
def test_what_has_no_order_has_no_limits(label: Answer) -> None:
    assert limits_from_rule(label, AgreementRule()) is None


def _kind(label: Answer) -> AnswerKind:
    assert label.kind != "incomputable"
    return label.kind


def _value(answer: Answer) -> float:
    if isinstance(answer, DateAnswer):
        return answer.value.toordinal()
    assert isinstance(answer, NumberAnswer | IntegerAnswer | DurationAnswer)
    return answer.value
