from __future__ import annotations

import pytest

from agents.offline.reader import STRATEGIES, read
from calculators.registry import get
from tests.offline.reading import (
    CREATININE,
    DUE_DATE,
    FRAMINGHAM,
    GESTATIONAL_AGE,
    MELD,
    RACE,
    STEROIDS,
    calculator,
    inputs,
)


@pytest.mark.parametrize(
    ("note", "value", "unit"),
    [
        ("An 87-year-old man came.", 87, "years"),
        ("A 45 year old woman came.", 45, "years"),
        ("A 65 y/o man.", 65, "years"),
        ("A boy aged 3 months.", 3, "months"),
        ("A seventy-two-year-old lady.", 72, "years"),
        ("A 17-month-old girl.", 17, "months"),
        ("The patient is 45 years of age.", 45, "years"),
        ("A forty-five-year-old man.", 45, "years"),
        ("A seventy year old woman.", 70, "years"),
        ("A girl of 3 6/12 years.", 42, "months"),
        ("A boy, 2 years and 5 months old.", 29, "months"),
        ("A 36-hour-old neonate.", 36, "hours"),
        ("A 6-week-old girl.", 6, "weeks"),
        ("52M with chest pain.", 52, "years"),
        ("Age/sex: 61/F.", 61, "years"),
        ("A woman of 38 years came.", 38, "years"),
        ("His 70-year-old father died. He is 40 years old.", 40, "years"),
        ("A 54-year-old man had surgery at the age of 20 years.", 54, "years"),
    ],
)
def test_age(note: str, value: float, unit: str) -> None:
    entry = inputs(CREATININE, note)["age"]
    assert (entry.value, entry.unit) == (value, unit)


@pytest.mark.parametrize(
    "note",
    [
        "A woman in her fifties.",
        "A man in his 60s.",
        "A newborn girl.",
        "A 102 F fever.",
        "A man who was operated on; a 10 F catheter.",
        "The patient 3 years ago fell.",
        "She has a 22-year-old history of asthma.",
        "Her mother, 70 years old.",
        "Aged.",
    ],
)
def test_age_abstains(note: str) -> None:
    assert inputs(CREATININE, note)["age"].status == "not_mentioned"


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("A 45-year-old Japanese man came with his wife. She said that he fell.", "male"),
        ("A 30-year-old previously healthy woman.", "female"),
        ("The patient is 40 years old. He smokes. His wife left. She is well. He fell. He rose.", "male"),
        ("A 9-year-old girl. Her father is tall; he said she was well. Her diet is good.", "female"),
        ("The patient fell.", None),
        ("He came. She came. His, her.", None),
    ],
)
def test_sex(note: str, value: str | None) -> None:
    assert inputs(CREATININE, note)["sex"].value == value


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("A 40-year-old African-American woman.", "black"),
        ("A 40-year-old Caucasian man.", "white"),
        ("A 40-year-old woman with black stools.", None),
    ],
)
def test_race_only_where_stated(note: str, value: str | None) -> None:
    assert inputs(RACE, note)["race"].value == value


@pytest.mark.parametrize(
    ("note", "name", "status"),
    [
        ("He is a current smoker.", "smoker", "present"),
        ("He denies smoking.", "smoker", "absent"),
        ("A former smoker.", "smoker", "absent"),
        ("His father was a heavy smoker.", "smoker", "not_mentioned"),
        ("He has asthma.", "smoker", "not_mentioned"),
        ("She takes amlodipine.", "bp_treated", "present"),
        ("She takes no medications.", "bp_treated", "absent"),
    ],
)
def test_findings_are_three_valued(note: str, name: str, status: str) -> None:
    assert inputs(FRAMINGHAM, note)[name].status == status


@pytest.mark.parametrize(
    ("note", "status"),
    [("He is on maintenance hemodialysis.", "present"), ("He is not on dialysis.", "absent")],
)
def test_dialysis(note: str, status: str) -> None:
    assert inputs(MELD, note)["dialysis_twice"].status == status


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("12/11/2013", "2013-12-11"),
        ("25/11/2013", "2013-11-25"),
        ("2013-12-11", "2013-12-11"),
        ("December 11, 2013", "2013-12-11"),
        ("11th of December 2013", "2013-12-11"),
        ("11 Dec 2013", "2013-12-11"),
    ],
)
def test_dates_as_people_write_them(date: str, iso: str) -> None:
    note = f"Her last menstrual period was on {date}. Her cycle length is 26 days."
    read = inputs(DUE_DATE, note)
    assert (read["last_menstrual_period"].value, read["cycle_length"].value) == (iso, 26)


@pytest.mark.parametrize("date", ["May 2013", "13/13/2013", "02/30/2013", "two weeks ago"])
def test_a_date_that_is_not_whole_is_not_read(date: str) -> None:
    note = f"Her last menstrual period was on {date}."
    assert inputs(DUE_DATE, note)["last_menstrual_period"].status == "not_mentioned"


def test_two_dates_go_to_their_own_inputs() -> None:
    note = "Her last menstrual period began on 05/17/2022. Today's date is 06/28/2022."
    read = inputs(GESTATIONAL_AGE, note)
    assert read["last_menstrual_period"].value == "2022-05-17"
    assert read["current_date"].value == "2022-06-28"


def test_a_conversion_takes_its_drugs_from_the_question_and_the_dose_from_the_note() -> None:
    question = "Based on the dose of Dexamethasone PO, what is the equivalent dosage in mg of PredniSONE PO?"
    note = "The patient took 40 mg of Hydrocortisone PO and then 7.9 mg of Dexamethasone PO."
    read = inputs(STEROIDS, note, question=question)
    assert (read["from_drug"].value, read["from_dose"].value) == ("dexamethasone PO", 7.9)
    assert read["to_drug"].value == "prednisone PO"
    assert read["to_drug"].quote == "PredniSONE PO"
    assert calculator(STEROIDS).input("to_drug").allowed.count("prednisone PO") == 1


def test_a_conversion_without_its_dose_abstains() -> None:
    question = "Based on the dose of Dexamethasone PO, what is the equivalent dosage in mg of PredniSONE PO?"
    read = inputs(STEROIDS, "The patient took 40 mg of Hydrocortisone PO.", question=question)
    assert read["from_dose"].status == "not_mentioned"


def test_two_dates_behind_one_name_split_the_votes() -> None:
    note = (
        "Two dates are on record for her last menstrual period: the card says 01/09/2024, her notebook says "
        "01/30/2024. The cycle was 28 days."
    )
    calculator = get("estimated_due_date")
    read_dates = [
        entry.value
        for strategy in STRATEGIES
        for entry in read(calculator, "When is the baby due?", note, strategy).inputs
        if entry.name == "last_menstrual_period"
    ]
    assert max(read_dates.count(value) for value in set(read_dates)) < 4
