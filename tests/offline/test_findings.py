"""Findings: said, denied, left open, or not spoken of, whatever words stand around them."""

from __future__ import annotations

import pytest

from agents.extraction import ExtractedInput
from agents.offline.mentions import few_on_silence, mark_unclear
from agents.offline.reader import read
from calculators.registry import get


def finding(calculator: str, name: str, note: str) -> ExtractedInput:
    """What the reader says of one input, silence weighed."""
    asked = get(calculator)
    extraction = mark_unclear(asked, note, read(asked, "", note, "first"))
    return next(entry for entry in extraction.inputs if entry.name == name)


def status(calculator: str, name: str, note: str) -> str:
    return finding(calculator, name, note).status


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("He has hypertension.", "present"),
        ("PMH: HTN, gout.", "present"),
        ("Past history of high blood pressure.", "present"),
        ("He denies hypertension.", "absent"),
        ("No history of gout, asthma, or hypertension.", "absent"),
        ("She has no gout but has hypertension.", "present"),
        ("He was free of hypertension.", "absent"),
        ("There was neither asthma nor hypertension in her history.", "absent"),
        ("She doesn't have any history of hypertension.", "absent"),
        ("Hypertension: none. History of gout.", "absent"),
        ("Hypertension was ruled out.", "absent"),
        ("Without asthma, she presented with hypertension.", "present"),
        ("He does not smoke; hypertension is treated.", "present"),
        ("Possible hypertension.", "unclear"),
        ("Hypertension is suspected.", "unclear"),
        ("He has hypertension. On another page: no hypertension.", "unclear"),
        ("History of pulmonary hypertension.", "not_mentioned"),
        ("History of gestational hypertension.", "not_mentioned"),
        ("His mother has hypertension. His own history is unremarkable.", "not_mentioned"),
        ("Family history: hypertension, gout.\nPast medical history: asthma.", "not_mentioned"),
        ("Screening for hypertension was offered. No past illnesses.", "not_mentioned"),
        ("Medical history is notable for asthma.", "not_mentioned"),
        ("A boy with a cut finger.", "unclear"),
    ],
)
def test_a_disease_is_read_with_its_context(note: str, expected: str) -> None:
    assert status("cha2ds2_vasc", "hypertension", note) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("History of DVT in 2009.", "present"),
        ("He had a deep vein thrombosis five years ago.", "present"),
        ("Prior deep venous thrombosis, treated with warfarin.", "present"),
        ("No previous DVT.", "absent"),
        ("Known asthma. Ultrasound of the leg today shows deep vein thrombosis.", "not_mentioned"),
        ("Duplex was done to rule out DVT. Known asthma.", "not_mentioned"),
        ("Heparin was given as prophylaxis against DVT. Known asthma.", "not_mentioned"),
    ],
)
def test_a_previous_event_is_not_the_present_one(note: str, expected: str) -> None:
    assert status("wells_dvt", "previous_dvt", note) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("She underwent hip replacement two weeks ago.", "present"),
        ("She underwent hip replacement three months ago.", "not_mentioned"),
        ("Hip replacement in the past. No other history.", "not_mentioned"),
        ("She underwent laparotomy.", "unclear"),
        ("She is scheduled for laparotomy. Known gout.", "not_mentioned"),
        ("No recent surgery or trauma. Known gout.", "absent"),
    ],
)
def test_operations_count_within_their_time(note: str, expected: str) -> None:
    assert status("wells_pe", "surgery_past_4_weeks", note) == expected


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("He was brought in confused.", "present"),
        ("On examination he was alert and oriented to time and place.", "absent"),
        ("On admission he was alert and oriented. On day 4 he became confused.", "absent"),
        ("He came with a cough. On day 4 he became confused.", "unclear"),
        ("He was not oriented to time.", "present"),
        ("Previous delirium years ago. He now has a cough.", "not_mentioned"),
        ("His Glasgow coma scale was 15.", "not_mentioned"),
    ],
)
def test_a_state_is_that_of_the_presentation(note: str, expected: str) -> None:
    assert status("curb65", "confusion", note) == expected


def test_what_changes_divides_the_strategies() -> None:
    asked = get("curb65")
    note = "On admission he was alert and oriented. On day 4 he became confused."
    said = {
        strategy: next(e for e in read(asked, "", note, strategy).inputs if e.name == "confusion").status
        for strategy in ("first", "latest", "admission")
    }
    assert said == {"first": "absent", "latest": "present", "admission": "absent"}


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("Family history of venous thromboembolism.", "present"),
        ("Her sister had a DVT.", "present"),
        ("There is no family history of thrombosis.", "absent"),
        ("She had a DVT herself. Nothing known of relatives.", "not_mentioned"),
    ],
)
def test_findings_of_the_family(note: str, expected: str) -> None:
    assert status("caprini", "family_history_of_thrombosis", note) == expected


@pytest.mark.parametrize(
    ("note", "name", "expected"),
    [
        ("No history of TIA. He had a stroke last year.", "cerebrovascular_disease", "present"),
        ("No history of stroke.", "cerebrovascular_disease", "absent"),
        ("Anamnesis: apoplexy.", "cerebrovascular_disease", "unclear"),
        ("History of heart failure.", "congestive_heart_failure", "present"),
        ("He does not rely on insulin for his diabetes.", "preoperative_insulin", "absent"),
        ("Diabetes managed with insulin glargine.", "preoperative_insulin", "present"),
        ("Scheduled for colectomy.", "elevated_risk_surgery", "present"),
        ("Scheduled for cataract surgery.", "elevated_risk_surgery", "absent"),
        ("Scheduled for an operation.", "elevated_risk_surgery", "unclear"),
        ("Seen before his flight.", "elevated_risk_surgery", "unclear"),
    ],
)
def test_inputs_of_the_cardiac_risk_index(note: str, name: str, expected: str) -> None:
    assert status("rcri", name, note) == expected


@pytest.mark.parametrize(
    ("note", "name", "expected"),
    [
        ("Oropharynx with enlarged tonsils, covered by exudate.", "tonsillar_exudate_or_swelling", "present"),
        ("Throat: no exudate.", "tonsillar_exudate_or_swelling", "absent"),
        ("The throat was examined.", "tonsillar_exudate_or_swelling", "unclear"),
        ("Lungs clear. Abdomen soft.", "tonsillar_exudate_or_swelling", "not_mentioned"),
        ("Tender anterior cervical lymph nodes.", "anterior_cervical_nodes", "present"),
        ("There was no cervical lymphadenopathy.", "anterior_cervical_nodes", "absent"),
        ("He denies cough.", "cough", "absent"),
        ("Sore throat for two days.", "cough", "unclear"),
    ],
)
def test_required_findings_are_missing_only_where_nobody_looked(note: str, name: str, expected: str) -> None:
    assert status("centor", name, note) == expected


def test_a_denial_is_quoted_with_the_word_that_denies() -> None:
    entry = finding("cha2ds2_vasc", "hypertension", "He denies gout and hypertension.")
    assert entry.quote == "denies gout and hypertension"
    entry = finding("cha2ds2_vasc", "hypertension", "Hypertension was ruled out.")
    assert entry.quote == "Hypertension was ruled"


def test_a_doubt_says_what_and_why() -> None:
    entry = finding("cha2ds2_vasc", "hypertension", "Possible hypertension.")
    assert entry.doubt == "history of hypertension: the note does not say it for certain ('hypertension')"


def test_british_and_american_spelling_and_plurals_are_the_same() -> None:
    for note in ("She reports haemoptysis.", "She reports hemoptysis.", "Known TIAs.", "Known TIA."):
        name = ("perc", "hemoptysis") if "opty" in note else ("charlson", "tia")
        assert status(*name, note) == "present"


def test_a_score_may_rest_on_the_silence_about_few_findings_only() -> None:
    """Three of them are taken as absent; of four or more none is, and each says so."""
    asked = get("cha2ds2_vasc")
    start = (
        "A 70-year-old woman with atrial fibrillation. Past history: hypertension, diabetes, heart failure"
    )
    for told, silent in ((".", 4), (", myocardial infarction.", 3)):
        note = start + told
        read_once = mark_unclear(asked, note, read(asked, "", note, "first"))
        left = [entry.name for entry in read_once.inputs if entry.status == "not_mentioned"]
        assert len(left) == silent
        weighed = {entry.name: entry for entry in few_on_silence(asked, read_once).inputs}
        expected = "unclear" if silent > 3 else "not_mentioned"
        assert {weighed[name].status for name in left} == {expected}
        if silent > 3:
            assert all("neither stated nor excluded" in (weighed[name].doubt or "") for name in left)
        assert weighed["hypertension"].status == "present"
