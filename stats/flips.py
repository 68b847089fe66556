"""Judgments that change with the wording of the judge's prompt, more often than they change by themselves."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from stats.bootstrap import MEAN_RESAMPLES, bootstrap_mean
from stats.intervals import CONFIDENCE, Interval


class Share(NamedTuple):
    """A share of pairs of judgments, the mean over transcripts, and its interval over transcripts."""

    value: float
    interval: Interval | None
    """None for fewer than two transcripts."""


class Flips(NamedTuple):
    """Flip rates over `transcripts`; the shares are None without any."""

    transcripts: int
    left_out: int
    """Transcripts that have no judgment of one wording, or never two of the same."""
    raw: Share | None
    """Pairs of a judgment under the one wording and one under the other that differ."""
    floor: Share | None
    """Pairs of judgments under the same wording that differ."""
    corrected: Share | None
    """raw − floor. It may be below 0, by chance, and is not cut off there."""


def flip_rate(
    a: Mapping[str, Sequence[Hashable]],
    b: Mapping[str, Sequence[Hashable]],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = MEAN_RESAMPLES,
    seed: int = 0,
) -> Flips:
    """How often judgments of the same transcript change with the wording, less how often they change anyway.

    Of each transcript all pairs of judgments are compared: those under different wordings (raw), and those
    under the same one (floor). Where both wordings have two judgments or more the floor is the mean of the
    two. Then the corrected rate is, up to chance, ½ Σ (p − q)² over the categories, with the chances p and q
    that they have under the two wordings: 0 where these are the same, else above (Rao's dissimilarity, Theor
    Popul Biol 1982;21:24-43). With one judgment of the other wording the floor is that of the first alone;
    that is right where the wordings are equally noisy.

    Each transcript weighs the same. The intervals are those of `bootstrap_mean`, transcripts being drawn
    whole with what raw and floor have in common; simulated, the one of the corrected rate holds the true
    value 97% of the time or more.

    Args:
        a: transcript → judgments under the first wording, such as severities. Failed judgments are for the
            caller to leave out and to count.
        b: the same under the second wording.
        confidence: of the intervals.
        resamples: how many samples are drawn.
        seed: of the drawing.
    """
    names = sorted({*a, *b})
    found = [one for name in names if (one := _rates(a.get(name, ()), b.get(name, ()))) is not None]

    def share(values: Sequence[float], low: float) -> Share | None:
        if not values:
            return None
        interval = bootstrap_mean(values, (low, 1.0), confidence=confidence, resamples=resamples, seed=seed)
        return Share(math.fsum(values) / len(values), interval)

    return Flips(
        transcripts=len(found),
        left_out=len(names) - len(found),
        raw=share([raw for raw, _ in found], 0.0),
        floor=share([floor for _, floor in found], 0.0),
        corrected=share([raw - floor for raw, floor in found], -1.0),
    )


def _rates(a: Sequence[Hashable], b: Sequence[Hashable]) -> tuple[float, float] | None:
    """The shares of pairs that differ: between the wordings, and within them."""
    floors = [_within(one) for one in (a, b) if len(one) > 1]
    if not a or not b or not floors:
        return None
    raw = sum(one != other for one in a for other in b) / (len(a) * len(b))
    return raw, sum(floors) / len(floors)


def _within(judgments: Sequence[Hashable]) -> float:
    differ = sum(one != other for one in judgments for other in judgments)
    return differ / (len(judgments) * (len(judgments) - 1))
