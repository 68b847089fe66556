"""The share of errors in a finite set of which a random part was looked at, stratum by stratum."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from stats.intervals import CONFIDENCE, Interval

FEWEST_ANSWERS = 30
FEWEST_OF_A_KIND = 5
"""Errors, and labels that are right, among those that people looked at."""
PSEUDO = 4
"""Observations that are added to an estimated variance, so that an error of a kind that was not seen is
allowed for: as many as in the interval of Agresti and Coull (Am Stat 1998;52:119-126)."""


class TooFew(ValueError):  # noqa: N818 - not a mistake: the data do not carry this estimate
    """Why an interval would not be valid."""


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


def weighted_share(strata: Sequence[Stratum], confidence: float = CONFIDENCE) -> Estimate:
    """The share of errors over all strata, each weighted with its size, however few errors there are.

    The limits are the sums of the exact limits of the strata that are not known as a whole, each at the
    confidence at which all of them hold together (Šidák, J Am Stat Assoc 1967;62:626-633). With one stratum
    it is `sampled_share`; with several it is wider than it need be, and never too narrow.

    Raises ValueError without labels, and where nothing of a stratum was looked at.
    """
    weights = _weights(strata)
    unknown = sum(stratum.sampled < stratum.size for stratum, _ in weights)
    each = confidence ** (1 / max(1, unknown))
    limits = [(weight, sampled_share(stratum, each)) for stratum, weight in weights]
    low, high = (math.fsum(weight * limit[end] for weight, limit in limits) for end in (0, 1))
    return Estimate(_share(weights), Interval(low, high))


def stratified(strata: Sequence[Stratum], confidence: float = CONFIDENCE) -> Estimate:
    """The share of errors over all strata, narrower where the strata tell errors from right labels.

    Share and variance are the textbook's (Cochran, Sampling Techniques, 5.1 and 5.7). Where errors are rare
    in a stratum its variance is often estimated as 0, so that Cochran's interval covers too little: four
    observations are added to the variance (see PSEUDO), and the interval is `score_interval`.

    Raises:
        TooFew: fewer than FEWEST_ANSWERS labels were looked at, or than FEWEST_OF_A_KIND of them were errors
            or right: `weighted_share` is to be used.
        ValueError: as `weighted_share`.
    """
    weights = _weights(strata)
    check_numbers(sum(s.sampled for s in strata), sum(s.errors for s in strata))
    variance, squares = 0.0, 0.0
    for stratum, weight in weights:
        unseen = 1 - stratum.sampled / stratum.size
        variance += weight**2 * unseen * stratum.share * (1 - stratum.share) / max(1, stratum.sampled - 1)
        squares += weight**2 / stratum.sampled if unseen else 0.0
    share = _share(weights)
    return Estimate(share, score_interval(share, variance + PSEUDO * squares**2, confidence))


def score_interval(share: float, variance: float, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's interval (J Am Stat Assoc 1927;22:209-212) of a sample of the size that has this variance.

    The size need not be whole: it is the effective sample size of a survey (Kish, Survey Sampling, 8.2).
    Without variance the share is known.
    """
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + confidence / 2))
    if variance == 0:
        return Interval(share, share)
    weight = z * z * variance / (share * (1 - share))
    half = z * math.sqrt(variance + weight * weight / (4 * z * z))
    middle = share + weight / 2
    return Interval(max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight)))


def check_numbers(answers: int, errors: int) -> None:
    """Raise TooFew where an interval cannot rest on an estimated variance."""
    if answers < FEWEST_ANSWERS:
        raise TooFew(f"{answers} answers, and it takes {FEWEST_ANSWERS}")
    if errors < FEWEST_OF_A_KIND:
        raise TooFew(f"{errors} errors among the answers, and it takes {FEWEST_OF_A_KIND}")
    if answers - errors < FEWEST_OF_A_KIND:
        raise TooFew(f"{answers - errors} right labels among the answers, and it takes {FEWEST_OF_A_KIND}")


def _weights(strata: Sequence[Stratum]) -> list[tuple[Stratum, float]]:
    """The strata that are not empty, with their parts of all labels."""
    total = sum(stratum.size for stratum in strata)
    if total == 0:
        raise ValueError("there is no share of no labels")
    if any(stratum.size and not stratum.sampled for stratum in strata):
        raise ValueError("of every stratum at least one label must have been looked at")
    return [(stratum, stratum.size / total) for stratum in strata if stratum.size]


def _share(weights: Sequence[tuple[Stratum, float]]) -> float:
    return math.fsum(weight * stratum.share for stratum, weight in weights)


def variance_ratio(strata: Sequence[Stratum]) -> float:
    """The variance under proportional stratification, as a part of that of a simple sample of the same size.

    Each stratum's share gets half an error and half a correct label more, so that one without errors is not
    taken for one that has none. Raises ValueError as `weighted_share` does.
    """
    shares = [(weight, (s.errors + 0.5) / (s.sampled + 1)) for s, weight in _weights(strata)]
    overall = sum(weight * share for weight, share in shares)
    within = sum(weight * share * (1 - share) for weight, share in shares)
    return within / (overall * (1 - overall))
