"""Intervals over seeds and items: what they hold for, against every resample written out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from stats.crossed import crossed_interval, seeds_interval

SHARES = st.integers(-4, 4).map(lambda quarter: quarter / 4)
TABLES = st.tuples(st.integers(2, 4), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(SHARES, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)
FEW = 300
"""Resamples, where what is asserted does not depend on their number."""


@given(TABLES)
def test_the_mean_lies_inside_and_no_end_is_beyond_student_and_nearer(table: list[list[float]]) -> None:
    found = crossed_interval(table, resamples=FEW)
    alone = seeds_interval([sum(row) / len(row) for row in table])
    assert found is not None
    assert alone is not None
    mean = np.mean(table)
    assert found.low - 1e-9 <= mean <= found.high + 1e-9
    assert found.low <= alone.low + 1e-9
    assert found.high >= alone.high - 1e-9


@given(TABLES, st.floats(-5, 5))
def test_differences_that_are_all_larger_move_the_interval(table: list[list[float]], by: float) -> None:
    found = crossed_interval(table, resamples=FEW)
    moved = crossed_interval([[value + by for value in row] for row in table], resamples=FEW)
    assert found is not None
    assert moved == pytest.approx([end + by for end in found], abs=1e-9)


@given(TABLES)
def test_the_other_way_round_the_interval_is_the_other_way_round(table: list[list[float]]) -> None:
    found = crossed_interval(table, resamples=FEW)
    turned = crossed_interval([[-value for value in row] for row in table], resamples=FEW)
    assert found is not None
    assert turned == pytest.approx((-found.high, -found.low), abs=1e-9)


@given(st.integers(2, 5), st.integers(1, 5), SHARES)
def test_a_difference_that_is_always_the_same_is_a_point(seeds: int, items: int, value: float) -> None:
    found = crossed_interval([[value] * items] * seeds, resamples=FEW)
    assert found == pytest.approx((value, value), abs=1e-12)
    assert seeds_interval([value] * seeds) == pytest.approx((value, value), abs=1e-12)


def every_resample(table: list[list[float]]) -> list[float]:
    """The means of all samples of the seeds with all samples of the items, each as likely as any other."""
    seeds, items = range(len(table)), range(len(table[0]))
    return [
        math.fsum(table[seed][item] for seed in of_seeds for item in of_items)
        / (len(of_seeds) * len(of_items))
        for of_seeds in itertools.product(seeds, repeat=len(seeds))
        for of_items in itertools.product(items, repeat=len(items))
    ]


@pytest.mark.parametrize("seeds", [2, 3])
def test_where_the_items_vary_most_the_interval_is_that_of_all_resamples(seeds: int) -> None:
    rng = np.random.default_rng(seeds)
    table = (rng.normal(0, 1, (1, 5)) + rng.normal(0, 0.01, (seeds, 5))).tolist()
    low, high = np.quantile(every_resample(table), [0.025, 0.975])
    mean, stretch = np.mean(table), math.sqrt(seeds / (seeds - 1))
    found = crossed_interval(table, resamples=40_000)
    assert found is not None
    expected = (mean - stretch * (mean - low), mean + stretch * (high - mean))
    assert found == pytest.approx(expected, abs=0.02 * (high - low))
    alone = seeds_interval([sum(row) / len(row) for row in table])
    assert alone is not None
    assert alone.high - alone.low < found.high - found.low


@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=8).filter(lambda found: max(found) - min(found) > 1e-3)
)
def test_the_interval_of_the_seeds_is_that_of_a_t_test(differences: list[float]) -> None:
    expected = ttest_1samp(differences, 0).confidence_interval(0.95)
    assert seeds_interval(differences) == pytest.approx(tuple(expected), abs=1e-9)


def test_a_smaller_confidence_is_a_narrower_interval() -> None:
    table = [[0.0, 0.25, 1.0, -0.25], [0.5, 0.25, 0.75, 0.0], [0.0, 0.0, 1.0, -0.5]]
    wide, narrow = (crossed_interval(table, confidence=confidence) for confidence in (0.95, 0.5))
    assert wide is not None
    assert narrow is not None
    assert wide.low < narrow.low < narrow.high < wide.high
    assert crossed_interval(table) == wide  # the seed of the drawing is fixed


def test_with_one_seed_or_no_items_nothing_is_known_of_others() -> None:
    assert crossed_interval([[0.5, 0.25]]) is None
    assert crossed_interval([]) is None
    assert crossed_interval([[], []]) is None
    assert seeds_interval([0.5]) is None
    assert seeds_interval([]) is None


def test_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        crossed_interval([[0.5], [0.5, 0.25]])
    with pytest.raises(ValueError, match="not finite"):
        crossed_interval([[0.5], [math.nan]])
    with pytest.raises(ValueError, match="not finite"):
        seeds_interval([0.5, math.inf])
