"""Two conditions that are compared on the same items under several seeds: both vary, and both are resampled.

An interval over the items alone says what other items would give under these very seeds. That other seeds
would give something else is not in it, so that two trainings on the same labels often seem to differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from stats.bootstrap import MEAN_RESAMPLES, percentiles
from stats.intervals import CONFIDENCE, Interval

FEWEST_SEEDS = 2


def crossed_interval(
    differences: Sequence[Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The percentile bootstrap interval of a mean over seeds × items, seeds and items drawn independently.

    That is the pigeonhole bootstrap (Owen AB. Ann Appl Stat 2007;1:386-411), here with its interval stretched
    about the mean by √(n / (n − 1)) of the seeds, for resamples of few have too little of their variance.

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
    seeds, items = values.shape
    rng = np.random.default_rng(seed)
    of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples) / seeds
    means = np.empty(resamples)
    batch = max(1, 2**22 // items)
    for begin in range(0, resamples, batch):
        part = of_seeds[begin : begin + batch]
        of_items = rng.multinomial(items, np.full(items, 1 / items), size=len(part)) / items
        means[begin : begin + batch] = np.einsum("bs,si,bi->b", part, values, of_items, optimize=True)
    low, high = percentiles(means, (1 - confidence) / 2)
    middle, stretch = float(values.mean()), math.sqrt(seeds / (seeds - 1))
    return Interval(middle - stretch * (middle - low), middle + stretch * (high - middle))


def seeds_interval(differences: Sequence[float], *, confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval of the mean of one difference per seed (Student, Biometrika 1908;6:1-25).

    With few seeds it is wide, and it is the one that keeps its promise. None for fewer than FEWEST_SEEDS.
    Raises ValueError for a value that is not finite.
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
