"""Atrial fibrillation: the risk of stroke, and of bleeding under anticoagulation."""

from __future__ import annotations

from calculators import bedside, findings
from calculators.findings import finding
from calculators.model import Calculator, InputSpec
from calculators.points import SCORE, Bands, Choice, Finding, PointSum, inputs_of

_THROMBOEMBOLISM = finding(
    "thromboembolism",
    "systemic thromboembolism",
    ("Thromboembolism history",),
    ("systemic embolism", "arterial embolism", "peripheral embolism", "arterial thromboembolism"),
    note=(
        "Arterial: of limb, gut, kidney or spleen. Deep vein thrombosis and pulmonary embolism do not count."
    ),
)
_VASCULAR_DISEASE = finding(
    "vascular_disease",
    "vascular disease (myocardial infarction, peripheral artery disease or aortic plaque)",
    ("Vascular disease history",),
    (
        "vascular disease",
        "myocardial infarction",
        "MI",
        "heart attack",
        "NSTEMI",
        "STEMI",
        "coronary artery disease",
        "CAD",
        "coronary bypass",
        "CABG",
        "peripheral artery disease",
        "peripheral vascular disease",
        "PAD",
        "PVD",
        "intermittent claudication",
        "aortic plaque",
        "aortic atherosclerosis",
    ),
    note="Angina alone does not count; coronary disease does with infarction or a vessel that is narrowed.",
)
_CHA2DS2_VASC = (
    Finding(1, (findings.CONGESTIVE_HEART_FAILURE,)),
    Finding(1, (findings.HYPERTENSION,)),
    Bands(bedside.AGE, (("<", 65, 0), ("<", 75, 1)), otherwise=2),
    Finding(1, (findings.DIABETES,)),
    Finding(2, (findings.STROKE, findings.TIA, _THROMBOEMBOLISM), label="stroke, TIA or thromboembolism"),
    Finding(1, (_VASCULAR_DISEASE,), label="vascular disease"),
    Choice(bedside.SEX, (("male", 0), ("female", 1))),
)

CHA2DS2_VASC = Calculator(
    id="cha2ds2_vasc",
    version="1",
    name="CHA2DS2-VASc score for stroke risk in atrial fibrillation",
    field="atrial_fibrillation",
    answer=SCORE,
    inputs=inputs_of(_CHA2DS2_VASC),
    formula=PointSum(_CHA2DS2_VASC),
    definition=(
        "Sum of: congestive heart failure or left ventricular dysfunction 1, hypertension 1, age 65 to 74 "
        "1 or 75 and over 2, diabetes 1, stroke, TIA or systemic thromboembolism 2, vascular disease "
        "(myocardial infarction, peripheral artery disease or aortic plaque) 1, female sex 1. 0 to 9 "
        "points."
    ),
    references=("Lip GYH et al. Chest 2010;137:263-272",),
    question_patterns=(r"cha2ds2[\s-]*vasc?", r"cha₂ds₂[\s-]*vasc?"),
    medcalc_id=4,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with non-valvular atrial fibrillation",
)


_UNCONTROLLED_HYPERTENSION = finding(
    "uncontrolled_hypertension",
    "uncontrolled hypertension (systolic above 160 mmHg)",
    ("Hypertension history",),
    (
        "uncontrolled hypertension",
        "poorly controlled hypertension",
        "hypertensive crisis",
        "hypertensive emergency",
        "hypertensive urgency",
        "severe hypertension",
        "malignant hypertension",
    ),
    note="A history of hypertension that is controlled does not count.",
)
_ABNORMAL_RENAL_FUNCTION = finding(
    "abnormal_renal_function",
    "abnormal renal function (dialysis, transplant or creatinine above 2.26 mg/dL)",
    ("Renal disease criteria for the HAS-BLED rule",),
    (
        "dialysis",
        "hemodialysis",
        "haemodialysis",
        "ESRD",
        "end-stage renal disease",
        "kidney transplant",
        "renal transplant",
        "chronic kidney disease",
        "CKD",
        "renal failure",
    ),
    note="Creatinine of at least 200 µmol/L (2.26 mg/dL); milder kidney disease does not count.",
)
_ABNORMAL_LIVER_FUNCTION = finding(
    "abnormal_liver_function",
    "abnormal liver function (cirrhosis, bilirubin above 2 times or AST, ALT or AP above 3 times normal)",
    ("Liver disease criteria for the HAS-BLED rule",),
    ("cirrhosis", "cirrhotic", "liver cirrhosis", "liver failure", "chronic liver disease", "ESLD"),
    note="Bilirubin has to be raised together with transaminases or alkaline phosphatase.",
)
_BLEEDING = finding(
    "bleeding_history",
    "previous major bleeding or predisposition to bleeding",
    ("Prior major bleeding or predisposition to bleeding",),
    (
        "major bleeding",
        "bleeding",
        "hemorrhage",
        "haemorrhage",
        "gastrointestinal bleed",
        "GI bleed",
        "hematoma",
        "bleeding diathesis",
        "coagulopathy",
        "hemophilia",
        "anemia",
        "anaemia",
        "thrombocytopenia",
        "melena",
    ),
    note="Anaemia and a bleeding disorder are predispositions.",
)
_LABILE_INR = finding(
    "labile_inr",
    "labile INR (unstable or high, or in the therapeutic range less than 60% of the time)",
    ("Labile international normalized ratio",),
    ("labile INR", "unstable INR", "fluctuating INR", "supratherapeutic INR", "subtherapeutic INR"),
    note="Only for a patient on a vitamin K antagonist.",
)
_BLEEDING_DRUGS = finding(
    "drugs_predisposing_to_bleeding",
    "medicine that predisposes to bleeding (antiplatelet drug or NSAID)",
    ("Medication usage predisposing to bleeding",),
    (
        "aspirin",
        "ASA",
        "acetylsalicylic acid",
        "clopidogrel",
        "Plavix",
        "prasugrel",
        "ticagrelor",
        "dipyridamole",
        "antiplatelet",
        "NSAID",
        "ibuprofen",
        "naproxen",
        "diclofenac",
        "indomethacin",
        "ketorolac",
        "meloxicam",
    ),
    note="The anticoagulant itself does not count.",
)
_ALCOHOL = InputSpec(
    name="alcoholic_drinks",
    label="alcoholic drinks",
    kind="quantity",
    unit="drinks/week",
    units=("drinks/week", "drinks/day"),
    absent="assume_absent",
    default=0.0,
    plausible=(0.0, 200.0),
    synonyms=(
        "alcohol",
        "EtOH",
        "drinks",
        "drinks per week",
        "units of alcohol",
        "beers",
        "glasses of wine",
        "alcohol use",
        "alcohol abuse",
        "alcoholism",
    ),
    source_keys=("Number of Alcoholic Drinks Per Week",),
    unit_implied=True,
    note="A note would mention heavy drinking; one that says nothing of alcohol counts as none.",
)
_HAS_BLED = (
    Finding(1, (_UNCONTROLLED_HYPERTENSION,)),
    Finding(1, (_ABNORMAL_RENAL_FUNCTION,), label="abnormal renal function"),
    Finding(1, (_ABNORMAL_LIVER_FUNCTION,), label="abnormal liver function"),
    Finding(1, (findings.STROKE,)),
    Finding(1, (_BLEEDING,)),
    Finding(1, (_LABILE_INR,), label="labile INR"),
    Bands(bedside.AGE, (("<", 66, 0),), otherwise=1),
    Finding(1, (_BLEEDING_DRUGS,)),
    Bands(_ALCOHOL, (("<", 8, 0),), otherwise=1),
)

HAS_BLED = Calculator(
    id="has_bled",
    version="1",
    name="HAS-BLED score for major bleeding risk",
    field="atrial_fibrillation",
    answer=SCORE,
    inputs=inputs_of(_HAS_BLED),
    formula=PointSum(_HAS_BLED),
    definition=(
        "One point each for: uncontrolled hypertension (systolic above 160 mmHg), abnormal renal function "
        "(dialysis, transplant, creatinine of at least 200 µmol/L), abnormal liver function (cirrhosis, "
        "or bilirubin above 2 times with AST, ALT or AP above 3 times the upper limit), stroke, previous "
        "major bleeding or predisposition, labile INR, age above 65 in completed years, antiplatelet drug "
        "or NSAID, at least 8 alcoholic drinks a week. 0 to 9 points."
    ),
    references=("Pisters R et al. Chest 2010;138:1093-1100",),
    question_patterns=(r"has-?\s?bled",),
    medcalc_id=25,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with atrial fibrillation for whom anticoagulation is considered",
)
