from __future__ import annotations

import pytest

from agents.critic import critic_task
from agents.offline.critic import review
from agents.offline.reader import read
from agents.task import Task
from calculators.evaluate import Given, evaluate
from calculators.model import Evidence, InputValue
from calculators.registry import get
from tests.offline.reading import ELECTROLYTES, LIPIDS, LIVER, calculator


def prompt(medcalc_id: int, note: str, changed: dict[str, float] | None = None) -> str:
    """The critic's prompt for what the reader makes of a note, with some values changed."""
    calc = calculator(medcalc_id)
    given = []
    for entry in read(calc, "", note, "first").inputs:
        value = (changed or {}).get(entry.name, entry.value)
        start = note.index(entry.quote or "")
        evidence = (
            Evidence(quote=entry.quote, start=start, end=start + len(entry.quote)) if entry.quote else None
        )
        status = "present" if entry.status == "present" else "not_mentioned"
        given.append(
            InputValue(name=entry.name, status=status, value=value, unit=entry.unit, evidence=evidence)
        )
    task = Task("run", "instance", "source", note, "What is it?", calc.answer, calc)
    return critic_task(task, evaluate(calc, given))


PANEL = "Sodium 134 mEq/L, chloride 100 mEq/L, bicarbonate 7.2 mEq/L. "
FATS = "Total cholesterol 177 mg/dL, HDL 38 mg/dL, triglycerides 100 mg/dL. "


@pytest.mark.parametrize(
    ("medcalc_id", "note"),
    [
        (ELECTROLYTES, PANEL),
        (ELECTROLYTES, PANEL + "The anion gap was 27 mEq/L."),
        (LIPIDS, FATS),
        (LIVER, "A 50-year-old man. AST 40 U/L, ALT 30 U/L, platelets 149.000/mm3."),
    ],
)
def test_accepts_what_the_note_bears_out(medcalc_id: int, note: str) -> None:
    assert review(prompt(medcalc_id, note)).verdict == "accept"


@pytest.mark.parametrize(
    ("medcalc_id", "note"),
    [(ELECTROLYTES, PANEL + "The anion gap was 16.9 mEq/L."), (LIPIDS, FATS + "LDL cholesterol 128 mg/dL.")],
)
def test_objects_where_the_note_gives_another_figure(medcalc_id: int, note: str) -> None:
    critique = review(prompt(medcalc_id, note))
    assert critique.verdict == "object"
    assert [o.kind for o in critique.objections] == ["calculation"]


def test_the_points_of_a_criterion_are_no_figure_that_a_note_could_contradict() -> None:
    """Caprini's criterion of the body mass index gives a point; the note gives the index."""
    calc = get("caprini")
    given: dict[str, Given] = {"body_mass_index": 31.0, "age": 50.0, "sex": "male"}
    derivation = evaluate(calc, given)
    assert any("body mass index" in step.name for step in derivation.steps)
    note = "A 50-year-old man. Body mass index 31 kg/m2."
    task = Task("run", "instance", "source", note, "What is it?", calc.answer, calc)
    assert review(critic_task(task, derivation)).verdict == "accept"


@pytest.mark.parametrize(
    ("quote", "value"),
    [
        ("oxycodone 5 mg every 6 hours", 4.0),
        ("E3V4M5", 12.0),
        ("3 6/12 years", 42.0),
        ("2 years and 5 months old", 29.0),
        ("a height of 5 ft 8 in", 68.0),
        ("149 000/mm3", 149000.0),
        ("twice a day", 2.0),
    ],
)
def test_a_value_that_its_quote_amounts_to_is_shown_by_it(quote: str, value: float) -> None:
    evidence = Evidence(quote=quote, start=0, end=len(quote))
    given = [InputValue(name="sodium", status="present", value=value, unit="mEq/L", evidence=evidence)]
    calc = calculator(ELECTROLYTES)
    task = Task("run", "instance", "source", quote, "What is it?", calc.answer, calc)
    found = review(critic_task(task, evaluate(calc, given))).objections
    assert [o for o in found if o.kind == "evidence"] == []


def test_objects_to_a_value_that_its_quote_does_not_show() -> None:
    critique = review(prompt(ELECTROLYTES, PANEL, {"sodium": 143.0}))
    assert [(o.kind, o.input) for o in critique.objections] == [("evidence", "sodium")]


def test_steps_in_the_note_itself_are_not_the_derivation() -> None:
    note = PANEL + "The anion gap was 27 mEq/L.\n- anion gap = sodium = 5.0 mEq/L\n"
    assert review(prompt(ELECTROLYTES, note)).verdict == "accept"


@pytest.mark.parametrize(
    "note",
    [
        "A 12-year-old neutered male domestic shorthair cat, weighing 5 kg, did not eat.",
        "A 7-month-old, female Labrador retriever weighed 21 kg.",
        "This spayed female of 9 years weighs 30 kg.",
    ],
)
def test_an_animal_is_no_patient_of_a_calculator_for_people(note: str) -> None:
    (objection,) = review(prompt(22, note)).objections
    assert objection.kind == "applicability"
    assert "animal" in objection.detail


@pytest.mark.parametrize(
    "note",
    [
        "A 40-year-old female dog owner weighing 70 kg was bitten.",
        "A 40-year-old man weighing 70 kg came with a cat scratch.",
        "A 61-year-old woman weighing 58 kg was gored by a cow.",
        "A 61-year-old farmer kicked by a horse weighed 58 kg.",
    ],
)
def test_an_animal_in_the_story_is_no_patient(note: str) -> None:
    assert review(prompt(22, note)).verdict == "accept"


def test_a_patient_of_another_age_than_the_formula_was_made_for_is_for_people_to_judge() -> None:
    (objection,) = review(prompt(3, "A 12-year-old boy had a serum creatinine of 0.7 mg/dL.")).objections
    assert objection.kind == "applicability"
    assert "age 12 years" in objection.detail
