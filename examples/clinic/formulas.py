"""The formulas behind the example's labels and truths, written out literally and apart from calculators/.

Every function takes inputs by name in one fixed unit each (see `CANONICAL`). Names with a suffix, such as
`fib4_without_root`, are the faulty or differing formulas that a planted label follows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from dateutil.relativedelta import relativedelta

Inputs = Mapping[str, Any]
Answer = float | int | dt.date | dt.timedelta

CANONICAL = {
    "age": "years",
    "albumin": "g/dL",
    "calcium": "mg/dL",
    "creatinine": "mg/dL",
    "glucose": "mg/dL",
    "hdl": "mg/dL",
    "height": "cm",
    "temperature": "°C",
    "total_cholesterol": "mg/dL",
    "triglycerides": "mg/dL",
    "weight": "kg",
}
"""Unit in which a formula receives an input; inputs that are not listed come in one unit only."""

FACTORS = {
    ("albumin", "g/L"): 0.1,
    ("calcium", "mmol/L"): 4.008,
    ("creatinine", "µmol/L"): 1 / 88.4,
    ("glucose", "mmol/L"): 18.016,
    ("hdl", "mmol/L"): 38.67,
    ("height", "in"): 2.54,
    ("height", "m"): 100.0,
    ("total_cholesterol", "mmol/L"): 38.67,
    ("triglycerides", "mmol/L"): 88.57,
    ("weight", "lb"): 0.45359237,
}


def canonical(name: str, value: Any, unit: str | None) -> Any:
    """The value in the unit that the formulas expect. Raises KeyError for a unit that has no factor."""
    if CANONICAL.get(name, unit) == unit:
        return value
    if unit == "°F":
        return (value - 32) * 5 / 9
    if unit == "ft in":
        return (12 * value[0] + value[1]) * 2.54
    return value * FACTORS[name, unit or ""]


def _female(x: Inputs) -> bool:
    return bool(x["sex"] == "Female")


def body_mass_index(x: Inputs) -> float:
    return float(x["weight"] / (x["height"] / 100) ** 2)


def ideal_body_weight(x: Inputs) -> float:
    return float((45.5 if _female(x) else 50) + 2.3 * (x["height"] / 2.54 - 60))


def adjusted_body_weight(x: Inputs) -> float:
    ideal = ideal_body_weight(x)
    return float(ideal + 0.4 * (x["weight"] - ideal))


def _clearance(x: Inputs, weight: float) -> float:
    return float((140 - x["age"]) * weight / (72 * x["creatinine"]))


def _weight_by_bmi(x: Inputs) -> float:
    bmi = body_mass_index(x)
    if bmi < 18.5:
        return float(x["weight"])
    return min(ideal_body_weight(x), float(x["weight"])) if bmi < 25 else adjusted_body_weight(x)


def cockcroft_gault_without_sex(x: Inputs) -> float:
    return _clearance(x, _weight_by_bmi(x))


def cockcroft_gault(x: Inputs) -> float:
    return cockcroft_gault_without_sex(x) * (0.85 if _female(x) else 1)


def cockcroft_gault_actual_weight(x: Inputs) -> float:
    return _clearance(x, x["weight"]) * (0.85 if _female(x) else 1)


def ckd_epi_2021(x: Inputs) -> float:
    kappa, alpha, factor = (0.7, -0.241, 1.012) if _female(x) else (0.9, -0.302, 1.0)
    ratio = x["creatinine"] / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938 ** x["age"] * factor)


def mdrd(x: Inputs) -> float:
    women = 0.742 if _female(x) else 1
    return float(175 * x["creatinine"] ** -1.154 * x["age"] ** -0.203 * women)


def fractional_excretion_of_sodium(x: Inputs) -> float:
    return float(100 * x["urine_sodium"] * x["creatinine"] / (x["sodium"] * x["urine_creatinine"]))


def corrected_calcium(x: Inputs) -> float:
    return float(x["calcium"] + 0.8 * (4 - x["albumin"]))


def corrected_sodium(x: Inputs) -> float:
    return float(x["sodium"] + 0.024 * (x["glucose"] - 100))


def corrected_sodium_katz(x: Inputs) -> float:
    return float(x["sodium"] + 0.016 * (x["glucose"] - 100))


def serum_osmolality(x: Inputs) -> float:
    return float(2 * x["sodium"] + x["glucose"] / 18 + x["bun"] / 2.8)


def free_water_deficit(x: Inputs) -> float:
    share = 0.5 if _female(x) else 0.6
    if x["age"] >= 65:
        share = 0.45 if _female(x) else 0.5
    return float((0.6 if x["age"] < 18 else share) * x["weight"] * (x["sodium"] / 140 - 1))


def anion_gap(x: Inputs) -> float:
    return float(x["sodium"] - x["chloride"] - x["bicarbonate"])


def delta_gap(x: Inputs) -> float:
    return anion_gap(x) - 12


def delta_gap_both_deltas(x: Inputs) -> float:
    return float(anion_gap(x) - 12 - (24 - x["bicarbonate"]))


def corrected_anion_gap(x: Inputs) -> float:
    return float(anion_gap(x) + 2.5 * (4 - x["albumin"]))


def mean_arterial_pressure(x: Inputs) -> float:
    return float((x["systolic_bp"] + 2 * x["diastolic_bp"]) / 3)


def qtc_bazett(x: Inputs) -> float:
    return float(x["qt_interval"] / (60 / x["heart_rate"]) ** 0.5)


def qtc_fridericia(x: Inputs) -> float:
    return float(x["qt_interval"] / (60 / x["heart_rate"]) ** (1 / 3))


def qtc_framingham(x: Inputs) -> float:
    return float(x["qt_interval"] + 154 * (1 - 60 / x["heart_rate"]))


def qtc_hodges(x: Inputs) -> float:
    return float(x["qt_interval"] + 1.75 * (x["heart_rate"] - 60))


def qtc_rautaharju(x: Inputs) -> float:
    return float(x["qt_interval"] * (120 + x["heart_rate"]) / 180)


def fib4(x: Inputs) -> float:
    return float(x["age"] * x["ast"] / (x["platelets"] * x["alt"] ** 0.5))


def fib4_without_root(x: Inputs) -> float:
    return float(x["age"] * x["ast"] / (x["platelets"] * x["alt"]))


def homa_ir(x: Inputs) -> float:
    return float(x["insulin"] * x["glucose"] / 405)


def ldl(x: Inputs) -> float:
    return float(x["total_cholesterol"] - x["hdl"] - x["triglycerides"] / 5)


def body_surface_area(x: Inputs) -> float:
    return float((x["height"] * x["weight"] / 3600) ** 0.5)


def target_weight(x: Inputs) -> float:
    return float(x["target_bmi"] * (x["height"] / 100) ** 2)


def maintenance_fluids(x: Inputs) -> float:
    kg = x["weight"]
    return float(4 * min(kg, 10) + 2 * max(0, min(kg, 20) - 10) + max(0, kg - 20))


def _sirs_without_heart_rate(x: Inputs) -> int:
    temperature = not 36 <= x["temperature"] <= 38
    breathing = x["respiratory_rate"] > 20 or x.get("paco2", 40) < 32
    return int(temperature) + int(breathing) + int(not 4 <= x["white_cells"] <= 12)


def sirs(x: Inputs) -> int:
    return _sirs_without_heart_rate(x) + int(x["heart_rate"] > 90)


def sirs_heart_rate_always(x: Inputs) -> int:
    return _sirs_without_heart_rate(x) + 1


def _later(x: Inputs, days: int) -> dt.date:
    start: dt.date = x["last_menstrual_period"]
    return start + dt.timedelta(days=days + int(x["cycle_length"]) - 28)


def due_date_in_days(x: Inputs) -> dt.date:
    return _later(x, 280)


def due_date(x: Inputs) -> dt.date:
    start: dt.date = x["last_menstrual_period"] + relativedelta(years=1, months=-3, days=7)
    return start + dt.timedelta(days=int(x["cycle_length"]) - 28)


def conception_date(x: Inputs) -> dt.date:
    return _later(x, 14)


def gestational_age(x: Inputs) -> dt.timedelta:
    age: dt.timedelta = x["current_date"] - x["last_menstrual_period"]
    return age


def reticulocyte_index(x: Inputs) -> float:
    return float(x["reticulocytes"] * x["hematocrit"] / 45 / x["maturation"])


def winters(x: Inputs) -> float:
    return float(1.5 * x["bicarbonate"] + 8)


def winters_without_slope(x: Inputs) -> float:
    return float(x["bicarbonate"] + 8)


def maddrey(x: Inputs) -> float:
    return float(4.6 * (x["prothrombin_time"] - x["control_time"]) + x["bilirubin"])


Formula = Callable[[Inputs], Answer]

EXPRESSIONS: dict[Formula, str] = {
    adjusted_body_weight: "ideal weight + 0.4 x (weight - ideal weight)",
    anion_gap: "sodium - chloride - bicarbonate",
    body_mass_index: "weight / height²",
    body_surface_area: "square root of (height in cm x weight in kg / 3600)",
    ckd_epi_2021: "142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.2 x 0.9938^age, x 1.012 for women",
    cockcroft_gault: "(140 - age) x weight chosen by BMI / (72 x creatinine), x 0.85 for women",
    cockcroft_gault_actual_weight: "(140 - age) x actual weight / (72 x creatinine), x 0.85 for women",
    cockcroft_gault_without_sex: "(140 - age) x weight chosen by BMI / (72 x creatinine)",
    conception_date: "last menstrual period + 14 days + (cycle length - 28) days",
    corrected_anion_gap: "sodium - chloride - bicarbonate + 2.5 x (4 - albumin)",
    corrected_calcium: "calcium + 0.8 x (4 - albumin)",
    corrected_sodium: "sodium + 0.024 x (glucose - 100)",
    corrected_sodium_katz: "sodium + 0.016 x (glucose - 100)",
    delta_gap: "anion gap - 12",
    delta_gap_both_deltas: "(anion gap - 12) - (24 - bicarbonate)",
    due_date: "last menstrual period + 1 year - 3 months + 7 days + (cycle length - 28) days",
    due_date_in_days: "last menstrual period + 280 days + (cycle length - 28) days",
    fib4: "age x AST / (platelets x square root of ALT)",
    fib4_without_root: "age x AST / (platelets x ALT)",
    fractional_excretion_of_sodium: "100 x urine Na x serum creatinine / (serum Na x urine creatinine)",
    free_water_deficit: "total body water x (sodium / 140 - 1)",
    gestational_age: "date - last menstrual period",
    homa_ir: "insulin x glucose / 405",
    ideal_body_weight: "45.5 (women) or 50 (men) + 2.3 x (height in inches - 60)",
    ldl: "total cholesterol - HDL - triglycerides / 5",
    maddrey: "4.6 x (prothrombin time - control) + bilirubin",
    maintenance_fluids: "4 mL/kg to 10 kg, 2 mL/kg to 20 kg, 1 mL/kg above",
    mdrd: "175 x creatinine^-1.154 x age^-0.203, x 0.742 for women",
    mean_arterial_pressure: "(systolic + 2 x diastolic) / 3",
    qtc_bazett: "QT / square root of (60 / heart rate)",
    qtc_framingham: "QT + 154 x (1 - 60 / heart rate)",
    qtc_fridericia: "QT / cube root of (60 / heart rate)",
    qtc_hodges: "QT + 1.75 x (heart rate - 60)",
    qtc_rautaharju: "QT x (120 + heart rate) / 180",
    reticulocyte_index: "reticulocytes x hematocrit / 45 / maturation factor",
    serum_osmolality: "2 x sodium + glucose / 18 + BUN / 2.8",
    sirs: "one point each for temperature, heart rate, breathing and white cells out of range",
    sirs_heart_rate_always: "one point for the heart rate; one each for temperature, breathing, white cells",
    target_weight: "target BMI x height²",
    winters: "1.5 x bicarbonate + 8",
    winters_without_slope: "bicarbonate + 8",
}
"""Every formula with the words in which the explanation column gives it."""

FORMULAS: dict[str, Formula] = {formula.__name__: formula for formula in EXPRESSIONS}
