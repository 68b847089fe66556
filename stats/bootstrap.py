"""Bootstrap intervals: what a figure would be in other samples of the same size, drawn from this one.

Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993: percentile intervals in chapter
13, BCa (bias-corrected and accelerated) in chapter 14. The seed is fixed, so that the same data give the same
interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

from stats.intervals import CONFIDENCE, Interval

Method = Literal["percentile", "bca"]

MEAN_RESAMPLES = 10_000
UNIT_RESAMPLES = 2_000
"""Statistics that are computed one resample at a time; the ends then vary by about 0.06 standard errors."""
_CELLS = 2**21
"""Resampled values in memory at once."""


def bootstrap_mean(
    values: Sequence[float],
    *,
    method: Method = "percentile",
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The interval of a mean; of a share, where the values are 0 and 1.

    None for fewer than two values, of which no other sample can be drawn. Where all values are equal, both
    ends are that value: the bootstrap sees no spread, however few they are. For a share near 0 or 1 the
    Wilson interval is the honest one. Raises ValueError for values that are not finite.
    """
    if not all(math.isfinite(value) for value in values):
        raise ValueError("a mean has an interval where all values are finite")
    if len(values) < 2:
        return None
    if min(values) == max(values):
        return Interval(float(values[0]), float(values[0]))
    # Importing scipy.stats takes most of a second, which a command without an interval must not cost.
    import numpy as np
    from scipy.stats import bootstrap

    data = np.asarray(values, dtype=float)
    found = bootstrap(
        (data,),
        np.mean,
        n_resamples=resamples,
        batch=max(1, _CELLS // len(data)),
        vectorized=True,
        confidence_level=confidence,
        method="BCa" if method == "bca" else "percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def bootstrap_units(
    units: int,
    statistic: Callable[[Any], float | None],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = UNIT_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The percentile interval of a statistic of whole units, such as items with all their ratings.

    Args:
        units: how many there are.
        statistic: gets an array of shape (units,), how often each unit was drawn; None where the statistic
            is not defined for the sample. Such samples are left out.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Returns:
        None for fewer than two units, and where no sample defines the statistic.
    """
    if units < 2:
        return None
    import numpy as np

    # scipy.stats.bootstrap has no place for samples that do not define the statistic.
    rng = np.random.default_rng(seed)
    drawn = (np.bincount(rng.integers(0, units, units), minlength=units) for _ in range(resamples))
    found = [value for times in drawn if (value := statistic(times)) is not None]
    if not found:
        return None
    low, high = np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(float(low), float(high))
