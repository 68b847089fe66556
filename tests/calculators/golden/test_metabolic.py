"""Metabolic: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import number

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("maintenance_fluids", {"weight": 8}, 32.0, "Holliday and Segar: 4 per kg"),
    ("maintenance_fluids", {"weight": 10}, 40.0, "40"),
    ("maintenance_fluids", {"weight": 15}, 50.0, "40 + 10"),
    ("maintenance_fluids", {"weight": 20}, 60.0, "40 + 20"),
    ("maintenance_fluids", {"weight": 70}, 110.0, "40 + 20 + 50"),
    ("homa_ir", {"insulin": 10, "glucose": 81}, 2.0, "810 / 405"),
    ("homa_ir", {"insulin": (60, "pmol/L"), "glucose": (4.5, "mmol/L")}, 2.0017, "Matthews: 10 × 4.5 / 22.5"),
    ("ldl_friedewald", {"total_cholesterol": 200, "hdl": 50, "triglycerides": 150}, 120.0, "200 − 50 − 30"),
    (
        "ldl_friedewald",
        {
            "total_cholesterol": (5.0, "mmol/L"),
            "hdl": (1.3, "mmol/L"),
            "triglycerides": (1.7, "mmol/L"),
        },
        112.96,
        "193.33 − 50.27 − 30.10; Friedewald in mmol/L, TG / 2.2, has 2.93 mmol/L = 113.2",
    ),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


def test_a_stated_ldl_counts_where_the_convention_says_so() -> None:
    lipids: dict[str, Given] = {"total_cholesterol": 200, "hdl": 50, "triglycerides": 150}
    measured = {"ldl_source": "measured"}
    assert number("ldl_friedewald", **lipids, ldl=131) == pytest.approx(120)
    assert number("ldl_friedewald", measured, **lipids, ldl=131) == pytest.approx(131)
    assert number("ldl_friedewald", measured, **lipids) == pytest.approx(120)
