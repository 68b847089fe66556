"""The heart around an operation."""

from __future__ import annotations

from dataclasses import replace

from calculators import findings, laboratory
from calculators.findings import finding
from calculators.model import Calculator
from calculators.points import SCORE, Bands, Finding, PointSum, inputs_of

_ELEVATED_RISK_SURGERY = finding(
    "elevated_risk_surgery",
    "elevated-risk surgery (intraperitoneal, intrathoracic or suprainguinal vascular)",
    ("Elevated-risk surgery",),
    (
        "laparotomy",
        "colectomy",
        "bowel resection",
        "gastrectomy",
        "hepatectomy",
        "pancreatectomy",
        "thoracotomy",
        "lobectomy",
        "esophagectomy",
        "aortic aneurysm repair",
        "aortic bypass",
        "aortobifemoral bypass",
        "cholecystectomy",
    ),
    absent="required",
    note="Which operation is planned has to be known: without it the index is open.",
)
_ISCHEMIC_HEART_DISEASE = finding(
    "ischemic_heart_disease",
    "history of ischaemic heart disease",
    ("History of ischemic heart disease",),
    (
        "ischemic heart disease",
        "ischaemic heart disease",
        "coronary artery disease",
        "CAD",
        "myocardial infarction",
        "MI",
        "angina",
        "nitroglycerin",
        "positive stress test",
        "pathological Q waves",
    ),
    note="Infarction, positive exercise test, current ischaemic chest pain, use of nitrate or Q waves.",
)
_PREOPERATIVE_INSULIN = finding(
    "preoperative_insulin",
    "preoperative treatment with insulin",
    ("Pre-operative treatment with insulin",),
    ("insulin", "glargine", "Lantus", "lispro", "Humalog", "aspart", "NovoLog", "NPH", "detemir", "IDDM"),
    note="Treatment of the patient's own diabetes; tablets do not count.",
)
_HEART_FAILURE = replace(
    findings.CONGESTIVE_HEART_FAILURE,
    source_keys=("Congestive Heart Failure criteria for the Cardiac Risk Index rule",),
    note=(
        "Also pulmonary oedema, both-sided rales, third heart sound, nocturnal dyspnoea or vascular "
        "redistribution."
    ),
)
_CREATININE = replace(
    laboratory.CREATININE,
    label="preoperative serum creatinine",
    source_keys=("Pre-operative creatinine",),
    note="Serum or plasma, before the operation.",
)
_RCRI = (
    Finding(1, (_ELEVATED_RISK_SURGERY,), label="elevated-risk surgery"),
    Finding(1, (_ISCHEMIC_HEART_DISEASE,)),
    Finding(1, (_HEART_FAILURE,)),
    Finding(1, (findings.CEREBROVASCULAR_DISEASE,)),
    Finding(1, (_PREOPERATIVE_INSULIN,)),
    Bands(_CREATININE, (("<=", 2, 0),), otherwise=1),
)

RCRI = Calculator(
    id="rcri",
    version="1",
    name="Revised cardiac risk index (RCRI)",
    field="perioperative",
    answer=SCORE,
    inputs=inputs_of(_RCRI),
    formula=PointSum(_RCRI),
    definition=(
        "One point each for: elevated-risk surgery (intraperitoneal, intrathoracic or suprainguinal "
        "vascular), history of ischaemic heart disease, of congestive heart failure, of cerebrovascular "
        "disease, preoperative insulin, preoperative creatinine above 2 mg/dL (177 µmol/L). 0 to 6 "
        "points."
    ),
    references=("Lee TH et al. Circulation 1999;100:1043-1049",),
    question_patterns=(r"revised cardiac risk", r"\brcri\b", r"\blee (cardiac risk )?index\b"),
    medcalc_id=17,
    applies_to="patients before an operation other than on the heart",
)
