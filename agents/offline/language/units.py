"""Units as notes spell them, and what they measure."""

from __future__ import annotations

from collections.abc import Mapping


def _by_spelling(table: Mapping[str, str]) -> dict[str, str]:
    """Spelling → canonical, from canonical → spellings with bars between."""
    return {spelling: unit for unit, spellings in table.items() for spelling in spellings.split("|")}


_NUMERATORS: dict[str, str] = {
    "mg": "mg|MG|mgs|milligrams|milligram",
    "g": "g|gm|gms|gr|G|grams|gram",
    "kg": "kg|Kg|KG",
    "ug": "µg|μg|ug|mcg|micrograms|microgram",
    "ng": "ng|nanograms",
    "pg": "pg|picograms",
    "mmol": "mmol|mMol|Mmol|mmoL|millimoles|millimole|mM",
    "umol": "µmol|μmol|umol|mcmol|micromoles|micromole|micromol|µM|μM|uM",
    "nmol": "nmol|nanomoles",
    "pmol": "pmol|picomoles",
    "mol": "mol|moles",
    "mEq": "mEq|meq|MEq|mEQ|MEQ|Meq|mEql|mEqL|milliequivalents|milliequivalent|mval",
    "U": "U|u|IU|UI|iu|units|unit|Units|international units|I.U.",
    "mU": "mIU|mU",
    "mAU": "mAU",
    "RU": "RU",
    "AI": "AI",
    "kU": "kU|KU|kIU",
    "uU": "µIU|μIU|uIU|mcIU|µU|μU|uU|mcU|microIU|microunits|microU|micro international units",
    "mOsm": "mOsm|mosm|mOsmol|mosmol|milliosmoles",
    "Osm": "Osm",
    "beats": "beats|beat|b",
    "breaths": "breaths|breath|breathes|cycles|respirations",
    "times": "times|rates",
    "L": "L|l|liters|liter|litres",
    "mL": "mL|ml|cc",
    "mm": "mm",
    "cm": "cm",
    "m": "m",
    "cm3": "cm3",
    "drops": "drops",
    "packs": "packs|pack",
    "cigarettes": "cigarettes",
    "drinks": "drinks",
    "%": "%",
    "points": "points|point",
    "mmHg": "mmHg",
    "cells": "cells",
    "copies": "copies",
    "lb": "lb",
    "fL": "fl",
    "degC": "°C",
}

_DENOMINATORS: dict[str, str] = {
    "dL": "dL|dl|DL|dI|deciliter|decilitre|100 ml|100 mL|100ml|100mL|100 cc",
    "L": "L|l|liter|litre|Liter|lit|ltr|1",
    "mL": "mL|ml|milliliter|millilitre|cc|cm3",
    "uL": "µL|μL|uL|mcL|µl|μl|ul|mcl|microliter",
    "kg": "kg|Kg|KG|kilogram",
    "m^2": "m2|m^2|m²|m 2|sqm|square meter|square metre|meter squared|metre squared|meter square",
    "min": "min|minute|minutes|mn|MIN|Min|m",
    "h": "h|hr|hour|hrs|H",
    "s": "s|sec|second",
    "day": "day|d|24 h|24h|24 hours|24 hour|24 hr|24 hrs|24-h|24hr|24hrs",
    "week": "week",
    "month": "month",
    "year": "year",
    "g": "g",
    "mg": "mg",
    "mmol": "mmol",
    "mol": "mol",
    "HPF": "HPF|hpf",
    "LPF": "LPF",
    "dose": "dose",
    "cm^2": "cm2",
}

_PLAIN_UNITS: dict[str, str] = {
    "10^3/uL": "K",
    "mmHg": "mmHg|mm Hg|mm/Hg|mmhg|MmHg|mm hg|mm of Hg|millimeters of mercury|mm of mercury|Torr|torr",
    "kPa": "kPa",
    "cmH2O": "cmH2O|cm H2O",
    "kg": "kg|Kg|KG|kgs|kilograms|kilogram|kilos",
    "g": "g|gm|grams|gram|gr",
    "mg": "mg|mgs|milligrams|milligram",
    "ug": "µg|μg|ug|mcg|micrograms",
    "ng": "ng",
    "pg": "pg",
    "lb": "lb|lbs|pounds|pound|lbs.",
    "oz": "oz|ounces",
    "cm": "cm|cms|centimeters|centimetres|centimeter",
    "mm": "mm|millimeters|millimetres",
    "m": "m|meters|metres|meter|metre",
    "in": "inches|inch|″",
    "ft": "feet|foot|ft",
    "degC": (
        "°C|° C|ºC|º C|˚C|℃|C|degrees Celsius|degree Celsius|degrees C|degree C|deg C|degrees celsius|"
        "degrees centigrade|degrees Centigrade|Celsius|celsius|°c|oC"
    ),
    "degF": (
        "°F|° F|ºF|º F|˚F|℉|F|degrees Fahrenheit|degree Fahrenheit|degrees F|degree F|deg F|"
        "degrees fahrenheit|Fahrenheit|°f"
    ),
    "beats/min": "bpm|BPM|Bpm|b.p.m|b.p.m.",
    "1/min": "/min|/minute|per minute|/ min|per min|/mn|min-1|/m",
    "breaths/min": "brpm|rpm|cpm",
    "ms": "ms|msec|msecs|milliseconds|millisecond|mS",
    "s": "s|sec|seconds|secs|second",
    "min": "min|minutes|mins",
    "h": "h|hours|hour|hrs|hr",
    "day": "days|day",
    "week": "weeks|week|wks|wk|weeks'|weeks’",
    "month": "months|month|mos|mo",
    "year": "years|year|yrs|yr|yo|y",
    "%": "%|percent",
    "mg/dL": "mg%|mg %|mg percent|mgs%",
    "g/dL": "g%|gm%|g %|gm %",
    "mEq": "mEq|meq",
    "mmol": "mmol",
    "mmol/L": "mM",
    "umol/L": "µM|μM",
    "U": "U|IU|units|unit",
    "L": "L|l|liters|liter",
    "mL": "mL|ml|cc",
    "dL": "dL",
    "fL": "fL|fl",
    "times": "times",
    "points": "points",
    "cGy": "cGy",
    "Gy": "Gy",
    "Fr": "Fr|French",
    "G": "G",
    "degree": "°|degrees",
    "cm^2": "cm2",
    "mm^2": "mm2",
    "Hz": "Hz",
    "kcal": "kcal",
    "J": "J",
    "mV": "mV",
}

NUMERATORS = _by_spelling(_NUMERATORS)
"""First parts of compound units ("mg" of "mg/dL")."""
DENOMINATORS = _by_spelling(_DENOMINATORS)
"""Second parts of compound units."""
PLAIN_UNITS = _by_spelling(_PLAIN_UNITS)
"""Units without a denominator, and spelled-out ones that have one in themselves ("bpm", "mg%")."""

_FAMILIES: dict[str, str] = {
    "mass": "kg|g|lb|oz|mg|ug|ng|pg",
    "length": "cm|mm|m|in|ft",
    "pressure": "mmHg|kPa|cmH2O",
    "temperature": "degC|degF|degree",
    "rate": "beats/min|breaths/min|1/min|times/min",
    "moment": "ms|s",
    "time": "min|h|day|week|month|year",
    "per_area": "kg/m^2|g/m^2",
    "percent": "%",
}

FAMILY_OF_UNIT = _by_spelling(_FAMILIES)
"""Unit → what it measures; every other unit with a denominator is a concentration."""
