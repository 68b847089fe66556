from __future__ import annotations

import datetime as dt

import pytest

from answers.model import (
    AnswerKind,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)
from answers.parse import UnparsableAnswer, parse_answer

KINDS: tuple[AnswerKind, ...] = ("number", "integer", "date", "duration", "category", "text")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("25.238", 25.238, None),
        ("78.1 ml/hr", 78.1, "ml/hr"),
        ("103mL/hr", 103, "mL/hr"),
        ("44.2 mL/min/1.73 m²", 44.2, "mL/min/1.73 m²"),
        ("92 mm Hg", 92, "mm Hg"),
        ("1,250.5", 1250.5, None),
        ("12,345,678", 12345678, None),
        ("12%", 12, "%"),
        ("1.2E+03 mEq/L", 1200, "mEq/L"),
        ("−0.549", -0.549, None),
        ("+4", 4, None),
        (".5", 0.5, None),
        ("5.", 5, None),
        ("\u00a07 \n", 7, None),
    ],
)
def test_numbers(text: str, value: float, unit: str | None) -> None:
    assert parse_answer(text, "number") == NumberAnswer(value=value, unit=unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "inf",
        "-Infinity",
        "nan",
        "1e999",
        "1e-999",
        "4 or 5",
        "5-6",
        "5 to 6",
        "120/80",
        "1,5",
        "12,34",
        "<10",
        "≥ 3",
        "1 000",
        "1_000",
        "0x10",
        "4 x 10^3",
        "4 x10^3",
        "4e",
        "٣",
        "2 million",
        "five",
        "--4",
        "(4.31, 2.70)",
        "name 'N' is not defined",
        "YOUR_ANSWER_HERE",
        "None",
        "4\x00",
    ],
)
def test_texts_that_are_no_number(text: str) -> None:
    with pytest.raises(UnparsableAnswer):
        parse_answer(text, "number")


def test_minus_zero_is_zero() -> None:
    answer = parse_answer("-0.0", "number")
    assert isinstance(answer, NumberAnswer)
    assert str(answer.value) == "0.0"


def test_unit_of_the_question_fills_in_only_where_the_text_has_none() -> None:
    assert parse_answer("5", "number", "mg") == NumberAnswer(value=5, unit="mg")
    assert parse_answer("5 g", "number", "mg") == NumberAnswer(value=5, unit="g")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("4.0", 4),
        ("-2", -2),
        ("1,000", 1000),
        ("1e3", 1000),
        ("3 points", 3),
        ("1" * 20, int("1" * 20)),
    ],
)
def test_integers(text: str, value: int) -> None:
    assert parse_answer(text, "integer") == IntegerAnswer(value=value)


@pytest.mark.parametrize("text", ["4.2", "7.30", "1e400", "1e999999999", "9" * 400, "3 of 5", "4/5"])
def test_texts_that_are_no_integer(text: str) -> None:
    with pytest.raises(UnparsableAnswer):
        parse_answer(text, "integer")


@pytest.mark.parametrize(
    "text",
    [
        "05/03/2014",
        "5/3/2014",
        "2014-05-03",
        "2014/5/3",
        "2014-05-03 00:00:00",
        "2014-05-03T00:00:00",
        "May 3, 2014",
        "may 3rd 2014",
        "3 May 2014",
        "MAY 3, 2014",
    ],
)
def test_dates(text: str) -> None:
    assert parse_answer(text, "date") == DateAnswer(value=dt.date(2014, 5, 3))


@pytest.mark.parametrize("name", ["Sep", "Sep.", "Sept", "September"])
def test_spellings_of_a_month(name: str) -> None:
    assert parse_answer(f"{name} 30, 2014", "date") == DateAnswer(value=dt.date(2014, 9, 30))


@pytest.mark.parametrize(
    "text",
    [
        "May",
        "May 2014",
        "3 May",
        "05/2014",
        "1" * 20,
        "20140503",
        "13/05/2014",
        "02/30/2014",
        "5/3/14",
        "2014",
        "time data 'N/A' does not match format '%m/%d/%Y'",
        "2014-05-03 14:30",
        "Sepember 3, 2014",
        "2014-05/03",
    ],
)
def test_texts_that_are_no_date(text: str) -> None:
    with pytest.raises(UnparsableAnswer):
        parse_answer(text, "date")


@pytest.mark.parametrize(
    "text",
    [
        "('5 weeks', '6 days')",
        "(5 weeks, 6 days)",
        "5 weeks, 6 days",
        "5 weeks and 6 days",
        "5 weeks 6 days",
        "(5, 6)",
        '["5 weeks", "6 days"]',
        "41 days",
        "41",
        "41.0",
        "5w6d",
        "(‘5 weeks’, ‘6 days’)",
    ],
)
def test_durations(text: str) -> None:
    assert parse_answer(text, "duration") == DurationAnswer(value=41)


def test_a_week_and_a_day() -> None:
    assert parse_answer("('1 week', '1 day')", "duration") == DurationAnswer(value=8)
    assert parse_answer("5 weeks", "duration") == DurationAnswer(value=35)


@pytest.mark.parametrize(
    "text", ["5.5 weeks", "41.5", "5, 6", "6 months", "weeks", "1" * 20, "(5, 6, 7)", "( )"]
)
def test_texts_that_are_no_duration(text: str) -> None:
    with pytest.raises(UnparsableAnswer):
        parse_answer(text, "duration")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    [
        "N/A",
        "n/a",
        "NA",
        "n.a.",
        "Unknown",
        "UNKNOWN.",
        "not computable",
        "incomputable",
        "Cannot be computed",
        "cannot be calculated.",
        "Can’t be determined",
        "Not applicable",
        " unable to  calculate ",
    ],
)
def test_incomputable_in_every_kind(kind: AnswerKind, text: str) -> None:
    assert parse_answer(text, kind) == IncomputableAnswer()


def test_options_give_the_spelling() -> None:
    assert parse_answer(" non‑SEVERE ", "category", options=("Severe", "Non-severe")) == CategoryAnswer(
        value="Non-severe"
    )
    with pytest.raises(UnparsableAnswer, match="Severe, Non-severe"):
        parse_answer("mild", "category", options=("Severe", "Non-severe"))


def test_text_is_kept() -> None:
    assert parse_answer(" two  words\n", "text") == TextAnswer(value="two  words")


def test_the_error_names_text_kind_and_way_out() -> None:
    with pytest.raises(UnparsableAnswer, match=r"'May' is not an answer of kind date.*MM/DD/YYYY"):
        parse_answer("May", "date")
