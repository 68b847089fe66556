"""Bootstrap intervals, against scipy and the exact distribution of a resampled share."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, bootstrap, norm, t

from stats.bootstrap import FEWEST_UNITS, bootstrap_agreement, bootstrap_mean
from stats.intervals import Interval

Numbers = npt.NDArray[np.float64]


@pytest.mark.parametrize(("k", "n"), [(10, 50), (37, 50), (3, 20), (16, 16), (0, 9)])
def test_a_share_has_the_quantiles_of_the_binomial_distribution(k: int, n: int) -> None:
    # With one success and one failure more the share of a resample is binomial: known without drawing.
    found = bootstrap_mean([1] * k + [0] * (n - k))
    exact = binom(n, (k + 1) / (n + 2)).ppf([0.0175, 0.9825]) / n
    assert found == pytest.approx(tuple(exact), abs=1 / n)


def test_the_interval_is_the_one_of_scipy_for_many_values() -> None:
    values = np.random.default_rng(5).beta(2, 5, size=3000)
    other = bootstrap(
        (values,), np.mean, n_resamples=4000, batch=100, confidence_level=0.965, method="percentile", rng=99
    ).confidence_interval
    assert bootstrap_mean(list(values)) == pytest.approx(tuple(other), abs=0.001)


def test_values_that_are_all_alike_leave_room_for_others() -> None:
    assert bootstrap_mean([]) is None
    assert bootstrap_mean([0.5]) is None
    alike = bootstrap_mean([0.0] * 16)
    assert alike is not None
    assert alike.low == 0
    assert 0.15 < alike.high < 0.25  # Clopper and Pearson: 0.206
    same = bootstrap_mean([0.0] * 50, (-1.0, 1.0))
    assert same is not None
    assert same.low == pytest.approx(-same.high, abs=1e-9)
    assert 0.03 < same.high < 0.08  # Tango's score interval: 0.071


@pytest.mark.parametrize("bad", [1.5, -0.1])
def test_what_is_not_between_the_ends_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        bootstrap_mean([1.0, bad])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        bootstrap_mean([1.0, bad])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_an_interval_is_repeatable_and_holds_the_mean(values: list[float]) -> None:
    found = bootstrap_mean(values, resamples=500)
    assert found is not None
    assert found == bootstrap_mean(values, resamples=500)
    assert 0 <= found.low <= found.high <= 1
    assert found.low - 0.02 <= sum(values) / len(values) <= found.high + 0.02


def share_of(values: Numbers, chance: float = 1.0) -> Callable[[Numbers], tuple[float, float]]:
    """Items of which some differ; by chance all would."""
    return lambda times: (float(np.dot(times, values) / times.sum()), chance)


def test_an_agreement_of_many_units_has_the_normal_interval() -> None:
    values = np.array([1.0] * 600 + [0.0] * 1400)
    found = bootstrap_agreement(2000, share_of(values), 1.0)
    half = 1.96 * math.sqrt(0.3 * 0.7 / 2000)
    assert found == pytest.approx((0.7 - half, 0.7 + half), abs=0.003)


def test_few_units_have_the_quantiles_of_t() -> None:
    values = np.random.default_rng(3).uniform(0.2, 0.4, 40)
    found = bootstrap_agreement(40, share_of(values), 0.9, resamples=20_000)
    assert isinstance(found, Interval)
    # the upper end is that of the sample, as of a t test; the lower that with an item more that differs
    error = values.std(ddof=1) / math.sqrt(40) * t.ppf(0.975, 39)
    assert found.high == pytest.approx(1 - values.mean() + error, abs=0.004)
    drawn = np.random.default_rng(4).integers(0, 41, (20_000, 41))
    shares = np.append(values, 0.9)[drawn].mean(axis=1)
    tail = norm.cdf(t.ppf(0.975, 39) * math.sqrt(40 / 39))
    assert found.low == pytest.approx(1 - np.quantile(shares, tail), abs=0.01)


def test_raters_who_never_differed_may_yet() -> None:
    found = bootstrap_agreement(40, share_of(np.zeros(40)), 1.0)
    assert isinstance(found, Interval)
    assert found.high == 1
    assert 0.85 < found.low < 0.95  # three of 43


def test_samples_without_disagreement_by_chance_are_left_out() -> None:
    # the first item alone has a chance of its own; where it is not drawn, chance gives nothing
    def first(times: Numbers) -> tuple[float, float]:
        return 0.0, float(min(times[0], 1) if times.sum() == 40 else 1)

    found = bootstrap_agreement(40, first, 1.0)
    assert isinstance(found, Interval)
    assert found.high == 1


def test_what_has_no_interval_says_why() -> None:
    few = bootstrap_agreement(FEWEST_UNITS - 1, share_of(np.ones(FEWEST_UNITS - 1)), 1.0)
    assert few == "no interval for fewer than 40 items"
    rare = np.array([1.0] * 5 + [0.0] * 200)

    def rarely(times: Numbers) -> tuple[float, float]:
        return 0.0, float(np.dot(times, rare) / times.sum())

    assert bootstrap_agreement(205, rarely, 1.0) == "no interval, for too few items differ from the others"

    def one(times: Numbers) -> tuple[float, float]:
        return 0.0, float(times[0])

    assert bootstrap_agreement(40, one, 1.0) == "no interval, for too few items differ from the others"
