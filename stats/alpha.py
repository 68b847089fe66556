"""Krippendorff's alpha: the agreement of any number of raters, some of whose ratings may be missing.

Krippendorff K. Content Analysis, 3rd ed. Sage 2013, chapter 12; Computing Krippendorff's Alpha-Reliability,
2011. The `krippendorff` library has the same figures, and the tests hold ours against it; but it builds an
array of units × values × values, which for a thousand numbers is gigabytes, and has no intervals. These sums
need memory for the ratings alone (at the ratio level for values × values), so that a bootstrap is affordable.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from stats.bootstrap import UNIT_RESAMPLES, Agreement, agreement_interval
from stats.intervals import CONFIDENCE, Interval

Level = Literal["nominal", "ordinal", "interval", "ratio"]


class Alpha(NamedTuple):
    """Alpha over the `units` with at least two ratings. `note` says why a value or interval is missing."""

    value: float | None
    interval: Interval | None
    level: Level
    units: int
    ratings: int
    note: str = ""


def krippendorff_alpha(
    units: Sequence[Sequence[Hashable]],
    level: Level,
    *,
    method: Agreement = "cautious",
    confidence: float = CONFIDENCE,
    resamples: int = UNIT_RESAMPLES,
    seed: int = 0,
) -> Alpha:
    """Alpha = 1 − Dₒ / Dₑ, the disagreement within units over that between all ratings.

    Args:
        units: the ratings of each unit; those that are missing are left out. A unit with one rating has
            nothing to compare and takes no part. Numbers, unless the level is nominal.
        level: which distance δ² two ratings have: 1 if different (nominal), (a − b)² (interval),
            ((a − b) / (a + b))² (ratio, 0 for two zeros), or (the number of ratings from a to b, less half
            of those at the ends)² (ordinal).
        method: `percentile` for the plain interval that others report, which is too narrow for few items.
        confidence: of the interval.
        resamples: how many samples are drawn.
        seed: of the drawing.

    Returns:
        No value where no unit has two ratings, as with a single rater, and where all ratings are the same:
        without variation nothing shows that the raters can tell units apart. The interval is a bootstrap
        over whole units (Zapf et al., BMC Med Res Methodol 2016;16:93), in the form of `bootstrap_agreement`.

    Raises:
        ValueError: a number is not finite, or is negative at the ratio level, which measures from zero.
    """
    paired = [list(unit) for unit in units if len(unit) >= 2]
    _check(paired, level)
    ratings = sum(map(len, paired))
    if not paired:
        return Alpha(None, None, level, 0, 0, "no item has two ratings")
    disagreement, far = _disagreement_of(paired, level)
    observed, expected = disagreement([1] * len(paired))
    if not expected:
        return Alpha(None, None, level, len(paired), ratings, "every rating is the same")
    value = 1 - observed / expected
    interval = agreement_interval(
        len(paired), disagreement, far, method, confidence=confidence, resamples=resamples, seed=seed
    )
    if isinstance(interval, str):
        return Alpha(value, None, level, len(paired), ratings, interval)
    return Alpha(value, interval, level, len(paired), ratings)


def _check(units: Sequence[Sequence[Any]], level: Level) -> None:
    if level == "nominal":
        return
    for value in (value for unit in units for value in unit):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not finite")
        if level == "ratio" and value < 0:
            raise ValueError(f"the ratio level measures from zero, and {value} is below it")


@dataclass(frozen=True)
class _Ratings:
    """All ratings of all units in one row; numpy arrays."""

    unit: Any
    """(ratings,): which unit a rating is of."""
    code: Any
    """(ratings,): which of the values it is; ascending, but at the nominal level."""
    size: Any
    """(units,): ratings of each unit."""
    values: list[Any]


_Within = Callable[[Any], Any]
"""Counts of the values → Σ δ² over the ordered pairs of each unit, by its ratings less one; (units,)."""
_Between = Callable[[Any], float]
"""Counts of the values → Σ δ² (or Σ δ⁴) over the ordered pairs of all ratings."""
_Metric = tuple[_Within, _Between, _Between]
"""Of one level: δ² within units, δ² and δ⁴ between all ratings."""


def _disagreement_of(
    units: Sequence[Sequence[Any]], level: Level
) -> tuple[Callable[[Any], tuple[float, float]], float]:
    """Dₒ and Dₑ as a function of how often each unit counts; and Σ δ⁴ / Σ δ² over all pairs of ratings."""
    import numpy as np

    distinct = dict.fromkeys(value for unit in units for value in unit)
    values = list(distinct) if level == "nominal" else sorted(distinct)
    codes = {value: number for number, value in enumerate(values)}
    ratings = _Ratings(
        unit=np.repeat(np.arange(len(units)), [len(unit) for unit in units]),
        code=np.array([codes[value] for unit in units for value in unit]),
        size=np.array([len(unit) for unit in units]),
        values=values,
    )
    within, between, fourth = _METRICS[level](ratings)

    def disagreement(times: Any) -> tuple[float, float]:
        counts = np.bincount(ratings.code, np.asarray(times)[ratings.unit], len(values))
        if np.count_nonzero(counts) < 2:
            return 0.0, 0.0
        n = counts.sum()
        return float(np.dot(times, within(counts)) / n), between(counts) / float(n * (n - 1))

    counts = np.bincount(ratings.code).astype(float)
    return disagreement, fourth(counts) / between(counts) if len(values) > 1 and between(counts) else 0.0


def _nominal(ratings: _Ratings) -> _Metric:
    import numpy as np

    same = np.zeros(len(ratings.size))
    for (unit, _), count in Counter(zip(ratings.unit, ratings.code, strict=True)).items():
        same[unit] += count**2
    apart = (ratings.size**2 - same) / (ratings.size - 1)

    def between(counts: Any) -> float:
        return float(counts.sum() ** 2 - np.dot(counts, counts))

    return lambda _: apart, between, between


def _interval(ratings: _Ratings) -> _Metric:
    import numpy as np

    # Alpha does not depend on origin and unit; so chosen, squares neither overflow nor cancel each other.
    scale = np.array(ratings.values, dtype=float)
    scale = scale / np.abs(scale).max() if scale.any() else scale
    scale = scale - scale.mean()
    apart = _squares_within(ratings, scale)
    return (
        lambda _: apart,
        lambda counts: _squares_between(counts, scale),
        lambda counts: _fourths_between(counts, scale),
    )


def _ordinal(ratings: _Ratings) -> _Metric:
    """As the interval level, on the ranks of the values in the sample; ties share their middle rank."""
    import numpy as np

    def ranks(counts: Any) -> Any:
        middle = np.cumsum(counts) - counts / 2
        return (middle - middle.mean()) / counts.sum()

    return (
        lambda counts: _squares_within(ratings, ranks(counts)),
        lambda counts: _squares_between(counts, ranks(counts)),
        lambda counts: _fourths_between(counts, ranks(counts)),
    )


def _ratio(ratings: _Ratings) -> _Metric:
    import numpy as np

    scale = np.array(ratings.values, dtype=float)
    scale = scale / scale.max() if scale.any() else scale
    total = scale[:, None] + scale[None, :]
    squares = (
        np.divide(scale[:, None] - scale[None, :], total, out=np.zeros_like(total), where=total > 0) ** 2
    )
    ends = np.cumsum(ratings.size)
    members = [ratings.code[end - size : end] for end, size in zip(ends, ratings.size, strict=True)]
    apart = np.array([squares[np.ix_(codes, codes)].sum() / (len(codes) - 1) for codes in members])
    return (
        lambda _: apart,
        lambda counts: float(counts @ squares @ counts),
        lambda counts: float(counts @ squares**2 @ counts),
    )


def _squares_within(ratings: _Ratings, scale: Any) -> Any:
    """Σ (a − b)² over the ordered pairs of each unit is 2·(m·Σa² − (Σa)²) for its m ratings."""
    import numpy as np

    value = scale[ratings.code]
    sums, squares = (np.bincount(ratings.unit, weights, len(ratings.size)) for weights in (value, value**2))
    return 2 * np.maximum(ratings.size * squares - sums**2, 0) / (ratings.size - 1)


def _squares_between(counts: Any, scale: Any) -> float:
    import numpy as np

    mean = np.dot(counts, scale) / counts.sum()
    return float(2 * counts.sum() * np.dot(counts, (scale - mean) ** 2))


def _fourths_between(counts: Any, scale: Any) -> float:
    """Σ (a − b)⁴ is 2·n·Σx⁴ + 6·(Σx²)² for n values x around their mean."""
    import numpy as np

    off = scale - np.dot(counts, scale) / counts.sum()
    return float(2 * counts.sum() * np.dot(counts, off**4) + 6 * np.dot(counts, off**2) ** 2)


_METRICS: dict[Level, Callable[[_Ratings], _Metric]] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
