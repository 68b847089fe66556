"""What was taken in another unit or on another scale."""

from __future__ import annotations

import math
from collections.abc import Iterator

from calculators.mistakes.case import Case, Change
from calculators.model import InputSpec, Scalar
from calculators.normalise import UNITLESS
from calculators.units import UnitError, convert


def other_units(case: Case) -> Iterator[Change]:
    """Inputs read in another unit than stored, or put into the formula in another than it needs.

    Only values that occur in patients; the others are `absurd_units`.
    """
    return (change for change, occurs in _otherwise(case) if occurs)


def absurd_units(case: Case) -> Iterator[Change]:
    """The same with values that do not occur, such as a height of 170 m."""
    return (change for change, occurs in _otherwise(case) if not occurs)


def _otherwise(case: Case) -> Iterator[tuple[Change, bool]]:
    """Changes of one input, and of all that go wrong in the same manner; and whether their values occur."""
    together: dict[str, dict[InputSpec, float]] = {}
    for spec in case.calculator.inputs:
        for manner, value in _taken_otherwise(case, spec).items():
            together.setdefault(manner, {})[spec] = value
            yield Change("unit", f"{spec.label} {manner}", {spec.name: value}), _occurs(spec, value)
    for manner, taken in together.items():
        if len(taken) > 1:
            what = f"{' and '.join(spec.label for spec in taken)} {manner}"
            values: dict[str, Scalar | None] = {spec.name: value for spec, value in taken.items()}
            yield Change("unit", what, values), all(_occurs(spec, value) for spec, value in taken.items())


def answer_scale(case: Case) -> Iterator[Change]:
    """A percentage given as a fraction."""
    if case.calculator.answer.unit == "%" and case.numbers:
        answer = case.numbers[-1]
        what = "the percentage given as a fraction"
        yield Change("unit", what, steps={answer: lambda value: value / 100})


def _occurs(spec: InputSpec, value: float) -> bool:
    return spec.plausible is None or spec.plausible[0] <= value <= spec.plausible[1]


def _taken_otherwise(case: Case, spec: InputSpec) -> dict[str, float]:
    """How a quantity is taken → the value that the formula then gets."""
    value, stored = case.values[spec.name], case.stored.get(spec.name)
    if not isinstance(value, float) or stored is None or spec.unit is None:
        return {}
    number = stored.value if isinstance(stored.value, float) else value
    corrected = case.corrected.get(spec.name)
    found: dict[str, float] = {}
    for unit in dict.fromkeys((spec.unit, *spec.units, *_other_scale(spec), corrected or stored.unit)):
        if unit is None:
            continue
        try:
            misread = convert(number, unit, spec.unit, spec.substance)
            unconverted = convert(value, spec.unit, unit, spec.substance)
        except UnitError:
            continue
        if not _equal(misread, value):
            # in other words, because the same would be no mistake where the unit was not corrected
            found[f"read in {unit}, as it is stored" if unit == corrected else f"read in {unit}"] = misread
        if not _equal(unconverted, value) and unit != corrected:
            found[f"in {unit} where the formula needs {spec.unit}"] = unconverted
    return found


def _other_scale(spec: InputSpec) -> tuple[str, ...]:
    """A percentage is taken for a fraction, and a fraction for a percentage."""
    if spec.unit == "%":
        return (UNITLESS,)
    is_fraction = spec.unit == UNITLESS and spec.plausible is not None and spec.plausible[1] <= 1
    return ("%",) if is_fraction else ()


def _equal(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
