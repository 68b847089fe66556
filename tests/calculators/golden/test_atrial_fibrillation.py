"""Atrial fibrillation: scores against published cases, and every line and limit of their tables."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import score

CHA2DS2_VASC = [
    (
        {"age": 78, "sex": "female", "tia": True, "diabetes": True, "hypertension": True},
        7,
        "medicalpearls.com, general medicine question 17: 2 + 1 + 2 + 1 + 1, where CHADS2 has 5",
    ),
    (
        {"age": 68, "sex": "male", "hypertension": True, "congestive_heart_failure": True, "diabetes": True},
        4,
        "stethoprep.com, arrhythmias 22",
    ),
    (
        {"age": 72, "sex": "female", "hypertension": True, "diabetes": True, "stroke": True},
        6,
        "neetpgai.com, atrial fibrillation 31095",
    ),
    (
        {
            "age": 66,
            "sex": "male",
            "congestive_heart_failure": True,
            "hypertension": True,
            "diabetes": True,
            "stroke": True,
        },
        6,
        "droracle.ai, article 297379",
    ),
]

HAS_BLED = [
    (
        {
            "age": 71,
            "uncontrolled_hypertension": True,
            "stroke": True,
            "labile_inr": True,
            "drugs_predisposing_to_bleeding": True,
            "alcoholic_drinks": 0,
        },
        5,
        "Pisters 2010: H, S, L, E and D",
    ),
    (
        {"age": 60, "abnormal_renal_function": True, "abnormal_liver_function": True, "alcoholic_drinks": 14},
        3,
        "Pisters 2010: kidney and liver count 1 each, alcohol 1",
    ),
]


@pytest.mark.parametrize(("inputs", "expected", "source"), CHA2DS2_VASC)
def test_cha2ds2_vasc(inputs: dict[str, Given], expected: int, source: str) -> None:
    assert score("cha2ds2_vasc", **inputs) == expected, source


# Lip 2010
@pytest.mark.parametrize(
    ("finding", "points"),
    [
        ("congestive_heart_failure", 1),
        ("hypertension", 1),
        ("diabetes", 1),
        ("stroke", 2),
        ("tia", 2),
        ("thromboembolism", 2),
        ("vascular_disease", 1),
    ],
)
def test_each_line_of_cha2ds2_vasc(finding: str, points: int) -> None:
    assert score("cha2ds2_vasc", age=50, sex="male", **{finding: True}) == points
    assert score("cha2ds2_vasc", age=50, sex="female", **{finding: True}) == points + 1


@pytest.mark.parametrize(("age", "points"), [(64, 0), (64.99, 0), (65, 1), (74.99, 1), (75, 2), (98, 2)])
def test_age_in_cha2ds2_vasc(age: float, points: int) -> None:
    assert score("cha2ds2_vasc", age=age, sex="male") == points


def test_stroke_and_tia_and_embolism_are_one_line() -> None:
    events: dict[str, Given] = {"stroke": True, "tia": True, "thromboembolism": True}
    assert score("cha2ds2_vasc", age=50, sex="male", **events) == 2


@pytest.mark.parametrize(("inputs", "expected", "source"), HAS_BLED)
def test_has_bled(inputs: dict[str, Given], expected: int, source: str) -> None:
    assert score("has_bled", **inputs) == expected, source


@pytest.mark.parametrize(
    "finding",
    [
        "uncontrolled_hypertension",
        "abnormal_renal_function",
        "abnormal_liver_function",
        "stroke",
        "bleeding_history",
        "labile_inr",
        "drugs_predisposing_to_bleeding",
    ],
)
def test_each_line_of_has_bled_counts_one(finding: str) -> None:
    assert score("has_bled", age=50, alcoholic_drinks=0, **{finding: True}) == 1


@pytest.mark.parametrize(("age", "points"), [(65, 0), (65.9, 0), (66, 1), (90, 1)])
def test_elderly_is_above_65_in_completed_years(age: float, points: int) -> None:
    assert score("has_bled", age=age) == points


@pytest.mark.parametrize(
    ("drinks", "points"), [(0, 0), (7, 0), (8, 1), ((1, "drinks/day"), 0), ((2, "drinks/day"), 1), (None, 0)]
)
def test_alcohol_counts_from_eight_drinks_a_week(drinks: Given, points: int) -> None:
    assert score("has_bled", age=50, alcoholic_drinks=drinks) == points
