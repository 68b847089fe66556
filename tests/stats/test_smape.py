"""The symmetric mean absolute percentage error, by hand and by its properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.smape import smape

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20)


def test_by_hand() -> None:
    # 2·10/210 = 0.0952…, 2·3/5 = 1.2, equal 0, zeros 0
    assert smape([(110, 100), (1, 4), (7, 7), (0, 0)]) == pytest.approx((100 * (20 / 210 + 1.2) / 4, 4))


def test_of_nothing() -> None:
    assert smape([]) == (None, 0)


def test_opposite_signs_and_zero_are_as_far_apart_as_it_gets() -> None:
    assert smape([(5, -5)]) == smape([(0, 3)]) == (200.0, 1)


@given(PAIRS, st.sampled_from([0.5, 2.0, -4.0]))
def test_symmetric_bounded_and_without_a_unit(pairs: list[tuple[float, float]], factor: float) -> None:
    found = smape(pairs)
    assert found.value is not None
    assert 0 <= found.value <= 200 * (1 + 1e-12)
    assert smape((y, x) for x, y in pairs) == found
    small = [(x / 16, y / 16) for x, y in pairs if min(abs(x), abs(y)) > 1e-290]
    assert smape((factor * x, factor * y) for x, y in small) == pytest.approx(smape(small))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        smape([(1.0, bad)])
