from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.offline.quantities import QUANTITY, Quantity, number, quantity


def only(text: str) -> Quantity:
    found = [q for m in QUANTITY.finditer(text) if (q := quantity(m)) is not None]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.4 mg/dL", 1.4, "mg/dL"),
        ("1.4mg/dl", 1.4, "mg/dL"),
        ("1,9 mg%", 1.9, "mg/dL"),
        ("88 µmol/l", 88, "umol/L"),
        ("88 μmol/L", 88, "umol/L"),
        ("137 milliequivalents per liter", 137, "mEq/L"),
        ("137 mEq · L−1", 137, "mEq/L"),
        ("4.2 × 10^9/L", 4.2, "10^9/L"),
        ("4.2 x 109/L", 4.2, "10^9/L"),
        ("4.2 x 10⁹/L", 4.2, "10^9/L"),
        ("218 103/mm3", 218, "10^3/uL"),
        ("218 × 10^3 cells/µL", 218, "10^3/uL"),
        ("218 K/µL", 218, "10^3/uL"),
        ("149,000/mm3", 149000, "1/uL"),
        ("149 000/mm3", 149000, "1/uL"),
        ("22.000/µL", 22000, "1/uL"),
        ("7600 per cubic millimeter", 7600, "1/uL"),
        ("1,250,000/µL", 1250000, "1/uL"),
        ("38.2 °C", 38.2, "degC"),
        ("98.6 degrees Fahrenheit", 98.6, "degF"),
        ("5 ft 4 in", 64, "in"),
        ("5'11\"", 71, "in"),
        ("5 feet, 4.5 inches", 64.5, "in"),
        ("90 mL/min/1.73 m2", 90, "mL/min/1.73m2"),
        ("12 µIU/mL", 12, "uU/mL"),
        ("31 kg/m²", 31, "kg/m^2"),
        ("4,200/mm3", 4200, "1/uL"),
        ("1,50,000/mm3", 150000, "1/uL"),
        ("1.234,5 mg/dL", 1234.5, "mg/dL"),
        ("1.234.567/µL", 1234567, "1/uL"),
        ("1 250 U/L", 1250, "U/L"),
        ("11,500 mm−3", 11500, "1/uL"),
        ("2.9 lakh cells/cu mm", 2.9, "10^5/uL"),
        ("4.2e9/L", 4.2e9, "1/L"),
        ("0.15 µg/kg/min", 0.15, "ug/kg/min"),
        ("2 L a day", 2, "L/day"),
        ("450 mL over 24 hours", 450, "mL/day"),
        ("450 mL/24h", 450, "mL/day"),
        ("0.35 L/L", 0.35, "L/L"),
        ("1.72 m", 1.72, "m"),
        ("5'8\"", 68, "in"),
        ("38.2C", 38.2, "degC"),
    ],
)
def test_value_and_unit(text: str, value: float, unit: str) -> None:
    read = only(text)
    assert read.value == pytest.approx(value)
    assert read.unit == unit
    assert text[read.start : read.end] == text


@pytest.mark.parametrize(
    ("text", "value", "high", "second", "bound"),
    [
        ("3.5-5.0 g/dL", 3.5, 5.0, None, None),
        ("3.5 to 5.0 g/dL", 3.5, 5.0, None, None),
        ("120/80 mmHg", 120, None, 80, None),
        ("120 over 80", 120, None, 80, None),
        ("<10 mmol/L", 10, None, None, "<"),
        ("≥ 400 mg/dL", 400, None, None, ">="),
    ],
)
def test_ranges_pairs_and_bounds(
    text: str, value: float, high: float | None, second: float | None, bound: str | None
) -> None:
    read = only(text)
    assert (read.value, read.high, read.second, read.bound) == (value, high, second, bound)


@pytest.mark.parametrize(
    "text",
    ["the 25th centile", "75–90th centile", "B12", "HbA1c", "CO2", "1e999", "genotype 2a", "1,2,3", "1.2.3"],
)
def test_ordinals_and_digits_of_words_are_no_quantities(text: str) -> None:
    assert all(quantity(match) is None for match in QUANTITY.finditer(text))


@given(st.integers(0, 10**9))
def test_thousands_separators_do_not_change_a_number(value: int) -> None:
    assert number(f"{value:,}") == value


@given(st.decimals(0, 9999, places=2))
def test_point_and_comma_decimals_read_alike(value: object) -> None:
    spelled = f"{value}"
    assert number(spelled) == pytest.approx(float(spelled))
    assert number(spelled.replace(".", ",")) == pytest.approx(float(spelled))


@given(st.floats(0.01, 9999).map(lambda x: round(x, 3)), st.sampled_from(["mg/dL", "mmol/L", "U/L", "mmHg"]))
def test_numbers_round_trip_through_a_sentence(value: float, unit: str) -> None:
    read = only(f"it was {value:.3f} {unit}.")
    assert read.value == pytest.approx(value)
    assert read.unit == unit


def test_a_number_beyond_floats_is_no_quantity() -> None:
    assert number("9" * 400) is None
    assert not math.isinf(number("9" * 30) or 0.0)
