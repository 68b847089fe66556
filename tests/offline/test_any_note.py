"""What holds for every note, good or bad: exact quotes, no crash, linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.offline.reader import STRATEGIES, Strategy, read
from calculators.registry import all_calculators
from tests.offline.reading import ELECTROLYTES, STEROIDS, calculator

CALCULATORS = all_calculators()
_FRAGMENTS = [
    "A 54-year-old woman", "sodium", "Na+", "HCO3−", "chloride", "creatinine", "urine", "was", "of", "(",
    ")", ";", ",", "1.4", "138", "120/80", "mg/dL", "mmol/L", "mEq/L", "mmHg", "× 109/L", "<", "kg",
    "163 cm tall", "on day 3", ".", "\n", "baseline", "normal range", "3.5-5.0", "last menstrual period",
    "12/11/2013", "heart rate", "bpm", "µ", "5 ft 4 in", "\u202e", "\x00", "٣", "年", "weight",
    "BUN/creatinine", "respectively", "7.9 mg of Dexamethasone PO",
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
}


@pytest.mark.parametrize("note", BAD.values(), ids=BAD.keys())
def test_bad_notes_do_no_harm(note: str) -> None:
    for calc in CALCULATORS:
        for strategy in STRATEGIES:
            for entry in read(calc, "", note, strategy).inputs:
                assert entry.quote is None or entry.quote in note


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
    "12/11/2013 ", "45-year-old man his ",
]  # fmt: skip


@pytest.mark.parametrize("piece", _PIECES)
def test_time_grows_no_faster_than_the_note(piece: str) -> None:
    """Four times the note may not take sixteen times the time."""

    def seconds(length: int) -> float:
        note = piece * (length // len(piece))
        started = time.process_time()
        for medcalc_id in (ELECTROLYTES, STEROIDS):
            read(
                calculator(medcalc_id),
                "Dose of Dexamethasone PO: equivalent of PredniSONE PO?",
                note,
                "panel",
            )
        return time.process_time() - started

    short, long = seconds(20_000), seconds(80_000)
    assert long <= 9 * short + 0.5


@pytest.mark.slow
def test_a_note_of_a_megabyte_is_read_within_a_minute() -> None:
    note = _PIECES[0] * 9_000
    started = time.process_time()
    for strategy in STRATEGIES:
        read(calculator(ELECTROLYTES), "", note, strategy)
    assert time.process_time() - started < 60
