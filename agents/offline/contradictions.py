"""What the note itself says of a figure that a derivation computed, where the two do not agree.

A note that gives its own LDL cholesterol or anion gap leaves open which of the two the question means; a note
whose body mass index differs from the computed one shows that weight or height was misread.
"""

from __future__ import annotations

from collections.abc import Mapping

from agents.offline.binding import readings
from agents.offline.reading import Reading
from calculators.units import UnitError, convert

_STATED: dict[str, tuple[str, str, str | None]] = {
    "LDL cholesterol": ("ldl", "mg/dL", "cholesterol"),
    "anion gap": ("anion_gap", "mEq/L", "sodium"),
    "body mass index": ("bmi", "kg/m^2", None),
}
"""Step of a derivation → (name, unit, substance) of the figure as notes state it."""
_TOLERANCE = 0.05
_ROUNDING = 0.5


def contradictions(context: str, steps: Mapping[str, float]) -> tuple[str, ...]:
    """One sentence for each computed figure that the note states otherwise.

    Args:
        context: the note.
        steps: step name → value of a derivation, in the calculator's own units. "LDL cholesterol",
            "anion gap" and "body mass index" are looked at, others are not.
    """
    found = []
    for name, value in steps.items():
        if name not in _STATED:
            continue
        concept, unit, substance = _STATED[name]
        stated = [
            (r, s) for r in readings(context) if r.concept == concept and (s := _value(r, unit, substance))
        ]
        if stated and not any(_agree(reading, figure, value) for reading, figure in stated):
            reading = stated[0][0]
            quote = context[reading.start : reading.end]
            found.append(f"the note says {quote!r}, the derivation has {name} {value:g} {unit}")
    return tuple(found)


def _value(reading: Reading, unit: str, substance: str | None) -> float | None:
    if reading.fluid != "blood" or reading.strength < 2 or reading.quantity.high is not None:
        return None
    try:
        return convert(reading.quantity.value, reading.quantity.unit or unit, unit, substance)
    except UnitError:
        return None


def _agree(reading: Reading, stated: float, computed: float) -> bool:
    if reading.quantity.bound in ("<", "<="):
        return computed < stated
    if reading.quantity.bound in (">", ">="):
        return computed > stated
    return abs(stated - computed) <= max(_TOLERANCE * max(abs(stated), abs(computed)), _ROUNDING)
