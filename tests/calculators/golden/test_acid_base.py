"""Acid and base: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from tests.calculators.golden.ask import number

GAP = {"sodium": 140.0, "chloride": 100.0, "bicarbonate": 10.0}

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("anion_gap", {"sodium": 140, "chloride": 104, "bicarbonate": 24}, 12.0, "the normal gap"),
    ("anion_gap", GAP, 30.0, "140 − 110"),
    ("delta_gap", GAP, 18.0, "30 − 12"),
    ("delta_ratio", GAP, 18 / 14, "18 / (24 − 10)"),
    ("albumin_corrected_anion_gap", {**GAP, "albumin": 2.0}, 35.0, "Figge: 2.5 per g/dL below 4"),
    ("albumin_corrected_delta_gap", {**GAP, "albumin": 2.0}, 23.0, "35 − 12"),
    ("albumin_corrected_delta_ratio", {**GAP, "albumin": 2.0}, 23 / 14, "23 / 14"),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


def test_delta_gap_less_the_fall_of_bicarbonate() -> None:
    chosen = {"delta_gap": "minus_bicarbonate_fall"}
    assert number("delta_gap", chosen, sodium=140, chloride=100, bicarbonate=10) == pytest.approx(4.0)
