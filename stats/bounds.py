"""A mean of which some values are missing: the least and the most that it could be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from stats.bootstrap import MEAN_RESAMPLES, bootstrap_mean
from stats.intervals import CONFIDENCE, Interval

Values = Sequence[Sequence[float | None]]
"""Scenario → the value of each planned rep; None where it is missing."""


class Bounded(NamedTuple):
    """A mean over scenarios, each of them the mean over its reps."""

    planned: int
    """Values, or pairs of them, that there should be."""
    missing: int
    """Of these; a pair is missing if one of its two is."""
    low: float | None
    """With the worst value for all that is missing; None if nothing was planned."""
    high: float | None
    present: float | None
    """Over what is there: each scenario's mean over its reps that are. Scenarios without any are left out."""
    interval: Interval | None
    """Of `present`, by `bootstrap_mean` over scenarios; None for fewer than two. It allows for other
    scenarios, not for what is missing, which `low` and `high` do."""


def bounded_mean(
    values: Values,
    ends: tuple[float, float],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Bounded:
    """The mean with the least, and with the largest value in place of what is missing.

    These are the bounds of Manski (Am Econ Rev 1990;80:319-323): nothing is assumed about why values are
    missing. Where none is, low, high and present are the same.

    Args:
        values: of each scenario and rep. A scenario for which nothing was planned is refused.
        ends: the least and the largest value that there can be.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Raises:
        ValueError: a value is not between the ends, and so for NaN; or a scenario has no rep.
    """
    _check(values, ends)
    return _bounded(
        [[(value, *ends) for value in reps] for reps in values], ends, confidence, resamples, seed
    )


def bounded_difference(
    a: Values,
    b: Values,
    ends: tuple[float, float],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Bounded:
    """The same of the mean of a − b, matched by scenario and rep.

    If one of a pair is missing the pair is, for `present`; but the bounds use the one that is there. The ends
    are those of a and b, not of their difference. Raises ValueError as `bounded_mean`, and where a and b
    differ in scenarios or reps.
    """
    _check(a, ends)
    _check(b, ends)
    if [*map(len, a)] != [*map(len, b)]:
        raise ValueError("what is matched has the same scenarios and reps, and these differ")
    pairs = [
        [_difference(one, other, ends) for one, other in zip(*reps, strict=True)]
        for reps in zip(a, b, strict=True)
    ]
    width = ends[1] - ends[0]
    return _bounded(pairs, (-width, width), confidence, resamples, seed)


_Range = tuple[float | None, float, float]
"""A value or None, and what it could be at least and at most if it is missing."""


def _difference(a: float | None, b: float | None, ends: tuple[float, float]) -> _Range:
    low, high = ends
    known = None if a is None or b is None else a - b
    least = (low if a is None else a) - (high if b is None else b)
    most = (high if a is None else a) - (low if b is None else b)
    return known, least, most


def _bounded(
    values: Sequence[Sequence[_Range]],
    ends: tuple[float, float],
    confidence: float,
    resamples: int,
    seed: int,
) -> Bounded:
    known = [[value for value, _, _ in reps if value is not None] for reps in values]
    present = [_mean(reps) for reps in known if reps]
    planned = sum(map(len, values))
    lows = [_mean([low if value is None else value for value, low, _ in reps]) for reps in values]
    highs = [_mean([high if value is None else value for value, _, high in reps]) for reps in values]
    return Bounded(
        planned=planned,
        missing=planned - sum(map(len, known)),
        low=_mean(lows) if lows else None,
        high=_mean(highs) if highs else None,
        present=_mean(present) if present else None,
        interval=bootstrap_mean(present, ends, confidence=confidence, resamples=resamples, seed=seed),
    )


def _mean(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return min(max(mean, min(values)), max(values))  # rounding must not take it beyond an end


def _check(values: Values, ends: tuple[float, float]) -> None:
    for reps in values:
        if not reps:
            raise ValueError("of a scenario without a planned rep there is no mean")
        for value in reps:
            if value is not None and not ends[0] <= value <= ends[1]:
                raise ValueError(f"{value} is not between {ends[0]:g} and {ends[1]:g}")
