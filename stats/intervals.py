"""Shares of a sample, and the interval in which the share behind it lies."""

from __future__ import annotations

from typing import NamedTuple

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A confidence interval, both ends included."""

    low: float
    high: float


def wilson(k: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a binomial share (Wilson, J Am Stat Assoc 1927;22:209-212), of k in n.

    Without observations every share is possible: n = 0 gives the interval from 0 to 1. Raises ValueError
    unless 0 ≤ k ≤ n and 0 < confidence < 1.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, and {confidence} does not")
    if n == 0:
        return Interval(0.0, 1.0)
    # Importing scipy.stats takes most of a second, which a command without an interval must not cost.
    from scipy.stats import binomtest

    # The interval is the same whatever share is tested; against k / n the test takes no time.
    found = binomtest(k, n, k / n).proportion_ci(confidence_level=confidence, method="wilson")
    return Interval(float(found.low), float(found.high))


class Proportion(NamedTuple):
    """k of n."""

    k: int
    n: int

    @property
    def share(self) -> float | None:
        """The part k / n; None where n is 0."""
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """The Wilson interval at 95%."""
        return wilson(self.k, self.n)
