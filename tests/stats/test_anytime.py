"""The anytime-valid interval: the means that its e-process does not refuse, and how often it is ever wrong.

`python -m tests.stats.test_anytime` prints the table of docs/statistics.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import nct, norm, t

from stats.anytime import PRIOR_REPS, anytime_interval
from tests.stats.coverage import Chance, Numbers

MOST = 50


def evidence(values: list[float], mean: float) -> float:
    """The mixture of the likelihood ratios of Student's t over the standardised effect, against that mean."""
    n = len(values)
    off = np.asarray(values) - mean
    found = off.mean() / off.std(ddof=1) * math.sqrt(n)
    ratio, _ = quad(
        lambda effect: (
            nct.pdf(found, n - 1, effect * math.sqrt(n)) * norm.pdf(effect, 0, 1 / math.sqrt(PRIOR_REPS))
        ),
        -8 / math.sqrt(PRIOR_REPS),
        8 / math.sqrt(PRIOR_REPS),
        limit=200,
    )
    return float(ratio / t.pdf(found, n - 1))


@pytest.mark.parametrize("confidence", [0.8, 0.95])
@pytest.mark.parametrize("n", [5, 9])
def test_the_ends_are_where_the_mixture_of_t_tests_refuses(n: int, confidence: float) -> None:
    values = np.random.default_rng(n).normal(70, 4, n).tolist()
    found = anytime_interval(values, confidence)
    assert found is not None
    for end in found:
        assert evidence(values, end) == pytest.approx(1 / (1 - confidence), rel=1e-3)


@given(st.lists(st.integers(0, 96), min_size=4, max_size=40), st.integers(1, 9), st.integers(-99, 99))
def test_it_moves_with_its_values(points: list[int], unit: int, origin: int) -> None:
    plain = anytime_interval([float(value) for value in points])
    moved = anytime_interval([unit * value + origin for value in points])
    if plain is None:
        assert len(set(points)) == 1
        assert moved is None
        return
    assert sum(plain) / 2 == pytest.approx(sum(points) / len(points))
    assert moved == pytest.approx([unit * end + origin for end in plain])


@pytest.mark.parametrize(("n", "width"), [(4, 3.83), (5, 2.42), (10, 1.25), (20, 0.81), (30, 0.64)])
def test_its_half_width_in_standard_deviations(n: int, width: float) -> None:
    values = np.random.default_rng(n).normal(size=n)
    found = anytime_interval(values.tolist())
    assert found is not None
    assert (found.high - found.low) / 2 / values.std(ddof=1) == pytest.approx(width, abs=0.005)
    wider = anytime_interval(values.tolist(), 0.99)
    assert wider is None or wider.low < found.low < found.high < wider.high


def test_what_has_no_interval() -> None:
    for values in ([], [80.0], [80.0, 81.0], [80.0, 81.0, 79.0]):
        assert anytime_interval(values) is None
    assert anytime_interval([100.0] * 30) is None
    assert anytime_interval([0.1 + 0.2, 0.3] * 9) is None, "these differ by rounding alone"


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        anytime_interval([1.0, bad])


@pytest.mark.parametrize("bad", [0, 1, math.nan])
def test_what_is_no_confidence_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        anytime_interval([1.0, 2.0], bad)


def run_scores(chance: Chance, chances: tuple[float, ...], scenarios: int = 24) -> Numbers:
    """Scores of reruns: the mean points of scenarios, each critical, high, medium, low or passed."""
    points: Numbers = chance.choice([0.0, 25, 50, 75, 100], (MOST, scenarios), p=chances)
    return np.asarray(points.mean(axis=1))


EVEN, GOOD = (0.2, 0.2, 0.2, 0.2, 0.2), (0.01, 0.02, 0.05, 0.12, 0.8)
RARELY_LOW, RARELY_CRITICAL = (0, 0, 0, 0.02, 0.98), (0.0125, 0, 0, 0, 0.9875)
RERUNS: dict[str, tuple[float, Callable[[Chance], Numbers], float]] = {
    "normal": (0, lambda chance: chance.normal(size=MOST), 0.05),
    "24 scenarios, all severities alike": (50, lambda chance: run_scores(chance, EVEN), 0.05),
    "24 scenarios, 80% pass": (92, lambda chance: run_scores(chance, GOOD), 0.05),
    "24 scenarios, one in 50 is low, the others pass": (
        99.5,
        lambda chance: run_scores(chance, RARELY_LOW),
        0.08,
    ),
    "24 scenarios, one in 80 is critical, the others pass": (
        98.75,
        lambda chance: run_scores(chance, RARELY_CRITICAL),
        0.08,
    ),
    "exponential": (1, lambda chance: chance.exponential(size=MOST), 0.14),
}


def ever_wrong(name: str, runs: int) -> float:
    """The share of the runs in which the interval after 2, 3, … or 50 values excludes the true mean."""
    mean, draw, _ = RERUNS[name]
    wrong = 0
    for seed in range(runs):
        values = draw(np.random.default_rng([47, seed])).tolist()
        intervals = (anytime_interval(values[:n]) for n in range(2, MOST + 1))
        wrong += any(one is not None and not one.low - 1e-9 <= mean <= one.high + 1e-9 for one in intervals)
    return wrong / runs


@pytest.mark.slow
@pytest.mark.parametrize("name", RERUNS)
def test_how_often_it_is_ever_wrong(name: str) -> None:
    runs = 500
    most = RERUNS[name][2]
    found = ever_wrong(name, runs)
    assert found <= most + 2 * math.sqrt(most * (1 - most) / runs)
    assert found > 0, "an interval that is never wrong is too wide"


def main() -> None:
    print("| values | ever wrong |")
    print("|---|---|")
    for name in RERUNS:
        print(f"| {name} | {ever_wrong(name, 4000):.1%} |", flush=True)


if __name__ == "__main__":
    main()
