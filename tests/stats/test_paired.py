"""Paired comparisons, against statsmodels, the binomial sum and the bootstrap of a mean."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from stats.bootstrap import bootstrap_mean
from stats.paired import mcnemar_exact, paired_difference

COUNTS = st.integers(0, 300)


@given(COUNTS, COUNTS)
def test_mcnemar_is_the_one_of_statsmodels(b: int, c: int) -> None:
    assert mcnemar_exact(b, c) == pytest.approx(min(1.0, mcnemar([[5, b], [c, 7]]).pvalue), abs=1e-12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_twice_the_smaller_tail(b: int, c: int) -> None:
    tail = sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    assert mcnemar_exact(b, c) == pytest.approx(min(1.0, 2 * tail))
    assert mcnemar_exact(b, c) == pytest.approx(mcnemar_exact(c, b))


def test_without_a_difference_there_is_no_evidence() -> None:
    assert mcnemar_exact(0, 0) == 1.0
    assert mcnemar_exact(4, 4) == 1.0


def test_counts_are_not_negative() -> None:
    with pytest.raises(ValueError, match="-1"):
        mcnemar_exact(-1, 3)


def test_a_paired_difference() -> None:
    a, b = [1, 1, 1, 0, 1, 0, 1, 1], [1, 0, 0, 0, 1, 1, 0, 1]
    found = paired_difference(a, b)
    assert (found.n, found.difference) == (8, 0.25)
    assert found.interval == bootstrap_mean([0, 1, 1, 0, 0, -1, 1, 0], (-1, 1))


@pytest.mark.parametrize(("b", "c", "n"), [(30, 12, 300), (15, 15, 100), (9, 4, 60)])
def test_the_interval_is_close_to_the_one_of_bonett_and_price(b: int, c: int, n: int) -> None:
    # J Educ Behav Stat 2012;37:479-488: one pair more on either side, normal
    first, second = (b + 1) / (n + 2), (c + 1) / (n + 2)
    half = 1.96 * ((first + second - (first - second) ** 2) / (n + 2)) ** 0.5
    found = paired_difference([1] * b + [0] * c + [1] * (n - b - c), [0] * b + [1] * (n - b))
    assert found.interval == pytest.approx((first - second - half, first - second + half), abs=0.02)


def test_pairing_takes_out_what_items_have_in_common() -> None:
    hard = [k / 40 for k in range(30)]
    found = paired_difference([x + (k % 2) / 5 for k, x in enumerate(hard)], hard)
    assert found.interval is not None
    assert -0.02 < found.interval.low < 0.1 < found.interval.high < 0.22


def test_few_and_unpaired_items() -> None:
    assert paired_difference([], []) == (0, None, None)
    assert paired_difference([1], [0]) == (1, 1.0, None)
    assert paired_difference([1, 1], [1, 1]) == (2, 0.0, (-1.0, 1.0))
    with pytest.raises(ValueError, match="between 0 and 1"):
        paired_difference([2, 1], [1, 1])
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1], [0, 1])
