"""Drawings as numbers: where the parts of a bar or of a histogram lie. The templates make SVG of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stacked bar: its name, its fill (a class of the style sheet), its count and its place.

    `x` and `width` are in the units of the drawing. A part that is not empty is at least one unit wide.
    """

    name: str
    fill: str
    count: int
    x: float
    width: float


def stacked(counts: Sequence[tuple[str, str, int]], width: float) -> tuple[Part, ...]:
    """Parts side by side over the whole width, from (name, fill, count); none where all counts are 0."""
    total = sum(count for _, _, count in counts)
    if total == 0:
        return ()
    shown = [(name, fill, count) for name, fill, count in counts if count]
    left = width - len(shown)
    parts: list[Part] = []
    x = 0.0
    for name, fill, count in shown:
        part = Part(name, fill, count, round(x, 2), round(1 + left * count / total, 2))
        parts.append(part)
        x += 1 + left * count / total
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a histogram: parts that stand on each other, from the bottom up."""

    x: float
    width: float
    label: str
    parts: tuple[tuple[str, float, float], ...]
    """(fill, y, height), y downward from the top of the drawing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical axis: its highest value and the ticks with their height above the ground."""

    top: int
    ticks: tuple[tuple[int, float], ...]
    """(value, y)."""


def scale(highest: int, height: float) -> Scale:
    """An axis from 0 in whole, round steps, at most five of them, that reaches the highest count."""
    step = _round_step(max(highest, 1) / 4)
    top = step * max(1, math.ceil(highest / step))
    values = range(0, top + 1, step)
    return Scale(top, tuple((value, round(height - height * value / top, 2)) for value in values))


def columns(
    bins: Sequence[tuple[str, Sequence[tuple[str, int]]]], width: float, height: float, top: int
) -> tuple[Column, ...]:
    """Columns of equal width from (label, [(fill, count), …]), with a gap of an eighth between them."""
    each = width / max(1, len(bins))
    drawn: list[Column] = []
    for number, (label, counts) in enumerate(bins):
        y, parts = height, []
        for fill, count in counts:
            tall = height * count / top
            y -= tall
            if count:
                parts.append((fill, round(y, 2), round(tall, 2)))
        x = round(number * each + each / 16, 2)
        drawn.append(Column(x, round(each * 7 / 8, 2), label, tuple(parts)))
    return tuple(drawn)


def _round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that is not below `least`."""
    power: int = 10 ** max(0, math.floor(math.log10(least))) if least > 1 else 1
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)
