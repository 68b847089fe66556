"""Ways to compute a wrong answer: each changes one thing in a calculation, in words that a maintainer reads.

An audit asks which of them give the label that a benchmark has. They are what code, spreadsheets and people
do wrong, tried on every calculator; nothing here knows a particular benchmark but for its way of rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from calculators.evaluate import compute
from calculators.model import Calculator, InputSpec, InputValue, Scalar, Step, Steps
from calculators.normalise import UNITLESS
from calculators.points import Bands, Choice, Criterion, Finding, PointSum
from calculators.ranges import Result
from calculators.units import MOLAR_MASS_G_PER_MOL, UnitError, convert

Cause = Literal["out_of_range", "rounding", "missing_criterion", "unit", "logic"]

_OTHER_SCALES: Mapping[str, tuple[str, ...]] = {"%": (UNITLESS,), UNITLESS: ("%",)}
"""Canonical unit → units in which an input is taken by mistake although it is never given in them."""
_MOST_POINTS = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is done otherwise.

    Args:
        cause: what kind of mistake it is.
        what: completes "the label follows with …", in the same words wherever the same thing is done.
        values: input → the value that enters the formula instead.
        conventions: convention → the option that is taken instead.
        step: (name of a step, its value) → the value that goes on instead.
        left_out: whether the change is that one criterion of a score is left out.
    """

    cause: Cause
    what: str
    values: Mapping[str, Scalar | None] = field(default_factory=dict)
    conventions: Mapping[str, str] = field(default_factory=dict)
    step: Callable[[str, float], float] | None = None
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
        steps: of the calculation as it is right.
    """

    calculator: Calculator
    stored: Mapping[str, InputValue]
    corrected: Mapping[str, str]
    values: Mapping[str, Scalar | None]
    conventions: Mapping[str, str]
    settled: frozenset[str]
    steps: tuple[Step, ...]

    @property
    def numbers(self) -> list[str]:
        """The names of the steps that are numbers."""
        return [step.name for step in self.steps if isinstance(step.value, int | float)]

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
        self._changes = [change.step for change in changes if change.step is not None]

    def add(self, name: str, value: float, unit: str | None, expression: str) -> float:
        """Record the changed value and return it."""
        for change in self._changes:
            value = change(name, value)
        return super().add(name, value, unit, expression)


def rounding(case: Case) -> Iterator[Change]:
    """Intermediate results or inputs rounded on the way, and the answer itself."""
    names = case.numbers
    if not isinstance(case.calculator.formula, PointSum):
        what = "every intermediate result rounded to three decimals"
        yield Change("rounding", what, step=lambda name, value: three_decimals(value))
        for name in names:
            yield _rounded_step(name, 0)
            yield _rounded_step(name, 1)
    amounts: dict[str, Scalar | None] = {}
    for spec in case.calculator.inputs:
        if (amount := _by_mole(case, spec)) is not None:
            amounts[spec.name] = amount
    if amounts:
        what = "amounts of substance rounded to three decimals of a mole before they are converted"
        yield Change("rounding", what, values=amounts)
    for spec in case.calculator.inputs:
        value = case.values[spec.name]
        if isinstance(value, float) and not value.is_integer():
            whole = f"a whole number of {spec.unit}"
            yield Change("rounding", f"{spec.label} cut to {whole}", {spec.name: float(math.floor(value))})
            yield Change("rounding", f"{spec.label} rounded to {whole}", {spec.name: float(round(value))})


def _rounded_step(step: str, digits: int) -> Change:
    to = "a whole number" if digits == 0 else "one decimal"
    return Change(
        "rounding",
        f"{step!r} rounded to {to}",
        step=lambda name, value: float(round(value, digits)) if name == step else value,
    )


def three_decimals(value: float) -> float:
    """As MedCalc-Bench v1.0 rounds: three decimals above 0.001, else (and below zero) three digits."""
    if value <= 0.001:
        return float(f"{value:.3g}")
    return math.floor(value * 1000 + 0.5 + 1e-9) / 1000  # a half goes up although its binary may lie below


def _by_mole(case: Case, spec: InputSpec) -> float | None:
    """A converted concentration whose moles were rounded on the way; None where it was not converted."""
    stored = case.stored.get(spec.name)
    unit = stored.unit if stored is not None else None
    if spec.substance not in MOLAR_MASS_G_PER_MOL or unit is None or spec.unit is None:
        return None
    if stored is None or not isinstance(stored.value, float) or _equal(1.0, _try(1.0, unit, spec)):
        return None
    moles = three_decimals(convert(stored.value, unit, "mol/L", spec.substance))
    return convert(moles, "mol/L", spec.unit, spec.substance)


def units(case: Case) -> Iterator[Change]:
    """Inputs read in another unit, or put into the formula in another unit than it needs."""
    together: dict[str, dict[str, Scalar | None]] = {}
    labels: dict[str, list[str]] = {}
    for spec in case.calculator.inputs:
        for manner, value in _taken_otherwise(case, spec).items():
            yield Change("unit", f"{spec.label} {manner}", {spec.name: value})
            together.setdefault(manner, {})[spec.name] = value
            labels.setdefault(manner, []).append(spec.label)
    for manner, values in together.items():
        if len(values) > 1:
            yield Change("unit", f"{' and '.join(labels[manner])} {manner}", values)


def _taken_otherwise(case: Case, spec: InputSpec) -> dict[str, float]:
    """How a quantity is taken → the value that the formula then gets."""
    value, stored = case.values[spec.name], case.stored.get(spec.name)
    if not isinstance(value, float) or stored is None or spec.unit is None:
        return {}
    number = float(stored.value) if isinstance(stored.value, int | float) else value
    unit = stored.unit or spec.unit
    found: dict[str, float] = {}
    others = (spec.unit, *spec.units, *_OTHER_SCALES.get(spec.unit, ()), unit, case.corrected.get(spec.name))
    for other in dict.fromkeys(other for other in others if other is not None):
        misread, unconverted = _try(number, other, spec), _try_out_of(value, other, spec)
        if misread is not None and not _equal(misread, value):
            found[f"read in {other}"] = misread
        if unconverted is not None and not _equal(unconverted, value):
            found[f"in {other} where the formula needs {spec.unit}"] = unconverted
    return found


def _try(number: float, unit: str, spec: InputSpec) -> float | None:
    """The number in the canonical unit; None where that cannot be."""
    try:
        return convert(number, unit, spec.unit or UNITLESS, spec.substance)
    except UnitError:
        return None


def _try_out_of(value: float, unit: str, spec: InputSpec) -> float | None:
    try:
        return convert(value, spec.unit or UNITLESS, unit, spec.substance)
    except UnitError:
        return None


def _equal(a: float, b: float | None) -> bool:
    return b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def answer_scale(case: Case) -> Iterator[Change]:
    """A percentage given as a fraction."""
    names = case.numbers
    if case.calculator.answer.unit == "%" and names:
        last = names[-1]
        yield Change(
            "unit",
            "the percentage given as a fraction",
            step=lambda name, value: value / 100 if name == last else value,
        )


def steps_done_otherwise(case: Case) -> Iterator[Change]:
    """An intermediate result left out, taken twice or with the opposite sign."""
    if isinstance(case.calculator.formula, PointSum):
        return
    for step in case.intermediate:
        yield _factor(step, 0, f"{step!r} left out")
        yield _factor(step, -1, f"{step!r} with the opposite sign")
        yield _factor(step, 2, f"{step!r} taken twice")


def steps_of_another(case: Case) -> Iterator[Change]:
    """One intermediate result as it would be for another category: a coefficient of the other sex."""
    if isinstance(case.calculator.formula, PointSum):
        return
    right = {step.name: step.value for step in case.steps}
    for spec in case.calculator.inputs:
        for option in spec.allowed if spec.kind == "category" else ():
            _, steps = case.compute(Change("logic", option, {spec.name: option}))
            for step in steps:
                if isinstance(step.value, int | float) and step.value != right.get(step.name):
                    what = f"{step.name!r} as for {spec.label} {option}"
                    yield Change("logic", what, step=_instead(step.name, step.value))


def _factor(step: str, factor: int, what: str) -> Change:
    return Change("logic", what, step=lambda name, value: factor * value if name == step else value)


def inputs_done_otherwise(case: Case) -> Iterator[Change]:
    """Another category, a finding the other way round, an optional value not used, another convention."""
    calculator = case.calculator
    for spec in calculator.inputs:
        value = case.values[spec.name]
        if spec.kind == "category":
            for option in spec.allowed:
                if option != value:
                    yield Change("logic", f"{spec.label} taken as {option}", {spec.name: option})
        elif spec.kind == "boolean" and not isinstance(calculator.formula, PointSum):
            word = "absent" if value else "present"
            yield Change("logic", f"{spec.label} taken as {word}", {spec.name: not value})
        elif spec.absent == "optional" and value is not None and value != spec.default:
            yield Change("logic", f"{spec.label} not used", {spec.name: spec.default})
    for convention in calculator.conventions:
        for option in convention.options:
            if convention.id in case.settled and option != case.conventions[convention.id]:
                what = f"convention {convention.id}={option}, which does not hold here"
                yield Change("logic", what, conventions={convention.id: option})


def criteria(case: Case) -> Iterator[Change]:
    """Criteria of a point score left out or counted with other points."""
    formula = case.calculator.formula
    if not isinstance(formula, PointSum):
        return
    awarded = {step.name: float(step.value) for step in case.steps if isinstance(step.value, int | float)}
    for criterion in formula.criteria:
        points = awarded.get(criterion.name, 0.0)
        for other in _other_points(criterion, points):
            yield _counted(criterion.name, points, other)
        value = case.values[criterion.inputs[0].name]
        if len(criterion.inputs) == 1 and isinstance(value, float) and value <= _MOST_POINTS:
            what = f"{criterion.name!r} counted with its value in place of its points"
            yield Change("logic", what, step=_instead(criterion.name, value))
    for kind, plural in ((Finding, "finding"), (Choice, "category"), (Bands, "measurement")):
        met = [c.name for c in formula.criteria if isinstance(c, kind) and awarded.get(c.name)]
        if len(met) > 1:
            what = f"no {plural} counted"
            yield Change("missing_criterion", what, step=_left_out(frozenset(met)))


def _other_points(criterion: Criterion, points: float) -> list[float]:
    others = {0.0, points + 1, points - 1, 2 * points}
    match criterion:
        case Finding():
            others.add(criterion.points)
        case Bands():
            others |= {points for _, _, points in criterion.bands} | {criterion.otherwise}
        case Choice():
            others |= {points for _, points in criterion.points}
    return sorted(others - {points})


def _counted(criterion: str, points: float, other: float) -> Change:
    cause: Cause = "missing_criterion" if abs(other) < abs(points) else "logic"
    if other == 0:
        what = f"{criterion!r} left out"
    elif points == 0:
        what = f"{criterion!r} counted with {other:g} points although it has none"
    elif other == 2 * points:
        what = f"{criterion!r} counted twice"
    else:
        what = f"{criterion!r} counted with {other:g} instead of {points:g} points"
    return Change(cause, what, step=_instead(criterion, other), left_out=other == 0)


def _instead(step: str, other: float) -> Callable[[str, float], float]:
    """Another value for one step; a whole one as an int, because a sum of whole points is a whole number."""
    value = int(other) if other == int(other) else other
    return lambda name, right: value if name == step else right


def _left_out(criteria: frozenset[str]) -> Callable[[str, float], float]:
    return lambda name, value: 0 if name in criteria else value
