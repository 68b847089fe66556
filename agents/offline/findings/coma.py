"""The parts of the Glasgow coma scale where a note gives them as a score: "E3V4M5", "eye 3, verbal 4, motor 5"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import regex

from agents.offline.candidate import Candidate, of_whole_note
from calculators.model import InputSpec

_PARTS = {"eye_response": "eye", "verbal_response": "verbal", "motor_response": "motor"}
_BEST = {"eye": 4, "verbal": 5, "motor": 6}
_SCORES = (
    r"\bE\s?[:=-]?\s?(?P<eye>[1-4CcT])\s?[,;/+]?\s?V\s?[:=-]?\s?(?P<verbal>[1-5Tt])\s?[,;/+]?\s?M\s?[:=-]?\s?(?P<motor>[1-6])\b",
    r"\beyes?(?:\s(?:opening|response|score))?\s?[:=]?\s?(?P<eye>[1-4])\b.{0,12}\bverbal(?:\s(?:response|score))?\s?[:=]?\s?"
    r"(?P<verbal>[1-5])\b.{0,12}\bmotor(?:\s(?:response|score))?\s?[:=]?\s?(?P<motor>[1-6])\b",
)
_EACH = tuple(regex.compile(pattern) for pattern in _SCORES)
_TOTAL = regex.compile(
    r"\b(?:GCS|Glasgow\sComa\s(?:Scale|Score)(?:\s\(GCS\))?(?:\sscore)?)(?:\s(?:score|of|was|is|at|remained)){0,3}"
    r"\s?[:=]?\s?(?P<total>\d{1,2})(?:\s?/\s?15)?(?![\d.])",
    regex.IGNORECASE,
)
_UNTESTED = "not testable"


def scored(context: str, spec: InputSpec) -> list[Candidate]:
    """The candidates of one part of the scale; none where the note gives no score that settles it."""
    part = _PARTS.get(spec.name)
    if part is None:
        return []
    return [
        of_whole_note(_option(spec, part, given[part]), start, end)
        for start, end, given in _scores(context)
        if part in given
    ]


def _option(spec: InputSpec, part: str, points: int | None) -> str:
    """The option for some points: the options stand from the best response to none, then the untested one."""
    return _UNTESTED if points is None else spec.allowed[_BEST[part] - points]


@lru_cache(maxsize=8)
def _scores(context: str) -> tuple[tuple[int, int, Mapping[str, int | None]], ...]:
    found = [*_in_parts(context)]
    return tuple(found or _extremes(context))


def _in_parts(context: str) -> Iterator[tuple[int, int, Mapping[str, int | None]]]:
    for pattern in _EACH:
        for match in pattern.finditer(context):
            points = {part: int(text) if (text := match[part]).isdigit() else None for part in _BEST}
            yield match.start(), match.end(), points


def _extremes(context: str) -> Iterator[tuple[int, int, Mapping[str, int | None]]]:
    """A total of 15 or 3 says every part."""
    for match in _TOTAL.finditer(context):
        if match["total"] == "15":
            yield match.start(), match.end(), dict(_BEST)
        elif match["total"] == "3":
            yield match.start(), match.end(), dict.fromkeys(_BEST, 1)
