"""A calculation, and the ways to do one thing in it otherwise.

The other modules of this folder list such changes. They are what code, spreadsheets and people do wrong,
tried on every calculator; nothing in them knows a particular benchmark but for its way of rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from answers.model import Answer
from calculators.evaluate import compute
from calculators.model import Calculator, InputValue, Scalar, Step, Steps
from calculators.points import PointSum
from calculators.ranges import Result

Cause = Literal["out_of_range", "rounding", "missing_criterion", "unit", "logic"]
StepChanges = Mapping[str, Callable[[float], float]]
"""Name of a step → what is made of its value before it goes on."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One thing that is done otherwise; the same only as itself.

    Args:
        cause: what kind of mistake it is.
        what: completes "the label follows with …", in the same words wherever the same thing is done.
        values: input → the value that enters the formula instead.
        conventions: convention → the option that is taken instead.
        steps: makes the values of steps others.
        left_out: whether the change is that one criterion of a score is left out.
    """

    cause: Cause
    what: str
    values: Mapping[str, Scalar | None] = field(default_factory=dict)
    conventions: Mapping[str, str] = field(default_factory=dict)
    steps: StepChanges = field(default_factory=dict)
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One calculation with complete inputs.

    Args:
        calculator: the formula.
        stored: input → as it was read, for the inputs that were.
        corrected: input → its unit in the store, for inputs that were read in another one.
        values: every input in its canonical unit; None for an optional one that is not given.
        conventions: every convention with its option.
        settled: the conventions that are not open: another option of them would be a mistake.
        answer: of the calculation as it is right.
        steps: the same.
    """

    calculator: Calculator
    stored: Mapping[str, InputValue]
    corrected: Mapping[str, str]
    values: Mapping[str, Scalar | None]
    conventions: Mapping[str, str]
    settled: frozenset[str]
    answer: Answer
    steps: tuple[Step, ...]

    @property
    def is_score(self) -> bool:
        """Whether the answer is a sum of criteria."""
        return isinstance(self.calculator.formula, PointSum)

    @property
    def numbers(self) -> list[str]:
        """The names of the steps that are numbers."""
        return list(numeric(self.steps))

    @property
    def intermediate(self) -> list[str]:
        """The same, without the answer, which is the last where it is a number."""
        return self.numbers if self.calculator.answer.kind == "date" else self.numbers[:-1]

    def compute(self, *changes: Change) -> Result:
        """The answer and the steps with the changes made, in their order."""
        values, conventions = dict(self.values), dict(self.conventions)
        for change in changes:
            values |= change.values
            conventions |= change.conventions
        return compute(self.calculator, values, conventions, _ChangedSteps(changes))


class _ChangedSteps(Steps):
    """Hands on what the changes make of each intermediate result."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__()
        self._changes = [change.steps for change in changes if change.steps]

    def add(self, name: str, value: float, unit: str | None, expression: str) -> float:
        """Record the changed value and return it."""
        for steps in self._changes:
            if name in steps:
                value = steps[name](value)
        return super().add(name, value, unit, expression)


def numeric(steps: Sequence[Step]) -> dict[str, float]:
    """Name → value of the steps that are numbers."""
    return {step.name: step.value for step in steps if isinstance(step.value, int | float)}


def instead(step: str, other: float) -> StepChanges:
    """Another value for one step; a whole one as an int, because a sum of whole points is a whole number."""
    value = int(other) if other == int(other) else other
    return {step: lambda right: value}
