"""The Charlson index against its published weights."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import score

# Charlson 1987
WEIGHTS: list[tuple[str, Given, int]] = [
    ("myocardial_infarction", True, 1),
    ("congestive_heart_failure", True, 1),
    ("peripheral_vascular_disease", True, 1),
    ("stroke", True, 1),
    ("tia", True, 1),
    ("dementia", True, 1),
    ("copd", True, 1),
    ("connective_tissue_disease", True, 1),
    ("peptic_ulcer_disease", True, 1),
    ("liver_disease_severity", "mild", 1),
    ("diabetes_severity", "Uncomplicated", 1),
    ("diabetes_severity", "None or diet-controlled", 0),
    ("hemiplegia", True, 2),
    ("moderate_to_severe_kidney_disease", True, 2),
    ("diabetes_severity", "End-organ damage", 2),
    ("solid_tumor", "localized", 2),
    ("leukemia", True, 2),
    ("lymphoma", True, 2),
    ("liver_disease_severity", "moderate", 3),
    ("liver_disease_severity", "severe", 3),
    ("liver_disease_severity", "Moderate to Severe", 3),
    ("solid_tumor", "metastatic", 6),
    ("aids", True, 6),
]


@pytest.mark.parametrize(("name", "value", "weight"), WEIGHTS)
def test_each_weight(name: str, value: Given, weight: int) -> None:
    assert score("charlson", age=45, **{name: value}) == weight


# Charlson 1994; the combined score of the index as clinicians know it
@pytest.mark.parametrize(
    ("age", "points"),
    [(18, 0), (49.9, 0), (50, 1), (59.9, 1), (60, 2), (69.9, 2), (70, 3), (79.9, 3), (80, 4), (99, 4)],
)
def test_each_decade_from_fifty_on(age: float, points: int) -> None:
    assert score("charlson", age=age) == points
    assert score("charlson", {"age_points": "without"}, age=age) == 0


def test_stroke_and_tia_are_one_line() -> None:
    assert score("charlson", age=45, stroke=True, tia=True) == 1


def test_a_man_of_66_with_infarction_lung_disease_and_diabetic_nephropathy() -> None:
    # fpnotebook.com, Charlson Comorbidity Index: 2 for the age, 1, 1 and 2
    case: dict[str, Given] = {
        "myocardial_infarction": True,
        "copd": True,
        "diabetes_severity": "End-organ damage",
    }
    assert score("charlson", age=66, **case) == 6
    assert score("charlson", {"age_points": "without"}, age=66, **case) == 4


def test_everything_at_once_is_37() -> None:
    # omnicalculator.com, Charlson Comorbidity Index: the maximum with age is 37
    worst: dict[str, Given] = {name: value for name, value, _ in WEIGHTS}
    worst |= {"diabetes_severity": "End-organ damage", "solid_tumor": "metastatic"}
    assert score("charlson", age=85, **worst) == 37
