from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.format import AnswerStyle, format_answer
from answers.model import Answer, DateAnswer, DurationAnswer, IncomputableAnswer, IntegerAnswer, NumberAnswer
from answers.parse import parse_answer

STYLES: tuple[AnswerStyle, ...] = ("plain", "medcalc")
UNITS = (None, "mL/min", "mL/min/1.73 m²", "mm Hg", "kg/m²", "%", "mEq/L", "µg/kg/min", "°C")


@pytest.mark.parametrize(
    ("answer", "plain", "medcalc"),
    [
        (NumberAnswer(value=0.1 + 0.2), "0.3", "0.3"),
        (NumberAnswer(value=100.0), "100", "100"),
        (NumberAnswer(value=-0.00012345), "-0.00012345", "-0.00012345"),
        (NumberAnswer(value=1234567.8), "1234568", "1234568"),
        (NumberAnswer(value=3e-9), "3e-09", "3e-09"),
        (IntegerAnswer(value=10**20), "1" + "0" * 20, "1" + "0" * 20),
        (DateAnswer(value=dt.date(2014, 5, 3)), "2014-05-03", "05/03/2014"),
        (DurationAnswer(value=41), "41 days", "('5 weeks', '6 days')"),
        (DurationAnswer(value=8), "8 days", "('1 week', '1 day')"),
        (DurationAnswer(value=-3), "-3 days", "-3 days"),
        (IncomputableAnswer(reason="no weight"), "N/A", "N/A"),
    ],
)
def test_spellings(answer: Answer, plain: str, medcalc: str) -> None:
    assert format_answer(answer) == plain
    assert format_answer(answer, style="medcalc") == medcalc


def test_unit_only_when_asked_for() -> None:
    answer = NumberAnswer(value=25.238, unit="mL/min")
    assert format_answer(answer) == "25.238"
    assert format_answer(answer, show_unit=True) == "25.238 mL/min"


ANSWERS = st.one_of(
    st.builds(IntegerAnswer, value=st.integers(-(10**30), 10**30)),
    st.builds(DateAnswer, value=st.dates()),
    st.builds(DurationAnswer, value=st.integers(-999_999, 999_999)),
)


@given(answer=ANSWERS, style=st.sampled_from(STYLES))
def test_exact_answers_come_back(answer: Answer, style: AnswerStyle) -> None:
    assert parse_answer(format_answer(answer, style=style), answer.kind) == answer  # type: ignore[arg-type]


@given(
    value=st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    unit=st.sampled_from(UNITS),
)
def test_numbers_come_back_to_six_digits(value: float, unit: str | None) -> None:
    spelled = format_answer(NumberAnswer(value=value, unit=unit), show_unit=True)
    back = parse_answer(spelled, "number")
    assert isinstance(back, NumberAnswer)
    assert back.unit == unit
    assert back.value == pytest.approx(value, rel=5e-6, abs=0)
    assert format_answer(back, show_unit=True) == spelled


@given(value=st.floats(min_value=1e-300, max_value=1e300))
def test_sign_is_only_a_sign(value: float) -> None:
    assert format_answer(NumberAnswer(value=-value)) == "-" + format_answer(NumberAnswer(value=value))
