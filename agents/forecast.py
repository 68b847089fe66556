"""What the whole of a run will take, from what its settled threads took."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

FEWEST = 20
"""Threads that must have ended before they say anything about the others."""
_Z95 = 1.96


class Forecast(NamedTuple):
    """The total of a run, and the bounds of its 95% prediction interval, in the unit of what was summed."""

    total: float
    low: float
    high: float


@dataclass
class Settled:
    """What threads that ended took each: their number, the sum, and the sum of the squares."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, took: float) -> None:
        """One more thread has ended."""
        self.n += 1
        self.total += took
        self.squares += took * took

    def forecast(self, left: int, *, fewest: int = FEWEST) -> Forecast | None:
        """The total once `left` more threads have ended; None where fewer than `fewest` have.

        Threads are taken as draws of one distribution. The variance of what is left is that of its own sum
        and of the mean that it is told by: s² (left + left² / n).
        """
        if self.n < max(fewest, 2):
            return None
        mean = self.total / self.n
        variance = max(0.0, (self.squares - self.total * mean) / (self.n - 1))
        within = _Z95 * math.sqrt(variance * (left + left * left / self.n))
        rest = left * mean
        return Forecast(self.total + rest, self.total + max(0.0, rest - within), self.total + rest + within)
