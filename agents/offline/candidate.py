"""A candidate: one value that a note offers for one input of a calculator, with its quote."""

from __future__ import annotations

from dataclasses import dataclass

from agents.offline.times import Phase, Place
from calculators.model import Bound


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible value of one input.

    Args:
        value: as the note writes it; True or False for a finding.
        unit: as written, or the only one that is possible.
        bound: set for a censored value.
        start: first offset of the quote.
        end: offset after the quote.
        canonical: the value for comparison, quantities in the input's canonical unit.
        strength: 3 name and value side by side, 2 a little apart, 1 inferred.
        phase: history, admission or later.
        cue: the time words, if any.
        passage: the sentence that holds it; -1 for what belongs to the whole note.
        group: the time point that holds it.
        in_question: whether the offsets are those of the question instead of the context.
        doubt: why the value is not to be used as written, in a sentence for a person; None where it is.
    """

    value: float | bool | str
    unit: str | None
    bound: Bound | None
    start: int
    end: int
    canonical: float | str | bool
    strength: int
    phase: Phase
    cue: str | None
    passage: int
    group: int
    in_question: bool = False
    doubt: str | None = None


def of_whole_note(value: float | bool | str, start: int, end: int, unit: str | None = None) -> Candidate:
    """A candidate that belongs to no time point: a category, a finding, an age."""
    return Candidate(value, unit, None, start, end, value, 3, "admission", None, -1, 0)


def at_place(
    value: float | bool | str, unit: str | None, start: int, end: int, place: Place, passage: int,
    bound: Bound | None = None, doubt: str | None = None,
) -> Candidate:  # fmt: skip
    """A candidate in a sentence, at the time point that the sentence speaks of."""
    return Candidate(
        value, unit, bound, start, end, value, 3, place.phase, place.cue, passage, place.group, doubt=doubt
    )
