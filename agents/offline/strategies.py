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


def _admission(found: Sequence[Candidate]) -> Candidate:
    return next((c for c in found if at_presentation(c)), _first(found))


def _firmest(found: Sequence[Candidate]) -> Candidate:
    return max(_current(found), key=lambda c: (c.strength, -c.start))


def _panel_of(offer: Offer) -> tuple[int, int]:
    """(first sentence, time group) of the passage in which most inputs have a value; the earliest of equals."""
    counts: Counter[tuple[int, int]] = Counter()
    for found in offer.values():
        counts.update({(c.passage // 1, c.group) for c in _current(found) if c.passage >= 0})
    if not counts:
        return (0, 0)
    most = max(counts.values())
    return min(key for key, count in counts.items() if count == most)


def _panel(found: Sequence[Candidate], panel: tuple[int, int]) -> Candidate:
    sentence, group = panel
    return min(
        _current(found),
        key=lambda c: (abs(c.passage - sentence) if c.passage >= 0 else 0, c.group != group, c.start),
    )


_SINGLE: Mapping[Strategy, Callable[[Sequence[Candidate]], Candidate]] = {
    "first": _first,
    "latest": _latest,
    "admission": _admission,
    "firmest": _firmest,
}


def choose(strategy: Strategy, offer: Offer) -> dict[str, Candidate]:
    """One candidate for each input that has any."""
    filled = {name: found for name, found in offer.items() if found}
    if strategy == "panel":
        panel = _panel_of(filled)
        return {name: _panel(found, panel) for name, found in filled.items()}
    return {name: _SINGLE[strategy](found) for name, found in filled.items()}
