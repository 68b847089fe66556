"""The reward of a reply: 1.0 right, 0.1 wrong but in the form that was asked for, 0.0 unreadable.

Needs only Python. Of the right form is an answer that can be read as what is asked for, and one that says
that nothing can be computed: whether that is right plays no part in the 0.1, so that a label cannot make
abstaining, or not abstaining, worth less than any wrong answer.

For verl, `reward.custom_reward_function.path` is this file and its name `compute_score`; for TRL, pass
`answer_reward` as a reward function. The right answer is given as limits, both of which count as right:
`[low, high]` as texts, numbers in the unit that is asked for, dates as YYYY/MM/DD, durations in days, and
`unknown` twice where no answer can be computed.

With `paper_strict` the rules are those of the study arXiv 2512.19691, whose function scores "N/A", "1,234",
"22.9 kg", "+5", ".5" and "1e-3" as unreadable, takes "May" for a date of this year, never meets limits that
are given in descending order, and gives 0.0 for a number where nothing can be computed and for `unknown`
where something can. Where that function raises an error, which stops a training, the reward is 0.0 here.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

RIGHT, WRONG, UNREADABLE = 1.0, 0.1, 0.0
SLACK = 1e-12
"""Relative: rounding in binary must not put 0.95 out of limits that are 5% from 1."""

Value = float | dt.date | str
"""An answer as it is compared: a number, a date, a text, or UNKNOWN."""
UNKNOWN = "unknown"


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Sequence[str],
    extra_info: Mapping[str, Any] | None = None,
    *,
    paper_strict: bool = False,
) -> float:
    """The reward of one reply, as verl asks for it. Whatever the reply is, nothing is raised.

    Raises ValueError for limits that are none: that is a fault of the data.
    """
    low, high = _limits(ground_truth)
    answer = _answer(_text(solution_str))
    if answer is None:
        return UNREADABLE
    if paper_strict:
        return _strict(answer, low, high)
    kind = str((extra_info or {}).get("data_type") or _kind_of(low))
    value = read(answer, kind)
    if value is None:
        return UNREADABLE
    return RIGHT if _within(value, _truth(low, kind), _truth(high, kind)) else WRONG


def said(reply: str, kind: str) -> Value | None:
    """The answer of this kind that a reply gives; None where none can be read."""
    answer = _answer(reply)
    return None if answer is None else read(answer, kind)


def answer_reward(
    prompts: Sequence[Any], completions: Sequence[Any], *, paper_strict: bool = False, **columns: Any
) -> list[float]:
    """The rewards of a batch, as TRL asks for them: completions as texts or as lists of messages."""
    specs = columns["reward_model"]
    infos = columns.get("extra_info") or [None] * len(completions)
    return [
        compute_score("", _text(completion), spec["ground_truth"], info, paper_strict=paper_strict)
        for completion, spec, info in zip(completions, specs, infos, strict=True)
    ]


def answer_reward_paper_strict(
    prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
) -> list[float]:
    """As `answer_reward`, by the study's own rules."""
    return answer_reward(prompts, completions, paper_strict=True, **columns)


def _limits(ground_truth: Sequence[str]) -> tuple[str, str]:
    limits = [str(limit) for limit in ground_truth]
    if isinstance(ground_truth, str) or len(limits) != 2:
        raise ValueError(f"the ground truth is {ground_truth!r}, not a lower and an upper limit")
    return limits[0], limits[1]


def _text(completion: Any) -> str:
    """A reply's text: of a list of messages, the last one's content."""
    if isinstance(completion, list | tuple) and completion:
        completion = completion[-1]
    if isinstance(completion, Mapping):
        completion = completion.get("content")
    return completion if isinstance(completion, str) else ""


def _answer(text: str) -> str | None:
    """What stands between the last pair of tags."""
    start = text.rfind("<answer>", 0, max(0, text.rfind("</answer>")))
    if start < 0:
        return None
    return text[start + len("<answer>") : text.index("</answer>", start)].strip()


def _kind_of(limit: str) -> str:
    """What is asked for, where the row does not say: it follows from the limit's spelling."""
    if limit == UNKNOWN:
        return "unknown"
    for kind in ("number", "date"):
        if read(limit, kind) is not None:
            return kind
    return "text"


def _truth(limit: str, kind: str) -> Value:
    value = UNKNOWN if limit == UNKNOWN else read(limit, kind)
    if value is None:
        raise ValueError(f"the limit {limit!r} is no {kind}")
    return value


def _within(said: Value, a: Value, b: Value) -> bool:
    """Whether an answer lies between two limits, in whichever order they are given."""
    if isinstance(said, float) and isinstance(a, float) and isinstance(b, float):
        slack = SLACK * max(abs(said), abs(a), abs(b))
        return min(a, b) - slack <= said <= max(a, b) + slack
    if isinstance(said, dt.date) and isinstance(a, dt.date) and isinstance(b, dt.date):
        return min(a, b) <= said <= max(a, b)
    return said in (a, b)


def read(text: str, kind: str) -> Value | None:
    """An answer of this kind; None for what is none. Nothing is guessed, and nothing is raised."""
    plain = " ".join(text.translate(_PLAIN).split())
    if not plain:
        return None
    if _INCOMPUTABLE.fullmatch(plain):
        return UNKNOWN
    return _READERS.get(kind, _words)(plain)


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
_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"\s*([^\W\d_°µ%][^\n]{0,59}|[°µ%][^\n]{0,59})?"
)
_UNIT_TOKEN = r"(?:[^\W\d_]|[°µ%])(?:[^\W_]|[°µ%²³⁻¹])*(?:\^-?[0-9]+)?"
_UNIT = re.compile(rf"{_UNIT_TOKEN}(?:(?:\s*/\s*(?:[0-9.]+\s*)?|\s*[*·.]\s*|\s+){_UNIT_TOKEN})*\.?")
_NOT_UNITS = frozenset(
    "or and to not is are vs between if with without but error minus plus times x e "
    "hundred thousand million billion".split()
)


def _number(plain: str) -> float | None:
    """One number with at most a unit, which is not compared."""
    match = _NUMBER.fullmatch(plain)
    if match is None or not _is_unit(match[2]):
        return None
    digits = match[1].replace(",", "")
    value = float(digits)
    lost = value == 0 and re.search("[1-9]", re.split("[eE]", digits)[0]) is not None
    return None if lost or math.isinf(value) else value + 0.0


def _is_unit(text: str | None) -> bool:
    if text is None:
        return True
    words = text.casefold().split()
    if re.match("[xe][0-9]", text, re.IGNORECASE):  # a power of ten, or a hexadecimal: part of the value
        return False
    return len(words) <= 4 and _NOT_UNITS.isdisjoint(words) and _UNIT.fullmatch(text) is not None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY, _YEAR = r"(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4})"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<month>[0-9]{{1,2}})/{_DAY}/{_YEAR}",
        rf"{_YEAR}([-/])(?P<month>[0-9]{{1,2}})\2{_DAY}(?:[T ]00:00(?::00(?:\.0+)?)?)?",
        rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"{_DAY}(?:st|nd|rd|th)?\s+{_MONTH},?\s+{_YEAR}",
    )
)


def _date(plain: str) -> dt.date | None:
    """A day, month and year, month first where all are digits."""
    for pattern in _DATES:
        if match := pattern.fullmatch(plain):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
            try:
                return dt.date(int(match["year"]), number, int(match["day"]))
            except ValueError:
                return None
    return None


_COUNT = r"[0-9]{1,6}(?:\.0+)?"
_WEEKS = re.compile(
    rf"(?P<weeks>{_COUNT})\s*w(?:ee)?k?s?(?:\s*(?:,|and|\s)?\s*(?P<days>{_COUNT})\s*d(?:ays?)?)?",
    re.IGNORECASE,
)
_DAYS = re.compile(rf"(?P<days>-?{_COUNT})(?:\s*d(?:ays?)?)?", re.IGNORECASE)
_PAIR = re.compile(rf"(?P<weeks>{_COUNT})\s*,\s*(?P<days>{_COUNT})")


def _days(plain: str) -> float | None:
    """A duration in days: 41, 41 days, 5 weeks, ('5 weeks', '6 days') or, as weeks and days, (5, 6)."""
    inner = plain[1:-1].strip() if (plain[0], plain[-1]) in {("(", ")"), ("[", "]")} else plain
    bare = re.sub(r"[\"']", "", inner).strip()
    match = _WEEKS.fullmatch(bare) or _DAYS.fullmatch(bare)
    if match is None and inner != plain:
        match = _PAIR.fullmatch(bare)
    if match is None:
        return None
    parts = match.groupdict()
    return 7 * float(parts.get("weeks") or 0) + float(parts.get("days") or 0)


def _category(plain: str) -> str:
    return plain.casefold()


def _words(plain: str) -> str:
    return plain


def _anything(plain: str) -> Value | None:
    return next((value for read in (_number, _date, _days) if (value := read(plain)) is not None), None)


_READERS: dict[str, Callable[[str], Value | None]] = {
    "number": _number,
    "integer": _number,
    "date": _date,
    "duration": _days,
    "category": _category,
    UNKNOWN: _anything,  # the truth is that there is no answer, and the row does not say of what kind
}
"""All others are texts. A fraction where a whole number is asked for is a number, and a wrong one."""


def _strict(text: str, low: str, high: str) -> float:
    """By the study's rules: the type follows from the answer's own spelling."""
    said, least, most = _strict_value(text), _strict_value(low), _strict_value(high)
    if said is None or type(said) is not type(least) or (said == UNKNOWN) != (least == UNKNOWN):
        return UNREADABLE
    try:
        return RIGHT if least <= said <= most else WRONG  # type: ignore[operator]
    except (TypeError, ValueError):  # dates with a time zone and without; a time zone that is none
        return UNREADABLE


_STRICT_PAIR = re.compile(r"\(\s*'?([0-9]{1,6})(?:\s*weeks?)?'?\s*,\s*'?([0-9]{1,6})(?:\s*days?)?'?\s*\)")


def _strict_value(text: str) -> float | dt.datetime | str | None:
    if text.lower() == UNKNOWN:
        return UNKNOWN
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return float(text)
    if pair := _STRICT_PAIR.fullmatch(text):
        return float(7 * int(pair[1]) + int(pair[2]))
    from dateutil import parser

    try:
        with warnings.catch_warnings(action="ignore"):  # of names that could be time zones
            return parser.parse(text, dayfirst=False)
    except (ValueError, ArithmeticError, TypeError, LookupError, AttributeError):
        return None
