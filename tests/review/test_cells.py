"""Cells that survive a spreadsheet: what is written, and what comes back however it was spelled anew."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.task import Task
from answers.format import format_answer, format_number
from answers.model import AnswerKind, AnswerSpec, DateAnswer, IncomputableAnswer, IntegerAnswer, NumberAnswer
from review.cells import (
    CELL_LIMIT,
    CUT,
    DATE_CHECK,
    CellError,
    answer,
    id_cell,
    minutes,
    plain_cell,
    text_cell,
    with_point,
    word,
)

NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


def task(kind: AnswerKind, unit: str | None = None, options: tuple[str, ...] = ()) -> Task:
    spec = AnswerSpec(kind=kind, unit=unit, options=options)
    return Task(run_id="r", instance_id="i", source_id="1", context="", question="", spec=spec)


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "-5 to -3", "@SUM(A1)", "\t=1+1", "  =1+1", "- not measured", "+1 (555)"]
)
def test_what_a_spreadsheet_would_run_is_defused_and_comes_back(text: str) -> None:
    cell = text_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert plain_cell(cell) == text.strip() or plain_cell(cell) == text


@pytest.mark.parametrize("text", ["'90s onset", "'tis", "it's", "'"])
def test_an_apostrophe_that_belongs_to_the_text_stays(text: str) -> None:
    assert plain_cell(text_cell(text)) == text


@given(NUMBERS)
def test_numbers_are_written_as_numbers_and_read_again(value: float) -> None:
    cell = text_cell(format_number(value))
    assert not cell.startswith("'")
    assert answer(task("number"), plain_cell(cell), "") == NumberAnswer(value=float(format_number(value)))


@given(NUMBERS)
def test_a_decimal_comma_is_read_as_one_or_refused_but_never_as_something_else(value: float) -> None:
    text = format_number(value)
    cell = text.replace(".", ",")
    try:
        read = with_point(cell)
    except CellError:
        assert len(text.partition(".")[2]) == 3
    else:
        assert float(read) == float(text)


@given(st.integers(-(10**12), 10**12).filter(lambda value: abs(value) >= 1000))
def test_grouped_thousands_are_read_as_such_or_refused(value: int) -> None:
    """1,250 may be 1.25; more groups than one, or a decimal point, tell."""
    cell = f"{value:,}"
    if abs(value) < 10**6:
        with pytest.raises(CellError, match="group thousands"):
            answer(task("integer"), cell, "")
    else:
        assert answer(task("integer"), cell, "") == IntegerAnswer(value=value)
    assert answer(task("number"), f"{cell}.5", "") == NumberAnswer(value=float(f"{value}.5"))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("-4", -4.0),
        ("3,5", 3.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1.250,5", 1250.5),
        ("1.234.567,25", 1234567.25),
        ("1,250.5", 1250.5),
        ("4,10E+01", 41.0),
        ("−4,25", -4.25),
    ],
)
def test_numbers_as_spreadsheets_of_several_countries_write_them(cell: str, value: float) -> None:
    assert answer(task("number"), cell, "") == NumberAnswer(value=value)


@pytest.mark.parametrize("cell", ["1,250", "-12,345", "1,25,3", "3,5,1", "12:30", "high", "< 4", "1.250.000"])
def test_a_number_that_can_be_read_in_two_ways_or_in_none_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        answer(task("number"), cell, "")


def test_a_number_comes_in_the_unit_that_is_asked_for() -> None:
    asked = task("number", "mg/dL")
    assert answer(asked, "3,5", "") == NumberAnswer(value=3.5, unit="mg/dL")
    assert answer(asked, "0,5 g/L", "") == NumberAnswer(value=50.0, unit="mg/dL")
    with pytest.raises(CellError, match="mg/dL"):
        answer(asked, "3.5 kg", "")


DAY = dt.date(2024, 10, 6)


@pytest.mark.parametrize(
    ("spelling", "check"),
    [
        ("%Y-%m-%d", DATE_CHECK),
        ("%m/%d/%Y", "12/31/2000"),
        ("%d/%m/%Y", "31/12/2000"),
        ("%d.%m.%Y", "31.12.2000"),
        ("%d-%m-%Y", "31-12-2000"),
        ("%b %d, %Y", ""),
    ],
)
@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)))
def test_a_date_is_read_as_the_spreadsheet_spells_the_one_beside_it(
    spelling: str, check: str, day: dt.date
) -> None:
    assert answer(task("date"), day.strftime(spelling), check) == DateAnswer(value=day)


@pytest.mark.parametrize("cell", ["16.10.2024", "6 Oct", "10/06/24", "45571"])
def test_a_date_without_a_year_of_four_digits_or_a_month_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        answer(task("date"), cell, DATE_CHECK)


@pytest.mark.parametrize("kind", ["number", "integer", "date", "duration", "category", "text"])
def test_every_kind_can_be_incomputable_or_left_empty(kind: AnswerKind) -> None:
    assert answer(task(kind), "N/A", "") == IncomputableAnswer()
    assert answer(task(kind), "", "") is None


def test_a_duration_keeps_its_comma() -> None:
    found = answer(task("duration"), "(5, 6)", "")
    assert found is not None
    assert format_answer(found) == "41 days"


@pytest.mark.parametrize("identity", ["86467812e4490123", "1234567890123456", "12e45", "2024-10-06", "00123"])
def test_an_id_that_looks_like_a_number_or_a_date_stays_a_text(identity: str) -> None:
    cell = id_cell(identity)
    assert cell == f"'{identity}"
    assert plain_cell(cell) == identity


def test_other_ids_are_written_as_they_are() -> None:
    assert id_cell("dccb3b6cf3a489a3") == "dccb3b6cf3a489a3"
    assert id_cell("renal-04") == "renal-04"


def test_a_long_text_fits_its_cell_and_says_that_it_was_cut() -> None:
    cell = text_cell("word " * 10_000)
    assert len(cell) == CELL_LIMIT
    assert cell.endswith(CUT)
    assert text_cell("word " * 10) == "word " * 10


def test_words_are_known_in_any_case_with_blanks_for_underscores() -> None:
    words = ("mine", "another_expert")
    assert word("Another expert", words) == "another_expert"
    assert word(" ", words) is None
    with pytest.raises(CellError, match="accepted: mine, another_expert"):
        word("yours", words)


@pytest.mark.parametrize(("cell", "seconds"), [("2.5", 150.0), ("2,5", 150.0), ("0", 0.0), ("", None)])
def test_minutes_are_kept_as_seconds(cell: str, seconds: float | None) -> None:
    assert minutes(cell) == seconds


@pytest.mark.parametrize("cell", ["-1", "00:02:30", "two", "nan", "1e9", "1,250"])
def test_what_is_no_time_in_minutes_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        minutes(cell)
