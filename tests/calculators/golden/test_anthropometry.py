"""Anthropometry: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from tests.calculators.golden.ask import number

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("body_mass_index", {"weight": 68, "height": 165}, 24.977, "CDC worked example: 68 kg, 165 cm is 24.98"),
    ("ideal_body_weight", {"sex": "male", "height": (70, "in")}, 73.0, "Devine: 50 + 2.3 × 10"),
    ("ideal_body_weight", {"sex": "female", "height": (65, "in")}, 57.0, "Devine: 45.5 + 2.3 × 5"),
    ("ideal_body_weight", {"sex": "female", "height": (58, "in")}, 40.9, "Devine: 45.5 − 2.3 × 2"),
    ("adjusted_body_weight", {"sex": "male", "height": (70, "in"), "weight": 100}, 83.8, "73 + 0.4 × 27"),
    ("body_surface_area", {"weight": 80, "height": 180}, 2.0, "Mosteller: √(14400 / 3600)"),
    ("target_weight", {"target_bmi": 25, "height": (2, "m")}, 100.0, "25 × 4"),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source
