"""From the spelling of a label to a typed answer. What cannot be read is an error, never a default."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from answers.model import (
    Answer,
    AnswerKind,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)


class UnparsableAnswer(ValueError):  # noqa: N818 - reads as what it is in "except UnparsableAnswer"
    """A text that is no answer of the kind asked for; the message names both, and what is accepted."""

    def __init__(self, text: str, kind: AnswerKind, problem: str, accepted: str) -> None:
        shown = text if len(text) <= 80 else text[:77] + "..."
        super().__init__(
            f"{shown!r} is not an answer of kind {kind}: {problem}; accepted: {accepted}, or N/A"
        )
        self.text = text
        self.kind = kind
        self.problem = problem
        self.accepted = accepted


class _ReadingError(Exception):
    """Why a reader below gave up; becomes an UnparsableAnswer."""


_NUMBER_ACCEPTED = "a finite number such as -4, 1,250.5, 3e-4, 12% or 78.1 mL/hr"
_ACCEPTED: dict[AnswerKind, str] = {
    "number": _NUMBER_ACCEPTED,
    "integer": "a whole number such as 4, 4.0 or 1,250",
    "date": "MM/DD/YYYY (month first), YYYY-MM-DD or a spelling such as May 3, 2014",
    "duration": "('5 weeks', '6 days'), (5, 6) for weeks and days, 5 weeks, 41 days or 41 for days",
    "category": "one of the options, any case",
    "text": "any text that is not empty",
}

_INCOMPUTABLE = re.compile(
    r"(n/a|n\.?a|unknown"
    r"|(in|un|non-?)computable|not (applicable|available|computable|calculable|determinable)"
    r"|(cannot|can not|can't|could not) be (computed|calculated|determined)"
    r"|(cannot|unable to) (compute|calculate|determine))\.?",
    re.IGNORECASE,
)

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_MINUSES = dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2013\ufe63\uff0d"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019"), "'") | dict.fromkeys(map(ord, "\u201c\u201d"), '"')
_PLAIN = str.maketrans(_SPACES | _MINUSES | _QUOTES)

_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"\s*(?P<unit>[^\W\d_°µ%][^\n]{0,59}|[°µ%][^\n]{0,59})?",
)
_UNIT_TOKEN = r"(?:[^\W\d_]|[°µ%])(?:[^\W_]|[°µ%²³⁻¹])*(?:\^-?[0-9]+)?"
_UNIT = re.compile(rf"{_UNIT_TOKEN}(?:(?:\s*/\s*(?:[0-9.]+\s*)?|\s*[*·.]\s*|\s+){_UNIT_TOKEN})*\.?")
_NOT_UNITS = frozenset(
    {"or", "and", "to", "not", "is", "are", "vs", "between", "if", "with", "without", "but", "error"}
    | {"minus", "plus", "times", "x", "e", "hundred", "thousand", "million", "billion"}
)
_SCALE = re.compile(r"[xe][0-9]", re.IGNORECASE)
"""Starts a power of ten ("4 x10^3") or a hexadecimal: part of the value, not a unit."""
_MAX_UNIT_WORDS = 4

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<month>[0-9]{{1,2}})/{_DAY}/{_YEAR}",
        rf"{_YEAR}([-/])(?P<month>[0-9]{{1,2}})\2{_DAY}(?:[T ]00:00(?::00(?:\.0+)?)?)?",
        rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"{_DAY}(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}",
    )
)

_COUNT = r"[0-9]{1,6}(?:\.0+)?"
_WEEKS_DAYS = re.compile(
    rf"(?P<weeks>{_COUNT})\s*w(?:ee)?k?s?(?:\s*(?:,|and|\s)?\s*(?P<days>{_COUNT})\s*d(?:ays?)?)?",
    re.IGNORECASE,
)
_DAYS = re.compile(rf"(?P<days>-?{_COUNT})(?:\s*d(?:ays?)?)?", re.IGNORECASE)
_PAIR = re.compile(rf"(?P<weeks>{_COUNT})\s*,\s*(?P<days>{_COUNT})")


def parse_answer(
    text: str, kind: AnswerKind, unit: str | None = None, *, options: Sequence[str] = ()
) -> Answer:
    """Read one answer.

    Args:
        text: as a label, a model or a person spells it.
        kind: what the question asks for. "N/A", "unknown" and their like are incomputable for every kind.
        unit: unit of a number that names none. A unit that the text names is kept as spelled and not
            converted; a percent sign is a unit, 12% is 12.
        options: the closed set of a category; the answer takes its spelling. Empty: any spelling.

    Raises:
        UnparsableAnswer: for everything else, including the empty text, infinities, ranges, bounds such as
            "<10", dates without a day or a year, and error messages.
    """
    plain = _plain(text)
    if _INCOMPUTABLE.fullmatch(plain):
        return IncomputableAnswer()
    accepted = f"one of {', '.join(options)}" if options else _ACCEPTED[kind]
    if not plain:
        raise UnparsableAnswer(text, kind, "it is empty", accepted)
    try:
        if kind == "number":
            return _number(plain, unit)
        if kind == "category":
            return _category(plain, options)
        if kind == "text":
            return TextAnswer(value=text.strip())
        return _READERS[kind](plain)
    except _ReadingError as problem:
        raise UnparsableAnswer(text, kind, str(problem), accepted) from None


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).split())


def _split_number(plain: str) -> tuple[str, str | None]:
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise _ReadingError("it is not one number with at most a unit")
    digits, unit = match["number"].replace(",", ""), match["unit"]
    if unit is not None and not _is_unit(unit):
        raise _ReadingError(f"what follows the number, {unit!r}, is not a unit")
    return digits, unit


def _is_unit(text: str) -> bool:
    words = text.casefold().split()
    if _SCALE.match(text):
        return False
    return len(words) <= _MAX_UNIT_WORDS and _NOT_UNITS.isdisjoint(words) and bool(_UNIT.fullmatch(text))


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _ReadingError("it is too large")
    if value == 0 and Decimal(digits) != 0:
        raise _ReadingError("it is too small to tell from zero")
    return value + 0.0  # turns -0.0 into 0.0


def _number(plain: str, unit: str | None) -> Answer:
    digits, own_unit = _split_number(plain)
    return NumberAnswer(value=_finite(digits), unit=own_unit or unit)


def _integer(plain: str) -> Answer:
    digits, _ = _split_number(plain)
    _finite(digits)  # an exponent of a billion must not reach int()
    value = Decimal(digits)
    if value != value.to_integral_value():
        raise _ReadingError("it is not a whole number")
    return IntegerAnswer(value=int(value))


def _date(plain: str) -> Answer:
    for pattern in _DATES:
        match = pattern.fullmatch(plain)
        if match is not None:
            return DateAnswer(value=_calendar_date(match))
    raise _ReadingError("it does not give one day, month and year of four digits")


def _calendar_date(match: re.Match[str]) -> dt.date:
    month = match["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    try:
        return dt.date(int(match["year"]), number, int(match["day"]))
    except ValueError as problem:
        raise _ReadingError(str(problem)) from None


def _duration(plain: str) -> Answer:
    inner = _without_brackets(plain)
    bare = re.sub(r"[\"']", "", inner).strip()
    match = _WEEKS_DAYS.fullmatch(bare) or _DAYS.fullmatch(bare)
    if match is None and inner != plain:
        match = _PAIR.fullmatch(bare)
    if match is None:
        raise _ReadingError("it does not give whole weeks and days")
    parts = match.groupdict()
    weeks, days = (int(float(parts.get(name) or 0)) for name in ("weeks", "days"))
    return DurationAnswer(value=7 * weeks + days)


def _without_brackets(plain: str) -> str:
    if (plain[0], plain[-1]) in {("(", ")"), ("[", "]")}:
        return plain[1:-1].strip()
    return plain


def _category(plain: str, options: Sequence[str]) -> Answer:
    if not options:
        return CategoryAnswer(value=plain)
    for option in options:
        if _plain(option).casefold() == plain.casefold():
            return CategoryAnswer(value=option)
    raise _ReadingError("it is none of the options")


_READERS: dict[AnswerKind, Callable[[str], Answer]] = {
    "integer": _integer,
    "date": _date,
    "duration": _duration,
}
