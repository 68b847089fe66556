"""How often those who judge the same items say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from typing import NamedTuple, TypeVar

from stats.intervals import Proportion

Rating = TypeVar("Rating")


class PairAgreement(NamedTuple):
    """Percent agreement of two raters over the items that both have judged."""

    a: str
    b: str
    agreed: Proportion
    differing: tuple[str, ...]
    """The items about which they differ, in the order in which `a` judged them."""


def pairwise(
    ratings: Mapping[str, Mapping[str, Rating]], same: Callable[[str, Rating, Rating], bool]
) -> list[PairAgreement]:
    """The agreement of every two raters who have judged an item in common.

    Args:
        ratings: rater → item → the rating.
        same: whether two raters say the same of an item; symmetric.
    """
    found = []
    for a, b in combinations(ratings, 2):
        both = [item for item in ratings[a] if item in ratings[b]]
        differing = tuple(item for item in both if not same(item, ratings[a][item], ratings[b][item]))
        if both:
            agreed = Proportion(len(both) - len(differing), len(both))
            found.append(PairAgreement(a, b, agreed, differing))
    return found
