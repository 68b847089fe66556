"""The middle of a sample and its spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Quartiles(NamedTuple):
    """Median, and the quartiles between which the middle half of `n` values lies."""

    low: float
    median: float
    high: float
    n: int


def quartiles(values: Sequence[float]) -> Quartiles | None:
    """The quartiles, linear between neighbours (method 7 of Hyndman and Fan, Am Stat 1996;50:361-365).

    None without values; of one value all three are that value.
    """
    if not values:
        return None
    if len(values) == 1:
        return Quartiles(values[0], values[0], values[0], 1)
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Quartiles(low, median, high, len(values))
