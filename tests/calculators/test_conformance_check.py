"""Whether a label is contradicted, and by which mistake: instances that are constructed for each cause."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers.format import format_answer
from answers.model import (
    Answer,
    AnswerSpec,
    DateAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
)
from calculators.conformance import LabelCheck, causes, check_label
from calculators.evaluate import evaluate
from calculators.mistakes.case import Cause
from calculators.registry import get
from calculators.stored import stored_inputs

Entities = dict[str, object]

GCS: Entities = {
    "Best eye response": "eye opening to pain",
    "Best verbal response": "confused",
    "Best motor response": "obeys commands",
}  # 2 + 4 + 6
SIRS: Entities = {
    "Temperature": [37.1, "degrees celsius"],
    "Heart Rate or Pulse": [84.0, "beats per minute"],
    "respiratory rate": [22.0, "breaths per minute"],
    "White blood cell count": [13600.0, "µL"],
}  # breathing and white cells: 2
CHADS: Entities = {
    "age": [70, "years"],
    "sex": "Male",
    "Hypertension history": True,
    "Stroke": True,
    "Diabetes history": True,
}  # 1 + 1 + 2 + 1
GAP: Entities = {"Sodium": [140.0, "mEq/L"], "Chloride": [100.0, "mEq/L"], "Bicarbonate": [20.0, "mEq/L"]}


def check(
    calculator: str, entities: Entities, label: Answer | None, question: str = "", **conventions: str
) -> LabelCheck:
    found = get(calculator)
    return check_label(found, entities, label, found.answer, question=question, conventions=conventions)


def number(value: float) -> NumberAnswer:
    return NumberAnswer(value=value)


def score(value: int) -> IntegerAnswer:
    return IntegerAnswer(value=value)


def cause(*checks: LabelCheck) -> tuple[Cause, str]:
    found = causes(checks)[0]
    assert found is not None
    return found


@pytest.mark.parametrize("label", [20.0, 19.1, 20.9])
def test_a_label_within_the_tolerance_is_not_contradicted(label: float) -> None:
    found = check("anion_gap", GAP, number(label))
    assert (found.contradicts, found.detail) == (False, "")
    assert causes([found]) == [None]


@pytest.mark.parametrize("label", [18.9, 21.2, -20.0, 0.0])
def test_a_label_beyond_it_is(label: float) -> None:
    assert check("anion_gap", GAP, number(label)).contradicts is True


def test_scores_and_dates_must_be_equal() -> None:
    assert check("glasgow_coma_scale", GCS, score(12)).contradicts is False
    assert check("glasgow_coma_scale", GCS, score(13)).contradicts is True
    entities: Entities = {"Last menstrual date": "01/01/2024", "cycle length": 28}
    assert check("estimated_conception_date", entities, _day("2024-01-15")).contradicts is False
    assert check("estimated_conception_date", entities, _day("2024-01-16")).contradicts is True


def test_the_rule_is_the_one_of_the_instance() -> None:
    exact = AnswerSpec.model_validate({"kind": "number", "agreement": {"kind": "exact", "tolerance": 0}})
    found = check_label(get("anion_gap"), GAP, number(20.1), exact, question="", conventions={})
    assert found.contradicts is True


def test_a_label_may_follow_any_option_of_an_open_convention() -> None:
    default = check("delta_gap", GAP, number(8))
    other = check("delta_gap", GAP, number(4))
    assert (default.contradicts, other.contradicts) == (False, False)
    assert "convention" not in default.detail
    assert "convention" in other.detail
    assert "delta_gap=minus_bicarbonate_fall" in other.detail
    assert check("delta_gap", GAP, number(6)).contradicts is True


def test_a_convention_that_is_settled_is_not_open() -> None:
    stated = check("delta_gap", GAP, number(4), question="Delta gap, that is the anion gap minus 12?")
    fixed = check("delta_gap", GAP, number(4), delta_gap="ag_minus_12")
    assert (stated.contradicts, fixed.contradicts) == (True, True)
    assert cause(fixed) == cause(stated)
    assert cause(fixed)[0] == "logic"
    assert "delta_gap=minus_bicarbonate_fall" in cause(fixed)[1]


def test_what_is_incomputable_contradicts_nothing_and_says_what_is_missing() -> None:
    entities = {name: value for name, value in GAP.items() if name != "Chloride"}
    found = check("anion_gap", entities, number(20))
    assert (found.contradicts, found.unchecked) == (None, "incomputable")
    assert "chloride" in found.detail
    assert check("anion_gap", entities, IncomputableAnswer()).contradicts is False


def test_a_label_that_says_incomputable_is_contradicted_by_an_answer() -> None:
    found = check("anion_gap", GAP, IncomputableAnswer())
    assert found.contradicts is True
    assert cause(found) == ("logic", "the label is N/A, recomputed is 20")


def test_an_unknown_unit_is_refused_and_a_missing_label_named() -> None:
    found = check("anion_gap", {**GAP, "Sodium": [140.0, "flurbs"]}, number(20))
    assert (found.contradicts, found.unchecked) == (None, "refused_input")
    assert "flurbs" in found.detail
    assert check("anion_gap", GAP, None).unchecked == "no_label"


def test_a_corrected_unit_is_computed_with_and_told() -> None:
    found = check("anion_gap", {**GAP, "Sodium": [140.0, "mg/dL"]}, number(20))
    assert found.contradicts is False
    assert [each.proposed for each in found.corrections] == ["mEq/L"]


@pytest.mark.parametrize(
    ("calculator", "entities", "label", "expected", "words"),
    [
        # beyond what the score can be
        ("glasgow_coma_scale", GCS, score(17), "out_of_range", "from 3 to 15"),
        ("cha2ds2_vasc", CHADS, score(10), "out_of_range", "from 0 to 9"),
        ("sirs", SIRS, score(-1), "out_of_range", "from 0 to 4"),
        # 2.6 mmol/L are 0.0026 mol/L: 0.003
        (
            "corrected_calcium",
            {"Calcium": [2.6, "mmol/L"], "Albumin": [31.0, "g/L"]},
            number(12.74),
            "rounding",
            "three decimals of a mole",
        ),
        (
            "fib4",
            {
                **dict(age=[90, "years"]),
                "Aspartate aminotransferase": [50, "U/L"],
                "Alanine aminotransferase": [25, "U/L"],
                "Platelet count": [1500000, "µL"],
            },
            number(1.0),
            "rounding",
            "'FIB-4' rounded to a whole number",
        ),
        (
            "meld_na",
            {
                "creatinine": [1.0, "mg/dL"],
                "Bilirubin": [2.4, "mg/dL"],
                "international normalized ratio": 1.2,
                "Sodium": [138.0, "mEq/L"],
            },
            score(10),
            "rounding",
            "'MELD(i) / 10' rounded to a whole number",
        ),
        # criteria that were not counted
        ("cha2ds2_vasc", CHADS, score(3), "missing_criterion", "'stroke, TIA or thromboembolism' left out"),
        ("cha2ds2_vasc", CHADS, score(2), "missing_criterion", "left out and"),
        ("cha2ds2_vasc", CHADS, score(1), "missing_criterion", "no finding counted"),
        ("glasgow_coma_scale", GCS, score(8), "missing_criterion", "'verbal response' left out"),
        # another unit or scale
        (
            "sirs",
            {**SIRS, "Temperature": [37.9, "degrees celsius"]},
            score(3),
            "unit",
            "temperature read in °F",
        ),
        (
            "ckd_epi_2021",
            {"sex": "Female", "age": [47, "years"], "creatinine": [88.0, "µmol/L"]},
            number(0.3245),
            "unit",
            "creatinine read in mg/dL",
        ),
        (
            "body_mass_index",
            {"weight": [154.0, "lbs"], "height": [175, "cm"]},
            number(50.29),
            "unit",
            "weight read in kg",
        ),
        ("anion_gap", {**GAP, "Sodium": [140.0, "mg/dL"]}, number(-59.1), "unit", "as it is stored"),
        (
            "fractional_excretion_sodium",
            {
                "Sodium": [140, "mEq/L"],
                "Urine sodium": [40, "mEq/L"],
                "creatinine": [2, "mg/dL"],
                "Urine creatinine": [100, "mg/dL"],
            },
            number(0.0057),
            "unit",
            "percentage given as a fraction",
        ),
        # everything else
        (
            "qtc_fridericia",
            {"Heart Rate or Pulse": [100, "bpm"], "QT interval": [360, "msec"]},
            number(464.76),
            "logic",
            "the formula of Corrected QT interval (Bazett)",
        ),
        (
            "cockcroft_gault",
            {
                "sex": "Female",
                "age": [60, "years"],
                "weight": [60, "kg"],
                "height": [165, "cm"],
                "creatinine": [1.0, "mg/dL"],
            },
            number(63.3),
            "logic",
            "as for sex male",
        ),
        (
            "estimated_due_date",
            {"Last menstrual date": "01/01/2024", "cycle length": 31},
            DateAnswer(value=dt.date(2024, 10, 5)),
            "logic",
            "'cycle shift' with the opposite sign",
        ),
        ("anion_gap", GAP, number(31.7), "logic", "the label is 11.7 above the recomputed 20"),
    ],
)
def test_the_cause_is_found_and_said(
    calculator: str, entities: Entities, label: Answer, expected: Cause, words: str
) -> None:
    found = check(calculator, entities, label)
    assert found.contradicts is True
    assert cause(found)[0] == expected, cause(found)
    assert words in cause(found)[1]


def test_the_mistake_that_explains_most_labels_is_believed() -> None:
    """One label alone could come about in several ways; all of them together only in one."""
    verbal = {"oriented": 5, "confused": 4, "inappropriate words": 3, "incomprehensible sounds": 2}
    checks = [
        check("glasgow_coma_scale", {**GCS, "Best verbal response": said}, score(8 + 2 * points))
        for said, points in verbal.items()
    ]
    found = [each for each in causes(checks) if each is not None]
    assert [kind for kind, _ in found] == ["out_of_range", "out_of_range", "logic", "logic"]
    assert all(detail.endswith("it follows with 'verbal response' counted twice") for _, detail in found)


def test_a_mistake_that_would_spoil_labels_that_are_right_is_not_believed() -> None:
    met: Entities = {**SIRS, "Heart Rate or Pulse": [99, "bpm"]}
    wrong = check("sirs", SIRS, score(3))
    assert "body temperature" in cause(wrong)[1]
    right = [check("sirs", {**met, "Temperature": [t, "degrees celsius"]}, score(3)) for t in (36.5, 37.5)]
    assert cause(wrong, *right)[1].endswith("it follows with 'heart rate' counted with 1")


def test_two_mistakes_at_once_are_believed_where_they_explain_many_labels() -> None:
    """Cholesterol in mmol/L in the logarithms, and the risk as a fraction."""
    spec = get("framingham_hard_chd")
    checks = []
    for age in (45, 50, 55, 60):
        entities: Entities = {
            "age": [age, "years"],
            "sex": "Male",
            "Smoker": False,
            "Total cholesterol": [200 + age, "mg/dL"],
            "high-density lipoprotein cholesterol": [age, "mg/dL"],
            "Systolic Blood Pressure": [130, "mm Hg"],
        }
        wrong = {name: entities[name] for name in entities if "cholesterol" not in name}
        inputs = {i.name: i for i in stored_inputs(spec, wrong).inputs}
        values = {"total_cholesterol": (200 + age) / 38.666, "hdl": age / 38.666}
        answer = evaluate(spec, {**inputs, **values}).answer
        assert isinstance(answer, NumberAnswer)
        checks.append(check("framingham_hard_chd", entities, number(answer.value / 100)))
    for kind, detail in filter(None, causes(checks)):
        assert kind == "unit"
        assert "cholesterol and HDL cholesterol in mmol/L" in detail
        assert "the percentage given as a fraction" in detail


@settings(deadline=None)  # a search through many calculations
@given(st.floats(80, 180), st.floats(60, 140), st.floats(5, 45), st.floats(-100, 100))
def test_every_contradiction_has_a_cause_and_a_sentence(
    sodium: float, chloride: float, bicarbonate: float, label: float
) -> None:
    entities: Entities = {
        "Sodium": [sodium, "mEq/L"],
        "Chloride": [chloride, "mmol/L"],
        "Bicarbonate": [bicarbonate, "mEq/L"],
    }
    found = check("anion_gap", entities, number(label))
    assert found.recomputed is not None
    assert found.contradicts is (causes([found])[0] is not None)
    if found.contradicts:
        assert format_answer(found.recomputed) in cause(found)[1]


def _day(text: str) -> DateAnswer:
    return DateAnswer(value=dt.date.fromisoformat(text))
