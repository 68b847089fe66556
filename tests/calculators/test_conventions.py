"""A question's own words settle a convention before the contract does."""

from __future__ import annotations

import pytest

from calculators.conventions import settled
from calculators.registry import get


@pytest.mark.parametrize(
    ("calculator", "question", "expected"),
    [
        ("delta_gap", "Work out the delta gap, defined here as the anion gap minus 12.", "ag_minus_12"),
        ("delta_gap", "What is (anion gap - 12) - (24 - bicarbonate)?", "minus_bicarbonate_fall"),
        ("corrected_sodium", "Correct sodium by 1.6 mEq/L per 100 mg/dL (Katz).", "katz_1_6"),
        ("corrected_sodium", "Correct sodium with a factor of 0.024.", "hillier_2_4"),
        ("estimated_due_date", "Count 280 days from the last period.", "days_280"),
        ("estimated_due_date", "The due date, by the cycle length given?", "counted"),
        (
            "estimated_conception_date",
            "When was the conception, whatever the length of her cycle?",
            "ignored",
        ),
        ("estimated_conception_date", "Conception date in a 28-day cycle?", "ignored"),
        ("estimated_conception_date", "The date of conception, regardless of the cycle length?", "ignored"),
        ("morphine_milligram_equivalents", "MME by the CDC guideline of 2016?", "cdc_2016"),
        ("mdrd", "The race-free MDRD estimate?", "omit"),
        ("ldl_friedewald", "What is the LDL by Friedewald?", "computed"),
        ("ldl_friedewald", "Give the calculated (not the measured) LDL.", "computed"),
        ("ldl_friedewald", "Which LDL was measured directly?", "measured"),
        ("meld_na", "What is the MELD 3.0 score?", "meld_3_0"),
        (
            "cockcroft_gault",
            "Use the adjusted body weight if the patient is overweight by BMI, else the smaller one.",
            "by_bmi",
        ),
        ("cockcroft_gault", "Creatinine clearance by actual body weight?", "actual"),
        ("cockcroft_gault", "Creatinine clearance\nby ideal weight?", "ideal"),
        ("cockcroft_gault", "Creatinine clearance with the adjusted weight?", "adjusted"),
    ],
)
def test_question_states_the_convention(calculator: str, question: str, expected: str) -> None:
    assert list(settled(get(calculator), question, {}).values()) == [expected]


def test_question_wins_over_the_contract() -> None:
    contract = {"glucose_factor": "katz_1_6", "race_coefficient": "omit"}
    asked = "Correct sodium for glucose with a factor of 0.024."
    assert settled(get("corrected_sodium"), asked, contract) == {"glucose_factor": "hillier_2_4"}
    assert settled(get("corrected_sodium"), "Correct sodium for glucose.", contract) == {
        "glucose_factor": "katz_1_6"
    }


def test_silent_or_contradictory_question_settles_nothing() -> None:
    assert settled(get("delta_gap"), "What is the patient's delta gap in mEq/L?", {}) == {}
    assert settled(get("corrected_sodium"), "By Katz (1.6) or Hillier (2.4)?", {}) == {}
    assert settled(get("cockcroft_gault"), "Use the ideal weight if obese, else the actual weight.", {}) == {}
    assert settled(get("cockcroft_gault"), "Use the adjusted weight instead of the actual weight.", {}) == {}
