"""Measurements: the readings of a note that can be one input of a calculator, in unit, fluid and size."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from agents.offline import people
from agents.offline.binding import readings
from agents.offline.candidate import Candidate
from agents.offline.language.cues import NEWBORN, ORGANS
from agents.offline.language.inputs import ANY_BLOOD, FLUIDS_OF_INPUT, SAME_AS, TOLD_OTHERWISE, UNITLESS
from agents.offline.language.names import NAMES
from agents.offline.reading import Reading
from calculators.model import InputSpec
from calculators.normalise import doubt, possible_units
from calculators.units import UnitError, convert

Extra = tuple[tuple[str, tuple[str, ...]], ...]


def unknown_names(specs: tuple[InputSpec, ...]) -> Extra:
    """Names of those quantities that the names table does not have."""
    return tuple(
        (spec.name, (spec.label, *spec.synonyms))
        for spec in specs
        if spec.kind == "quantity"
        and spec.name not in NAMES
        and spec.name not in SAME_AS
        and spec.name not in TOLD_OTHERWISE
    )


@dataclass(frozen=True, slots=True)
class Read:
    """A reading as an input takes it: canonical value, unit, and what speaks against it."""

    canonical: float
    unit: str | None
    doubt: str | None = None
    settled: bool = True
    """False for a number whose unit cannot be told: any other reading is better."""


def _converted(spec: InputSpec, value: float, unit: str, target: str | None = None) -> float | None:
    """The value in another unit, by default the canonical one; None where there is no conversion."""
    try:
        return convert(value, unit, target or spec.unit or "", spec.substance)
    except UnitError:
        return None


def _plausible(spec: InputSpec, value: float | None) -> bool:
    low, high = spec.plausible or (float("-inf"), float("inf"))
    return value is not None and low <= value <= high


def _without_unit(spec: InputSpec, value: float) -> Read | None:
    """The only usual reading of a number without a unit; a doubt where it has several or none."""
    usual = UNITLESS.get(spec.name)
    if usual is None:
        return Read(value, spec.unit) if _plausible(spec, value) else None
    possible = [unit for unit, low, high in usual if low <= value <= high]
    converted = _converted(spec, value, possible[0]) if len(possible) == 1 else None
    if converted is not None and _plausible(spec, converted):
        return Read(converted, possible[0])
    options = possible or possible_units(spec, value)
    if not options:
        return None
    doubt = f"{spec.label}: {value:g} has no unit; it could be {' or '.join(options)}"
    return Read(value, None, doubt, settled=False)


def _usual_unit(spec: InputSpec, value: float, unit: str) -> str | None:
    """The unit that makes usual what is unusual as written: a likely slip; None where there is none."""
    ranges = UNITLESS.get(spec.name, ())
    for option, low, high in ranges:
        here = _converted(spec, value, unit, option)
        if here is not None and low <= here <= high:
            return None
    return next((option for option, low, high in ranges if low <= value <= high), None)


def with_unit(spec: InputSpec, value: float, unit: str) -> Read | None:
    """A value in its unit; where it is implausible so and plausible in another unit, with that doubt."""
    converted = _converted(spec, value, unit)
    if converted is None:
        return None
    usual = _usual_unit(spec, value, unit)
    if usual is not None:
        said = f"{spec.label}: {value:g} {unit} would be unusual; check value and unit"
        return Read(converted, unit, f"{said}, probably {value:g} {usual}")
    if _plausible(spec, converted):
        return Read(converted, unit)
    if not possible_units(spec, value):
        return None
    return Read(converted, unit, doubt(spec, value, unit))


_UREA_UNITS = {"mg/dL": "mg urea/dL", "g/L": "g urea/L", "mg/L": "mg urea/L"}
"""A mass of urea is not a mass of its nitrogen."""


def _read_unit(spec: InputSpec, reading: Reading, context: str) -> Read | None:
    """A reading as the input's value; None where unit or size do not fit."""
    value, unit = reading.quantity.value, reading.quantity.unit
    if unit is None or (unit == "degree" and spec.unit == "°C"):
        read = _without_unit(spec, value)
        if read is None or reading.concept != "urea":
            return read
        return Read(value, None, f"urea {value:g} has no unit; it could be mg/dL or mmol/L", settled=False)
    if reading.concept == "urea" and "mol" not in unit:
        unit = _UREA_UNITS.get(unit, unit)
        if "urea" not in unit or _names_nitrogen(context):
            return None
        return with_unit(spec, value, unit)
    rate = spec.unit in ("beats/min", "breaths/min")
    read = with_unit(spec, value, unit)
    if read is None and rate and unit.endswith("/min"):
        read = with_unit(spec, value, "1/min")
    return None if read is None else Read(read.canonical, unit if rate else read.unit, read.doubt)


_NITROGEN = regex.compile(r"\bBUN\b|urea[\s-]nitrogen|nitrogen\surea", regex.IGNORECASE)


def _names_nitrogen(context: str) -> bool:
    """Whether a note speaks of urea nitrogen, so that its "urea" may be that as well."""
    return _NITROGEN.search(context) is not None


_BIRTH = regex.compile(r"\b(?:at\sbirth|birth|was\sborn|delivered)\b[^.]*\Z", regex.IGNORECASE)
_CHILD_YEARS = 10.0


def _of_something_else(reading: Reading, context: str) -> bool:
    """Whether a weight or length is an organ's, or a newborn's in the note of somebody older."""
    stated = people.ages(context)
    older = bool(stated) and stated[0].unit == "years"
    if older and reading.quantity.unit == "g":
        return True
    before = context[max(0, reading.start - 60) : reading.start].rpartition(".")[2].casefold()
    words = set(regex.findall(r"\w+", before))
    grown = older and stated[0].value >= _CHILD_YEARS
    return bool(words & ORGANS) or (grown and bool(words & NEWBORN))


def _eligible(spec: InputSpec, reading: Reading, context: str) -> bool:
    if reading.fluid not in FLUIDS_OF_INPUT.get(spec.name, ANY_BLOOD):
        return False
    if reading.quantity.high is not None and not reading.change:
        return False
    sign = context[max(0, reading.quantity.start - 2) : reading.quantity.start]
    if regex.fullmatch(r"[\s(][-−]", sign):
        return False
    if spec.name in ("weight", "height") and _of_something_else(reading, context):
        return False
    if spec.name in ("weight", "height") and _BIRTH.search(
        context, max(0, reading.start - 60), reading.start
    ):
        return False
    if spec.name == "target_bmi":
        return "target" in context[max(0, reading.start - 30) : reading.end].casefold()
    return True


_PERSON = regex.compile(r"(?:year|month|week|day)s?[-\s]?old|\baged\b", regex.IGNORECASE)


def _inferred_is_safe(reading: Reading, neighbours: tuple[Reading, ...], context: str) -> bool:
    """A bare "58 kg" is the patient's weight only beside a height or an age."""
    if reading.concept not in ("weight", "height"):
        return True
    partner = "height" if reading.concept == "weight" else "weight"
    near = (r for r in neighbours if r.sentence == reading.sentence and r.concept == partner)
    if any(abs(r.quantity.start - reading.quantity.start) <= 40 for r in near):
        return True
    around = context[max(0, reading.start - 40) : reading.end + 25]
    return _PERSON.search(around) is not None


def measured(context: str, spec: InputSpec, extra: Extra) -> list[Candidate]:
    """Every value that the note gives for a quantity by name or unit, doubtful ones marked."""
    concepts = SAME_AS.get(spec.name, (spec.name,))
    everything = readings(context, extra)
    found: list[tuple[Candidate, bool]] = []
    for at, reading in enumerate(everything):
        if reading.concept not in concepts or not _eligible(spec, reading, context):
            continue
        around = everything[max(0, at - 4) : at + 5]
        if reading.strength == 1 and not _inferred_is_safe(reading, around, context):
            continue
        read = _read_unit(spec, reading, context)
        if read is not None:
            found.append((_candidate(reading, read), read.settled))
    settled = [candidate for candidate, certain in found if certain] or [candidate for candidate, _ in found]
    return [c for c in settled if c.strength > 1] or settled


def _candidate(reading: Reading, read: Read) -> Candidate:
    place = reading.place
    strength = reading.strength - (1 if reading.weak and reading.quantity.unit is None else 0)
    return Candidate(
        reading.quantity.value, read.unit, reading.quantity.bound, reading.start, reading.end,
        read.canonical, strength, place.phase, place.cue, reading.sentence, place.group, doubt=read.doubt,
    )  # fmt: skip
