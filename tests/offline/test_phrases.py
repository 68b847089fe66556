"""Quantities that notes tell in phrases: oxygen, alcohol, durations, the Glasgow notation."""

from __future__ import annotations

import pytest

from tests.offline.reading import APACHE, CENTOR, FEVER_PAIN, GLASGOW, HAS_BLED, inputs


@pytest.mark.parametrize(
    ("note", "value", "unit"),
    [
        ("He drinks 10 beers per week.", 10, "drinks/week"),
        ("She has two glasses of wine a day.", 2, "drinks/day"),
        ("a weekly average of 9 alcoholic beverages", 9, "drinks/week"),
        ("He drinks 5 beers every weekend.", 5, "drinks/week"),
        ("He denies alcohol use.", 0, "drinks/week"),
        ("She does not smoke or drink.", 0, "drinks/week"),
        ("No history of smoking or alcohol abuse", 0, "drinks/week"),
        ("His father abused alcohol. He does not drink.", 0, "drinks/week"),
    ],
)
def test_drinks(note: str, value: float, unit: str) -> None:
    entry = inputs(HAS_BLED, note)["alcoholic_drinks"]
    assert (entry.status, entry.value, entry.unit) == ("present", value, unit)
    assert entry.quote is not None
    assert entry.quote in note


@pytest.mark.parametrize(
    "note",
    ["She drinks socially.", "alcohol abuse", "He drinks 3-4 beers daily.", "20 units of alcohol a week"],
)
def test_drinking_without_an_amount_is_unclear(note: str) -> None:
    entry = inputs(HAS_BLED, note)["alcoholic_drinks"]
    assert (entry.status, entry.value) == ("unclear", None)
    assert entry.doubt


def test_an_amount_is_not_undone_by_a_denial_of_something_else() -> None:
    note = "She has never smoked, and drinks three glasses of wine per week."
    assert inputs(HAS_BLED, note)["alcoholic_drinks"].value == 3


def test_alcohol_in_the_name_of_a_disease_is_no_drinking() -> None:
    entry = inputs(HAS_BLED, "Alcoholic cirrhosis.")["alcoholic_drinks"]
    assert entry.status == "not_mentioned"


@pytest.mark.parametrize(
    ("note", "value", "unit", "early"),
    [
        ("A 2-day history of sore throat.", 2, "days", "present"),
        ("She has had a sore throat for five days.", 5, "days", "absent"),
        ("His sore throat began 3 days ago.", 3, "days", "present"),
        ("Fever since yesterday.", 1, "days", "present"),
        ("Sore throat for one week", 1, "weeks", "absent"),
        ("Fever over the past 36 hours", 36, "hours", "present"),
    ],
)
def test_duration_of_symptoms(note: str, value: float, unit: str, early: str) -> None:
    entry = inputs(CENTOR, note)["symptom_duration"]
    assert (entry.value, entry.unit) == (value, unit)
    assert inputs(FEVER_PAIN, note)["onset_within_3_days"].status == early


def test_a_duration_around_the_limit_is_unclear() -> None:
    assert inputs(FEVER_PAIN, "Sore throat for 2-5 days")["onset_within_3_days"].status == "unclear"
    assert inputs(FEVER_PAIN, "Sore throat for 1-2 days")["onset_within_3_days"].status == "present"


def test_the_duration_of_another_disease_is_not_that_of_the_symptoms() -> None:
    note = "He has had diabetes for 10 years. Fever is present."
    assert inputs(CENTOR, note)["symptom_duration"].status == "not_mentioned"


@pytest.mark.parametrize(
    ("note", "total"),
    [("E3V4M6", 13), ("GCS (E4, V5, M6)", 15), ("eye opening 2, verbal response 2, motor response 5", 9)],
)
def test_glasgow_notation_is_summed(note: str, total: float) -> None:
    assert inputs(APACHE, note)["gcs"].value == total


def test_a_stated_total_comes_before_its_parts() -> None:
    assert inputs(APACHE, "GCS 13 (E3V4M6)")["gcs"].quote == "GCS 13"


def test_glasgow_notation_tells_the_responses() -> None:
    read = inputs(GLASGOW, "On examination E3V4M5.")
    assert read["eye_response"].value == "eye opening to verbal command"
    assert read["verbal_response"].value == "confused"
    assert read["motor_response"].value == "localizes pain"
    assert inputs(GLASGOW, "E1VTM4")["verbal_response"].value == "not testable"
    assert inputs(APACHE, "E1VTM4")["gcs"].status == "unclear"
