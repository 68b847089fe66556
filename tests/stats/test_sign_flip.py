"""The sign-flip test, against the list of all flips, scipy and the binomial distribution."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, permutation_test

from stats.sign_flip import sign_flip_test

POINTS = st.integers(-12, 12).map(lambda step: 25 * step / 3)
REALS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


def by_listing(differences: list[float]) -> float:
    observed = abs(math.fsum(differences))
    size = math.fsum(map(abs, differences))
    flips = [
        abs(math.fsum(sign * difference for sign, difference in zip(signs, differences, strict=True)))
        for signs in product((-1, 1), repeat=len(differences))
    ]
    return sum(flip >= observed - 1e-9 * size for flip in flips) / len(flips)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(POINTS, REALS), max_size=9))
def test_it_is_the_share_of_all_flips(differences: list[float]) -> None:
    assert sign_flip_test(differences) == pytest.approx(by_listing(differences), abs=1e-12)


def test_it_is_the_one_of_scipy() -> None:
    values = np.random.default_rng(2).normal(0.5, 1, 12)
    other = permutation_test((values,), np.mean, permutation_type="samples", n_resamples=math.inf)
    assert sign_flip_test(values.tolist()) == pytest.approx(other.pvalue, abs=1e-12)


@given(st.integers(0, 400), st.integers(0, 400))
def test_differences_of_one_size_are_the_sign_test(up: int, down: int) -> None:
    if up + down:
        expected = binomtest(up, up + down).pvalue
        assert sign_flip_test([0.1] * up + [-0.1] * down) == pytest.approx(expected, rel=1e-6, abs=1e-12)


@settings(deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=30), st.floats(1e-200, 1e200), st.randoms())
def test_unit_direction_order_and_zeros_play_no_part(differences: list[float], unit: float, lot) -> None:  # type: ignore[no-untyped-def]
    p = sign_flip_test(differences)
    assert 0 < p <= 1
    other = [*(-unit * difference for difference in differences), 0.0]
    lot.shuffle(other)
    assert sign_flip_test(other) == pytest.approx(p, rel=1e-6)


def test_all_on_one_side_are_two_of_all_flips() -> None:
    assert sign_flip_test([1.0, 2.0, 5.0, 0.0, 0.3]) == 2 / 16
    assert sign_flip_test([0.1 + 0.2, -0.3]) == 1, "0.1 + 0.2 is not 0.3 to a computer"


def test_many_real_numbers_are_drawn() -> None:
    values = np.random.default_rng(7).normal(0.35, 1, 40).tolist()
    p = sign_flip_test(values)
    assert p == sign_flip_test(values), "the seed is fixed"
    # the distribution of the sum is near a normal one
    z = sum(values) / math.sqrt(math.fsum(value**2 for value in values))
    assert p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=0.15)
    certain = sign_flip_test([10 + value for value in values], draws=999)
    assert certain == 1 / 1000, "a p of 0 is not possible"


def test_without_a_difference_there_is_no_evidence() -> None:
    assert sign_flip_test([]) == 1
    assert sign_flip_test([0, 0.0]) == 1


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        sign_flip_test([1.0, bad])


def test_it_is_wrong_as_seldom_as_it_says() -> None:
    rng = np.random.default_rng(3)
    found = [sign_flip_test((25.0 * rng.integers(-2, 3, 10)).tolist()) for _ in range(500)]
    for level in (0.05, 0.2):
        share = sum(p <= level for p in found) / len(found)
        assert share <= level + 2.5 * math.sqrt(level * (1 - level) / len(found))
        assert share > level / 4
