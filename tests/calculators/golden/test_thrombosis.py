"""Thrombosis and embolism: rules against published cases, and every line and limit of their tables."""

from typing import ClassVar

import pytest

from calculators.evaluate import Given
from tests.calculators.golden.ask import answer, number, score


class TestWellsPe:
    """Wells 2000."""

    def test_a_swollen_tender_leg_after_surgery(self) -> None:
        # 3 + 3 + 1.5 + 1.5
        signs = dict.fromkeys(["signs_of_dvt", "pe_likely", "surgery_past_4_weeks"], True)
        assert number("wells_pe", heart_rate=110, **signs) == 9

    def test_haemoptysis_under_palliative_care_with_an_old_thrombosis(self) -> None:
        # 1 + 1 + 1.5
        signs = dict.fromkeys(["hemoptysis", "active_cancer", "previous_dvt"], True)
        assert number("wells_pe", heart_rate=80, **signs) == 3.5

    @pytest.mark.parametrize(
        ("finding", "points"),
        [
            ("signs_of_dvt", 3),
            ("pe_likely", 3),
            ("immobilization_3_days", 1.5),
            ("surgery_past_4_weeks", 1.5),
            ("previous_pe", 1.5),
            ("previous_dvt", 1.5),
            ("hemoptysis", 1),
            ("active_cancer", 1),
        ],
    )
    def test_each_line(self, finding: str, points: float) -> None:
        assert number("wells_pe", heart_rate=80, **{finding: True}) == points

    @pytest.mark.parametrize(("rate", "points"), [(99, 0), (100, 0), (101, 1.5)])
    def test_heart_rate_counts_above_100(self, rate: float, points: float) -> None:
        assert number("wells_pe", heart_rate=rate) == points

    def test_alternatives_of_one_line_count_once(self) -> None:
        both = dict.fromkeys(
            ["immobilization_3_days", "surgery_past_4_weeks", "previous_pe", "previous_dvt"], True
        )
        assert number("wells_pe", heart_rate=80, **both) == 3


class TestWellsDvt:
    """Wells 2003."""

    ONE_POINT = (
        "active_cancer",
        "leg_paralysis_or_plaster",
        "immobilization_3_days",
        "major_surgery_past_12_weeks",
        "deep_vein_tenderness",
        "entire_leg_swollen",
        "calf_swelling_3_cm",
        "pitting_edema_one_leg",
        "collateral_veins",
        "previous_dvt",
    )

    def test_a_swollen_calf_under_chemotherapy(self) -> None:
        # cancer, calf, oedema and tenderness; no other diagnosis as likely
        signs = dict.fromkeys(
            ["active_cancer", "calf_swelling_3_cm", "pitting_edema_one_leg", "deep_vein_tenderness"], True
        )
        assert score("wells_dvt", alternative_diagnosis_likely=False, **signs) == 4

    def test_cellulitis_in_a_paralysed_leg(self) -> None:
        assert score("wells_dvt", alternative_diagnosis_likely=True, leg_paralysis_or_plaster=True) == -1

    @pytest.mark.parametrize("finding", ONE_POINT)
    def test_each_line_counts_one(self, finding: str) -> None:
        assert score("wells_dvt", alternative_diagnosis_likely=False, **{finding: True}) == 1

    def test_all_lines_make_nine_and_another_diagnosis_takes_two(self) -> None:
        every = dict.fromkeys(self.ONE_POINT, True)
        assert score("wells_dvt", alternative_diagnosis_likely=False, **every) == 9
        assert score("wells_dvt", alternative_diagnosis_likely=True, **every) == 7
        assert score("wells_dvt", alternative_diagnosis_likely=True) == -2

    def test_whether_another_diagnosis_is_as_likely_has_to_be_judged(self) -> None:
        result = answer("wells_dvt", active_cancer=True)
        assert result.kind == "incomputable"
        assert result.missing == ("alternative_diagnosis_likely",)
        assert "-1 to 1" in result.reason


class TestPerc:
    """Kline 2004."""

    FINE: ClassVar[dict[str, Given]] = {"age": 30, "heart_rate": 80, "spo2": 98}

    def test_a_man_of_58_with_tachycardia_and_hypoxia(self) -> None:
        # droracle.ai, article 657152: pulse and saturation fail, and so does the age
        assert score("perc", age=58, heart_rate=112, spo2=90) == 3

    def test_normal_vital_signs_and_no_risk_factor(self) -> None:
        # lecturio.com, "PERC Rule and Calculating Risk": nothing that can be checked off
        assert score("perc", **self.FINE) == 0

    @pytest.mark.parametrize(
        "finding",
        [
            "unilateral_leg_swelling",
            "hemoptysis",
            "recent_surgery_or_trauma",
            "previous_pe",
            "previous_dvt",
            "hormone_use",
        ],
    )
    def test_each_finding_counts_one(self, finding: str) -> None:
        assert score("perc", **self.FINE, **{finding: True}) == 1

    def test_previous_embolism_and_thrombosis_are_one_criterion(self) -> None:
        assert score("perc", **self.FINE, previous_pe=True, previous_dvt=True) == 1

    @pytest.mark.parametrize(
        ("name", "value", "points"),
        [
            ("age", 49.9, 0),
            ("age", 50, 1),
            ("heart_rate", 99, 0),
            ("heart_rate", 100, 1),
            ("spo2", 95, 0),
            ("spo2", 94, 1),
            ("spo2", (0.94, "fraction"), 1),
        ],
    )
    def test_limits(self, name: str, value: Given, points: int) -> None:
        assert score("perc", **{**self.FINE, name: value}) == points
