"""Figures of an experiment as its report spells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from answers.figures import points
from stats.intervals import Interval
from training.findings import Comparison, Estimate


def named(one: Comparison) -> str:
    """What is taken from what."""
    return f"{one.first} less {one.other}" + (" (control)" if one.control else "")


def gap(estimate: Estimate) -> str:
    """`+12.3 (+9.7 to +15.1)`, in points."""
    return with_interval(points(estimate.difference), estimate.interval, points_between)


def points_between(low: float, high: float) -> str:
    """`+9.7 to +15.1`, of shares."""
    return f"{points(low)} to {points(high)}"


def with_interval(said: str, interval: Interval | None, told: Callable[[float, float], str]) -> str:
    """A figure with its interval behind it, where it has one."""
    return said if interval is None else f"{said} ({told(*interval)})"


def each(texts: Iterable[str]) -> str:
    """Figures of all seeds."""
    return "; ".join(texts)
