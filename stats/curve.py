"""What looking at items in an order finds, against looking at them in random order.

The curve is the cumulative gain (CAP, lift) curve. Items with equal scores are in random order among each
other, so that along a tie the curve is the expectation, a straight line.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from stats.intervals import CONFIDENCE, Interval

_SLACK = 1e-9


@dataclass(frozen=True)
class Curve:
    """`found[k]` of the `errors` are found by looking at the first k of `n` items, for k from 0 to n."""

    found: tuple[float, ...]

    @property
    def n(self) -> int:
        """Items."""
        return len(self.found) - 1

    @property
    def errors(self) -> float:
        """Items that are wrong."""
        return self.found[-1]

    def after(self, looks: int) -> float:
        """Errors found by that many looks; all of them where there are fewer items."""
        return self.found[min(looks, self.n)]

    def needed(self, share: float) -> int | None:
        """Looks until that share of the errors is found; None where there are no errors."""
        if not self.errors:
            return None
        aim = share * self.errors - _SLACK
        return next(looks for looks, found in enumerate(self.found) if found >= aim)

    @property
    def gain(self) -> float | None:
        """How far the order is from random, 0, to perfect, 1; −1 is the worst. None where all orders are one.

        It is the area between the curve and the diagonal, as a part of what a perfect order has there: the
        accuracy ratio, 2·AUROC − 1 (Engelmann, Hayden and Tasche, Risk 2003;16(1):82-86).
        """
        n, errors = self.n, self.errors
        if not 0 < errors < n:
            return None
        area = sum((a + b) / 2 for a, b in itertools.pairwise(self.found))
        diagonal, best = n * errors / 2, errors * (n - errors / 2)
        return (area - diagonal) / (best - diagonal)


def gain_curve(scores: Sequence[float], wrong: Sequence[bool]) -> Curve:
    """The curve of looking at the highest score first; item i has `scores[i]` and is an error or not.

    Raises ValueError where the two are not of one length.
    """
    ranked = sorted(zip(scores, wrong, strict=True), key=lambda pair: -pair[0])
    found = [0.0]
    for _, tied in itertools.groupby(ranked, key=lambda pair: pair[0]):
        errors = [error for _, error in tied]
        start, each = found[-1], sum(errors) / len(errors)
        found += [start + each * (k + 1) for k in range(len(errors))]
    # Sums of parts of a tie may miss the whole number by a rounding error.
    return Curve(tuple(round(value, 9) for value in found))


def random_expectation(n: int, errors: int, looks: int) -> float:
    """Errors found by looking at that many of n items at random, on average."""
    return errors * min(looks, n) / n if n else 0.0


def random_band(n: int, errors: int, looks: int, confidence: float = CONFIDENCE) -> Interval:
    """Between which two numbers of errors that many random looks find, with at least this probability.

    Exact: the number is hypergeometric. The band holds at each number of looks, not along a whole curve.
    Raises ValueError unless 0 ≤ errors ≤ n and 0 < confidence < 1.
    """
    if not 0 <= errors <= n:
        raise ValueError(f"{errors} of {n} items cannot be errors")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, and {confidence} does not")
    # Importing scipy.stats takes most of a second, which a command without a band must not cost.
    from scipy.stats import hypergeom

    chance = hypergeom(n, errors, min(looks, n))
    tail = (1 - confidence) / 2
    # ppf(p) is the smallest k with P(X ≤ k) ≥ p: below the lower end lies less than a tail, above the upper
    # end at most one.
    return Interval(float(chance.ppf(tail)), float(chance.ppf(1 - tail)))


def random_needed(n: int, errors: int, share: float) -> float | None:
    """Random looks until that share of the errors is found, on average; None without errors.

    The m-th of E errors comes after m·(n + 1) / (E + 1) looks (negative hypergeometric distribution).
    """
    if not errors:
        return None
    m = next(k for k in range(errors + 1) if k >= share * errors - _SLACK)
    return m * (n + 1) / (errors + 1)
