from __future__ import annotations

import pytest

from tests.offline.reading import (
    APACHE,
    BLEEDING,
    BLOOD_PRESSURE,
    BODY,
    CALCIUM,
    CREATININE,
    ELECTROLYTES,
    FENA,
    LIPIDS,
    LIVER,
    OSMOLALITY,
    QT,
    SIRS,
    SOFA,
    TARGET_WEIGHT,
    inputs,
)

GIVEN = [
    (CREATININE, "Serum creatinine was 1.4 mg/dL.", "creatinine", 1.4, "mg/dL"),
    (CREATININE, "creatinine, 88 µmol/L; urea, 5 mmol/L", "creatinine", 88, "umol/L"),
    (CREATININE, "Cr 1.4", "creatinine", 1.4, "mg/dL"),
    (CREATININE, "Creatinine 183", "creatinine", 183, "µmol/L"),
    (CREATININE, "Creatinine was normal at 0.9 mg/dL (0.5-1.1 mg/dL).", "creatinine", 0.9, "mg/dL"),
    (CREATININE, "BUN/creatinine was 32/0.87.", "creatinine", 0.87, "mg/dL"),
    (
        CREATININE,
        "Blood urea and creatinine were high, 21.4 mmol/L and 402 µmol/L.",
        "creatinine",
        402,
        "umol/L",
    ),
    (ELECTROLYTES, "Na+ 131 mEq/L, K+ 4 mEq/L, Cl− 99 mEq/L, HCO3− 19 mEq/L", "chloride", 99, "mEq/L"),
    (ELECTROLYTES, "Na+ 131 mEq/L, K+ 4 mEq/L, Cl− 99 mEq/L, HCO3−19 mEq/L", "bicarbonate", 19, "mEq/L"),
    (ELECTROLYTES, "[Na+] 149 mEq/L, [Cl−] 120 mEq/L", "sodium", 149, "mEq/L"),
    (ELECTROLYTES, "Sodium, potassium and chloride were 174, 3.6 and 135 mEq/L.", "chloride", 135, "mEq/L"),
    (ELECTROLYTES, "Sodium (139 mmol/L), magnesium (0.8 mmol/L)", "sodium", 139, "mmol/L"),
    (ELECTROLYTES, "pCO2 36 mm Hg, bicarbonate (HCO3) 12.1 mEq/L, lactate 3", "bicarbonate", 12.1, "mEq/L"),
    (CALCIUM, "Severe hypercalcemia of 13.2 mg/dL was found.", "calcium", 13.2, "mg/dL"),
    (CALCIUM, "ionized calcium 1.1 mmol/L, calcium 8.1 mg/dL, prealbumin 20 mg/dL", "calcium", 8.1, "mg/dL"),
    (LIPIDS, "HDL (high-density lipoprotein) cholesterol 44 mg/dL", "hdl", 44, "mg/dL"),
    (
        LIPIDS,
        "238 mg/dL total cholesterol, 117 mg/dL triglycerides, 51 mg/dL HDL",
        "triglycerides",
        117,
        "mg/dL",
    ),
    (
        LIPIDS,
        "All lipids lay within their normal range: total cholesterol 174 mg/dL",
        "total_cholesterol",
        174,
        "mg/dL",
    ),
    (LIVER, "AST/ALT 21/14 U/L, platelets 218 103/mm3", "alt", 14, "U/L"),
    (LIVER, "PLT of 149,000 per mm3", "platelets", 149000, "1/uL"),
    (LIVER, "platelet count (4.2 × 109/L; normal 150-400)", "platelets", 4.2, "10^9/L"),
    (BLOOD_PRESSURE, "BP while supine was 89/52 mm Hg.", "diastolic_bp", 52, "mmHg"),
    (BLOOD_PRESSURE, "Vitals: pulse 80, 140/90 mmHg.", "systolic_bp", 140, "mmHg"),
    (BODY, "He was 163 cm tall and weighed 48 kg.", "height", 163, "cm"),
    (BODY, "He was 163 cm tall and weighed 48 kg.", "weight", 48, "kg"),
    (BODY, "A 52-year-old, 67 kg, 161 cm teacher came.", "weight", 67, "kg"),
    (BODY, "Height 5 ft 4 in, weight 130 lbs", "height", 64, "in"),
    (BODY, "168 cm of height, 74 kg of body weight", "weight", 74, "kg"),
    (BODY, "A 3-week-old boy. The infant weighed 3.1 kg.", "weight", 3.1, "kg"),
    (BODY, "Birth weight was 3 kg. She weighs 60 kg.", "weight", 60, "kg"),
    (BODY, "She lost 8 kg and now weighs 60 kg.", "weight", 60, "kg"),
    (SIRS, "T 38.5 °C, pulse 120/min, RR 25/min, WBC 15.5 K/µL", "white_cells", 15.5, "10^3/uL"),
    (SIRS, "T 38.5 °C, pulse 120/min, RR 25/min", "respiratory_rate", 25, "1/min"),
    (SIRS, "She was tachypneic at 30 breaths per minute.", "respiratory_rate", 30, "breaths/min"),
    (QT, "QTc 480 ms, QT interval of 330 msec, heart rate of 131 bpm", "qt_interval", 330, "ms"),
    (OSMOLALITY, "BUN of 18 mg/dL, random blood sugar 90 mg/dL", "glucose", 90, "mg/dL"),
    (FENA, "Serum sodium 130 mmol/L. Urine sodium was 20 mmol/L.", "urine_sodium", 20, "mmol/L"),
    (FENA, "Serum\nNa+ 135 mEq/L\nUrine\nNa+ 35 mEq/L\n", "urine_sodium", 35, "mEq/L"),
    (FENA, "Serum\nNa+ 135 mEq/L\nUrine\nNa+ 35 mEq/L\n", "sodium", 135, "mEq/L"),
    (TARGET_WEIGHT, "He is 67 in tall; the target BMI is 23.4 kg/m^2.", "target_bmi", 23.4, "kg/m^2"),
    (TARGET_WEIGHT, "He is 67 in tall; the target BMI is 23.4 kg/m^2.", "height", 67, "in"),
    (SIRS, "T 38.4 HR 112 RR 26 BP 92/58 SpO2 93% RA", "temperature", 38.4, "°C"),
    (SIRS, "T 101.5 HR 112 RR 26 BP 92/58 SpO2 93% RA", "temperature", 101.5, "°F"),
    (SIRS, "T 38.4, BP 92/58, P 112, R 26", "heart_rate", 112, "beats/min"),
    (SIRS, "T 38.4, BP 92/58, P 112, R 26", "respiratory_rate", 26, "breaths/min"),
    (SIRS, "temperature of 38.6 degrees", "temperature", 38.6, "°C"),
    (BLOOD_PRESSURE, "Blood pressure was 118 over 76.", "diastolic_bp", 76, "mmHg"),
    (BLOOD_PRESSURE, "BP at 114 mm Hg systolic and 72 mm Hg diastolic", "systolic_bp", 114, "mmHg"),
    (ELECTROLYTES, "Na 137, K 4.4, Cl 101, HCO3 21, BUN 14, Cr 0.9", "bicarbonate", 21, "mEq/L"),
    (
        ELECTROLYTES,
        "Sodium\t136 mmol/L\nPotassium\t4.0\nChloride\t102\nBicarbonate\t23\n",
        "chloride",
        102,
        "mEq/L",
    ),
    (ELECTROLYTES, "Sodium was slightly above the normal range at 147 mEq/L.", "sodium", 147, "mEq/L"),
    (
        LIPIDS,
        "The total cholesterol was 215 mg, the HDL 52 mg per deciliter.",
        "total_cholesterol",
        215,
        "mg/dL",
    ),
    (APACHE, "arterial pH 7.31, venous pH 7.27", "ph", 7.31, "ratio"),
    (APACHE, "VBG pH 7.27. ABG pH 7.31", "ph", 7.31, "ratio"),
    (APACHE, "On an FiO2 of 0.4, PaO2 was 9.1 kPa.", "fio2", 0.4, "fraction"),
    (APACHE, "On an FiO2 of 0.4, PaO2 was 9.1 kPa.", "pao2", 9.1, "kPa"),
    (APACHE, "receiving 45 % FiO₂ with a PaO₂ of 71 mm Hg", "fio2", 45, "%"),
    (APACHE, "receiving 45 % FiO₂ with a PaO₂ of 71 mm Hg", "pao2", 71, "mmHg"),
    (APACHE, "PaO2 was 85 mmHg on room air.", "fio2", 21, "%"),
    (APACHE, "saturation 94% on 40% oxygen", "fio2", 40, "%"),
    (APACHE, "The A-a gradient was 33 mmHg.", "aa_gradient", 33, "mmHg"),
    (APACHE, "hematocrit 0.36 L/L", "hematocrit", 0.36, "L/L"),
    (APACHE, "Hct 36, K+ 4.1", "hematocrit", 36, "%"),
    (APACHE, "Hct 36, K+ 4.1", "potassium", 4.1, "mEq/L"),
    (APACHE, "Hematocrit stands within normal limits at 41 %.", "hematocrit", 41, "%"),
    (APACHE, "Glasgow Coma Scale score 12", "gcs", 12, "ratio"),
    (APACHE, "GCS was 9/15.", "gcs", 9, "ratio"),
    (APACHE, "a Glasgow Coma Score of nine", "gcs", 9, "ratio"),
    (BLEEDING, "Hb 98 g/L", "hemoglobin", 98, "g/L"),
    (BLEEDING, "Hgb 9.8, Hct 29", "hemoglobin", 9.8, "g/dL"),
    (SOFA, "Urine output was 420 mL over 24 hours.", "urine_output", 420, "mL/day"),
    (SOFA, "norepinephrine at 0.12 µg/kg/min and dopamine 4 mcg/kg/min", "dopamine", 4, "ug/kg/min"),
    (SOFA, "0.12 µg/kg/min of noradrenaline", "norepinephrine", 0.12, "ug/kg/min"),
    (SOFA, "norepinephrine and epinephrine at 0.2 mcg/kg/min each", "epinephrine", 0.2, "ug/kg/min"),
]


@pytest.mark.parametrize(("medcalc_id", "note", "name", "value", "unit"), GIVEN)
def test_reads_the_value_that_the_note_gives(
    medcalc_id: int, note: str, name: str, value: float, unit: str
) -> None:
    entry = inputs(medcalc_id, note)[name]
    assert (entry.status, entry.value, entry.unit) == ("present", value, unit)
    assert entry.quote is not None
    assert entry.quote in note


NOT_GIVEN = [
    (CREATININE, "Creatinine clearance was 40 mL/min.", "creatinine"),
    (CREATININE, "Creatine kinase 1.4 mg/dL", "creatinine"),
    (CREATININE, "Urine creatinine was 60 mg/dL.", "creatinine"),
    (CREATININE, "Urine albumin/creatinine ratio 30 mg/g", "creatinine"),
    (CREATININE, "The reference range of creatinine is 0.6-1.2 mg/dL.", "creatinine"),
    (CREATININE, "Repeat creatinine on day 3.", "creatinine"),
    (CREATININE, "Creatinine should be below 1.5 mg/dL; target 1.2 mg/dL", "creatinine"),
    (CREATININE, "Creatinine 0.9-1.4 mg/dL throughout", "creatinine"),
    (CREATININE, "The donor creatinine was 0.9 mg/dL.", "creatinine"),
    (OSMOLALITY, "CSF glucose 45 mg/dL", "glucose"),
    (OSMOLALITY, "Pleural fluid glucose 45 mg/dL", "glucose"),
    (CALCIUM, "Ascitic fluid albumin was 1.1 g/dL.", "albumin"),
    (CALCIUM, "Calcium gluconate 10 mg/dL was given.", "calcium"),
    (ELECTROLYTES, "Sodium bicarbonate 50 mEq was given.", "bicarbonate"),
    (ELECTROLYTES, "pCO2 36 mmHg", "bicarbonate"),
    (ELECTROLYTES, "Sodium and potassium were normal, chloride unknown 104.", "sodium"),
    (BODY, "Weight loss of 8 kg", "weight"),
    (BODY, "He lifted 20 kg.", "weight"),
    (BODY, "The uterus weighed 1.2 kg.", "weight"),
    (BODY, "A 30-year-old woman. The baby weighed 3.1 kg.", "weight"),
    (BODY, "A 30-year-old woman; weight 850 g.", "weight"),
    (OSMOLALITY, "Cord blood glucose was 60 mg/dL.", "glucose"),
    (OSMOLALITY, "His mother's blood glucose was 300 mg/dL.", "glucose"),
    (BODY, "At birth the weight was 3 kg and the length 50 cm.", "weight"),
    (BODY, "head circumference 54 cm, thigh length of 42 cm", "height"),
    (BLOOD_PRESSURE, "Pulmonary artery pressure 60/30 mmHg", "systolic_bp"),
    (BLOOD_PRESSURE, "Strength was 5/5.", "systolic_bp"),
    (QT, "QTc was 480 ms.", "qt_interval"),
    (CREATININE, "Creatinine 1e999 mg/dL", "creatinine"),
    (CREATININE, "Creatinine was between 1.2 and 1.6 mg/dL.", "creatinine"),
    (SIRS, "Her heart rate was ranging from 90 to 110 bpm.", "heart_rate"),
    (APACHE, "Venous blood gas: pH 7.25, pCO2 50 mmHg", "ph"),
    (APACHE, "Venous blood gas: pH 7.25, pCO2 50 mmHg", "paco2"),
    (APACHE, "Urine pH 6.0 and gastric pH 2", "ph"),
    (APACHE, "PaO2/FiO2 ratio was 180.", "pao2"),
    (APACHE, "Central venous oxygen saturation 65%, glycated hemoglobin 8%", "hematocrit"),
    (BLEEDING, "HbA1c was 8.1%; mean corpuscular hemoglobin 29 g/dL.", "hemoglobin"),
    (OSMOLALITY, "Two hours after the meal, i.e. 2 h glucose 180 mg/dL", "glucose"),
    (BODY, "He reported a 20 lb. weight loss and a body weight loss of 9 kg.", "weight"),
]


@pytest.mark.parametrize(("medcalc_id", "note", "name"), NOT_GIVEN)
def test_abstains_rather_than_guesses(medcalc_id: int, note: str, name: str) -> None:
    entry = inputs(medcalc_id, note)[name]
    assert (entry.status, entry.value, entry.quote) == ("not_mentioned", None, None)


DOUBTFUL = [
    (CALCIUM, "Albumin 5.3 g/L", "albumin", "probably 5.3 g/dL"),
    (CALCIUM, "Albumin 3.3 mg/dL", "albumin", "probably 3.3 g/dL"),
    (ELECTROLYTES, "Sodium 137 mg/dL", "sodium", "probably 137 mEq/L"),
    (LIVER, "ALT 40 U/mL, AST 30 U/L", "alt", "probably 40 U/L"),
    (LIVER, "platelets 250 /µL", "platelets", "probably 250 10^9/L"),
    (BLEEDING, "hemoglobin 11.2 mg/dL", "hemoglobin", "probably 11.2 g/dL"),
    (BODY, "Height 1.72 cm", "height", "probably 1.72 m"),
    (OSMOLALITY, "Glucose 7", "glucose", "mg/dL or mmol/L"),
    (OSMOLALITY, "Blood urea 36", "bun", "mg/dL or mmol/L"),
    (BODY, "Weight 60", "weight", "kg or lb"),
    (APACHE, "She was on 4 L nasal cannula.", "fio2", "about 36%"),
]


@pytest.mark.parametrize(("medcalc_id", "note", "name", "meant"), DOUBTFUL)
def test_a_likely_slip_is_left_to_people_with_what_was_meant(
    medcalc_id: int, note: str, name: str, meant: str
) -> None:
    entry = inputs(medcalc_id, note)[name]
    assert (entry.status, entry.value) == ("unclear", None)
    assert entry.quote is not None
    assert entry.quote in note
    assert meant in (entry.doubt or "")


def test_a_slip_does_not_give_way_to_a_later_value() -> None:
    note = "On admission, albumin was 3.3 mg/dL. One week later, albumin was 3.1 g/dL."
    assert inputs(CALCIUM, note, "first")["albumin"].status == "unclear"
    assert inputs(CALCIUM, note, "latest")["albumin"].value == 3.1


def test_a_number_without_a_unit_gives_way_to_one_with_it() -> None:
    assert inputs(BODY, "Weight 60. She weighs 61 kg.")["weight"].value == 61


@pytest.mark.parametrize(
    ("note", "unit"),
    [
        ("Blood urea 36 mg/dL", "mg urea/dL"),
        ("Serum urea was 0.36 g/L.", "g urea/L"),
        ("Urea 6 mmol/L", "mmol/L"),
        ("Urea nitrogen 17 mg/dL", "mg/dL"),
    ],
)
def test_a_mass_of_urea_is_told_from_a_mass_of_its_nitrogen(note: str, unit: str) -> None:
    assert inputs(OSMOLALITY, note)["bun"].unit == unit


def test_urea_in_a_note_that_speaks_of_bun_may_be_either() -> None:
    note = "Urea was 36 mg/dL. Azotemia, with BUN rising, was noted."
    assert inputs(OSMOLALITY, note)["bun"].status == "not_mentioned"


@pytest.mark.parametrize(
    ("note", "bound"), [("bicarbonate <10 mmol/L", "<"), ("bicarbonate below 10 mmol/L", "<")]
)
def test_keeps_the_bound_of_a_censored_value(note: str, bound: str) -> None:
    entry = inputs(ELECTROLYTES, note)["bicarbonate"]
    assert (entry.value, entry.bound) == (10, bound)
