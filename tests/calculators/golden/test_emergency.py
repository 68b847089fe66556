"""Emergency department: the HEART score against published cases, and every line and limit of its table."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, score

NORMAL = "less than or equal to normal limit"
RAISED = "between the normal limit or up to three times the normal limit"
HIGH = "greater than three times normal limit"
LOWEST: dict[str, Given] = {
    "chest_pain_history": "Slightly suspicious",
    "ecg": "Normal",
    "age": 40,
    "initial_troponin": NORMAL,
}
RISK_FACTORS = [
    "hypertension",
    "hypercholesterolemia",
    "diabetes",
    "obesity",
    "recent_smoker",
    "family_cardiovascular_disease",
]


def test_a_man_of_57_with_hypertension() -> None:
    # painepodcast.com, "PAINE PANCE Pearl - Emergency Medicine": age, history and risk factors make 3
    case: dict[str, Given] = {
        "chest_pain_history": "Moderately suspicious",
        "age": 57,
        "hypertension": True,
        "family_cardiovascular_disease": True,
    }
    assert score("heart", **{**LOWEST, **case}) == 3


def test_a_woman_of_72_with_a_high_risk() -> None:
    # Backus 2013: 2 + 1 + 2 + 1 + 2
    case: dict[str, Given] = {
        "chest_pain_history": "highly suspicious",
        "ecg": "non-specific repolarization disturbance",
        "age": 72,
        "diabetes": True,
        "recent_smoker": True,
        "initial_troponin": HIGH,
    }
    assert score("heart", **case) == 8


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("chest_pain_history", ["Slightly suspicious", "Moderately suspicious", "Highly suspicious"]),
        ("ecg", ["Normal", "Non-specific repolarization disturbance", "Significant ST deviation"]),
        ("initial_troponin", [NORMAL, RAISED, HIGH]),
    ],
)
def test_each_grade(name: str, options: list[str]) -> None:
    assert [score("heart", **{**LOWEST, name: option}) for option in options] == [0, 1, 2]


@pytest.mark.parametrize(("age", "points"), [(44.9, 0), (45, 1), (64.9, 1), (65, 2)])
def test_age(age: float, points: int) -> None:
    assert score("heart", **{**LOWEST, "age": age}) == points


@pytest.mark.parametrize("count", range(7))
def test_risk_factors_count_by_their_number(count: int) -> None:
    expected = [0, 1, 1, 2, 2, 2, 2][count]
    for first in range(len(RISK_FACTORS)):
        present = dict.fromkeys((RISK_FACTORS[first:] + RISK_FACTORS[:first])[:count], True)
        assert score("heart", **LOWEST, **present) == expected


def test_known_atherosclerosis_counts_two_with_few_risk_factors_too() -> None:
    assert score("heart", **LOWEST, atherosclerotic_disease=True) == 2
    assert score("heart", **LOWEST, atherosclerotic_disease=True, hypertension=True) == 2


@pytest.mark.parametrize("name", ["chest_pain_history", "ecg", "initial_troponin"])
def test_history_electrocardiogram_and_troponin_have_to_be_known(name: str) -> None:
    result = answer("heart", **{**LOWEST, name: None})
    assert result.kind == "incomputable"
    assert result.missing == (name,)
