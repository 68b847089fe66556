"""Reads the inputs that a benchmark stores beside an instance, as MedCalc-Bench does ("Relevant Entities").

What is stored was typed by people and copied from notes. A unit that cannot be meant is read as the evident
one and comes back as a proposed correction; a unit or a shape that is not known is refused, never guessed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculators.model import Calculator, InputSpec, InputValue
from calculators.normalise import UNITLESS, InvalidInput, possible_units
from calculators.units import UnitError, convert

NOT_MENTIONED = frozenset({"", "n/a", "not given", "not mentinoed", "not mentioned", "not stated", "unknown"})
PRESENT = frozenset({"positive", "present", "true", "yes"})
ABSENT = frozenset({"absent", "false", "negative", "no", "none"})

_MISSPELT: Mapping[str, str] = {
    "degrees celsisus": "degrees celsius",
    "degrees fahreinheit": "degrees fahrenheit",
    "mc/kg/min": "mcg/kg/min",
}
_ALWAYS_MEANT: Mapping[tuple[str | None, str], str] = {("µg/h", "mg"): "µg/h"}
"""(canonical unit, stored unit) → the unit that is meant: fentanyl patches are labelled mg, and the number is
one of µg/h."""

_FAR_OFF = 10.0
"""A value in a usual unit of its input may be wrong itself; so many times out of range, its unit is."""

_MEANT_BY_TRUE: Mapping[str, str] = {"Solid tumor": "localized"}
"""Key → the category that is meant by true: a tumour of which no metastasis is told counts as localized."""
_TELL_OF_ABSENCE = frozenset({"Cough Absent", "Absence of cough or coryza"})
"""Keys under which true says that the finding is absent."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A unit proposed in place of the stored one. It was computed with, and a person confirms it."""

    name: str
    number: float
    unit: str
    proposed: str
    reason: str

    def __str__(self) -> str:
        stored = f"{self.number:g} {self.unit}"
        return f"{self.name} is stored as {stored}; {self.proposed} is meant: {self.reason}"


@dataclass(frozen=True, slots=True)
class StoredInputs:
    """The inputs of one instance as its benchmark stores them.

    Args:
        inputs: each without evidence.
        corrections: units that are proposed in place of stored ones.
        assumed: what is not stored and counts as false.
    """

    inputs: tuple[InputValue, ...]
    corrections: tuple[Correction, ...] = ()
    assumed: tuple[str, ...] = ()


def stored_inputs(calculator: Calculator, entities: Mapping[str, object]) -> StoredInputs:
    """The inputs of one instance.

    Args:
        calculator: whose inputs are wanted.
        entities: one of the input's source keys, or its own name → [value, unit], [drug, dose, unit],
            [feet, "ft", inches, "in"], a number in the canonical unit, true or false, a category, or a date
            written MM/DD/YYYY. Names that the calculator does not know are left out.

    Returns:
        One InputValue for each input that is stored, without evidence. Of what is not stored, the findings
        that no note may pass over count as false, as they do in the benchmark; the rest is left out.

    Raises:
        InvalidInput: a value of another shape; the message names it.
    """
    found: list[InputValue] = []
    corrections: list[Correction] = []
    assumed: list[str] = []
    for spec in calculator.inputs:
        key = stored_key(spec, entities)
        if key is not None:
            value, correction = _read(calculator.id, spec, key, entities[key])
            found.append(value)
            if correction is not None:
                corrections.append(correction)
        elif spec.source_keys and spec.kind == "boolean" and spec.absent == "required":
            found.append(_finding(calculator.id, spec, spec.source_keys[0], False))
            assumed.append(f"{spec.label} is not stored and counts as it would if it were false")
    return StoredInputs(tuple(found), tuple(corrections), tuple(assumed))


def stored_key(spec: InputSpec, entities: Mapping[str, object]) -> str | None:
    """The key under which an input is stored; None where it is not."""
    return next((key for key in (*spec.source_keys, spec.name) if key in entities), None)


def _read(calculator: str, spec: InputSpec, key: str, stored: object) -> tuple[InputValue, Correction | None]:
    if stored is None:
        return InputValue(name=spec.name, status="not_mentioned"), None
    if isinstance(stored, bool):
        return _finding(calculator, spec, key, stored), None
    if isinstance(stored, str):
        return _text(calculator, spec, key, stored), None
    if isinstance(stored, int | float) and spec.kind == "quantity":
        number = _finite(calculator, spec, stored)
        return InputValue(name=spec.name, status="present", value=number, unit=spec.unit), None
    if isinstance(stored, Sequence):
        return _parts(calculator, spec, stored)
    raise InvalidInput(calculator, spec.name, stored, "a stored input of unknown shape")


def _parts(
    calculator: str, spec: InputSpec, stored: Sequence[object]
) -> tuple[InputValue, Correction | None]:
    """A value with its unit, a drug with its dose, or feet with inches."""
    match [_part(calculator, spec, part) for part in stored]:
        case [str() as drug, float(), str()] if spec.kind == "category":
            return InputValue(name=spec.name, status="present", value=drug.strip()), None
        case [str(), float() as dose, str() as unit] if spec.kind == "quantity":
            return _measured(spec, dose, unit)
        case [float() as feet, str() as foot, float() as inches, str() as inch] if spec.kind == "quantity":
            text = f"{feet:g} {foot} {inches:g} {inch}"
            return InputValue(name=spec.name, status="present", value=text), None
        case [float() as number, str() as unit] if spec.kind == "quantity":
            return _measured(spec, number, unit)
        case _:
            raise InvalidInput(calculator, spec.name, stored, "a stored input of unknown shape")


def _part(calculator: str, spec: InputSpec, part: object) -> object:
    if isinstance(part, int | float) and not isinstance(part, bool):
        return _finite(calculator, spec, part)
    return part


def _finite(calculator: str, spec: InputSpec, number: float) -> float:
    try:
        if math.isfinite(value := float(number)):
            return value
    except OverflowError:
        pass
    raise InvalidInput(calculator, spec.name, number, "must be a finite number")


def _finding(calculator: str, spec: InputSpec, key: str, stored: bool) -> InputValue:
    """Stored true or false: of a category, that nothing is there, or that something is but not what."""
    if spec.kind == "boolean":
        present = stored != (key in _TELL_OF_ABSENCE)
        return InputValue(name=spec.name, status="present" if present else "absent", value=present)
    if spec.kind != "category":
        raise InvalidInput(calculator, spec.name, stored, f"must be a {spec.kind}, not true or false")
    if not stored:
        return InputValue(name=spec.name, status="absent")
    meant = _MEANT_BY_TRUE.get(key)
    return InputValue(name=spec.name, status="present" if meant else "unclear", value=meant)


def _text(calculator: str, spec: InputSpec, key: str, stored: str) -> InputValue:
    text = " ".join(stored.split())
    folded = text.casefold()
    if folded in NOT_MENTIONED:
        return InputValue(name=spec.name, status="not_mentioned")
    if spec.kind == "date":
        return InputValue(name=spec.name, status="present", value=_date(calculator, spec, text))
    if folded in {option.casefold() for option in spec.allowed}:
        return InputValue(name=spec.name, status="present", value=text)
    if spec.kind in ("boolean", "category"):
        # "No encephalopathy", and "Severe" under "Moderate to severe kidney disease", repeat their key
        words, of_key = folded.removeprefix("no ").split(), key.casefold().split()
        repeats = set(words) <= set(of_key)
        if folded in ABSENT or (repeats and folded.startswith("no ")):
            return _finding(calculator, spec, key, False)
        if spec.kind == "boolean" and (folded in PRESENT or repeats):
            return _finding(calculator, spec, key, True)
    return InputValue(name=spec.name, status="present", value=text)


def _date(calculator: str, spec: InputSpec, text: str) -> dt.date:
    try:
        # the time of day plays no part: only the calendar date is kept
        return dt.datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise InvalidInput(calculator, spec.name, text, "must be a date written MM/DD/YYYY") from None


def _measured(spec: InputSpec, number: float, unit: str) -> tuple[InputValue, Correction | None]:
    """A number with its unit, or with the one that is evidently meant."""
    meant, reason = _meant_unit(spec, number, " ".join(unit.split()))
    value = InputValue(name=spec.name, status="present", value=number, unit=meant)
    if reason is None:
        return value, None
    return value, Correction(spec.name, number, unit, meant, reason)


def _meant_unit(spec: InputSpec, number: float, unit: str) -> tuple[str, str | None]:
    """The unit to compute with, and why it is another one than the stored, if it is."""
    if (always := _ALWAYS_MEANT.get((spec.unit, unit))) is not None:
        return always, "that is how it is dosed"
    if (spelt := _MISSPELT.get(unit.casefold())) is not None:
        return spelt, "the unit is misspelt"
    written, canonical = _per_volume(spec, unit), spec.unit or UNITLESS
    try:
        value = convert(number, written, canonical, spec.substance)
    except UnitError:
        return written, None  # normalisation refuses it and says what would be accepted
    far = _times_off(spec, value)
    if far > 1 and (far >= _FAR_OFF or not _is_usual(spec, written)):
        possible = possible_units(spec, number)
        if len(possible) == 1:
            return possible[0], f"as stored it would be {value:g} {canonical}, far from any that occurs"
    return written, None


def _per_volume(spec: InputSpec, unit: str) -> str:
    """Counts are stored with the bare volume: µL for /µL."""
    if _fits(spec, unit) or not _fits(spec, f"/{unit}"):
        return unit
    return f"/{unit}"


def _fits(spec: InputSpec, unit: str) -> bool:
    try:
        convert(1.0, unit, spec.unit or UNITLESS, spec.substance)
    except UnitError:
        return False
    return True


def _is_usual(spec: InputSpec, unit: str) -> bool:
    """Whether the input is reported in this unit, however it is spelled."""
    canonical = spec.unit or UNITLESS
    value = convert(1.0, unit, canonical, spec.substance)
    usual = (convert(1.0, other, canonical, spec.substance) for other in (canonical, *spec.units))
    return any(math.isclose(value, other) for other in usual)


def _times_off(spec: InputSpec, value: float) -> float:
    """How many times a value is outside the plausible range; 1 where it is inside or nothing can be said."""
    if spec.plausible is None or not math.isfinite(value):
        return 1.0
    low, high = spec.plausible
    if low <= value <= high:
        return 1.0
    nearest = low if value < low else high
    if value <= 0 or nearest <= 0:
        return math.inf
    return max(value / nearest, nearest / value)
