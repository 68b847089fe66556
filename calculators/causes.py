"""By which mistake a label comes about that does not follow from its inputs.

Every change of calculators/variants.py is computed, alone and in pairs, and those that give the label explain
it. Of several explanations the one that explains the most labels of the same calculator is believed, because
code that is wrong is wrong every time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answers.model import Answer, IntegerAnswer, NumberAnswer
from calculators import variants
from calculators.points import PointSum
from calculators.variants import Case, Cause, Change

CAUSES: tuple[Cause, ...] = ("out_of_range", "rounding", "missing_criterion", "unit", "logic")
"""In this order, where explanations are equally good."""

_SAME = 0.01
"""Relative difference up to which a computed number is the label: roundings and molar masses, no more."""
_LABELS_FOR_A_PAIR = 3
"""A pair of changes gives almost any score by chance; it is believed once it explains so many labels, and
half of those of its calculator."""
_MOST_LEFT_OUT = 4


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes that together give a label.

    Args:
        cause: the kind of mistake.
        changes: each in words, as in "the label follows with …".
        under: options of open conventions under which it does, where they are not the default ones.
    """

    cause: Cause
    changes: tuple[str, ...]
    under: str = ""

    @property
    def is_pair(self) -> bool:
        """Whether it needs the support of other labels: criteria left out need none, however many."""
        return len(self.changes) > 1 and self.cause != "missing_criterion"

    def __str__(self) -> str:
        under = f", under {self.under}" if self.under else ""
        return f"{' and '.join(self.changes)}{under}"


def explanations(case: Case, label: Answer, under: str = "") -> tuple[Explanation, ...]:
    """Everything that gives the label, by one change or by two.

    Args:
        case: the calculation as it is right.
        label: what it does not give.
        under: options of open conventions, if they are not the default ones.
    """
    singles = [change for search in _SINGLE for change in search(case)]
    found: list[Changes] = [(change,) for change in singles if _gives(case, label, change)]
    if isinstance(case.calculator.formula, PointSum):
        found += [*_left_out(case, label, singles), *_pairs_of_points(case, label, singles)]
    else:
        found += [pair for pair in _pairs(case) if _gives(case, label, *pair)]
    return tuple(
        Explanation(_cause(changes), tuple(change.what for change in changes), under) for changes in found
    )


_SINGLE = (
    variants.rounding,
    variants.criteria,
    variants.units,
    variants.answer_scale,
    variants.inputs_done_otherwise,
    variants.steps_done_otherwise,
    variants.steps_of_another,
)

Changes = tuple[Change, ...]


def _gives(case: Case, label: Answer, *changes: Change) -> bool:
    return _same(case.compute(*changes)[0], label)


def _same(computed: Answer, label: Answer) -> bool:
    a, b = _number(computed), _number(label)
    if a is None or b is None:
        return computed == label
    if isinstance(computed, IntegerAnswer) or computed.kind == label.kind == "integer":
        return a == b
    return abs(a - b) <= _SAME * max(abs(a), abs(b))


def _number(answer: Answer) -> float | None:
    return float(answer.value) if isinstance(answer, NumberAnswer | IntegerAnswer) else None


def _cause(changes: Changes) -> Cause:
    """Of several, the one that says the least: a unit and a rounding are a matter of the unit."""
    return max((change.cause for change in changes), key=CAUSES.index)


def _pairs(case: Case) -> Iterator[Changes]:
    """An input in another unit, the answer in another scale, and a rounding, at least two of them."""
    roundings = [change for change in variants.rounding(case) if change.step is not None]
    parts = ([*variants.units(case)], [*variants.answer_scale(case)], roundings)
    for chosen in itertools.product(*([None, *changes] for changes in parts)):
        changes = tuple(change for change in chosen if change is not None)
        if len(changes) > 1:
            yield changes


def _pairs_of_points(case: Case, label: Answer, singles: Sequence[Change]) -> Iterator[Changes]:
    """Two changes to a score. Sums tell which pairs are worth computing."""
    right, wanted = _number(case.compute()[0]), _number(label)
    if right is None or wanted is None:
        return
    moved = ((change, _number(case.compute(change)[0])) for change in singles)
    moves = [(change, number - right) for change, number in moved if number is not None]
    for (first, by), (second, further) in itertools.combinations(moves, 2):
        if by and further and by + further == wanted - right and _gives(case, label, first, second):
            yield first, second


def _left_out(case: Case, label: Answer, singles: Sequence[Change]) -> Iterator[Changes]:
    """The smallest sets of several criteria without which the score is the label."""
    left_out = [change for change in singles if change.left_out]
    for size in range(2, _MOST_LEFT_OUT + 1):
        found = [some for some in itertools.combinations(left_out, size) if _gives(case, label, *some)]
        if found:
            yield from found
            return


@dataclass(frozen=True, slots=True)
class Believed:
    """The best explanation of a label, and how many others are as good."""

    explanation: Explanation
    others: int


def believed(found: Sequence[tuple[str, Sequence[Explanation]]]) -> list[Believed | None]:
    """For each label the explanation that explains the most labels of its calculator; None without one.

    Args:
        found: calculator id and explanations of each contradicted label.
    """
    labels = Counter(calculator for calculator, _ in found)
    support = Counter((calculator, each) for calculator, some in found for each in set(some))

    def enough(calculator: str, each: Explanation) -> bool:
        explained = support[calculator, each]
        return not each.is_pair or explained >= max(_LABELS_FOR_A_PAIR, labels[calculator] / 2)

    def rank(calculator: str, each: Explanation) -> tuple[int, int, int]:
        return -support[calculator, each], len(each.changes), CAUSES.index(each.cause)

    best: list[Believed | None] = []
    for calculator, some in found:
        ranked = sorted(
            (rank(calculator, each), at) for at, each in enumerate(some) if enough(calculator, each)
        )
        equal = sum(order == ranked[0][0] for order, _ in ranked)
        best.append(Believed(some[ranked[0][1]], equal - 1) if ranked else None)
    return best
