"""Critical illness: inflammatory response and severity."""

from __future__ import annotations

from dataclasses import replace

from calculators import bedside, blood_gas, laboratory
from calculators.findings import finding
from calculators.model import Calculator, Convention, InputSpec, NotComputable, Values
from calculators.points import SCORE, Award, Bands, PointSum, Rule, inputs_of

_PACO2 = replace(blood_gas.PACO2, absent="optional")
_IMMATURE = InputSpec(
    name="bands",
    label="immature neutrophils (bands)",
    kind="quantity",
    unit="%",
    units=("%",),
    absent="optional",
    plausible=(0.0, 100.0),
    synonyms=("bands", "band forms", "bandemia", "immature neutrophils", "left shift"),
)


def _breathing(v: Values) -> Award:
    rate = v.number("respiratory_rate")
    why = f"respiratory rate {rate:g} breaths/min"
    fast = rate > 20
    if v.has("paco2"):
        why += f", PaCO2 {v.number('paco2'):g} mmHg"
        fast = fast or v.number("paco2") < 32
    return Award(int(fast), f"{why}: {'' if fast else 'neither '}> 20 breaths/min or PaCO2 < 32 mmHg")


def _white_cells(v: Values) -> Award:
    count = v.number("white_cells")
    why = f"white cells {count:g} × 10^9/L"
    met = count > 12 or count < 4
    if v.has("bands"):
        why += f", bands {v.number('bands'):g}%"
        met = met or v.number("bands") > 10
    return Award(int(met), f"{why}: {'' if met else 'none of '}> 12, < 4 or bands > 10%")


_SIRS_CRITERIA = (
    Bands(bedside.TEMPERATURE, (("<", 36, 1), ("<=", 38, 0)), otherwise=1),
    Bands(bedside.HEART_RATE, (("<=", 90, 0),), otherwise=1),
    Rule(
        "breathing",
        (bedside.RESPIRATORY_RATE, _PACO2),
        _breathing,
        {"respiratory_rate": (), "paco2": ()},
    ),
    Rule(
        "white cells",
        (laboratory.WHITE_CELLS, _IMMATURE),
        _white_cells,
        {"white_cells": (4,), "bands": ()},
    ),
)

SIRS = Calculator(
    id="sirs",
    version="2",
    name="SIRS criteria",
    field="critical_care",
    answer=SCORE,
    inputs=inputs_of(_SIRS_CRITERIA),
    formula=PointSum(_SIRS_CRITERIA),
    definition=(
        "One point each: temperature above 38 or below 36 °C; heart rate above 90; respiratory rate above 20 "
        "or PaCO2 below 32 mmHg; white cells above 12 or below 4 × 10^9/L or more than 10% bands."
    ),
    references=("Bone RC et al. Chest 1992;101:1644-1655",),
    question_patterns=(r"\bsirs\b", r"systemic inflammatory response"),
    medcalc_id=51,
    applies_to="adults; children have limits of their own for each age",
)

_ACUTE_RENAL_FAILURE = finding(
    "acute_renal_failure",
    "acute renal failure",
    ("Acute renal failure",),
    (
        "acute renal failure",
        "acute kidney injury",
        "acute kidney failure",
        "acute renal injury",
        "acute renal insufficiency",
        "AKI",
        "ARF",
        "acute-on-chronic",
    ),
)
_CHRONIC_RENAL_FAILURE = finding(
    "chronic_renal_failure",
    "chronic renal failure",
    ("Chronic Renal Failure",),
    (
        "chronic renal failure",
        "chronic kidney disease",
        "chronic renal insufficiency",
        "end-stage renal disease",
        "CKD",
        "CRF",
        "ESRD",
        "dialysis",
    ),
)
_CHRONIC_HEALTH = finding(
    "severe_organ_failure",
    "history of severe organ insufficiency or immunocompromise",
    ("History of severe organ failure or immunocompromise",),
    (
        "cirrhosis",
        "NYHA class IV",
        "severe COPD",
        "home oxygen",
        "chronic dialysis",
        "immunocompromised",
        "immunosuppressed",
        "immunosuppression",
        "chemotherapy",
        "leukemia",
        "lymphoma",
        "AIDS",
        "transplant",
    ),
    note=(
        "From before this admission: biopsy-proven cirrhosis with portal hypertension or past hepatic "
        "failure; NYHA class IV; severe lung disease (hypoxia, hypercapnia, pulmonary hypertension, "
        "respirator); chronic dialysis; immunosuppression by drugs, radiation, or disease such as leukaemia, "
        "lymphoma or AIDS."
    ),
)
_SURGERY = InputSpec(
    name="admission_surgery",
    label="surgery before admission to intensive care",
    kind="category",
    absent="optional",
    default="Nonoperative",
    allowed=("Nonoperative", "Elective", "Emergency"),
    synonyms=("postoperative", "status post surgery", "emergency surgery", "elective surgery", "underwent"),
    source_keys=("Surgery Type",),
    note="Whether the patient comes from an operation, and which kind; without one it is nonoperative.",
)


def _mean_pressure(v: Values) -> Award:
    if v.has("mean_arterial_pressure"):
        mean, source = v.number("mean_arterial_pressure"), "as measured"
    else:
        mean = (v.number("systolic_bp") + 2 * v.number("diastolic_bp")) / 3
        source = "(systolic + 2 × diastolic) / 3"
    # the table is one of whole mmHg
    points = _points(round(mean), ((50, 4), (70, 2), (110, 0), (130, 2), (160, 3)), 4)
    return Award(points, f"{mean:.0f} mmHg, {source}")


def _points(value: float, bands: tuple[tuple[float, float], ...], otherwise: float) -> float:
    """The points of the first (limit, points) whose limit lies above the value."""
    return next((points for limit, points in bands if value < limit), otherwise)


def _oxygenation(v: Values) -> Award:
    inspired = v.number("fio2")
    if inspired < 50:
        tension = v.number("pao2")
        points: float = 4 if tension < 55 else 3 if tension <= 60 else 1 if tension <= 70 else 0
        return Award(points, f"FiO2 {inspired:g}% < 50%: PaO2 {tension:g} mmHg")
    gradient, source = _gradient(v)
    points = _points(gradient, ((200, 0), (350, 2), (500, 3)), 4)
    return Award(points, f"FiO2 {inspired:g}% ≥ 50%: A-a gradient {gradient:.0f} mmHg{source}")


def _gradient(v: Values) -> tuple[float, str]:
    """The stated gradient, or the one of the blood gas by the alveolar gas equation at sea level."""
    if v.has("aa_gradient"):
        return v.number("aa_gradient"), ""
    if not v.has("paco2"):
        raise NotComputable("with FiO2 of 50% or more the A-a gradient is needed", ("aa_gradient",))
    alveolar = v.number("fio2") / 100 * (760 - 47) - v.number("paco2") / 0.8
    return alveolar - v.number("pao2"), " (FiO2 × 713 − PaCO2 / 0.8 − PaO2)"


def _creatinine(v: Values) -> Award:
    value = v.number("creatinine")
    points = _points(value, ((0.6, 2), (1.5, 0), (2, 2), (3.5, 3)), 4)
    why = f"creatinine {value:g} mg/dL"
    acute = v.flag("acute_renal_failure")
    if acute and v.flag("chronic_renal_failure"):
        acute = v.convention("acute_on_chronic_renal_failure") == "doubled"
        why += " in acute on chronic renal failure"
    elif acute:
        why += " in acute renal failure"
    return Award(points * 2, f"{why}: doubled") if acute and value >= 0.6 else Award(points, why)


def _glasgow(v: Values) -> Award:
    total = v.number("gcs")
    return Award(round(15 - total), f"15 − Glasgow coma score {total:g}")


def _chronic_health(v: Values) -> Award:
    surgery = v.choice("admission_surgery")
    if not v.flag("severe_organ_failure"):
        return Award(0, "no severe organ insufficiency or immunocompromise")
    return Award(
        2 if surgery == "Elective" else 5,
        f"severe organ insufficiency or immunocompromise, {surgery.lower()} admission",
    )


_APACHE_CRITERIA = (
    Bands(
        bedside.TEMPERATURE,
        (("<", 30, 4), ("<", 32, 3), ("<", 34, 2), ("<", 36, 1), ("<", 38.5, 0), ("<", 39, 1), ("<", 41, 3)),
        otherwise=4,
    ),
    Rule(
        "mean arterial pressure",
        (bedside.SYSTOLIC_BP, bedside.DIASTOLIC_BP, bedside.MEAN_PRESSURE),
        _mean_pressure,
        {"mean_arterial_pressure": (90,)},
    ),
    Bands(
        bedside.HEART_RATE,
        (("<", 40, 4), ("<", 55, 3), ("<", 70, 2), ("<", 110, 0), ("<", 140, 2), ("<", 180, 3)),
        otherwise=4,
    ),
    Bands(
        bedside.RESPIRATORY_RATE,
        (("<", 6, 4), ("<", 10, 2), ("<", 12, 1), ("<", 25, 0), ("<", 35, 1), ("<", 50, 3)),
        otherwise=4,
    ),
    Rule(
        "oxygenation",
        (
            blood_gas.FIO2,
            replace(blood_gas.PAO2, note="Needed below 50% oxygen. Arterial, not venous."),
            replace(blood_gas.AA_GRADIENT, absent="optional", note="Needed from 50% oxygen on."),
            _PACO2,
        ),
        _oxygenation,
        {"fio2": (50,), "pao2": (), "aa_gradient": (), "paco2": ()},
    ),
    Bands(
        blood_gas.PH,
        (("<", 7.15, 4), ("<", 7.25, 3), ("<", 7.33, 2), ("<", 7.5, 0), ("<", 7.6, 1), ("<", 7.7, 3)),
        otherwise=4,
    ),
    Bands(
        laboratory.SODIUM,
        (
            ("<=", 110, 4),
            ("<", 120, 3),
            ("<", 130, 2),
            ("<", 150, 0),
            ("<", 155, 1),
            ("<", 160, 2),
            ("<", 180, 3),
        ),
        otherwise=4,
    ),
    Bands(
        laboratory.POTASSIUM,
        (("<", 2.5, 4), ("<", 3, 2), ("<", 3.5, 1), ("<", 5.5, 0), ("<", 6, 1), ("<", 7, 3)),
        otherwise=4,
    ),
    Rule(
        "creatinine",
        (laboratory.CREATININE, _ACUTE_RENAL_FAILURE, _CHRONIC_RENAL_FAILURE),
        _creatinine,
        {"creatinine": (0.6,)},
    ),
    Bands(
        laboratory.HEMATOCRIT,
        (("<", 20, 4), ("<", 30, 2), ("<", 46, 0), ("<", 50, 1), ("<", 60, 2)),
        otherwise=4,
    ),
    Bands(
        laboratory.WHITE_CELLS,
        (("<", 1, 4), ("<", 3, 2), ("<", 15, 0), ("<", 20, 1), ("<", 40, 2)),
        otherwise=4,
    ),
    Rule("Glasgow coma score", (bedside.GCS,), _glasgow, {"gcs": ()}),
    Bands(bedside.AGE, (("<", 45, 0), ("<", 55, 2), ("<", 65, 3), ("<", 75, 5)), otherwise=6),
    Rule("chronic health", (_CHRONIC_HEALTH, _SURGERY), _chronic_health, {}),
)

APACHE_II = Calculator(
    id="apache_ii",
    version="1",
    name="APACHE II score",
    field="critical_care",
    answer=SCORE,
    inputs=inputs_of(_APACHE_CRITERIA),
    formula=PointSum(_APACHE_CRITERIA),
    definition=(
        "Sum of 12 acute physiological items (worst values of the first 24 hours), 15 − Glasgow coma score "
        "among them, age and chronic health. "
        "Temperature in °C: ≥ 41 4; 39-40.9 3; 38.5-38.9 1; 36-38.4 0; 34-35.9 1; 32-33.9 2; 30-31.9 3; "
        "< 30 4. "
        "Mean arterial pressure in mmHg: ≥ 160 4; 130-159 3; 110-129 2; 70-109 0; 50-69 2; < 50 4. "
        "Heart rate: ≥ 180 4; 140-179 3; 110-139 2; 70-109 0; 55-69 2; 40-54 3; < 40 4. "
        "Respiratory rate: ≥ 50 4; 35-49 3; 25-34 1; 12-24 0; 10-11 1; 6-9 2; < 6 4. "
        "With FiO2 ≥ 50% the A-a gradient in mmHg: ≥ 500 4; 350-499 3; 200-349 2; < 200 0; below 50% the "
        "PaO2: > 70 0; 61-70 1; 55-60 3; < 55 4. "
        "pH: ≥ 7.7 4; 7.6-7.69 3; 7.5-7.59 1; 7.33-7.49 0; 7.25-7.32 2; 7.15-7.24 3; < 7.15 4. "
        "Sodium: ≥ 180 4; 160-179 3; 155-159 2; 150-154 1; 130-149 0; 120-129 2; 111-119 3; ≤ 110 4. "
        "Potassium: ≥ 7 4; 6-6.9 3; 5.5-5.9 1; 3.5-5.4 0; 3-3.4 1; 2.5-2.9 2; < 2.5 4. "
        "Creatinine in mg/dL: ≥ 3.5 4; 2-3.4 3; 1.5-1.9 2; 0.6-1.4 0, doubled in acute renal failure; < 0.6 "
        "2, never doubled. "
        "Haematocrit in %: ≥ 60 4; 50-59.9 2; 46-49.9 1; 30-45.9 0; 20-29.9 2; < 20 4. "
        "White cells in 10^9/L: ≥ 40 4; 20-39.9 2; 15-19.9 1; 3-14.9 0; 1-2.9 2; < 1 4. "
        "Age: < 45 0; 45-54 2; 55-64 3; 65-74 5; ≥ 75 6. "
        "With a history of severe organ insufficiency or immunocompromise: nonoperative or after emergency "
        "surgery 5, after elective surgery 2."
    ),
    references=("Knaus WA et al. Crit Care Med 1985;13:818-829",),
    conventions=(
        Convention(
            id="acute_on_chronic_renal_failure",
            question="Are the points for creatinine doubled where renal failure is acute on chronic?",
            options={
                "doubled": "Yes: Knaus 1985 doubles them for acute renal failure, whatever was there before.",
                "not_doubled": "No: the chronic part explains the creatinine.",
            },
            default="doubled",
        ),
    ),
    question_patterns=(r"\bapache[\s-]*(ii|2)\b",),
    medcalc_id=28,
    made_for={"age": (16.0, 115.0)},
    applies_to="adults in the first 24 hours of intensive care; not after burns or coronary bypass surgery",
)
