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
_TOTAL = ""
"""In place of a criterion's name."""


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
    if case.is_score:
        sets, pairs = _sets_of_points(case, label, singles)
        found += sets
    else:
        pairs = list(_pairs(case, label))
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


class _Totals:
    """The totals of a score with changes made, without computing the score anew for each set of them.

    Changed points move the total by what they differ; only other inputs need another computation.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._points: dict[Changes, dict[str, float] | None] = {}

    def total(self, *changes: Change) -> float | None:
        """None where the score cannot be computed."""
        points = self._computed(tuple(change for change in changes if not change.steps))
        if points is None:
            return None
        moved: dict[str, float] = {}
        for change in changes:
            for name, make in change.steps.items():
                moved[name] = make(moved.get(name, points[name]))
        return points[_TOTAL] + sum(value - points[name] for name, value in moved.items())

    def _computed(self, others: Changes) -> dict[str, float] | None:
        """The points of each criterion, and their total."""
        if others not in self._points:
            answer, steps = self._case.compute(*others)
            points = {step.name: step.value for step in steps if isinstance(step.value, int | float)}
            total = _number(answer)
            self._points[others] = None if total is None else {**points, _TOTAL: total}
        return self._points[others]


def _sets_of_points(
    case: Case, label: Answer, singles: Sequence[Change]
) -> tuple[list[Changes], list[Changes]]:
    """The smallest sets of several criteria without which a score is the label, and pairs of changes."""
    totals, wanted = _Totals(case), _number(label)
    left_out = [change for change in singles if change.left_out]
    for size in range(2, _MOST_LEFT_OUT + 1):
        sets = [some for some in itertools.combinations(left_out, size) if totals.total(*some) == wanted]
        if sets:
            break
    moving = [change for change in singles if totals.total(change) != totals.total()]
    pairs: list[Changes] = [
        (first, second)
        for first, second in itertools.combinations(moving, 2)
        # two other inputs at once explain too much, and two criteria left out are among the sets
        if (first.steps or second.steps) and not (first.left_out and second.left_out)
        if totals.total(first, second) == wanted
    ]
    return sets, pairs


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
