"""Cohen's kappa: the agreement of two raters beyond what their own habits would give by chance."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, NamedTuple

from stats.bootstrap import UNIT_RESAMPLES, Agreement, agreement_interval
from stats.intervals import CONFIDENCE, Interval

Weights = Literal["none", "linear", "quadratic"]


class Kappa(NamedTuple):
    """Kappa over `n` items. `note` says why there is no value or no interval."""

    value: float | None
    interval: Interval | None
    n: int
    note: str = ""


def cohen_kappa(
    a: Sequence[Hashable],
    b: Sequence[Hashable],
    weights: Weights = "none",
    *,
    method: Agreement = "cautious",
    confidence: float = CONFIDENCE,
    resamples: int = UNIT_RESAMPLES,
    seed: int = 0,
) -> Kappa:
    """Kappa (Cohen, Educ Psychol Meas 1960;20:37), or weighted kappa (Psychol Bull 1968;70:213).

        κ = 1 − Σᵢ d(aᵢ, bᵢ) / (1/n · Σᵢ Σⱼ d(aᵢ, bⱼ))

    with d = 1 for different ratings and 0 for equal ones ("none"), |a − b| ("linear") or (a − b)²
    ("quadratic"). Weights are distances of the values themselves, so that a score of 9 is further from 3
    than 4 is, whatever other scores occur.

    Args:
        a: the first rater's ratings of the items that both have rated; numbers where weighted.
        b: the second's, in the same order.
        weights: the distance d.
        method: `percentile` for the plain interval that others report, which is too narrow for few items.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Returns:
        No value without items, and where both say the same of every item and nothing else: chance alone
        would then agree always. The interval is a bootstrap over items (`bootstrap_agreement`).

    Raises:
        ValueError: `a` and `b` differ in length.
    """
    pairs = list(zip(a, b, strict=True))
    if not pairs:
        return Kappa(None, None, 0, "no item has both ratings")
    disagreement, far = _disagreement_of(pairs, weights)
    observed, expected = disagreement([1] * len(pairs))
    if not expected:
        return Kappa(None, None, len(pairs), "every rating is the same, so that chance agrees always")
    value = 1 - observed / expected
    interval = agreement_interval(
        len(pairs), disagreement, far, method, confidence=confidence, resamples=resamples, seed=seed
    )
    if isinstance(interval, str):
        return Kappa(value, None, len(pairs), interval)
    return Kappa(value, interval, len(pairs))


def _disagreement_of(
    pairs: Sequence[tuple[Any, Any]], weights: Weights
) -> tuple[Callable[[Any], tuple[float, float]], float]:
    """The mean distance, and that of chance, as a function of how often each item counts; Σ d² / Σ d."""
    import numpy as np

    values = list(dict.fromkeys(value for pair in pairs for value in pair))
    code = {value: number for number, value in enumerate(values)}
    first, second = (np.array([code[pair[side]] for pair in pairs]) for side in (0, 1))
    if weights == "none":
        distance = 1.0 - np.eye(len(values))
    else:
        scale = np.array(values, dtype=float)
        distance = np.abs(scale[:, None] - scale[None, :]) ** (1 if weights == "linear" else 2)
    apart = distance[first, second]

    def disagreement(times: Any) -> tuple[float, float]:
        by_a = np.bincount(first, weights=times, minlength=len(values))
        by_b = np.bincount(second, weights=times, minlength=len(values))
        n = np.sum(times)
        return float(np.dot(times, apart) / n), float(by_a @ distance @ by_b / n**2)

    chance = np.outer(np.bincount(first, minlength=len(values)), np.bincount(second, minlength=len(values)))
    total = (chance * distance).sum()
    return disagreement, float((chance * distance**2).sum() / total) if total else 0.0
