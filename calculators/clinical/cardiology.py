"""Heart: blood pressure, QT correction, coronary risk."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from answers.model import AnswerSpec
from calculators import bedside, laboratory
from calculators.model import Calculator, InputSpec, Steps, Values


def _mean_arterial_pressure(v: Values, steps: Steps) -> float:
    mean = (v.number("systolic_bp") + 2 * v.number("diastolic_bp")) / 3
    return steps.add("mean arterial pressure", mean, "mmHg", "(systolic + 2 × diastolic) / 3")


MEAN_ARTERIAL_PRESSURE = Calculator(
    id="mean_arterial_pressure",
    version="1",
    name="Mean arterial pressure (MAP)",
    field="cardiology",
    answer=AnswerSpec(kind="number", unit="mmHg"),
    inputs=(bedside.SYSTOLIC_BP, bedside.DIASTOLIC_BP),
    formula=_mean_arterial_pressure,
    definition="Mean arterial pressure = (systolic + 2 × diastolic) / 3, in mmHg, both of one measurement.",
    references=("DeMers D, Wachs D. Physiology, Mean Arterial Pressure. StatPearls 2023",),
    question_patterns=(r"mean arterial (blood )?pressure",),
    medcalc_id=5,
)


def _rr_seconds(v: Values, steps: Steps) -> float:
    return steps.add("RR interval", 60 / v.number("heart_rate"), "s", "60 / heart rate")


def _bazett(v: Values, steps: Steps) -> float:
    return steps.add("QTc", v.number("qt_interval") / math.sqrt(_rr_seconds(v, steps)), "ms", "QT / √RR")


def _fridericia(v: Values, steps: Steps) -> float:
    return steps.add("QTc", v.number("qt_interval") / math.cbrt(_rr_seconds(v, steps)), "ms", "QT / ∛RR")


def _framingham_qtc(v: Values, steps: Steps) -> float:
    corrected = v.number("qt_interval") + 154 * (1 - _rr_seconds(v, steps))
    return steps.add("QTc", corrected, "ms", "QT + 154 × (1 − RR)")


def _hodges(v: Values, steps: Steps) -> float:
    corrected = v.number("qt_interval") + 1.75 * (v.number("heart_rate") - 60)
    return steps.add("QTc", corrected, "ms", "QT + 1.75 × (heart rate − 60)")


def _rautaharju(v: Values, steps: Steps) -> float:
    corrected = v.number("qt_interval") * (120 + v.number("heart_rate")) / 180
    return steps.add("QTc", corrected, "ms", "QT × (120 + heart rate) / 180")


def _qtc(
    name: str, medcalc_id: int, formula: Callable[[Values, Steps], float], words: str, reference: str
) -> Calculator:
    key = name.lower()
    return Calculator(
        id=f"qtc_{key}",
        version="1",
        name=f"Corrected QT interval ({name})",
        field="cardiology",
        answer=AnswerSpec(kind="number", unit="ms"),
        inputs=(bedside.HEART_RATE, bedside.QT_INTERVAL),
        formula=formula,
        definition=f"QTc in ms = {words}; QT in ms, RR = 60 / heart rate in seconds.",
        references=(reference,),
        question_patterns=(rf"{key}.*\bqt", rf"\bqt.*{key}"),
        medcalc_id=medcalc_id,
    )


QTC_BAZETT = _qtc("Bazett", 11, _bazett, "QT / √RR", "Bazett HC. Heart 1920;7:353-370")
QTC_FRIDERICIA = _qtc(
    "Fridericia", 56, _fridericia, "QT / ∛RR", "Fridericia LS. Acta Med Scand 1920;53:469-486"
)
QTC_FRAMINGHAM = _qtc(
    "Framingham", 57, _framingham_qtc, "QT + 154 × (1 − RR)", "Sagie A et al. Am J Cardiol 1992;70:797-801"
)
QTC_HODGES = _qtc(
    "Hodges", 58, _hodges, "QT + 1.75 × (heart rate − 60)", "Hodges M et al. J Am Coll Cardiol 1983;1:694"
)
QTC_RAUTAHARJU = _qtc(
    "Rautaharju",
    59,
    _rautaharju,
    "QT × (120 + heart rate) / 180",
    "Rautaharju PM, Zhang ZM. J Cardiovasc Electrophysiol 2002;13:1211-1218",
)


@dataclass(frozen=True, slots=True)
class _HardChdModel:
    """Coefficients of the ATP III risk function for hard coronary heart disease in 10 years."""

    log_age: float
    log_cholesterol: float
    log_hdl: float
    log_pressure: float
    treated: float
    smoker: float
    log_age_log_cholesterol: float
    log_age_smoker: float
    log_age_squared: float
    constant: float
    survival: float
    smoker_age_cap: float


_MEN = _HardChdModel(
    log_age=52.00961,
    log_cholesterol=20.014077,
    log_hdl=-0.905964,
    log_pressure=1.305784,
    treated=0.241549,
    smoker=12.096316,
    log_age_log_cholesterol=-4.605038,
    log_age_smoker=-2.84367,
    log_age_squared=-2.93323,
    constant=172.300168,
    survival=0.9402,
    smoker_age_cap=70.0,
)
_WOMEN = _HardChdModel(
    log_age=31.764001,
    log_cholesterol=22.465206,
    log_hdl=-1.187731,
    log_pressure=2.552905,
    treated=0.420251,
    smoker=13.07543,
    log_age_log_cholesterol=-5.060998,
    log_age_smoker=-2.996945,
    log_age_squared=0.0,
    constant=146.5933061,
    survival=0.98767,
    smoker_age_cap=78.0,
)


def _hard_chd(v: Values, steps: Steps) -> float:
    model = _MEN if v.choice("sex") == "male" else _WOMEN
    log_age, log_tc = math.log(v.number("age")), math.log(v.number("total_cholesterol"))
    smoker, treated = float(v.flag("smoker")), float(v.flag("bp_treated"))
    log_smoking_age = math.log(min(v.number("age"), model.smoker_age_cap))
    cholesterol = (model.log_cholesterol + model.log_age_log_cholesterol * log_age) * log_tc
    hdl = model.log_hdl * math.log(v.number("hdl"))
    pressure = model.log_pressure * math.log(v.number("systolic_bp")) + model.treated * treated
    smoking = (model.smoker + model.log_age_smoker * log_smoking_age) * smoker
    ageing = model.log_age * log_age + model.log_age_squared * log_age**2
    ageing = steps.add("age terms", ageing, None, "a₁ ln(age) + a₂ ln(age)²")
    cholesterol = steps.add("cholesterol terms", cholesterol, None, "b₁ ln(TC) + b₂ ln(age) ln(TC)")
    hdl = steps.add("HDL term", hdl, None, "c ln(HDL)")
    pressure = steps.add("pressure terms", pressure, None, "d₁ ln(systolic) + d₂ treated")
    smoking = steps.add("smoking terms", smoking, None, "e₁ smoker + e₂ ln(min(age, cap)) smoker")
    total = ageing + cholesterol + hdl + pressure + smoking - model.constant
    total = steps.add("linear predictor", total, None, "sum of the terms − constant")
    risk = 100 * (1 - model.survival ** math.exp(total))
    return steps.add("10-year risk", risk, "%", f"100 × (1 − {model.survival}^exp(linear predictor))")


_SMOKER = InputSpec(
    name="smoker",
    label="current smoker",
    kind="boolean",
    synonyms=("smoker", "smokes", "smoking", "tobacco", "cigarettes", "pack-year", "packs per day"),
    source_keys=("Smoker",),
    note="Current smoking; a former smoker is not one. A note without a smoking history leaves it open.",
)
_BP_TREATED = InputSpec(
    name="bp_treated",
    label="takes medicine for blood pressure",
    kind="boolean",
    absent="assume_absent",
    synonyms=("antihypertensive", "blood pressure medication", "amlodipine", "lisinopril", "losartan"),
    source_keys=("Blood pressure being treated with medicines",),
)

FRAMINGHAM_HARD_CHD = Calculator(
    id="framingham_hard_chd",
    version="2",
    name="Framingham risk score for hard coronary heart disease (ATP III)",
    field="cardiology",
    answer=AnswerSpec(kind="number", unit="%"),
    inputs=(
        bedside.AGE,
        bedside.SEX,
        _SMOKER,
        laboratory.TOTAL_CHOLESTEROL,
        laboratory.HDL,
        bedside.SYSTOLIC_BP,
        _BP_TREATED,
    ),
    formula=_hard_chd,
    definition=(
        "10-year risk in percent of myocardial infarction or coronary death: 100 × (1 − S^exp(L)), where L "
        "is a sex-specific sum of terms in ln(age), ln(total cholesterol), ln(HDL), ln(systolic pressure), "
        "treatment of blood pressure and smoking; cholesterol in mg/dL. For ages 30 to 79 without diabetes "
        "or known coronary disease."
    ),
    references=("NCEP Expert Panel (ATP III). Circulation 2002;106:3143-3421",),
    question_patterns=(r"framingham (hard )?(coronary |chd |heart )*(disease )?risk",),
    medcalc_id=46,
    applies_to="people of 30 to 79 years without coronary heart disease, claudication or diabetes",
    made_for={"age": (30.0, 79.0)},
)
