import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calculators.units import (
    MOLAR_MASS_G_PER_MOL,
    IncompatibleUnit,
    UnitError,
    UnknownUnit,
    convert,
    feet_and_inches,
)

COUNT_SPELLINGS = [
    ("10^9/L", 1.0), ("x10^9/L", 1.0), ("× 10⁹/L", 1.0), ("109/L", 1.0), ("10*9/L", 1.0), ("10E9/L", 1.0),
    ("1e9/L", 1.0), ("K/uL", 1.0), ("k/µL", 1.0), ("x10^3/µL", 1.0), ("× 10³/mm³", 1.0), ("103/uL", 1.0),
    ("thousand/mm^3", 1.0), ("10^6/mL", 1.0), ("/mm3", 1e-3), ("per microliter", 1e-3), ("cells/µL", 1e-3),
    ("/μL", 1e-3), ("cells per cubic millimeter", 1e-3), ("/cumm", 1e-3), ("1000/uL", 1.0), ("/L", 1e-9),
    ("M/uL", 1e3), ("T/L", 1e3), ("lakh/mm3", 100.0), ("lac cells/cu mm", 100.0),
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "factor"), COUNT_SPELLINGS)
def test_counts_in_every_notation(spelling: str, factor: float) -> None:
    assert convert(7.5, spelling, "10^9/L") == pytest.approx(7.5 * factor, rel=1e-11)


@pytest.mark.parametrize(
    ("value", "from_unit", "to_unit", "expected"),
    [
        (37.0, "degrees celsius", "°F", 98.6),
        (98.6, "degrees fahreinheit", "°C", 37.0),
        (-40.0, "°F", "degrees celsisus", -40.0),
        (310.15, "kelvin", "°C", 37.0),
        (100.4, "F", "C", 38.0),
        (120.0, "mm Hg", "mmHg", 120.0),
        (16.0, "kPa", "mm hg", 120.00985),
        (150.0, "lbs", "kg", 68.0388555),
        (150.0, "pounds", "kilograms", 68.0388555),
        (5.5, "ft", "cm", 167.64),
        (66.0, "inches", "m", 1.6764),
        (0.4, "s", "msec", 400.0),
        (80.0, "bpm", "beats per minute", 80.0),
        (18.0, "breaths per minute", "/min", 18.0),
        (24.0, "kg/m²", "kg/m^2", 24.0),
        (30.0, "months", "years", 2.5),
        (40.0, "IU/L", "U/L", 40.0),
        (1.0, "µkat/L", "U/L", 60.0),
        (3.0, "mg%", "mg/dl", 3.0),
        (35.0, "g/L", "g/dL", 3.5),
        (2.0, "per day", "/day", 2.0),
        (0.4, "fraction", "%", 40.0),
        (0.35, "L/L", "%", 35.0),
        (92.0, "%", "fraction", 0.92),
        (9.0, "kPa", "mmHg", 67.505542),
        (120.0, "mm/Hg", "mmHg", 120.0),
        (2.0, "mcg/kg/min", "µg/kg/min", 2.0),
        (6.0, "µg/kg/h", "µg/kg/min", 0.1),
        (1.5, "L/day", "mL/day", 1500.0),
        (900.0, "mL/24h", "mL/day", 900.0),
        (50.0, "mL/h", "mL/day", 1200.0),
        (3.0, "drinks/day", "drinks/week", 21.0),
        (17.0, "dm", "cm", 170.0),
        (15.0, "points", "ratio", 15.0),
        (18.0, "rpm", "breaths/min", 18.0),
        (1.4, "mg.dL-1", "mg/dL", 1.4),
    ],
)
def test_units_as_notes_write_them(value: float, from_unit: str, to_unit: str, expected: float) -> None:
    assert convert(value, from_unit, to_unit) == pytest.approx(expected, rel=1e-7)


# SI conversion factors: AMA Manual of Style, 11th ed., table 17.5 (rounded there to 3 or 4 digits)
@pytest.mark.parametrize(
    ("substance", "conventional", "si", "factor"),
    [
        ("creatinine", "mg/dL", "µmol/L", 88.4),
        ("glucose", "mg/dL", "mmol/L", 0.0555),
        ("urea_nitrogen", "mg/dL", "mmol/L", 0.357),
        ("bilirubin", "mg/dL", "µmol/L", 17.104),
        ("cholesterol", "mg/dL", "mmol/L", 0.0259),
        ("triglycerides", "mg/dL", "mmol/L", 0.0113),
        ("calcium", "mg/dL", "mmol/L", 0.25),
        ("sodium", "mEq/L", "mmol/L", 1.0),
        ("calcium", "mEq/L", "mmol/L", 0.5),
        ("potassium", "mEq/L", "mmol/L", 1.0),
        ("magnesium", "mEq/L", "mmol/L", 0.5),
        ("magnesium", "mg/dL", "mmol/L", 0.411),
        ("hemoglobin", "g/dL", "mmol/L", 0.6206),
        ("urea_nitrogen", "mg urea/dL", "mmol/L", 0.1665),
        ("insulin", "µIU/mL", "pmol/L", 6.0),
    ],
)
def test_factors_agree_with_the_published_table(
    substance: str, conventional: str, si: str, factor: float
) -> None:
    assert convert(1.0, conventional, si, substance) == pytest.approx(factor, rel=3e-3)


def test_a_fever_threshold_is_met_in_fahrenheit_exactly_as_in_celsius() -> None:
    assert convert(100.4, "°F", "°C") == 38.0
    assert convert(96.8, "°F", "°C") == 36.0


@pytest.mark.parametrize(
    "text",
    [
        "lakhs of cells per drop",
        "mg urea",
        "G/L",
        "floop",
        "mg//dL",
        "kg/",
        "9^9^9",
        "10^99/L",
        "°",
        "0/L",
        "m" * 200,
        "mg; import os",
        "__class__",
        "\n",
    ],
)
def test_an_unknown_unit_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnitError):
        convert(1.0, text, "mg")


def test_the_refusal_names_the_unit() -> None:
    with pytest.raises(UnknownUnit, match="floop"):
        convert(1.0, "floop", "mg")
    with pytest.raises(IncompatibleUnit, match=r"'mg/dL' of sodium.*'cm'"):
        convert(1.0, "mg/dL", "cm", "sodium")


@pytest.mark.parametrize(
    ("from_unit", "to_unit"),
    [
        ("mg/dL", "mmol/L"),
        ("mEq/L", "mmol/L"),
        ("µL", "10^9/L"),
        ("mg", "µg/h"),
        ("°C", "mg"),
        ("ratio", "kg"),
    ],
)
def test_no_conversion_without_the_fact_that_allows_it(from_unit: str, to_unit: str) -> None:
    with pytest.raises(UnitError):
        convert(1.0, from_unit, to_unit)


def test_a_mass_of_urea_is_more_than_a_mass_of_its_nitrogen() -> None:
    """Two nitrogen atoms of 14.007 in a molecule of 60.056."""
    assert convert(60.056, "mg urea/dL", "mg/dL", "urea_nitrogen") == pytest.approx(28.014)
    assert convert(60.056, "mg of urea/dL", "mg/dL", "urea_nitrogen") == pytest.approx(28.014)
    with pytest.raises(IncompatibleUnit, match="creatinine"):
        convert(1.0, "mg urea/dL", "mg/dL", "creatinine")
    with pytest.raises(IncompatibleUnit):
        convert(1.0, "mg urea/dL", "mg/dL")


@given(st.floats(1e-3, 1e5))
def test_urea_and_its_nitrogen_keep_their_moles(value: float) -> None:
    moles = convert(value, "mg urea/dL", "mmol/L", "urea_nitrogen")
    nitrogen = convert(value, "mg urea/dL", "mg/dL", "urea_nitrogen")
    assert convert(nitrogen, "mg/dL", "mmol/L", "urea_nitrogen") == pytest.approx(moles, rel=1e-9)


@given(st.floats(0.15, 1.0), st.sampled_from(["fraction", "ratio", "L/L"]))
def test_fractions_and_percents_are_one_scale(value: float, unit: str) -> None:
    percent = convert(value, unit, "%")
    assert percent == pytest.approx(100 * value)
    assert convert(percent, "%", unit) == pytest.approx(value)


@given(st.floats(0.01, 2000), st.sampled_from(COUNT_SPELLINGS), st.sampled_from(COUNT_SPELLINGS))
def test_a_count_is_the_same_in_every_notation(
    value: float, one: tuple[str, float], other: tuple[str, float]
) -> None:
    converted = convert(value, one[0], other[0])
    assert converted == pytest.approx(value * one[1] / other[1], rel=1e-9)


@pytest.mark.parametrize("text", ["/°C", "mg/°F", "°C²", "1/kelvin"])
def test_a_temperature_is_part_of_no_other_unit(text: str) -> None:
    with pytest.raises(UnknownUnit):
        convert(1.0, text, "mg/dL", "albumin")


def test_a_temperature_is_no_amount_of_a_substance() -> None:
    for from_unit, to_unit in (("°C", "g/dL"), ("g/dL", "°F")):
        with pytest.raises(IncompatibleUnit):
            convert(1.0, from_unit, to_unit, "albumin")


def test_an_unknown_substance_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError, match="kryptonite"):
        convert(1.0, "mg/dL", "mmol/L", "kryptonite")


@given(
    value=st.floats(1e-6, 1e9),
    substance=st.sampled_from(sorted(MOLAR_MASS_G_PER_MOL)),
    mass=st.sampled_from(["g/L", "mg/dL", "mcg/mL"]),
    molar=st.sampled_from(["mmol/L", "µmol/L", "nmol/dL"]),
)
def test_mass_to_moles_and_back_is_the_same(value: float, substance: str, mass: str, molar: str) -> None:
    there = convert(value, mass, molar, substance)
    assert there > 0
    assert convert(there, molar, mass, substance) == pytest.approx(value, rel=1e-10)


@given(st.floats(-200, 200))
def test_temperature_round_trip(value: float) -> None:
    assert convert(convert(value, "°C", "°F"), "°F", "°C") == pytest.approx(value, abs=1e-8)


@given(st.text(max_size=60))
@example("/0")
@example("0 mg/dL")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        result = convert(1.0, text, "mg/dL")
    except UnitError:
        return
    assert math.isfinite(result)


@pytest.mark.parametrize(
    ("text", "inches"),
    [("5'8\"", 68.0), ("5 ft 8 in", 68.0), ("5 feet 8 inches", 68.0), ("6 feet", 72.0), ("5′ 10.5″", 70.5)],
)
def test_heights_in_feet_and_inches(text: str, inches: float) -> None:
    assert feet_and_inches(text) == inches


@pytest.mark.parametrize("text", ["68", "tall", "5'8\" and 3", ""])
def test_other_texts_are_no_height(text: str) -> None:
    assert feet_and_inches(text) is None
