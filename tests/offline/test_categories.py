"""Categories in words: grades, the coma scale's responses, kinds of operation."""

from __future__ import annotations

import pytest

from tests.offline.test_findings import finding


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("On examination there was tense ascites.", "moderate"),
        ("Ultrasound showed mild ascites.", "slight"),
        ("There was no ascites.", "absent"),
        ("First mild ascites, then massive ascites.", "moderate"),
        ("Her ascites was well controlled.", "slight"),
    ],
)
def test_ascites(note: str, value: str) -> None:
    assert finding("child_pugh", "ascites", note).value == value


def test_confined_to_bed_rest_may_be_either() -> None:
    assert finding("caprini", "mobility", "He is confined to bed rest.").status == "unclear"


def test_ascites_without_a_grade_is_open() -> None:
    assert finding("child_pugh", "ascites", "She has ascites.").status == "unclear"


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("Grade 2 hepatic encephalopathy was noted.", "grade 1-2"),
        ("He is in hepatic coma.", "grade 3-4"),
        ("There is no encephalopathy.", "grade 0"),
        ("She is alert and oriented; no asterixis.", "grade 0"),
    ],
)
def test_encephalopathy(note: str, value: str) -> None:
    assert finding("child_pugh", "encephalopathy", note).value == value


_EYE, _VERBAL, _MOTOR = "eye_response", "verbal_response", "motor_response"


@pytest.mark.parametrize(
    ("note", "responses"),
    [
        (
            "His eyes opened spontaneously, he was confused and followed commands.",
            ("eyes open spontaneously", "confused", "obeys commands"),
        ),
        (
            "She opened her eyes to voice, moaned, and localised pain.",
            ("eye opening to verbal command", "incomprehensible sounds", "localizes pain"),
        ),
        (
            "He opened his eyes only to painful stimuli, uttered inappropriate words and withdrew from pain.",
            ("eye opening to pain", "inappropriate words", "withdrawal from pain"),
        ),
        (
            "No eye opening, no verbal response. There was decerebrate posturing.",
            ("no eye opening", "no verbal response", "extension to pain"),
        ),
        ("GCS 7 (E1V2M4).", ("no eye opening", "incomprehensible sounds", "withdrawal from pain")),
        ("GCS was 15.", ("eyes open spontaneously", "oriented", "obeys commands")),
        ("Glasgow Coma Scale of 3.", ("no eye opening", "no verbal response", "no motor response")),
    ],
)
def test_the_coma_scale_in_words_and_points(note: str, responses: tuple[str, str, str]) -> None:
    read = tuple(finding("glasgow_coma_scale", name, note).value for name in (_EYE, _VERBAL, _MOTOR))
    assert read == responses


def test_a_sum_alone_leaves_the_responses_open() -> None:
    assert finding("glasgow_coma_scale", _EYE, "GCS 9, eyes injected.").status == "unclear"


def test_what_others_saw_before_gives_way_to_the_examination() -> None:
    note = "Paramedics found him confused. On arrival he uttered inappropriate words."
    assert finding("glasgow_coma_scale", _VERBAL, note).value == "inappropriate words"
    note = "He was confused at first and oriented in the same hour."
    assert finding("glasgow_coma_scale", _VERBAL, note).status == "unclear"


@pytest.mark.parametrize(
    ("note", "name", "value"),
    [
        ("Type 2 diabetes mellitus without complications.", "diabetes_severity", "Uncomplicated"),
        ("Diabetes with nephropathy and retinopathy.", "diabetes_severity", "End-organ damage"),
        ("No history of diabetes.", "diabetes_severity", "None or diet-controlled"),
        ("He had colon cancer.", "solid_tumor", "localized"),
        ("Colon cancer with liver metastases.", "solid_tumor", "metastatic"),
        ("No history of cancer.", "solid_tumor", "none"),
        ("Chronic hepatitis C.", "liver_disease_severity", "mild"),
        ("Cirrhosis with portal hypertension.", "liver_disease_severity", "moderate to severe"),
    ],
)
def test_severities_of_comorbidities(note: str, name: str, value: str) -> None:
    assert finding("charlson", name, note).value == value


@pytest.mark.parametrize(
    ("note", "name", "value"),
    [
        ("He is scheduled for laparoscopic cholecystectomy.", "planned_surgery", "laparoscopic"),
        ("Elective total knee replacement is planned.", "planned_surgery",
         "elective major lower extremity arthroplasty"),
        ("He is on bed rest.", "mobility", "on bed rest"),
        ("She is ambulatory.", "mobility", "normal"),
    ],
)  # fmt: skip
def test_operations_and_mobility(note: str, name: str, value: str) -> None:
    assert finding("caprini", name, note).value == value


@pytest.mark.parametrize(
    ("note", "name", "status"),
    [
        ("Chest pain. The ECG was normal.", "ecg", "present"),
        ("Chest pain. An ECG was recorded.", "ecg", "unclear"),
        ("Chest pain, nothing else was done.", "ecg", "not_mentioned"),
        ("Troponin was negative.", "initial_troponin", "present"),
        ("Chest pain since noon.", "chest_pain_history", "unclear"),
        ("He feels dizzy.", "chest_pain_history", "unclear"),
    ],
)
def test_tests_that_were_not_done_are_missing_and_judgements_open(note: str, name: str, status: str) -> None:
    assert finding("heart", name, note).status == status
