"""By which mistake a label comes about that does not follow from its inputs.

Every change that the modules beside this one list is computed, alone and in pairs, and those that give the
label explain it. Of several explanations the one that explains the most labels of the same calculator is
believed, because code that is wrong is wrong every time.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answers.model import Answer, IntegerAnswer, NumberAnswer
from calculators.evaluate import evaluate
from calculators.mistakes import formulas, rounding, scores, units
from calculators.mistakes.case import Case, Cause, Change
from calculators.registry import all_calculators

CAUSES: tuple[Cause, ...] = ("out_of_range", "rounding", "missing_criterion", "unit", "logic")

_LISTS = (
    formulas.other_conventions,
    formulas.steps_of_another,
    rounding.rounded_steps,
    rounding.rounded_inputs,
    scores.criteria_missing,
    units.other_units,
    units.answer_scale,
    formulas.other_inputs,
    formulas.steps_done_otherwise,
    units.absurd_units,
    scores.criteria_miscounted,
)
"""What is listed first is believed first, where explanations are equally good."""

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
        by_chance: whether so many changes were tried together that it needs the support of other labels.
    """

    cause: Cause
    changes: tuple[str, ...]
    under: str = ""
    by_chance: bool = False

    def __str__(self) -> str:
        under = f", under {self.under}" if self.under else ""
        return f"{' and '.join(self.changes)}{under}"


Changes = tuple[Change, ...]


def explanations(case: Case, label: Answer, under: str = "") -> tuple[Explanation, ...]:
    """Everything that gives the label: one change, criteria left out, or two changes.

    Args:
        case: the calculation as it is right.
        label: what it does not give.
        under: options of open conventions, if they are not the default ones.
    """
    singles = [change for changes in _LISTS for change in changes(case)]
    found: list[Changes] = [(change,) for change in singles if _gives(case, label, change)]
    found += _left_out(case, label, singles)
    pairs = _pairs_of_points(case, label, singles) if case.is_score else _pairs(case, label)
    return (
        *_other_formulas(case, label, under),
        *(_explanation(changes, under) for changes in found),
        *(_explanation(changes, under, by_chance=True) for changes in pairs),
    )


def _other_formulas(case: Case, label: Answer, under: str) -> Iterator[Explanation]:
    """Other calculators of the same unit that have the label as their answer: QTc after someone else."""
    if case.is_score:
        return
    given = {name: value for name, value in case.values.items() if value is not None}
    for other in all_calculators():
        names = [spec.name for spec in other.inputs]
        if other is case.calculator or other.answer != case.calculator.answer or not set(names) <= set(given):
            continue
        if same(evaluate(other, {name: given[name] for name in names}).answer, label):
            yield Explanation("logic", (f"the formula of {other.name}",), under)


def _explanation(changes: Changes, under: str, *, by_chance: bool = False) -> Explanation:
    # of several causes the one that says the least: a unit and a rounding are a matter of the unit
    cause = max((change.cause for change in changes), key=CAUSES.index)
    return Explanation(cause, tuple(change.what for change in changes), under, by_chance)


def _gives(case: Case, label: Answer, *changes: Change) -> bool:
    return same(case.compute(*changes)[0], label)


def same(computed: Answer, label: Answer) -> bool:
    """Whether a computed answer is the label, as closely as the same calculation gives it."""
    a, b = _number(computed), _number(label)
    if a is None or b is None:
        return computed == label
    if isinstance(computed, IntegerAnswer):
        return a == b
    return abs(a - b) <= _SAME * max(abs(a), abs(b))


def _number(answer: Answer) -> float | None:
    return float(answer.value) if isinstance(answer, NumberAnswer | IntegerAnswer) else None


def _pairs(case: Case, label: Answer) -> Iterator[Changes]:
    """An input in another unit, the answer on another scale, a rounding: at least two of them."""
    lists = (
        (*units.other_units(case), *units.absurd_units(case)),
        units.answer_scale(case),
        rounding.rounded_steps(case),
    )
    for chosen in itertools.product(*([None, *changes] for changes in lists)):
        changes = tuple(change for change in chosen if change is not None)
        if len(changes) > 1 and _gives(case, label, *changes):
            yield changes


def _pairs_of_points(case: Case, label: Answer, singles: Sequence[Change]) -> Iterator[Changes]:
    """Two changes to a score. Sums tell which pairs are worth computing."""
    right, wanted = _number(case.compute()[0]), _number(label)
    if right is None or wanted is None:
        return
    moved = ((change, _number(case.compute(change)[0])) for change in singles)
    moves = [(change, number - right) for change, number in moved if number is not None]
    for (first, by), (second, further) in itertools.combinations(moves, 2):
        both_left_out = first.left_out and second.left_out  # among the sets that are searched for anyway
        adds_up = by and further and by + further == wanted - right
        if adds_up and not both_left_out and _gives(case, label, first, second):
            yield first, second


def _left_out(case: Case, label: Answer, singles: Sequence[Change]) -> Iterator[Changes]:
    """The smallest sets of several criteria without which the score is the label."""
    left_out = [change for change in singles if change.left_out]
    for size in range(2, _MOST_LEFT_OUT + 1):
        found = [some for some in itertools.combinations(left_out, size) if _gives(case, label, *some)]
        if found:
            yield from found
            return


def believed(found: Sequence[tuple[str, Sequence[Explanation]]]) -> list[tuple[Explanation, ...]]:
    """For each label its explanations that explain the most labels of its calculator with the fewest changes.

    Args:
        found: calculator id and explanations of each contradicted label.
    """
    labels = Counter(calculator for calculator, _ in found)
    support = Counter((calculator, each) for calculator, some in found for each in set(some))

    def rank(calculator: str, each: Explanation) -> tuple[int, int]:
        return -support[calculator, each], len(each.changes)

    best: list[tuple[Explanation, ...]] = []
    for calculator, some in found:
        enough = max(_LABELS_FOR_A_PAIR, labels[calculator] / 2)
        good = [each for each in some if not each.by_chance or support[calculator, each] >= enough]
        first = min((rank(calculator, each) for each in good), default=None)
        best.append(tuple(each for each in good if rank(calculator, each) == first))
    return best
