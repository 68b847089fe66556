"""Two label sets, models or raters that were judged on the same items."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from stats.bootstrap import MEAN_RESAMPLES, bootstrap_mean
from stats.intervals import CONFIDENCE, Interval


class Difference(NamedTuple):
    """mean(a) − mean(b) over `n` items; None without items. The interval is None for fewer than two."""

    n: int
    difference: float | None
    interval: Interval | None


def mcnemar_exact(b: int, c: int) -> float:
    """The two-sided p of McNemar's test with the binomial distribution (McNemar, Psychometrika 1947;12:153).

    Args:
        b: items that only the first has right.
        c: items that only the second has right. What both or neither have right plays no part.

    Returns:
        The probability of a split of b + c items at least as uneven as this, were either side as likely;
        1 where b + c = 0. Raises ValueError for negative counts.
    """
    if b < 0 or c < 0:
        raise ValueError(f"counts are not negative, and of {b} and {c} one is")
    if b + c == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(b, b + c, 0.5).pvalue)


def paired_difference(
    a: Sequence[float],
    b: Sequence[float],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Difference:
    """The difference of two means of scores in [0, 1], or of shares, of the same items, with its interval.

    That is a bootstrap (`bootstrap_mean`) in which items are drawn whole, so that what makes an item hard for
    both does not widen it. Raises ValueError where `a` and `b` differ in length, or a value is not finite or
    not in [0, 1].
    """
    if not all(0 <= score <= 1 for score in (*a, *b) if math.isfinite(score)):
        raise ValueError("a score is not between 0 and 1")
    apart = [first - second for first, second in zip(a, b, strict=True)]
    interval = bootstrap_mean(apart, (-1.0, 1.0), confidence=confidence, resamples=resamples, seed=seed)
    return Difference(len(apart), sum(apart) / len(apart) if apart else None, interval)
