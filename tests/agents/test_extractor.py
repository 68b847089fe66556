"""What is wrong with an extraction, in words that its model can act on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from agents.extraction import ExtractedInput, Extraction
from agents.extractor import extractor_task, problems, to_inputs
from agents.task import Task
from answers.model import AnswerSpec
from calculators.registry import all_calculators, get

NOTE = "She weighs 81 kg at a height of 180 cm. Haemoglobin <10 g/dL. Last period on 2 May 2024."


def task(calculator: str | None = "body_mass_index", question: str = "What is the BMI?") -> Task:
    return Task(
        run_id="r",
        instance_id="i",
        source_id="1",
        context=NOTE,
        question=question,
        spec=AnswerSpec(kind="number"),
        calculator=get(calculator) if calculator else None,
    )


def read(name: str, value: Any = None, quote: str | None = None, **more: Any) -> ExtractedInput:
    fields = {"status": "present", "unit": None, "bound": None, "time": None} | more
    return ExtractedInput(name=name, value=value, quote=quote, **fields)


WEIGHT = read("weight", 81.0, "weighs 81 kg", unit="kg")
HEIGHT = read("height", 180.0, "height of 180 cm", unit="cm")


def extraction(*inputs: ExtractedInput) -> Extraction:
    return Extraction(time_point="visit", inputs=inputs)


def test_a_right_extraction_has_no_problems() -> None:
    assert problems(extraction(HEIGHT, WEIGHT), task()) == []


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ((WEIGHT,), "'height' is missing"),
        ((WEIGHT, HEIGHT, HEIGHT), "'height' is listed twice"),
        ((WEIGHT, HEIGHT, read("age", 50.0, "81")), "'age' is unknown; the inputs are weight, height"),
        ((WEIGHT, HEIGHT.model_copy(update={"quote": "180 m"})), "'180 m' is not found in the context"),
        ((WEIGHT, HEIGHT.model_copy(update={"quote": None})), "present but has no quote"),
        ((WEIGHT, HEIGHT.model_copy(update={"value": None})), "present but has no value"),
        ((WEIGHT, HEIGHT.model_copy(update={"unit": "mmol"})), "mmol"),
        ((WEIGHT, HEIGHT.model_copy(update={"value": "tall"})), "height"),
        ((WEIGHT, HEIGHT.model_copy(update={"value": True})), "height"),
        ((WEIGHT, HEIGHT.model_copy(update={"unit": None})), ""),
    ],
)
def test_each_problem_is_named(inputs: tuple[ExtractedInput, ...], said: str) -> None:
    found = problems(extraction(*inputs), task())
    if said:
        assert any(said in problem for problem in found), found


def test_several_problems_are_told_at_once() -> None:
    found = problems(extraction(read("age", None), WEIGHT.model_copy(update={"quote": "nowhere"})), task())
    assert len(found) == 4, found


def test_inputs_come_in_the_calculator_s_order_with_located_evidence() -> None:
    values = to_inputs(extraction(HEIGHT, WEIGHT), task())
    assert [value.name for value in values] == ["weight", "height"]
    for value in values:
        assert value.evidence is not None
        assert NOTE[value.evidence.start : value.evidence.end] == value.evidence.quote


def test_a_quote_may_be_one_of_the_question() -> None:
    asked = task(question="What is the BMI at a height of 181 cm?")
    entry = read("height", 181.0, "height of 181 cm", unit="cm")
    assert problems(extraction(WEIGHT, entry), asked) == []
    evidence = to_inputs(extraction(entry, WEIGHT), asked)[1].evidence
    assert evidence is not None
    assert evidence.where == "question"


def test_a_value_that_is_not_there_is_never_kept() -> None:
    """Whatever a model writes beside `absent` or `not_mentioned` is dropped."""
    entry = read("height", 175.0, None, status="not_mentioned", unit="cm")
    value = to_inputs(extraction(WEIGHT, entry), task())[1]
    assert (value.status, value.value, value.unit) == ("not_mentioned", None, None)


def test_an_unclear_input_stays_unclear() -> None:
    """Whether it matters is the calculator's to say."""
    unclear = read("height", None, "height of 180 cm", status="unclear")
    value = to_inputs(extraction(WEIGHT, unclear), task())[1]
    assert (value.status, value.value) == ("unclear", None)
    assert value.evidence is not None


def test_dates_are_dates() -> None:
    calculator = next(c for c in all_calculators() if any(spec.kind == "date" for spec in c.inputs))
    name = next(spec.name for spec in calculator.inputs if spec.kind == "date")
    entry = read(name, "2024-05-02", "2 May 2024")
    by_name = {value.name: value for value in to_inputs(extraction(entry), task(calculator.id))}
    assert by_name[name].value == dt.date(2024, 5, 2)
    others = [read(s.name, status="not_mentioned") for s in calculator.inputs if s.name != name]
    assert problems(extraction(entry, *others), task(calculator.id)) == []
    (wrong,) = problems(extraction(read(name, "2 May", "2 May 2024"), *others), task(calculator.id))
    assert name in wrong


def test_open_inputs_are_named_by_the_model() -> None:
    open_task = task(None)
    assert problems(extraction(read("dose_mg", 81.0, "81")), open_task) == []
    assert problems(extraction(read("the dose", 81.0, "81")), open_task) == [
        "input name 'the dose' cannot be a variable's name; use snake_case"
    ]


@pytest.mark.parametrize("name", ["class", "import", "None"])
def test_a_keyword_is_no_name_for_a_variable(name: str) -> None:
    """The program gets each input as a variable of its name."""
    assert problems(extraction(read(name, 81.0, "81")), task(None)) != []


def test_the_prompt_shows_the_definition_and_not_more() -> None:
    text = extractor_task(task(), None)
    assert "BMI = weight in kg / (height in m)²" in text
    assert NOTE in text
    assert "<objection>" not in text
    assert "weighs the wrong way" in extractor_task(task(), "weighs the wrong way")
    assert "<calculator" not in extractor_task(task(None), None)
