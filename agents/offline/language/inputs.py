"""How inputs and names meet: which names serve an input, in which unit and fluid, and what hints at it."""

from __future__ import annotations

FAMILIES_OF_NAME: dict[str, tuple[str, ...]] = {
    "heart_rate": ("rate",),
    "respiratory_rate": ("rate",),
    "temperature": ("temperature",),
    "blood_pressure": ("pressure",),
    "systolic_bp": ("pressure",),
    "diastolic_bp": ("pressure",),
    "mean_pressure": ("pressure",),
    "other_pressure": ("pressure",),
    "qt_interval": ("moment",),
    "other_interval": ("moment",),
    "weight": ("mass",),
    "other_weight": ("mass", "length"),
    "height": ("length",),
    "bmi": ("per_area",),
    "cycle_length": ("time",),
    "ph": (),
    "other_ph": (),
    "pco2": ("pressure",),
    "pao2": ("pressure",),
    "aa_gradient": ("pressure",),
    "pf_ratio": ("pressure",),
    "spo2": ("percent",),
    "fio2": ("percent",),
    "other_gas": ("pressure", "percent"),
    "oxygen": ("concentration", "percent", "pressure", "other"),
    "gcs": ("other",),
    "urine_output": ("concentration", "other"),
    "dose": ("mass",),
    "drug": ("mass", "concentration", "other"),
    "specific_gravity": ("concentration", "rate", "percent", "other", "mass"),
    "hba1c": ("percent", "concentration"),
    "hematocrit": ("percent", "concentration"),
    "bands": ("percent",),
    "differential": ("percent", "concentration"),
    "esr": ("concentration",),
    "coagulation": ("moment", "percent", "concentration"),
    "inr": ("other",),
    "rbc": ("percent", "concentration"),
}
"""Concept → the families of unit that its value may have; laboratory values not listed are concentrations."""

UNIT_NAMES_CONCEPT: dict[str, str] = {
    "beats/min": "heart_rate",
    "breaths/min": "respiratory_rate",
    "degC": "temperature",
    "degF": "temperature",
}
"""Units that say by themselves what was measured."""

UNITLESS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "creatinine": (("mg/dL", 0.2, 20.0), ("µmol/L", 30.0, 2000.0)),
    "glucose": (("mg/dL", 1.0, 1500.0), ("mmol/L", 1.5, 60.0)),
    "albumin": (("g/dL", 0.8, 6.5), ("g/L", 9.0, 60.0)),
    "platelets": (("10^9/L", 2.0, 1900.0), ("/µL", 2000.0, 1900000.0)),
    "white_cells": (("10^9/L", 0.1, 150.0), ("/µL", 200.0, 150000.0)),
    "temperature": (("°C", 30.0, 43.0), ("°F", 86.0, 110.0)),
    "hemoglobin": (("g/dL", 2.0, 24.0), ("g/L", 25.0, 240.0)),
    "hematocrit": (("%", 8.0, 75.0), ("fraction", 0.08, 0.75)),
    "fio2": (("%", 21.0, 100.0), ("fraction", 0.21, 1.0)),
    "spo2": (("%", 50.0, 100.0),),
    "pao2": (("mmHg", 30.0, 650.0), ("kPa", 4.0, 25.0)),
    "paco2": (("mmHg", 8.0, 150.0),),
    "aa_gradient": (("mmHg", 5.0, 650.0),),
    "height": (("cm", 100.0, 220.0),),
    "bilirubin": (("mg/dL", 0.1, 40.0), ("µmol/L", 3.0, 700.0)),
    "bun": (("mg/dL", 2.0, 250.0), ("mmol/L", 1.0, 10.0)),
    "calcium": (("mg/dL", 4.0, 20.0), ("mmol/L", 1.0, 5.0)),
    "total_cholesterol": (("mg/dL", 40.0, 1000.0), ("mmol/L", 1.0, 20.0)),
    "hdl": (("mg/dL", 5.0, 150.0), ("mmol/L", 0.2, 4.0)),
    "triglycerides": (("mg/dL", 20.0, 8000.0), ("mmol/L", 0.2, 19.0)),
    "qt_interval": (("ms", 200.0, 700.0),),
    "weight": (),
    "insulin": (),
    "urine_output": (),
    "dopamine": (),
    "dobutamine": (),
    "epinephrine": (),
    "norepinephrine": (),
    "urine_creatinine": (),
    "cycle_length": (),
}
"""Input → (unit, usual low, usual high): how a number without a unit may be read. Two readings: abstain.
An input that is not listed has one usual unit, its canonical one, within its plausible range."""

SAME_AS: dict[str, tuple[str, ...]] = {
    "urine_sodium": ("sodium",),
    "urine_creatinine": ("creatinine",),
    "paco2": ("pco2",),
    "target_bmi": ("bmi",),
    "body_mass_index": ("bmi",),
    "mean_arterial_pressure": ("mean_pressure",),
    "bun": ("bun", "urea"),
}
"""Input → concepts whose readings it takes, where they are not the input's own name."""

TOLD_OTHERWISE = frozenset({"age", "alcoholic_drinks", "symptom_duration"})
"""Quantities that notes give in phrases rather than as a name with a value."""

RUNNING = frozenset({"dopamine", "dobutamine", "epinephrine", "norepinephrine"})
"""Drugs whose bare name says that they are given, at a rate that the name does not tell."""

FLUIDS_OF_INPUT: dict[str, tuple[str, ...]] = {
    "urine_sodium": ("urine",),
    "urine_creatinine": ("urine",),
    "urine_output": ("urine", "blood"),
    "ph": ("blood",),
    "paco2": ("blood",),
    "pao2": ("blood",),
    "fio2": ("blood", "vein"),
}
"""Input → the fluids that it may be measured in; the others are measured in blood of any kind."""
ANY_BLOOD = ("blood", "vein")

HINTS: dict[str, tuple[str, ...]] = {
    "kg": ("weight",),
    "lb": ("weight",),
    "cm": ("height",),
    "ft": ("height",),
    "in": ("height",),
    "degC": ("temperature",),
    "degF": ("temperature",),
    "beats/min": ("heart_rate",),
    "breaths/min": ("respiratory_rate",),
    "mmHg": ("systolic_bp", "diastolic_bp"),
    **dict.fromkeys(("ra", "ventilator", "ventilated", "intubated", "cannula", "mask", "oxygen"), ("fio2",)),
    **dict.fromkeys(("vasopressor", "vasopressors", "pressors", "inotropes"), tuple(sorted(RUNNING))),
    "anuric": ("urine_output",),
    "anuria": ("urine_output",),
    "oliguric": ("urine_output",),
    "oliguria": ("urine_output",),
    "vitals": ("temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp"),
    "vital": ("temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp"),
    "vs": ("temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp"),
    "vss": ("temperature", "heart_rate", "respiratory_rate", "systolic_bp", "diastolic_bp"),
}
"""Unit or word → the inputs that a note with it may give without naming them."""
