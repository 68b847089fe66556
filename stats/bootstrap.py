"""Bootstrap intervals: what a figure would be in other samples of the same size, drawn from this one.

Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993, chapter 13. A plain percentile
interval is too narrow for few items, and has no width where all are alike. What is done against that is said
at each function, and measured in tests/stats/test_coverage_bootstrap.py. The seed is fixed, so that the same
data give the same interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from stats.intervals import CONFIDENCE, Interval

MEAN_RESAMPLES = 10_000
UNIT_RESAMPLES = 2_000
"""Statistics that are computed one resample at a time; the ends then vary by about 0.06 standard errors."""
_CELLS = 2**21
"""Resampled values in memory at once."""
_TAIL = 0.7
"""The part of each tail beyond an end. Shares come in steps of 1/n: with the whole tail the interval would
hold a share of 1/n only 92 times in 100."""
Agreement = Literal["cautious", "percentile"]
"""Which interval an agreement has: that of `bootstrap_agreement`, or that of `percentile_agreement`."""
FEWEST_UNITS = 40
FEWEST_PLAIN = 10
"""Units below which resamples are so few and so alike that a plain interval can be a single point."""
LARGEST_ERROR = 0.3
"""The relative standard error of the disagreement by chance above which an agreement has no interval."""


def bootstrap_mean(
    values: Sequence[float],
    ends: tuple[float, float] = (0.0, 1.0),
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The percentile interval of a mean of values that lie between two ends; of a share, of zeros and ones.

    The sample from which is drawn has one value more at either end, as in the intervals of Agresti and Coull
    (Am Stat 1998;52:119-126) and of Bonett and Price (J Educ Behav Stat 2012;37:479-488): that all values are
    alike does not show that others never occur.

    Args:
        values: the sample.
        ends: the least and the largest value that there can be.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Returns:
        None for fewer than two values, of which no other sample can be drawn.

    Raises:
        ValueError: a value is not finite, or not between the ends.
    """
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a mean has an interval where all values are finite")
    if not all(ends[0] <= value <= ends[1] for value in values):
        raise ValueError(f"a value is not between {ends[0]:g} and {ends[1]:g}")
    if len(values) < 2:
        return None
    means = _drawn_means([*ends, *values], len(values), resamples, seed)
    return percentiles(means, _TAIL * (1 - confidence) / 2)


def percentile_mean(
    values: Sequence[float],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The plain percentile interval of a mean, for comparison with figures that others report.

    Nothing is done against its being too narrow for few values (`stats.matched` has how much), and where all
    are alike it has no width: `bootstrap_mean` is the one to rely on. None for fewer than two values. Raises
    ValueError where a value is not finite.
    """
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a mean has an interval where all values are finite")
    if len(values) < 2:
        return None
    return percentiles(_drawn_means(values, len(values), resamples, seed), (1 - confidence) / 2)


def _drawn_means(values: Sequence[float], size: int, resamples: int, seed: int) -> Any:
    """The means of samples of the `size`, drawn with replacement; (resamples,).

    Equal values are drawn together, which is the same and takes less time.
    """
    import numpy as np

    distinct, counts = np.unique(values, return_counts=True)
    rng = np.random.default_rng(seed)
    batch = max(1, _CELLS // len(distinct))
    sums = [
        rng.multinomial(size, counts / counts.sum(), size=min(batch, resamples - done)) @ distinct
        for done in range(0, resamples, batch)
    ]
    return np.concatenate(sums) / size


def bootstrap_agreement(
    units: int,
    disagreement: Callable[[Any], tuple[float, float]],
    far: float,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = UNIT_RESAMPLES,
    seed: int = 0,
) -> Interval | str:
    """The interval of 1 − observed / expected disagreement, over whole units such as items with all ratings.

    It is the hull of two percentile intervals: of the sample, and of the sample with one unit more on which
    the raters are far apart, so that raters who never differed are not taken for raters who never will. Both
    are expanded for few units, by √(n / (n − 1)) and the quantiles of t (Hesterberg, Am Stat
    2015;69:371-386).

    Args:
        units: how many there are, n.
        disagreement: gets an array of shape (units,), how often each unit was drawn; gives the mean distance
            of ratings of the same unit, and that of ratings by chance, which is positive for the sample.
        far: how far the ratings of that unit are apart: Σ d² / Σ d over the distances d of ratings by chance,
            the distance that a part of the disagreement has on average.
        confidence: of the interval.
        resamples: how many samples are drawn; those without a disagreement by chance are left out.
        seed: of the drawing.

    Returns:
        Why there is none: fewer than FEWEST_UNITS units; or so few of a rare category, or with a far-off
        value, that the disagreement by chance is known too badly (LARGEST_ERROR).
    """
    if units < FEWEST_UNITS:
        return f"no interval for fewer than {FEWEST_UNITS} items"
    if _chance_error(units, disagreement) > LARGEST_ERROR:
        return "no interval, for too few items differ from the others"
    import numpy as np

    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(units, np.full(units, 1 / units), size=resamples)
    joined = rng.binomial(units + 1, 1 / (units + 1), size=resamples)
    observed, expected = np.array([disagreement(times) for times in drawn]).T
    some = expected > 0
    plain = 1 - observed[some] / expected[some]
    mixed = (units * observed + joined * far) / (units + joined)
    tail = expanded_tail(units, confidence)
    return hull(percentiles(plain, tail), percentiles(1 - mixed[some] / expected[some], tail))


def percentile_agreement(
    units: int,
    disagreement: Callable[[Any], tuple[float, float]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = UNIT_RESAMPLES,
    seed: int = 0,
) -> Interval | str:
    """The plain percentile interval of 1 − observed / expected disagreement, as others report it.

    As `bootstrap_agreement`, but nothing is done against its being too narrow for few units, and it is there
    from FEWEST_PLAIN units on: `bootstrap_agreement` is the one to rely on.
    """
    if units < FEWEST_PLAIN:
        return f"no interval for fewer than {FEWEST_PLAIN} items"
    import numpy as np

    drawn = np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=resamples)
    observed, expected = np.array([disagreement(times) for times in drawn]).T
    some = expected > 0
    return percentiles(1 - observed[some] / expected[some], (1 - confidence) / 2)


def agreement_interval(
    units: int,
    disagreement: Callable[[Any], tuple[float, float]],
    far: float,
    method: Agreement,
    *,
    confidence: float,
    resamples: int,
    seed: int,
) -> Interval | str:
    """The interval of an agreement by either method, or why there is none."""
    if method == "percentile":
        return percentile_agreement(
            units, disagreement, confidence=confidence, resamples=resamples, seed=seed
        )
    return bootstrap_agreement(
        units, disagreement, far, confidence=confidence, resamples=resamples, seed=seed
    )


def _chance_error(units: int, disagreement: Callable[[Any], tuple[float, float]]) -> float:
    """The relative standard error of the disagreement by chance (jackknife of its logarithm)."""
    import numpy as np

    expected = np.array([disagreement(_without(units, unit))[1] for unit in range(units)])
    if not (expected > 0).all():
        return math.inf
    logs = np.log(expected)
    return math.sqrt((units - 1) / units * float(((logs - logs.mean()) ** 2).sum()))


def _without(units: int, one: int) -> Any:
    import numpy as np

    times = np.ones(units)
    times[one] = 0
    return times


def expanded_tail(units: int, confidence: float) -> float:
    """The part of the resamples beyond each end for few units (Hesterberg, Am Stat 2015;69:371-386)."""
    from scipy.stats import norm, t

    stretch = math.sqrt(units / (units - 1)) * t.ppf((1 + confidence) / 2, units - 1)
    return float(norm.cdf(-stretch))


def percentiles(values: Any, tail: float) -> Interval:
    """What lies between the `tail` lowest and the `tail` highest of the resampled values."""
    import numpy as np

    low, high = np.quantile(values, [tail, 1 - tail])
    return Interval(float(low), float(high))


def hull(a: Interval, b: Interval) -> Interval:
    """The smallest interval that holds both."""
    return Interval(min(a.low, b.low), max(a.high, b.high))
