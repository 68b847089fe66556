"""Two conditions that are compared on the same items under several seeds: both vary, and both are resampled.

An interval over the items alone says what other items would give under these very seeds. That other seeds
would give something else is not in it, so that two trainings on the same labels often seem to differ. An
interval over the seeds alone says what other seeds would give on these very items.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from stats.bootstrap import MEAN_RESAMPLES, hull, percentiles
from stats.intervals import CONFIDENCE, Interval

FEWEST_SEEDS = 2
_CELLS = 2**21
"""Resampled values in memory at once."""


def crossed_interval(
    differences: Sequence[Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """An interval of a mean over seeds × items, for other seeds and other items than these.

    It is the hull of two. The first is the percentile interval of the bootstrap that draws seeds and items
    independently (the pigeonhole bootstrap: Owen AB. Ann Appl Stat 2007;1:386-411), stretched about the mean
    by √(n / (n − 1)) of the seeds. Where most of the variance is the seeds' and they are few, that is too
    narrow, for it takes the spread of three values, say, for the true one; there the second is the wider:
    Student's interval of the seeds (`seeds_interval`). How often the hull holds is measured in
    tests/stats/test_coverage_crossed.py.

    Args:
        differences: of shape (seeds, items), every item under every seed.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Returns:
        None for fewer than FEWEST_SEEDS seeds or without items.

    Raises:
        ValueError: the rows differ in length, or a value is not finite.
    """
    table = _checked(differences)
    if len(table) < FEWEST_SEEDS or not len(table[0]):
        return None
    import numpy as np

    values = np.asarray(table, dtype=float)
    means = np.concatenate(list(_resampled(values, resamples, np.random.default_rng(seed))))
    low, high = percentiles(means, (1 - confidence) / 2)
    middle, stretch = float(values.mean()), math.sqrt(len(table) / (len(table) - 1))
    drawn = Interval(middle - stretch * (middle - low), middle + stretch * (high - middle))
    alone = seeds_interval(values.mean(axis=1).tolist(), confidence=confidence)
    assert alone is not None, "there are seeds enough"
    return hull(drawn, alone)


def _resampled(values: Any, resamples: int, rng: Any) -> Iterator[Any]:
    """Means of samples of the seeds and of the items; the same seeds drawn are taken together, for speed."""
    import numpy as np

    seeds, items = values.shape
    drawn = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples)
    for times, count in zip(*np.unique(drawn, axis=0, return_counts=True), strict=True):
        of_items = times @ values / seeds
        batch = max(1, _CELLS // items)
        for begin in range(0, count, batch):
            chosen = rng.integers(items, size=(min(batch, count - begin), items))
            yield of_items[chosen].mean(axis=1)


def seeds_interval(differences: Sequence[float], *, confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval of the mean of one difference per seed (Student, Biometrika 1908;6:1-25).

    It holds for other seeds on these very items, or where each seed has items of its own; what other items
    would give is not in it. None for fewer than FEWEST_SEEDS. Raises ValueError for a value that is not
    finite.
    """
    (values,) = _checked([differences])
    n = len(values)
    if n < FEWEST_SEEDS:
        return None
    from scipy.stats import t

    mean = sum(values) / n
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = float(t.ppf((1 + confidence) / 2, n - 1)) * spread
    return Interval(mean - half, mean + half)


def _checked(rows: Sequence[Sequence[float]]) -> list[list[float]]:
    table = [list(row) for row in rows]
    if any(len(row) != len(table[0]) for row in table):
        raise ValueError("the rows differ in length: every item is under every seed")
    if not all(math.isfinite(value) for row in table for value in row):
        raise ValueError("a difference is not finite")
    return table
