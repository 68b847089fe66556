"""The calculators on MedCalc-Bench's stored inputs, against an independent implementation."""

import ast
import csv
import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from answers.agreement import agrees
from answers.model import Answer, AnswerKind, DateAnswer, DurationAnswer, IntegerAnswer, NumberAnswer
from calculators.evaluate import evaluate
from calculators.model import Calculator
from calculators.registry import all_calculators, for_medcalc_id, match_question
from calculators.stored import stored_inputs

SHARED = Path(__file__).parents[3] / "shared"
INSTANCES = SHARED / "data" / "medcalc" / "original_test_labels.csv"
REFERENCE = SHARED / "data" / "medcalc" / "reference_values_dev.csv"
SPEC = SHARED / "spec" / "medcalc_calculators.json"

# the choices that the reference has made where a question leaves one
CONVENTIONS = {
    # the question names the calendar rule, which is the calculator's default
    "estimated_due_date": {"naegele": "days_280"},
    # the form of 2005 has one line for both, which is the calculator's default
    "caprini": {"dvt_and_pe": "each"},
    # open: the literature knows all of its options
    "glasgow_coma_scale": {"not_testable": "full"},
}

# uid → why our answer differs and stays
DECIDED = {
    "799": "the reference is −1.4e−14, the binary residue of a gap of exactly zero",
}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10**9)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _reference(kind: AnswerKind, text: str) -> Answer:
    if kind == "date":
        return DateAnswer(value=dt.date.fromisoformat(text[:10]))
    if kind == "number":
        return NumberAnswer(value=float(text))
    return (
        IntegerAnswer(value=int(float(text))) if kind == "integer" else DurationAnswer(value=int(float(text)))
    )


@cache
def _compared() -> tuple[tuple[str, str, Answer, Answer, bool], ...]:
    if not INSTANCES.exists() or not REFERENCE.exists():
        pytest.skip(f"the benchmark's data is not at {INSTANCES.parent}")
    references = {row["uid"]: row["y_ref"] for row in _rows(REFERENCE)}
    compared = []
    for row in _rows(INSTANCES):
        calculator = for_medcalc_id(int(row["Calculator ID"]))
        if calculator is None or row["Unique ID"] not in references:
            continue
        inputs = stored_inputs(calculator, ast.literal_eval(row["Relevant Entities"]))
        answer = evaluate(calculator, inputs, CONVENTIONS.get(calculator.id)).answer
        expected = _reference(calculator.answer.kind, references[row["Unique ID"]])
        same = agrees(answer, expected, calculator.answer)
        compared.append((row["Unique ID"], calculator.id, answer, expected, same))
    return tuple(compared)


def test_at_least_99_percent_agree() -> None:
    results = _compared()
    assert len(results) >= 340
    assert sum(same for *_, same in results) / len(results) >= 0.99


def test_every_remaining_difference_is_a_decision() -> None:
    differing = {
        uid: (name, answer, expected) for uid, name, answer, expected, same in _compared() if not same
    }
    assert set(differing) == set(DECIDED), differing


def test_every_stored_input_of_the_benchmark_is_read() -> None:
    if not INSTANCES.exists():
        pytest.skip(f"the benchmark's data is not at {INSTANCES.parent}")
    for row in _rows(INSTANCES):
        calculator = for_medcalc_id(int(row["Calculator ID"]))
        if calculator is not None:
            answer = evaluate(
                calculator, stored_inputs(calculator, ast.literal_eval(row["Relevant Entities"]))
            ).answer
            allowed = {"framingham_hard_chd"}
            assert answer.kind != "incomputable" or calculator.id in allowed, row["Unique ID"]


def _questions() -> list[tuple[int, str]]:
    if not SPEC.exists():
        pytest.skip(f"the calculator facts are not at {SPEC.parent}")
    spec = json.loads(SPEC.read_text(encoding="utf-8"))
    return [
        (entry["calculator_id"], q["text"]) for entry in spec["calculators"] for q in entry["questions_v1"]
    ]


def test_every_question_of_the_benchmark_finds_its_own_calculator_and_no_other() -> None:
    wrong = [
        (medcalc_id, question)
        for medcalc_id, question in _questions()
        if match_question(question) is not for_medcalc_id(medcalc_id)
    ]
    assert wrong == []


def test_every_key_under_which_the_benchmark_stores_an_input_is_known() -> None:
    if not SPEC.exists():
        pytest.skip(f"the calculator facts are not at {SPEC.parent}")
    entries = json.loads(SPEC.read_text(encoding="utf-8"))["calculators"]
    for entry in entries:
        calculator = for_medcalc_id(entry["calculator_id"])
        if calculator is not None:
            wanted = {key for item in entry["inputs"] for key in item["entity_keys_v1"]}
            assert wanted <= _source_keys(calculator), calculator.id


def _source_keys(calculator: Calculator) -> set[str]:
    return {key for spec in calculator.inputs for key in spec.source_keys}


def test_the_number_of_calculators_that_the_benchmark_reaches() -> None:
    assert sum(c.medcalc_id is not None for c in all_calculators()) >= 37
