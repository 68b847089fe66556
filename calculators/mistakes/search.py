"""What could be the mistake by which a label comes about that does not follow from its inputs.

Every change that the modules beside this one list is tried, alone and in pairs, and those that give the label
explain it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answers.model import Answer, IntegerAnswer, NumberAnswer
from calculators.evaluate import evaluate
from calculators.mistakes import formulas, rounding, scores, units
from calculators.mistakes.case import Case, Cause, Change, numeric
from calculators.registry import all_calculators

CAUSES: tuple[Cause, ...] = ("out_of_range", "rounding", "missing_criterion", "unit", "logic")

Changes = tuple[Change, ...]

_LISTS = (
    formulas.other_conventions,
    formulas.steps_of_another,
    scores.criteria_missing,
    rounding.rounded_steps,
    rounding.rounded_inputs,
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
_MOST_LEFT_OUT = 4


@dataclass(frozen=True, slots=True)
class Explanation:
    """Changes that together give a label.

    Args:
        cause: the kind of mistake.
        changes: each in words, as in "the label follows with …".
        under: options of open conventions under which it does, where they are not the default ones.
        is_pair: whether it is one of the many pairs that are tried; several criteria left out are none.
    """

    cause: Cause
    changes: tuple[str, ...]
    under: str = ""
    is_pair: bool = False

    def __str__(self) -> str:
        under = f", under {self.under}" if self.under else ""
        return f"{' and '.join(self.changes)}{under}"


class Trial:
    """One calculation and its changes, tried against an answer.

    Args:
        case: the calculation.
        wanted: what the changes should give.
        under: options of open conventions that the calculation takes, where they are not the default ones.
    """

    def __init__(self, case: Case, wanted: Answer, under: str = "") -> None:
        self.case = case
        self.under = under
        self._wanted = wanted
        self._changes = {change.what: change for changes in _LISTS for change in changes(case)}
        self._totals = _Totals(case) if case.is_score else None

    def gives(self, *changes: Change) -> bool:
        """Whether the calculation gives the wanted answer with these changes."""
        if self._totals is not None:
            return self._totals.total(*changes) == _number(self._wanted)
        return same(self.case.compute(*changes)[0], self._wanted)

    def confirms(self, explanation: Explanation) -> bool | None:
        """Whether the changes of another label's explanation give it, too; None where they do not apply."""
        changes = [self._changes[what] for what in explanation.changes if what in self._changes]
        return self.gives(*changes) if len(changes) == len(explanation.changes) else None

    def explanations(self) -> Iterator[Explanation]:
        """Everything that gives the wanted answer: another formula, one change, criteria left out, or two."""
        yield from self._other_formulas()
        singles = list(self._changes.values())
        yield from (self._explanation(change) for change in singles if self.gives(change))
        pairs = self._pairs_of_points(singles) if self._totals is not None else self._pairs()
        for changes in itertools.chain(self._left_out(singles), pairs):
            yield self._explanation(*changes)

    def _explanation(self, *changes: Change) -> Explanation:
        # of several causes the one that says the least: a unit and a rounding are a matter of the unit
        cause = max((change.cause for change in changes), key=CAUSES.index)
        is_pair = len(changes) > 1 and not all(change.left_out for change in changes)
        return Explanation(cause, tuple(change.what for change in changes), self.under, is_pair)

    def _other_formulas(self) -> Iterator[Explanation]:
        """Other calculators of the same unit that give the answer: QTc after someone else."""
        given = {name: value for name, value in self.case.values.items() if value is not None}
        own = self.case.calculator
        for other in () if self.case.is_score else all_calculators():
            names = [spec.name for spec in other.inputs]
            if other is own or other.answer != own.answer or not set(names) <= set(given):
                continue
            if same(evaluate(other, {name: given[name] for name in names}).answer, self._wanted):
                yield Explanation("logic", (f"the formula of {other.name}",), self.under)

    def _pairs(self) -> Iterator[Changes]:
        """An input in another unit, the answer on another scale, a rounding: at least two of them."""
        lists = (
            (*units.other_units(self.case), *units.absurd_units(self.case)),
            units.answer_scale(self.case),
            rounding.rounded_steps(self.case),
        )
        for chosen in itertools.product(*([None, *changes] for changes in lists)):
            changes = tuple(change for change in chosen if change is not None)
            if len(changes) > 1 and self.gives(*changes):
                yield changes

    def _left_out(self, singles: Sequence[Change]) -> Iterator[Changes]:
        """The smallest sets of several criteria without which a score is the answer."""
        left_out = [change for change in self._moving(singles) if change.left_out]
        for size in range(2, _MOST_LEFT_OUT + 1):
            sets = [some for some in itertools.combinations(left_out, size) if self.gives(*some)]
            if sets:
                yield from sets
                return

    def _pairs_of_points(self, singles: Sequence[Change]) -> Iterator[Changes]:
        for first, second in itertools.combinations(self._moving(singles), 2):
            if first.left_out and second.left_out:
                continue  # among the sets
            # two other inputs at once explain too much
            if (first.steps or second.steps) and self.gives(first, second):
                yield first, second

    def _moving(self, singles: Sequence[Change]) -> list[Change]:
        """The changes of a score that move its total."""
        if self._totals is None:
            return []
        right = self._totals.total()
        return [change for change in singles if self._totals.total(change) != right]


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


class _Totals:
    """The totals of a score with changes made, without computing the score anew for each set of them.

    Changed points move the total by what they differ; only other inputs need another computation.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._computed: dict[Changes, tuple[float, dict[str, float]] | None] = {}

    def total(self, *changes: Change) -> float | None:
        """None where the score cannot be computed."""
        computed = self._compute(tuple(change for change in changes if not change.steps))
        if computed is None:
            return None
        total, points = computed
        moved: dict[str, float] = {}
        for change in changes:
            for name, make in change.steps.items():
                moved[name] = make(moved.get(name, points[name]))
        return total + sum(value - points[name] for name, value in moved.items())

    def _compute(self, others: Changes) -> tuple[float, dict[str, float]] | None:
        """The total, and the points of each criterion."""
        if others not in self._computed:
            answer, steps = self._case.compute(*others)
            total = _number(answer)
            self._computed[others] = None if total is None else (total, numeric(steps))
        return self._computed[others]
