"""Ranks of models, against brute force and scipy."""

from __future__ import annotations

from itertools import combinations, permutations, product
from math import factorial

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, norm, rankdata

from stats.ranks import Scores, kendall_tau, order, order_change

SCORES = st.integers(1, 3).flatmap(
    lambda models: st.lists(
        st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=models, max_size=models), min_size=1, max_size=12
    )
)
FIGURES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=12)


def all_samples(scores: Scores) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """The sums of scores in every sample with replacement that can be drawn."""
    table = np.asarray(scores)
    return [table[list(drawn)].sum(axis=0) for drawn in product(range(len(table)), repeat=len(table))]


@given(SCORES)
def test_ranks_are_those_of_scipy_and_pairs_are_complementary(scores: Scores) -> None:
    found = order(scores, resamples=50)
    assert found.ranks == tuple(rankdata(-np.asarray(scores).mean(axis=0).round(9), method="min"))
    better = np.asarray(found.outranks)
    assert better + better.T == pytest.approx(np.ones_like(better))
    assert np.diag(better) == pytest.approx(np.full(len(better), 0.5))


BEFORE = [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.5, 1.0]]
AFTER = [[1.0, 1.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.5, 1.0]]


def test_the_probability_of_an_order_is_that_of_all_samples() -> None:
    samples = all_samples(BEFORE)
    found = order(BEFORE, resamples=20_000).outranks
    for i, j in product(range(3), repeat=2):
        exact = sum((np.sign(sums[i] - sums[j]) + 1) / 2 for sums in samples) / len(samples)
        assert found[i][j] == pytest.approx(exact, abs=0.015)


def test_the_probability_of_a_reversal_is_that_of_all_samples() -> None:
    pairs = list(zip(all_samples(BEFORE), all_samples(AFTER), strict=True))
    found = order_change(BEFORE, AFTER, resamples=20_000)
    opposite = [
        [[np.sign(a[i] - a[j]) * np.sign(b[i] - b[j]) < 0 for j in range(3)] for i in range(3)]
        for a, b in pairs
    ]
    assert np.asarray(found.reverses) == pytest.approx(np.mean(opposite, axis=0), abs=0.015)
    assert found.changes == pytest.approx(np.mean([np.any(signs) for signs in opposite]), abs=0.015)


def test_tau_is_that_of_scipy() -> None:
    found = order_change(BEFORE, AFTER)
    means = np.mean(BEFORE, axis=0), np.mean(AFTER, axis=0)
    assert found.tau == pytest.approx(kendalltau(*means).statistic, abs=1e-12)
    assert found.interval == (-1, 1), "five items leave every order open"


def columns(*shares: float) -> npt.NDArray[np.float64]:
    """200 items, of which the model has that share right; each model fails on other items."""
    items = np.arange(200)
    return np.array([np.roll(items < share * 200, 71 * k) for k, share in enumerate(shares)], float).T


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_tau_is_over_all_orders_that_fit_the_sure_pairs(confidence: float) -> None:
    before, after = columns(0.9, 0.7, 0.68, 0.3), columns(0.85, 0.5, 0.75, 0.72)
    compared = list(combinations(range(4), 2))

    def sure(table: npt.NDArray[np.float64], i: int, j: int) -> int:
        b, c = (
            int(((table[:, i] > table[:, j]) if up else (table[:, i] < table[:, j])).sum()) for up in (1, 0)
        )
        first, second = (b + 1) / 202, (c + 1) / 202
        z = norm.ppf(1 - (1 - confidence) / 2 / (2 * len(compared)))
        half = z * ((first + second - (first - second) ** 2) / 202) ** 0.5
        return int(first - second > half) - int(second - first > half)

    signs = {pair: (sure(before, *pair), sure(after, *pair)) for pair in compared}
    taus = [
        kendalltau(p, q).statistic
        for p, q in product(permutations(range(4)), repeat=2)
        if all(
            (not s or s == np.sign(p[i] - p[j])) and (not t or t == np.sign(q[i] - q[j]))
            for (i, j), (s, t) in signs.items()
        )
    ]
    found = order_change(before.tolist(), after.tolist(), confidence=confidence)
    assert found.interval is not None
    assert found.interval.low <= min(taus) + 1e-9
    assert found.interval.high >= max(taus) - 1e-9
    assert any(0 in pair for pair in signs.values())
    assert found.interval != (-1, 1)


def test_two_models_far_apart_keep_their_order() -> None:
    before = [[1.0, 0.0]] * 30
    found = order_change(before, before)
    assert found.tau == pytest.approx(1.0)
    assert found.interval == pytest.approx((1.0, 1.0))
    assert found.changes == 0.0
    assert order(before).outranks[0][1] == 1.0


def test_reversed_labels_reverse_the_order() -> None:
    found = order_change([[1.0, 0.0]] * 5, [[0.0, 1.0]] * 5)
    assert found.tau == pytest.approx(-1.0)
    assert found.changes == found.reverses[0][1] == 1.0


def test_the_probability_follows_the_normal_approximation() -> None:
    scores = [[1.0, 0.0]] * 60 + [[0.0, 1.0]] * 45 + [[1.0, 1.0]] * 95
    apart = np.asarray(scores)[:, 0] - np.asarray(scores)[:, 1]
    expected = norm.cdf(apart.mean() / (apart.std() / np.sqrt(len(apart))))
    assert order(scores, resamples=10_000).outranks[0][1] == pytest.approx(expected, abs=0.015)


@given(FIGURES)
def test_tau_counts_pairs(figures: list[tuple[int, int]]) -> None:
    a, b = [first for first, _ in figures], [second for _, second in figures]
    pairs = [(np.sign(a[i] - a[j]), np.sign(b[i] - b[j])) for i in range(len(a)) for j in range(i)]
    untied_a, untied_b = sum(x != 0 for x, _ in pairs), sum(y != 0 for _, y in pairs)
    found = kendall_tau(a, b)
    if not untied_a or not untied_b:
        assert found is None
    else:
        assert found == pytest.approx(sum(x * y for x, y in pairs) / (untied_a * untied_b) ** 0.5)


def test_one_model_or_tied_models_have_an_order_but_no_tau() -> None:
    assert order([[0.5]]).ranks == (1,)
    tied = order_change([[1.0, 1.0]] * factorial(3), [[1.0, 0.0]] * factorial(3))
    assert (tied.tau, tied.interval, tied.changes) == (None, None, 0.0)
    assert order([[1.0, 1.0]]).ranks == (1, 1)


@pytest.mark.parametrize("scores", [[], [[1.0], [1.0, 0.0]], [[float("nan")]]])
def test_what_cannot_be_ranked_is_refused(scores: Scores) -> None:
    with pytest.raises(ValueError):
        order(scores)


def test_scores_of_other_items_or_models_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        order_change([[1.0]], [[1.0], [0.0]])
    with pytest.raises(ValueError, match="same things"):
        kendall_tau([1.0], [])
