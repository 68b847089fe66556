"""Intervals of shares, against the formula as it is printed."""

from __future__ import annotations

import math
import subprocess
import sys
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.intervals import Proportion, wilson

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def by_formula(k: int, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval in closed form: the two roots of (p − k/n)² = z² p (1 − p) / n."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, weight = k / n, z * z / n
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle = share + weight / 2
    return (middle - half) / (1 + weight), (middle + half) / (1 + weight)


@given(COUNTS, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_interval_is_the_one_of_the_formula(counts: tuple[int, int], confidence: float) -> None:
    found = wilson(*counts, confidence)
    assert found == pytest.approx(by_formula(*counts, confidence), abs=1e-9)


@given(COUNTS)
def test_the_interval_holds_the_share_and_mirrors_its_complement(counts: tuple[int, int]) -> None:
    k, n = counts
    found, mirrored = wilson(k, n), wilson(n - k, n)
    assert -1e-12 <= found.low <= k / n + 1e-12
    assert k / n - 1e-12 <= found.high <= 1 + 1e-12
    assert found == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


def test_a_published_interval() -> None:
    """Newcombe RG. Stat Med 1998;17:857-872, table I, method 3: 81 of 263 and 15 of 148."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_without_observations_any_share_is_possible() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert Proportion(0, 0).share is None
    assert Proportion(1, 4).share == 0.25
    assert Proportion(1, 4).interval == wilson(1, 4)


@pytest.mark.parametrize(
    ("k", "n", "confidence"), [(-1, 3, 0.95), (4, 3, 0.95), (0, -1, 0.95), (1, 3, 0.0), (1, 3, 1.0)]
)
def test_what_is_no_share_or_no_confidence_is_refused(k: int, n: int, confidence: float) -> None:
    with pytest.raises(ValueError):
        wilson(k, n, confidence)


def test_no_command_pays_for_intervals_that_it_does_not_need() -> None:
    asked = "import sys, run, stats.intervals; print('scipy.stats' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
