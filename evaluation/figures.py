"""From scores to figures: accuracies and paired differences. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.model import Accuracy, Difference
from evaluation.scoring import Scored
from stats.bootstrap import bootstrap_mean
from stats.intervals import CONFIDENCE, Interval, wilson
from stats.paired import mcnemar_exact, paired_difference


def accuracy(
    scored: Scored, label_set: str, ids: Sequence[str], group: str | None, resamples: int
) -> Accuracy | None:
    """The accuracy on those of the ids that have a score under the label set; None where none has."""
    scores = scored.scores[label_set]
    used = [source_id for source_id in ids if source_id in scores]
    if not used:
        return None
    values = [scores[source_id] for source_id in used]
    right = sum(values)
    whole = _whole(values)
    interval = (
        wilson(round(right), len(values), CONFIDENCE)
        if whole
        else bootstrap_mean(values, confidence=CONFIDENCE, resamples=resamples)
    ) or Interval(0.0, 1.0)
    return Accuracy(
        model=scored.model,
        label_set=label_set,
        group=group,
        n=len(used),
        right=right,
        share=right / len(used),
        low=interval.low,
        high=interval.high,
        method="wilson" if whole else "bootstrap",
        unparsed=sum(scored.unparsed(source_id) for source_id in used),
    )


def difference(
    scored: Scored, before: str, after: str, ids: Sequence[str], group: str | None, resamples: int
) -> Difference | None:
    """The paired difference on those of the ids that both label sets label; None where there are none."""
    first, second = scored.scores[before], scored.scores[after]
    used = [source_id for source_id in ids if source_id in first and source_id in second]
    if not used:
        return None
    old, new = [first[source_id] for source_id in used], [second[source_id] for source_id in used]
    found = paired_difference(new, old, confidence=CONFIDENCE, resamples=resamples)
    interval = found.interval or Interval(-1.0, 1.0)
    gained = sum(b > a for a, b in zip(old, new, strict=True))
    lost = sum(b < a for a, b in zip(old, new, strict=True))
    return Difference(
        model=scored.model,
        group=group,
        before=before,
        after=after,
        n=len(used),
        before_share=sum(old) / len(used),
        after_share=sum(new) / len(used),
        difference=(sum(new) - sum(old)) / len(used),
        low=interval.low,
        high=interval.high,
        gained=gained,
        lost=lost,
        p=mcnemar_exact(gained, lost) if _whole(old) and _whole(new) else None,
    )


def _whole(scores: Sequence[float]) -> bool:
    """Whether each instance is right or wrong as a whole, whatever the number of its replies."""
    return all(score in (0.0, 1.0) for score in scores)
