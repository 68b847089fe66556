"""How one of several candidates is chosen. Each strategy is an annotator: their disagreement is real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from agents.offline.candidate import Candidate
from agents.offline.language.times import ADMISSION
from agents.offline.times import PRESENTATION

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
    # of two dates behind one name the later one, so that such a contradiction splits the votes
    return max(_current(found), key=lambda c: (c.strength, -c.start, c.end))


STATIC = frozenset({"age", "sex", "race", "height", "from_drug", "to_drug"})
"""Inputs that belong to every time point."""


def _fullest(offer: Offer) -> tuple[int, int] | None:
    """(group, sentence) of the time point that gives most inputs; of equals the presentation, or the last."""
    inputs: Counter[int] = Counter()
    passages: dict[int, Counter[int]] = {}
    for name, found in offer.items():
        current = [c for c in _current(found) if c.passage >= 0] if name not in STATIC else []
        inputs.update({c.group for c in current})
        for group, passage in {(c.group, c.passage) for c in current}:
            passages.setdefault(group, Counter())[passage] += 1
    if not inputs:
        return None
    most = max(inputs.values())
    fullest = [g for g, n in inputs.items() if n == most]
    group = PRESENTATION if PRESENTATION in fullest else max(fullest, key=lambda g: max(passages[g]))
    densest = max(passages[group].values())
    return group, max(p for p, n in passages[group].items() if n == densest)


def _panel(offer: Offer) -> dict[str, Candidate]:
    """Values of the time point that gives most inputs, nearest to its densest passage; no others."""
    fullest = _fullest(offer)
    if fullest is None:
        return {name: _first(found) for name, found in offer.items()}
    group, passage = fullest
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
        here = [c for c in found if c.phase == ADMISSION or name in STATIC]
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
