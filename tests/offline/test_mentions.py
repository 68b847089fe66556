"""What is not given is told apart from what is given and could not be read."""

from __future__ import annotations

import pytest

from agents.extraction import ExtractedInput
from agents.offline.mentions import mark_unclear
from agents.offline.reader import read
from calculators.evaluate import evaluate
from calculators.model import InputValue
from tests.offline.reading import (
    APACHE,
    BODY,
    CALCIUM,
    CREATININE,
    ELECTROLYTES,
    FRAMINGHAM,
    LIPIDS,
    SIRS,
    SOFA,
    calculator,
)


def marked(medcalc_id: int, note: str) -> dict[str, ExtractedInput]:
    calc = calculator(medcalc_id)
    return {entry.name: entry for entry in mark_unclear(calc, note, read(calc, "", note, "first")).inputs}


@pytest.mark.parametrize(
    ("medcalc_id", "note", "name"),
    [
        (CREATININE, "A 60-year-old man fell.", "creatinine"),
        (CREATININE, "Creatinine was normal.", "creatinine"),
        (CREATININE, "Repeat creatinine on day 3.", "creatinine"),
        (CREATININE, "Urine creatinine was 60 mg/dL.", "creatinine"),
        (BODY, "She lost 8 kg and had a 20 lb weight loss before.", "weight"),
        (BODY, "His weight was stable. The tumour measured 4 cm.", "weight"),
        (CALCIUM, "Serum protein 7 g/dL, calcium 9.1 mg/dL", "albumin"),
        (FRAMINGHAM, "A 60-year-old man with gout.", "smoker"),
        (SIRS, "Venous pCO2 was 50 mmHg.", "paco2"),
        (SOFA, "Blood pressure held without norepinephrine.", "norepinephrine"),
    ],
)
def test_what_the_note_does_not_give_is_not_mentioned(medcalc_id: int, note: str, name: str) -> None:
    assert marked(medcalc_id, note)[name].status == "not_mentioned"


@pytest.mark.parametrize(
    ("medcalc_id", "note", "name"),
    [
        (CREATININE, "Creatinine, last measured in the spring, is recorded as 1.1.", "creatinine"),
        (CREATININE, "Creatinine 0.9-1.4 mg/dL throughout", "creatinine"),
        (CREATININE, "A patient fell.", "age"),
        (BODY, "The scales said 80 kg.", "weight"),
        (LIPIDS, "The cholesterol was 215 mg.", "total_cholesterol"),
        (SIRS, "Vitals were taken.", "heart_rate"),
        (FRAMINGHAM, "Tobacco was discussed.", "smoker"),
        (APACHE, "He was intubated.", "fio2"),
        (SOFA, "He became anuric.", "urine_output"),
        (SOFA, "Norepinephrine was started.", "norepinephrine"),
        (SOFA, "Vasopressors were needed.", "dopamine"),
        (SIRS, "The pCO2 was 30-34 mmHg.", "paco2"),
    ],
)
def test_what_the_note_may_give_is_unclear_and_says_where(medcalc_id: int, note: str, name: str) -> None:
    entry = marked(medcalc_id, note)[name]
    assert entry.status == "unclear"
    assert entry.doubt
    assert entry.quote is None or entry.quote in note


def test_the_doubt_reaches_the_derivation_that_cannot_be_made() -> None:
    entries = marked(ELECTROLYTES, "Sodium 140 mg/dL, chloride 101 mmol/L, bicarbonate 22 mmol/L.")
    values = [
        InputValue(name=e.name, status=e.status, value=e.value, unit=e.unit, doubt=e.doubt)
        for e in entries.values()
    ]
    derivation = evaluate(calculator(ELECTROLYTES), values)
    assert derivation.unclear == ("sodium",)
    assert derivation.answer.kind == "incomputable"
    assert "probably 140 mEq/L" in derivation.answer.reason
