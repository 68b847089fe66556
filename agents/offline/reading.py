"""A reading: one value of one measurement somewhere in a note."""

from __future__ import annotations

from dataclasses import dataclass

from agents.offline.quantities import Quantity
from agents.offline.times import Place


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one concept somewhere in the note.

    Args:
        concept: key of the names table, or an input's own name.
        quantity: as written.
        start: first offset of the quote, which holds name and value.
        end: offset after the quote.
        strength: 3 name and value side by side; 2 a little apart; 1 value without name.
        weak: the name only implies the value.
        fluid: "blood" unless the note says otherwise.
        place: phase, time phrase and group of the value.
        sentence: index of the sentence.
        change: one of several values under one name in one sentence ("from 1.2 to 2.4").
    """

    concept: str
    quantity: Quantity
    start: int
    end: int
    strength: int
    weak: bool
    fluid: str
    place: Place
    sentence: int
    change: bool
