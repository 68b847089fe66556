"""Organ failure: scores against the tables of their papers."""

import pytest

from calculators.evaluate import Given
from calculators.model import InputValue
from tests.calculators.golden.ask import answer, score

STABLE: dict[str, Given] = {
    "pao2": 95,
    "fio2": 21,
    "platelets": 250,
    "bilirubin": 0.7,
    "systolic_bp": 120,
    "diastolic_bp": 75,
    "gcs": 15,
    "creatinine": 0.9,
}


class TestSofa:
    """Vincent 1996, table 3; the order of the bands as in the MSD Manual's calculator."""

    def test_the_healthiest_and_the_sickest_patient(self) -> None:
        assert score("sofa", **STABLE) == 0
        assert (
            score(
                "sofa",
                pao2=55,
                fio2=100,
                mechanical_ventilation=True,
                platelets=12,
                bilirubin=14,
                norepinephrine=0.4,
                gcs=3,
                creatinine=5.4,
                urine_output=100,
            )
            == 24
        )

    def test_septic_shock_on_a_ventilator(self) -> None:
        # PaO2 / FiO2 144 ventilated 3, platelets 2, bilirubin 2, norepinephrine 0.15 4, coma 2, creatinine 2
        assert (
            score(
                "sofa",
                pao2=72,
                fio2=50,
                mechanical_ventilation=True,
                platelets=(88000, "/µL"),
                bilirubin=(50, "µmol/L"),
                systolic_bp=95,
                diastolic_bp=55,
                norepinephrine=0.15,
                gcs=10,
                creatinine=(210, "µmol/L"),
            )
            == 15
        )

    @pytest.mark.parametrize(
        ("pao2", "supported", "points"),
        [
            (200, False, 0),
            (199, False, 1),
            (150, False, 1),
            (149, False, 2),
            (100, False, 2),
            (99, False, 2),
            (49, False, 2),
            (150, True, 1),
            (149, True, 2),
            (100, True, 2),
            (99, True, 3),
            (50, True, 3),
            (49, True, 4),
        ],
    )
    def test_oxygenation_below_200_needs_support_for_more_than_two_points(
        self, pao2: float, supported: bool, points: int
    ) -> None:
        for support in ("mechanical_ventilation", "cpap"):
            case: dict[str, Given] = {**STABLE, "pao2": pao2, "fio2": 50, support: supported}
            assert score("sofa", **case) == points

    @pytest.mark.parametrize("fio2", [28, 34, 40, 55, 56, 57, 68, 69, 100])
    def test_a_ratio_on_the_limit_belongs_to_the_better_band(self, fio2: float) -> None:
        for ratio, points in ((400, 0), (300, 1), (200, 2), (100, 3)):
            case: dict[str, Given] = {**STABLE, "pao2": ratio * fio2 / 100, "fio2": fio2, "cpap": True}
            assert score("sofa", **case) == points

    @pytest.mark.parametrize(
        ("name", "value", "points"),
        [
            ("platelets", 150, 0),
            ("platelets", 149, 1),
            ("platelets", 100, 1),
            ("platelets", 99, 2),
            ("platelets", 50, 2),
            ("platelets", 49, 3),
            ("platelets", 20, 3),
            ("platelets", 19, 4),
            ("bilirubin", 1.19, 0),
            ("bilirubin", 1.2, 1),
            ("bilirubin", 1.9, 1),
            ("bilirubin", 2.0, 2),
            ("bilirubin", 5.9, 2),
            ("bilirubin", 6.0, 3),
            ("bilirubin", 11.9, 3),
            ("bilirubin", 12.0, 4),
            ("gcs", 14, 1),
            ("gcs", 13, 1),
            ("gcs", 12, 2),
            ("gcs", 10, 2),
            ("gcs", 9, 3),
            ("gcs", 6, 3),
            ("gcs", 5, 4),
            ("creatinine", 1.19, 0),
            ("creatinine", 1.2, 1),
            ("creatinine", 1.9, 1),
            ("creatinine", 2.0, 2),
            ("creatinine", 3.4, 2),
            ("creatinine", 3.5, 3),
            ("creatinine", 4.9, 3),
            ("creatinine", 5.0, 4),
            ("urine_output", 500, 0),
            ("urine_output", 499, 3),
            ("urine_output", 200, 3),
            ("urine_output", 199, 4),
            ("urine_output", (0.4, "L/day"), 3),
            ("urine_output", (20, "mL/h"), 3),
            ("dopamine", 0, 0),
            ("dopamine", 0.5, 2),
            ("dopamine", 5, 2),
            ("dopamine", 5.1, 3),
            ("dopamine", 15, 3),
            ("dopamine", 15.1, 4),
            ("dobutamine", 12, 2),
            ("epinephrine", 0.1, 3),
            ("epinephrine", 0.11, 4),
            ("norepinephrine", 0.02, 3),
            ("norepinephrine", 0.1, 3),
            ("norepinephrine", 0.11, 4),
            ("norepinephrine", (6, "µg/kg/h"), 3),
            ("mean_arterial_pressure", 70, 0),
            ("mean_arterial_pressure", 69, 1),
            ("diastolic_bp", 45, 0),
            ("diastolic_bp", 44, 1),
        ],
    )
    def test_each_band_begins_where_the_table_says(self, name: str, value: Given, points: int) -> None:
        assert score("sofa", **{**STABLE, name: value}) == points

    def test_the_worse_of_creatinine_and_urine_counts(self) -> None:
        assert score("sofa", **{**STABLE, "creatinine": 5.5, "urine_output": 900}) == 4
        assert score("sofa", **{**STABLE, "creatinine": 2.5, "urine_output": 300}) == 3

    def test_words_stand_in_for_a_pressure_and_figures_go_before_them(self) -> None:
        unmeasured: dict[str, Given] = {**STABLE, "systolic_bp": None, "diastolic_bp": None}
        assert score("sofa", **{**unmeasured, "hypotension": True}) == 1
        assert score("sofa", **{**unmeasured, "hypotension": False}) == 0
        assert score("sofa", **{**STABLE, "hypotension": True}) == 0

    def test_without_any_pressure_a_point_is_open_unless_a_vasopressor_runs(self) -> None:
        unmeasured: dict[str, Given] = {**STABLE, "systolic_bp": None, "diastolic_bp": None}
        unknown = answer("sofa", **unmeasured)
        assert unknown.kind == "incomputable"
        assert unknown.missing == ("systolic_bp", "diastolic_bp")
        assert "could be 0 to 1" in unknown.reason
        assert score("sofa", **{**unmeasured, "norepinephrine": 0.05}) == 3

    def test_a_drug_at_an_unknown_rate_leaves_its_points_open(self) -> None:
        running = InputValue(name="norepinephrine", status="unclear")
        unknown = answer("sofa", **{**STABLE, "norepinephrine": running})
        assert unknown.kind == "incomputable"
        assert "could be 0 to 4" in unknown.reason
        assert score("sofa", **{**STABLE, "norepinephrine": running, "epinephrine": 0.2}) == 4
