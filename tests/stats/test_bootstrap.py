"""Bootstrap intervals, against scipy, the exact distribution of a resampled share, and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, bootstrap

from stats.bootstrap import Method, bootstrap_mean, bootstrap_units
from stats.intervals import Interval

METHODS: tuple[Method, ...] = ("percentile", "bca")


@pytest.mark.parametrize(("k", "n"), [(10, 50), (37, 50), (3, 20)])
def test_a_share_has_the_quantiles_of_the_binomial_distribution(k: int, n: int) -> None:
    # The share of a resample of k ones among n is binomial, so that the interval is known without drawing.
    found = bootstrap_mean([1] * k + [0] * (n - k))
    exact = binom(n, k / n).ppf([0.025, 0.975]) / n
    assert found == pytest.approx(tuple(exact), abs=1 / n)


@pytest.mark.parametrize("method", METHODS)
def test_the_interval_is_the_one_of_scipy(method: Method) -> None:
    values = np.random.default_rng(5).exponential(size=40)
    name = "BCa" if method == "bca" else "percentile"
    other = bootstrap((values,), np.mean, n_resamples=20_000, method=name, rng=99).confidence_interval
    assert bootstrap_mean(list(values), method=method) == pytest.approx(tuple(other), abs=0.03)


def test_bca_follows_the_skew_of_the_data() -> None:
    values = [0.0] * 30 + [1.0, 2.0, 30.0]
    plain, corrected = bootstrap_mean(values), bootstrap_mean(values, method="bca")
    assert plain is not None
    assert corrected is not None
    assert corrected.high > plain.high
    assert corrected.low > plain.low


@pytest.mark.parametrize("method", METHODS)
def test_small_and_constant_samples(method: Method) -> None:
    assert bootstrap_mean([], method=method) is None
    assert bootstrap_mean([3.5], method=method) is None
    assert bootstrap_mean([3.5] * 4, method=method) == (3.5, 3.5)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        bootstrap_mean([1.0, bad])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.sampled_from(METHODS))
def test_an_interval_is_finite_repeatable_and_within_the_data(values: list[float], method: Method) -> None:
    found = bootstrap_mean(values, method=method, resamples=200)
    assert found == bootstrap_mean(values, method=method, resamples=200)
    assert found is not None
    slack = 1e-9 * max(map(abs, values))
    assert min(values) - slack <= found.low <= found.high <= max(values) + slack


def test_nominal_95_percent_covers_the_mean_as_often() -> None:
    rng = np.random.default_rng(11)
    samples = rng.normal(2.0, 1.0, size=(300, 60))
    intervals = [bootstrap_mean(list(sample), resamples=400) for sample in samples]
    covered = sum(found is not None and found.low <= 2.0 <= found.high for found in intervals)
    assert 0.90 <= covered / 300 <= 0.98


def test_units_are_drawn_whole() -> None:
    values = np.random.default_rng(7).normal(size=50)
    found = bootstrap_units(50, lambda times: float(np.dot(times, values) / times.sum()), resamples=4000)
    assert found == pytest.approx(bootstrap_mean(list(values)), abs=0.03)


def test_samples_in_which_a_statistic_is_undefined_are_left_out() -> None:
    # the mean of the values of drawn units but the first; undefined where only the first was drawn
    def mean(times: np.ndarray) -> float | None:
        return float(times[1]) / float(times[1]) if times[1] else None

    assert bootstrap_units(2, mean, resamples=100) == Interval(1.0, 1.0)
    assert bootstrap_units(2, lambda _: None, resamples=100) is None
    assert bootstrap_units(1, lambda _: 1.0) is None
    assert bootstrap_units(0, lambda _: 1.0) is None
