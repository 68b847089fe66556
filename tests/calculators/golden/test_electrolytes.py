"""Electrolytes: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import number

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("corrected_calcium", {"calcium": 8.0, "albumin": 2.0}, 9.6, "Payne: 8 + 0.8 × 2"),
    ("corrected_calcium", {"calcium": (2.0, "mmol/L"), "albumin": (20, "g/L")}, 9.6156, "2 × 4.0078 + 1.6"),
    ("serum_osmolality", {"sodium": 140, "bun": 14, "glucose": 90}, 290.0, "280 + 5 + 5"),
    ("free_water_deficit", {"age": 50, "sex": "male", "weight": 70, "sodium": 154}, 4.2, "42 L × 0.1"),
    ("free_water_deficit", {"age": 50, "sex": "female", "weight": 70, "sodium": 154}, 3.5, "35 L × 0.1"),
    ("free_water_deficit", {"age": 65, "sex": "male", "weight": 70, "sodium": 154}, 3.5, "35 L × 0.1"),
    ("free_water_deficit", {"age": 70, "sex": "female", "weight": 50, "sodium": 168}, 4.5, "22.5 L × 0.2"),
    (
        "free_water_deficit",
        {"age": (30, "months"), "sex": "female", "weight": 10, "sodium": 161},
        0.9,
        "6 L × 0.15",
    ),
    ("free_water_deficit", {"age": 17.9, "sex": "female", "weight": 50, "sodium": 154}, 3.0, "30 L × 0.1"),
    ("free_water_deficit", {"age": 18, "sex": "female", "weight": 50, "sodium": 154}, 2.5, "25 L × 0.1"),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


def test_sodium_for_glucose() -> None:
    inputs: dict[str, Given] = {"sodium": 125, "glucose": 600}
    assert number("corrected_sodium", **inputs) == pytest.approx(137.0)
    assert number("corrected_sodium", {"glucose_factor": "katz_1_6"}, **inputs) == pytest.approx(133.0)
