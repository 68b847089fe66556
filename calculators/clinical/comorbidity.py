"""Burden of other diseases."""

from __future__ import annotations

from calculators import bedside, findings
from calculators.findings import finding
from calculators.model import Calculator, Convention, InputSpec, Values
from calculators.points import SCORE, Award, Choice, Finding, PointSum, Rule, inputs_of

_MYOCARDIAL_INFARCTION = finding(
    "myocardial_infarction",
    "myocardial infarction",
    ("Myocardial infarction",),
    ("myocardial infarction", "heart attack", "MI", "STEMI", "NSTEMI", "AMI"),
    note="Definite or probable infarction, not changes of the electrocardiogram alone.",
)
_PERIPHERAL_VASCULAR_DISEASE = finding(
    "peripheral_vascular_disease",
    "peripheral vascular disease",
    ("Peripheral vascular disease",),
    (
        "peripheral vascular disease",
        "peripheral artery disease",
        "peripheral arterial disease",
        "PVD",
        "PAD",
        "intermittent claudication",
        "arterial bypass",
        "gangrene",
        "aortic aneurysm",
        "AAA",
    ),
    note="Claudication, bypass, gangrene, arterial insufficiency, or an aortic aneurysm of at least 6 cm.",
)
_DEMENTIA = finding(
    "dementia",
    "dementia",
    ("Dementia",),
    ("dementia", "Alzheimer", "Alzheimer's disease", "vascular dementia", "chronic cognitive deficit"),
    note="Chronic; delirium is none.",
)
_CONNECTIVE_TISSUE_DISEASE = finding(
    "connective_tissue_disease",
    "connective tissue disease",
    ("Connective tissue disease",),
    (
        "connective tissue disease",
        "systemic lupus erythematosus",
        "SLE",
        "lupus",
        "rheumatoid arthritis",
        "RA",
        "polymyositis",
        "dermatomyositis",
        "scleroderma",
        "systemic sclerosis",
        "mixed connective tissue disease",
        "MCTD",
        "polymyalgia rheumatica",
        "Sjogren",
        "vasculitis",
    ),
)
_PEPTIC_ULCER = finding(
    "peptic_ulcer_disease",
    "peptic ulcer disease",
    ("Peptic ulcer disease",),
    ("peptic ulcer", "peptic ulcer disease", "PUD", "gastric ulcer", "duodenal ulcer", "stomach ulcer"),
    note="Treated for it, or bled from it.",
)
_HEMIPLEGIA = finding(
    "hemiplegia",
    "hemiplegia or paraplegia",
    ("Hemiplegia",),
    ("hemiplegia", "hemiparesis", "paraplegia", "quadriplegia", "tetraplegia"),
)
_KIDNEY_DISEASE = finding(
    "moderate_to_severe_kidney_disease",
    "moderate to severe chronic kidney disease (creatinine above 3 mg/dL, dialysis, transplant or uraemia)",
    ("Moderate to severe Chronic Kidney Disease",),
    (
        "chronic kidney disease",
        "CKD",
        "chronic renal failure",
        "chronic renal insufficiency",
        "end-stage renal disease",
        "ESRD",
        "dialysis",
        "hemodialysis",
        "haemodialysis",
        "kidney transplant",
        "renal transplant",
        "uremia",
    ),
    note="Severe: dialysis, transplant, uraemia; moderate: creatinine above 3 mg/dL (265 µmol/L).",
)
_LEUKEMIA = finding(
    "leukemia",
    "leukaemia",
    ("Leukemia",),
    ("leukemia", "leukaemia", "AML", "CML", "CLL", "ALL", "polycythemia vera"),
)
_LYMPHOMA = finding(
    "lymphoma",
    "lymphoma",
    ("Lymphoma",),
    ("lymphoma", "Hodgkin", "non-Hodgkin", "NHL", "DLBCL", "multiple myeloma", "myeloma", "Waldenstrom"),
    note="Myeloma and Waldenström's macroglobulinaemia count here.",
)
_AIDS = finding(
    "aids",
    "AIDS",
    ("AIDS",),
    ("AIDS", "acquired immunodeficiency syndrome", "acquired immune deficiency syndrome"),
    note="Not an infection with HIV alone.",
)
_LIVER_DISEASE = InputSpec(
    name="liver_disease_severity",
    label="liver disease",
    kind="category",
    allowed=("none", "mild", "moderate", "severe", "moderate to severe"),
    absent="assume_absent",
    default="none",
    synonyms=(
        "cirrhosis",
        "chronic hepatitis",
        "hepatitis B",
        "hepatitis C",
        "portal hypertension",
        "esophageal varices",
        "variceal bleeding",
        "liver disease",
        "hepatic failure",
    ),
    source_keys=("Liver disease severity",),
    note=(
        "Mild: chronic hepatitis, or cirrhosis without portal hypertension. Moderate: cirrhosis with "
        "portal hypertension. Severe: with variceal bleeding too. A note that mentions none counts as "
        "none."
    ),
)
_DIABETES = InputSpec(
    name="diabetes_severity",
    label="diabetes mellitus",
    kind="category",
    allowed=("None or diet-controlled", "Uncomplicated", "End-organ damage"),
    absent="assume_absent",
    default="None or diet-controlled",
    synonyms=(
        "diabetes",
        "diabetic",
        "diabetes mellitus",
        "DM",
        "T1DM",
        "T2DM",
        "insulin",
        "metformin",
        "diabetic retinopathy",
        "diabetic nephropathy",
        "diabetic neuropathy",
    ),
    source_keys=("Diabetes mellitus criteria for CCI rule",),
    note=(
        "End-organ damage: retinopathy, nephropathy, neuropathy. Uncomplicated: treated with insulin or "
        "tablets. A note that mentions none counts as none."
    ),
)
_SOLID_TUMOR = InputSpec(
    name="solid_tumor",
    label="solid tumour",
    kind="category",
    allowed=("none", "localized", "metastatic"),
    absent="assume_absent",
    default="none",
    synonyms=(
        "cancer",
        "carcinoma",
        "adenocarcinoma",
        "sarcoma",
        "melanoma",
        "tumor",
        "tumour",
        "malignancy",
        "metastatic",
        "metastases",
        "metastasis",
        "stage IV",
    ),
    source_keys=("Solid tumor",),
    note=(
        "Malignant, diagnosed within five years, not of the skin except melanoma. Localized where no "
        "metastasis is mentioned. A note that mentions none counts as none."
    ),
)


def _age(v: Values) -> Award:
    if v.convention("age_points") == "without":
        return Award(0, "not counted")
    decades = max(0, min(4, int(v.number("age") // 10) - 4))
    return Award(decades, f"{v.number('age'):g} years: 1 for each decade from 50 on, at most 4")


_AGE_POINTS = Convention(
    id="age_points",
    question="Does the index count age?",
    options={
        "with": "Age counts 1 point for each decade from 50 on, at most 4 (the combined index of 1994).",
        "without": "Only diseases count (the index of 1987).",
    },
    default="with",
    stated_by={"with": r"age[\s-]adjusted|\bwith age\b", "without": r"without age|not age[\s-]adjusted"},
)
_CHARLSON = (
    Rule("age", (bedside.AGE,), _age, {"age": (50.0, 60.0, 70.0, 80.0)}),
    Finding(1, (_MYOCARDIAL_INFARCTION,)),
    Finding(1, (findings.CONGESTIVE_HEART_FAILURE,)),
    Finding(1, (_PERIPHERAL_VASCULAR_DISEASE,)),
    Finding(1, (findings.STROKE, findings.TIA), label="cerebrovascular disease"),
    Finding(1, (_DEMENTIA,)),
    Finding(1, (findings.COPD,)),
    Finding(1, (_CONNECTIVE_TISSUE_DISEASE,)),
    Finding(1, (_PEPTIC_ULCER,)),
    Choice(
        _LIVER_DISEASE,
        (("none", 0), ("mild", 1), ("moderate", 3), ("severe", 3), ("moderate to severe", 3)),
    ),
    Choice(_DIABETES, (("None or diet-controlled", 0), ("Uncomplicated", 1), ("End-organ damage", 2))),
    Finding(2, (_HEMIPLEGIA,)),
    Finding(2, (_KIDNEY_DISEASE,), label="moderate to severe chronic kidney disease"),
    Choice(_SOLID_TUMOR, (("none", 0), ("localized", 2), ("metastatic", 6))),
    Finding(2, (_LEUKEMIA,)),
    Finding(2, (_LYMPHOMA,)),
    Finding(6, (_AIDS,)),
)

CHARLSON = Calculator(
    id="charlson",
    version="1",
    name="Charlson comorbidity index (CCI)",
    field="comorbidity",
    answer=SCORE,
    inputs=inputs_of(_CHARLSON),
    formula=PointSum(_CHARLSON),
    definition=(
        "Sum of: 1 each for myocardial infarction, congestive heart failure, peripheral vascular disease, "
        "stroke or TIA, dementia, COPD, connective tissue disease, peptic ulcer disease, mild liver "
        "disease, uncomplicated diabetes; 2 each for hemiplegia, moderate to severe chronic kidney "
        "disease, diabetes with end-organ damage, localized solid tumour, leukaemia, lymphoma; 3 for "
        "moderate or severe liver disease; 6 each for metastatic tumour, AIDS. The age-adjusted index "
        "adds 1 for each decade from 50 on, at most 4."
    ),
    references=(
        "Charlson ME et al. J Chronic Dis 1987;40:373-383",
        "Charlson M et al. J Clin Epidemiol 1994;47:1245-1251",
    ),
    conventions=(_AGE_POINTS,),
    question_patterns=(r"\bcharlson\b", r"\bcci\b"),
    medcalc_id=32,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults",
)
