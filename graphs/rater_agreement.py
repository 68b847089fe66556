"""How far raters agree: in percent, beyond chance (Cohen's kappa), and all together (Krippendorff's alpha).

One level of measurement does not fit dates and scores at once, so that kappa and alpha are by kind of answer.
Over all kinds there is the nominal alpha, whose categories are the answers of an item that agree with each
other under its agreement rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from answers.agreement import magnitude
from answers.model import Answer, AnswerKind, AnswerSpec
from consensus.model import Vote
from consensus.review import Opinion, same_opinion
from consensus.votes import tally
from graphs.ratings import Rating, Ratings
from stats.agreement import pairwise
from stats.alpha import Alpha, Level, krippendorff_alpha
from stats.intervals import Proportion
from stats.kappa import Kappa, Weights, cohen_kappa

LEVELS: Mapping[AnswerKind, Level] = {
    "number": "interval",
    "integer": "ordinal",
    "date": "interval",
    "duration": "interval",
    "category": "nominal",
    "text": "nominal",
}
"""The level at which answers of a kind are compared unless another is asked for."""

_NAMED: tuple[AnswerKind, ...] = ("category", "text")
"""Kinds whose values have no order."""

Codes = Mapping[str, Mapping[str, Hashable]]
"""Rater → item → what kappa and alpha compare."""
Pair = tuple[str, str]


class RaterCount(NamedTuple):
    """What a rater has done with the items. The last two are among `rated`."""

    rated: int
    missing: Mapping[str, int]
    incomputable: int
    ambiguous: int


@dataclass(frozen=True)
class KindAgreement:
    """Agreement about the items of one kind of answer."""

    items: int
    agreed: dict[Pair, Proportion]
    kappa: dict[Pair, Kappa]
    """Empty for kinds of which nearly every value is different: numbers, dates, durations."""
    weights: Weights
    alpha: Alpha
    left_out: int
    """Ratings, incomputable or ambiguous, that have no place on the scale of alpha and of weighted kappa."""


@dataclass(frozen=True)
class RaterAgreement:
    """Agreement between every two raters, and between all of them."""

    raters: dict[str, RaterCount]
    items: int
    agreed: dict[Pair, Proportion]
    alpha: Alpha
    by_kind: dict[AnswerKind, KindAgreement]


def rater_agreement(ratings: Ratings, level: Level | None = None) -> RaterAgreement:
    """All figures about raters.

    Args:
        ratings: what they say.
        level: of kappa and alpha by kind; None: the one that LEVELS has for the kind.
    """
    agreed = _agreed(ratings, ratings.specs)
    categories = _categories(ratings)
    kinds = dict.fromkeys(spec.kind for spec in ratings.specs.values())
    return RaterAgreement(
        raters={name: _count(own, ratings.missing.get(name, {})) for name, own in ratings.raters.items()},
        items=len(ratings.specs),
        agreed=agreed,
        alpha=krippendorff_alpha(_units(categories, ratings.specs), "nominal"),
        by_kind={kind: _of_kind(ratings, categories, kind, level or LEVELS[kind]) for kind in kinds},
    )


def _count(own: Mapping[str, Rating], missing: Mapping[str, int]) -> RaterCount:
    incomputable = sum(answer is not None and answer.kind == "incomputable" for answer in own.values())
    return RaterCount(len(own), missing, incomputable, sum(answer is None for answer in own.values()))


def _of_kind(ratings: Ratings, categories: Codes, kind: AnswerKind, level: Level) -> KindAgreement:
    items = [item for item, spec in ratings.specs.items() if spec.kind == kind]
    named = level == "nominal" or kind in _NAMED
    weights: Weights = "none" if named else "quadratic"
    codes = _only(categories, items) if named else _sizes(ratings, items)
    rated = sum(item in own for own in ratings.raters.values() for item in items)
    return KindAgreement(
        items=len(items),
        agreed=_agreed(ratings, items),
        kappa=_kappa(codes, weights) if named or kind == "integer" else {},
        weights=weights,
        alpha=_alpha(codes, items, kind, level),
        left_out=rated - sum(map(len, codes.values())),
    )


def _alpha(codes: Codes, items: Iterable[str], kind: AnswerKind, level: Level) -> Alpha:
    """Alpha; what a level cannot measure is said and not guessed."""
    if kind in _NAMED and level != "nominal":
        return Alpha(None, None, level, 0, 0, f"a {kind} has no order; only the nominal level fits")
    try:
        return krippendorff_alpha(_units(codes, items), level)
    except ValueError as problem:
        return Alpha(None, None, level, 0, 0, str(problem))


def _agreed(ratings: Ratings, items: Iterable[str]) -> dict[Pair, Proportion]:
    """How often every two raters agree under the agreement rules, over what both have rated."""
    wanted = set(items)
    some = {name: {i: own[i] for i in own if i in wanted} for name, own in ratings.raters.items()}

    def same(item: str, a: Rating, b: Rating) -> bool:
        return same_opinion(Opinion("", a), Opinion("", b), ratings.specs[item])

    found = {(pair.a, pair.b): pair.agreed for pair in pairwise(some, same)}
    return {pair: found.get(pair, Proportion(0, 0)) for pair in combinations(some, 2)}


def _kappa(codes: Codes, weights: Weights) -> dict[Pair, Kappa]:
    found = {}
    for a, b in combinations(codes, 2):
        both = [item for item in codes[a] if item in codes[b]]
        found[a, b] = cohen_kappa([codes[a][i] for i in both], [codes[b][i] for i in both], weights)
    return found


def _units(codes: Codes, items: Iterable[str]) -> list[list[Hashable]]:
    return [[own[item] for own in codes.values() if item in own] for item in items]


def _only(codes: Codes, items: Iterable[str]) -> Codes:
    wanted = set(items)
    return {name: {item: own[item] for item in own if item in wanted} for name, own in codes.items()}


def _categories(ratings: Ratings) -> Codes:
    """Ratings by name: those of an item that agree share one; incomputable and ambiguous have their own."""
    codes: dict[str, dict[str, Hashable]] = {name: {} for name in ratings.raters}
    names = list(ratings.raters)
    for item, spec in ratings.specs.items():
        said = {k: ratings.raters[name][item] for k, name in enumerate(names) if item in ratings.raters[name]}
        for k, category in _grouped(said, spec).items():
            codes[names[k]][item] = category
    return codes


def _grouped(said: Mapping[int, Rating], spec: AnswerSpec) -> dict[int, Hashable]:
    votes = [Vote(sample=k, answer=answer) for k, answer in said.items() if answer is not None]
    found: dict[int, Hashable] = {k: "ambiguous" for k, answer in said.items() if answer is None}
    for group in tally(votes, spec).groups:
        found |= dict.fromkeys(group.samples, _name(group.answer))
    return found


def _name(answer: Answer) -> Hashable:
    """What makes answers of different items the same category."""
    match answer.kind:
        case "incomputable":
            return "incomputable"
        case "category":
            return ("name", " ".join(answer.value.split()).casefold())
        case "number" | "integer":
            return ("number", answer.value)
        case _:
            return (answer.kind, answer.value)


def _sizes(ratings: Ratings, items: Iterable[str]) -> dict[str, dict[str, float]]:
    """Ratings as numbers, dates in days; incomputable and ambiguous ones are left out."""
    wanted = list(items)
    return {
        name: {item: size for item in wanted if (size := _size(own.get(item))) is not None}
        for name, own in ratings.raters.items()
    }


def _size(answer: Rating) -> float | None:
    if answer is None:
        return None
    return float(answer.value.toordinal()) if answer.kind == "date" else magnitude(answer)
