"""Pneumonia: scores against their papers' tables and published cases."""

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, score

MILD: dict[str, Given] = {
    "age": 40,
    "sex": "male",
    "respiratory_rate": 18,
    "systolic_bp": 125,
    "temperature": 38.2,
    "heart_rate": 90,
    "ph": 7.42,
    "bun": 14,
    "sodium": 138,
    "glucose": 100,
    "hematocrit": 42,
    "pao2": 80,
}
WELL: dict[str, Given] = {
    "age": 40,
    "bun": 14,
    "respiratory_rate": 18,
    "systolic_bp": 125,
    "diastolic_bp": 80,
}


class TestPneumoniaSeverityIndex:
    """Fine 1997, table 2, as in the Merck Manual."""

    def test_age_counts_in_completed_years_and_ten_less_in_women(self) -> None:
        assert score("psi", **MILD) == 40
        assert score("psi", **{**MILD, "age": 40.9}) == 40
        assert score("psi", **{**MILD, "sex": "female"}) == 30

    def test_a_woman_from_a_nursing_home(self) -> None:
        # 82 − 10, nursing home 10, stroke 10, mental status 20, rate 20, urea 20, PaO2 10: class V
        case: dict[str, Given] = {
            "age": 82,
            "sex": "female",
            "nursing_home": True,
            "cerebrovascular_disease": True,
            "altered_mental_status": True,
            "respiratory_rate": 32,
            "bun": 38,
            "pao2": 54,
        }
        assert score("psi", **{**MILD, **case}) == 162

    def test_all_findings_at_once(self) -> None:
        worst: dict[str, Given] = {
            "respiratory_rate": 40,
            "systolic_bp": 80,
            "temperature": 34,
            "heart_rate": 140,
            "ph": 7.2,
            "bun": 60,
            "sodium": 120,
            "glucose": 400,
            "hematocrit": 22,
            "pao2": 45,
        }
        findings = (
            "nursing_home",
            "neoplastic_disease",
            "chronic_liver_disease",
            "congestive_heart_failure",
            "cerebrovascular_disease",
            "renal_disease",
            "altered_mental_status",
            "pleural_effusion",
        )
        assert score("psi", **{**MILD, **worst, **dict.fromkeys(findings, True)}) == 40 + 285

    @pytest.mark.parametrize(
        ("name", "value", "points"),
        [
            ("nursing_home", True, 10),
            ("neoplastic_disease", True, 30),
            ("chronic_liver_disease", True, 20),
            ("congestive_heart_failure", True, 10),
            ("cerebrovascular_disease", True, 10),
            ("renal_disease", True, 10),
            ("altered_mental_status", True, 20),
            ("pleural_effusion", True, 10),
            ("respiratory_rate", 29, 0),
            ("respiratory_rate", 30, 20),
            ("systolic_bp", 90, 0),
            ("systolic_bp", 89, 20),
            ("temperature", 34.9, 15),
            ("temperature", 35.0, 0),
            ("temperature", 39.9, 0),
            ("temperature", 40.0, 15),
            ("temperature", (104.0, "°F"), 15),
            ("temperature", (95.0, "°F"), 0),
            ("heart_rate", 124, 0),
            ("heart_rate", 125, 10),
            ("ph", 7.35, 0),
            ("ph", 7.34, 30),
            ("bun", 29.9, 0),
            ("bun", 30, 20),
            ("bun", (11, "mmol/L"), 20),
            ("sodium", 130, 0),
            ("sodium", 129, 20),
            ("glucose", 249, 0),
            ("glucose", 250, 10),
            ("glucose", (14, "mmol/L"), 10),
            ("hematocrit", 30, 0),
            ("hematocrit", 29.9, 10),
            ("hematocrit", (0.29, "fraction"), 10),
            ("pao2", 60, 0),
            ("pao2", 59, 10),
            ("pao2", (7.9, "kPa"), 10),
            ("spo2", 90, 0),
            ("spo2", 89, 10),
        ],
    )
    def test_each_item_counts_from_where_the_table_says(self, name: str, value: Given, points: int) -> None:
        assert score("psi", **{**MILD, name: value}) == 40 + points

    def test_a_saturation_stands_in_for_the_blood_gas(self) -> None:
        assert score("psi", **{**MILD, "pao2": None, "spo2": 88}) == 50
        assert score("psi", **{**MILD, "pao2": None, "spo2": 94}) == 40
        unknown = answer("psi", **{**MILD, "pao2": None})
        assert unknown.kind == "incomputable"
        assert unknown.missing == ("pao2",)
        assert "could be 40 to 50" in unknown.reason


class TestCurb65:
    """Lim 2003."""

    def test_the_mildest_and_the_most_severe(self) -> None:
        assert score("curb65", **WELL) == 0
        assert (
            score(
                "curb65",
                age=80,
                bun=45,
                respiratory_rate=34,
                systolic_bp=84,
                diastolic_bp=50,
                confusion=True,
            )
            == 5
        )

    def test_published_cases(self) -> None:
        # MRCEM Success, question on CURB-65: a confused man of 71, 110/70 mmHg, rate 25, urea 10 mmol/L
        assert (
            score(
                "curb65",
                age=71,
                bun=(10, "mmol/L"),
                respiratory_rate=25,
                systolic_bp=110,
                diastolic_bp=70,
                confusion=True,
            )
            == 3
        )
        # Zollege, question on the site of care: a man of 68, rate 20, urea 44 mg/dL (BUN 20.5), 110/70 mmHg
        assert score("curb65", age=68, bun=20.5, respiratory_rate=20, systolic_bp=110, diastolic_bp=70) == 2

    @pytest.mark.parametrize(
        ("name", "value", "points"),
        [
            ("age", 64, 0),
            ("age", 65, 1),
            ("bun", 19, 0),
            ("bun", 20, 1),
            ("bun", (7.0, "mmol/L"), 0),
            ("bun", (7.1, "mmol/L"), 1),
            ("respiratory_rate", 29, 0),
            ("respiratory_rate", 30, 1),
            ("systolic_bp", 90, 0),
            ("systolic_bp", 89, 1),
            ("diastolic_bp", 61, 0),
            ("diastolic_bp", 60, 1),
            ("confusion", True, 1),
        ],
    )
    def test_each_item_counts_from_where_the_paper_says(self, name: str, value: Given, points: int) -> None:
        assert score("curb65", **{**WELL, name: value}) == points

    @pytest.mark.parametrize(
        ("limit", "bun", "points"),
        [
            ("above_7_mmol_l", 19.5, 0),
            ("above_19_mg_dl", 19.5, 1),
            ("above_19_mg_dl", 19.0, 0),
            ("above_20_mg_dl", 20.0, 0),
            ("above_20_mg_dl", 20.1, 1),
        ],
    )
    def test_the_limit_of_urea_is_a_convention(self, limit: str, bun: float, points: int) -> None:
        assert score("curb65", {"urea_limit": limit}, **{**WELL, "bun": bun}) == points
