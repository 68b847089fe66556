import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from answers.model import AnswerSpec, IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import Given, evaluate
from calculators.model import Calculator, Convention, Derivation, InputSpec, InputValue, Steps, Values
from calculators.normalise import InvalidInput
from calculators.registry import get

GAP: dict[str, Given] = {"sodium": 140.0, "chloride": 104.0, "bicarbonate": 24.0}


def present(name: str, value: Any, unit: str | None = None, **rest: Any) -> InputValue:
    return InputValue(name=name, status="present", value=value, unit=unit, **rest)


def toy(
    formula: Callable[[Values, Steps], float], *inputs: InputSpec, conventions: tuple[Convention, ...] = ()
) -> Calculator:
    return Calculator(
        id="toy",
        version="1",
        name="toy",
        field="test",
        answer=AnswerSpec(kind="number"),
        inputs=inputs,
        formula=formula,
        definition="",
        references=(),
        conventions=conventions,
    )


def incomputable(derivation: Derivation) -> IncomputableAnswer:
    assert isinstance(derivation.answer, IncomputableAnswer)
    return derivation.answer


class TestDerivation:
    def test_it_keeps_what_was_read_what_was_used_and_every_step(self) -> None:
        read = [
            present("calcium", 2.0, "mmol/L", time="day 1"),
            present("albumin", 30.0, "g/L", time="day 1"),
        ]
        derivation = evaluate(get("corrected_calcium"), read)
        assert derivation.inputs == tuple(read)
        assert [(n.name, n.unit) for n in derivation.normalised] == [
            ("calcium", "mg/dL"),
            ("albumin", "g/dL"),
        ]
        assert derivation.normalised[0].value == pytest.approx(8.0156)
        assert derivation.steps[-1].name == "corrected calcium"
        assert derivation.answer == NumberAnswer(value=8.8156, unit="mg/dL")
        assert (derivation.calculator, derivation.version, derivation.method) == (
            "corrected_calcium",
            "1",
            "calculator",
        )
        assert derivation.notes == ()

    def test_it_survives_json(self) -> None:
        derivation = evaluate(
            get("estimated_due_date"), {"last_menstrual_period": dt.date(2021, 5, 10), "cycle_length": 30}
        )
        assert Derivation.model_validate_json(derivation.model_dump_json()).answer == derivation.answer

    def test_no_residue_of_binary_subtraction(self) -> None:
        answer = evaluate(get("anion_gap"), {"sodium": 140.3, "chloride": 110.1, "bicarbonate": 30.2}).answer
        assert answer == NumberAnswer(value=0.0, unit="mEq/L")

    def test_a_zero_has_no_sign(self) -> None:
        answer = evaluate(get("delta_ratio"), {"sodium": 137, "chloride": 95, "bicarbonate": 30}).answer
        assert str(answer.model_dump()["value"]) == "0.0"


class TestConventions:
    def test_options_that_disagree_are_shown(self) -> None:
        derivation = evaluate(get("corrected_sodium"), {"sodium": 116, "glucose": 1010})
        assert derivation.conventions == {"glucose_factor": "hillier_2_4"}
        assert derivation.alternatives == {
            "glucose_factor": {
                "hillier_2_4": NumberAnswer(value=137.84, unit="mEq/L"),
                "katz_1_6": NumberAnswer(value=130.56, unit="mEq/L"),
            }
        }

    def test_options_that_agree_are_not(self) -> None:
        assert evaluate(get("corrected_sodium"), {"sodium": 140, "glucose": 110}).alternatives == {}
        unstated: dict[str, Given] = {"sex": "male", "age": 50, "creatinine": 1.0}
        assert evaluate(get("mdrd"), unstated).alternatives == {}

    def test_the_choice_is_used_and_recorded(self) -> None:
        derivation = evaluate(
            get("corrected_sodium"), {"sodium": 116, "glucose": 1010}, {"glucose_factor": "katz_1_6"}
        )
        assert derivation.answer == NumberAnswer(value=130.56, unit="mEq/L")
        assert derivation.conventions == {"glucose_factor": "katz_1_6"}

    def test_a_convention_without_a_default_is_named_as_open(self) -> None:
        open_choice = Convention(id="c", question="?", options={"one": "1", "two": "2"}, default=None)
        calculator = toy(lambda v, s: 1.0 if v.convention("c") == "one" else 2.0, conventions=(open_choice,))
        derivation = evaluate(calculator, {})
        assert derivation.notes == ("convention 'c' is open; shown under 'one'",)
        assert set(derivation.alternatives["c"]) == {"one", "two"}
        assert evaluate(calculator, {}, {"c": "two"}).notes == ()

    def test_unknown_conventions_and_options_name_those_that_exist(self) -> None:
        with pytest.raises(ValueError, match="glucose_factor"):
            evaluate(get("corrected_sodium"), {}, {"sodium_factor": "x"})
        with pytest.raises(ValueError, match=r"hillier_2_4.*katz_1_6"):
            evaluate(get("corrected_sodium"), {}, {"glucose_factor": "1.7"})


class TestMissing:
    def test_a_required_input_makes_the_answer_incomputable(self) -> None:
        answer = incomputable(evaluate(get("anion_gap"), {"sodium": 140.0, "chloride": None}))
        assert answer.missing == ("chloride", "bicarbonate")
        assert "serum chloride is missing" in answer.reason

    def test_stated_absent_is_missing_too(self) -> None:
        absent = InputValue(name="bicarbonate", status="absent")
        answer = incomputable(
            evaluate(
                get("anion_gap"), [present("sodium", 140, "mEq/L"), present("chloride", 104, "mEq/L"), absent]
            )
        )
        assert answer.missing == ("bicarbonate",)

    def test_a_missing_date_is_named(self) -> None:
        answer = incomputable(evaluate(get("gestational_age"), {"current_date": dt.date(2024, 5, 1)}))
        assert answer.missing == ("last_menstrual_period",)

    def test_a_missing_input_that_cannot_change_the_answer_does_not_matter(self) -> None:
        inputs: dict[str, Given] = {"temperature": 38.5, "heart_rate": 80, "white_cells": 8, "paco2": 28}
        derivation = evaluate(get("sirs"), inputs)
        assert derivation.answer == IntegerAnswer(value=2)
        assert derivation.notes == ("respiratory rate is missing, which cannot change the answer",)
        assert "respiratory_rate" not in {n.name for n in derivation.normalised}

    def test_and_one_that_can_does(self) -> None:
        inputs: dict[str, Given] = {"temperature": 38.5, "heart_rate": 80, "white_cells": 8, "paco2": 40}
        assert incomputable(evaluate(get("sirs"), inputs)).missing == ("respiratory_rate",)

    def test_a_narrow_band_of_a_wide_range_is_not_stepped_over(self) -> None:
        inputs: dict[str, Given] = {"temperature": 39, "heart_rate": 120, "respiratory_rate": 30}
        assert incomputable(evaluate(get("sirs"), inputs)).missing == ("white_cells",)

    def test_a_missing_boolean_is_not_false(self) -> None:
        inputs: dict[str, Given] = {
            "sex": "male",
            "age": 50,
            "total_cholesterol": 200,
            "hdl": 45,
            "systolic_bp": 130,
            "bp_treated": False,
        }
        assert incomputable(evaluate(get("framingham_hard_chd"), inputs)).missing == ("smoker",)
        assert evaluate(get("framingham_hard_chd"), {**inputs, "smoker": False}).answer.kind == "number"

    def test_an_unmentioned_finding_is_absent_where_the_policy_says_so(self) -> None:
        derivation = evaluate(get("meld_na"), {"creatinine": 2, "bilirubin": 3, "inr": 1.5, "sodium": 130})
        assert derivation.answer == IntegerAnswer(value=26)
        assert "dialysis at least twice in the past week: not mentioned, taken as absent" in derivation.notes

    def test_a_dose_without_its_frequency_is_incomputable(self) -> None:
        answer = incomputable(evaluate(get("morphine_milligram_equivalents"), {"codeine_dose": 30}))
        assert answer.missing == ("codeine_per_day",)

    def test_optional_inputs_take_their_default(self) -> None:
        spec = InputSpec(name="x", label="x", kind="quantity", unit="kg", absent="optional", default=3.0)
        assert evaluate(toy(lambda v, s: v.number("x"), spec), {}).answer == NumberAnswer(value=3.0)


class TestCensored:
    def test_a_bound_is_no_value(self) -> None:
        read = [
            present("sodium", 140, "mEq/L"),
            present("chloride", 104, "mEq/L"),
            present("bicarbonate", 10, "mEq/L", bound="<"),
        ]
        answer = incomputable(evaluate(get("anion_gap"), read))
        assert answer.missing == ("bicarbonate",)
        assert "serum bicarbonate is censored (<10.0 mEq/L)" in answer.reason

    @pytest.mark.parametrize(
        ("bound", "limit", "kind"),
        [
            ("<", 0.5, "integer"),
            ("<", 3.0, "incomputable"),
            (">", 0.5, "incomputable"),
            ("<=", 1.0, "integer"),
        ],
    )
    def test_a_bound_within_which_nothing_changes_is_enough(
        self, bound: Any, limit: float, kind: str
    ) -> None:
        # MELD raises bilirubin to 1 mg/dL
        read = [
            present("creatinine", 2, "mg/dL"),
            present("bilirubin", limit, "mg/dL", bound=bound),
            present("inr", 1.5),
            present("sodium", 130, "mEq/L"),
        ]
        assert evaluate(get("meld_na"), read).answer.kind == kind

    @pytest.mark.parametrize(
        ("bound", "limit", "kind"),
        [
            (">", 38.0, "integer"),
            (">=", 38.0, "incomputable"),
            ("<", 36.0, "integer"),
            ("<=", 36.0, "incomputable"),
            ("<", 38.0, "incomputable"),
        ],
    )
    def test_a_bound_at_a_threshold(self, bound: Any, limit: float, kind: str) -> None:
        # SIRS counts above 38 and below 36 °C, not at either
        read = [
            present("temperature", limit, "°C", bound=bound),
            present("heart_rate", 80, "bpm"),
            present("respiratory_rate", 12, "/min"),
            present("white_cells", 8, "10^9/L"),
        ]
        assert evaluate(get("sirs"), read).answer.kind == kind


class TestRefusals:
    @pytest.mark.parametrize(
        ("calculator", "inputs", "message"),
        [
            ("anion_gap", {**GAP, "potassium": 4}, "'potassium'.*no such input"),
            ("anion_gap", {**GAP, "sodium": (140, "floop")}, "'sodium'.*floop.*accepted: mEq/L, mmol/L"),
            ("anion_gap", {**GAP, "sodium": (140, "kg")}, "'sodium'.*cannot be converted.*accepted"),
            ("anion_gap", {**GAP, "sodium": "high"}, "'sodium' = 'high': must be a number"),
            ("anion_gap", {**GAP, "sodium": True}, "'sodium' = True: must be a number"),
            ("ideal_body_weight", {"sex": "unknown", "height": 170}, "'sex' = 'unknown'.*male, female"),
            ("framingham_hard_chd", {"smoker": "yes"}, "'smoker' = 'yes': must be true or false"),
            ("estimated_due_date", {"last_menstrual_period": "03/31/2006"}, "must be a date such as"),
            ("estimated_due_date", {"last_menstrual_period": 3.0}, "must be a date such as"),
            (
                "steroid_conversion",
                {"from_drug": "aspirin"},
                "'from_drug' = 'aspirin': must be one of betameth",
            ),
            (
                "morphine_milligram_equivalents",
                {"fentanyl_patch_dose": (60, "mg")},
                "'fentanyl_patch_dose'.*'mg' cannot be converted to 'µg/h'",
            ),
        ],
    )
    def test_the_message_names_calculator_input_value_and_way_out(
        self, calculator: str, inputs: dict[str, Given], message: str
    ) -> None:
        with pytest.raises(InvalidInput, match=message) as caught:
            evaluate(get(calculator), inputs)
        assert str(caught.value).startswith(f"{calculator}: input ")

    def test_an_input_twice(self) -> None:
        with pytest.raises(InvalidInput, match="given twice"):
            evaluate(get("anion_gap"), [present("sodium", 140, "mEq/L"), present("sodium", 141, "mEq/L")])

    def test_present_without_a_value(self) -> None:
        with pytest.raises(InvalidInput, match="present, but without a value"):
            evaluate(get("anion_gap"), [present("sodium", None)])

    def test_a_long_value_is_cut(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            evaluate(get("anion_gap"), {"sodium": "x" * 10_000})
        assert len(str(caught.value)) < 300


class TestNormalisation:
    def test_a_quantity_without_a_unit_must_have_one_plausible_reading(self) -> None:
        rest = [present("sex", "FEMALE "), present("age", 60)]
        derivation = evaluate(get("ckd_epi_2021"), [present("creatinine", 1.4), *rest])
        assert "serum creatinine: no unit given, 1.4 taken as mg/dL" in derivation.notes
        with pytest.raises(
            InvalidInput, match=r"no unit, and it could be µmol/L; name its unit: mg/dL, µmol/L"
        ):
            evaluate(get("ckd_epi_2021"), [present("creatinine", 124), *rest])
        with pytest.raises(InvalidInput, match="plausible in none of its units"):
            evaluate(get("ckd_epi_2021"), [present("creatinine", 1e6), *rest])
        with pytest.raises(InvalidInput, match="it could be kg or lb"):
            evaluate(get("maintenance_fluids"), [present("weight", 80)])

    def test_age_without_a_unit_is_in_years(self) -> None:
        read = [present("creatinine", 1.4, "mg/dL"), present("sex", "male"), present("age", 11)]
        assert evaluate(get("ckd_epi_2021"), read).normalised[1].value == 11.0

    def test_an_implausible_value_is_noted_and_used_as_it_is(self) -> None:
        derivation = evaluate(get("corrected_calcium"), {"calcium": 9.0, "albumin": (3.5, "mg/dL")})
        assert derivation.notes == (
            "serum albumin: 3.5 mg/dL is outside 0.5 to 7 g/dL; check value and unit, probably 3.5 g/dL",
        )
        assert derivation.answer == NumberAnswer(value=12.1972, unit="mg/dL")

    @pytest.mark.parametrize(
        ("calculator", "inputs", "note"),
        [
            (
                "ckd_epi_2021",
                {"sex": "male", "age": 11, "creatinine": 0.6},
                "Glomerular filtration rate (CKD-EPI creatinine 2021) was not made for age 11 years: "
                "it needs 18 to 115; check that it applies",
            ),
            (
                "ldl_friedewald",
                {"total_cholesterol": 250, "hdl": 40, "triglycerides": 500},
                "LDL cholesterol, calculated (Friedewald) was not made for triglycerides 500 mg/dL: "
                "it needs 0 to 400; check that it applies",
            ),
        ],
    )
    def test_a_patient_for_whom_the_formula_was_not_made_is_noted(
        self, calculator: str, inputs: dict[str, Given], note: str
    ) -> None:
        derivation = evaluate(get(calculator), inputs)
        assert derivation.answer.kind == "number"
        assert note in derivation.notes

    def test_a_ratio_needs_no_unit(self) -> None:
        read: dict[str, Given] = {"creatinine": 2, "bilirubin": 3, "inr": present("inr", 1.5), "sodium": 130}
        notes = evaluate(get("meld_na"), read).notes
        assert not any("INR" in note for note in notes)

    def test_numbers_and_heights_as_text(self) -> None:
        by_text = evaluate(get("body_mass_index"), {"weight": "80", "height": "5 ft 10 in"}).answer
        assert by_text == evaluate(get("body_mass_index"), {"weight": 80, "height": (70, "in")}).answer

    def test_inputs_of_different_times_are_noted(self) -> None:
        read = [
            present("sodium", 140, "mEq/L", time="admission"),
            present("chloride", 104, "mEq/L", time="day 3"),
            present("bicarbonate", 24, "mEq/L"),
        ]
        assert evaluate(get("anion_gap"), read).notes == (
            "inputs come from different times: admission, day 3",
        )


class TestNoValue:
    def test_division_by_zero(self) -> None:
        answer = incomputable(evaluate(get("delta_ratio"), GAP))
        assert "24 mEq/L" in answer.reason
        assert (
            "divides by zero"
            in incomputable(evaluate(get("qtc_bazett"), {"heart_rate": 0, "qt_interval": 400})).reason
        )

    @pytest.mark.parametrize(
        ("calculator", "inputs"),
        [
            ("qtc_bazett", {"heart_rate": -60, "qt_interval": 400}),
            ("fib4", {"age": 50, "ast": 40, "alt": -1, "platelets": 200}),
            ("mdrd", {"sex": "male", "age": 50, "creatinine": -1.0}),
            ("estimated_due_date", {"last_menstrual_period": dt.date(9999, 12, 1), "cycle_length": 28}),
            ("estimated_due_date", {"last_menstrual_period": dt.date(2020, 1, 1), "cycle_length": 1e300}),
            ("anion_gap", {"sodium": 1e308, "chloride": -1e308, "bicarbonate": -1e308}),
        ],
    )
    def test_a_formula_outside_its_domain(self, calculator: str, inputs: dict[str, Given]) -> None:
        assert incomputable(evaluate(get(calculator), inputs)).reason

    @pytest.mark.parametrize("text", ["inf", "-Infinity", "nan", "1e999"])
    def test_a_value_that_is_not_finite_never_reaches_a_formula(self, text: str) -> None:
        answer = incomputable(evaluate(get("maintenance_fluids"), [present("weight", text, "kg")]))
        assert "not a finite number" in answer.reason


def unclear(name: str) -> InputValue:
    return InputValue(name=name, status="unclear")


def test_a_missing_input_makes_the_answer_incomputable_whatever_an_unclear_one_is() -> None:
    """Without an INR there is no Child-Pugh score, with ascites or without."""
    child_pugh = [present("bilirubin", 1.0, "mg/dL"), present("albumin", 4.0, "g/dL"), unclear("ascites")]
    open_only = evaluate(get("child_pugh"), [*child_pugh, present("inr", 1.0)])
    assert open_only.unclear == ("ascites",)
    assert incomputable(open_only).missing == ("ascites",)
    missing_too = evaluate(get("child_pugh"), child_pugh)
    assert missing_too.unclear == ()
    assert incomputable(missing_too).missing == ("inr", "ascites")


def test_an_unclear_input_that_decides_whether_a_missing_one_matters_stays_open() -> None:
    """Here a missing b matters only where a is large."""

    def larger(v: Values, steps: Steps) -> float:
        return steps.add("larger", max(0.0, v.number("b")) if v.number("a") > 5 else 1.0, None, "")

    inputs = tuple(
        InputSpec(name=name, label=name, kind="quantity", unit="g", plausible=(0.0, 10.0)) for name in "ab"
    )
    assert evaluate(toy(larger, *inputs), [unclear("a")]).unclear == ("a",)
