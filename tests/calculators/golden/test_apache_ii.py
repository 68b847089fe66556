"""APACHE II: the table of Knaus 1985, with the half-open bands of MDCalc."""

import pytest

from calculators.evaluate import Given, evaluate
from calculators.registry import get
from tests.calculators.golden.ask import answer, score

NORMAL: dict[str, Given] = {
    "temperature": 37,
    "systolic_bp": 120,
    "diastolic_bp": 80,
    "heart_rate": 80,
    "respiratory_rate": 16,
    "fio2": 21,
    "pao2": 90,
    "ph": 7.4,
    "sodium": 140,
    "potassium": 4,
    "creatinine": 1.0,
    "hematocrit": 42,
    "white_cells": 8,
    "gcs": 15,
    "age": 40,
}
OXYGEN: dict[str, Given] = {**NORMAL, "fio2": 60, "pao2": None}

WORST: dict[str, Given] = {
    "temperature": 41.5,
    "systolic_bp": 60,
    "diastolic_bp": 30,
    "heart_rate": 190,
    "respiratory_rate": 55,
    "fio2": 100,
    "aa_gradient": 600,
    "ph": 7.0,
    "sodium": 105,
    "potassium": 7.5,
    "creatinine": 5,
    "acute_renal_failure": True,
    "hematocrit": 15,
    "white_cells": 0.5,
    "gcs": 3,
    "age": 80,
    "severe_organ_failure": True,
}

EDGES: list[tuple[str, Given, int]] = [
    *(("temperature", v, p) for v, p in ((41, 4), (40.9, 3), (39, 3), (38.9, 1), (38.5, 1), (38.4, 0))),
    *(("temperature", v, p) for v, p in ((36, 0), (35.9, 1), (34, 1), (33.9, 2), (32, 2), (31.9, 3))),
    *(("temperature", v, p) for v, p in ((30, 3), (29.9, 4))),
    *(("mean_arterial_pressure", v, p) for v, p in ((160, 4), (159, 3), (130, 3), (129, 2), (110, 2))),
    *(("mean_arterial_pressure", v, p) for v, p in ((109, 0), (70, 0), (69, 2), (50, 2), (49, 4))),
    *(("heart_rate", v, p) for v, p in ((180, 4), (179, 3), (140, 3), (139, 2), (110, 2), (109, 0))),
    *(("heart_rate", v, p) for v, p in ((70, 0), (69, 2), (55, 2), (54, 3), (40, 3), (39, 4))),
    *(("respiratory_rate", v, p) for v, p in ((50, 4), (49, 3), (35, 3), (34, 1), (25, 1), (24, 0))),
    *(("respiratory_rate", v, p) for v, p in ((12, 0), (11, 1), (10, 1), (9, 2), (6, 2), (5, 4))),
    *(("pao2", v, p) for v, p in ((71, 0), (70, 1), (61, 1), (60, 3), (55, 3), (54, 4))),
    *(("ph", v, p) for v, p in ((7.7, 4), (7.69, 3), (7.6, 3), (7.59, 1), (7.5, 1), (7.49, 0))),
    *(("ph", v, p) for v, p in ((7.33, 0), (7.32, 2), (7.25, 2), (7.24, 3), (7.15, 3), (7.14, 4))),
    *(("sodium", v, p) for v, p in ((180, 4), (179, 3), (160, 3), (159, 2), (155, 2), (154, 1), (150, 1))),
    *(("sodium", v, p) for v, p in ((149, 0), (130, 0), (129, 2), (120, 2), (119, 3), (111, 3), (110, 4))),
    *(("potassium", v, p) for v, p in ((7, 4), (6.9, 3), (6, 3), (5.9, 1), (5.5, 1), (5.4, 0))),
    *(("potassium", v, p) for v, p in ((3.5, 0), (3.4, 1), (3, 1), (2.9, 2), (2.5, 2), (2.4, 4))),
    *(("creatinine", v, p) for v, p in ((3.5, 4), (3.4, 3), (2, 3), (1.9, 2), (1.5, 2), (1.4, 0))),
    *(("creatinine", v, p) for v, p in ((0.6, 0), (0.5, 2), ((310, "µmol/L"), 4), ((130, "µmol/L"), 0))),
    *(("hematocrit", v, p) for v, p in ((60, 4), (59.9, 2), (50, 2), (49.9, 1), (46, 1), (45.9, 0))),
    *(("hematocrit", v, p) for v, p in ((30, 0), (29.9, 2), (20, 2), (19.9, 4))),
    *(("white_cells", v, p) for v, p in ((40, 4), (39.9, 2), (20, 2), (19.9, 1), (15, 1), (14.9, 0))),
    *(("white_cells", v, p) for v, p in ((3, 0), (2.9, 2), (1, 2), (0.9, 4), ((16000, "/µL"), 1))),
    *(("gcs", 15 - points, points) for points in range(13)),
    *(("age", v, p) for v, p in ((44, 0), (45, 2), (54, 2), (55, 3), (64, 3), (65, 5), (74, 5), (75, 6))),
]


@pytest.mark.parametrize(("name", "value", "points"), EDGES)
def test_each_band_begins_where_the_table_says(name: str, value: Given, points: int) -> None:
    assert score("apache_ii", **{**NORMAL, name: value}) == points


@pytest.mark.parametrize(("gradient", "points"), [(199, 0), (200, 2), (349, 2), (350, 3), (499, 3), (500, 4)])
def test_from_50_percent_oxygen_the_gradient_counts(gradient: float, points: int) -> None:
    assert score("apache_ii", **{**OXYGEN, "fio2": 50, "aa_gradient": gradient}) == points
    assert score("apache_ii", **{**OXYGEN, "fio2": (0.5, "fraction"), "aa_gradient": gradient}) == points
    assert score("apache_ii", **{**NORMAL, "fio2": 49.9, "aa_gradient": gradient}) == 0


def test_a_blood_gas_gives_the_gradient() -> None:
    # 0.6 × 713 − 40 / 0.8 − 70 = 307.8
    case: dict[str, Given] = {**OXYGEN, "pao2": 70, "paco2": 40}
    assert score("apache_ii", **case) == 2
    steps = {step.name: step for step in evaluate(get("apache_ii"), case).steps}
    assert "A-a gradient 308 mmHg (FiO2 × 713 − PaCO2 / 0.8 − PaO2)" in steps["oxygenation"].expression


def test_without_a_gradient_its_points_are_open() -> None:
    unknown = answer("apache_ii", **{**OXYGEN, "pao2": 70})
    assert unknown.kind == "incomputable"
    assert unknown.missing == ("aa_gradient",)
    assert "could be 0 to 4" in unknown.reason


@pytest.mark.parametrize(
    ("systolic", "diastolic", "points"), [(149, 89, 0), (149, 90, 2), (90, 59, 2), (90, 60, 0), (89, 60, 0)]
)
def test_a_mean_pressure_is_rounded_to_the_whole_mmhg_of_the_table(
    systolic: float, diastolic: float, points: int
) -> None:
    # 109 and 109.67; 69.33, 70 and 69.67
    assert score("apache_ii", **{**NORMAL, "systolic_bp": systolic, "diastolic_bp": diastolic}) == points


@pytest.mark.parametrize(
    ("creatinine", "points"), [(0.5, 2), (1.4, 0), (1.5, 4), (1.9, 4), (2.0, 6), (3.4, 6), (3.5, 8)]
)
def test_acute_renal_failure_doubles_the_points_of_a_high_creatinine(creatinine: float, points: int) -> None:
    """MDCalc: 4, 6 and 8 points; a low creatinine keeps its 2."""
    case: dict[str, Given] = {**NORMAL, "creatinine": creatinine, "acute_renal_failure": True}
    assert score("apache_ii", **case) == points


def test_chronic_renal_failure_doubles_nothing_and_acute_on_chronic_is_a_convention() -> None:
    chronic: dict[str, Given] = {**NORMAL, "creatinine": 3.0, "chronic_renal_failure": True}
    both: dict[str, Given] = {**chronic, "acute_renal_failure": True}
    assert score("apache_ii", **chronic) == 3
    assert score("apache_ii", **both) == 6
    assert score("apache_ii", {"acute_on_chronic_renal_failure": "not_doubled"}, **both) == 3


@pytest.mark.parametrize(
    ("surgery", "points"), [(None, 5), ("Nonoperative", 5), ("Emergency", 5), ("Elective", 2)]
)
def test_chronic_health_counts_by_the_kind_of_admission(surgery: str | None, points: int) -> None:
    case: dict[str, Given] = {**NORMAL, "admission_surgery": surgery}
    assert score("apache_ii", **{**case, "severe_organ_failure": True}) == points
    assert score("apache_ii", **case) == 0


def test_the_healthiest_and_the_sickest_patient() -> None:
    assert score("apache_ii", **NORMAL) == 0
    assert score("apache_ii", **WORST) == 71


def test_septic_shock_after_emergency_surgery() -> None:
    # by the table: temperature 3, pressure 2, pulse 2, breathing 1, PaO2 1, pH 2, potassium 1,
    # creatinine 3 × 2, white cells 2, coma 2, age 5
    case: dict[str, Given] = {
        "temperature": 39.4,
        "systolic_bp": 85,
        "diastolic_bp": 45,
        "heart_rate": 125,
        "respiratory_rate": 28,
        "fio2": 40,
        "pao2": 68,
        "ph": 7.28,
        "sodium": 134,
        "potassium": 5.6,
        "creatinine": 2.6,
        "acute_renal_failure": True,
        "hematocrit": 33,
        "white_cells": 22.5,
        "gcs": 13,
        "age": 68,
        "admission_surgery": "Emergency",
    }
    assert score("apache_ii", **case) == 27
