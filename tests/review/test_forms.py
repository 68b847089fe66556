"""What a form says of an instance: values, evidence, conventions, answers, and what is wrong with them."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.task import Task
from answers.format import format_answer
from answers.model import AnswerSpec, DateAnswer, IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.conventions import settled
from calculators.model import Evidence
from calculators.registry import all_calculators, get
from review.forms import PARTS, STATUSES, Entry, NoAnswer, answer_of, input_field, read_entry, recompute

NOTE = (
    "A 47-year-old woman 👩‍⚕️. Creatinine 88 µmol/L on day 1.\r\n"
    "Day 3: creatinine 95 µmol/L.\nNo diabetes; \u202ecreatinine  1.1 mg/dL\u202c elsewhere."
)
EGFR = get("ckd_epi_2021")
GAP = get("delta_gap")


def task(
    calculator: str | None = "ckd_epi_2021",
    *,
    question: str = "What is the eGFR of this 47-year-old?",
    spec: AnswerSpec | None = None,
    conventions: dict[str, str] | None = None,
    note: str = NOTE,
) -> Task:
    registered = get(calculator) if calculator else None
    return Task(
        run_id="run",
        instance_id="i1",
        source_id="case-1",
        context=note,
        question=question,
        spec=spec or (registered.answer if registered else AnswerSpec(kind="number", unit="mg")),
        calculator=registered,
        conventions=settled(registered, question, conventions or {}) if registered else {},
    )


def fields(**inputs: str | tuple[str, str]) -> dict[str, str]:
    """Form fields from `creatinine="88"` or `creatinine=("88", "umol/L")`; a word is a status."""
    form: dict[str, str] = {}
    for name, given_ in inputs.items():
        if given_ in STATUSES:
            form[f"input.{name}.status"] = str(given_)
        else:
            value, unit = (given_, "") if isinstance(given_, str) else given_
            form |= {f"input.{name}.value": value, f"input.{name}.unit": unit}
    return form


WOMAN = fields(sex="Female", age="47", creatinine=("88", "µmol/L"))


def test_values_become_inputs_and_the_calculator_gives_every_step() -> None:
    entry = read_entry(task(), WOMAN)
    assert entry.errors == {}
    assert [(v.name, v.status, v.value, v.unit) for v in entry.inputs] == [
        ("sex", "present", "Female", None),
        ("age", "present", 47.0, None),
        ("creatinine", "present", 88.0, "µmol/L"),
    ]
    derivation = recompute(task(), entry)
    assert derivation is not None
    assert answer_of(task(), entry, derivation) == derivation.answer
    assert format_answer(derivation.answer) == "70.3093"  # as the README's trace of renal-04
    assert [step.name for step in derivation.steps][-1] == "eGFR"


@pytest.mark.parametrize(
    ("typed", "value", "unit", "bound"),
    [
        ("88", 88.0, "mg/dL", None),
        ("88 µmol/L", 88.0, "µmol/L", None),
        ("< 10", 10.0, "mg/dL", "<"),
        ("≥1,250.5", 1250.5, "mg/dL", ">="),
        ("<=0.3 mg/dL", 0.3, "mg/dL", "<="),
    ],
)
def test_a_quantity_keeps_its_unit_and_its_bound(
    typed: str, value: float, unit: str, bound: str | None
) -> None:
    entry = read_entry(task(), fields(creatinine=(typed, "mg/dL")))
    assert [(v.value, v.unit, v.bound) for v in entry.inputs] == [(value, unit, bound)]


def test_feet_and_inches_are_inches_whatever_unit_is_chosen() -> None:
    entry = read_entry(task("body_mass_index"), fields(height=("5 ft 8 in", "cm"), weight="70 kg"))
    assert entry.errors == {}
    derivation = recompute(task("body_mass_index"), entry)
    assert derivation is not None
    assert format_answer(derivation.answer) == "23.4646"  # 70 kg / (1.7272 m)²


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        (fields(creatinine="8x8"), "input.creatinine.value", "accepted: a finite number"),
        (fields(creatinine="N/A"), "input.creatinine.value", "say by the status"),
        (fields(creatinine="1e999"), "input.creatinine.value", "too large"),
        (fields(creatinine=("88", "furlong")), "input.creatinine.value", "accepted: mg/dL"),
        (fields(creatinine=("88", "kg")), "input.creatinine.value", "accepted: mg/dL"),
        (fields(creatinine="1000"), "input.creatinine.value", "name its unit"),
        (fields(sex="f"), "input.sex.value", "must be one of male, female"),
        (fields(sex="present"), "input.sex.value", "give its value"),
        ({"input.sex.status": "maybe"}, "input.sex.status", "present, absent, not mentioned, unclear"),
        ({"input.age.quote": "47-year-old"}, "input.age.status", "value or status"),
        (
            {"input.age.value": "47", "input.age.status": "absent"},
            "input.age.value",
            "is marked absent; keep one",
        ),
        ({**WOMAN, "input.age.quote": "48-year-old"}, "input.age.quote", "not in the note"),
        ({"answer": "seventy"}, "answer", "accepted: a finite number"),
        ({"answer": "70 mg/dL"}, "answer", "asked for in mL/min/1.73"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_computed(
    form: dict[str, str], field: str, said: str
) -> None:
    entry = read_entry(task(), form)
    assert set(entry.errors) == {field}
    assert said in entry.errors[field]
    if field != "answer":
        assert recompute(task(), entry) is None
        with pytest.raises(NoAnswer, match="mend the inputs"):
            answer_of(task(), entry, None)


def test_findings_have_a_status_and_no_value() -> None:
    names = [spec.name for spec in get("caprini").inputs if spec.kind == "boolean"][:4]
    form = fields(**dict(zip(names, STATUSES, strict=True)))
    form[f"input.{names[3]}.doubt"] = "the word is cut off"
    entry = read_entry(task("caprini"), form)
    assert [(v.name, v.status, v.value, v.doubt) for v in entry.inputs] == [
        (names[0], "present", True, None),
        (names[1], "absent", None, None),
        (names[2], "not_mentioned", None, None),
        (names[3], "unclear", None, "the word is cut off"),
    ]


def test_dates_are_read_in_every_spelling_of_answers() -> None:
    due = task("estimated_due_date", question="What is the due date?")
    (date,) = [spec.name for spec in get("estimated_due_date").inputs if spec.kind == "date"]
    for typed in ("2024-01-09", "01/09/2024", "January 9, 2024"):
        (value,) = read_entry(due, fields(**{date: typed})).inputs
        assert value.value == dt.date(2024, 1, 9)
    assert read_entry(due, fields(**{date: "9.1."})).errors.keys() == {f"input.{date}.value"}


def quoting(quote: str, start: int | str = "", end: int | str = "", occurrence: str = "") -> Entry:
    at = {"quote": quote, "start": str(start), "end": str(end), "occurrence": occurrence}
    form = fields(creatinine=("88", "µmol/L"))
    return read_entry(task(), form | {f"input.creatinine.{part}": text for part, text in at.items()})


@given(st.data())
def test_a_selection_is_evidence_with_the_note_s_own_words(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(NOTE) - 1))
    end = data.draw(st.integers(start + 1, len(NOTE)))
    shown = NOTE[start:end].replace("\u202e", "\ufffd").replace("\u202c", "\ufffd")
    shown = " ".join(shown.split())  # as an input element keeps it
    entry = quoting(shown, start, end)
    if shown:
        (value,) = entry.inputs
        assert value.evidence == Evidence(quote=NOTE[start:end], start=start, end=end)
    else:
        assert entry.inputs[0].evidence is None


@given(st.text(max_size=12), st.text(max_size=9) | st.integers().map(str), st.integers(-5, 200).map(str))
def test_evidence_is_never_other_than_what_the_note_or_question_says(
    quote: str, start: str, end: str
) -> None:
    for value in quoting(quote, start, end).inputs:
        if value.evidence is not None:
            text = NOTE if value.evidence.where == "context" else task().question
            assert text[value.evidence.start : value.evidence.end] == value.evidence.quote


def test_a_typed_quote_must_stand_once_or_say_which_is_meant() -> None:
    assert quoting("Creatinine 88 µmol/L").inputs[0].evidence is not None
    several = quoting("reatinine").errors["input.creatinine.quote"]
    assert "stand in the note 3 times (lines 1, 2, 3)" in several
    second = quoting("reatinine", occurrence="2").inputs[0].evidence
    assert second is not None
    assert second.start == NOTE.index("reatinine 95")
    for wrong in ("0", "4", "two", "-1", "²"):
        assert quoting("reatinine", occurrence=wrong).errors


def test_a_quote_that_was_changed_after_it_was_selected_is_looked_up_again() -> None:
    start = NOTE.index("95")
    evidence = quoting("Creatinine 88 µmol/L", start, start + 2).inputs[0].evidence
    assert evidence is not None
    assert evidence.start == NOTE.index("Creatinine 88")


def test_a_quote_that_stands_everywhere_asks_for_more() -> None:
    form = {"input.age.value": "47", "input.age.quote": "a"}
    entry = read_entry(task(note="a" * 1_000_000), form)
    assert "more than 50 times" in entry.errors["input.age.quote"]


def test_a_quote_of_the_question_is_evidence_from_there() -> None:
    entry = read_entry(task(), {"input.age.value": "47", "input.age.quote": "this 47-year-old"})
    assert entry.inputs[0].evidence == Evidence(quote="this 47-year-old", where="question", start=20, end=36)


GIVEN = fields(sodium="140", chloride="100", bicarbonate="14")


def test_the_form_chooses_a_convention_only_where_question_and_run_leave_it_open() -> None:
    open_task = task("delta_gap", question="What is the delta gap?")
    chosen = {**GIVEN, "convention.delta_gap": "minus_bicarbonate_fall"}
    derivation = recompute(open_task, read_entry(open_task, chosen))
    assert derivation is not None
    assert derivation.conventions == {"delta_gap": "minus_bicarbonate_fall"}
    fixed = task("delta_gap", question="What is the delta gap?", conventions={"delta_gap": "ag_minus_12"})
    derivation = recompute(fixed, read_entry(fixed, chosen))
    assert derivation is not None
    assert derivation.conventions == {"delta_gap": "ag_minus_12"}
    assert read_entry(open_task, {"convention.delta_gap": "x"}).errors.keys() == {"convention.delta_gap"}


def test_an_open_convention_that_changes_the_answer_has_to_be_chosen() -> None:
    open_task = task("delta_gap", question="What is the delta gap?")
    entry = read_entry(open_task, GIVEN)
    with pytest.raises(NoAnswer, match="What is the delta gap"):
        answer_of(open_task, entry, recompute(open_task, entry))
    entry = read_entry(open_task, {**GIVEN, "convention.delta_gap": "ag_minus_12"})
    assert answer_of(open_task, entry, recompute(open_task, entry)).kind == "number"
    entry = read_entry(open_task, {**GIVEN, "answer": "14"})
    assert answer_of(open_task, entry, recompute(open_task, entry)) == NumberAnswer(value=14, unit="mEq/L")


def test_no_answer_has_to_be_stated() -> None:
    entry = read_entry(task(), {})
    with pytest.raises(NoAnswer, match=r"creatinine is missing.*state N/A"):
        answer_of(task(), entry, recompute(task(), entry))
    entry = read_entry(task(), {"answer": "n/a"})
    assert answer_of(task(), entry, recompute(task(), entry)) == IncomputableAnswer()


def test_a_stated_answer_goes_before_the_computed_one_and_keeps_its_digits_where_they_are_the_same() -> None:
    entry = read_entry(task(), {**WOMAN, "answer": "71"})
    derivation = recompute(task(), entry)
    assert answer_of(task(), entry, derivation) == NumberAnswer(value=71, unit=EGFR.answer.unit)
    entry = read_entry(task(), {**WOMAN, "answer": "70.3093"})
    assert derivation is not None
    assert answer_of(task(), entry, derivation) == derivation.answer != entry.answer


def test_a_stated_answer_is_converted_to_the_unit_that_is_asked_for() -> None:
    free = task(None)
    assert read_entry(free, {"answer": "0.5 g"}).answer == NumberAnswer(value=500, unit="mg")
    assert read_entry(free, {"answer": "5 mg"}).answer == NumberAnswer(value=5, unit="mg")
    unitless = task(None, spec=AnswerSpec(kind="number"))
    assert "names no unit" in read_entry(unitless, {"answer": "5 mg"}).errors["answer"]


def test_without_a_calculator_there_is_only_the_answer() -> None:
    free = task(None, spec=AnswerSpec(kind="date"))
    entry = read_entry(free, {"answer": "05/03/2014", **WOMAN})
    assert entry == Entry((), {}, DateAnswer(value=dt.date(2014, 5, 3)), {})
    assert recompute(free, entry) is None
    assert answer_of(free, entry, None) == DateAnswer(value=dt.date(2014, 5, 3))
    with pytest.raises(NoAnswer, match="give an answer"):
        answer_of(free, read_entry(free, {}), None)
    whole = task(None, spec=AnswerSpec(kind="integer"))
    assert read_entry(whole, {"answer": "4.0"}).answer == IntegerAnswer(value=4)
    assert "whole number" in read_entry(whole, {"answer": "4.5"}).errors["answer"]


junk = st.text(max_size=20) | st.sampled_from(
    [
        "",
        "<",
        "5 ft 8 in",
        "12",
        "1e308 g",
        "N/A",
        "2024-02-30",
        "9999-12-31",
        *STATUSES,
        "mg/dL",
        "male",
        "4.5",
    ]
)


@given(st.data())
def test_nothing_that_a_browser_can_send_is_more_than_a_field_error(data: st.DataObject) -> None:
    calculator = data.draw(st.sampled_from(all_calculators()))
    names = [f"{input_field(spec.name)}.{part}" for spec in calculator.inputs for part in PARTS]
    names += [f"convention.{convention.id}" for convention in calculator.conventions] + ["answer"]
    form = data.draw(st.dictionaries(st.sampled_from(names), junk, max_size=12))
    asked = task(calculator.id, question="?")
    entry = read_entry(asked, form)
    assert entry.errors.keys() <= set(names)
    derivation = recompute(asked, entry)
    assert (derivation is None) == bool(entry.errors.keys() - {"answer"})
    with contextlib.suppress(NoAnswer):
        answer_of(asked, entry, derivation)
