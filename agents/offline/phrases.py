"""Quantities told in phrases: the duration of symptoms, and how much a patient drinks in a week."""

from __future__ import annotations

import bisect
from collections.abc import Iterator

import regex

from agents.offline.candidate import Candidate, at_place
from agents.offline.language.people import RELATIVES
from agents.offline.language.phrases import (
    COUNTS,
    DRINK_UNITS,
    DRINKING,
    DRINKS_SOMETHING,
    DURATIONS,
    SOBER,
    SYMPTOMS,
)
from agents.offline.note import scan
from agents.offline.times import Place, place_at, places

_DURATION = regex.compile(rf"(?<!\w)(?:{DURATIONS})(?!\w)", regex.IGNORECASE)
_SYMPTOM = regex.compile(SYMPTOMS, regex.IGNORECASE)
_DRINKING = regex.compile(rf"(?<!\w)(?:{DRINKING})\b", regex.IGNORECASE)
_SOBER = regex.compile(SOBER, regex.IGNORECASE)
_DRINKS_SOMETHING = regex.compile(DRINKS_SOMETHING, regex.IGNORECASE)
_WORD = regex.compile(r"[\w’']+")
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_EARLY_DAYS = 3.0
_NEAR = 60
_Told = tuple[int, int, float, str | None, str | None]
"""start, end, drinks, unit, doubt"""


def _count(spelling: str) -> float:
    folded = spelling.casefold()
    return COUNTS[folded] if folded in COUNTS else float(folded)


def _sentences(context: str) -> Iterator[tuple[int, int, int, Place]]:
    """(number, start, end, place of its first token) of every sentence."""
    for number, (sentence, spots) in enumerate(zip(scan(context), places(context), strict=True)):
        yield number, sentence.tokens[0].start, sentence.tokens[-1].end, spots[0]


def durations(context: str) -> list[Candidate]:
    """How long symptoms had lasted when the patient came, from sentences that name a symptom."""
    found = []
    for number, start, end, place in _sentences(context):
        if not _SYMPTOM.search(context, start, end):
            continue
        for match in _DURATION.finditer(context, start, end):
            if match.group("yesterday"):
                found.append(at_place(1.0, "days", *match.span(), place, number))
            elif match.group("high"):
                doubt = f"{match.group()!r} is a range"
                found.append(
                    at_place(_count(match.group("high")), None, *match.span(), place, number, doubt=doubt)
                )
            else:
                unit = f"{match.group('unit').casefold()}s"
                found.append(at_place(_count(match.group("low")), unit, *match.span(), place, number))
    return found


def early(context: str) -> list[Candidate]:
    """Whether symptoms began at most three days before the patient came."""
    found = []
    for number, start, end, place in _sentences(context):
        if not _SYMPTOM.search(context, start, end):
            continue
        for match in _DURATION.finditer(context, start, end):
            unit = _DAYS[match.group("unit").casefold()] if match.group("unit") else 0.0
            low = _count(match.group("low") or "1") * unit
            high = _count(match.group("high") or match.group("low") or "1") * unit
            within = {low <= _EARLY_DAYS, high <= _EARLY_DAYS}
            doubt = f"{match.group()!r} is a range around three days" if len(within) > 1 else None
            found.append(at_place(high <= _EARLY_DAYS, None, *match.span(), place, number, doubt=doubt))
    return found


def drinks(context: str) -> list[Candidate]:
    """Drinks a week: an amount, none, or a doubt where the note says only that the patient drinks."""
    told = [_amount(match) for match in _DRINKING.finditer(context)]
    told += [(*match.span(), 0.0, "drinks/week", None) for match in _SOBER.finditer(context)]
    told.sort(key=lambda entry: entry[:2])
    spans = [entry[:2] for entry in told]
    for match in _DRINKS_SOMETHING.finditer(context):
        if not _inside(match.start(), spans):
            told.append((*match.span(), 0.0, None, "alcohol is mentioned without an amount a week"))
    return [
        at_place(value, unit, start, end, *place_at(context, start), doubt=doubt)
        for start, end, value, unit, doubt in told
        if not _of_relative(context, start)
    ]


def _amount(match: regex.Match[str]) -> _Told:
    doubt = f"{match.group()!r} is a range" if match.group("high") else None
    return (*match.span(), _count(match.group("low")), DRINK_UNITS[match.group("per").casefold()], doubt)


def _inside(start: int, spans: list[tuple[int, int]]) -> bool:
    before = bisect.bisect_right(spans, (start, start + 10**9)) - 1
    return before >= 0 and spans[before][0] <= start < spans[before][1]


def _of_relative(context: str, start: int) -> bool:
    before = context[max(0, start - _NEAR) : start].rpartition(".")[2]
    return bool(RELATIVES & {word.casefold() for word in _WORD.findall(before)})
