"""Emergency department: chest pain."""

from __future__ import annotations

from calculators import bedside, findings
from calculators.findings import finding
from calculators.model import Calculator, InputSpec, Values
from calculators.points import SCORE, Award, Bands, Choice, PointSum, Rule, inputs_of

_HISTORY = InputSpec(
    name="chest_pain_history",
    label="history of the chest pain",
    kind="category",
    allowed=("Slightly suspicious", "Moderately suspicious", "Highly suspicious"),
    synonyms=("chest pain", "angina", "typical angina", "atypical chest pain", "chest pressure"),
    source_keys=("Suspicion History",),
    note=(
        "How much the history speaks for a coronary cause: only non-specific elements are slightly, both "
        "kinds moderately, mainly specific elements highly suspicious. A note without chest pain leaves "
        "it open."
    ),
)
_ECG = InputSpec(
    name="ecg",
    label="electrocardiogram",
    kind="category",
    allowed=("Normal", "Non-specific repolarization disturbance", "Significant ST deviation"),
    synonyms=("electrocardiogram", "ECG", "EKG", "12-lead", "ST elevation", "ST depression", "T wave"),
    source_keys=("Electrocardiogram Test",),
    note=(
        "Bundle branch block, typical hypertrophy, digoxin effect and unchanged known disturbances are "
        "non-specific. A note without an electrocardiogram leaves it open."
    ),
)
_TROPONIN = InputSpec(
    name="initial_troponin",
    label="initial troponin",
    kind="category",
    allowed=(
        "less than or equal to normal limit",
        "between the normal limit or up to three times the normal limit",
        "greater than three times normal limit",
    ),
    synonyms=("troponin", "troponin I", "troponin T", "TnI", "TnT", "hs-troponin", "cardiac enzymes"),
    source_keys=("Initial troponin",),
    note="The first value, against the upper limit of its assay. A note without troponin leaves it open.",
)
_HYPERCHOLESTEROLEMIA = finding(
    "hypercholesterolemia",
    "hypercholesterolaemia",
    ("hypercholesterolemia",),
    (
        "hypercholesterolemia",
        "hypercholesterolaemia",
        "hyperlipidemia",
        "hyperlipidaemia",
        "dyslipidemia",
        "dyslipidaemia",
        "high cholesterol",
        "HLD",
    ),
)
_OBESITY = finding(
    "obesity",
    "obesity (body mass index above 30 kg/m²)",
    ("obesity",),
    ("obesity", "obese", "morbid obesity", "morbidly obese"),
)
_RECENT_SMOKER = finding(
    "recent_smoker",
    "current smoker, or one who stopped within the past three months",
    ("smoking",),
    ("smoker", "smokes", "smoking", "tobacco", "cigarettes", "pack-year", "packs per day"),
    note="A former smoker who stopped longer ago is none.",
)
_FAMILY_HISTORY = finding(
    "family_cardiovascular_disease",
    "parent or sibling with cardiovascular disease before the age of 65",
    ("parent or sibling with Cardiovascular disease before age 65",),
    (
        "family history of coronary artery disease",
        "family history of heart disease",
        "family history of myocardial infarction",
        "family history of premature coronary disease",
        "father had a heart attack",
    ),
)
_ATHEROSCLEROSIS = finding(
    "atherosclerotic_disease",
    "atherosclerotic disease (infarction, revascularisation, stroke, TIA or peripheral artery disease)",
    ("atherosclerotic disease",),
    (
        "atherosclerosis",
        "atherosclerotic disease",
        "coronary artery disease",
        "CAD",
        "myocardial infarction",
        "MI",
        "PCI",
        "stent",
        "CABG",
        "stroke",
        "TIA",
        "carotid stenosis",
        "peripheral artery disease",
        "peripheral arterial disease",
        "PAD",
    ),
)
_RISK_FACTORS = (
    findings.HYPERTENSION,
    _HYPERCHOLESTEROLEMIA,
    findings.DIABETES,
    _OBESITY,
    _RECENT_SMOKER,
    _FAMILY_HISTORY,
)


def _risk_factors(v: Values) -> Award:
    if v.flag("atherosclerotic_disease"):
        return Award(2, "known atherosclerotic disease")
    present = [spec.label for spec in _RISK_FACTORS if v.flag(spec.name)]
    points = 0 if not present else 1 if len(present) < 3 else 2
    return Award(points, f"{len(present)} of {len(_RISK_FACTORS)}: {', '.join(present) or 'none'}")


_HEART = (
    Choice(_HISTORY, tuple(zip(_HISTORY.allowed, (0, 1, 2), strict=True))),
    Choice(_ECG, tuple(zip(_ECG.allowed, (0, 1, 2), strict=True))),
    Bands(bedside.AGE, (("<", 45, 0), ("<", 65, 1)), otherwise=2),
    Rule("risk factors", (*_RISK_FACTORS, _ATHEROSCLEROSIS), _risk_factors, {}),
    Choice(_TROPONIN, tuple(zip(_TROPONIN.allowed, (0, 1, 2), strict=True))),
)

HEART = Calculator(
    id="heart",
    version="1",
    name="HEART score for major cardiac events",
    field="emergency",
    answer=SCORE,
    inputs=inputs_of(_HEART),
    formula=PointSum(_HEART),
    definition=(
        "Sum of 0 to 2 points each for: History slightly, moderately or highly suspicious; ECG normal, "
        "non-specific repolarization disturbance or significant ST deviation; Age below 45, 45 to 64 or "
        "at least 65; Risk factors (hypertension, hypercholesterolaemia, diabetes, obesity, smoking, "
        "family history) none, 1 or 2, at least 3 or known atherosclerotic disease; Troponin at most the "
        "normal limit, 1 to 3 times or above 3 times it. 0 to 10 points. The paper of 2008 draws two "
        "limits elsewhere: age 45 counts 0 and exactly 3 times the troponin limit 2."
    ),
    references=(
        "Six AJ, Backus BE, Kelder JC. Neth Heart J 2008;16:191-196",
        "Backus BE et al. Int J Cardiol 2013;168:2153-2158",
    ),
    question_patterns=(r"\bheart score\b", r"\bheart risk score\b"),
    medcalc_id=18,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with chest pain in whom an acute coronary syndrome is suspected",
)
