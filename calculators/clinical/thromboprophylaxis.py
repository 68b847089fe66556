"""Whom to protect from venous thrombosis."""

from __future__ import annotations

from calculators import bedside, findings
from calculators.findings import finding
from calculators.model import Calculator, Convention, InputSpec, Values
from calculators.points import (
    SCORE,
    Award,
    Bands,
    Choice,
    Criterion,
    Finding,
    PointSum,
    Rule,
    inputs_of,
)

_SURGERY_TYPE = InputSpec(
    name="planned_surgery",
    label="type of the operation",
    kind="category",
    allowed=(
        "none",
        "minor",
        "major",
        "laparoscopic",
        "arthroscopic",
        "elective major lower extremity arthroplasty",
    ),
    absent="assume_absent",
    default="none",
    synonyms=(
        "surgery",
        "operation",
        "laparoscopic",
        "arthroscopy",
        "total knee replacement",
        "total hip replacement",
        "arthroplasty",
        "TKA",
        "THA",
    ),
    source_keys=("Surgery Type",),
    note="Major and laparoscopic: more than 45 minutes. A note that mentions no operation counts as none.",
)
_MOBILITY = InputSpec(
    name="mobility",
    label="mobility",
    kind="category",
    allowed=("normal", "on bed rest", "confined to bed >72 hours"),
    absent="assume_absent",
    default="normal",
    synonyms=("bed rest", "bedridden", "bedbound", "immobile", "ambulatory", "walking", "confined to bed"),
    source_keys=("Mobility",),
    note="A note that mentions no restriction counts as normal.",
)
_BODY_MASS_INDEX = InputSpec(
    name="body_mass_index",
    label="body mass index",
    kind="quantity",
    unit="kg/m2",
    units=("kg/m2",),
    plausible=(8.0, 100.0),
    synonyms=("body mass index", "BMI"),
    source_keys=("Body Mass Index (BMI)",),
    unit_implied=True,
)


def _last_month(name: str, label: str, source_key: str, synonyms: tuple[str, ...]) -> InputSpec:
    return finding(f"{name}_last_month", f"{label} in the past month", (source_key,), synonyms)


_MAJOR_SURGERY = _last_month(
    "major_surgery",
    "major surgery",
    "Major Surgery in the last month",
    ("major surgery", "surgery", "operation", "postoperative", "post-op", "laparotomy"),
)
_HEART_FAILURE_1M = _last_month(
    "heart_failure",
    "congestive heart failure",
    "Congestive Heart Failure in the last month",
    ("congestive heart failure", "heart failure", "CHF", "decompensated heart failure", "HFrEF", "HFpEF"),
)
_SEPSIS = _last_month(
    "sepsis",
    "sepsis",
    "Sepsis in the last month",
    ("sepsis", "septic", "septic shock", "bacteremia", "septicemia"),
)
_PNEUMONIA = _last_month(
    "pneumonia",
    "pneumonia or other serious lung disease",
    "Pneumonia in the last month",
    ("pneumonia", "lower respiratory infection", "serious lung disease", "CAP", "HAP"),
)
_PLASTER_CAST = _last_month(
    "plaster_cast",
    "immobilising plaster cast",
    "Immobilizing plaster cast in the last month",
    ("plaster cast", "cast", "immobilizing cast", "splint"),
)
_FRACTURE = _last_month(
    "leg_fracture",
    "fracture of hip, pelvis or leg",
    "Hip, pelvis, or leg fracture in the last month",
    (
        "hip fracture",
        "pelvic fracture",
        "femur fracture",
        "femoral fracture",
        "tibia fracture",
        "leg fracture",
        "fractured hip",
    ),
)
_STROKE_1M = _last_month(
    "stroke",
    "stroke",
    "Stroke in the last month",
    ("stroke", "cerebrovascular accident", "CVA", "cerebral infarction"),
)
_MULTIPLE_TRAUMA = _last_month(
    "multiple_trauma",
    "multiple trauma",
    "Multiple trauma in the last month",
    ("multiple trauma", "polytrauma", "multiple injuries", "motor vehicle accident", "MVA"),
)
_SPINAL_CORD = _last_month(
    "spinal_cord_injury",
    "acute spinal cord injury with paralysis",
    "Acute spinal cord injury causing paralysis in the last month",
    ("spinal cord injury", "paraplegia", "quadriplegia", "cord compression", "paralysis"),
)
_VARICOSE_VEINS = finding(
    "varicose_veins",
    "varicose veins",
    ("Varicose veins",),
    ("varicose veins", "varicosities"),
)
_SWOLLEN_LEGS = finding(
    "swollen_legs",
    "current swollen legs",
    ("Current swollen legs",),
    (
        "swollen legs",
        "leg swelling",
        "leg edema",
        "lower extremity edema",
        "pedal edema",
        "peripheral edema",
        "pitting edema",
    ),
)
_CENTRAL_ACCESS = finding(
    "central_venous_access",
    "current central venous access",
    ("Current central venous access",),
    (
        "central venous catheter",
        "central line",
        "PICC",
        "port-a-cath",
        "Port",
        "CVC",
        "Hickman",
        "dialysis catheter",
    ),
)
_FAMILY_THROMBOSIS = finding(
    "family_history_of_thrombosis",
    "family history of thrombosis",
    ("Family history of thrombosis",),
    (
        "family history of thrombosis",
        "family history of DVT",
        "family history of blood clots",
        "family history of venous thromboembolism",
    ),
)
_FACTOR_V = finding(
    "factor_v_leiden",
    "factor V Leiden",
    ("Positive Factor V Leiden",),
    ("factor V Leiden", "FVL"),
)
_PROTHROMBIN = finding(
    "prothrombin_20210a",
    "prothrombin G20210A mutation",
    ("Positive prothrombin 20210A",),
    ("prothrombin 20210A", "prothrombin gene mutation", "G20210A", "factor II mutation"),
)
_HOMOCYSTEINE = finding(
    "elevated_homocysteine",
    "elevated serum homocysteine",
    ("Elevated serum homocysteine",),
    ("elevated homocysteine", "hyperhomocysteinemia", "homocysteine"),
)
_LUPUS_ANTICOAGULANT = finding(
    "lupus_anticoagulant",
    "lupus anticoagulant",
    ("Positive lupus anticoagulant",),
    ("lupus anticoagulant", "antiphospholipid syndrome"),
)
_ANTICARDIOLIPIN = finding(
    "anticardiolipin_antibody",
    "elevated anticardiolipin antibody",
    ("Elevated anticardiolipin antibody",),
    ("anticardiolipin", "anticardiolipin antibody", "antiphospholipid antibodies"),
)
_HIT = finding(
    "heparin_induced_thrombocytopenia",
    "heparin-induced thrombocytopenia",
    ("Heparin-induced thrombocytopenia",),
    ("heparin-induced thrombocytopenia", "HIT"),
)
_OTHER_THROMBOPHILIA = finding(
    "other_thrombophilia",
    "other congenital or acquired thrombophilia",
    ("Other congenital or acquired thrombophilia",),
    (
        "thrombophilia",
        "protein C deficiency",
        "protein S deficiency",
        "antithrombin deficiency",
        "hypercoagulable state",
    ),
)
_BOWEL_DISEASE = finding(
    "inflammatory_bowel_disease",
    "history of inflammatory bowel disease",
    ("History of inflammatory bowel disease",),
    ("inflammatory bowel disease", "IBD", "Crohn", "Crohn's disease", "ulcerative colitis"),
    note="Irritable bowel is none.",
)
_ACUTE_INFARCTION = finding(
    "acute_myocardial_infarction",
    "acute myocardial infarction",
    ("Acute Myocardial infarction",),
    ("acute myocardial infarction", "AMI", "STEMI", "NSTEMI", "heart attack"),
    note="Now or within the past month, not an old one.",
)
_MALIGNANCY = finding(
    "malignancy",
    "present or previous malignancy",
    ("Present or previous malignancy",),
    ("cancer", "carcinoma", "malignancy", "lymphoma", "leukemia", "melanoma", "sarcoma", "myeloma"),
    note="Skin cancer does not count unless it is melanoma.",
)
_PREGNANCY = finding(
    "pregnancy_or_postpartum",
    "pregnancy, or childbirth in the past month",
    (),
    ("pregnant", "pregnancy", "postpartum", "post-partum", "gestation", "weeks gestation", "delivered"),
)
_PREGNANCY_LOSS = finding(
    "adverse_pregnancy_outcome",
    "stillbirth, 3 miscarriages, or premature birth with toxaemia or a growth-restricted child",
    (),
    ("stillbirth", "stillborn", "recurrent miscarriage", "recurrent abortion", "preeclampsia", "toxemia"),
)


def _previous_thrombosis(v: Values) -> Award:
    present = [spec.label for spec in _PREVIOUS_THROMBOSES if v.flag(spec.name)]
    counted = min(len(present), 1) if v.convention("dvt_and_pe") == "once" else len(present)
    return Award(3 * counted, f"{' and '.join(present)}: yes" if present else "neither documented")


def _sex(v: Values) -> Award:
    counts = v.choice("sex") == "female" and v.convention("female_sex") == "counts"
    return Award(1 if counts else 0, v.choice("sex"))


_PREVIOUS_THROMBOSES = (findings.PREVIOUS_DVT, findings.PREVIOUS_PE)
_DVT_AND_PE = Convention(
    id="dvt_and_pe",
    question="Do a previous deep vein thrombosis and a previous pulmonary embolism count once or each?",
    options={
        "once": "A history of either or both counts 3 points: one line of the form of 2005.",
        "each": "Each counts 3 points.",
    },
    default="once",
)
_FEMALE_SEX = Convention(
    id="female_sex",
    question="Does female sex count by itself?",
    options={
        "no_point": "It does not: the form of 2005 has no such line.",
        "counts": "It counts 1 point.",
    },
    default="no_point",
)
_CAPRINI: tuple[Criterion, ...] = (
    Bands(bedside.AGE, (("<", 41, 0), ("<", 61, 1), ("<", 75, 2)), otherwise=3),
    Rule("sex", (bedside.SEX,), _sex, {}),
    Choice(
        _SURGERY_TYPE,
        (
            ("none", 0),
            ("minor", 1),
            ("major", 2),
            ("laparoscopic", 2),
            ("arthroscopic", 2),
            ("elective major lower extremity arthroplasty", 5),
        ),
    ),
    Choice(_MOBILITY, (("normal", 0), ("on bed rest", 1), ("confined to bed >72 hours", 2))),
    Bands(_BODY_MASS_INDEX, (("<=", 25, 0),), otherwise=1),
    *(
        Finding(1, (spec,))
        for spec in (
            _MAJOR_SURGERY,
            _HEART_FAILURE_1M,
            _SEPSIS,
            _PNEUMONIA,
            _VARICOSE_VEINS,
            _SWOLLEN_LEGS,
            _BOWEL_DISEASE,
            _ACUTE_INFARCTION,
            findings.COPD,
            findings.HORMONE_USE,
            _PREGNANCY,
            _PREGNANCY_LOSS,
        )
    ),
    *(Finding(2, (spec,)) for spec in (_PLASTER_CAST, _CENTRAL_ACCESS, _MALIGNANCY)),
    Rule("previous thrombosis", _PREVIOUS_THROMBOSES, _previous_thrombosis, {}),
    *(
        Finding(3, (spec,))
        for spec in (
            _FAMILY_THROMBOSIS,
            _FACTOR_V,
            _PROTHROMBIN,
            _HOMOCYSTEINE,
            _LUPUS_ANTICOAGULANT,
            _ANTICARDIOLIPIN,
            _HIT,
            _OTHER_THROMBOPHILIA,
        )
    ),
    *(Finding(5, (spec,)) for spec in (_FRACTURE, _STROKE_1M, _MULTIPLE_TRAUMA, _SPINAL_CORD)),
)

CAPRINI = Calculator(
    id="caprini",
    version="1",
    name="Caprini score for venous thromboembolism (2005)",
    field="thromboprophylaxis",
    answer=SCORE,
    inputs=inputs_of(_CAPRINI),
    formula=PointSum(_CAPRINI),
    definition=(
        "Sum of: age 41 to 60 1, 61 to 74 2, 75 and over 3; operation minor 1, major, laparoscopic or "
        "arthroscopic 2, elective major arthroplasty of the leg 5; on bed rest 1, confined to bed above "
        "72 hours 2; body mass index above 25 kg/m² 1; 1 each for major surgery, congestive heart "
        "failure, sepsis or pneumonia in the past month, varicose veins, swollen legs, inflammatory bowel "
        "disease, acute myocardial infarction, COPD, hormone use, pregnancy or childbirth in the past "
        "month, adverse pregnancy outcome; 2 each for plaster cast in the past month, central venous "
        "access, malignancy; 3 each for previous thrombosis or embolism, family history, factor V Leiden, "
        "prothrombin 20210A, raised homocysteine, lupus anticoagulant, anticardiolipin antibody, "
        "heparin-induced thrombocytopenia, other thrombophilia; 5 each for fracture of hip, pelvis or "
        "leg, stroke, multiple trauma or spinal cord injury in the past month. Lines that only later "
        "versions of the form have do not count."
    ),
    references=("Caprini JA. Dis Mon 2005;51:70-78",),
    conventions=(_DVT_AND_PE, _FEMALE_SEX),
    question_patterns=(r"\bcaprini\b",),
    medcalc_id=36,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults in hospital, most of them before or after an operation",
)
