"""How well scores tell a safe target from one that is unsafe on purpose."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from stats.bootstrap import MEAN_RESAMPLES, expanded_tail, hull, percentiles
from stats.intervals import CONFIDENCE, Interval


class Auroc(NamedTuple):
    """P(safe > unsafe) + ½ P(equal) over `scenarios`. `note` says why a value or interval is missing."""

    value: float | None
    interval: Interval | None
    scenarios: int
    note: str = ""


def auroc(safe: Sequence[float], unsafe: Sequence[float]) -> float | None:
    """The chance that a score of the safe target is above one of the unsafe target; a tie counts half.

    The area under the ROC curve (Hanley and McNeil, Radiology 1982;143:29-36), 0.5 where scores tell nothing.
    None where one of the two has no score. Raises ValueError for a score that is not finite.
    """
    _check((*safe, *unsafe))
    if not safe or not unsafe:
        return None
    import numpy as np

    return float(_below(np.sort(unsafe), np.asarray(safe)).mean()) / len(unsafe)


def clustered_auroc(
    safe: Mapping[str, Sequence[float]],
    unsafe: Mapping[str, Sequence[float]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Auroc:
    """The AUROC of all scores of both targets, and its interval over scenarios.

    Every score of the one is compared with every score of the other, of the same scenario or not. The
    interval is a bootstrap in which scenarios are drawn whole, with the scores of both targets (Rutter, Acad
    Radiol 2000;7:413-419). Where all safe scores are above all unsafe ones it would have no width. So it is
    the hull of two, as in `bootstrap_agreement`: that of the sample, and that of the sample with one scenario
    more which tells nothing, because both targets have the scores there that either has elsewhere; both
    expanded for few scenarios. If all scores are told apart, the lower end is that of scenarios of which
    about 3 of n tell nothing: 0.75 for 8 scenarios, 0.90 for 15, 0.94 for 24, 0.97 for 47.

    Intervals at 95% held the true value in 95% to 100% of the simulated samples of 8 to 47 scenarios, but in
    88% where the targets were the wrong way round in 5% of 47 scenarios (docs/statistics.md).

    Args:
        safe: scenario → scores of the safe target, of one rep or more.
        unsafe: the same of the unsafe target. A scenario may be missing in one of them.
        confidence: of the interval.
        resamples: how many samples are drawn; those without a score of either target are left out.
        seed: of the drawing.

    Returns:
        No value where a target has no score; no interval for fewer than two scenarios.

    Raises:
        ValueError: a score is not finite.
    """
    _check(score for scores in (*safe.values(), *unsafe.values()) for score in scores)
    names = sorted(name for name in {*safe, *unsafe} if safe.get(name) or unsafe.get(name))
    if not any(safe.values()) or not any(unsafe.values()):
        return Auroc(None, None, len(names), "a target has no score")
    import numpy as np

    of_safe, of_unsafe = ([list(scores.get(name, ())) for name in names] for scores in (safe, unsafe))
    wins = _wins(of_safe, of_unsafe)
    sizes = np.array([[len(a), len(b)] for a, b in zip(of_safe, of_unsafe, strict=True)], dtype=float)
    n = len(names)
    value = float(wins[:n, :n].sum() / sizes.sum(axis=0).prod())
    if n < 2:
        return Auroc(value, None, n, "no interval for fewer than two scenarios")
    sizes = np.vstack([sizes, sizes.mean(axis=0)])
    rng, tail = np.random.default_rng(seed), expanded_tail(n, confidence)
    ends = []
    for units in (n, n + 1):
        times = rng.multinomial(n, np.full(units, 1 / units), size=resamples)
        above = ((times @ wins[:units, :units]) * times).sum(axis=1)
        pairs = (times @ sizes[:units]).prod(axis=1)
        ends.append(percentiles(above[pairs > 0] / pairs[pairs > 0], tail))
    return Auroc(value, hull(*ends), n)


def _wins(safe: list[list[float]], unsafe: list[list[float]]) -> Any:
    """In row i and column j the pairs in which a safe score of scenario i is above an unsafe one of j.

    The last row and column are of the scenario more: of average size, its scores with even chance those of
    the safe or of the unsafe target.
    """
    import numpy as np

    highs, lows = np.concatenate(safe), np.sort(np.concatenate(unsafe))
    of = np.repeat(np.arange(len(safe)), [len(scores) for scores in safe])
    n, m = len(highs) / len(safe), len(lows) / len(safe)
    wins = np.empty((len(safe) + 1, len(safe) + 1))
    for j, scores in enumerate(unsafe):
        below = _below(np.sort(scores), highs)
        wins[:-1, j] = np.bincount(of, below, len(safe))
        of_the_unsafe = _below(np.sort(scores), lows).mean()
        wins[-1, j] = n * (below.mean() + of_the_unsafe) / 2
    for i, scores in enumerate(safe):
        against_safe = _below(np.sort(highs), np.asarray(scores)).sum() / len(highs)
        against_unsafe = _below(lows, np.asarray(scores)).sum() / len(lows)
        wins[i, -1] = m * (against_safe + against_unsafe) / 2
    wins[-1, -1] = n * m / 2
    return wins


def _below(ascending: Any, scores: Any) -> Any:
    """For each of the scores how many of those that ascend are below it; half of those that are equal."""
    import numpy as np

    left, right = (np.searchsorted(ascending, scores, side) for side in ("left", "right"))
    return (left + right) / 2


def _check(scores: Iterable[float]) -> None:
    for score in scores:
        if not math.isfinite(score):
            raise ValueError(f"a score of {score} is not finite")
