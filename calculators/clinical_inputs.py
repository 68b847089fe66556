"""The inputs that clinical calculators share, each defined once.

A constructor returns an InputSpec; a calculator that needs another policy or note passes it as a keyword.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from calculators.model import InputSpec

MASS = ("kg", "g", "lb", "oz")
LENGTH = ("cm", "m", "in", "ft")
PRESSURE = ("mmHg", "kPa")
CELL_COUNT = ("10^9/L", "/µL", "10^3/µL", "/mm3", "/L")
IONS = ("mEq/L", "mmol/L")
LIPID = ("mg/dL", "mmol/L")


def _quantity(name: str, label: str, unit: str, units: tuple[str, ...], **rest: Any) -> InputSpec:
    return InputSpec(name=name, label=label, kind="quantity", unit=unit, units=units, **rest)


def age(**changes: Any) -> InputSpec:
    """Age in years."""
    spec = _quantity(
        "age",
        "age",
        "years",
        ("years", "months", "weeks", "days"),
        plausible=(0.0, 115.0),
        synonyms=("year-old", "years old", "aged", "y/o", "yo", "years of age"),
        source_keys=("age",),
    )
    return replace(spec, **changes)


def sex(**changes: Any) -> InputSpec:
    """Sex: male or female."""
    spec = InputSpec(
        name="sex",
        label="sex",
        kind="category",
        allowed=("male", "female"),
        synonyms=("gender", "man", "woman", "boy", "girl", "gentleman", "lady", "he", "she"),
        source_keys=("sex",),
        note="Read from the words that the note uses of the patient, pronouns included.",
    )
    return replace(spec, **changes)


def weight(**changes: Any) -> InputSpec:
    """Actual body weight in kg."""
    spec = _quantity(
        "weight",
        "body weight",
        "kg",
        MASS,
        plausible=(0.4, 350.0),
        synonyms=("weight", "weighed", "weighing", "weighs", "body weight", "wt"),
        source_keys=("weight",),
        note="The patient's own actual weight, not a birth weight, an ideal weight or a weight change.",
    )
    return replace(spec, **changes)


def height(**changes: Any) -> InputSpec:
    """Height in cm."""
    spec = _quantity(
        "height",
        "height",
        "cm",
        LENGTH,
        plausible=(30.0, 230.0),
        synonyms=("height", "tall", "body height", "body length", "stature", "ht"),
        source_keys=("height",),
    )
    return replace(spec, **changes)


def systolic_bp(**changes: Any) -> InputSpec:
    """Systolic blood pressure in mmHg."""
    spec = _quantity(
        "systolic_bp",
        "systolic blood pressure",
        "mmHg",
        PRESSURE,
        plausible=(40.0, 280.0),
        synonyms=("blood pressure", "BP", "systolic blood pressure", "systolic pressure", "SBP", "systolic"),
        source_keys=("Systolic Blood Pressure",),
        note="The first number of a pair such as 120/80.",
    )
    return replace(spec, **changes)


def diastolic_bp(**changes: Any) -> InputSpec:
    """Diastolic blood pressure in mmHg."""
    spec = _quantity(
        "diastolic_bp",
        "diastolic blood pressure",
        "mmHg",
        PRESSURE,
        plausible=(20.0, 180.0),
        synonyms=(
            "blood pressure",
            "BP",
            "diastolic blood pressure",
            "diastolic pressure",
            "DBP",
            "diastolic",
        ),
        source_keys=("Diastolic Blood Pressure",),
        note="The second number of a pair such as 120/80.",
    )
    return replace(spec, **changes)


def heart_rate(**changes: Any) -> InputSpec:
    """Heart rate in beats per minute."""
    spec = _quantity(
        "heart_rate",
        "heart rate",
        "beats/min",
        ("beats/min", "bpm", "/min"),
        plausible=(15.0, 300.0),
        synonyms=("heart rate", "pulse", "pulse rate", "HR", "ventricular rate", "heart beat", "PR"),
        source_keys=("Heart Rate or Pulse",),
    )
    return replace(spec, **changes)


def qt_interval(**changes: Any) -> InputSpec:
    """Uncorrected QT interval in ms."""
    spec = _quantity(
        "qt_interval",
        "QT interval",
        "ms",
        ("ms", "s"),
        plausible=(150.0, 800.0),
        synonyms=("QT interval", "QT", "measured QT", "uncorrected QT"),
        source_keys=("QT interval",),
        note="The measured interval, not one that is already corrected (QTc).",
    )
    return replace(spec, **changes)


def temperature(**changes: Any) -> InputSpec:
    """Body temperature in °C."""
    spec = _quantity(
        "temperature",
        "body temperature",
        "°C",
        ("°C", "°F"),
        plausible=(20.0, 45.0),
        synonyms=("temperature", "body temperature", "temp", "fever", "febrile", "afebrile", "Tmax", "T"),
        source_keys=("Temperature",),
    )
    return replace(spec, **changes)


def respiratory_rate(**changes: Any) -> InputSpec:
    """Respiratory rate in breaths per minute."""
    spec = _quantity(
        "respiratory_rate",
        "respiratory rate",
        "breaths/min",
        ("breaths/min", "/min"),
        plausible=(2.0, 100.0),
        synonyms=("respiratory rate", "respiration rate", "respirations", "breathing rate", "breaths", "RR"),
        source_keys=("respiratory rate",),
    )
    return replace(spec, **changes)


def paco2(**changes: Any) -> InputSpec:
    """Arterial carbon dioxide tension in mmHg."""
    spec = _quantity(
        "paco2",
        "arterial carbon dioxide tension (PaCO2)",
        "mmHg",
        PRESSURE,
        plausible=(5.0, 150.0),
        synonyms=("PaCO2", "pCO2", "arterial pCO2", "carbon dioxide tension", "PaCO₂", "pCO₂"),
        source_keys=("PaCO₂",),
        note="Arterial, not venous and not total carbon dioxide.",
    )
    return replace(spec, **changes)


def white_cells(**changes: Any) -> InputSpec:
    """White blood cell count in 10^9/L."""
    spec = _quantity(
        "white_cells",
        "white blood cell count",
        "10^9/L",
        CELL_COUNT,
        plausible=(0.05, 500.0),
        synonyms=(
            "white blood cell count", "white blood cells", "white cell count", "white blood count", "WBC",
            "WBC count", "leukocyte count", "leucocyte count", "leukocytes", "leukocytosis", "leukopenia",
            "total leukocyte count", "TLC",
        ),
        source_keys=("White blood cell count",),
    )  # fmt: skip
    return replace(spec, **changes)


def platelets(**changes: Any) -> InputSpec:
    """Platelet count in 10^9/L."""
    spec = _quantity(
        "platelets",
        "platelet count",
        "10^9/L",
        CELL_COUNT,
        plausible=(1.0, 2500.0),
        synonyms=("platelet count", "platelets", "platelet", "PLT", "thrombocytes", "thrombocyte count"),
        source_keys=("Platelet count",),
    )
    return replace(spec, **changes)


def creatinine(**changes: Any) -> InputSpec:
    """Serum creatinine in mg/dL."""
    spec = _quantity(
        "creatinine",
        "serum creatinine",
        "mg/dL",
        ("mg/dL", "µmol/L", "mmol/L"),
        substance="creatinine",
        plausible=(0.1, 30.0),
        synonyms=(
            "creatinine", "serum creatinine", "creatinine level", "plasma creatinine", "Cr", "SCr", "Creat",
            "sCr",
        ),
        source_keys=("creatinine",),
        note="Serum or plasma, not urine creatinine and not a clearance.",
    )  # fmt: skip
    return replace(spec, **changes)


def urine_creatinine(**changes: Any) -> InputSpec:
    """Urine creatinine in mg/dL."""
    spec = _quantity(
        "urine_creatinine",
        "urine creatinine",
        "mg/dL",
        ("mg/dL", "mmol/L", "µmol/L"),
        substance="creatinine",
        plausible=(2.0, 600.0),
        synonyms=("urine creatinine", "urinary creatinine", "spot urine creatinine", "UCr"),
        source_keys=("Urine creatinine",),
    )
    return replace(spec, **changes)


def urine_sodium(**changes: Any) -> InputSpec:
    """Urine sodium in mEq/L."""
    spec = _quantity(
        "urine_sodium",
        "urine sodium",
        "mEq/L",
        IONS,
        substance="sodium",
        plausible=(1.0, 350.0),
        synonyms=("urine sodium", "urinary sodium", "spot urine sodium", "UNa", "urine Na"),
        source_keys=("Urine sodium",),
    )
    return replace(spec, **changes)


def sodium(**changes: Any) -> InputSpec:
    """Serum sodium in mEq/L."""
    spec = _quantity(
        "sodium",
        "serum sodium",
        "mEq/L",
        IONS,
        substance="sodium",
        plausible=(90.0, 200.0),
        synonyms=("sodium", "serum sodium", "sodium level", "Na", "Na+", "plasma sodium"),
        source_keys=("Sodium",),
        note="Serum or plasma, not urine sodium, and not one that is already corrected for glucose.",
    )
    return replace(spec, **changes)


def chloride(**changes: Any) -> InputSpec:
    """Serum chloride in mEq/L."""
    spec = _quantity(
        "chloride",
        "serum chloride",
        "mEq/L",
        IONS,
        substance="chloride",
        plausible=(50.0, 160.0),
        synonyms=("chloride", "serum chloride", "Cl", "Cl-", "chlorine"),
        source_keys=("Chloride",),
        note="From the same time point as the other electrolytes.",
    )
    return replace(spec, **changes)


def bicarbonate(**changes: Any) -> InputSpec:
    """Serum bicarbonate in mEq/L."""
    spec = _quantity(
        "bicarbonate",
        "serum bicarbonate",
        "mEq/L",
        IONS,
        substance="bicarbonate",
        plausible=(1.0, 60.0),
        synonyms=(
            "bicarbonate", "serum bicarbonate", "HCO3", "HCO3-", "HCO₃", "bicarb", "total CO2", "CO2",
            "carbon dioxide", "tCO2",
        ),
        source_keys=("Bicarbonate",),
        note="CO2 in a chemistry panel is bicarbonate; pCO2 (mmHg) of a blood gas is not.",
    )  # fmt: skip
    return replace(spec, **changes)


def albumin(**changes: Any) -> InputSpec:
    """Serum albumin in g/dL."""
    spec = _quantity(
        "albumin",
        "serum albumin",
        "g/dL",
        ("g/dL", "g/L"),
        substance="albumin",
        plausible=(0.5, 7.0),
        synonyms=("albumin", "serum albumin", "albumin level", "Alb", "hypoalbuminemia"),
        source_keys=("Albumin",),
        note="Serum, not urine, ascitic or pleural albumin, and not prealbumin.",
    )
    return replace(spec, **changes)


def calcium(**changes: Any) -> InputSpec:
    """Total serum calcium in mg/dL."""
    spec = _quantity(
        "calcium",
        "total serum calcium",
        "mg/dL",
        ("mg/dL", "mmol/L", "mEq/L"),
        substance="calcium",
        plausible=(3.0, 25.0),
        synonyms=("calcium", "serum calcium", "total calcium", "calcium level", "Ca", "Ca2+"),
        source_keys=("Calcium",),
        note="Total, not ionised and not already corrected.",
    )
    return replace(spec, **changes)


def glucose(**changes: Any) -> InputSpec:
    """Blood glucose in mg/dL."""
    spec = _quantity(
        "glucose",
        "blood glucose",
        "mg/dL",
        ("mg/dL", "mmol/L"),
        substance="glucose",
        plausible=(10.0, 2500.0),
        synonyms=(
            "glucose", "blood glucose", "serum glucose", "plasma glucose", "blood sugar", "glucose level",
            "fasting glucose", "fasting blood glucose", "random blood sugar", "RBS", "FBS",
        ),
        source_keys=("Glucose",),
    )  # fmt: skip
    return replace(spec, **changes)


def bun(**changes: Any) -> InputSpec:
    """Blood urea nitrogen in mg/dL."""
    spec = _quantity(
        "bun",
        "blood urea nitrogen (BUN)",
        "mg/dL",
        ("mg/dL", "mmol/L"),
        substance="urea_nitrogen",
        plausible=(1.0, 300.0),
        synonyms=("blood urea nitrogen", "BUN", "urea nitrogen", "serum urea nitrogen"),
        source_keys=("Blood Urea Nitrogen (BUN)",),
        note="Urea in mmol/L is the same amount; urea in mg/dL is not (BUN = urea / 2.14).",
    )
    return replace(spec, **changes)


def bilirubin(**changes: Any) -> InputSpec:
    """Total bilirubin in mg/dL."""
    spec = _quantity(
        "bilirubin",
        "total bilirubin",
        "mg/dL",
        ("mg/dL", "µmol/L"),
        substance="bilirubin",
        plausible=(0.05, 60.0),
        synonyms=("bilirubin", "total bilirubin", "serum bilirubin", "T bili", "TBIL", "Tbili", "bili"),
        source_keys=("Bilirubin",),
        note="Total, not direct or indirect.",
    )
    return replace(spec, **changes)


def inr(**changes: Any) -> InputSpec:
    """International normalised ratio."""
    spec = _quantity(
        "inr",
        "international normalised ratio (INR)",
        "ratio",
        ("ratio",),
        plausible=(0.5, 20.0),
        synonyms=(
            "INR",
            "international normalized ratio",
            "international normalised ratio",
            "PT/INR",
            "PT-INR",
        ),
        source_keys=("international normalized ratio",),
    )
    return replace(spec, **changes)


def ast(**changes: Any) -> InputSpec:
    """Aspartate aminotransferase in U/L."""
    spec = _quantity(
        "ast",
        "aspartate aminotransferase (AST)",
        "U/L",
        ("U/L", "IU/L", "µkat/L"),
        plausible=(1.0, 30000.0),
        synonyms=("AST", "aspartate aminotransferase", "aspartate transaminase", "SGOT", "ASAT", "GOT"),
        source_keys=("Aspartate aminotransferase",),
    )
    return replace(spec, **changes)


def alt(**changes: Any) -> InputSpec:
    """Alanine aminotransferase in U/L."""
    spec = _quantity(
        "alt",
        "alanine aminotransferase (ALT)",
        "U/L",
        ("U/L", "IU/L", "µkat/L"),
        plausible=(1.0, 30000.0),
        synonyms=("ALT", "alanine aminotransferase", "alanine transaminase", "SGPT", "ALAT", "GPT"),
        source_keys=("Alanine aminotransferase",),
    )
    return replace(spec, **changes)


def insulin(**changes: Any) -> InputSpec:
    """Fasting insulin in µIU/mL."""
    spec = _quantity(
        "insulin",
        "fasting insulin",
        "µIU/mL",
        ("µIU/mL", "mIU/L", "µU/mL", "pmol/L"),
        substance="insulin",
        plausible=(0.2, 1000.0),
        synonyms=("insulin", "fasting insulin", "serum insulin", "insulin level", "plasma insulin"),
        source_keys=("Insulin",),
        note="A measured concentration, not a dose of insulin.",
    )
    return replace(spec, **changes)


def total_cholesterol(**changes: Any) -> InputSpec:
    """Total cholesterol in mg/dL."""
    spec = _quantity(
        "total_cholesterol",
        "total cholesterol",
        "mg/dL",
        LIPID,
        substance="cholesterol",
        plausible=(40.0, 1200.0),
        synonyms=("total cholesterol", "cholesterol", "serum cholesterol", "TC", "T-CHO", "total-C"),
        source_keys=("Total cholesterol",),
    )
    return replace(spec, **changes)


def hdl(**changes: Any) -> InputSpec:
    """HDL cholesterol in mg/dL."""
    spec = _quantity(
        "hdl",
        "HDL cholesterol",
        "mg/dL",
        LIPID,
        substance="cholesterol",
        plausible=(3.0, 150.0),
        synonyms=(
            "HDL", "HDL cholesterol", "high-density lipoprotein", "high-density lipoprotein cholesterol",
            "high density lipoprotein", "HDL-C", "HDLc",
        ),
        source_keys=("high-density lipoprotein cholesterol",),
    )  # fmt: skip
    return replace(spec, **changes)


def triglycerides(**changes: Any) -> InputSpec:
    """Triglycerides in mg/dL."""
    spec = _quantity(
        "triglycerides",
        "triglycerides",
        "mg/dL",
        LIPID,
        substance="triglycerides",
        plausible=(10.0, 10000.0),
        synonyms=("triglycerides", "triglyceride", "triglyceride level", "TG", "TAG", "trigs"),
        source_keys=("Triglycerides",),
    )
    return replace(spec, **changes)


def last_menstrual_period(**changes: Any) -> InputSpec:
    """First day of the last menstrual period."""
    spec = InputSpec(
        name="last_menstrual_period",
        label="first day of the last menstrual period",
        kind="date",
        synonyms=(
            "last menstrual period", "last menses", "LMP", "last period",
            "first day of her last menstrual period",
        ),
        source_keys=("Last menstrual date",),
    )  # fmt: skip
    return replace(spec, **changes)


def cycle_length(**changes: Any) -> InputSpec:
    """Length of the menstrual cycle in days."""
    spec = _quantity(
        "cycle_length",
        "length of the menstrual cycle",
        "days",
        ("days", "weeks"),
        plausible=(18.0, 60.0),
        synonyms=("cycle length", "menstrual cycle", "cycle", "day cycle", "cycles"),
        source_keys=("cycle length",),
    )
    return replace(spec, **changes)
