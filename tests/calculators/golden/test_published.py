"""Examples with a result that others have published: papers, textbooks, teaching pages, official tools."""

from typing import Any

import pytest

from calculators.evaluate import evaluate
from calculators.registry import get
from tests.calculators.golden.ask import number, score

# (calculator, inputs, published result, its last digit, where it is published)
NUMBERS: list[tuple[str, dict[str, Any], float, float, str]] = [
    (
        "ckd_epi_2021",
        {"sex": "male", "age": 55, "creatinine": 1.2},
        71,
        1,
        "calculator of the National Kidney Foundation",
    ),
    (
        "fib4",
        {"age": 50, "ast": 40, "alt": 36, "platelets": 200},
        1.67,
        0.01,
        "droracle.ai, How to calculate FIB-4",
    ),
    (
        "free_water_deficit",
        {"age": 40, "sex": "female", "weight": 70, "sodium": 154},
        3.5,
        0.1,
        "Nephrology (edublogs), Hypernatremia",
    ),
    (
        "free_water_deficit",
        {"age": 40, "sex": "male", "weight": 70, "sodium": 155},
        4.5,
        0.1,
        "Calculators Directory, fluid deficit: 42 L × (155 / 140 − 1)",
    ),
    (
        "body_mass_index",
        {"weight": (210, "lb"), "height": "6 ft 3 in"},
        26.3,
        0.2,
        "Lippincott NursingCenter, BMI and BSA, example 1, at 2.2 lb per kg",
    ),
    (
        "body_surface_area",
        {"weight": 70, "height": 175},
        1.84,
        0.01,
        "Calculators9, body surface area: Mosteller's column",
    ),
    (
        "fractional_excretion_sodium",
        {"urine_sodium": 35, "sodium": 140, "creatinine": 3.2, "urine_creatinine": 160},
        0.5,
        0.1,
        "Rennke and Denker, Renal Pathophysiology, chapter 8, case of the rising creatinine",
    ),
    (
        "anion_gap",
        {"sodium": 138, "chloride": 90, "bicarbonate": 16},
        32,
        1,
        "UnremarkableLab, thread on the delta gap, first example",
    ),
    (
        "anion_gap",
        {"sodium": 136, "chloride": 106, "bicarbonate": 10},
        20,
        1,
        "UnremarkableLab, thread on the delta gap, second example",
    ),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "digit", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, digit: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, abs=digit / 2 + 1e-9), source


def test_delta_gap() -> None:
    """UnremarkableLab, first example: a gap of 32, 12 expected."""
    inputs: dict[str, Any] = {"sodium": 138, "chloride": 90, "bicarbonate": 16}
    assert number("delta_gap", {"delta_gap": "ag_minus_12"}, **inputs) == pytest.approx(20)


def test_sodium_by_katz() -> None:
    """droracle.ai, corrected sodium: 130 mEq/L with glucose 500 mg/dL."""
    inputs: dict[str, Any] = {"sodium": 130, "glucose": 500}
    assert number("corrected_sodium", {"glucose_factor": "katz_1_6"}, **inputs) == pytest.approx(136.4)


def test_meld_na_by_the_rule_of_2016() -> None:
    """ScoutMyTool, MELD-Na: 13 before sodium, 15 after."""
    assert score("meld_na", creatinine=1.0, bilirubin=1.5, inr=1.5, sodium=135) == 15


def test_a_mass_of_insulin() -> None:
    """1 ng/mL of human insulin (5807.6 g/mol) is 172.2 pmol/L, 28.7 µIU/mL at 6.00 pmol/L each."""
    assert number("homa_ir", insulin=(1.0, "ng/mL"), glucose=81) == pytest.approx(28.698 / 5, rel=1e-4)


@pytest.mark.parametrize(
    ("calculator", "inputs", "expected", "source"),
    [
        ("qtc_bazett", {"heart_rate": 75, "qt_interval": 400}, 447.2, "400 / √0.8"),
        ("qtc_fridericia", {"heart_rate": 75, "qt_interval": 400}, 430.9, "400 / ∛0.8"),
        ("qtc_framingham", {"heart_rate": 75, "qt_interval": 400}, 430.8, "Sagie 1992: 400 + 154 × 0.2"),
        ("qtc_hodges", {"heart_rate": 75, "qt_interval": 400}, 426.3, "Hodges 1983: 400 + 1.75 × 15"),
        ("qtc_rautaharju", {"heart_rate": 75, "qt_interval": 400}, 433.3, "Rautaharju 2002: 400 × 195 / 180"),
    ],
)
def test_corrected_qt_at_75_beats(
    calculator: str, inputs: dict[str, Any], expected: float, source: str
) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, abs=0.06), source


class TestMadeFor:
    """Outside the patients of its authors a formula answers with a note."""

    @pytest.mark.parametrize(
        ("calculator", "inputs", "noted"),
        [
            ("ideal_body_weight", {"sex": "female", "height": (60, "in")}, False),
            ("ideal_body_weight", {"sex": "female", "height": 150}, True),
            ("corrected_sodium", {"sodium": 138, "glucose": 100}, False),
            ("corrected_sodium", {"sodium": 138, "glucose": 90}, True),
            ("free_water_deficit", {"age": 40, "sex": "male", "weight": 70, "sodium": 140}, False),
            ("free_water_deficit", {"age": 40, "sex": "male", "weight": 70, "sodium": 132}, True),
            ("delta_ratio", {"sodium": 140, "chloride": 100, "bicarbonate": 23}, False),
            ("delta_ratio", {"sodium": 140, "chloride": 100, "bicarbonate": 30}, True),
            ("fib4", {"age": 18, "ast": 40, "alt": 36, "platelets": 200}, False),
            ("fib4", {"age": 15, "ast": 40, "alt": 36, "platelets": 200}, True),
        ],
    )
    def test_a_patient_outside_is_noted(self, calculator: str, inputs: dict[str, Any], noted: bool) -> None:
        derivation = evaluate(get(calculator), inputs)
        assert derivation.answer.kind != "incomputable"
        assert any("was not made for" in note for note in derivation.notes) is noted
