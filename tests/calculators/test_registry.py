import importlib
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from calculators import clinical, registry
from calculators.evaluate import evaluate
from calculators.model import Calculator, Convention

V1_IDS = {
    2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    32, 33, 36, 38, 39, 40, 43, 44, 45, 46, 48, 49, 51, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67,
    68, 69,
}  # fmt: skip

# calculator id → how a clinician may ask for it
PARAPHRASES = {
    "cockcroft_gault": ["Estimate CrCl with Cockcroft-Gault.", "What is the creatinine clearance in mL/min?"],
    "ckd_epi_2021": ["What is the eGFR by CKD-EPI 2021?", "Give the CKDEPI eGFR."],
    "mdrd": ["Calculate the eGFR with the four-variable MDRD equation."],
    "mean_arterial_pressure": [
        "Calculate the mean arterial pressure.",
        "What is the mean arterial blood pressure?",
    ],
    "body_mass_index": ["What is the BMI of this patient?", "Compute the body mass index in kg/m2."],
    "corrected_calcium": ["What is the albumin-corrected calcium?", "corrected calcium in mg/dL?"],
    "ideal_body_weight": ["What is this woman's ideal body weight (Devine)?"],
    "adjusted_body_weight": ["Calculate the adjusted body weight in kg."],
    "target_weight": ["What weight would give a target BMI of 24?"],
    "body_surface_area": ["What is the BSA by Mosteller?"],
    "qtc_framingham": ["What is the QTc by the Framingham formula?"],
    "framingham_hard_chd": ["What is the Framingham coronary risk in percent?", "Framingham risk score?"],
    "estimated_due_date": ["When is the baby's estimated due date?"],
    "estimated_conception_date": ["When was the estimated date of conception?"],
    "gestational_age": ["What is the gestational age today?"],
    "fib4": ["What is the FIB-4 score?", "Calculate the FIB4."],
    "meld_na": ["What is the MELD-Na score?", "MELD Na?"],
    "steroid_conversion": ["What dose of dexamethasone PO is the equivalent dose of prednisone PO 40 mg?"],
    "morphine_milligram_equivalents": ["What are the daily MMEs?", "Daily morphine milligram equivalents?"],
    "corrected_sodium": ["What is the glucose-corrected sodium (corrected sodium)?"],
    "serum_osmolality": ["Calculate the serum osmolality."],
    "homa_ir": ["What is the HOMA-IR?"],
    "free_water_deficit": ["How large is the free water deficit in litres?"],
    "anion_gap": ["What is the anion gap?"],
    "delta_gap": ["What is the delta gap?"],
    "delta_ratio": ["What is the delta ratio?"],
    "albumin_corrected_anion_gap": ["What is the anion gap corrected for albumin?"],
    "albumin_corrected_delta_gap": ["What is the delta gap, corrected for albumin?"],
    "albumin_corrected_delta_ratio": ["What is the albumin-corrected delta ratio?"],
    "ldl_friedewald": ["What is the LDL by Friedewald?"],
    "sirs": ["How many SIRS criteria are met?"],
    "maintenance_fluids": ["What is the hourly maintenance fluid rate?"],
    "cha2ds2_vasc": ["Compute the CHA2DS2-VASc.", "What is the CHA₂DS₂-VASc score?", "CHA2DS2 VASc?"],
    "has_bled": ["What is the HAS-BLED?", "How high is the HASBLED score?"],
    "wells_pe": ["What is the Wells score for PE?", "Pulmonary embolism: how many points by Wells?"],
    "wells_dvt": ["What is the Wells score for DVT?", "Wells criteria for deep venous thrombosis?"],
    "perc": ["Is the PERC rule met?"],
    "rcri": ["What is the RCRI?", "Give the Revised Cardiac Risk Index."],
    "heart": ["What is the HEART score of this patient with chest pain?"],
    "centor": ["What is the McIsaac score?", "How many Centor points?"],
    "feverpain": ["What is the FeverPAIN score?", "Fever PAIN score?"],
    "glasgow_coma_scale": ["What is the GCS?", "Glasgow coma scale on admission?"],
    "charlson": ["What is the Charlson index?", "What is the CCI?"],
    "caprini": ["What is the Caprini score?"],
    "child_pugh": ["What is the Child-Turcotte-Pugh score?", "Child Pugh score?"],
    "glasgow_blatchford": ["Compute the Blatchford score."],
    "apache_ii": ["What is the APACHE 2 score?", "How high is the APACHE-II?"],
    "sofa": ["What is the SOFA score?", "Sequential organ failure assessment on day 1?"],
    "psi": ["What is the PSI?", "How many points on the PORT score?"],
    "curb65": ["What is the CURB 65?"],
}


def test_the_calculators_of_the_benchmark_are_there() -> None:
    found = {c.medcalc_id for c in registry.all_calculators() if c.medcalc_id is not None}
    assert found == V1_IDS
    assert registry.for_medcalc_id(39) is registry.get("anion_gap")
    assert registry.for_medcalc_id(-1) is None


def test_an_unknown_id_names_those_that_exist() -> None:
    with pytest.raises(KeyError, match="anion_gap"):
        registry.get("anion_gape")


@pytest.mark.parametrize(("calculator", "question"), [(c, q) for c, qs in PARAPHRASES.items() for q in qs])
def test_a_question_in_other_words_finds_its_calculator(calculator: str, question: str) -> None:
    found = registry.match_question(question)
    assert found is not None
    assert found.id == calculator


@pytest.mark.parametrize(
    "question",
    [
        "",
        "What is the patient's diagnosis?",
        "What is the anion gap, and what is the BMI?",
        "Which QTc?",
        "What is the qSOFA score?",
        "What is the quick SOFA score?",
        "What is the APACHE III score?",
        "What is the CRB-65 score?",
    ],
)
def test_no_question_is_forced_onto_a_calculator(question: str) -> None:
    assert registry.match_question(question) is None


@pytest.mark.parametrize("calculator", registry.all_calculators(), ids=lambda c: c.id)
def test_every_calculator_is_fit_for_a_prompt(calculator: Calculator) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", calculator.id)
    assert calculator.definition.endswith(".")
    assert calculator.references
    assert calculator.question_patterns
    for spec in calculator.inputs:
        assert spec.label
        assert spec.synonyms or spec.kind == "category"
        if spec.kind == "quantity":
            assert spec.plausible
            assert spec.units
            assert spec.unit is not None


def test_the_same_input_is_the_same_everywhere() -> None:
    units: dict[str, set[tuple[str | None, str | None]]] = {}
    for calculator in registry.all_calculators():
        for spec in calculator.inputs:
            units.setdefault(spec.name, set()).add((spec.unit, spec.substance))
    assert {name: found for name, found in units.items() if len(found) > 1} == {}


class TestCheck:
    GAP = registry.get("anion_gap")

    def broken(self, **changes: object) -> Calculator:
        spec = replace(self.GAP.inputs[0], **changes)  # type: ignore[arg-type]
        return replace(self.GAP, inputs=(spec,))

    def test_ids_are_unique(self) -> None:
        with pytest.raises(ValueError, match=r"calculator id used twice: \['anion_gap'\]"):
            registry.check([self.GAP, self.GAP])
        with pytest.raises(ValueError, match=r"MedCalc-Bench id used twice: \[39\]"):
            registry.check([self.GAP, replace(self.GAP, id="another_gap")])

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"unit": "floop"}, "sodium.*floop"),
            ({"units": ("mEq/L", "kg")}, "sodium.*kg"),
            ({"unit": None}, "without a unit"),
            ({"substance": "kryptonite"}, "kryptonite"),
            ({"plausible": (5.0, 5.0)}, "empty plausible range"),
            ({"kind": "category", "allowed": ()}, "category without options"),
            ({"kind": "category", "allowed": ("a",), "default": "b"}, "none of its options: 'b'"),
            ({"kind": "category", "allowed": ("a",), "absent": "assume_absent"}, "no default says"),
            ({"absent": "assume_absent"}, "no default says"),
        ],
    )
    def test_inputs_are_sound(self, changes: dict[str, object], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            registry.check([self.broken(**changes)])

    def test_the_range_of_patients_names_quantities(self) -> None:
        with pytest.raises(KeyError, match="potassium"):
            registry.check([replace(self.GAP, made_for={"potassium": (3.0, 5.0)})])
        with pytest.raises(ValueError, match="made_for names 'sex'"):
            registry.check([replace(registry.get("ideal_body_weight"), made_for={"sex": (0.0, 1.0)})])

    def test_conventions_leave_a_choice(self) -> None:
        lonely = Convention(id="c", question="?", options={"one": "1"}, default="one")
        with pytest.raises(ValueError, match="leaves no choice"):
            registry.check([replace(self.GAP, conventions=(lonely,))])
        odd = Convention(
            id="c", question="?", options={"one": "1", "two": "2"}, default=None, stated_by={"three": "3"}
        )
        with pytest.raises(ValueError, match="patterns for what is none of its options"):
            registry.check([replace(self.GAP, conventions=(odd,))])
        strange = Convention(id="c", question="?", options={"one": "1", "two": "2"}, default="three")
        with pytest.raises(ValueError, match="default that is none of its options"):
            registry.check([replace(self.GAP, conventions=(strange,))])

    def test_a_convention_means_the_same_in_every_calculator(self) -> None:
        one = Convention(id="c", question="?", options={"one": "1", "two": "2"}, default="one")
        other = replace(self.GAP, id="another_gap", medcalc_id=None, conventions=(one,))
        registry.check([replace(self.GAP, conventions=(one,)), other])
        with pytest.raises(ValueError, match="anion_gap: convention 'c' is another one elsewhere"):
            registry.check([other, replace(self.GAP, conventions=(replace(one, default="two"),))])


NEW_CALCULATOR = """
from answers.model import AnswerSpec
from calculators import bedside
from calculators.model import Calculator, Steps, Values


def _pulse_pressure(v: Values, steps: Steps) -> float:
    width = v.number("systolic_bp") - v.number("diastolic_bp")
    return steps.add("pulse pressure", width, "mmHg", "systolic - diastolic")


PULSE_PRESSURE = Calculator(
    id="pulse_pressure",
    version="1",
    name="Pulse pressure",
    field="new_field",
    answer=AnswerSpec(kind="number", unit="mmHg"),
    inputs=(bedside.SYSTOLIC_BP, bedside.DIASTOLIC_BP),
    formula=_pulse_pressure,
    definition="Pulse pressure = systolic - diastolic, in mmHg.",
    references=("Dart AM, Kingwell BA. J Am Coll Cardiol 2001;37:975-984",),
    question_patterns=(r"pulse pressure",),
)
"""


def test_a_new_calculator_is_one_file_of_fewer_than_40_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert NEW_CALCULATOR.count("\n") < 40
    (tmp_path / "new_field.py").write_text(NEW_CALCULATOR)
    monkeypatch.setattr(clinical, "__path__", [*clinical.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    try:
        added = {c.id: c for c in registry.discover()}["pulse_pressure"]
    finally:
        sys.modules.pop("calculators.clinical.new_field", None)
    assert evaluate(added, {"systolic_bp": 120, "diastolic_bp": 80}).answer.model_dump()["value"] == 40.0
