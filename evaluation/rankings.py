"""Models in their order under each label set, and how sure the order is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from evaluation.model import PairOrder, Place, RankChange, Ranking
from evaluation.scoring import Scored
from stats.intervals import CONFIDENCE
from stats.ranks import Order, Scores, order, order_change


class Ranked(NamedTuple):
    """One ranking for each label set, one entry for each two models and for each two label sets."""

    rankings: tuple[Ranking, ...] = ()
    pairs: tuple[PairOrder, ...] = ()
    changes: tuple[RankChange, ...] = ()


def common(models: Sequence[Scored], ids: Sequence[str]) -> list[str]:
    """Those of the ids that every model answered and every label set labels."""
    tables = [table.keys() for scored in models for table in scored.scores.values()]
    shared = set(ids).intersection(*tables)
    return [source_id for source_id in ids if source_id in shared]


def rank(models: Sequence[Scored], label_sets: Sequence[str], ids: Sequence[str], resamples: int) -> Ranked:
    """Rank two models or more: all of them on what is common to all, each two on what is common to both.

    Where nothing is common there is no ranking, or no entry for the pair.
    """
    if len(models) < 2:
        return Ranked()
    pairs = [_pair(a, b, label_sets, ids, resamples) for a, b in combinations(models, 2)]
    shared = common(models, ids)
    if not shared:
        return Ranked(pairs=tuple(filter(None, pairs)))
    tables = _tables(models, label_sets, shared)
    rankings = [
        _ranking(name, models, order(table, resamples=resamples), len(shared))
        for name, table in tables.items()
    ]
    changes = [_change(a, b, tables, resamples) for a, b in combinations(label_sets, 2)]
    return Ranked(tuple(rankings), tuple(filter(None, pairs)), tuple(changes))


def _tables(models: Sequence[Scored], label_sets: Sequence[str], ids: Sequence[str]) -> dict[str, Scores]:
    return {name: [[scored.scores[name][key] for scored in models] for key in ids] for name in label_sets}


def _ranking(label_set: str, models: Sequence[Scored], found: Order, n: int) -> Ranking:
    places = [
        Place(model=scored.model, share=mean, rank=rank)
        for scored, mean, rank in zip(models, found.means, found.ranks, strict=True)
    ]
    return Ranking(label_set=label_set, n=n, places=tuple(sorted(places, key=lambda place: place.rank)))


def _pair(
    a: Scored, b: Scored, label_sets: Sequence[str], ids: Sequence[str], resamples: int
) -> PairOrder | None:
    shared = common([a, b], ids)
    if not shared:
        return None
    tables = _tables([a, b], label_sets, shared)
    first, *others = label_sets
    return PairOrder(
        a=a.model,
        b=b.model,
        n=len(shared),
        outranks={name: order(table, resamples=resamples).outranks[0][1] for name, table in tables.items()},
        reverses={
            name: order_change(tables[first], tables[name], resamples=resamples).changes for name in others
        },
    )


def _change(before: str, after: str, tables: Mapping[str, Scores], resamples: int) -> RankChange:
    change = order_change(tables[before], tables[after], confidence=CONFIDENCE, resamples=resamples)
    low, high = change.interval or (None, None)
    return RankChange(
        before=before,
        after=after,
        n=len(tables[before]),
        tau=change.tau,
        low=low,
        high=high,
        changes=change.changes,
    )
