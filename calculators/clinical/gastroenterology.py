"""Stomach and bowel."""

from __future__ import annotations

from dataclasses import replace

from calculators import bedside, findings, laboratory
from calculators.findings import finding
from calculators.model import Calculator, Values
from calculators.points import SCORE, Award, Bands, Finding, PointSum, Rule, inputs_of

_HEMOGLOBIN_POINTS = {
    "male": ((10, 6), (12, 3), (13, 1)),
    "female": ((10, 6), (12, 1)),
}
"""Sex → (limit in g/dL, points below it), from the lowest up."""


def _hemoglobin(v: Values) -> Award:
    sex, value = v.choice("sex"), v.number("hemoglobin")
    points = next((points for limit, points in _HEMOGLOBIN_POINTS[sex] if value < limit), 0)
    return Award(points, f"{value:g} g/dL, {sex}")


_MELENA = finding(
    "melena",
    "melaena",
    ("Melena present",),
    ("melaena", "melena", "black stool", "black stools", "tarry stool", "tarry stools", "black tarry stools"),
)
_SYNCOPE = finding(
    "syncope",
    "syncope with this bleeding",
    ("Recent syncope",),
    ("syncope", "syncopal episode", "fainted", "fainting", "loss of consciousness", "passed out", "blackout"),
)
_HEPATIC_DISEASE = finding(
    "hepatic_disease",
    "liver disease, acute or chronic",
    ("Hepatic disease history",),
    ("liver disease", "hepatic disease", "cirrhosis", "hepatitis", "liver failure", "esophageal varices"),
    note="Known, or with clinical and laboratory evidence.",
)
_CARDIAC_FAILURE = replace(
    findings.CONGESTIVE_HEART_FAILURE,
    source_keys=("Cardiac failure present",),
    note="Known, or with clinical and echocardiographic evidence.",
)

_BLATCHFORD_CRITERIA = (
    Bands(laboratory.BUN, (("<", 18.2, 0), ("<", 22.4, 2), ("<", 28, 3), ("<", 70, 4)), otherwise=6),
    Rule("haemoglobin", (laboratory.HEMOGLOBIN, bedside.SEX), _hemoglobin, {"hemoglobin": ()}),
    Bands(bedside.SYSTOLIC_BP, (("<", 90, 3), ("<", 100, 2), ("<", 110, 1)), otherwise=0),
    Bands(bedside.HEART_RATE, (("<", 100, 0),), otherwise=1),
    Finding(1, (_MELENA,)),
    Finding(2, (_SYNCOPE,)),
    Finding(2, (_HEPATIC_DISEASE,)),
    Finding(2, (_CARDIAC_FAILURE,)),
)

GLASGOW_BLATCHFORD = Calculator(
    id="glasgow_blatchford",
    version="1",
    name="Glasgow-Blatchford bleeding score",
    field="gastroenterology",
    answer=SCORE,
    inputs=inputs_of(_BLATCHFORD_CRITERIA),
    formula=PointSum(_BLATCHFORD_CRITERIA),
    definition=(
        "BUN in mg/dL (urea in mmol/L): 18.2-22.3 (6.5-7.9) 2; 22.4-27.9 (8-9.9) 3; 28-69.9 (10-24.9) 4; ≥ "
        "70 (25) 6. Haemoglobin in g/dL: men 12-12.9 1, 10-11.9 3, < 10 6; women 10-11.9 1, < 10 6. Systolic "
        "pressure: 100-109 1; 90-99 2; < 90 3. Heart rate ≥ 100 1; melaena 1; syncope 2; liver disease 2; "
        "cardiac failure 2."
    ),
    references=("Blatchford O et al. Lancet 2000;356:1318-1321",),
    question_patterns=(r"blatchford",),
    medcalc_id=27,
    applies_to="adults with acute upper gastrointestinal bleeding",
)
