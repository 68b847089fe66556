"""Models in their order under each label set, and how sure the order is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from evaluation.model import PairOrder, Place, RankChange, Ranking
from evaluation.scoring import Scored
from stats.intervals import CONFIDENCE
from stats.ranks import Order, OrderChange, order, order_change


class Ranked(NamedTuple):
    """One ranking for each label set, one entry for each two models and for each two label sets."""

    rankings: list[Ranking]
    pairs: list[PairOrder]
    changes: list[RankChange]


def common(models: Sequence[Scored], ids: Sequence[str]) -> list[str]:
    """Those of the ids that every model answered and every label set labels."""
    tables = [table for scored in models for table in scored.scores.values()]
    return [source_id for source_id in ids if all(source_id in table for table in tables)]


def rank(models: Sequence[Scored], label_sets: Sequence[str], ids: Sequence[str], resamples: int) -> Ranked:
    """Rank the models on instances that are common to all, of which there is at least one."""
    scores = {
        name: [[scored.scores[name][source_id] for scored in models] for source_id in ids]
        for name in label_sets
    }
    names = [scored.model for scored in models]
    orders = {name: order(table, resamples=resamples) for name, table in scores.items()}
    changes = {
        (a, b): order_change(scores[a], scores[b], confidence=CONFIDENCE, resamples=resamples)
        for a, b in combinations(label_sets, 2)
    }
    return Ranked(
        [_ranking(name, names, found, len(ids)) for name, found in orders.items()],
        _pairs(names, orders, changes),
        [_change(sets, change, len(ids)) for sets, change in changes.items()],
    )


def _ranking(label_set: str, models: Sequence[str], found: Order, n: int) -> Ranking:
    places = [
        Place(model=model, share=mean, rank=rank)
        for model, mean, rank in zip(models, found.means, found.ranks, strict=True)
    ]
    return Ranking(label_set=label_set, n=n, places=tuple(sorted(places, key=lambda place: place.rank)))


def _pairs(
    models: Sequence[str], orders: Mapping[str, Order], changes: Mapping[tuple[str, str], OrderChange]
) -> list[PairOrder]:
    first, *others = orders
    return [
        PairOrder(
            a=models[i],
            b=models[j],
            outranks={name: found.outranks[i][j] for name, found in orders.items()},
            reverses={name: changes[first, name].reverses[i][j] for name in others},
        )
        for i, j in combinations(range(len(models)), 2)
    ]


def _change(label_sets: tuple[str, str], change: OrderChange, n: int) -> RankChange:
    before, after = label_sets
    low, high = change.interval or (None, None)
    return RankChange(
        before=before, after=after, n=n, tau=change.tau, low=low, high=high, changes=change.changes
    )
