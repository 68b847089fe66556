"""Places every token of a note in time: history, admission or later, with the words that say so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import regex

from agents.offline.language.times import ADMISSION, HISTORY, LATER, PAST_MOMENT, TIME_CUES
from agents.offline.note import Sentence, scan

Phase = Literal["history", "admission", "later"]

_CUES = tuple(
    (phase, regex.compile(rf"\b(?:{'|'.join(phrases)})\b", regex.IGNORECASE | regex.V1))
    for phase, phrases in TIME_CUES.items()
)


_PAST_MOMENT = regex.compile(PAST_MOMENT, regex.IGNORECASE)


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


def _cues(text: str, offset: int) -> list[_Cue]:
    found: dict[int, _Cue] = {}
    for phase, pattern in _CUES:
        for match in pattern.finditer(text):
            found.setdefault(match.start(), _Cue(_phase(phase), match.group(), offset + match.start()))
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
    def __init__(self) -> None:
        self.carried = Place(_phase(ADMISSION), None, 0)
        self.groups = 0

    def place(self, cue: _Cue) -> Place:
        if cue.phase == "admission":
            return Place("admission", cue.text, 0)
        self.groups += 1
        return Place(cue.phase, cue.text, self.groups)

    def sentence(self, context: str, sentence: Sentence) -> tuple[Place, ...]:
        start, end = sentence.tokens[0].start, sentence.tokens[-1].end
        cues = _cues(context[start:end], start)
        marks = [(cue.start, self.place(cue)) for cue in cues]
        current, spots, i = self.carried, [], 0
        trailing = len(marks) == 1 and marks[0][1].phase != "admission"
        if trailing:
            current = marks[0][1]
        for token in sentence.tokens:
            while i < len(marks) and marks[i][0] <= token.start:
                current = marks[i][1]
                i += 1
            spots.append(current)
        lasting = [
            place
            for position, place in marks
            if place.phase != "history"
            or (position - start < _OPENING and _PAST_MOMENT.search(place.cue or ""))
        ]
        if lasting:
            self.carried = lasting[-1]
        return tuple(spots)


@lru_cache(maxsize=8)
def places(context: str) -> tuple[tuple[Place, ...], ...]:
    """For each sentence of the note, the place of each of its tokens."""
    clock = _Clock()
    return tuple(clock.sentence(context, sentence) for sentence in scan(context))
