"""Renal: formulas against published examples, tables or anchors worked out by hand."""

from typing import Any, ClassVar

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, number

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("ckd_epi_2021", {"sex": "male", "age": 50, "creatinine": 1.0}, 91.69, "NKF calculator: 92"),
    ("ckd_epi_2021", {"sex": "female", "age": 40, "creatinine": 0.7}, 112.05, "142 × 0.9938^40 × 1.012"),
    ("ckd_epi_2021", {"sex": "male", "age": 60, "creatinine": 0.8}, 101.31, "κ of men is 0.9, also below it"),
    ("mdrd", {"sex": "male", "age": 50, "creatinine": 1.0}, 79.094, "175 × 50^−0.203"),
    ("mdrd", {"sex": "female", "age": 50, "creatinine": 1.0}, 58.688, "79.094 × 0.742"),
    ("mdrd", {"sex": "female", "age": 50, "creatinine": 1.0, "race": "Black"}, 71.130, "58.688 × 1.212"),
    (
        "fractional_excretion_sodium",
        {"urine_sodium": 20, "sodium": 140, "creatinine": 2.0, "urine_creatinine": 100},
        0.285714,
        "100 × 40 / 14000",
    ),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


class TestCockcroftGault:
    """Anchor of the formula: a man of 72 kg with creatinine 1 mg/dL clears 140 − age."""

    PATIENT: ClassVar[dict[str, Given]] = {"age": 60, "height": 180, "creatinine": 1.0}

    def test_normal_weight_takes_the_smaller_of_ideal_and_actual(self) -> None:
        assert number("cockcroft_gault", sex="male", weight=72, **self.PATIENT) == pytest.approx(80.0)
        ideal = 50 + 2.3 * (180 / 2.54 - 60)
        assert number("cockcroft_gault", sex="male", weight=80, **self.PATIENT) == pytest.approx(
            80 * ideal / 72
        )

    def test_underweight_takes_the_actual_weight(self) -> None:
        assert number("cockcroft_gault", sex="male", weight=54, **self.PATIENT) == pytest.approx(60.0)

    def test_overweight_takes_the_adjusted_weight(self) -> None:
        ideal = 45.5 + 2.3 * (180 / 2.54 - 60)
        adjusted = ideal + 0.4 * (120 - ideal)
        expected = 80 * adjusted * 0.85 / 72
        assert number("cockcroft_gault", sex="female", weight=120, **self.PATIENT) == pytest.approx(expected)

    def test_a_body_mass_index_just_below_25_is_not_overweight(self) -> None:
        ideal = 50 + 2.3 * (180 / 2.54 - 60)
        weight = 24.95 * 1.8**2
        assert number("cockcroft_gault", sex="male", weight=weight, **self.PATIENT) == pytest.approx(
            80 * ideal / 72
        )

    @pytest.mark.parametrize(("weight", "height"), [(64, 160), (49, 140), (81, 180), (121, 220)])
    def test_a_body_mass_index_of_exactly_25_is_overweight(self, weight: float, height: float) -> None:
        assert number("body_mass_index", weight=weight, height=height) == 25
        ideal = 50 + 2.3 * (height / 2.54 - 60)
        adjusted = ideal + 0.4 * (weight - ideal)
        clearance = number("cockcroft_gault", sex="male", weight=weight, height=height, age=68, creatinine=1)
        assert clearance == pytest.approx(adjusted)


def test_race_in_mdrd() -> None:
    inputs: dict[str, Given] = {"sex": "male", "age": 50, "creatinine": 1.0, "race": "black"}
    assert number("mdrd", **inputs) == pytest.approx(79.094 * 1.212, rel=1e-4)
    assert number("mdrd", {"race_coefficient": "omit"}, **inputs) == pytest.approx(79.094, rel=1e-4)


# 80 kg and 160 cm: body mass index 31.25; Devine 45.5 + 2.3 × 2.992 = 52.382 kg; adjusted 63.429 kg.
# (140 − 60) × 0.85 / 72 = 0.94444 mL/min for each kilogram at 1 mg/dL
@pytest.mark.parametrize(
    ("option", "weight"), [("by_bmi", 63.429), ("actual", 80), ("ideal", 52.382), ("adjusted", 63.429)]
)
def test_weight_in_cockcroft_gault(option: str, weight: float) -> None:
    inputs: dict[str, Given] = {"sex": "female", "age": 60, "weight": 80, "height": 160, "creatinine": 1}
    result = number("cockcroft_gault", {"clearance_weight": option}, **inputs)
    assert result == pytest.approx(0.94444 * weight, rel=1e-4)


def test_actual_weight_needs_no_height() -> None:
    inputs: dict[str, Given] = {"sex": "female", "age": 60, "weight": 80, "creatinine": 1}
    assert answer("cockcroft_gault", **inputs).kind == "incomputable"
    assert number("cockcroft_gault", {"clearance_weight": "actual"}, **inputs) == pytest.approx(
        75.556, rel=1e-4
    )
