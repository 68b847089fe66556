"""Krippendorff's alpha, against the library, its author's example and its definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations
from typing import get_args

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.alpha import Level, krippendorff_alpha

LEVELS: tuple[Level, ...] = get_args(Level)

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D: 4 observers, 12 units.
EXAMPLE = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
UNITS = [[int(cell) for cell in cells if cell != "."] for cells in zip(*map(str.split, EXAMPLE), strict=True)]
PUBLISHED: dict[Level, float] = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}

RATINGS = st.lists(st.lists(st.integers(0, 6), max_size=5), min_size=1, max_size=12)


@pytest.mark.parametrize("level", LEVELS)
def test_the_published_example(level: Level) -> None:
    found = krippendorff_alpha(UNITS, level)
    assert found.value == pytest.approx(PUBLISHED[level], abs=5e-4)
    assert (found.units, found.ratings) == (11, 40)
    assert found.interval is None
    assert "fewer than 40 items" in found.note


@settings(deadline=None)
@given(RATINGS, st.sampled_from(LEVELS))
def test_the_value_is_the_one_of_the_library(units: list[list[int]], level: Level) -> None:
    found = krippendorff_alpha(units, level, resamples=2)
    paired = [unit for unit in units if len(unit) > 1]
    values = sorted({value for unit in paired for value in unit})
    if len(values) < 2:
        assert found.value is None
        assert found.note
        return
    counts = [[unit.count(value) for value in values] for unit in paired]
    other = krippendorff.alpha(value_counts=counts, value_domain=values, level_of_measurement=level)
    assert found.value == pytest.approx(other, abs=1e-9)


def by_resampling(units: Sequence[Sequence[int]], level: Level) -> tuple[float, float]:
    """The percentile interval from the library's alpha of units drawn with replacement."""
    rng = np.random.default_rng(3)
    values = sorted({value for unit in units for value in unit})
    counts = np.array([[unit.count(value) for value in values] for unit in units])
    found = []
    for _ in range(1500):
        drawn = counts[rng.integers(0, len(units), len(units))]
        found.append(krippendorff.alpha(value_counts=drawn, value_domain=values, level_of_measurement=level))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_drawing_units(level: Level) -> None:
    rng = np.random.default_rng(8)
    true = rng.integers(1, 7, 120)
    units = [[int(min(6, max(1, value + step))) for step in rng.integers(-1, 2, 3)] for value in true]
    low, high = by_resampling(units, level)
    found = krippendorff_alpha(units, level).interval
    assert found is not None
    assert found.high == pytest.approx(high, abs=0.01)
    # an item more whose ratings are far apart: one in 121, up to three times
    assert low - 0.06 < found.low < low + 0.005


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(1e-3, 1e9), min_size=2, max_size=4), min_size=2, max_size=8))
def test_real_numbers_by_the_definition(units: list[list[float]]) -> None:
    everything = [value for unit in units for value in unit]
    n = len(everything)
    between = sum((a - b) ** 2 for a, b in permutations(everything, 2)) / (n * (n - 1))
    if between < 1e-6 * max(everything) ** 2:
        return
    within = sum(sum((a - b) ** 2 for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units) / n
    found = krippendorff_alpha(units, "interval", resamples=2)
    assert found.value == pytest.approx(1 - within / between, abs=1e-6)


@pytest.mark.parametrize("level", LEVELS)
def test_what_has_no_value_says_why(level: Level) -> None:
    alone = krippendorff_alpha([[1], [2], [3]], level)
    assert (alone.value, alone.interval, alone.units) == (None, None, 0)
    assert "two ratings" in alone.note
    assert krippendorff_alpha([], level).value is None
    same = krippendorff_alpha([[2, 2], [2, 2]], level)
    assert (same.value, same.units) == (None, 2)
    assert "the same" in same.note
    one = krippendorff_alpha([[1, 1, 2]], level)
    assert one.value == pytest.approx(0)
    assert one.interval is None
    assert "fewer than 40 items" in one.note
    rare = krippendorff_alpha([[1, 1]] * 97 + [[2, 2], [1, 2], [2, 2]], level)
    assert rare.value is not None
    assert rare.interval is None
    assert "too few items differ" in rare.note
    zeros = krippendorff_alpha([[0, 0], [0, 0]], level)
    assert zeros.value is None


def test_names_are_nominal() -> None:
    found = krippendorff_alpha([["a", "a"], ["b", "b"], ["a", "b"], ["a", "a"]], "nominal")
    assert found.value == pytest.approx(1 - 7 * 2 / (64 - 25 - 9))  # n = 8: five a, three b; one unit differs


def test_perfect_agreement_is_one() -> None:
    for level in LEVELS:
        found = krippendorff_alpha([[1, 1], [2, 2, 2], [5, 5]] * 14, level)
        assert found.value == pytest.approx(1)
        assert found.interval is not None
        assert found.interval.high == pytest.approx(1)
        assert 0.6 < found.interval.low < 0.95, "forty items without a difference are no proof"


def test_what_a_level_cannot_measure_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        krippendorff_alpha([[1.0, math.nan]], "interval")
    with pytest.raises(ValueError, match="-2"):
        krippendorff_alpha([[1, -2]], "ratio")


def test_the_percentile_interval_is_that_of_whole_units_drawn_again() -> None:
    units = [[1, 1, 2], [3, 3, 4], [5, 4, 5], [2, 2, 2], [1, 3, 1], [4, 4, 4], [2, 5, 3]]
    units += [[1, 2, 2], [5, 5, 5], [3, 2, 3]]
    found = krippendorff_alpha(units, "ordinal", method="percentile", resamples=300, seed=3).interval
    values = [
        krippendorff.alpha(
            np.array([unit for unit, n in zip(units, times, strict=True) for _ in range(n)]).T,
            level_of_measurement="ordinal",
        )
        for times in np.random.default_rng(3).multinomial(10, [1 / 10] * 10, size=300)
    ]
    assert found == pytest.approx(np.quantile(values, [0.025, 0.975]))
    few = krippendorff_alpha(units[:9], "ordinal", method="percentile")
    assert (few.interval, few.note) == (None, "no interval for fewer than 10 items")
