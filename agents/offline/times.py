"""Places every token of a note in time: history, admission or later, with the words that say so."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex

from agents.offline.language.times import (
    ADMISSION,
    ARRIVAL,
    HISTORY,
    LATER,
    OF_OTHER_DATES,
    PAST_MOMENT,
    POINTING,
    TIME_CUES,
)
from agents.offline.language.units import FAMILY_OF_UNIT
from agents.offline.note import Sentence, Token, scan

Phase = Literal["history", "admission", "later"]

_CUES = tuple(
    (phase, regex.compile(rf"\b(?:{'|'.join(phrases)})\b", regex.IGNORECASE | regex.V1))
    for phase, phrases in TIME_CUES.items()
)
_PAST_MOMENT = regex.compile(PAST_MOMENT, regex.IGNORECASE)
_POINTING = regex.compile(POINTING, regex.IGNORECASE)
_ARRIVAL = regex.compile(ARRIVAL, regex.IGNORECASE)
_OF_OTHER_DATES = regex.compile(OF_OTHER_DATES, regex.IGNORECASE)

PRESENTATION = 0
"""The group of everything at the time when the patient came."""
_LEADING = ("at", "on", "the", "his", "her")
_OPENING = 25
"""Offset within a sentence up to which a past moment opens it and so lasts beyond it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the patient's story a token stands. `group` counts the time points that the note opens."""

    phase: Phase
    cue: str | None
    group: int


@dataclass(frozen=True, slots=True)
class _Cue:
    phase: Phase
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Mark:
    """A cue at tokens[at]; what it says in brackets does not reach beyond them."""

    at: int
    offset: int
    place: Place
    bracketed: bool


def _cues(text: str, offset: int) -> Iterator[_Cue]:
    for phase, pattern in _CUES:
        for match in pattern.finditer(text):
            yield _Cue(_phase(phase), match.group(), offset + match.start())


def _apart(cues: Iterator[_Cue]) -> list[_Cue]:
    """The cues in order, without those that begin inside another."""
    found: dict[int, _Cue] = {}
    for cue in cues:
        found.setdefault(cue.start, cue)
    apart: list[_Cue] = []
    for start in sorted(found):
        if not apart or found[start].start >= apart[-1].start + len(apart[-1].text):
            apart.append(found[start])
    return apart


def _phase(name: str) -> Phase:
    if name == HISTORY:
        return "history"
    return "later" if name == LATER else "admission"


class _Clock:
    def __init__(self, arrival: dt.date | None) -> None:
        self.carried = Place(_phase(ADMISSION), None, PRESENTATION)
        self.arrival = arrival
        self.groups: dict[str, int] = {}

    def sentence(self, context: str, sentence: Sentence) -> tuple[Place, ...]:
        tokens = sentence.tokens
        start, end = tokens[0].start, tokens[-1].end
        cues = _apart(self._all_cues(context, sentence, start, end))
        marks = list(self._marks(tokens, cues))
        spots = self._spread(tokens, marks)
        for mark in marks:
            _point_back(tokens, mark, spots)
        lasting = [mark for mark in marks if not mark.bracketed and _lasts(mark, start)]
        if lasting and (len(lasting) == 1 or lasting[0].offset - start < _OPENING):
            self.carried = lasting[0].place
        return tuple(spots)

    def _all_cues(self, context: str, sentence: Sentence, start: int, end: int) -> Iterator[_Cue]:
        text = context[start:end]
        yield from _cues(text, start)
        if self.arrival is None or _OF_OTHER_DATES.search(text):
            return
        for token in sentence.tokens:
            if token.date is not None:
                later, earlier = token.date > self.arrival, token.date < self.arrival
                yield _Cue(
                    _phase(LATER if later else HISTORY if earlier else ADMISSION), token.text, token.start
                )

    def _place(self, cue: _Cue) -> Place:
        """The same words with the same number are the same time point ("on day 3", twice)."""
        if cue.phase == "admission":
            return Place("admission", cue.text, PRESENTATION)
        same = cue.text.casefold() if any(c.isdigit() for c in cue.text) else f"{cue.start}"
        return Place(cue.phase, cue.text, self.groups.setdefault(same, len(self.groups) + 1))

    def _marks(self, tokens: Sequence[Token], cues: Sequence[_Cue]) -> Iterator[_Mark]:
        depth, remaining = 0, list(reversed(cues))
        for at, token in enumerate(tokens):
            depth = max(0, depth + (token.text in "([") - (token.text in ")]"))
            while remaining and remaining[-1].start < token.end:
                cue = remaining.pop()
                yield _Mark(at, cue.start, self._place(cue), depth > 0)

    def _spread(self, tokens: Sequence[Token], marks: Sequence[_Mark]) -> list[Place]:
        """Each token at the last time point named before it; the only one of a sentence holds for all of it,
        unless it stands between two values.
        """
        current, spots, outside = self.carried, [], list[Place]()
        values = [at for at, token in enumerate(tokens) if _measures(token, marks)]
        if len(marks) == 1 and marks[0].place.phase != "admission" and not marks[0].bracketed:
            between = any(at < marks[0].at for at in values) and any(at > marks[0].at for at in values)
            current = self.carried if between else marks[0].place
        at_token = {mark.at: mark.place for mark in marks}
        for at, token in enumerate(tokens):
            if token.text in "([":
                outside.append(current)
            current = at_token.get(at, current)
            spots.append(current)
            if token.text in ")]" and outside:
                current = outside.pop()
        return spots


def _measures(token: Token, marks: Sequence[_Mark]) -> bool:
    """Whether a token is a value, and no time or part of the words that tell one."""
    if token.quantity is None or FAMILY_OF_UNIT.get(token.quantity.unit or "") == "time":
        return False
    return not any(m.offset <= token.start < m.offset + len(m.place.cue or "") for m in marks[:1])


def _lasts(mark: _Mark, start: int) -> bool:
    """Whether a time point holds beyond its sentence: history only where a past moment opens the sentence."""
    if mark.place.phase != "history":
        return True
    return mark.offset - start < _OPENING and _PAST_MOMENT.search(mark.place.cue or "") is not None


def _point_back(tokens: Sequence[Token], mark: _Mark, spots: list[Place]) -> None:
    """A time right behind a value is that value's: "112 on admission and 247 on day 3"."""
    before = mark.at - 1
    while before >= 0 and tokens[before].key in _LEADING:
        before -= 1
    if before >= 0 and tokens[before].text in "([":
        before -= 1
    if before >= 0 and tokens[before].quantity is not None and _POINTING.match(mark.place.cue or ""):
        spots[before] = mark.place


def _arrival(context: str, sentences: Sequence[Sentence]) -> dt.date | None:
    """The date on which the patient came, where the note gives it."""
    for sentence in sentences:
        dates = [token.date for token in sentence.tokens if token.date is not None]
        if dates and _ARRIVAL.search(context, sentence.tokens[0].start, sentence.tokens[-1].end):
            return dates[0]
    return None


@lru_cache(maxsize=8)
def places(context: str) -> tuple[tuple[Place, ...], ...]:
    """For each sentence of the note, the place of each of its tokens."""
    sentences = scan(context)
    clock = _Clock(_arrival(context, sentences))
    return tuple(clock.sentence(context, sentence) for sentence in sentences)


@lru_cache(maxsize=8)
def _timeline(context: str) -> tuple[tuple[int, ...], tuple[tuple[Place, int], ...]]:
    """The start of every token of a note, and its place with the number of its sentence."""
    starts: list[int] = []
    spots: list[tuple[Place, int]] = []
    for number, (sentence, here) in enumerate(zip(scan(context), places(context), strict=True)):
        starts += [token.start for token in sentence.tokens]
        spots += [(place, number) for place in here]
    return tuple(starts), tuple(spots)


def place_at(context: str, offset: int) -> tuple[Place, int]:
    """The place of what stands at an offset of a note with text, and the number of its sentence."""
    starts, spots = _timeline(context)
    return spots[max(0, bisect.bisect_right(starts, offset) - 1)]
