"""From a typed answer to its spelling, for people and for exported files."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from answers.model import (
    Answer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    NumberAnswer,
)

AnswerStyle = Literal["plain", "medcalc"]
"""`plain`: ISO dates and durations in days; `medcalc`: MM/DD/YYYY and ('5 weeks', '6 days')."""

SIGNIFICANT_DIGITS = 6
_PLAIN_RANGE = (1e-6, 1e15)


def format_answer(answer: Answer, *, style: AnswerStyle = "plain", show_unit: bool = False) -> str:
    """Spell an answer so that `parse_answer` reads it back.

    A number has at most six significant digits (digits before the decimal point are never dropped) and no
    unit unless `show_unit`. An incomputable answer is "N/A"; its reason is not part of the spelling.
    """
    if isinstance(answer, IncomputableAnswer):
        return "N/A"
    if isinstance(answer, NumberAnswer):
        number = format_number(answer.value)
        return f"{number} {answer.unit}" if show_unit and answer.unit else number
    if isinstance(answer, DateAnswer):
        day = answer.value
        return f"{day.month:02}/{day.day:02}/{day.year:04}" if style == "medcalc" else day.isoformat()
    if isinstance(answer, DurationAnswer):
        return _duration(answer.value, style)
    return str(answer.value)


def format_number(value: float) -> str:
    """A number as `format_answer` spells it."""
    low, high = _PLAIN_RANGE
    if value == 0:
        return "0"
    if not low <= abs(value) < high:
        return f"{value:.{SIGNIFICANT_DIGITS}g}"
    if abs(value) >= 10**SIGNIFICANT_DIGITS:
        return f"{value:.0f}"
    text = f"{Decimal(f'{value:.{SIGNIFICANT_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _duration(days: int, style: AnswerStyle) -> str:
    if style == "medcalc" and days >= 0:
        weeks, rest = divmod(days, 7)
        return f"('{_count(weeks, 'week')}', '{_count(rest, 'day')}')"
    return _count(days, "day")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
