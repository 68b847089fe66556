"""The Caprini score against its published form."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import score

YOUNG: dict[str, Given] = {"age": 30, "sex": "male", "body_mass_index": 22}

# Caprini 2005: the form's lines by their points
FORM: dict[int, list[tuple[str, Given]]] = {
    1: [
        ("planned_surgery", "minor"),
        ("major_surgery_last_month", True),
        ("varicose_veins", True),
        ("inflammatory_bowel_disease", True),
        ("swollen_legs", True),
        ("body_mass_index", 30),
        ("acute_myocardial_infarction", True),
        ("heart_failure_last_month", True),
        ("sepsis_last_month", True),
        ("pneumonia_last_month", True),
        ("copd", True),
        ("mobility", "on bed rest"),
        ("hormone_use", True),
        ("pregnancy_or_postpartum", True),
        ("adverse_pregnancy_outcome", True),
    ],
    2: [
        ("planned_surgery", "arthroscopic"),
        ("malignancy", True),
        ("planned_surgery", "major"),
        ("planned_surgery", "laparoscopic"),
        ("mobility", "confined to bed >72 hours"),
        ("plaster_cast_last_month", True),
        ("central_venous_access", True),
    ],
    3: [
        ("previous_dvt", True),
        ("previous_pe", True),
        ("family_history_of_thrombosis", True),
        ("factor_v_leiden", True),
        ("prothrombin_20210a", True),
        ("elevated_homocysteine", True),
        ("lupus_anticoagulant", True),
        ("anticardiolipin_antibody", True),
        ("heparin_induced_thrombocytopenia", True),
        ("other_thrombophilia", True),
    ],
    5: [
        ("planned_surgery", "elective major lower extremity arthroplasty"),
        ("leg_fracture_last_month", True),
        ("stroke_last_month", True),
        ("multiple_trauma_last_month", True),
        ("spinal_cord_injury_last_month", True),
    ],
}
LINES = [(name, value, points) for points, lines in FORM.items() for name, value in lines]


@pytest.mark.parametrize(("name", "value", "points"), LINES)
def test_each_line_of_the_form(name: str, value: Given, points: int) -> None:
    assert score("caprini", **{**YOUNG, name: value}) == points


@pytest.mark.parametrize(
    ("age", "points"), [(40, 0), (40.9, 0), (41, 1), (60.9, 1), (61, 2), (74.9, 2), (75, 3), (95, 3)]
)
def test_age(age: float, points: int) -> None:
    assert score("caprini", **{**YOUNG, "age": age}) == points


@pytest.mark.parametrize(("bmi", "points"), [(24.9, 0), (25, 0), (25.1, 1), (45, 1)])
def test_body_mass_index_counts_above_25(bmi: float, points: int) -> None:
    assert score("caprini", **{**YOUNG, "body_mass_index": bmi}) == points


def test_knee_replacement_of_an_obese_woman_of_68_with_varicose_veins() -> None:
    # 2 for the age, 5, 1 for the weight, 1 for the veins
    case: dict[str, Given] = {
        "age": 68,
        "sex": "female",
        "body_mass_index": 33,
        "planned_surgery": "elective major lower extremity arthroplasty",
        "varicose_veins": True,
    }
    assert score("caprini", **case) == 9
    assert score("caprini", {"female_sex": "counts"}, **case) == 10


def test_laparoscopic_colectomy_for_cancer_with_a_central_line() -> None:
    # 1 for the age, 2, 2 for the cancer, 2 for the line
    case: dict[str, Given] = {
        "age": 55,
        "sex": "male",
        "body_mass_index": 24,
        "planned_surgery": "laparoscopic",
        "malignancy": True,
        "central_venous_access": True,
    }
    assert score("caprini", **case) == 7


def test_previous_thrombosis_and_embolism_are_one_line_of_the_form() -> None:
    both: dict[str, Given] = {"previous_dvt": True, "previous_pe": True}
    assert score("caprini", **YOUNG, **both) == 3
    assert score("caprini", {"dvt_and_pe": "each"}, **YOUNG, **both) == 6
