"""Kidney function."""

from __future__ import annotations

from answers.model import AnswerSpec
from calculators import bedside, laboratory
from calculators.clinical.anthropometry import adjusted_weight, body_mass_index, ideal_weight
from calculators.model import Calculator, Convention, InputSpec, Steps, Values

GFR_UNIT = "mL/min/1.73 m²"
_ADULTS = {"age": (18.0, 115.0)}


def _cockcroft_gault_weight(v: Values, steps: Steps) -> float:
    actual = v.number("weight")
    choice = v.convention("clearance_weight")
    if choice == "actual":
        return steps.add("weight used", actual, "kg", "actual weight")
    ideal = ideal_weight(v, steps)
    if choice == "ideal":
        return steps.add("weight used", ideal, "kg", "ideal weight")
    if choice == "adjusted":
        return steps.add("weight used", adjusted_weight(ideal, actual, steps), "kg", "adjusted weight")
    bmi = body_mass_index(v, steps)
    if bmi < 18.5:
        return steps.add("weight used", actual, "kg", "BMI < 18.5: actual weight")
    if bmi < 25:
        return steps.add("weight used", min(ideal, actual), "kg", "BMI 18.5 to 25: min(ideal, actual)")
    return steps.add("weight used", adjusted_weight(ideal, actual, steps), "kg", "BMI ≥ 25: adjusted weight")


def _cockcroft_gault(v: Values, steps: Steps) -> float:
    weight = _cockcroft_gault_weight(v, steps)
    factor = steps.add("sex factor", 0.85 if v.choice("sex") == "female" else 1.0, None, "0.85 if female")
    clearance = (140 - v.number("age")) * weight * factor / (72 * v.number("creatinine"))
    return steps.add(
        "creatinine clearance", clearance, "mL/min", "(140 − age) × weight × sex factor / (72 × creatinine)"
    )


def _ckd_epi_2021(v: Values, steps: Steps) -> float:
    female = v.choice("sex") == "female"
    kappa = steps.add("κ", 0.7 if female else 0.9, "mg/dL", "0.7 female, 0.9 male")
    alpha = steps.add("α", -0.241 if female else -0.302, None, "−0.241 female, −0.302 male")
    ratio = steps.add("creatinine / κ", v.number("creatinine") / kappa, None, "creatinine / κ")
    gfr = 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938 ** v.number("age")
    expression = "142 × min(Cr/κ, 1)^α × max(Cr/κ, 1)^−1.200 × 0.9938^age (× 1.012 if female)"
    return steps.add("eGFR", gfr * (1.012 if female else 1.0), GFR_UNIT, expression)


def _mdrd(v: Values, steps: Steps) -> float:
    black = v.convention("race_coefficient") == "stated_black_only" and v.has("race")
    race = steps.add(
        "race factor", 1.212 if black and v.choice("race") == "black" else 1.0, None, "1.212 if stated Black"
    )
    sex = steps.add("sex factor", 0.742 if v.choice("sex") == "female" else 1.0, None, "0.742 if female")
    gfr = 175 * v.number("creatinine") ** -1.154 * v.number("age") ** -0.203 * sex * race
    expression = "175 × creatinine^−1.154 × age^−0.203 × sex factor × race factor"
    return steps.add("eGFR", gfr, GFR_UNIT, expression)


def _fena(v: Values, steps: Steps) -> float:
    fraction = (v.number("urine_sodium") * v.number("creatinine")) / (
        v.number("sodium") * v.number("urine_creatinine")
    )
    expression = "100 × (urine Na × serum creatinine) / (serum Na × urine creatinine)"
    return steps.add("FENa", 100 * fraction, "%", expression)


_BMI_WORDS = r"bmi|body mass index|overweight|obese"
_NO_RULE = rf"(?s)\A(?!.*(?:{_BMI_WORDS}))"
_CLEARANCE_WEIGHT = Convention(
    id="clearance_weight",
    question="Which body weight goes into the creatinine clearance?",
    options={
        "by_bmi": (
            "By body mass index: actual below 18.5, the smaller of ideal and actual from 18.5 to below 25, "
            "adjusted from 25."
        ),
        "actual": "The actual weight, as Cockcroft and Gault took it.",
        "ideal": "The ideal weight (Devine).",
        "adjusted": "The adjusted weight: ideal + 0.4 × (actual − ideal).",
    },
    default="by_bmi",
    stated_by={
        "by_bmi": rf"(?s)(?:{_BMI_WORDS}).*adjusted|adjusted.*(?:{_BMI_WORDS})",
        "actual": _NO_RULE + r".*\bactual (?:body )?weight",
        "ideal": _NO_RULE + r".*\bideal (?:body )?weight",
        "adjusted": _NO_RULE + r".*\badjusted (?:body )?weight",
    },
)

COCKCROFT_GAULT = Calculator(
    id="cockcroft_gault",
    version="3",
    name="Creatinine clearance (Cockcroft-Gault)",
    field="renal",
    answer=AnswerSpec(kind="number", unit="mL/min"),
    inputs=(bedside.SEX, bedside.AGE, bedside.WEIGHT, bedside.HEIGHT, laboratory.CREATININE),
    formula=_cockcroft_gault,
    definition=(
        "Creatinine clearance = (140 − age) × weight × (0.85 if female) / (72 × serum creatinine in mg/dL). "
        "Weight by body mass index: below 18.5 the actual weight; from 18.5 to below 25 the smaller of ideal "
        "and actual weight; from 25 the adjusted weight, ideal + 0.4 × (actual − ideal). Ideal weight is "
        "Devine's. For adults with stable kidney function."
    ),
    references=(
        "Cockcroft DW, Gault MH. Nephron 1976;16:31-41",
        "Devine BJ. Drug Intell Clin Pharm 1974;8:650-655 (ideal weight)",
        "Winter MA et al. Pharmacotherapy 2012;32:604-612 (which weight)",
    ),
    conventions=(_CLEARANCE_WEIGHT,),
    question_patterns=(r"cockc?roft", r"creatinine clearance"),
    medcalc_id=2,
    applies_to="adults with stable kidney function",
    made_for=_ADULTS,
)

CKD_EPI_2021 = Calculator(
    id="ckd_epi_2021",
    version="2",
    name="Glomerular filtration rate (CKD-EPI creatinine 2021)",
    field="renal",
    answer=AnswerSpec(kind="number", unit=GFR_UNIT),
    inputs=(bedside.SEX, bedside.AGE, laboratory.CREATININE),
    formula=_ckd_epi_2021,
    definition=(
        "eGFR = 142 × min(Cr/κ, 1)^α × max(Cr/κ, 1)^−1.200 × 0.9938^age × (1.012 if female), with κ 0.7 and "
        "α −0.241 for women, κ 0.9 and α −0.302 for men; creatinine in mg/dL. No race term. For adults."
    ),
    references=("Inker LA et al. N Engl J Med 2021;385:1737-1749",),
    question_patterns=(r"ckd[\s-]*epi",),
    medcalc_id=3,
    applies_to="adults with stable kidney function",
    made_for=_ADULTS,
)

_RACE = InputSpec(
    name="race",
    label="race, where stated",
    kind="category",
    absent="optional",
    allowed=("black", "white", "asian", "hispanic", "other"),
    synonyms=("African American", "African-American", "Black", "Caucasian", "White", "race", "ethnicity"),
    source_keys=("Race",),
    note="Only what the note states; 'black' includes African American.",
)

MDRD = Calculator(
    id="mdrd",
    version="2",
    name="Glomerular filtration rate (MDRD, 4 variables)",
    field="renal",
    answer=AnswerSpec(kind="number", unit=GFR_UNIT),
    inputs=(bedside.AGE, laboratory.CREATININE, bedside.SEX, _RACE),
    formula=_mdrd,
    definition=(
        "eGFR = 175 × creatinine^−1.154 × age^−0.203 × (0.742 if female) × (1.212 if Black), creatinine in "
        "mg/dL by an IDMS-traceable method. For adults."
    ),
    references=(
        "Levey AS et al. Ann Intern Med 2006;145:247-254",
        "Delgado C et al. Am J Kidney Dis 2022;79:268-288 (against race in the estimate)",
    ),
    conventions=(
        Convention(
            id="race_coefficient",
            question="Does the coefficient for race apply?",
            options={
                "stated_black_only": "Multiply by 1.212 where the note states that the patient is Black.",
                "omit": "Leave the coefficient out for everybody.",
            },
            default="stated_black_only",
            stated_by={"omit": r"race[- ]free|without (?:a |the )?(?:race|racial)"},
        ),
    ),
    question_patterns=(r"\bmdrd\b",),
    medcalc_id=9,
    applies_to="adults with stable kidney function",
    made_for=_ADULTS,
)

FENA = Calculator(
    id="fractional_excretion_sodium",
    version="2",
    name="Fractional excretion of sodium (FENa)",
    field="renal",
    answer=AnswerSpec(kind="number", unit="%"),
    inputs=(laboratory.URINE_CREATININE, laboratory.CREATININE, laboratory.URINE_SODIUM, laboratory.SODIUM),
    formula=_fena,
    definition=(
        "FENa in percent = 100 × (urine sodium × serum creatinine) / (serum sodium × urine creatinine). "
        "Urine and serum are to be sampled at the same time."
    ),
    references=("Espinel CH. JAMA 1976;236:579-581",),
    question_patterns=(r"\bfena\b", r"fractional excretion of sodium"),
    medcalc_id=40,
    applies_to="patients with acute kidney injury and little urine who take no diuretics",
)
