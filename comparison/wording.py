"""How much of what a judge says depends on how it is asked, beyond what changes by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from agents.judgment import Wording
from comparison.model import Rating
from consensus.severity import Severity
from stats.flips import Share, flip_rate
from stats.intervals import Interval


class FlipShare(BaseModel):
    """A share of pairs of judgments, with its interval over conversations at 95%."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    interval: Interval | None


class Flips(BaseModel):
    """How often one model's severities differ between two wordings of the judge's prompt."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    judge: str
    """The model that judges."""
    wording: Wording
    """That the standard one is compared with."""
    transcripts: int
    """Different conversations with a judgment under each wording and two under one of them."""
    left_out: int
    """Conversations that lack some of these."""
    unscored: int
    """Judgments that failed; they are in no pair."""
    raw: FlipShare | None
    """Pairs of one judgment under either wording that differ."""
    floor: FlipShare | None
    """Pairs under the same wording that differ: what changes by itself."""
    corrected: FlipShare | None
    """raw − floor. It may be below 0, by chance."""
    note: str = ""


def flips(ratings: Iterable[Rating]) -> list[Flips]:
    """The flip rates of each model that judges in more than one wording, by model and wording.

    Judgments of one conversation are all that have its hash, of whichever run.
    """
    by_model: dict[str, dict[Wording, list[Rating]]] = {}
    for rating in ratings:
        by_model.setdefault(rating.model or rating.judge, {}).setdefault(rating.wording, []).append(rating)
    return [found for model, by_wording in sorted(by_model.items()) for found in _of_model(model, by_wording)]


def _of_model(model: str, by_wording: dict[Wording, list[Rating]]) -> Iterator[Flips]:
    first, *others = sorted(by_wording, key=lambda wording: (wording != "standard", wording))
    for other in others:
        both = [*by_wording[first], *by_wording[other]]
        found = flip_rate(_by_transcript(by_wording[first]), _by_transcript(by_wording[other]))
        yield Flips(
            judge=model,
            wording=other,
            transcripts=found.transcripts,
            left_out=found.left_out,
            unscored=sum(rating.severity is None for rating in both),
            raw=_share(found.raw),
            floor=_share(found.floor),
            corrected=_share(found.corrected),
            note="" if found.transcripts else _why(both),
        )


def _by_transcript(ratings: Sequence[Rating]) -> dict[str, list[Severity]]:
    found: dict[str, list[Severity]] = {}
    for rating in ratings:
        if rating.severity is not None:
            found.setdefault(rating.transcript, []).append(rating.severity)
    return found


def _share(found: Share | None) -> FlipShare | None:
    return None if found is None else FlipShare(value=found.value, interval=found.interval)


def _why(ratings: Sequence[Rating]) -> str:
    if all(rating.sample == 0 for rating in ratings):
        return "no noise floor, for no judge has two samples in the same wording"
    return "no conversation has scored judgments under both wordings, two of them under one"
