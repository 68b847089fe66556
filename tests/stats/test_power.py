"""How many reviews: against the interval that is to come out, and the formula of statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.intervals import wilson
from stats.power import reviews_for_margin


def half_width(share: float, n: int) -> float:
    found = wilson(round(share * n), n)
    return (found.high - found.low) / 2


@given(st.sampled_from([0.01, 0.02, 0.03, 0.05, 0.1]), st.sampled_from([0.0, 0.5]))
def test_the_interval_is_as_wide_as_was_planned(margin: float, share: float) -> None:
    n = reviews_for_margin(margin, share)
    assert half_width(share, n + n % 2) <= margin
    assert half_width(share, n - 2 - n % 2) > margin


@given(st.floats(0.1, 0.9), st.floats(0.005, 0.05))
def test_large_samples_are_those_of_the_normal_formula(share: float, margin: float) -> None:
    from statsmodels.stats.proportion import samplesize_confint_proportion

    wanted = samplesize_confint_proportion(share, margin)
    assert reviews_for_margin(margin, share) == pytest.approx(wanted, rel=0.08, abs=5)


def test_a_published_plan() -> None:
    """The usual 385 for ±5 points (278 of 1,000), less z² since Wilson's interval is narrower."""
    assert reviews_for_margin(0.05) == 381
    assert reviews_for_margin(0.05, size=1000) == 276


@given(st.floats(0.005, 0.2), st.floats(0, 1), st.integers(1, 5000))
def test_no_plan_asks_for_more_than_there_is(margin: float, share: float, size: int) -> None:
    planned = reviews_for_margin(margin, share, size)
    assert 1 <= planned <= size
    assert planned <= reviews_for_margin(margin, 0.5, size)
    assert planned <= reviews_for_margin(margin, share)


def test_a_better_design_takes_its_part() -> None:
    assert reviews_for_margin(0.03, 0.3, effect=0.25) == pytest.approx(
        reviews_for_margin(0.03, 0.3) / 4, abs=1
    )


@pytest.mark.parametrize(
    ("margin", "share", "size", "effect"),
    [
        (0.0, 0.5, None, 1.0),
        (0.5, 0.5, None, 1.0),
        (0.03, 1.1, None, 1.0),
        (0.03, 0.5, 0, 1.0),
        (0.03, 0.5, 9, 0.0),
    ],
)
def test_what_is_no_plan_is_refused(margin: float, share: float, size: int | None, effect: float) -> None:
    with pytest.raises(ValueError):
        reviews_for_margin(margin, share, size, effect)
