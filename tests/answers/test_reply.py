"""The answer in a model's reply."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.model import (
    Answer,
    AnswerKind,
    AnswerSpec,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from answers.parse import UnparsableAnswer
from answers.reply import read_reply


def spec(kind: AnswerKind, *options: str) -> AnswerSpec:
    return AnswerSpec(kind=kind, options=options)


def number(value: float, unit: str | None = None) -> NumberAnswer:
    return NumberAnswer(value=value, unit=unit)


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        ("12.5", number(12.5)),
        (" -3 mmol/L ", number(-3, "mmol/L")),
        ("First 7.\n<answer>12.5</answer>", number(12.5)),
        ("<answer>1</answer> no, <ANSWER> 2 </ANSWER> it is", number(2)),
        ("<think>the answer is 3</think>\n4", number(4)),
        ('{"step_by_step": "a / b", "answer": 5.25}', number(5.25)),
        ('Here: ```json\n{"Answer": "5.25 mg"}\n```', number(5.25, "mg")),
        ('<answer>{"answer": "6"}</answer>', number(6)),
        ("The answer is 7.5.", number(7.5)),
        ("So the answer is **7.5 mg/dL**. That is low.", number(7.5, "mg/dL")),
        ("**Answer:** approximately 8", number(8)),
        ("The answer is 1.\nAnswer: 9", number(9)),
        ("≈ 2.25", number(2.25)),
        ("<answer>N/A</answer>", IncomputableAnswer()),
        ("The answer is unknown.", IncomputableAnswer()),
    ],
)
def test_a_number_is_read_where_the_reply_marks_it(reply: str, answer: Answer) -> None:
    assert read_reply(reply, spec("number")) == answer


@pytest.mark.parametrize(
    ("reply", "kind", "answer"),
    [
        ("The answer is (5 weeks, 6 days).", "duration", DurationAnswer(value=41)),
        ("<answer>('5 weeks', '6 days')</answer>", "duration", DurationAnswer(value=41)),
        ("41", "duration", DurationAnswer(value=41)),
        ("Answer: May 3, 2014.", "date", DateAnswer(value=dt.date(2014, 5, 3))),
        ("05/03/2014", "date", DateAnswer(value=dt.date(2014, 5, 3))),
        ("3.0", "integer", IntegerAnswer(value=3)),
        ("2.7", "integer", number(2.7)),
    ],
)
def test_dates_durations_and_scores_are_read(reply: str, kind: AnswerKind, answer: Answer) -> None:
    assert read_reply(reply, spec(kind)) == answer


def test_a_category_takes_the_spelling_of_its_option() -> None:
    found = read_reply("the answer is **high**.", spec("category", "Low", "High"))
    assert found == CategoryAnswer(value="High")


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "name 'N' is not defined",
        "time data 'N/A' does not match format '%m/%d/%Y'",
        "It is 5 or 6",
        "<answer>about five</answer> 5",
        "The answer is 5 or 6.",
        '{"answer": null}',
        "<answer></answer>",
        "<think>it is 5",
    ],
)
def test_what_is_no_answer_is_never_guessed(reply: str) -> None:
    with pytest.raises(UnparsableAnswer):
        read_reply(reply, spec("number"))


@given(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)), st.text(max_size=40))
def test_a_tagged_number_is_read_whatever_stands_before_it(value: float, before: str) -> None:
    assert read_reply(f"{before}<answer>{value:.4f}</answer>", spec("number")) == number(value + 0.0)


@pytest.mark.parametrize("part", ["<answer>", "{", '{"answer":', "answer is ", "**", "</think>"])
def test_a_hostile_reply_takes_no_time(part: str) -> None:
    with pytest.raises(UnparsableAnswer):
        read_reply('"answer"' + part * 20_000 + "!", spec("number"))
