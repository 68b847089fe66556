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
