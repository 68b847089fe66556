"""Prediction-powered inference: the rate of errors from few human answers and many machine predictions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stats.intervals import CONFIDENCE, Interval
from stats.stratified import Estimate

FEWEST_ANSWERS = 30
FEWEST_OF_A_KIND = 5
"""Errors, and labels that are right, among those that people looked at."""


class TooFew(ValueError):  # noqa: N818 - not a mistake: the data do not carry this estimate
    """Why no prediction-powered interval is valid here."""


def prediction_powered(
    errors: Sequence[bool],
    predicted: Sequence[float],
    predicted_all: Sequence[float],
    weights: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
) -> Estimate:
    """The rate of errors: the machine's prediction over all labels, corrected by where people looked.

    Point and standard error are those of PPI++ with power tuning (Angelopoulos, Duchi and Zrnic,
    arXiv:2311.01453; ppi_py). Its own interval, which is normal, covers too little where the predictions are
    good: then few of the answers contradict them, and the variance that is estimated from these few is often
    near 0. So one missed error and one false alarm are added to what was found, and the interval is Wilson's
    at the sample size that gives this variance. Predictions that say nothing do no harm.

    Args:
        errors: whether each label is an error, of the labels that people looked at, drawn at random.
        predicted: the machine's prediction of each, in [0, 1].
        predicted_all: its predictions of all labels of the set, those among them that people looked at.
        weights: of the labels that people looked at, in inverse proportion to their chance to be drawn.
        confidence: of the interval.

    Raises:
        TooFew: fewer than FEWEST_ANSWERS answers, than FEWEST_OF_A_KIND errors or right labels, no label
            that nobody looked at, or predictions that are all the same.
        ValueError: predictions are not in [0, 1], or the sequences are not of one length.
    """
    if not len(errors) == len(predicted) == len(weights if weights is not None else errors):
        raise ValueError("each label that was looked at needs a prediction and, with weights, a weight")
    if not all(0 <= value <= 1 for value in (*predicted, *predicted_all)):
        raise ValueError("a prediction lies between 0 and 1")
    _check_numbers(errors, predicted, predicted_all)
    share, variance = _tuned(errors, predicted, predicted_all, weights)
    squares = sum(weight**2 for weight in weights) / sum(weights) ** 2 if weights else 1 / len(errors)
    variance += 2 * squares**2
    if not 0 < share < 1:
        raise TooFew(f"the estimate is {share:.1%}, which is no rate of errors")
    return Estimate(share, _wilson(share, share * (1 - share) / variance, confidence))


def _check_numbers(errors: Sequence[bool], predicted: Sequence[float], everything: Sequence[float]) -> None:
    found = sum(errors)
    if len(errors) < FEWEST_ANSWERS:
        raise TooFew(f"{len(errors)} answers, and it takes {FEWEST_ANSWERS}")
    if found < FEWEST_OF_A_KIND:
        raise TooFew(f"{found} errors among the answers, and it takes {FEWEST_OF_A_KIND}")
    if len(errors) - found < FEWEST_OF_A_KIND:
        raise TooFew(f"{len(errors) - found} right labels among the answers, and it takes {FEWEST_OF_A_KIND}")
    if len(errors) == len(everything):
        raise TooFew("people looked at every label, so that nothing is left to predict")
    if len({*predicted}) == 1:
        raise TooFew("the predictions are all the same")


def _tuned(
    errors: Sequence[bool],
    predicted: Sequence[float],
    everything: Sequence[float],
    weights: Sequence[float] | None,
) -> tuple[float, float]:
    """The power-tuned estimate and its variance."""
    import numpy as np
    from ppi_py import ppi_mean_ci

    # an interval of one standard error either side, from which both follow
    one_sigma = math.erfc(1 / math.sqrt(2))
    low, high = ppi_mean_ci(
        np.asarray(errors, dtype=float),
        np.asarray(predicted, dtype=float),
        np.asarray(everything, dtype=float),
        alpha=one_sigma,
        w=None if weights is None else np.asarray(weights, dtype=float),
    )
    return float((low + high).item() / 2), float((high - low).item() / 2) ** 2


def _wilson(share: float, size: float, confidence: float) -> Interval:
    """Wilson's interval (J Am Stat Assoc 1927;22:209-212) for a sample whose size need not be whole."""
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + confidence / 2))
    weight = z * z / size
    half = z * math.sqrt(share * (1 - share) / size + weight / (4 * size))
    middle = share + weight / 2
    return Interval(max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight)))
