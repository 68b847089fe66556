"""Severity of community-acquired pneumonia."""

from __future__ import annotations

import math
from dataclasses import replace

from calculators import bedside, blood_gas, findings, laboratory
from calculators.findings import finding
from calculators.model import Calculator, Convention, NotComputable, Values
from calculators.points import SCORE, Award, Bands, Choice, Finding, PointSum, Rule, inputs_of


def _age(v: Values) -> Award:
    return Award(math.floor(v.number("age")), "completed years")


def _oxygenation(v: Values) -> Award:
    if not v.has("pao2") and not v.has("spo2"):
        raise NotComputable("neither PaO2 nor oxygen saturation is given", ("pao2",))
    tension = v.number("pao2") if v.has("pao2") else math.inf
    saturation = v.number("spo2") if v.has("spo2") else math.inf
    low = tension < 60 or saturation < 90
    given = [f"PaO2 {tension:g} mmHg"] if v.has("pao2") else []
    given += [f"saturation {saturation:g}%"] if v.has("spo2") else []
    sign = "PaO2 < 60 mmHg or saturation < 90%"
    return Award(10 if low else 0, f"{', '.join(given)}: {'' if low else 'not '}{sign}")


_NURSING_HOME = finding(
    "nursing_home",
    "nursing home resident",
    ("Nursing home resident",),
    ("nursing home", "nursing facility", "long-term care facility", "care home", "SNF"),
)
_NEOPLASTIC = finding(
    "neoplastic_disease",
    "neoplastic disease, active or diagnosed within a year",
    ("Neoplastic disease",),
    ("cancer", "carcinoma", "malignancy", "lymphoma", "leukemia", "tumor", "neoplasm", "metastatic"),
    note="Any cancer but basal or squamous cell cancer of the skin.",
)
_LIVER = finding(
    "chronic_liver_disease",
    "chronic liver disease",
    ("Liver disease severity",),
    ("cirrhosis", "chronic hepatitis", "chronic liver disease", "liver disease"),
    note="Cirrhosis or another chronic liver disease.",
)
_RENAL = finding(
    "renal_disease",
    "renal disease",
    ("Renal disease",),
    ("renal disease", "kidney disease", "CKD", "renal failure", "renal insufficiency", "ESRD", "dialysis"),
    note="A history of chronic renal disease, or abnormal urea and creatinine on record.",
)
_MENTAL_STATUS = finding(
    "altered_mental_status",
    "altered mental status",
    ("Altered mental status",),
    (
        "altered mental status",
        "confusion",
        "confused",
        "disoriented",
        "lethargic",
        "obtunded",
        "stupor",
        "coma",
        "delirium",
        "AMS",
    ),
    note="Disorientation, stupor or coma that is not known to be chronic.",
)
_EFFUSION = finding(
    "pleural_effusion",
    "pleural effusion on chest imaging",
    ("Pleural effusion on x-ray",),
    ("pleural effusion", "effusion", "parapneumonic effusion", "blunted costophrenic angle", "empyema"),
    note="A report of chest imaging that says nothing of it excludes it; without any imaging it is unclear.",
)

_PSI_CRITERIA = (
    Rule("age", (bedside.AGE,), _age, {"age": ()}),
    Choice(bedside.SEX, (("male", 0), ("female", -10))),
    Finding(10, (_NURSING_HOME,)),
    Finding(30, (_NEOPLASTIC,)),
    Finding(20, (_LIVER,)),
    Finding(10, (findings.CONGESTIVE_HEART_FAILURE,)),
    Finding(10, (findings.CEREBROVASCULAR_DISEASE,)),
    Finding(10, (_RENAL,)),
    Finding(20, (_MENTAL_STATUS,)),
    Bands(bedside.RESPIRATORY_RATE, (("<", 30, 0),), otherwise=20),
    Bands(bedside.SYSTOLIC_BP, (("<", 90, 20),), otherwise=0),
    Bands(bedside.TEMPERATURE, (("<", 35, 15), ("<", 40, 0)), otherwise=15),
    Bands(bedside.HEART_RATE, (("<", 125, 0),), otherwise=10),
    Bands(blood_gas.PH, (("<", 7.35, 30),), otherwise=0),
    Bands(laboratory.BUN, (("<", 30, 0),), otherwise=20),
    Bands(laboratory.SODIUM, (("<", 130, 20),), otherwise=0),
    Bands(laboratory.GLUCOSE, (("<", 250, 0),), otherwise=10),
    Bands(laboratory.HEMATOCRIT, (("<", 30, 10),), otherwise=0),
    Rule(
        "oxygenation",
        (replace(blood_gas.PAO2, absent="optional"), replace(bedside.SPO2, absent="optional")),
        _oxygenation,
        {"pao2": (), "spo2": ()},
    ),
    Finding(10, (_EFFUSION,)),
)

PSI = Calculator(
    id="psi",
    version="1",
    name="Pneumonia severity index (PSI, PORT score)",
    field="pneumonia",
    answer=SCORE,
    inputs=inputs_of(_PSI_CRITERIA),
    formula=PointSum(_PSI_CRITERIA),
    definition=(
        "Age in years, less 10 in women; nursing home 10; neoplastic disease 30; liver disease 20; "
        "congestive heart failure 10; cerebrovascular disease 10; renal disease 10; altered mental status "
        "20; respiratory rate ≥ 30 20; systolic pressure < 90 mmHg 20; temperature < 35 or ≥ 40 °C 15; pulse "
        "≥ 125 10; pH < 7.35 30; BUN ≥ 30 mg/dL 20; sodium < 130 mEq/L 20; glucose ≥ 250 mg/dL 10; "
        "haematocrit < 30% 10; PaO2 < 60 mmHg or saturation < 90% 10; pleural effusion 10."
    ),
    references=("Fine MJ et al. N Engl J Med 1997;336:243-250",),
    question_patterns=(r"pneumonia severity index", r"\bpsi\b", r"\bport score\b"),
    medcalc_id=29,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with community-acquired pneumonia",
)

_CONFUSION = finding(
    "confusion",
    "new confusion",
    ("Confusion",),
    (
        "confusion",
        "confused",
        "disoriented",
        "disorientation",
        "altered mental status",
        "delirium",
        "abbreviated mental test",
        "AMT",
    ),
    note="New disorientation in person, place or time, or an abbreviated mental test score of 8 or less.",
)
_UREA_LIMIT_MG_PER_DL = {"above_7_mmol_l": 19.6098, "above_19_mg_dl": 19.0, "above_20_mg_dl": 20.0}


def _urea(v: Values) -> Award:
    value, limit = v.number("bun"), _UREA_LIMIT_MG_PER_DL[v.convention("urea_limit")]
    high = value > limit
    return Award(int(high), f"{value:g} mg/dL is {'>' if high else '≤'} {limit:.4g}")


def _low_pressure(v: Values) -> Award:
    systolic, diastolic = v.number("systolic_bp"), v.number("diastolic_bp")
    low = systolic < 90 or diastolic <= 60
    why = "systolic < 90 or diastolic ≤ 60 mmHg"
    return Award(int(low), f"{systolic:g}/{diastolic:g}: {'' if low else 'not '}{why}")


_CURB_CRITERIA = (
    Finding(1, (_CONFUSION,)),
    Rule("urea", (laboratory.BUN,), _urea, {"bun": ()}),
    Bands(bedside.RESPIRATORY_RATE, (("<", 30, 0),), otherwise=1),
    Rule(
        "blood pressure",
        (bedside.SYSTOLIC_BP, bedside.DIASTOLIC_BP),
        _low_pressure,
        {"systolic_bp": (), "diastolic_bp": ()},
    ),
    Bands(bedside.AGE, (("<", 65, 0),), otherwise=1),
)

CURB65 = Calculator(
    id="curb65",
    version="1",
    name="CURB-65 score",
    field="pneumonia",
    answer=SCORE,
    inputs=inputs_of(_CURB_CRITERIA),
    formula=PointSum(_CURB_CRITERIA),
    definition=(
        "One point each: new confusion; urea above 7 mmol/L (BUN above 19 mg/dL in whole numbers); "
        "respiratory rate ≥ 30; systolic pressure < 90 or diastolic ≤ 60 mmHg; age ≥ 65."
    ),
    references=(
        "Lim WS et al. Thorax 2003;58:377-382",
        "Mandell LA et al. Clin Infect Dis 2007;44(S2):S27-72 (BUN above 20 mg/dL)",
    ),
    conventions=(
        Convention(
            id="urea_limit",
            question="Above which urea is there a point?",
            options={
                "above_7_mmol_l": "7 mmol/L, BUN 19.6 mg/dL (Lim 2003).",
                "above_19_mg_dl": "BUN 19 mg/dL (MDCalc).",
                "above_20_mg_dl": "BUN 20 mg/dL (IDSA/ATS 2007).",
            },
            default="above_7_mmol_l",
        ),
    ),
    question_patterns=(r"\bcurb[\s-]*65\b",),
    medcalc_id=45,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with community-acquired pneumonia",
)
