"""Body size: indices, weights for dosing, surface area."""

from __future__ import annotations

import math

from answers.model import AnswerSpec
from calculators import bedside
from calculators.model import Calculator, InputSpec, Steps, Values

CM_PER_INCH = 2.54


def body_mass_index(v: Values, steps: Steps) -> float:
    """Body mass index in kg/m² from `weight` (kg) and `height` (cm)."""
    # in centimetres: 64 kg at 160 cm are 25, which the square of 1.6 misses
    bmi = 10_000 * v.number("weight") / v.number("height") ** 2
    return steps.add("body mass index", bmi, "kg/m²", "weight / height²")


def ideal_weight(v: Values, steps: Steps) -> float:
    """Ideal body weight in kg from `sex` and `height` (cm), Devine 1974."""
    inches = steps.add("height in inches", v.number("height") / CM_PER_INCH, "in", "height / 2.54")
    base = steps.add("base weight", 50.0 if v.choice("sex") == "male" else 45.5, "kg", "50 male, 45.5 female")
    return steps.add("ideal body weight", base + 2.3 * (inches - 60), "kg", "base + 2.3 × (inches − 60)")


def adjusted_weight(ideal: float, actual: float, steps: Steps) -> float:
    """Adjusted body weight in kg from ideal and actual weight in kg."""
    adjusted = ideal + 0.4 * (actual - ideal)
    return steps.add("adjusted body weight", adjusted, "kg", "ideal + 0.4 × (actual − ideal)")


def _adjusted_weight(v: Values, steps: Steps) -> float:
    return adjusted_weight(ideal_weight(v, steps), v.number("weight"), steps)


def _target_weight(v: Values, steps: Steps) -> float:
    target = v.number("target_bmi") * (v.number("height") / 100) ** 2
    return steps.add("target weight", target, "kg", "target BMI × height²")


def _mosteller(v: Values, steps: Steps) -> float:
    area = math.sqrt(v.number("height") * v.number("weight") / 3600)
    return steps.add("body surface area", area, "m²", "√(height × weight / 3600)")


BMI = Calculator(
    id="body_mass_index",
    version="2",
    name="Body mass index (BMI)",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="kg/m²"),
    inputs=(bedside.WEIGHT, bedside.HEIGHT),
    formula=body_mass_index,
    definition="BMI = weight in kg / (height in m)².",
    references=("Keys A et al. J Chronic Dis 1972;25:329-343",),
    question_patterns=(r"^(?!.*(target|cockc?roft|weight)).*(body mass (mass )?index|\bbmi\b)",),
    medcalc_id=6,
)

IDEAL_BODY_WEIGHT = Calculator(
    id="ideal_body_weight",
    version="2",
    name="Ideal body weight (Devine)",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="kg"),
    inputs=(bedside.SEX, bedside.HEIGHT),
    formula=ideal_weight,
    definition=(
        "Ideal body weight in kg = 50 (men) or 45.5 (women) + 2.3 × (height in inches − 60). Below 60 inches "
        "the same line is followed downwards."
    ),
    references=("Devine BJ. Drug Intell Clin Pharm 1974;8:650-655",),
    question_patterns=(r"^(?!.*(cockc?roft|adjusted)).*(ideal body weight|\bibw\b|devine)",),
    medcalc_id=10,
    made_for={"height": (152.4, 230.0)},
    applies_to="adults of 60 inches (152 cm) or more",
)

BODY_SURFACE_AREA = Calculator(
    id="body_surface_area",
    version="1",
    name="Body surface area (Mosteller)",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="m²"),
    inputs=(bedside.WEIGHT, bedside.HEIGHT),
    formula=_mosteller,
    definition="Body surface area in m² = √(height in cm × weight in kg / 3600).",
    references=("Mosteller RD. N Engl J Med 1987;317:1098",),
    question_patterns=(r"body surface area", r"\bbsa\b"),
    medcalc_id=60,
)

_TARGET_BMI = InputSpec(
    name="target_bmi",
    label="target body mass index",
    kind="quantity",
    unit="kg/m²",
    units=("kg/m²",),
    plausible=(15.0, 40.0),
    synonyms=("target BMI", "desired BMI", "goal BMI", "target body mass index", "BMI", "body mass index"),
    source_keys=("Body Mass Index (BMI)",),
    note="The index that is aimed at, not the present one.",
)

TARGET_WEIGHT = Calculator(
    id="target_weight",
    version="1",
    name="Target weight",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="kg"),
    inputs=(_TARGET_BMI, bedside.HEIGHT),
    formula=_target_weight,
    definition="Target weight in kg = target BMI × (height in m)².",
    references=("Keys A et al. J Chronic Dis 1972;25:329-343 (the index, solved for weight)",),
    question_patterns=(r"target (body )?weight", r"target (bmi|body mass index)"),
    medcalc_id=61,
)

ADJUSTED_BODY_WEIGHT = Calculator(
    id="adjusted_body_weight",
    version="2",
    name="Adjusted body weight",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="kg"),
    inputs=(bedside.SEX, bedside.WEIGHT, bedside.HEIGHT),
    formula=_adjusted_weight,
    definition=(
        "Adjusted body weight in kg = ideal + 0.4 × (actual − ideal), with Devine's ideal weight: 50 (men) "
        "or 45.5 (women) + 2.3 × (height in inches − 60)."
    ),
    references=(
        "Bauer LA et al. Eur J Clin Pharmacol 1983;24:643-647 (factor 0.4)",
        "Devine BJ. Drug Intell Clin Pharm 1974;8:650-655 (ideal weight)",
    ),
    question_patterns=(r"^(?!.*cockc?roft).*adjusted body ?weight",),
    medcalc_id=62,
    made_for={"height": (152.4, 230.0)},
    applies_to="adults of 60 inches (152 cm) or more who weigh more than their ideal weight",
)
