"""The order of several models by their mean score, and how sure it is.

All models are scored on the same items. Other samples of items are drawn by the bootstrap, each item with the
scores of every model, so that what makes an item hard for all does not count as a difference between them
(Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993, chapter 8).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from stats.intervals import CONFIDENCE, Interval

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]

RESAMPLES = 2_000
_DIGITS = 9
"""Means that differ by less are tied: sums of averaged scores come in any order."""

Scores = Sequence[Sequence[float]]
"""One row for each item, one score in [0, 1] in it for each model."""


class Order(NamedTuple):
    """Models by their mean score under one set of scores."""

    means: tuple[float, ...]
    ranks: tuple[int, ...]
    """1 is best; models with the same mean share the better rank."""
    outranks: tuple[tuple[float, ...], ...]
    """In row i and column j the probability that model i is better than model j; a tie counts half."""


class OrderChange(NamedTuple):
    """How an order differs between two sets of scores of the same models on the same items."""

    tau: float | None
    """Kendall's tau-b between the two orders; None where all models are tied in one of them."""
    interval: Interval | None
    """Of tau; None where tau is."""
    reverses: tuple[tuple[float, ...], ...]
    """In row i and column j the probability that models i and j are in strictly opposite orders."""
    changes: float
    """The probability that at least one pair of models is in strictly opposite orders."""


def order(scores: Scores, *, resamples: int = RESAMPLES, seed: int = 0) -> Order:
    """Rank the models.

    Raises ValueError without items, for rows of different lengths, and for scores that are not finite.
    """
    import numpy as np

    table = _table(scores)
    means = _rounded(table.mean(axis=0))
    drawn = _drawn_means(table, resamples, seed)
    better = np.stack([(np.sign(drawn[:, [i]] - drawn) + 1).mean(axis=0) / 2 for i in range(table.shape[1])])
    ranks = tuple(1 + int((means > mean).sum()) for mean in means)
    return Order(tuple(map(float, means)), ranks, _nested(better))


def order_change(
    before: Scores,
    after: Scores,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> OrderChange:
    """Compare the orders of the same models under two sets of scores of the same items.

    The interval of tau does not come from the samples: in these, models that are close change places more
    often than in truth, and tau is too small. It holds every tau that fits the pairs of models whose order is
    sure under both sets (`_tau_interval`). Raises ValueError as `order` does, and where the two sets differ
    in shape.
    """
    import numpy as np

    first, second = _table(before), _table(after)
    if first.shape != second.shape:
        raise ValueError(
            f"scores of the same items and models differ in shape: {first.shape}, {second.shape}"
        )
    a, b = np.split(_drawn_means(np.hstack([first, second]), resamples, seed), 2, axis=1)
    reversed_ = np.zeros((first.shape[1], first.shape[1]))
    any_reversed = np.zeros(resamples, dtype=bool)
    for i in range(first.shape[1]):
        sign_a, sign_b = np.sign(a[:, [i]] - a), np.sign(b[:, [i]] - b)
        reversed_[i] = (sign_a * sign_b < 0).mean(axis=0)
        any_reversed |= (sign_a * sign_b < 0).any(axis=1)
    tau = kendall_tau(tuple(first.mean(axis=0)), tuple(second.mean(axis=0)))
    return OrderChange(
        tau=tau,
        interval=None if tau is None else _tau_interval(first, second, confidence),
        reverses=_nested(reversed_),
        changes=float(any_reversed.mean()),
    )


def kendall_tau(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Kendall's tau-b of two figures of the same things (Kendall, Biometrika 1945;33:239-251).

    None for fewer than two things, and where all are tied in `a` or in `b`. Raises ValueError where they
    differ in length.
    """
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} figures are not of the same things")
    a, b = [round(value, _DIGITS) for value in a], [round(value, _DIGITS) for value in b]
    if len(set(a)) < 2 or len(set(b)) < 2:
        return None
    from scipy.stats import kendalltau

    return float(kendalltau(a, b).statistic)


def _tau_interval(first: Matrix, second: Matrix, confidence: float) -> Interval:
    """The least and the largest tau when pairs whose order is not sure may be in either.

    All the signs that are sure are right together with the probability `confidence` (Bonferroni), so that
    the interval is wider than it need be and never too narrow. A tie moves tau by less than either order.
    """
    import numpy as np
    from scipy.stats import norm

    pairs = np.triu_indices(first.shape[1], 1)
    z = float(norm.ppf(1 - (1 - confidence) / (4 * len(pairs[0]))))
    both = _sure_signs(first, z)[pairs] * _sure_signs(second, z)[pairs]
    open_ = int((both == 0).sum())
    low, high = ((int(both.sum()) + change) / len(both) for change in (-open_, open_))
    return Interval(low, high)


def _sure_signs(table: Matrix, z: float) -> Matrix:
    """In row i and column j 1 where model i is surely better than model j, −1 where worse, else 0.

    By the interval of Bonett and Price (J Educ Behav Stat 2012;37:479-488), which adds an item on which one
    model alone is right, and one on which the other is.
    """
    import numpy as np

    apart = table[:, :, None] - table[:, None, :]
    items = len(table) + 2
    mean = apart.sum(axis=0) / items
    error = np.sqrt(((apart**2).sum(axis=0) + 2) / items - mean**2) / np.sqrt(items)
    return np.where(np.abs(mean) > z * error, np.sign(mean), 0.0)


def _table(scores: Scores) -> Matrix:
    import numpy as np

    if not scores:
        raise ValueError("models are ranked by their scores on items, and there are no items")
    if len({len(row) for row in scores}) > 1:
        raise ValueError("each item needs a score of every model")
    if not all(math.isfinite(score) for row in scores for score in row):
        raise ValueError("models are ranked by scores that are finite")
    return np.asarray(scores, dtype=np.float64).reshape(len(scores), -1)


def _drawn_means(table: Matrix, resamples: int, seed: int) -> Matrix:
    """The columns' means in each sample, one row a sample.

    Items with the same scores are drawn together, which is the same and takes less time.
    """
    import numpy as np

    rows, counts = np.unique(table, axis=0, return_counts=True)
    items = len(table)
    times = np.random.default_rng(seed).multinomial(items, counts / items, size=resamples)
    return _rounded(times @ rows / items)


def _rounded(values: Matrix) -> Matrix:
    import numpy as np

    return np.round(values, _DIGITS)


def _nested(values: Matrix) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, row)) for row in values)
