"""How many labels people must look at to know the rate of errors within a margin."""

from __future__ import annotations

import math

from stats.intervals import CONFIDENCE

WORST = 0.5
"""The share that takes the most reviews."""


def reviews_for_margin(
    margin: float,
    share: float = WORST,
    size: int | None = None,
    effect: float = 1.0,
    confidence: float = CONFIDENCE,
) -> int:
    """Reviews after which half the width of Wilson's interval is at most `margin`.

    Args:
        margin: in (0, 0.5).
        share: the rate of errors that is expected, in [0, 1].
        size: labels in the set, for the finite-population correction n · N / (N − 1 + n) (Cochran, Sampling
            Techniques, 4.4); None where there is no end of them.
        effect: the variance of the design as a part of that of a simple random sample of the same size; each
            review of the design is worth 1 / effect simple ones (Kish, Survey Sampling, 8.2).
        confidence: of the interval.

    Raises:
        ValueError: an argument is out of its range.
    """
    if not 0 < margin < 0.5:
        raise ValueError(f"a margin lies between 0 and 0.5, and {margin} does not")
    if not 0 <= share <= 1 or effect <= 0 or (size is not None and size < 1):
        raise ValueError(f"no plan for a share of {share}, an effect of {effect} and {size} labels")
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + confidence / 2))
    needed = _simple(margin, share * (1 - share), z) * effect
    if size is not None:
        needed = needed * size / (size - 1 + needed)
    return math.ceil(needed - 1e-9)


def _simple(margin: float, variance: float, z: float) -> float:
    """The n at which z √(pq/n + z²/4n²) = margin · (1 + z²/n), solved for n."""
    # margin² (n + z²)² = z² (pq n + z²/4), a quadratic in n
    a = margin**2
    b = 2 * margin**2 * z**2 - z**2 * variance
    c = margin**2 * z**4 - z**4 / 4
    return max(1.0, (-b + math.sqrt(b * b - 4 * a * c)) / (2 * a))
