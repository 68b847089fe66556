"""Reads the inputs that MedCalc-Bench stores beside each instance ("Relevant Entities")."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from calculators.model import Calculator, InputSpec, InputValue
from calculators.normalise import InvalidInput

_MEANT_UNITS: Mapping[tuple[str | None, str], str] = {
    ("10^9/L", "µL"): "/µL",
    ("10^9/L", "L"): "/L",
    ("10^9/L", "m^3"): "/mm3",
    ("µg/h", "mg"): "µg/h",
}
"""(canonical unit, unit as stored) → unit that is meant. Counts are stored with the bare volume, "m^3" for
mm³ among them, and fentanyl patches with a number of µg/h that is labelled mg."""

_MEANT_VALUES: Mapping[tuple[str, object], bool | str] = {
    ("Solid tumor", True): "localized",
    ("Moderate to severe Chronic Kidney Disease", "Severe"): True,
}
"""(source key, stored value) → what is meant: a tumour of which no metastasis is told counts as localized."""
_TELL_OF_ABSENCE = frozenset({"Cough Absent", "Absence of cough or coryza"})
"""Keys under which true says that the finding is absent."""


def stored_inputs(calculator: Calculator, entities: Mapping[str, object]) -> list[InputValue]:
    """The inputs of one instance as the benchmark stores them.

    Args:
        calculator: whose inputs are wanted.
        entities: stored name → [value, unit], [drug, dose, unit], a number, True or False, a category, or
            a date written MM/DD/YYYY. Names that the calculator does not know are left out.

    Returns:
        One InputValue for each input that is stored, without evidence. Of what is not stored, the findings
        that no note may pass over count as false, as they do in the benchmark; the rest is left out.

    Raises:
        InvalidInput: a value of another shape; the message names it.
    """
    found = []
    for spec in calculator.inputs:
        key = next((key for key in spec.source_keys if key in entities), None)
        if key is not None:
            found.append(_read(calculator.id, spec, key, entities[key]))
        elif spec.source_keys and spec.kind == "boolean" and spec.absent == "required":
            found.append(_read(calculator.id, spec, spec.source_keys[0], False))
    return found


def _read(calculator: str, spec: InputSpec, key: str, stored: object) -> InputValue:
    stored = _MEANT_VALUES.get((key, stored), stored) if isinstance(stored, bool | str) else stored
    if isinstance(stored, bool):
        stored = stored != (key in _TELL_OF_ABSENCE)
        return InputValue(name=spec.name, status="present" if stored else "absent", value=stored)
    if isinstance(stored, str):
        value = _date(calculator, spec, stored) if spec.kind == "date" else stored.strip()
        return InputValue(name=spec.name, status="present", value=value)
    if isinstance(stored, int | float):
        return InputValue(name=spec.name, status="present", value=float(stored), unit=spec.unit)
    match stored:
        case [str() as drug, int() | float(), str()] if spec.kind == "category":
            return InputValue(name=spec.name, status="present", value=drug.strip())
        case [str(), (int() | float()) as dose, str() as unit]:
            return InputValue(name=spec.name, status="present", value=float(dose), unit=unit)
        case [int() | float() as feet, str() as foot, int() | float() as inches, str() as inch]:
            text = f"{feet:g} {foot} {inches:g} {inch}"
            return InputValue(name=spec.name, status="present", value=text)
        case [int() | float() as number, str() as unit]:
            meant = _MEANT_UNITS.get((spec.unit, unit), unit)
            return InputValue(name=spec.name, status="present", value=float(number), unit=meant)
        case _:
            raise InvalidInput(calculator, spec.name, stored, "a stored input of unknown shape")


def _date(calculator: str, spec: InputSpec, text: str) -> dt.date:
    try:
        # the time of day plays no part: only the calendar date is kept
        return dt.datetime.strptime(text.strip(), "%m/%d/%Y").date()  # noqa: DTZ007
    except ValueError:
        raise InvalidInput(calculator, spec.name, text, "must be a date written MM/DD/YYYY") from None
