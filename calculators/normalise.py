"""From an input as it was read to the value that a formula receives, or a refusal that says why."""

from __future__ import annotations

import datetime as dt
import math
from typing import assert_never

from calculators.model import InputSpec, Scalar
from calculators.units import UnitError, convert, feet_and_inches

UNITLESS = "ratio"
"""The unit of a quantity that has none."""


class InvalidInput(ValueError):  # noqa: N818 - reads as what it is in "except InvalidInput"
    """An input that a calculator cannot take; the message names calculator, input, value and the way out."""

    def __init__(self, calculator: str, name: str, value: object, problem: str) -> None:
        shown = repr(value) if len(repr(value)) <= 80 else repr(value)[:77] + "..."
        super().__init__(f"{calculator}: input {name!r} = {shown}: {problem}")
        self.calculator = calculator
        self.name = name
        self.value = value
        self.problem = problem


def normalise(
    calculator: str, spec: InputSpec, value: Scalar, unit: str | None
) -> tuple[Scalar, tuple[str, ...]]:
    """The value in canonical form, and notes for a reader.

    Args:
        calculator: id, for messages.
        spec: the input.
        value: as read. Quantities may be texts of a number or, for lengths, feet and inches (5 ft 8 in);
            dates may be ISO texts; categories are matched without regard to case and spacing.
        unit: as read. A quantity without a unit is taken in the canonical unit only if it is plausible
            there and in no other unit of the input, and a note says so.

    Raises:
        InvalidInput: the value is of another kind, outside the closed set, or its unit does not fit.
    """
    match spec.kind:
        case "quantity":
            return _quantity(calculator, spec, value, unit)
        case "category":
            return _category(calculator, spec, value), ()
        case "boolean":
            if isinstance(value, bool):
                return value, ()
            raise InvalidInput(calculator, spec.name, value, "must be true or false")
        case "date":
            return _date(calculator, spec, value), ()
        case _:
            assert_never(spec.kind)


def _quantity(
    calculator: str, spec: InputSpec, value: Scalar, unit: str | None
) -> tuple[float, tuple[str, ...]]:
    number, unit = _number(calculator, spec, value, unit)
    canonical = spec.unit or UNITLESS
    if unit is None or not unit.strip():
        return number, _without_unit(calculator, spec, number)
    try:
        converted = convert(number, unit, canonical, spec.substance)
    except UnitError as error:
        problem = f"{error}; accepted: {', '.join(spec.units)}"
        raise InvalidInput(calculator, spec.name, f"{value} {unit}", problem) from error
    if _plausible(spec, converted):
        return converted, ()
    return converted, (doubt(spec, number, unit),)


def _without_unit(calculator: str, spec: InputSpec, number: float) -> tuple[str, ...]:
    """Notes on a number without a unit; raises where it could be in more than one unit, or in none."""
    if spec.unit == UNITLESS:
        return () if _plausible(spec, number) else (doubt(spec, number, UNITLESS),)
    possible = possible_units(spec, number)
    if spec.unit in possible and len(possible) == 1:
        return (f"{spec.label}: no unit given, {number:g} taken as {spec.unit}",)
    could_be = f"it could be {' or '.join(possible)}" if possible else "it is plausible in none of its units"
    problem = f"no unit, and {could_be}; name its unit: {', '.join(spec.units)}"
    raise InvalidInput(calculator, spec.name, number, problem)


def possible_units(spec: InputSpec, number: float) -> tuple[str, ...]:
    """The units of an input in which a number is plausible, one for each value that they give."""
    canonical = spec.unit or UNITLESS
    found: dict[float, str] = {}
    for unit in (canonical,) if spec.unit_implied else (canonical, *spec.units):
        converted = convert(number, unit, canonical, spec.substance)
        if spec.plausible is not None and math.isfinite(converted) and _plausible(spec, converted):
            found.setdefault(converted, unit)
    return tuple(found.values())


def _plausible(spec: InputSpec, number: float) -> bool:
    """Whether a number in the canonical unit is within the plausible range; one that is not finite passes."""
    if spec.plausible is None or not math.isfinite(number):
        return True
    low, high = spec.plausible
    return low <= number <= high


def doubt(spec: InputSpec, number: float, unit: str) -> str:
    """What is wrong with an implausible number, and the unit that its writer probably meant, for a person."""
    low, high = spec.plausible or (-math.inf, math.inf)
    meant = " or ".join(f"{number:g} {option}" for option in possible_units(spec, number))
    said = f"{spec.label}: {number:g} {unit} is outside {low:g} to {high:g} {spec.unit}; check value and unit"
    return f"{said}, probably {meant}" if meant else said


def _number(calculator: str, spec: InputSpec, value: Scalar, unit: str | None) -> tuple[float, str | None]:
    """The number and its unit; feet and inches come back as inches."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value), unit
    if isinstance(value, str):
        try:
            return float(value), unit
        except ValueError:
            inches = feet_and_inches(value)
            if inches is not None:
                return inches, "in"
    raise InvalidInput(calculator, spec.name, value, f"must be a number in {', '.join(spec.units)}")


def _category(calculator: str, spec: InputSpec, value: Scalar) -> str:
    if isinstance(value, str):
        folded = " ".join(value.split()).casefold()
        for option in spec.allowed:
            if option.casefold() == folded:
                return option
    raise InvalidInput(calculator, spec.name, value, f"must be one of {', '.join(spec.allowed)}")


def _date(calculator: str, spec: InputSpec, value: Scalar) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise InvalidInput(calculator, spec.name, value, "must be a date such as 2014-05-02")
