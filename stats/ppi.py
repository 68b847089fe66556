"""Prediction-powered inference: the rate of errors from few human answers and many machine predictions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stats.intervals import CONFIDENCE
from stats.stratified import PSEUDO, Estimate, TooFew, check_numbers, score_interval


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
    near 0. So four observations are added (see PSEUDO), and the interval is `score_interval`. Predictions
    that say nothing do no harm.

    Args:
        errors: whether each label is an error, of the labels that people looked at, drawn at random.
        predicted: the machine's prediction of each, in [0, 1].
        predicted_all: its predictions of all labels of the set, those among them that people looked at.
        weights: of the labels that people looked at, in inverse proportion to their chance to be drawn.
        confidence: of the interval.

    Raises:
        TooFew: too few answers, errors or right labels, as for `stratified`; no label that nobody looked at;
            or predictions that are all the same.
        ValueError: predictions are not in [0, 1], or the sequences are not of one length.
    """
    if not len(errors) == len(predicted) == len(weights if weights is not None else errors):
        raise ValueError("each label that was looked at needs a prediction and, with weights, a weight")
    if not all(0 <= value <= 1 for value in (*predicted, *predicted_all)):
        raise ValueError("a prediction lies between 0 and 1")
    _check(errors, predicted, predicted_all)
    share, variance = _tuned(errors, predicted, predicted_all, weights)
    squares = sum(weight**2 for weight in weights) / sum(weights) ** 2 if weights else 1 / len(errors)
    if not 0 < share < 1:
        raise TooFew(f"the estimate is {share:.1%}, which is no rate of errors")
    return Estimate(share, score_interval(share, variance + PSEUDO * squares**2, confidence))


def _check(errors: Sequence[bool], predicted: Sequence[float], everything: Sequence[float]) -> None:
    check_numbers(len(errors), sum(errors))
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
