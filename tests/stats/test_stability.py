"""Stability across reruns, by its definition and on reruns whose spread is known."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.stability import expected_error, subset_deviations

SCORES = st.lists(st.integers(0, 96).map(lambda points: points / 0.96), min_size=2, max_size=9)


@settings(deadline=None)
@given(SCORES)
def test_it_is_the_mean_over_all_subsets(scores: list[float]) -> None:
    mean = sum(scores) / len(scores)
    found = subset_deviations(scores)
    assert [one.n for one in found] == [*range(1, len(scores))]
    for one in found:
        apart = [abs(sum(subset) / one.n - mean) for subset in combinations(scores, one.n)]
        assert one.exact
        assert one.mad == pytest.approx(sum(apart) / len(apart), abs=1e-9)


@given(SCORES)
def test_a_subset_and_what_it_leaves_lie_on_either_side(scores: list[float]) -> None:
    """The mean of n is as far off as that of the other N − n, by (N − n) / n."""
    found = {one.n: one.mad for one in subset_deviations(scores)}
    total = len(scores)
    for n, mad in found.items():
        assert n * mad == pytest.approx((total - n) * found[total - n], abs=1e-9)


def test_an_example_by_hand() -> None:
    one, two = subset_deviations([60.0, 70.0, 80.0])
    assert one.mad == pytest.approx(20 / 3)
    assert two.mad == pytest.approx(10 / 3)
    found = expected_error([60.0, 70.0, 80.0])
    assert found is not None
    assert found.n == 3
    assert found.value == pytest.approx(10 * math.sqrt(2 / (3 * math.pi)))


def test_subsets_are_drawn_where_they_are_many() -> None:
    scores = np.random.default_rng(1).normal(80, 3, 24).tolist()
    found = subset_deviations(scores)
    assert found == subset_deviations(scores), "the seed is fixed"
    assert [one.n for one in found if one.exact] == [1, 2, 3, 4, 20, 21, 22, 23]
    # by the mean deviation of a normal sample from a finite population
    s = np.std(scores, ddof=1)
    for one in found[2:-2]:
        normal = s * math.sqrt(2 / (math.pi * one.n) * (1 - one.n / 24))
        assert one.mad == pytest.approx(normal, rel=0.06)


def test_near_all_reruns_subsets_say_less_than_the_truth() -> None:
    """Over many experiments of 10 reruns: how far their mean is from the true one, by either figure."""
    rng = np.random.default_rng(2)
    experiments = rng.normal(80, 3, (400, 10))
    truth = float(np.abs(experiments.mean(axis=1) - 80).mean())
    errors = [found.value for row in experiments.tolist() if (found := expected_error(row)) is not None]
    assert np.mean(errors) == pytest.approx(truth, rel=0.1)
    nine = [subset_deviations(row)[-1].mad for row in experiments[:50].tolist()]
    assert np.mean(nine) < 0.45 * truth


def test_the_interval_of_the_error_holds_the_truth() -> None:
    rng = np.random.default_rng(3)
    true = 3 * math.sqrt(2 / (math.pi * 6))
    found = [expected_error(row) for row in rng.normal(80, 3, (500, 6)).tolist()]
    held = sum(one is not None and one.interval.low <= true <= one.interval.high for one in found)
    assert 0.92 <= held / 500 <= 0.98


def test_few_and_bad_reruns() -> None:
    assert subset_deviations([]) == subset_deviations([80.0]) == []
    assert expected_error([]) is None
    assert expected_error([80.0]) is None
    same = expected_error([80.0] * 4)
    assert same is not None
    assert same.value == 0
    more = expected_error([79.0, 81.0], 8)
    assert more is not None
    assert more.value == pytest.approx(math.sqrt(2 / (math.pi * 4)))
    with pytest.raises(ValueError, match="not of 0"):
        expected_error([1.0, 2.0], 0)
    for bad in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            subset_deviations([1.0, bad])
        with pytest.raises(ValueError, match="finite"):
            expected_error([1.0, bad])
