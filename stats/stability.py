"""How far the score of a few reruns may be from what many would give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from stats.intervals import CONFIDENCE, Interval

SUBSETS = 20_000
"""Of one size, up to which all are listed; beyond it as many are drawn."""


class SubsetDeviation(NamedTuple):
    """MAD(n): how far the mean of `n` reruns lies from that of all, on the average over the subsets."""

    n: int
    mad: float
    exact: bool
    """Whether all subsets were listed; else SUBSETS of them were drawn."""


class ExpectedError(NamedTuple):
    """How far the mean of `n` new reruns lies from its expectation, on the average."""

    n: int
    value: float
    interval: Interval


def subset_deviations(scores: Sequence[float], *, seed: int = 0) -> list[SubsetDeviation]:
    """MAD(n) = mean over subsets of n reruns of |mean of the subset − mean of all|, for n from 1 to N − 1.

    It is the figure that others report, and says how much of N reruns could have been spared. It is not how
    far the score of n reruns is from the truth: the subset is part of what it is compared with, so that it is
    too small by the factor √(1 − n/N) of a sample from a finite population (Cochran, Sampling Techniques,
    2.6), and MAD(N) is 0 whatever the scores are. So a gate must not rest on n near N: `expected_error` is
    for that.

    Args:
        scores: of each rerun as a whole, over all scenarios.
        seed: of the drawing of subsets, where there are more than SUBSETS.

    Returns:
        Nothing for fewer than two reruns.

    Raises:
        ValueError: a score is not finite.
    """
    _check(scores)
    return [_deviation(scores, n, seed) for n in range(1, len(scores))]


def expected_error(
    scores: Sequence[float], n: int | None = None, *, confidence: float = CONFIDENCE
) -> ExpectedError | None:
    """How far the mean of n reruns lies, on the average, from what it would be with ever more of them.

    It is s · √(2 / (π · n)), the mean absolute deviation of a normal variable with the standard error s / √n,
    where s is the standard deviation of the reruns (with N − 1). The gate of stability is to use its value
    with n = N: the scores that are compared are means of all N reruns, and MAD(n), which is 0 there, cannot
    say how stable they are. For n well below N the two are nearly the same.

    The interval is that of s for normal scores (χ² with N − 1 degrees of freedom): from 0.6 to 2.9 times the
    value with 5 reruns, from 0.7 to 1.8 times with 10. With fewer than 5 it says next to nothing, and the
    gate is better called not tested. The value is low by 6% on the average with 5 reruns, by 3% with 10.

    Args:
        scores: of each rerun as a whole, over all scenarios; N of them.
        n: reruns of the mean; as many as there are, unless it is given.
        confidence: of the interval.

    Returns:
        None for fewer than two reruns, from which nothing shows how they vary.

    Raises:
        ValueError: a score is not finite, or n is not positive.
    """
    _check(scores)
    n = len(scores) if n is None else n
    if len(scores) < 2:
        return None
    if n < 1:
        raise ValueError(f"a mean is of one rerun or more, and not of {n}")
    import numpy as np
    from scipy.stats import chi2

    df = len(scores) - 1
    value = float(np.std(scores, ddof=1)) * math.sqrt(2 / (math.pi * n))
    low, high = (
        value * math.sqrt(df / float(chi2.ppf(part, df)))
        for part in ((1 + confidence) / 2, (1 - confidence) / 2)
    )
    return ExpectedError(n, value, Interval(low, high))


def _deviation(scores: Sequence[float], n: int, seed: int) -> SubsetDeviation:
    import numpy as np

    values = np.asarray(scores, dtype=float)
    values = values - values.mean()
    exact = math.comb(len(values), n) <= SUBSETS
    if exact:
        chosen = np.array([*combinations(range(len(values)), n)])
    else:
        order = np.random.default_rng([seed, n]).random((SUBSETS, len(values)))
        chosen = np.argpartition(order, n, axis=1)[:, :n]
    return SubsetDeviation(n, float(np.abs(values[chosen].mean(axis=1)).mean()), exact)


def _check(scores: Sequence[float]) -> None:
    for score in scores:
        if not math.isfinite(score):
            raise ValueError(f"a score of {score} is not finite")
