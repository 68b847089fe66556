"""Cardiology: formulas against published examples, tables or anchors worked out by hand."""

import math
from typing import Any

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import number

QT = {"heart_rate": 100.0, "qt_interval": 360.0}

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("mean_arterial_pressure", {"systolic_bp": 120, "diastolic_bp": 80}, 93.333, "StatPearls"),
    ("qtc_bazett", QT, 464.758, "360 / √0.6"),
    ("qtc_fridericia", QT, 426.829, "360 / ∛0.6"),
    ("qtc_framingham", QT, 421.6, "360 + 154 × 0.4"),
    ("qtc_hodges", QT, 430.0, "360 + 1.75 × 40"),
    ("qtc_rautaharju", QT, 440.0, "360 × 220 / 180"),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


class TestHardChd:
    """ATP III point tables (Circulation 2002;106:3143) at the middle of each band."""

    def test_man_of_13_points_has_12_percent(self) -> None:
        risk = number(
            "framingham_hard_chd",
            sex="male",
            age=57,
            total_cholesterol=220,
            hdl=45,
            systolic_bp=135,
            smoker=False,
        )
        assert risk == pytest.approx(12, abs=2.5)

    def test_smoking_woman_of_19_points_has_8_percent(self) -> None:
        risk = number(
            "framingham_hard_chd",
            sex="female",
            age=57,
            total_cholesterol=220,
            hdl=45,
            systolic_bp=135,
            smoker=True,
        )
        assert risk == pytest.approx(8, abs=2.5)

    def test_worked_by_hand(self) -> None:
        # L = 171.872 − 172.300 = −0.428; 100 × (1 − 0.9402^0.6516)
        man: dict[str, Given] = {
            "sex": "male",
            "age": 50,
            "total_cholesterol": 200,
            "hdl": 50,
            "systolic_bp": 120,
        }
        assert number("framingham_hard_chd", smoker=False, **man) == pytest.approx(3.938, abs=0.005)
        # L = 149.105 − 146.593 = 2.512; 100 × (1 − 0.98767^12.327)
        woman: dict[str, Given] = {
            "sex": "female",
            "age": 60,
            "total_cholesterol": 240,
            "hdl": 45,
            "systolic_bp": 150,
        }
        result = number("framingham_hard_chd", smoker=True, bp_treated=True, **woman)
        assert result == pytest.approx(14.18, abs=0.01)

    def test_cholesterol_in_mmol_is_converted_before_the_logarithm(self) -> None:
        rest: dict[str, Given] = {"sex": "male", "age": 50, "systolic_bp": 120, "smoker": False}
        in_mg = number("framingham_hard_chd", total_cholesterol=200, hdl=50, **rest)
        in_mmol = number(
            "framingham_hard_chd", total_cholesterol=(5.1725, "mmol/L"), hdl=(1.2931, "mmol/L"), **rest
        )
        assert in_mmol == pytest.approx(in_mg, rel=1e-3)

    @pytest.mark.parametrize(("sex", "cap"), [("male", 70), ("female", 78)])
    def test_smoking_counts_less_with_age_up_to_a_cap(self, sex: str, cap: float) -> None:
        rest: dict[str, Given] = {"sex": sex, "total_cholesterol": 200, "hdl": 50, "systolic_bp": 120}

        def log_hazard_ratio(age: float) -> float:
            risks = [number("framingham_hard_chd", age=age, smoker=s, **rest) for s in (True, False)]
            hazards = [-math.log(1 - risk / 100) for risk in risks]
            return math.log(hazards[0] / hazards[1])

        assert log_hazard_ratio(cap - 2) > log_hazard_ratio(cap) + 0.01
        assert log_hazard_ratio(cap + 1) == pytest.approx(log_hazard_ratio(cap), abs=1e-6)

    @pytest.mark.parametrize(("sex", "coefficient"), [("male", 0.241549), ("female", 0.420251)])
    def test_treatment_of_blood_pressure(self, sex: str, coefficient: float) -> None:
        rest: dict[str, Given] = {
            "sex": sex, "age": 50, "smoker": False, "total_cholesterol": 200, "hdl": 50, "systolic_bp": 120,
        }  # fmt: skip
        hazards = [
            -math.log(1 - number("framingham_hard_chd", bp_treated=treated, **rest) / 100)
            for treated in (True, False)
        ]
        assert math.log(hazards[0] / hazards[1]) == pytest.approx(coefficient, abs=1e-6)
