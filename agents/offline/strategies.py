"""How one of several candidates is chosen. Each strategy is an annotator of its own: their disagreement is real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from agents.offline.candidates import Candidate, at_presentation

Strategy = Literal["first", "latest", "admission", "firmest", "panel"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
TIME_POINTS: Mapping[Strategy, str] = {
    "first": "the first values that the note gives",
    "latest": "the last values that the note gives",
    "admission": "admission or first presentation",
    "firmest": "the values that stand closest to their names",
    "panel": "the one passage that gives most of the values",
}

Offer = Mapping[str, tuple[Candidate, ...]]
"""Input name → its candidates."""


def _current(found: Sequence[Candidate]) -> Sequence[Candidate]:
    """Candidates without those of the patient's history, unless there are no others."""
    return [c for c in found if c.phase != "history"] or found


def _first(found: Sequence[Candidate]) -> Candidate:
    return _current(found)[0]


def _latest(found: Sequence[Candidate]) -> Candidate:
    return _current(found)[-1]


def _firmest(found: Sequence[Candidate]) -> Candidate:
    return max(_current(found), key=lambda c: (c.strength, -c.start))


STATIC = frozenset({"age", "sex", "race", "height", "from_drug", "to_drug"})
"""Inputs that belong to every time point."""


def _panels(offer: Offer) -> Counter[tuple[int, int]]:
    """(time group, sentence) → how many inputs have a value there."""
    counts: Counter[tuple[int, int]] = Counter()
    for name, found in offer.items():
        if name not in STATIC:
            counts.update({(c.group, c.passage) for c in _current(found) if c.passage >= 0})
    return counts


def _panel(offer: Offer) -> dict[str, Candidate]:
    """Values of the passage that gives most inputs, the latest of equals, and of its time point; no others."""
    counts = _panels(offer)
    if not counts:
        return {name: _first(found) for name, found in offer.items()}
    most = max(counts.values())
    group, passage = max((key for key, count in counts.items() if count == most), key=lambda key: key[1])
    chosen = {}
    for name, found in offer.items():
        near = [c for c in found if c.group == group or c.passage < 0 or name in STATIC]
        if near:
            chosen[name] = min(
                near, key=lambda c: (abs(c.passage - passage) if c.passage >= 0 else 0, c.start)
            )
    return chosen


def _at_admission(offer: Offer) -> dict[str, Candidate]:
    """The first value that the note places at presentation; inputs that it gives only later stay out."""
    chosen = {}
    for name, found in offer.items():
        here = [c for c in found if at_presentation(c) or name in STATIC]
        if here:
            chosen[name] = here[0]
    return chosen


_EACH: Mapping[Strategy, Callable[[Sequence[Candidate]], Candidate]] = {
    "first": _first,
    "latest": _latest,
    "firmest": _firmest,
}


def choose(strategy: Strategy, offer: Offer) -> dict[str, Candidate]:
    """One candidate for each input that the strategy finds a value for."""
    filled = {name: found for name, found in offer.items() if found}
    if strategy == "panel":
        return _panel(filled)
    if strategy == "admission":
        return _at_admission(filled)
    return {name: _EACH[strategy](found) for name, found in filled.items()}
