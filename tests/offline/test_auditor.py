"""The offline auditor: what it holds against a label, and when it keeps quiet."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.auditing import Auditor
from agents.auditor import AuditTask, AuditVerdict, audit_task_of, auditor_task, problems
from agents.errors import FailedVoteError
from agents.offline.auditor import judge
from agents.offline.strategies import STRATEGIES
from agents.specs import Sampling, parse_spec
from answers.model import AgreementRule, Answer, AnswerSpec, IncomputableAnswer, NumberAnswer
from benchmarks.model import Instance
from tests.agents.test_ledger import Memory

NOTE = "A 50-year-old woman. Labs: total calcium 8.0 mg/dL, serum albumin 2.0 g/dL, creatinine 1.0 mg/dL."
QUESTION = "What is the calcium corrected for albumin, in mg/dL?"
AS_IN_NOTE = '{"calcium": [8.0, "mg/dL"], "albumin": [2.0, "g/dL"]}'


def task(
    label: float | None,
    stored: str = "",
    *,
    note: str = NOTE,
    question: str = QUESTION,
    calculator: str | None = "corrected_calcium",
    conventions: dict[str, str] | None = None,
) -> AuditTask:
    typed: Answer = IncomputableAnswer() if label is None else NumberAnswer(value=label)
    instance = Instance(
        id="i",
        source_id="i",
        context=note,
        question=question,
        spec=AnswerSpec(kind="number", agreement=AgreementRule()),
        label=typed,
        label_text="N/A" if label is None else f"{label:g}",
        calculator=calculator,
        row={"stored": stored, "why": "as computed"},
    )
    return audit_task_of(
        instance, "run", conventions or {}, stored_inputs_column="stored", explanation_column="why"
    )


def said(asked: AuditTask) -> AuditVerdict:
    """The verdict that all strategies give; each is one that the agent accepts."""
    verdicts = [judge(auditor_task(asked), strategy) for strategy in STRATEGIES]
    assert [list(problems(verdict, asked)) for verdict in verdicts] == [[]] * len(STRATEGIES)
    assert {(v.verdict, v.error_type, v.answer) for v in verdicts} == {
        (verdicts[0].verdict, verdicts[0].error_type, verdicts[0].answer)
    }
    return verdicts[0]


def test_a_label_stands_that_the_note_gives() -> None:
    found = said(task(9.6, AS_IN_NOTE))
    assert (found.verdict, found.answer) == ("stands", "9.6")
    assert found.quotes == ("total calcium 8.0 mg/dL", "serum albumin 2.0 g/dL")


def test_a_label_stands_that_the_note_gives_whatever_is_stored() -> None:
    assert said(task(9.6, '{"calcium": [8.0, "mg/dL"], "albumin": [4.0, "g/dL"]}')).verdict == "stands"
    assert said(task(9.6)).verdict == "stands"


def test_stored_inputs_that_contradict_the_label_say_why() -> None:
    found = said(task(6.4, AS_IN_NOTE))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "logic", "9.6")
    assert "below the recomputed 9.6" in found.reason


def test_another_value_than_is_stored_is_a_misreading() -> None:
    """8.0 + 0.8 · (4 − 3.0) = 8.8 follows from what is stored; the note says 2.0."""
    found = said(task(8.8, '{"calcium": [8.0, "mg/dL"], "albumin": [3.0, "g/dL"]}'))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "extraction", "9.6")
    assert found.quotes == ("serum albumin 2.0 g/dL",)
    assert (
        found.reason
        == "the note gives another serum albumin than is stored; from what the note gives 9.6 follows"
    )


def test_the_same_number_in_another_unit_is_a_unit_error() -> None:
    """A weight of 180 lb is stored as 180 kg."""
    note = "A man of 50 years. Weight 180 lb, height 180 cm."
    asked = task(
        55.56,
        '{"weight": [180, "kg"], "height": [180, "cm"]}',
        note=note,
        question="What is the body mass index?",
        calculator="body_mass_index",
    )
    found = said(asked)
    assert (found.verdict, found.error_type) == ("wrong", "unit")
    assert found.quotes == ("Weight 180 lb",)


def test_what_the_note_does_not_give_makes_a_label_underspecified() -> None:
    note = "A 50-year-old woman. Labs: total calcium 8.0 mg/dL, creatinine 1.0 mg/dL."
    found = said(task(8.8, '{"calcium": [8.0, "mg/dL"], "albumin": [3.0, "g/dL"]}', note=note))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "underspecified", "N/A")
    assert said(task(None, note=note)).verdict == "stands"


def test_a_label_without_an_answer_is_wrong_where_the_note_gives_one() -> None:
    found = said(task(None))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "extraction", "9.6")


def test_a_patient_that_is_no_person() -> None:
    found = said(task(9.6, AS_IN_NOTE, note="A 4-year-old male neutered cat. " + NOTE))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "not_applicable", "N/A")


GAP = "Sodium 140 mEq/L, chloride 100 mEq/L, bicarbonate 10 mEq/L."
GAP_STORED = '{"sodium": [140, "mEq/L"], "chloride": [100, "mEq/L"], "bicarbonate": [10, "mEq/L"]}'


@pytest.mark.parametrize("label", [18, 4])
def test_any_option_of_a_convention_that_is_open_is_defensible(label: float) -> None:
    asked = task(label, GAP_STORED, note=GAP, question="What is the delta gap?", calculator="delta_gap")
    assert said(asked).verdict == "stands"


def test_an_option_that_the_audit_rules_out_is_an_error_of_convention() -> None:
    fixed = {"delta_gap": "ag_minus_12"}
    asked = task(
        4, GAP_STORED, note=GAP, question="What is the delta gap?", calculator="delta_gap", conventions=fixed
    )
    found = said(asked)
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "convention", "18")


def test_without_stored_inputs_the_label_is_held_against_the_note_alone() -> None:
    found = said(task(8.8))
    assert (found.verdict, found.error_type, found.answer) == ("wrong", "extraction", "9.6")
    assert "does not store how the label came about" in found.reason


@pytest.mark.parametrize("stored", ["no object", "[1]", '{"calcium": [8.0, "furlongs"], "albumin": 3}'])
def test_stored_inputs_that_cannot_be_used_are_no_evidence(stored: str) -> None:
    assert said(task(9.6, stored)).verdict == "stands"
    assert said(task(8.8, stored)).error_type in (None, "extraction")


def test_where_it_cannot_read_it_cannot_tell() -> None:
    assert said(task(9.6, calculator=None, question="How many tablets?")).verdict == "cannot_tell"
    note = "Height 160 cm. Her weight, taken with the hoist on the day of admission, 54 kg."
    unclear = task(21.1, note=note, question="What is the BMI?", calculator="body_mass_index")
    assert said(unclear).verdict == "cannot_tell"
    assert "could not tell weight" in said(unclear).reason


def test_abstention_is_a_failed_vote() -> None:
    asked = task(9.6, calculator=None, question="How many tablets?")
    auditor = Auditor(parse_spec("offline"), "native", Sampling(), Memory())
    with pytest.raises(FailedVoteError, match="abstained: no registered calculator"):
        asyncio.run(auditor.judge(asked, 0))
    found = asyncio.run(auditor.judge(task(6.4, AS_IN_NOTE), 0))
    assert (found.verdict, found.error_type) == ("wrong", "logic")
    assert found.answer == NumberAnswer(value=9.6)
    assert [NOTE[quote.start : quote.end] for quote in found.evidence] == [
        "total calcium 8.0 mg/dL",
        "serum albumin 2.0 g/dL",
    ]


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_note_and_any_stored_inputs_give_a_verdict_that_is_accepted(note: str, stored: str) -> None:
    asked = task(8.8, stored, note=f"Albumin 3.0 g/dL. {note}")
    for strategy in STRATEGIES:
        assert list(problems(judge(auditor_task(asked), strategy), asked)) == []
