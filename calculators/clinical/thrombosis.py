"""Deep vein thrombosis and pulmonary embolism: how likely they are."""

from __future__ import annotations

from calculators import bedside, findings
from calculators.findings import finding
from calculators.model import Calculator
from calculators.points import HALF_POINTS, SCORE, Bands, Finding, PointSum, inputs_of

_SIGNS_OF_DVT = finding(
    "signs_of_dvt",
    "clinical signs of deep vein thrombosis (leg swelling and pain on palpation of the deep veins)",
    ("Clinical signs and symptoms of Deep Vein Thrombosis",),
    (
        "leg swelling",
        "swollen leg",
        "calf swelling",
        "calf pain",
        "calf tenderness",
        "leg pain",
        "unilateral edema",
        "Homans",
    ),
    note="At the least swelling of a leg with pain on palpation of its deep veins.",
)
_PE_LIKELY = finding(
    "pe_likely",
    "pulmonary embolism is the first diagnosis or as likely as another",
    ("Pulmonary Embolism is #1 diagnosis OR equally likely",),
    (
        "suspected pulmonary embolism",
        "concern for pulmonary embolism",
        "suspicion of pulmonary embolism",
        "rule out PE",
        "likely pulmonary embolism",
    ),
    note="A judgement on the presentation before imaging; where nothing points to embolism it is absent.",
)
_IMMOBILIZATION = finding(
    "immobilization_3_days",
    "bedridden or immobilised for at least 3 days",
    ("Immobilization for at least 3 days", "Bedridden recently >3 days or major surgery within 12 weeks"),
    (
        "bedridden",
        "bed-ridden",
        "bedbound",
        "bed-bound",
        "bed rest",
        "bedrest",
        "immobilization",
        "immobilisation",
        "immobilized",
        "immobilised",
        "prolonged immobility",
        "non-ambulatory",
    ),
    note="Recently; a long journey does not count.",
)
_SURGERY_4_WEEKS = finding(
    "surgery_past_4_weeks",
    "surgery in the previous 4 weeks",
    ("Surgery in the previous 4 weeks",),
    ("surgery", "operation", "postoperative", "post-op", "underwent", "resection", "arthroplasty"),
)
_ACTIVE_CANCER = finding(
    "active_cancer",
    "active cancer (under treatment, treated within 6 months or palliative)",
    ("Active cancer", "Malignancy with treatment within 6 months or palliative"),
    (
        "active cancer",
        "cancer",
        "carcinoma",
        "adenocarcinoma",
        "malignancy",
        "metastatic",
        "chemotherapy",
        "radiotherapy",
        "lymphoma",
        "leukemia",
        "leukaemia",
        "myeloma",
        "melanoma",
        "sarcoma",
        "palliative care",
    ),
    note="A cancer whose treatment ended more than 6 months ago does not count.",
)
_WELLS_PE = (
    Finding(3, (_SIGNS_OF_DVT,), label="clinical signs of deep vein thrombosis"),
    Finding(3, (_PE_LIKELY,)),
    Bands(bedside.HEART_RATE, (("<=", 100, 0),), otherwise=1.5),
    Finding(1.5, (_IMMOBILIZATION, _SURGERY_4_WEEKS), label="immobilisation or surgery"),
    Finding(
        1.5, (findings.PREVIOUS_PE, findings.PREVIOUS_DVT), label="previous pulmonary embolism or thrombosis"
    ),
    Finding(1, (findings.HEMOPTYSIS,)),
    Finding(1, (_ACTIVE_CANCER,), label="active cancer"),
)

WELLS_PE = Calculator(
    id="wells_pe",
    version="1",
    name="Wells criteria for pulmonary embolism",
    field="thrombosis",
    answer=HALF_POINTS,
    inputs=inputs_of(_WELLS_PE),
    formula=PointSum(_WELLS_PE),
    definition=(
        "Sum of: clinical signs of deep vein thrombosis 3, pulmonary embolism as likely as or likelier "
        "than any other diagnosis 3, heart rate above 100/min 1.5, immobilisation for at least 3 days or "
        "surgery in the previous 4 weeks 1.5, previous deep vein thrombosis or pulmonary embolism 1.5, "
        "haemoptysis 1, malignancy treated within 6 months or palliative 1. 0 to 12.5 points, all of the "
        "presentation."
    ),
    references=("Wells PS et al. Thromb Haemost 2000;83:416-420",),
    question_patterns=(r"\bwells\b.*(pulmonary embol|\bpe\b)", r"(pulmonary embol|\bpe\b).*\bwells\b"),
    medcalc_id=8,
    applies_to="patients in whom pulmonary embolism is suspected",
)

_SURGERY_12_WEEKS = finding(
    "major_surgery_past_12_weeks",
    "major surgery within the previous 12 weeks",
    ("Major surgery within 12 weeks",),
    ("major surgery", "surgery", "operation", "postoperative", "post-op", "arthroplasty", "laparotomy"),
    note="Under general or regional anaesthesia.",
)
_CALF_SWELLING = finding(
    "calf_swelling_3_cm",
    "calf at least 3 cm larger than the other",
    ("Calf swelling >3 centimeters compared to the other leg",),
    ("calf swelling", "calf circumference", "swollen calf"),
    note="Measured 10 cm below the tibial tuberosity.",
)
_COLLATERAL_VEINS = finding(
    "collateral_veins",
    "collateral (non-varicose) superficial veins",
    ("Collateral (nonvaricose) superficial veins present",),
    ("collateral veins", "collateral superficial veins", "dilated superficial veins"),
)
_LEG_SWOLLEN = finding(
    "entire_leg_swollen",
    "entire leg swollen",
    ("Entire Leg Swollen",),
    ("entire leg swollen", "whole leg swelling", "leg swelling", "swollen leg"),
)
_DEEP_VEIN_TENDERNESS = finding(
    "deep_vein_tenderness",
    "localised tenderness along the deep venous system",
    ("Localized tenderness along the deep venous system",),
    ("calf tenderness", "tenderness along the deep veins", "thigh tenderness", "Homans"),
)
_PITTING_EDEMA = finding(
    "pitting_edema_one_leg",
    "pitting oedema confined to the symptomatic leg",
    ("Pitting edema, confined to symptomatic leg",),
    ("pitting edema", "pitting oedema", "unilateral edema", "unilateral pitting edema"),
    note="Oedema of both legs does not count.",
)
_PARALYSIS = finding(
    "leg_paralysis_or_plaster",
    "paralysis, paresis or recent plaster immobilisation of a leg",
    ("Paralysis, paresis, or recent plaster immobilization of the lower extremity",),
    ("paralysis", "paresis", "paraplegia", "hemiplegia", "hemiparesis", "plaster cast", "leg cast", "splint"),
)
_ALTERNATIVE_DIAGNOSIS = finding(
    "alternative_diagnosis_likely",
    "alternative diagnosis at least as likely as deep vein thrombosis",
    ("Alternative diagnosis to Deep Vein Thrombosis as likely or more likely",),
    ("cellulitis", "alternative diagnosis", "Baker cyst", "hematoma", "muscle strain", "lymphedema"),
    absent="required",
    note="A judgement on the whole presentation: it has to be made, because silence says nothing.",
)
_WELLS_DVT = (
    Finding(1, (_ACTIVE_CANCER,), label="active cancer"),
    Finding(1, (_PARALYSIS,)),
    Finding(1, (_IMMOBILIZATION, _SURGERY_12_WEEKS), label="bedridden or major surgery"),
    Finding(1, (_DEEP_VEIN_TENDERNESS,)),
    Finding(1, (_LEG_SWOLLEN,)),
    Finding(1, (_CALF_SWELLING,)),
    Finding(1, (_PITTING_EDEMA,)),
    Finding(1, (_COLLATERAL_VEINS,)),
    Finding(1, (findings.PREVIOUS_DVT,)),
    Finding(-2, (_ALTERNATIVE_DIAGNOSIS,)),
)

WELLS_DVT = Calculator(
    id="wells_dvt",
    version="1",
    name="Wells criteria for deep vein thrombosis",
    field="thrombosis",
    answer=SCORE,
    inputs=inputs_of(_WELLS_DVT),
    formula=PointSum(_WELLS_DVT),
    definition=(
        "One point each for: active cancer; paralysis, paresis or recent plaster immobilisation of a leg; "
        "bedridden for at least 3 days or major surgery within 12 weeks; tenderness along the deep veins; "
        "entire leg swollen; calf at least 3 cm larger than the other; pitting oedema confined to the "
        "symptomatic leg; collateral superficial veins; previous deep vein thrombosis. Minus 2 if another "
        "diagnosis is at least as likely. −2 to 9 points."
    ),
    references=("Wells PS et al. N Engl J Med 2003;349:1227-1235",),
    question_patterns=(
        r"\bwells\b.*(deep (vein|venous) thromb|\bdvt\b)",
        r"(deep (vein|venous) thromb|\bdvt\b).*\bwells\b",
    ),
    medcalc_id=16,
    applies_to="patients in whom deep vein thrombosis of a leg is suspected",
)

_LEG_SWELLING = finding(
    "unilateral_leg_swelling",
    "unilateral leg swelling",
    ("Unilateral Leg Swelling",),
    ("unilateral leg swelling", "leg swelling", "swollen leg", "asymmetric leg edema", "calf swelling"),
    note="Swelling of both legs does not count.",
)
_SURGERY_OR_TRAUMA = finding(
    "recent_surgery_or_trauma",
    "surgery or trauma in the past 4 weeks that needed general anaesthesia",
    ("Recent surgery or trauma",),
    ("surgery", "operation", "trauma", "postoperative", "post-op", "accident", "fracture"),
)
_PERC = (
    Bands(bedside.AGE, (("<", 50, 0),), otherwise=1),
    Bands(bedside.HEART_RATE, (("<", 100, 0),), otherwise=1),
    Bands(bedside.SPO2, (("<", 95, 1),), otherwise=0),
    Finding(1, (_LEG_SWELLING,)),
    Finding(1, (findings.HEMOPTYSIS,)),
    Finding(1, (_SURGERY_OR_TRAUMA,)),
    Finding(
        1, (findings.PREVIOUS_PE, findings.PREVIOUS_DVT), label="previous pulmonary embolism or thrombosis"
    ),
    Finding(1, (findings.HORMONE_USE,), label="use of hormones"),
)

PERC = Calculator(
    id="perc",
    version="1",
    name="Pulmonary embolism rule-out criteria (PERC)",
    field="thrombosis",
    answer=SCORE,
    inputs=inputs_of(_PERC),
    formula=PointSum(_PERC),
    definition=(
        "Number of criteria that keep pulmonary embolism from being ruled out, one each: age of at least "
        "50, heart rate of at least 100/min, oxygen saturation below 95% on room air, unilateral leg "
        "swelling, haemoptysis, surgery or trauma within 4 weeks, previous pulmonary embolism or deep "
        "vein thrombosis, use of hormones. 0 to 8, all of the presentation."
    ),
    references=("Kline JA et al. J Thromb Haemost 2004;2:1247-1255",),
    question_patterns=(r"\bperc\b",),
    medcalc_id=48,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults in whom pulmonary embolism is suspected and unlikely, at their first presentation",
)
