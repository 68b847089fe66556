"""Bounds of a mean with missing values, against every way to fill them in."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.bootstrap import bootstrap_mean
from stats.bounds import bounded_difference, bounded_mean

ENDS = (0.0, 100.0)
POINTS = st.integers(0, 4).map(lambda level: 25.0 * level)


def tables(columns: int) -> st.SearchStrategy[list[list[tuple[float | None, ...]]]]:
    cell = st.tuples(*[st.one_of(st.none(), POINTS)] * columns)
    return st.lists(st.lists(cell, min_size=1, max_size=2), min_size=1, max_size=3)


def filled(reps: list[float | None]) -> list[list[float]]:
    return [list(one) for one in product(*[ENDS if value is None else (value,) for value in reps])]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@settings(deadline=None)
@given(tables(1))
def test_no_way_to_fill_in_lies_beyond_the_bounds(table: list[list[tuple[float | None, ...]]]) -> None:
    values = [[value for (value,) in reps] for reps in table]
    found = bounded_mean(values, ENDS, resamples=50)
    possible = [mean([mean(reps) for reps in one]) for one in product(*map(filled, values))]
    assert found.low == pytest.approx(min(possible))
    assert found.high == pytest.approx(max(possible))
    assert found.missing == sum(value is None for reps in values for value in reps)
    assert found.planned == sum(map(len, values))
    if not found.missing:
        assert found.low == found.present == found.high
    if found.present is not None:
        assert ENDS[0] <= found.present <= ENDS[1]


@settings(deadline=None)
@given(tables(2))
def test_differences_use_the_one_of_a_pair_that_is_there(table: list[list[tuple[float | None, ...]]]) -> None:
    a, b = ([[pair[place] for pair in reps] for reps in table] for place in (0, 1))
    found, of_a, of_b = (
        bounded_difference(a, b, ENDS, resamples=50),
        bounded_mean(a, ENDS, resamples=50),
        bounded_mean(b, ENDS, resamples=50),
    )
    assert of_a.low is not None
    assert of_a.high is not None
    assert of_b.low is not None
    assert of_b.high is not None
    assert found.low == pytest.approx(of_a.low - of_b.high)
    assert found.high == pytest.approx(of_a.high - of_b.low)
    assert found.missing == sum(None in pair for reps in table for pair in reps)
    turned = bounded_difference(b, a, ENDS, resamples=50)
    assert turned.present == (None if found.present is None else pytest.approx(-found.present))


def test_an_example_by_hand() -> None:
    found = bounded_mean([[100.0, None], [50.0, 50.0], [None, None], [0.0, 50.0]], ENDS)
    assert (found.planned, found.missing) == (8, 3)
    assert found.low == (50 + 50 + 0 + 25) / 4
    assert found.high == (100 + 50 + 100 + 25) / 4
    assert found.present == pytest.approx((100 + 50 + 25) / 3)
    assert found.interval == bootstrap_mean([100, 50, 25], ENDS)
    apart = bounded_difference([[100.0], [75.0], [None]], [[50.0], [None], [100.0]], ENDS)
    assert (apart.planned, apart.missing, apart.present) == (3, 2, 50)
    assert apart.low == pytest.approx((50 - 25 - 100) / 3)
    assert apart.high == pytest.approx((50 + 75 + 0) / 3)
    assert apart.interval is None


def test_nothing_planned_and_nothing_there() -> None:
    assert bounded_mean([], ENDS) == (0, 0, None, None, None, None)
    empty = bounded_mean([[None], [None]], ENDS)
    assert (empty.low, empty.high, empty.present, empty.interval) == (0, 100, None, None)
    third = bounded_mean([[0.1] * 3, [0.1] * 3], (0.0, 0.1))
    assert third.present == 0.1, "rounding does not take it beyond the end"


def test_what_cannot_be_bounded() -> None:
    with pytest.raises(ValueError, match="planned rep"):
        bounded_mean([[]], ENDS)
    with pytest.raises(ValueError, match="between 0 and 100"):
        bounded_mean([[100.5]], ENDS)
    with pytest.raises(ValueError, match="nan is not between"):
        bounded_difference([[1.0]], [[math.nan]], ENDS)
    with pytest.raises(ValueError, match="differ"):
        bounded_difference([[1.0]], [[1.0, None]], ENDS)
