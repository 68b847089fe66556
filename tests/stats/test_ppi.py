"""Prediction-powered estimates: against the formulas of the paper, and what they refuse."""

from __future__ import annotations

import math
import random
import statistics

import pytest

from stats.intervals import wilson
from stats.ppi import prediction_powered
from stats.stratified import TooFew

HUMAN = 80
MACHINE = 600


def made(
    rate: float = 0.3, quality: float = 0.9, human: int = HUMAN, seed: int = 5
) -> tuple[list[bool], list[float], list[float]]:
    chance = random.Random(seed)
    errors = [chance.random() < rate for _ in range(human + MACHINE)]
    predicted = [min(1.0, max(0.0, quality * error + (1 - quality) * chance.random())) for error in errors]
    return errors[:human], predicted[:human], predicted


def by_hand(errors: list[bool], predicted: list[float], rest: list[float]) -> tuple[float, float]:
    """PPI++ (arXiv:2311.01453, eq. 3 and example 6.1): estimate and standard error of the mean, tuned."""
    n, size = len(errors), len(rest)
    y = [float(error) for error in errors]
    middle, expected = statistics.fmean(y), statistics.fmean(predicted)
    covariance = sum((a - middle) * (b - expected) for a, b in zip(y, predicted, strict=True)) / n
    tuning = covariance / ((1 + n / size) * statistics.variance([*predicted, *rest]))
    tuning = min(1.0, max(0.0, tuning))
    rectifier = [a - tuning * b for a, b in zip(y, predicted, strict=True)]
    estimate = tuning * statistics.fmean(rest) + statistics.fmean(rectifier)
    variance = tuning**2 * statistics.pvariance(rest) / size + statistics.pvariance(rectifier) / n
    return estimate, math.sqrt(variance)


@pytest.mark.parametrize("quality", [0.0, 0.4, 0.9, 1.0])
def test_the_estimate_is_that_of_the_paper(quality: float) -> None:
    errors, predicted, rest = made(quality=quality)
    estimate, error = by_hand(errors, predicted, rest)
    found = prediction_powered(errors, predicted, rest)
    assert found.share == pytest.approx(estimate)
    # the score interval of a sample of p (1 − p) / v, where v counts four observations more
    variance = error**2 + 4 / HUMAN**2
    size = estimate * (1 - estimate) / variance
    weight = 1.959964**2 / size
    half = 1.959964 * math.sqrt(estimate * (1 - estimate) / size + weight / (4 * size)) / (1 + weight)
    middle = (estimate + weight / 2) / (1 + weight)
    assert found.interval == pytest.approx((middle - half, middle + half), abs=1e-6)


def test_good_predictions_narrow_the_interval_and_bad_ones_do_no_harm() -> None:
    def width(quality: float) -> float:
        found = prediction_powered(*made(quality=quality)).interval
        return found.high - found.low

    errors = made()[0]
    plain = wilson(sum(errors), len(errors))
    assert width(1.0) < width(0.5) < width(0.0)
    assert width(1.0) < 0.7 * (plain.high - plain.low)
    assert width(0.0) < 1.15 * (plain.high - plain.low)


def test_equal_weights_are_no_weights() -> None:
    errors, predicted, rest = made()
    weighted = prediction_powered(errors, predicted, rest, weights=[7.0] * HUMAN)
    plain = prediction_powered(errors, predicted, rest)
    assert weighted.share == pytest.approx(plain.share)
    assert weighted.interval == pytest.approx(plain.interval)


def test_weights_undo_that_some_were_more_likely_to_be_drawn() -> None:
    errors = [True] * 40 + [False] * 40
    chance = random.Random(1)
    predicted = [chance.random() for _ in errors]
    found = prediction_powered(errors, predicted, predicted * 5, weights=[1.0] * 40 + [9.0] * 40)
    assert found.share == pytest.approx(0.1, abs=0.03)


def test_what_it_takes() -> None:
    errors, predicted, rest = made()
    with pytest.raises(TooFew, match="29 answers"):
        prediction_powered(errors[:29], predicted[:29], rest)
    with pytest.raises(TooFew, match="0 errors"):
        prediction_powered([False] * HUMAN, predicted, rest)
    with pytest.raises(TooFew, match="0 right labels"):
        prediction_powered([True] * HUMAN, predicted, rest)
    with pytest.raises(TooFew, match="every label"):
        prediction_powered(errors, predicted, predicted)
    with pytest.raises(TooFew, match="all the same"):
        prediction_powered(errors, [0.2] * HUMAN, rest)
    with pytest.raises(ValueError, match="between 0 and 1"):
        prediction_powered(errors, [1.2, *predicted[1:]], rest)
    with pytest.raises(ValueError, match="each label"):
        prediction_powered(errors, predicted[1:], rest)
