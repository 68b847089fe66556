"""What was rounded too early, or too much."""

from __future__ import annotations

import math
from collections.abc import Iterator

from calculators.mistakes.case import Case, Change
from calculators.model import InputSpec, Scalar
from calculators.units import MOLAR_MASS_G_PER_MOL, convert


def rounded_steps(case: Case) -> Iterator[Change]:
    """Intermediate results, or the answer itself, rounded."""
    if case.is_score:
        return
    what = "every intermediate result rounded to three decimals"
    yield Change("rounding", what, steps=dict.fromkeys(case.numbers, three_decimals))
    for step in case.numbers:
        yield Change("rounding", f"{step!r} rounded to a whole number", steps={step: _whole})
        yield Change("rounding", f"{step!r} rounded to one decimal", steps={step: _one_decimal})


def rounded_inputs(case: Case) -> Iterator[Change]:
    """Inputs cut or rounded to whole numbers, or rounded while they were converted."""
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
            yield Change("rounding", f"{spec.label} rounded to {whole}", {spec.name: _whole(value)})


def _whole(value: float) -> float:
    return float(round(value))


def _one_decimal(value: float) -> float:
    return round(float(value), 1)


def three_decimals(value: float) -> float:
    """As MedCalc-Bench v1.0 rounds: three decimals above 0.001, else (and below zero) three digits."""
    if value <= 0.001:
        return float(f"{value:.3g}")
    return math.floor(value * 1000 + 0.5 + 1e-9) / 1000  # a half goes up although its binary may lie below


def _by_mole(case: Case, spec: InputSpec) -> float | None:
    """A converted concentration whose moles were rounded on the way; None where it was not converted."""
    stored = case.stored.get(spec.name)
    if stored is None or stored.unit is None or spec.unit is None or not isinstance(stored.value, float):
        return None
    converts = not math.isclose(convert(1.0, stored.unit, spec.unit, spec.substance), 1.0)
    if spec.substance not in MOLAR_MASS_G_PER_MOL or not converts:
        return None
    moles = three_decimals(convert(stored.value, stored.unit, "mol/L", spec.substance))
    return convert(moles, "mol/L", spec.unit, spec.substance)
