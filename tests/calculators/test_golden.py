"""Each calculator against a published example, table or an anchor of its formula worked out by hand."""

import datetime as dt
import math
from typing import Any, ClassVar

import pytest

from answers.model import Answer, DateAnswer, DurationAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.registry import get


def answer(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> Answer:
    return evaluate(get(calculator), inputs, conventions).answer


def number(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> float:
    result = answer(calculator, conventions, **inputs)
    assert isinstance(result, NumberAnswer)
    return result.value


def score(calculator: str, /, **inputs: Given) -> int:
    result = answer(calculator, **inputs)
    assert isinstance(result, IntegerAnswer)
    return result.value


def date(calculator: str, conventions: dict[str, str] | None = None, /, **inputs: Given) -> dt.date:
    result = answer(calculator, conventions, **inputs)
    assert isinstance(result, DateAnswer)
    return result.value


GAP = {"sodium": 140.0, "chloride": 100.0, "bicarbonate": 10.0}
QT = {"heart_rate": 100.0, "qt_interval": 360.0}

# (calculator, inputs, expected, where the expectation comes from)
NUMBERS: list[tuple[str, dict[str, Any], float, str]] = [
    ("mean_arterial_pressure", {"systolic_bp": 120, "diastolic_bp": 80}, 93.333, "StatPearls"),
    ("body_mass_index", {"weight": 68, "height": 165}, 24.977, "CDC worked example: 68 kg, 165 cm is 24.98"),
    ("ideal_body_weight", {"sex": "male", "height": (70, "in")}, 73.0, "Devine: 50 + 2.3 × 10"),
    ("ideal_body_weight", {"sex": "female", "height": (65, "in")}, 57.0, "Devine: 45.5 + 2.3 × 5"),
    ("ideal_body_weight", {"sex": "female", "height": (58, "in")}, 40.9, "Devine: 45.5 − 2.3 × 2"),
    ("adjusted_body_weight", {"sex": "male", "height": (70, "in"), "weight": 100}, 83.8, "73 + 0.4 × 27"),
    ("body_surface_area", {"weight": 80, "height": 180}, 2.0, "Mosteller: √(14400 / 3600)"),
    ("target_weight", {"target_bmi": 25, "height": (2, "m")}, 100.0, "25 × 4"),
    ("corrected_calcium", {"calcium": 8.0, "albumin": 2.0}, 9.6, "Payne: 8 + 0.8 × 2"),
    ("corrected_calcium", {"calcium": (2.0, "mmol/L"), "albumin": (20, "g/L")}, 9.6156, "2 × 4.0078 + 1.6"),
    ("serum_osmolality", {"sodium": 140, "bun": 14, "glucose": 90}, 290.0, "280 + 5 + 5"),
    ("free_water_deficit", {"age": 50, "sex": "male", "weight": 70, "sodium": 154}, 4.2, "42 L × 0.1"),
    ("free_water_deficit", {"age": 50, "sex": "female", "weight": 70, "sodium": 154}, 3.5, "35 L × 0.1"),
    ("free_water_deficit", {"age": 65, "sex": "male", "weight": 70, "sodium": 154}, 3.5, "35 L × 0.1"),
    ("free_water_deficit", {"age": 70, "sex": "female", "weight": 50, "sodium": 168}, 4.5, "22.5 L × 0.2"),
    (
        "free_water_deficit",
        {"age": (30, "months"), "sex": "female", "weight": 10, "sodium": 161},
        0.9,
        "6 L × 0.15",
    ),
    ("free_water_deficit", {"age": 17.9, "sex": "female", "weight": 50, "sodium": 154}, 3.0, "30 L × 0.1"),
    ("free_water_deficit", {"age": 18, "sex": "female", "weight": 50, "sodium": 154}, 2.5, "25 L × 0.1"),
    ("anion_gap", {"sodium": 140, "chloride": 104, "bicarbonate": 24}, 12.0, "the normal gap"),
    ("anion_gap", GAP, 30.0, "140 − 110"),
    ("delta_gap", GAP, 18.0, "30 − 12"),
    ("delta_ratio", GAP, 18 / 14, "18 / (24 − 10)"),
    ("albumin_corrected_anion_gap", {**GAP, "albumin": 2.0}, 35.0, "Figge: 2.5 per g/dL below 4"),
    ("albumin_corrected_delta_gap", {**GAP, "albumin": 2.0}, 23.0, "35 − 12"),
    ("albumin_corrected_delta_ratio", {**GAP, "albumin": 2.0}, 23 / 14, "23 / 14"),
    ("qtc_bazett", QT, 464.758, "360 / √0.6"),
    ("qtc_fridericia", QT, 426.829, "360 / ∛0.6"),
    ("qtc_framingham", QT, 421.6, "360 + 154 × 0.4"),
    ("qtc_hodges", QT, 430.0, "360 + 1.75 × 40"),
    ("qtc_rautaharju", QT, 440.0, "360 × 220 / 180"),
    ("ckd_epi_2021", {"sex": "male", "age": 50, "creatinine": 1.0}, 91.69, "NKF calculator: 92"),
    ("ckd_epi_2021", {"sex": "female", "age": 40, "creatinine": 0.7}, 112.05, "142 × 0.9938^40 × 1.012"),
    ("ckd_epi_2021", {"sex": "male", "age": 60, "creatinine": 0.8}, 101.31, "κ of men is 0.9, also below it"),
    ("mdrd", {"sex": "male", "age": 50, "creatinine": 1.0}, 79.094, "175 × 50^−0.203"),
    ("mdrd", {"sex": "female", "age": 50, "creatinine": 1.0}, 58.688, "79.094 × 0.742"),
    ("mdrd", {"sex": "female", "age": 50, "creatinine": 1.0, "race": "Black"}, 71.130, "58.688 × 1.212"),
    (
        "fractional_excretion_sodium",
        {"urine_sodium": 20, "sodium": 140, "creatinine": 2.0, "urine_creatinine": 100},
        0.285714,
        "100 × 40 / 14000",
    ),
    ("fib4", {"age": 55, "ast": 80, "alt": 64, "platelets": 150}, 3.66667, "Sterling: 4400 / (150 × 8)"),
    ("maintenance_fluids", {"weight": 8}, 32.0, "Holliday and Segar: 4 per kg"),
    ("maintenance_fluids", {"weight": 10}, 40.0, "40"),
    ("maintenance_fluids", {"weight": 15}, 50.0, "40 + 10"),
    ("maintenance_fluids", {"weight": 20}, 60.0, "40 + 20"),
    ("maintenance_fluids", {"weight": 70}, 110.0, "40 + 20 + 50"),
    ("homa_ir", {"insulin": 10, "glucose": 81}, 2.0, "810 / 405"),
    ("homa_ir", {"insulin": (60, "pmol/L"), "glucose": (4.5, "mmol/L")}, 2.0017, "Matthews: 10 × 4.5 / 22.5"),
    ("ldl_friedewald", {"total_cholesterol": 200, "hdl": 50, "triglycerides": 150}, 120.0, "200 − 50 − 30"),
    (
        "ldl_friedewald",
        {
            "total_cholesterol": (5.0, "mmol/L"),
            "hdl": (1.3, "mmol/L"),
            "triglycerides": (1.7, "mmol/L"),
        },
        112.96,
        "193.33 − 50.27 − 30.10; Friedewald in mmol/L, TG / 2.2, has 2.93 mmol/L = 113.2",
    ),
    (
        "steroid_conversion",
        {"from_drug": "prednisone PO", "from_dose": 40, "to_drug": "hydrocortisone IV"},
        160.0,
        "× 4",
    ),
    (
        "steroid_conversion",
        {"from_drug": "prednisone PO", "from_dose": 40, "to_drug": "dexamethasone PO"},
        6.0,
        "× 0.15",
    ),
    (
        "steroid_conversion",
        {"from_drug": "MethylPrednisoLONE IV", "from_dose": (1, "g"), "to_drug": "PredniSONE PO"},
        1250.0,
        "× 1.25",
    ),
    (
        "morphine_milligram_equivalents",
        {"hydrocodone_dose": 5, "hydrocodone_per_day": 4},
        20.0,
        "CDC 2022: hydrocodone 5 mg four times a day is 20 MME",
    ),
    (
        "morphine_milligram_equivalents",
        {"oxycodone_dose": 10, "oxycodone_per_day": 2},
        30.0,
        "CDC 2022: oxycodone 10 mg twice a day is 30 MME",
    ),
    (
        "morphine_milligram_equivalents",
        {"fentanyl_patch_dose": 25, "fentanyl_patch_per_day": 1, "morphine_dose": 15, "morphine_per_day": 2},
        90.0,
        "25 µg/h × 2.4 + 30",
    ),
]


@pytest.mark.parametrize(("calculator", "inputs", "expected", "source"), NUMBERS)
def test_number(calculator: str, inputs: dict[str, Any], expected: float, source: str) -> None:
    assert number(calculator, **inputs) == pytest.approx(expected, rel=2e-4), source


class TestCockcroftGault:
    """Anchor of the formula: a man of 72 kg with creatinine 1 mg/dL clears 140 − age."""

    PATIENT: ClassVar[dict[str, Given]] = {"age": 60, "height": 180, "creatinine": 1.0}

    def test_normal_weight_takes_the_smaller_of_ideal_and_actual(self) -> None:
        assert number("cockcroft_gault", sex="male", weight=72, **self.PATIENT) == pytest.approx(80.0)
        ideal = 50 + 2.3 * (180 / 2.54 - 60)
        assert number("cockcroft_gault", sex="male", weight=80, **self.PATIENT) == pytest.approx(
            80 * ideal / 72
        )

    def test_underweight_takes_the_actual_weight(self) -> None:
        assert number("cockcroft_gault", sex="male", weight=54, **self.PATIENT) == pytest.approx(60.0)

    def test_overweight_takes_the_adjusted_weight(self) -> None:
        ideal = 45.5 + 2.3 * (180 / 2.54 - 60)
        adjusted = ideal + 0.4 * (120 - ideal)
        expected = 80 * adjusted * 0.85 / 72
        assert number("cockcroft_gault", sex="female", weight=120, **self.PATIENT) == pytest.approx(expected)

    def test_a_body_mass_index_just_below_25_is_not_overweight(self) -> None:
        ideal = 50 + 2.3 * (180 / 2.54 - 60)
        weight = 24.95 * 1.8**2
        assert number("cockcroft_gault", sex="male", weight=weight, **self.PATIENT) == pytest.approx(
            80 * ideal / 72
        )


class TestMeldNa:
    """OPTN policy 9.1.D of 2016; values worked out by hand."""

    def test_middle_of_the_scale(self) -> None:
        # 0.6633 + 0.4153 + 0.4541 + 0.643 = 2.1757 → 2.2 → 22; 22 + 1.32·7 − 0.033·22·7 = 26.158
        assert score("meld_na", creatinine=2.0, bilirubin=3.0, inr=1.5, sodium=130) == 26

    def test_rounds_to_one_decimal_before_multiplying_by_ten(self) -> None:
        # 1.1011 + 0.2823 + 0.2588 + 0.643 = 2.2852 → 2.3 → 23, not 20 and not 22.9
        assert score("meld_na", creatinine=3.16, bilirubin=2.11, inr=1.26, sodium=137) == 23

    def test_healthy_values_are_raised_to_one(self) -> None:
        assert score("meld_na", creatinine=0.6, bilirubin=0.4, inr=0.9, sodium=141) == 6

    def test_sodium_does_not_count_up_to_eleven(self) -> None:
        assert score("meld_na", creatinine=1.3, bilirubin=1.0, inr=1.0, sodium=125) == 9

    @pytest.mark.parametrize("dialysis", ["dialysis_twice", "cvvhd_24h"])
    def test_dialysis_sets_creatinine_to_four_even_when_it_is_low(self, dialysis: str) -> None:
        inputs: dict[str, Given] = {
            "creatinine": 0.8,
            "bilirubin": 1.0,
            "inr": 1.0,
            "sodium": 140,
            dialysis: True,
        }
        assert score("meld_na", **inputs) == 20
        assert score("meld_na", **{**inputs, "creatinine": None}) == 20

    def test_creatinine_counts_up_to_four(self) -> None:
        # 1.3267 + 0.643 = 1.9697 → 20; 3.6 mg/dL: 1.2258 + 0.643 = 1.8688 → 19
        rest: dict[str, Given] = {"bilirubin": 1.0, "inr": 1.0, "sodium": 140}
        assert [score("meld_na", creatinine=c, **rest) for c in (3.6, 4.0, 4.4)] == [19, 20, 20]

    def test_sodium_counts_from_twelve(self) -> None:
        # creatinine 1.69: 0.5022 + 0.643 → 11; 1.85: 0.5887 + 0.643 → 12; 12 + 15.84 − 4.752 = 23.088
        rest: dict[str, Given] = {"bilirubin": 1.0, "inr": 1.0, "sodium": 125}
        assert [score("meld_na", creatinine=c, **rest) for c in (1.69, 1.85)] == [11, 23]

    def test_the_score_ends_at_forty(self) -> None:
        assert score("meld_na", creatinine=9.0, bilirubin=40.0, inr=6.0, sodium=120) == 40


class TestHardChd:
    """ATP III point tables (Circulation 2002;106:3143) at the middle of each band."""

    def test_man_of_13_points_has_12_percent(self) -> None:
        risk = number(
            "framingham_hard_chd",
            sex="male",
            age=57,
            total_cholesterol=220,
            hdl=45,
            systolic_bp=135,
            smoker=False,
        )
        assert risk == pytest.approx(12, abs=2.5)

    def test_smoking_woman_of_19_points_has_8_percent(self) -> None:
        risk = number(
            "framingham_hard_chd",
            sex="female",
            age=57,
            total_cholesterol=220,
            hdl=45,
            systolic_bp=135,
            smoker=True,
        )
        assert risk == pytest.approx(8, abs=2.5)

    def test_worked_by_hand(self) -> None:
        # L = 171.872 − 172.300 = −0.428; 100 × (1 − 0.9402^0.6516)
        man: dict[str, Given] = {
            "sex": "male",
            "age": 50,
            "total_cholesterol": 200,
            "hdl": 50,
            "systolic_bp": 120,
        }
        assert number("framingham_hard_chd", smoker=False, **man) == pytest.approx(3.938, abs=0.005)
        # L = 149.105 − 146.593 = 2.512; 100 × (1 − 0.98767^12.327)
        woman: dict[str, Given] = {
            "sex": "female",
            "age": 60,
            "total_cholesterol": 240,
            "hdl": 45,
            "systolic_bp": 150,
        }
        result = number("framingham_hard_chd", smoker=True, bp_treated=True, **woman)
        assert result == pytest.approx(14.18, abs=0.01)

    def test_cholesterol_in_mmol_is_converted_before_the_logarithm(self) -> None:
        rest: dict[str, Given] = {"sex": "male", "age": 50, "systolic_bp": 120, "smoker": False}
        in_mg = number("framingham_hard_chd", total_cholesterol=200, hdl=50, **rest)
        in_mmol = number(
            "framingham_hard_chd", total_cholesterol=(5.1725, "mmol/L"), hdl=(1.2931, "mmol/L"), **rest
        )
        assert in_mmol == pytest.approx(in_mg, rel=1e-3)

    @pytest.mark.parametrize(("sex", "cap"), [("male", 70), ("female", 78)])
    def test_smoking_counts_less_with_age_up_to_a_cap(self, sex: str, cap: float) -> None:
        rest: dict[str, Given] = {"sex": sex, "total_cholesterol": 200, "hdl": 50, "systolic_bp": 120}

        def log_hazard_ratio(age: float) -> float:
            risks = [number("framingham_hard_chd", age=age, smoker=s, **rest) for s in (True, False)]
            hazards = [-math.log(1 - risk / 100) for risk in risks]
            return math.log(hazards[0] / hazards[1])

        assert log_hazard_ratio(cap - 2) > log_hazard_ratio(cap) + 0.01
        assert log_hazard_ratio(cap + 1) == pytest.approx(log_hazard_ratio(cap), abs=1e-6)

    @pytest.mark.parametrize(("sex", "coefficient"), [("male", 0.241549), ("female", 0.420251)])
    def test_treatment_of_blood_pressure(self, sex: str, coefficient: float) -> None:
        rest: dict[str, Given] = {
            "sex": sex, "age": 50, "smoker": False, "total_cholesterol": 200, "hdl": 50, "systolic_bp": 120,
        }  # fmt: skip
        hazards = [
            -math.log(1 - number("framingham_hard_chd", bp_treated=treated, **rest) / 100)
            for treated in (True, False)
        ]
        assert math.log(hazards[0] / hazards[1]) == pytest.approx(coefficient, abs=1e-6)


class TestSirs:
    """Bone 1992."""

    def test_all_criteria(self) -> None:
        assert score("sirs", temperature=39, heart_rate=110, respiratory_rate=24, white_cells=15) == 4

    def test_no_threshold_counts_by_itself(self) -> None:
        assert (
            score(
                "sirs",
                temperature=(100.4, "°F"),
                heart_rate=90,
                respiratory_rate=20,
                white_cells=12,
                paco2=32,
            )
            == 0
        )
        assert score("sirs", temperature=36, heart_rate=60, respiratory_rate=12, white_cells=4, bands=10) == 0

    def test_low_values_and_alternatives_count(self) -> None:
        assert score("sirs", temperature=35.9, heart_rate=60, respiratory_rate=12, white_cells=3.9) == 2
        assert (
            score(
                "sirs",
                temperature=37,
                heart_rate=60,
                respiratory_rate=12,
                white_cells=(8000, "/mm3"),
                paco2=31,
                bands=11,
            )
            == 2
        )

    def test_just_above_each_threshold(self) -> None:
        assert score("sirs", temperature=38.1, heart_rate=91, respiratory_rate=21, white_cells=12.1) == 4


class TestDosing:
    # Liu 2013, table 1: mg that equal 20 mg of hydrocortisone; (betamethasone 0.75 as in Meikle 1977)
    @pytest.mark.parametrize(
        ("drug", "equivalent"),
        [
            ("betamethasone IV", 0.75),
            ("cortisone PO", 25),
            ("dexamethasone IV", 0.75),
            ("dexamethasone PO", 0.75),
            ("hydrocortisone PO", 20),
            ("methylprednisolone IV", 4),
            ("methylprednisolone PO", 4),
            ("prednisolone PO", 5),
            ("prednisone PO", 5),
            ("triamcinolone IV", 4),
        ],
    )
    def test_steroids_equal_to_20_mg_of_hydrocortisone(self, drug: str, equivalent: float) -> None:
        result = number("steroid_conversion", from_drug="hydrocortisone IV", from_dose=20, to_drug=drug)
        assert result == pytest.approx(equivalent)

    # CDC 2022, table 2, and CDC 2016, table of conversion factors
    @pytest.mark.parametrize(
        ("opioid", "factor_2022", "factor_2016"),
        [
            ("codeine", 0.15, 0.15),
            ("fentanyl_buccal", 0.13, 0.13),
            ("fentanyl_patch", 2.4, 2.4),
            ("hydrocodone", 1, 1),
            ("hydromorphone", 5, 4),
            ("methadone", 4.7, 4),
            ("morphine", 1, 1),
            ("oxycodone", 1.5, 1.5),
            ("oxymorphone", 3, 3),
            ("tapentadol", 0.4, 0.4),
            ("tramadol", 0.2, 0.1),
        ],
    )
    def test_opioid_factors(self, opioid: str, factor_2022: float, factor_2016: float) -> None:
        inputs: dict[str, Given] = {f"{opioid}_dose": 5, f"{opioid}_per_day": 2}
        name, of_2016 = "morphine_milligram_equivalents", {"opioid_factors": "cdc_2016"}
        assert number(name, **inputs) == pytest.approx(10 * factor_2022)
        assert number(name, of_2016, **inputs) == pytest.approx(10 * factor_2016)


class TestDates:
    def test_naegele_is_a_calendar_rule(self) -> None:
        # Baskett and Nagele 2000, after Boerhaave: 10 May → 10 February → 17 February
        period = dt.date(2021, 5, 10)
        assert date("estimated_due_date", last_menstrual_period=period, cycle_length=28) == dt.date(
            2022, 2, 17
        )

    def test_naegele_in_days(self) -> None:
        # ACOG 700: 280 days
        period, days = dt.date(2021, 5, 10), {"naegele": "days_280"}
        assert date("estimated_due_date", days, last_menstrual_period=period, cycle_length=28) == dt.date(
            2022, 2, 14
        )

    @pytest.mark.parametrize(("cycle", "shift"), [(21, -7), (28, 0), (35, 7)])
    def test_long_cycles_are_due_later_and_short_ones_earlier(self, cycle: int, shift: int) -> None:
        period = dt.date(2023, 1, 1)
        expected = dt.date(2023, 10, 8) + dt.timedelta(days=shift)
        assert date("estimated_due_date", last_menstrual_period=period, cycle_length=cycle) == expected

    @pytest.mark.parametrize(("cycle", "day"), [(24, 11), (28, 15), (32, 19)])
    def test_conception_follows_the_cycle(self, cycle: int, day: int) -> None:
        period = dt.date(2024, 1, 1)
        result = date("estimated_conception_date", last_menstrual_period=period, cycle_length=cycle)
        assert result == dt.date(2024, 1, day)

    def test_gestational_age_in_days_across_a_leap_day(self) -> None:
        # 15 + 31 + 30 + 23 days
        result = answer(
            "gestational_age", current_date=dt.date(2024, 5, 23), last_menstrual_period=dt.date(2024, 2, 14)
        )
        assert result == DurationAnswer(value=99)

    def test_gestational_age_counts_from_zero_and_is_shown_in_weeks(self) -> None:
        start = dt.date(2024, 2, 14)
        assert answer("gestational_age", current_date=start, last_menstrual_period=start) == DurationAnswer(
            value=0
        )
        later = evaluate(
            get("gestational_age"),
            {"current_date": start + dt.timedelta(days=41), "last_menstrual_period": start},
        )
        assert later.steps[0].value == "5 weeks, 6 days"

    def test_a_pregnancy_does_not_start_in_the_future(self) -> None:
        result = answer(
            "gestational_age", current_date=dt.date(2024, 1, 1), last_menstrual_period=dt.date(2024, 2, 14)
        )
        assert result.kind == "incomputable"


class TestConventions:
    def test_sodium_for_glucose(self) -> None:
        inputs: dict[str, Given] = {"sodium": 125, "glucose": 600}
        assert number("corrected_sodium", **inputs) == pytest.approx(137.0)
        assert number("corrected_sodium", {"glucose_factor": "katz_1_6"}, **inputs) == pytest.approx(133.0)

    def test_race_in_mdrd(self) -> None:
        inputs: dict[str, Given] = {"sex": "male", "age": 50, "creatinine": 1.0, "race": "black"}
        assert number("mdrd", **inputs) == pytest.approx(79.094 * 1.212, rel=1e-4)
        assert number("mdrd", {"race_coefficient": "omit"}, **inputs) == pytest.approx(79.094, rel=1e-4)

    # 80 kg and 160 cm: body mass index 31.25; Devine 45.5 + 2.3 × 2.992 = 52.382 kg; adjusted 63.429 kg.
    # (140 − 60) × 0.85 / 72 = 0.94444 mL/min for each kilogram at 1 mg/dL
    @pytest.mark.parametrize(
        ("option", "weight"), [("by_bmi", 63.429), ("actual", 80), ("ideal", 52.382), ("adjusted", 63.429)]
    )
    def test_weight_in_cockcroft_gault(self, option: str, weight: float) -> None:
        inputs: dict[str, Given] = {"sex": "female", "age": 60, "weight": 80, "height": 160, "creatinine": 1}
        result = number("cockcroft_gault", {"clearance_weight": option}, **inputs)
        assert result == pytest.approx(0.94444 * weight, rel=1e-4)

    def test_actual_weight_needs_no_height(self) -> None:
        inputs: dict[str, Given] = {"sex": "female", "age": 60, "weight": 80, "creatinine": 1}
        assert answer("cockcroft_gault", **inputs).kind == "incomputable"
        assert number("cockcroft_gault", {"clearance_weight": "actual"}, **inputs) == pytest.approx(
            75.556, rel=1e-4
        )

    @pytest.mark.parametrize("calculator", ["estimated_due_date", "estimated_conception_date"])
    @pytest.mark.parametrize("cycle", [21, 28, 35, None])
    def test_the_cycle_can_be_ignored(self, calculator: str, cycle: int | None) -> None:
        period, chosen = dt.date(2023, 1, 1), {"cycle_length": "ignored"}
        days = {"estimated_due_date": dt.date(2023, 10, 8), "estimated_conception_date": dt.date(2023, 1, 15)}
        found = date(calculator, chosen, last_menstrual_period=period, cycle_length=cycle)
        assert found == days[calculator]

    def test_a_stated_ldl_counts_where_the_convention_says_so(self) -> None:
        lipids: dict[str, Given] = {"total_cholesterol": 200, "hdl": 50, "triglycerides": 150}
        measured = {"ldl_source": "measured"}
        assert number("ldl_friedewald", **lipids, ldl=131) == pytest.approx(120)
        assert number("ldl_friedewald", measured, **lipids, ldl=131) == pytest.approx(131)
        assert number("ldl_friedewald", measured, **lipids) == pytest.approx(120)

    # Kim 2021: 4.56 ln 2 + 9.09 ln 1.5 + 11.14 ln 1.5 + 1.85 × 0.5 − 1.83 × 0.5 × ln 1.5 + 6 = 17.92 at a
    # sodium of 137; at 125 another 0.82 × 12 − 0.24 × 12 × ln 2 = 7.84; women 1.33 more
    @pytest.mark.parametrize(
        ("sex", "sodium", "expected"), [("male", 140, 18), ("female", 140, 19), ("male", 120, 26)]
    )
    def test_meld_3(self, sex: str, sodium: float, expected: int) -> None:
        inputs: dict[str, Given] = {"creatinine": 1.5, "bilirubin": 2, "inr": 1.5, "sodium": sodium}
        found = answer("meld_na", {"meld_version": "meld_3_0"}, **inputs, sex=sex, albumin=3.0)
        assert found == IntegerAnswer(value=expected)

    def test_meld_3_bounds_its_values(self) -> None:
        """Least 6 in a man, most 40; creatinine counts as 3 with dialysis and above 3."""
        chosen = {"meld_version": "meld_3_0"}
        best: dict[str, Given] = {"creatinine": 0.6, "bilirubin": 0.4, "inr": 0.9, "sodium": 145}
        assert answer("meld_na", chosen, **best, sex="male", albumin=4.5) == IntegerAnswer(value=6)
        worst: dict[str, Given] = {"creatinine": 9, "bilirubin": 40, "inr": 8, "sodium": 110}
        assert answer("meld_na", chosen, **worst, sex="female", albumin=1) == IntegerAnswer(value=40)
        mild: dict[str, Given] = {**best, "sex": "male", "albumin": 4.5}
        # 11.14 ln 3 + 6 = 18.24
        for kidney in ({"creatinine": 3.7}, {"dialysis_twice": True}):
            assert answer("meld_na", chosen, **{**mild, **kidney}) == IntegerAnswer(value=18)

    def test_meld_3_names_what_it_lacks(self) -> None:
        inputs: dict[str, Given] = {"creatinine": 1.5, "bilirubin": 2, "inr": 1.5, "sodium": 137}
        found = answer("meld_na", {"meld_version": "meld_3_0"}, **inputs, sex="male")
        assert found.model_dump()["missing"] == ("albumin",)
        assert answer("meld_na", **inputs).kind == "integer"

    def test_delta_gap_less_the_fall_of_bicarbonate(self) -> None:
        chosen = {"delta_gap": "minus_bicarbonate_fall"}
        assert number("delta_gap", chosen, sodium=140, chloride=100, bicarbonate=10) == pytest.approx(4.0)

    @pytest.mark.parametrize(
        ("dose", "expected"),
        [(10, 40), (20, 80), (21, 168), (30, 240), (40, 320), (41, 410), (60, 600), (61, 732)],
    )
    def test_methadone_of_2016_depends_on_the_daily_dose(self, dose: float, expected: float) -> None:
        chosen = {"opioid_factors": "cdc_2016"}
        result = number("morphine_milligram_equivalents", chosen, methadone_dose=dose, methadone_per_day=1)
        assert result == pytest.approx(expected)
