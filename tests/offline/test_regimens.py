"""Opioids with their doses and how often they are taken."""

from __future__ import annotations

import pytest

from agents.extraction import ExtractedInput
from agents.offline.mentions import mark_unclear
from agents.offline.reader import read
from calculators.evaluate import evaluate
from calculators.model import InputValue
from calculators.registry import get

CALCULATOR = get("morphine_milligram_equivalents")


def taken(note: str) -> dict[str, ExtractedInput]:
    """Input → entry, for what the note names."""
    entries = mark_unclear(CALCULATOR, note, read(CALCULATOR, "", note, "first")).inputs
    return {entry.name: entry for entry in entries if entry.status != "not_mentioned"}


@pytest.mark.parametrize(
    ("note", "drug", "dose", "unit", "per_day"),
    [
        ("She takes 15 mg of morphine twice daily.", "morphine", 15, "mg", 2),
        ("Oxycodone 10 mg PO q6h.", "oxycodone", 10, "mg", 4),
        ("Oxycodone 10 mg every 8 hours.", "oxycodone", 10, "mg", 3),
        ("OxyContin 20 mg BID", "oxycodone", 20, "mg", 2),
        ("Hydromorphone 2 mg by mouth three times a day", "hydromorphone", 2, "mg", 3),
        ("Methadone 10 mg once.", "methadone", 10, "mg", 1),
        ("Methadone 10 mg nightly", "methadone", 10, "mg", 1),
        ("35 mg of HYDROcodone 4 times a day", "hydrocodone", 35, "mg", 4),
        ("Tramadol 50 mg, 6-hourly", "tramadol", 50, "mg", 4),
        ("Tapentadol 100 mg every other day", "tapentadol", 100, "mg", 0.5),
        ("Codeine 120 mg/day", "codeine", 120, "mg", 1),
        ("Fentanyl patch 25 mcg/h changed every 72 hours", "fentanyl_patch", 25, "ug/h", 1),
        ("a 50 µg/h fentanyl patch", "fentanyl_patch", 50, "ug/h", 1),
        ("Buccal fentanyl 200 µg 4 times per day", "fentanyl_buccal", 200, "ug", 4),
        ("Morphine sulfate extended release 30 mg tablets orally 2 times per day", "morphine", 30, "mg", 2),
        ("Oxymorphone 10 mg TID; oxymorphone 10 mg TID", "oxymorphone", 10, "mg", 3),
    ],
)
def test_dose_and_frequency(note: str, drug: str, dose: float, unit: str, per_day: float) -> None:
    found = taken(note)
    assert set(found) == {f"{drug}_dose", f"{drug}_per_day"}
    entry, rate = found[f"{drug}_dose"], found[f"{drug}_per_day"]
    assert (entry.status, entry.value, entry.unit) == ("present", dose, unit)
    assert (rate.status, rate.value, rate.unit) == ("present", per_day, "/day")
    assert entry.quote is not None
    assert entry.quote in note


def test_every_drug_gets_its_own_dose_and_frequency() -> None:
    note = "He takes 20 mg of oxycodone twice daily, 30 mg of morphine every 8 hours, and codeine 15 mg q6h."
    values = {name: entry.value for name, entry in taken(note).items()}
    assert values == {
        "codeine_dose": 15, "codeine_per_day": 4, "morphine_dose": 30, "morphine_per_day": 3,
        "oxycodone_dose": 20, "oxycodone_per_day": 2,
    }  # fmt: skip
    inputs = [
        InputValue(name=e.name, status="present", value=e.value, unit=e.unit) for e in taken(note).values()
    ]
    # 40 × 1.5 + 90 × 1 + 60 × 0.15
    assert evaluate(CALCULATOR, inputs).answer.model_dump()["value"] == pytest.approx(159)


@pytest.mark.parametrize(
    ("note", "drug", "said"),
    [
        ("Oxycodone 5-10 mg every 6 hours", "oxycodone", "range"),
        ("Oxycodone 5 mg every 4-6 hours", "oxycodone", "how often"),
        ("Oxycodone 5 mg every 6 hours as needed", "oxycodone", "when needed"),
        ("Oxycodone 5 mg", "oxycodone", "how often"),
        ("Takes oxycodone.", "oxycodone", "dose"),
        ("Two tablets of oxycodone 5 mg twice daily", "oxycodone", "tablets"),
        ("Morphine 4 mg IV every 4 hours", "morphine", "by mouth"),
        ("Morphine 15 mg BID, then morphine 30 mg BID", "morphine", "more than one"),
        ("Morphine 15 mg BID was discontinued.", "morphine", "taken now"),
        ("Fentanyl patch 40 mg twice a day", "fentanyl_patch", "probably 40 µg/h"),
        ("400 mg of buccal fentanyl once a day", "fentanyl_buccal", "probably 400 µg"),
        ("Fentanyl 100 mcg twice a day", "fentanyl_buccal", "no factor"),
    ],
)
def test_what_leaves_the_dose_open_is_said(note: str, drug: str, said: str) -> None:
    entry = taken(note)[f"{drug}_dose"]
    assert (entry.status, entry.value) == ("unclear", None)
    assert said in (entry.doubt or "")


@pytest.mark.parametrize("note", ["He is allergic to codeine.", "He denies taking oxycodone or morphine."])
def test_drugs_that_are_not_taken_are_no_drugs(note: str) -> None:
    assert set(taken(note + " Methadone 10 mg daily.")) == {"methadone_dose", "methadone_per_day"}


def test_a_note_without_any_drug_was_not_understood() -> None:
    assert {entry.status for entry in taken("He fell.").values()} == {"unclear"}
