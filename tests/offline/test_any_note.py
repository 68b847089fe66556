"""What holds for every note, good or bad: exact quotes, no crash, linear time."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.offline.mentions import mark_unclear
from agents.offline.reader import STRATEGIES, Strategy, read
from calculators.evaluate import evaluate
from calculators.model import InputValue
from calculators.registry import all_calculators
from tests.offline.reading import (
    CHARLSON,
    ELECTROLYTES,
    FEVER_PAIN,
    GLASGOW,
    HAS_BLED,
    MORPHINE,
    SOFA,
    STEROIDS,
    calculator,
)

CALCULATORS = all_calculators()
_FRAGMENTS = [
    "A 54-year-old woman", "sodium", "Na+", "HCO3−", "chloride", "creatinine", "urine", "was", "of", "(",
    ")", ";", ",", "1.4", "138", "120/80", "mg/dL", "mmol/L", "mEq/L", "mmHg", "× 109/L", "<", "kg",
    "163 cm tall", "on day 3", ".", "\n", "baseline", "normal range", "3.5-5.0", "last menstrual period",
    "12/11/2013", "heart rate", "bpm", "µ", "5 ft 4 in", "\u202e", "\x00", "٣", "年", "weight",
    "BUN/creatinine", "respectively", "7.9 mg of Dexamethasone PO", "FiO2 0.4", "room air", "4 L NC",
    "5 mg of oxycodone twice daily", "fentanyl", "E3V4M5", "GCS nine", "2 beers a day",
    "sore throat for 3 days", "between", "to", "1e999", "1.234,5", "1,50,000/mm3", "urea", "3 6/12 years",
    "anuric", "norepinephrine", "each", "admitted on March 4, 2019", "albumin 3.5 mg/dL",
    "denies", "no history of", "stroke", "TIA", "mother", "possible", "3 weeks ago", "Family history:",
    "cancer", "eyes open to voice", "hypertension", "but", "was ruled out", "ascites", "cough", "’t", "PE",
]  # fmt: skip
notes = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(_FRAGMENTS), max_size=40).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(notes, st.sampled_from(CALCULATORS), st.sampled_from(STRATEGIES))
def test_quotes_are_exact_and_every_input_is_answered(note: str, calc: object, strategy: Strategy) -> None:
    chosen = next(c for c in CALCULATORS if c is calc)
    question = "Dose of Dexamethasone PO: equivalent of PredniSONE PO?"
    extraction = read(chosen, question, note, strategy)
    assert [entry.name for entry in extraction.inputs] == [spec.name for spec in chosen.inputs]
    for entry in extraction.inputs:
        if entry.status == "not_mentioned":
            assert (entry.value, entry.quote) == (None, None)
        else:
            assert entry.quote
            assert entry.quote in note or entry.quote in question


@settings(max_examples=50, deadline=None)
@given(notes)
def test_reading_twice_gives_the_same(note: str) -> None:
    calc = calculator(ELECTROLYTES)
    assert read(calc, "", note, "panel") == read(calc, "", note, "panel")


BAD = {
    "empty": "",
    "blank": " \n\t ",
    "controls": "sodium \x00\x07 138\x1b[31m mEq/L",
    "right to left": "\u202esodium 138 mEq/L\u202c",
    "too large": "sodium 1e999 mEq/L, chloride " + "9" * 5000,
    "norwegian": "Natrium 138 mmol/l, kreatinin 88 µmol/l. 45 år gammel kvinne.",
    "arabic": "الصوديوم ١٣٨",
    "lone surrogate": "sodium \ud800 138 mEq/L",
    "brackets": "(" * 2000 + "sodium" + ")" * 2000,
    "deep brackets": "([" * 50_000,
    "many digits": "sodium " + "1" * 100_000 + " mEq/L",
    "thousands": "sodium " + "1,111" * 20_000 + " mEq/L, chloride 1.234.567,8 mEq/L",
    "overrides inside": "so\u202edium 1\u202d38 mEq/L \u2066chloride\u2069 99",
    "chinese": "患者，男，58岁。血钠 138 mmol/L，血钾 4.1 mmol/L，肌酐 88 µmol/L。",
    "german": "Der 58-jährige Patient: Natrium 138 mmol/l, Kreatinin 1,2 mg/dl, Thrombozyten 250.000/µl.",
    "emoji": "sodium 😀 138 👩‍⚕️ mEq/L",
    "combining": "so\u0301dium 1\u0301 38",
    "one word": "sodium" * 20_000,
}


@pytest.mark.parametrize("note", BAD.values(), ids=BAD.keys())
def test_bad_notes_do_no_harm(note: str) -> None:
    for calc in CALCULATORS:
        for strategy in STRATEGIES:
            for entry in mark_unclear(calc, note, read(calc, "", note, strategy)).inputs:
                assert entry.quote is None or entry.quote in note
                assert entry.value is None or not isinstance(entry.value, float) or math.isfinite(entry.value)


def test_a_number_beyond_reason_is_no_value() -> None:
    for number in ("1e999", "9" * 5000, "1" * 100_000, "NaN", "Infinity"):
        entry = read(calculator(ELECTROLYTES), "", f"sodium {number} mEq/L", "first").inputs[0]
        assert entry.value is None


def test_an_empty_note_gives_nothing_and_says_so() -> None:
    calc = calculator(ELECTROLYTES)
    marked = mark_unclear(calc, "", read(calc, "", "", "first"))
    assert {entry.status for entry in marked.inputs} == {"not_mentioned"}
    given = [InputValue(name=entry.name, status="not_mentioned") for entry in marked.inputs]
    answer = evaluate(calc, given).answer
    assert answer.kind == "incomputable"
    assert set(answer.missing) == {"sodium", "chloride", "bicarbonate"}


@pytest.mark.parametrize(
    ("note", "value"),
    [("sodium\u00a0138\u202fmEq/L", 138), ("Na₊ or sodium：138 mEq/L", 138), ("sodium\t138 mEq/L", 138)],
)
def test_odd_spaces_and_full_width_marks_are_read_and_quoted_as_written(note: str, value: float) -> None:
    entry = read(calculator(ELECTROLYTES), "", note, "first").inputs[0]
    assert entry.value == value
    assert entry.quote is not None
    assert entry.quote in note


_PIECES = [
    "On admission, serum sodium was 135 mEq/L, chloride 100 mEq/L and HCO3 22 mmol/L. Later it was 140. ",
    "sodium, ", "sodium in urine ", "1", "1,111,", "5 kg (", "1 2 3 ", "1-", " ", "(",
    "5 mg Dexamethasone PO ", "twenty-", "creatinine 1.4 ", "after a a a ", "120/80 ", "smoker ",
    "12/11/2013 ", "45-year-old man his ", "5 mg of oxycodone ", "oxycodone twice daily 5 mg, ", "1,50,000 ",
    "room air 4 L NC ", "E3V4M5 ", "2 beers a day no alcohol ", "sore throat for 3 days ", "1.234.567,",
    "on day 3 (on day 3 ", "between 1 and ", "urea 5 mg ", "albumin 3.5 mg/dL ", "2 years 3 months ", "([",
    "1e9", "denies no not ", "sodium (on day 3) 135, ", "GCS ",
    "no fever, denies stroke. ", "no fever, denies stroke, ", "eyes open to voice ", "hypertension ",
    "history of stroke 3 weeks ago; ", "mother had cancer but ", "swelling of the the the ", "Cough: ",
]  # fmt: skip


@pytest.mark.parametrize(
    "piece", [_PIECES[0], *(pytest.param(one, marks=pytest.mark.slow) for one in _PIECES[1:])]
)
def test_time_grows_no_faster_than_the_note(piece: str) -> None:
    """Four times the note may not take sixteen times the time."""

    def seconds(length: int) -> float:
        note = piece * (length // len(piece))
        started = time.process_time()
        question = "Dose of Dexamethasone PO: equivalent of PredniSONE PO?"
        for medcalc_id in (ELECTROLYTES, STEROIDS, MORPHINE, SOFA, HAS_BLED, FEVER_PAIN, GLASGOW, CHARLSON):
            calc = calculator(medcalc_id)
            mark_unclear(calc, note, read(calc, question, note, "panel"))
        return time.process_time() - started

    short, long = seconds(15_000), seconds(60_000)
    assert long <= 9 * short + 0.5


@pytest.mark.slow
def test_a_note_of_a_megabyte_is_read_within_a_minute() -> None:
    note = _PIECES[0] * 9_000
    started = time.process_time()
    for strategy in STRATEGIES:
        for medcalc_id in (ELECTROLYTES, MORPHINE, SOFA, CHARLSON):
            calc = calculator(medcalc_id)
            mark_unclear(calc, note, read(calc, "", note, strategy))
    assert time.process_time() - started < 60
