"""Units: reads them as clinicians write them and converts, by substance where mass, moles and charge meet.

Dimensional analysis is pint's. What is added here is the notation of notes ("x10^9/L", "K/uL", "mg%",
"degrees fahrenheit") and the facts that link a substance's mass, moles, equivalents and international units.
A unit outside the table is refused, never guessed, so no text from a model reaches pint's own parser.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from functools import lru_cache

import pint

_REGISTRY: pint.UnitRegistry[float] = pint.UnitRegistry()
_REGISTRY.define("equivalent = [equivalence] = Eq")
_REGISTRY.define(f"gram_of_urea = {28.014 / 60.056} * gram")
_MAX_LENGTH = 48

MOLAR_MASS_G_PER_MOL: Mapping[str, float] = {
    "albumin": 66437.0,
    "bilirubin": 584.669,
    "bicarbonate": 61.017,
    "calcium": 40.078,
    "chloride": 35.45,
    "cholesterol": 386.66,
    "creatinine": 113.12,
    "glucose": 180.156,
    "hemoglobin": 16114.5,
    "insulin": 5807.6,
    "magnesium": 24.305,
    "potassium": 39.098,
    "sodium": 22.990,
    "triglycerides": 885.4,
    "urea_nitrogen": 28.014,
}
"""Grams per mole, from the IUPAC abridged standard atomic weights of 2021 and the molecular formulas:
bilirubin C33H36N4O6, cholesterol C27H46O, creatinine C4H7N3O, glucose C6H12O6. `urea_nitrogen` is the two
nitrogen atoms of one urea molecule, because BUN counts only them while mmol/L counts urea. `triglycerides`
is triolein (C57H104O6), the conventional 88.5 mg/dL per mmol/L. `albumin` is mature human serum albumin.
`hemoglobin` is one chain with its haem, as laboratories count it: 1 g/dL = 0.6206 mmol/L. `insulin` is human
insulin, C257H383N65O77S6."""

VALENCE: Mapping[str, int] = {
    "bicarbonate": 1,
    "calcium": 2,
    "chloride": 1,
    "magnesium": 2,
    "potassium": 1,
    "sodium": 1,
}
"""Equivalents per mole."""

NANOMOLE_PER_IU: Mapping[str, float] = {"insulin": 6.0}
"""Insulin: 1 µIU/mL = 6.00 pmol/L (Knopp et al., J Diabetes Sci Technol 2019;13:597-600)."""

_ONLY_OF: Mapping[str, str] = {"gram_of_urea": "urea_nitrogen"}
"""Unit → the only substance that it measures. A gram of urea holds 0.466 g of nitrogen."""

SUBSTANCES = frozenset(MOLAR_MASS_G_PER_MOL) | frozenset(VALENCE) | frozenset(NANOMOLE_PER_IU)


class UnitError(ValueError):
    """A unit that cannot be used; the message says what would be accepted."""


class UnknownUnit(UnitError):  # noqa: N818
    """A text that names no unit in the table."""


class IncompatibleUnit(UnitError):  # noqa: N818
    """Two units between which there is no conversion for this substance."""


_NAMES: Mapping[str, tuple[str, ...]] = {
    "kilogram": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"),
    "gram": ("g", "gm", "gms", "gr", "gram", "grams"),
    "gram_of_urea": ("gurea",),
    "milligram_of_urea": ("mgurea",),
    "milligram": ("mg", "mgs", "milligram", "milligrams"),
    "microgram": ("ug", "mcg", "mc", "microgram", "micrograms"),
    "nanogram": ("ng", "nanogram", "nanograms"),
    "picogram": ("pg",),
    "pound": ("lb", "lbs", "pound", "pounds"),
    "ounce": ("oz", "ounce", "ounces"),
    "stone": ("stone", "stones"),
    "liter": ("l", "liter", "liters", "litre", "litres"),
    "deciliter": ("dl", "deciliter", "deciliters", "decilitre", "decilitres"),
    "milliliter": ("ml", "cc", "milliliter", "milliliters", "millilitre", "millilitres"),
    "microliter": ("ul", "mcl", "microliter", "microliters", "microlitre", "microlitres", "cmm", "cumm"),
    "decimeter": ("dm",),
    "femtoliter": ("fl",),
    "mole": ("mol", "mole", "moles"),
    "millimole": ("mmol", "mmols", "millimole", "millimoles"),
    "micromole": ("umol", "mcmol", "umols", "micromole", "micromoles"),
    "nanomole": ("nmol", "nanomole", "nanomoles"),
    "picomole": ("pmol", "picomole", "picomoles"),
    "equivalent": ("eq",),
    "milliequivalent": ("meq", "meqs", "milliequivalent", "milliequivalents"),
    "enzyme_unit": ("u", "iu", "unit", "units"),
    "millienzyme_unit": ("mu", "miu"),
    "microenzyme_unit": ("uu", "uiu", "mcu", "mciu"),
    "microkatal": ("ukat", "mckat"),
    "nanokatal": ("nkat",),
    "meter": ("m", "meter", "meters", "metre", "metres"),
    "centimeter": ("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"),
    "millimeter": ("mm", "millimeter", "millimeters", "millimetre", "millimetres"),
    "inch": ("in", "inch", "inches", '"', "″"),
    "foot": ("ft", "foot", "feet", "'", "′"),
    "millimeter_Hg": ("mmhg", "torr"),
    "centimeter_H2O": ("cmh2o",),
    "kilopascal": ("kpa",),
    "second": ("s", "sec", "secs", "second", "seconds"),
    "millisecond": ("ms", "msec", "msecs", "millisecond", "milliseconds"),
    "minute": ("min", "mins", "minute", "minutes"),
    "hour": ("h", "hr", "hrs", "hour", "hours"),
    "day": ("d", "day", "days"),
    "week": ("wk", "wks", "week", "weeks"),
    "month": ("mo", "mos", "month", "months"),
    "year": ("y", "yr", "yrs", "yo", "y/o", "year", "years"),
    "degree_Celsius": ("c", "degc", "celsius", "centigrade", "celcius", "celsisus"),
    "degree_Fahrenheit": ("f", "degf", "fahrenheit", "farenheit", "fahreinheit"),
    "kelvin": ("kelvin",),
    "percent": ("%", "percent", "pct"),
    "dimensionless": (
        *("beats", "beat", "breaths", "breath", "cells", "cell", "count", "counts", "times"),
        *("drinks", "drink", "doses", "dose", "points", "point"),
    ),
}
_TOKENS = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings}
_SCALES = {
    **dict.fromkeys(("k", "thou", "thousand", "thousands"), 1e3),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 1e5),
    **dict.fromkeys(("million", "millions"), 1e6),
}
_OFFSET_UNITS = frozenset({"degree_Celsius", "degree_Fahrenheit", "kelvin"})

_WHOLE: Mapping[str, str] = {
    "bpm": "beats/min",
    "mg%": "mg/dl",
    "g%": "g/dl",
    "gm%": "g/dl",
    "m/ul": "10^6/ul",
    "t/l": "10^12/l",
    "rpm": "breaths/min",
    "cpm": "/min",
    "fraction": "",
    "ratio": "",
    "dimensionless": "",
    "none": "",
}
_SIGNS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−–·×µμ₂℃℉", "0123456789---**uu2CF")
_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bmm\s*(?:/|of\s+)?\s*hg\b", "mmhg"),
        (r"\bcm\s*(?:of\s*)?h2o\b", "cmh2o"),
        (r"\b(years?|weeks?|months?|days?)[\s-]+old\b", r"\1"),
        (r"\by/o\b", "yr"),
        (r"(?:\bdegrees?|\bdeg\.?|°)\s*(?=[cf])", ""),
        (r"\bcubic\s+(?:mm|millimet(?:er|re)s?)\b|\bcu\.?\s*mm\b", "mm3"),
        (r"\binternational\s+units?\b", "iu"),
        (r"\bper\b", "/"),
        (r"\b(m?)g\s+(?:of\s+)?urea\b", r"\1gurea"),
        (r"(?<=[a-z])\.(?=[a-z]+-\d)", " "),
        (r"^[x*]\s*(?=1)", ""),
        (r"\b10\s*(?:\^|\*\*?|e\+?|\()\s*(\d{1,2})\)?", r"10^\1"),
        (r"\b1e\+?(\d{1,2})\b", r"10^\1"),
        (r"^10([3-9]|1[0-2])(?=\s*(?:cells)?\s*/)", r"10^\1"),
        (r"\s*/\s*", "/"),
    )
)
_TERM = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)(?:\^(?P<power>\d{1,2}))?"
    r"|(?P<name>cmh2o|[a-z%'\"′″]+)\^?(?P<exponent>-?\d)?"
)
_BETWEEN_TERMS = re.compile(r"[\s*]*")


def _normalise(text: str) -> str:
    folded = text.translate(_SIGNS).lower().strip().removesuffix(".")
    for pattern, replacement in _REWRITES:
        folded = pattern.sub(replacement, folded)
    return _WHOLE.get(folded.strip(), folded.strip())


def _unknown(text: str) -> UnknownUnit:
    return UnknownUnit(f"unit {text!r} is not known; write it as, for example, 'mg/dL', 'mmol/L' or '10^9/L'")


def _term(match: re.Match[str], text: str) -> tuple[float, str | None, int]:
    """(scale, pint name or None, exponent) of one factor of a unit."""
    if match["number"]:
        power = int(match["power"] or 1)
        if match["power"] and (match["number"] != "10" or power > 15):
            raise _unknown(text)
        return float(match["number"]) ** power, None, 1
    name, exponent = match["name"], int(match["exponent"] or 1)
    if name in _SCALES:
        return _SCALES[name] ** exponent, None, 1
    if name not in _TOKENS:
        raise _unknown(text)
    return 1.0, _TOKENS[name], exponent


@lru_cache(maxsize=2048)
def _parse(text: str) -> tuple[float, pint.Unit]:
    """Scale and pint unit of a unit's text. Raises UnknownUnit."""
    if len(text) > _MAX_LENGTH:
        raise _unknown(text[:_MAX_LENGTH] + "…")
    scale, unit = 1.0, _REGISTRY.Unit("dimensionless")
    for index, part in enumerate(_normalise(text).split("/")):
        sign, position = (1 if index == 0 else -1), 0
        if index and not part.strip(" *"):
            raise _unknown(text)
        while position < len(part):
            position = _end(_BETWEEN_TERMS.match(part, position))
            match = _TERM.match(part, position)
            if match is None:
                raise _unknown(text)
            factor, name, exponent = _term(match, text)
            if factor == 0:
                raise _unknown(text)
            scale *= factor**sign
            if name is not None:
                unit = unit * _REGISTRY.Unit(name) ** (sign * exponent)
            position = _end(_BETWEEN_TERMS.match(part, match.end()))
    spelled = str(unit)
    if scale == 0 or (spelled not in _OFFSET_UNITS and any(name in spelled for name in _OFFSET_UNITS)):
        raise _unknown(text)  # a temperature is part of no other unit
    return scale, unit


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _bridges(substance: str | None) -> list[pint.Quantity[float]]:
    """The quantities by which one dimension of a substance becomes another."""
    bridges: list[pint.Quantity[float]] = []
    if substance is None:
        return bridges
    if substance in MOLAR_MASS_G_PER_MOL:
        bridges.append(_REGISTRY.Quantity(MOLAR_MASS_G_PER_MOL[substance], "gram/mole"))
    if substance in VALENCE:
        bridges.append(_REGISTRY.Quantity(float(VALENCE[substance]), "equivalent/mole"))
    if substance in NANOMOLE_PER_IU:
        bridges.append(_REGISTRY.Quantity(NANOMOLE_PER_IU[substance], "nanomole/enzyme_unit"))
    return bridges


@lru_cache(maxsize=4096)
def _affine(from_unit: str, to_unit: str, substance: str | None) -> tuple[float, float]:
    """(slope, offset) such that value · slope + offset is in `to_unit`."""
    if substance is not None and substance not in SUBSTANCES:
        raise KeyError(f"substance {substance!r} is not in the table; it has {sorted(SUBSTANCES)}")
    (from_scale, source), (to_scale, target) = _parse(from_unit), _parse(to_unit)
    for unit, only in _ONLY_OF.items():
        if substance != only and unit in f"{source} {target}":
            raise _incompatible(from_unit, to_unit, substance)
    if str(source) in _OFFSET_UNITS and str(target) in _OFFSET_UNITS:
        zero = _REGISTRY.Quantity(0.0, source).to(target).magnitude
        return _REGISTRY.Quantity(1.0, source).to(target).magnitude - zero, zero
    one = _REGISTRY.Quantity(from_scale, source)
    bridges = [] if str(source) in _OFFSET_UNITS else _bridges(substance)  # a temperature has no substance
    powers = sorted(itertools.product((-1, 0, 1), repeat=len(bridges)), key=lambda p: sum(map(abs, p)))
    for exponents in powers:
        candidate = math.prod((b**e for b, e in zip(bridges, exponents, strict=True)), start=one)
        if candidate.dimensionality == target.dimensionality:
            return candidate.to(target).magnitude / to_scale, 0.0
    raise _incompatible(from_unit, to_unit, substance)


def _incompatible(from_unit: str, to_unit: str, substance: str | None) -> IncompatibleUnit:
    of = f" of {substance.replace('_', ' ')}" if substance else ""
    return IncompatibleUnit(f"{from_unit!r}{of} cannot be converted to {to_unit!r}")


def convert(value: float, from_unit: str, to_unit: str, substance: str | None = None) -> float:
    """Convert `value` between two units as clinicians write them.

    Args:
        value: in `from_unit`.
        from_unit: e.g. "µmol/L", "K/uL", "degrees fahrenheit", "ft".
        to_unit: e.g. "mg/dL", "10^9/L", "°C", "cm".
        substance: key of SUBSTANCES, where mass, moles, equivalents or international units meet.

    Returns:
        The value in `to_unit`, to 12 significant digits, so that 100.4 °F is 38 °C and meets a threshold
        as it does on paper.

    Raises:
        UnknownUnit: one of the texts names no unit.
        IncompatibleUnit: no conversion exists, e.g. mg to cm, or mg/dL to mmol/L of no named substance.
        KeyError: the substance is not in the tables (a fault in a calculator).
    """
    if from_unit == to_unit:
        _parse(from_unit)
        return value
    slope, offset = _affine(from_unit, to_unit, substance)
    return float(f"{value * slope + offset:.12g}")


def known(unit: str) -> bool:
    """Whether the text names a unit."""
    try:
        _parse(unit)
    except UnknownUnit:
        return False
    return True


_FEET_INCHES = re.compile(
    r"\s*(\d{1,2})\s*(?:ft|feet|foot|'|′|’)\.?\s*(?:and\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:in|inch|inches|\"|″|”|'')?\.?)?\s*",
    re.IGNORECASE,
)


def feet_and_inches(text: str) -> float | None:
    """Total inches of a height such as 5'8", 5 ft 8 in or 5 feet 8 inches; None for any other text."""
    match = _FEET_INCHES.fullmatch(text)
    if match is None:
        return None
    return 12.0 * int(match[1]) + float(match[2] or 0.0)
