"""Gastroenterology: scores against the tables of their papers."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import score

STABLE: dict[str, Given] = {
    "bun": 14,
    "hemoglobin": 14.5,
    "sex": "male",
    "systolic_bp": 130,
    "heart_rate": 80,
}


class TestGlasgowBlatchford:
    """Blatchford 2000, table 2; in mg/dL as on MDCalc."""

    def test_a_patient_without_any_marker_has_no_point(self) -> None:
        assert score("glasgow_blatchford", **STABLE) == 0

    def test_all_markers_at_their_worst(self) -> None:
        assert (
            score(
                "glasgow_blatchford",
                bun=(25.1, "mmol/L"),
                hemoglobin=6.2,
                sex="female",
                systolic_bp=78,
                heart_rate=130,
                melena=True,
                syncope=True,
                hepatic_disease=True,
                congestive_heart_failure=True,
            )
            == 23
        )

    def test_a_man_with_melaena_and_liver_disease(self) -> None:
        # urea 4, haemoglobin 3, pressure 2, pulse 1, melaena 1, liver 2
        assert (
            score(
                "glasgow_blatchford",
                bun=30,
                hemoglobin=11.5,
                sex="male",
                systolic_bp=95,
                heart_rate=105,
                melena=True,
                hepatic_disease=True,
            )
            == 13
        )

    @pytest.mark.parametrize(
        ("name", "value", "points"),
        [
            ("bun", 18.1, 0),
            ("bun", 18.2, 2),
            ("bun", 22.3, 2),
            ("bun", 22.4, 3),
            ("bun", 27.9, 3),
            ("bun", 28, 4),
            ("bun", 69.9, 4),
            ("bun", 70, 6),
            ("bun", (6.4, "mmol/L"), 0),
            ("bun", (6.5, "mmol/L"), 2),
            ("bun", (7.9, "mmol/L"), 2),
            ("bun", (8.0, "mmol/L"), 3),
            ("bun", (9.9, "mmol/L"), 3),
            ("bun", (10.0, "mmol/L"), 4),
            ("bun", (24.9, "mmol/L"), 4),
            ("bun", (25.0, "mmol/L"), 6),
            ("hemoglobin", 13.0, 0),
            ("hemoglobin", 12.9, 1),
            ("hemoglobin", 12.0, 1),
            ("hemoglobin", 11.9, 3),
            ("hemoglobin", 10.0, 3),
            ("hemoglobin", 9.9, 6),
            ("hemoglobin", (130, "g/L"), 0),
            ("hemoglobin", (129, "g/L"), 1),
            ("hemoglobin", (6.2, "mmol/L"), 6),
            ("hemoglobin", (6.3, "mmol/L"), 3),
            ("systolic_bp", 110, 0),
            ("systolic_bp", 109, 1),
            ("systolic_bp", 100, 1),
            ("systolic_bp", 99, 2),
            ("systolic_bp", 90, 2),
            ("systolic_bp", 89, 3),
            ("heart_rate", 99, 0),
            ("heart_rate", 100, 1),
            ("melena", True, 1),
            ("syncope", True, 2),
            ("hepatic_disease", True, 2),
            ("congestive_heart_failure", True, 2),
        ],
    )
    def test_each_band_begins_where_the_table_says(self, name: str, value: Given, points: int) -> None:
        assert score("glasgow_blatchford", **{**STABLE, name: value}) == points

    @pytest.mark.parametrize(("value", "points"), [(12.0, 0), (11.9, 1), (10.0, 1), (9.9, 6)])
    def test_women_have_bands_of_their_own(self, value: float, points: int) -> None:
        assert score("glasgow_blatchford", **{**STABLE, "sex": "female", "hemoglobin": value}) == points
