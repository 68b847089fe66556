"""The share of errors in a finite set of which a random part was looked at, stratum by stratum."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from stats.intervals import CONFIDENCE, Interval


class Stratum(NamedTuple):
    """`errors` were found among `sampled` of `size` labels, drawn at random without replacement."""

    size: int
    sampled: int
    errors: int

    @property
    def share(self) -> float:
        """The share of errors in the sample. Raises ZeroDivisionError where nothing was sampled."""
        return self.errors / self.sampled


class Estimate(NamedTuple):
    """A share and the interval in which it lies."""

    share: float
    interval: Interval


@lru_cache(maxsize=4096)
def sampled_share(stratum: Stratum, confidence: float = CONFIDENCE) -> Interval:
    """The exact interval of the share of errors in the stratum, sampled or not.

    It holds every number of errors that neither tail of the hypergeometric distribution refuses
    (Buonaccorsi, Am Stat 1987;41:215-218), so that its coverage is at least `confidence` at every size and
    rate, and what was looked at is known. In a large stratum it is the interval of Clopper and Pearson.

    Without a sample every share is possible. Raises ValueError unless 0 ≤ errors ≤ sampled ≤ size and
    0 < confidence < 1.
    """
    size, sampled, errors = stratum
    if not 0 <= errors <= sampled <= size:
        raise ValueError(f"{errors} of {sampled} of {size} is no share")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence lies between 0 and 1, and {confidence} does not")
    if sampled == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import hypergeom

    tail = (1 - confidence) / 2
    fewest, most = errors, size - (sampled - errors)

    def not_too_few(total: int) -> bool:
        return bool(hypergeom.sf(errors - 1, size, total, sampled) > tail)

    def too_many(total: int) -> bool:
        return bool(hypergeom.cdf(errors, size, total, sampled) <= tail)

    low = _first(not_too_few, fewest, most)
    high = _first(too_many, low, most + 1) - 1
    return Interval(low / size, high / size)


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number from `low` at which `holds`, which from there on it does; `high` where it does not."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def stratified(strata: Sequence[Stratum], confidence: float = CONFIDENCE) -> Estimate:
    """The share of errors over all strata, each weighted with its size (Cochran, Sampling Techniques, 5.1).

    The interval adds up the squared distances of the strata's own limits from their shares (the method of
    variance estimates recovery; Zou and Donner, Stat Med 2008;27:1693-1702). A stratum without an error
    keeps the width of its exact interval, where Cochran's standard error would be 0; one that was looked at
    as a whole adds nothing. With one stratum it is `sampled_share`.

    Raises ValueError without labels, and where nothing of a stratum was looked at.
    """
    total = sum(stratum.size for stratum in strata)
    if total == 0:
        raise ValueError("there is no share of no labels")
    if any(stratum.size and not stratum.sampled for stratum in strata):
        raise ValueError("of every stratum at least one label must have been looked at")
    parts = [
        (stratum.size / total, stratum, sampled_share(stratum, confidence))
        for stratum in strata
        if stratum.size
    ]
    share = sum(weight * stratum.share for weight, stratum, _ in parts)
    below = math.sqrt(sum((weight * (stratum.share - limits.low)) ** 2 for weight, stratum, limits in parts))
    above = math.sqrt(sum((weight * (limits.high - stratum.share)) ** 2 for weight, stratum, limits in parts))
    return Estimate(share, Interval(max(0.0, share - below), min(1.0, share + above)))


def variance_ratio(strata: Sequence[Stratum]) -> float:
    """The variance under proportional stratification, as a part of that of a simple sample of the same size.

    Each stratum's share gets half an error and half a correct label more, so that one without errors is not
    taken for one that has none. Raises as `stratified` does.
    """
    total = sum(stratum.size for stratum in strata)
    if not total or any(stratum.size and not stratum.sampled for stratum in strata):
        raise ValueError("of every stratum at least one label must have been looked at")
    shares = [(s.size / total, (s.errors + 0.5) / (s.sampled + 1)) for s in strata if s.size]
    overall = sum(weight * share for weight, share in shares)
    within = sum(weight * share * (1 - share) for weight, share in shares)
    return within / (overall * (1 - overall))
