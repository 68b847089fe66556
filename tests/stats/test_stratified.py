"""Shares of finite sets: against brute force, the formula of the textbook, and each other."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stats.intervals import wilson
from stats.stratified import Stratum, TooFew, sampled_share, stratified, variance_ratio, weighted_share


@st.composite
def strata(draw: st.DrawFn, largest: int = 60) -> Stratum:
    size = draw(st.integers(1, largest))
    sampled = draw(st.integers(1, size))
    return Stratum(size, sampled, draw(st.integers(0, sampled)))


def by_counting(stratum: Stratum, tail: Fraction) -> tuple[float, float]:
    """The totals that neither tail refuses, every probability a ratio of binomial coefficients."""
    size, sampled, errors = stratum

    def chance(total: int, counts: range) -> Fraction:
        ways = sum(math.comb(total, k) * math.comb(size - total, sampled - k) for k in counts)
        return Fraction(ways, math.comb(size, sampled))

    held = [
        total
        for total in range(errors, size - (sampled - errors) + 1)
        if chance(total, range(errors, sampled + 1)) > tail and chance(total, range(errors + 1)) > tail
    ]
    return min(held) / size, max(held) / size


@given(strata())
@settings(max_examples=60)
def test_the_exact_interval_is_that_of_counting_samples(stratum: Stratum) -> None:
    assert sampled_share(stratum) == by_counting(stratum, Fraction(1, 40))


def test_in_a_large_set_it_is_the_interval_of_clopper_and_pearson() -> None:
    from scipy.stats import binomtest

    for errors, sampled in ((0, 20), (2, 34), (50, 120), (30, 30)):
        found = sampled_share(Stratum(10**7, sampled, errors))
        wanted = binomtest(errors, sampled).proportion_ci(method="exact")
        assert found == pytest.approx((wanted.low, wanted.high), abs=2e-6)


def test_what_was_looked_at_as_a_whole_is_known() -> None:
    assert sampled_share(Stratum(40, 40, 3)) == (3 / 40, 3 / 40)
    whole = [Stratum(40, 40, 8), Stratum(60, 60, 0)]
    for known in (weighted_share(whole), stratified(whole)):
        assert known.share == pytest.approx(0.08)
        assert known.interval == pytest.approx((0.08, 0.08))


@given(strata())
def test_one_stratum_is_a_simple_sample(stratum: Stratum) -> None:
    found = weighted_share([stratum, Stratum(0, 0, 0)])
    assert found.share == pytest.approx(stratum.share)
    assert found.interval == pytest.approx(sampled_share(stratum), abs=1e-12)


@given(st.lists(strata(), min_size=1, max_size=6))
def test_an_interval_holds_its_share_and_needs_no_order(some: list[Stratum]) -> None:
    for estimate in (weighted_share, stratified):
        try:
            found = estimate(some)
        except TooFew:
            continue
        assert -1e-12 <= found.interval.low <= found.share + 1e-12
        assert found.share - 1e-12 <= found.interval.high <= 1 + 1e-12
        assert found.interval == pytest.approx(estimate(some[::-1]).interval)


@given(st.lists(strata(), min_size=2, max_size=6))
def test_limits_that_hold_together_are_wider_than_each_alone(some: list[Stratum]) -> None:
    alone = [sampled_share(stratum) for stratum in some]
    total = sum(stratum.size for stratum in some)
    found = weighted_share(some).interval
    assert found.low <= sum(s.size * one.low for s, one in zip(some, alone, strict=True)) / total + 1e-12
    assert found.high >= sum(s.size * one.high for s, one in zip(some, alone, strict=True)) / total - 1e-12


@given(st.integers(5, 95), st.integers(0, 2))
def test_one_large_stratum_is_nearly_wilson(errors: int, confidence: int) -> None:
    """With four observations more in the variance it is a little wider, never narrower."""
    level = (0.8, 0.95, 0.99)[confidence]
    found = stratified([Stratum(10**8, 100, errors)], level).interval
    plain = wilson(errors, 100, level)
    assert found.low <= plain.low + 1e-3
    assert found.high >= plain.high - 1e-3
    assert tuple(found) == pytest.approx(tuple(plain), abs=0.06)


def test_large_strata_are_those_of_the_textbook() -> None:
    """Cochran, Sampling Techniques, eq. 5.1 and 5.15: p_st = Σ W p, v = Σ W² (1 − f) p q / (n − 1)."""
    some = [Stratum(40_000, 2_000, 500), Stratum(25_000, 1_500, 600), Stratum(10_000, 1_000, 100)]
    total = sum(s.size for s in some)
    share = sum(s.size * s.errors / s.sampled for s in some) / total
    variance = sum(
        (s.size / total) ** 2
        * (1 - s.sampled / s.size)
        * (s.errors / s.sampled)
        * (1 - s.errors / s.sampled)
        / (s.sampled - 1)
        for s in some
    )
    found = stratified(some)
    assert found.share == pytest.approx(share)
    assert found.interval == pytest.approx(
        (share - 1.96 * math.sqrt(variance), share + 1.96 * math.sqrt(variance)), abs=6e-4
    )


def test_strata_that_tell_errors_from_right_labels_need_fewer_reviews() -> None:
    assert variance_ratio([Stratum(500, 50, 1), Stratum(500, 50, 49)]) < 0.15
    assert variance_ratio([Stratum(500, 50, 10), Stratum(500, 50, 10)]) == pytest.approx(1)


def test_what_a_stratified_interval_takes() -> None:
    for some, said in (
        ([Stratum(500, 29, 9)], "29 answers"),
        ([Stratum(500, 40, 4), Stratum(90, 20, 0)], "4 errors"),
        ([Stratum(500, 40, 36)], "4 right labels"),
    ):
        with pytest.raises(TooFew, match=said):
            stratified(some)


@pytest.mark.parametrize("stratum", [(5, 6, 0), (5, 3, 4), (5, 3, -1)])
def test_counts_that_cannot_be_are_refused(stratum: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="is no share"):
        sampled_share(Stratum(*stratum))


def test_what_nobody_looked_at_has_no_share() -> None:
    assert sampled_share(Stratum(9, 0, 0)) == (0, 1)
    for some in ([], [Stratum(9, 0, 0)], [Stratum(9, 4, 0), Stratum(9, 0, 0)]):
        for estimate in (weighted_share, stratified):
            with pytest.raises(ValueError):
                estimate(some)
        with pytest.raises(ValueError):
            variance_ratio(some)
    with pytest.raises(ValueError, match="confidence"):
        sampled_share(Stratum(9, 4, 1), 1.0)
