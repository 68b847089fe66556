"""Scores a model's answers against the labels of this release. Needs nothing but Python and pyarrow.

A number is right within the row's tolerance of the label, whatever its sign; a date or a duration is compared
as such, however it is spelled; an incomputable label is met by "N/A" and its like alone. A reply that cannot
be read as an answer is wrong, and is counted as unparsed beside that.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

LABELS = Path(__file__).resolve().parents[1] / "labels.parquet"
KEPT = ("source_id", "calculator_name", "category", "context", "question", "label", "label_status")
"""Columns that an item has as they are."""

FORMATS = {
    "number": "a number",
    "integer": "a whole number",
    "date": "a date as MM/DD/YYYY",
    "duration": "a duration as weeks and days, such as 5 weeks, 6 days",
    "category": "one of the options",
    "text": "a few words",
}


class Answer(NamedTuple):
    """A typed answer: a Fraction, a date, days, or a text; `incomputable` has no value."""

    kind: str
    value: Fraction | dt.date | int | str | None = None


class UnparsedError(ValueError):
    """A text that is no answer of the kind that is asked for."""


def load(path: Path = LABELS) -> list[dict[str, Any]]:
    """The rows that have a label, in the order of the benchmark, as plain values for any harness.

    Rows without one (ambiguous, unresolved, retracted) are left out: no answer to them is right or wrong.
    """
    import pyarrow.parquet as pq

    rows = pq.read_table(path, partitioning=None).to_pylist()
    return [_item(row) for row in rows if row["label"] is not None]


def _item(row: Mapping[str, Any]) -> dict[str, Any]:
    item = {name: row[name] for name in KEPT}
    item |= {
        "kind": row["answer_kind"],
        "unit": row["unit"],
        "options": json.loads(row["options"]),
        "rule": row["rule"],
        "tolerance": row["tolerance"],
        "target": _target(row),
    }
    return item | {"prompt": prompt(item)}


def _target(row: Mapping[str, Any]) -> str:
    """The label in full, as `parse` reads it: `label` is rounded to six digits."""
    match row["label_kind"]:
        case "number":
            return repr(row["label_number"])
        case "date":
            return str(row["label_date"].isoformat())
        case "duration":
            return f"{row['label_days']} days"
        case "category" | "text":
            return str(row["label_text"])
        case _:
            return str(row["label"])


def prompt(item: Mapping[str, Any]) -> str:
    """What a model is asked."""
    unit = f" in {item['unit']}" if item["unit"] else ""
    options = f" ({', '.join(item['options'])})" if item["options"] else ""
    return (
        f"{item['context']}\n\n{item['question']}\n\n"
        f'End with one line "Answer: " and {FORMATS[item["kind"]]}{options}{unit}, '
        "or N/A if it cannot be computed."
    )


def score(reply: str, item: Mapping[str, Any]) -> dict[str, float]:
    """Whether a reply is right, and whether it could not be read: 0.0 or 1.0 each."""
    text = final_answer(reply)
    if item["kind"] not in ("category", "text"):
        text = text.rstrip(".")
    try:
        answer = parse(text, item["kind"], item["options"])
    except UnparsedError:
        return {"correct": 0.0, "unparsed": 1.0}
    truth = parse(item["target"], item["kind"], item["options"])
    return {"correct": float(is_right(answer, truth, item["rule"], item["tolerance"])), "unparsed": 0.0}


def final_answer(reply: str) -> str:
    """What follows the last "Answer:" on its line; a reply without one is the answer itself."""
    found = re.findall(r"(?im)^[^\n]*?\banswer\b[*_ ]*:[*_ ]*([^\n]*)$", reply)
    text = found[-1] if found else reply
    return str(text).strip().strip("*_`$").strip()


def is_right(answer: Answer, truth: Answer, rule: str, tolerance: float) -> bool:
    """Whether an answer is within the tolerance of the label."""
    if "incomputable" in (answer.kind, truth.kind):
        return answer.kind == truth.kind
    a, b = answer.value, truth.value
    if isinstance(a, dt.date) or isinstance(b, dt.date):
        if not (isinstance(a, dt.date) and isinstance(b, dt.date)):
            return False
        return abs((a - b).days) <= (tolerance if rule == "absolute" else 0)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        duration = "duration" in (answer.kind, truth.kind)
        return (not duration or answer.kind == truth.kind) and _close(a, b, rule, tolerance)
    return answer.kind == truth.kind and a == b


def _close(a: Fraction, b: Fraction, rule: str, tolerance: float) -> bool:
    if a == b or rule == "exact":
        return a == b
    allowed = Fraction(tolerance) * (abs(b) if rule == "relative" else 1)
    # binary rounding must not put 0.95 out of 5% of 1.0
    return abs(a - b) <= allowed + Fraction(1, 10**12) * max(abs(a), abs(b))


def parse(text: str, kind: str, options: Sequence[str] = ()) -> Answer:
    """Read an answer of this kind. Raises UnparsedError for what is none: nothing is guessed."""
    plain = _plain(text)
    if _INCOMPUTABLE.fullmatch(plain):
        return Answer("incomputable")
    if not plain:
        raise UnparsedError("it is empty")
    match kind:
        case "number":
            return Answer(kind, Fraction(_finite(_digits(plain))))
        case "integer":
            return Answer(kind, _whole(_digits(plain)))
        case "date":
            return Answer(kind, _date(plain))
        case "duration":
            return Answer(kind, Fraction(_days(plain)))
        case "category":
            return Answer(kind, _option(plain, options))
        case _:
            return Answer(kind, " ".join(text.split()))


_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_MINUSES = dict.fromkeys(map(ord, "\u2212\u2010\u2011\u2013\ufe63\uff0d"), "-")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019"), "'") | dict.fromkeys(map(ord, "\u201c\u201d"), '"')
_PLAIN = str.maketrans(_SPACES | _MINUSES | _QUOTES)

_INCOMPUTABLE = re.compile(
    r"(n/a|n\.?a|unknown"
    r"|(in|un|non-?)computable|not (applicable|available|computable|calculable|determinable)"
    r"|(cannot|can not|can't|could not) be (computed|calculated|determined)"
    r"|(cannot|unable to) (compute|calculate|determine))\.?",
    re.IGNORECASE,
)


def _plain(text: str) -> str:
    return " ".join(text.translate(_PLAIN).split())


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


def _digits(plain: str) -> str:
    match = _NUMBER.fullmatch(plain)
    if match is None:
        raise UnparsedError("it is not one number with at most a unit")
    unit = match["unit"]
    if unit is not None and not _is_unit(unit):
        raise UnparsedError(f"what follows the number, {unit!r}, is not a unit")
    return match["number"].replace(",", "")


def _is_unit(text: str) -> bool:
    words = text.casefold().split()
    if _SCALE.match(text):
        return False
    return len(words) <= _MAX_UNIT_WORDS and _NOT_UNITS.isdisjoint(words) and bool(_UNIT.fullmatch(text))


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise UnparsedError("it is too large")
    if value == 0 and Decimal(digits) != 0:
        raise UnparsedError("it is too small to tell from zero")
    return value


def _whole(digits: str) -> Fraction:
    _finite(digits)  # an exponent of a billion must not reach int()
    value = Decimal(digits)
    if value != value.to_integral_value():
        raise UnparsedError("it is not a whole number")
    return Fraction(int(value))


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


def _date(plain: str) -> dt.date:
    for pattern in _DATES:
        match = pattern.fullmatch(plain)
        if match is not None:
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
            try:
                return dt.date(int(match["year"]), number, int(match["day"]))
            except ValueError as problem:
                raise UnparsedError(str(problem)) from None
    raise UnparsedError("it does not give one day, month and year of four digits")


def _days(plain: str) -> int:
    inner = plain
    if (plain[0], plain[-1]) in {("(", ")"), ("[", "]")}:
        inner = plain[1:-1].strip()
    bare = re.sub(r"[\"']", "", inner).strip()
    match = _WEEKS_DAYS.fullmatch(bare) or _DAYS.fullmatch(bare)
    if match is None and inner != plain:
        match = _PAIR.fullmatch(bare)
    if match is None:
        raise UnparsedError("it does not give whole weeks and days")
    parts = match.groupdict()
    weeks, days = (int(float(parts.get(name) or 0)) for name in ("weeks", "days"))
    return 7 * weeks + days


def _option(plain: str, options: Sequence[str]) -> str:
    if not options:
        return plain.casefold()
    for option in options:
        if _plain(option).casefold() == plain.casefold():
            return " ".join(option.split()).casefold()
    raise UnparsedError("it is none of the options")
