"""Electrolytes, water and osmolality."""

from __future__ import annotations

from answers.model import AnswerSpec
from calculators import bedside, laboratory
from calculators.model import Calculator, Convention, Steps, Values

IDEAL_SODIUM = 140.0
NORMAL_ALBUMIN = 4.0
ADULT_AGE, ELDERLY_AGE = 18.0, 65.0
SODIUM_PER_GLUCOSE = {"hillier_2_4": 0.024, "katz_1_6": 0.016}


def _corrected_calcium(v: Values, steps: Steps) -> float:
    corrected = v.number("calcium") + 0.8 * (NORMAL_ALBUMIN - v.number("albumin"))
    return steps.add("corrected calcium", corrected, "mg/dL", "calcium + 0.8 × (4 − albumin)")


def _corrected_sodium(v: Values, steps: Steps) -> float:
    factor = SODIUM_PER_GLUCOSE[v.convention("glucose_factor")]
    corrected = v.number("sodium") + factor * (v.number("glucose") - 100)
    return steps.add("corrected sodium", corrected, "mEq/L", f"sodium + {factor} × (glucose − 100)")


def _osmolality(v: Values, steps: Steps) -> float:
    osmolality = 2 * v.number("sodium") + v.number("bun") / 2.8 + v.number("glucose") / 18
    return steps.add("serum osmolality", osmolality, "mOsm/kg", "2 × sodium + BUN / 2.8 + glucose / 18")


def _water_fraction(age: float, sex: str) -> float:
    if age < ADULT_AGE:
        return 0.6
    if age < ELDERLY_AGE:
        return 0.6 if sex == "male" else 0.5
    return 0.5 if sex == "male" else 0.45


def _free_water_deficit(v: Values, steps: Steps) -> float:
    fraction = _water_fraction(v.number("age"), v.choice("sex"))
    words = "child 0.6; adult 0.6/0.5; from 65 years 0.5/0.45 (m/f)"
    fraction = steps.add("body water fraction", fraction, None, words)
    water = steps.add("total body water", fraction * v.number("weight"), "L", "fraction × weight")
    deficit = water * (v.number("sodium") / IDEAL_SODIUM - 1)
    return steps.add("free water deficit", deficit, "L", "total body water × (sodium / 140 − 1)")


CORRECTED_CALCIUM = Calculator(
    id="corrected_calcium",
    version="1",
    name="Calcium corrected for albumin",
    field="electrolytes",
    answer=AnswerSpec(kind="number", unit="mg/dL"),
    inputs=(laboratory.CALCIUM, laboratory.ALBUMIN),
    formula=_corrected_calcium,
    definition="Corrected calcium in mg/dL = total calcium + 0.8 × (4.0 − albumin in g/dL).",
    references=("Payne RB et al. BMJ 1973;4:643-646",),
    question_patterns=(r"corrected calcium", r"calcium correction"),
    medcalc_id=7,
)

CORRECTED_SODIUM = Calculator(
    id="corrected_sodium",
    version="2",
    name="Sodium corrected for hyperglycaemia",
    field="electrolytes",
    answer=AnswerSpec(kind="number", unit="mEq/L"),
    inputs=(laboratory.SODIUM, laboratory.GLUCOSE),
    formula=_corrected_sodium,
    definition=(
        "Corrected sodium in mEq/L = measured sodium + factor × (glucose in mg/dL − 100). The factor is "
        "0.024 (Hillier) or 0.016 (Katz)."
    ),
    references=(
        "Hillier TA et al. Am J Med 1999;106:399-403 (0.024)",
        "Katz MA. N Engl J Med 1973;289:843-844 (0.016)",
    ),
    conventions=(
        Convention(
            id="glucose_factor",
            question="By how much does sodium fall for each 100 mg/dL of glucose?",
            options={
                "hillier_2_4": "2.4 mEq/L, measured in volunteers by Hillier 1999.",
                "katz_1_6": "1.6 mEq/L, derived by Katz 1973.",
            },
            default="hillier_2_4",
            stated_by={"hillier_2_4": r"0\.024|2\.4\b|hillier", "katz_1_6": r"0\.016|1\.6\b|katz"},
        ),
    ),
    question_patterns=(r"corrected (serum )?sodium", r"sodium correction"),
    medcalc_id=26,
    made_for={"glucose": (100.0, 2500.0)},
    applies_to="patients with hyperglycaemia",
)

SERUM_OSMOLALITY = Calculator(
    id="serum_osmolality",
    version="1",
    name="Serum osmolality, calculated",
    field="electrolytes",
    answer=AnswerSpec(kind="number", unit="mOsm/kg"),
    inputs=(laboratory.SODIUM, laboratory.BUN, laboratory.GLUCOSE),
    formula=_osmolality,
    definition=(
        "Calculated osmolality in mOsm/kg = 2 × sodium + BUN / 2.8 + glucose / 18, with BUN and glucose in "
        "mg/dL. The calculated value is asked for even where a measured one is in the note."
    ),
    references=("Purssell RA et al. Ann Emerg Med 2001;38:653-659",),
    question_patterns=(r"osmolal?ity", r"osmolarity"),
    medcalc_id=30,
)

FREE_WATER_DEFICIT = Calculator(
    id="free_water_deficit",
    version="2",
    name="Free water deficit",
    field="electrolytes",
    answer=AnswerSpec(kind="number", unit="L"),
    inputs=(bedside.AGE, bedside.SEX, bedside.WEIGHT, laboratory.SODIUM),
    formula=_free_water_deficit,
    definition=(
        "Free water deficit in litres = body water fraction × weight in kg × (sodium / 140 − 1). Fraction: "
        "0.6 below 18 years; 0.6 for men and 0.5 for women; from 65 years 0.5 for men and 0.45 for women. A "
        "negative value says that there is no deficit."
    ),
    references=("Adrogué HJ, Madias NE. N Engl J Med 2000;342:1493-1499",),
    question_patterns=(r"free water deficit",),
    medcalc_id=38,
    made_for={"sodium": (140.0, 200.0)},
    applies_to="patients with hypernatraemia; without it there is no deficit",
)
