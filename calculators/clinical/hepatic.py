"""Liver."""

from __future__ import annotations

import math
from dataclasses import replace

from answers.model import AgreementRule, AnswerSpec
from calculators import bedside, laboratory
from calculators.model import Calculator, Convention, InputSpec, NotComputable, Steps, Values
from calculators.points import SCORE, Bands, Choice, PointSum, inputs_of


def _fib4(v: Values, steps: Steps) -> float:
    index = v.number("age") * v.number("ast") / (v.number("platelets") * math.sqrt(v.number("alt")))
    return steps.add("FIB-4", index, None, "age × AST / (platelets × √ALT)")


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _round_half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _meld_creatinine(v: Values, steps: Steps, most: float) -> float:
    dialysis = v.flag("dialysis_twice") or v.flag("cvvhd_24h")
    creatinine = most if dialysis else _clamp(v.number("creatinine"), 1.0, most)
    expression = f"1 to {most:g}; {most:g} with dialysis in the past week"
    return steps.add("creatinine used", creatinine, "mg/dL", expression)


def _meld(v: Values, steps: Steps) -> int:
    return _meld_3(v, steps) if v.convention("meld_version") == "meld_3_0" else _meld_na(v, steps)


def _meld_3(v: Values, steps: Steps) -> int:
    absent = tuple(name for name in ("sex", "albumin") if not v.has(name))
    if absent:
        raise NotComputable(f"MELD 3.0 lacks {' and '.join(absent)}", absent)
    female = 1.33 if v.choice("sex") == "female" else 0.0
    ln_creatinine = math.log(_meld_creatinine(v, steps, 3.0))
    ln_bilirubin = math.log(max(v.number("bilirubin"), 1.0))
    ln_inr = math.log(max(v.number("inr"), 1.0))
    sodium = steps.add("137 − sodium", 137 - _clamp(v.number("sodium"), 125.0, 137.0), "mEq/L", "0 to 12")
    albumin = steps.add("3.5 − albumin", 3.5 - _clamp(v.number("albumin"), 1.5, 3.5), "g/dL", "0 to 2")
    liver = 4.56 * ln_bilirubin + 0.82 * sodium - 0.24 * sodium * ln_bilirubin + 9.09 * ln_inr
    kidney = 11.14 * ln_creatinine + 1.85 * albumin - 1.83 * albumin * ln_creatinine
    words = "4.56 ln B + 0.82 Na' − 0.24 Na' ln B + 9.09 ln INR"
    liver = steps.add("bilirubin, sodium and INR", liver, None, words)
    kidney = steps.add("creatinine and albumin", kidney, None, "11.14 ln Cr + 1.85 Alb' − 1.83 Alb' ln Cr")
    score = min(_round_half_up(female + liver + kidney + 6), 40)
    return int(steps.add("MELD 3.0", score, None, "sum + 1.33 if female + 6, rounded, at most 40"))


def _meld_na(v: Values, steps: Steps) -> int:
    creatinine = _meld_creatinine(v, steps, 4.0)
    bilirubin = steps.add("bilirubin used", max(v.number("bilirubin"), 1.0), "mg/dL", "at least 1")
    inr = steps.add("INR used", max(v.number("inr"), 1.0), None, "at least 1")
    sodium = steps.add("sodium used", _clamp(v.number("sodium"), 125.0, 137.0), "mEq/L", "125 to 137")
    raw = 0.957 * math.log(creatinine) + 0.378 * math.log(bilirubin) + 1.120 * math.log(inr) + 0.643
    raw = steps.add("MELD(i) / 10", raw, None, "0.957 ln(Cr) + 0.378 ln(bilirubin) + 1.120 ln(INR) + 0.643")
    initial = steps.add("MELD(i)", float(_round_half_up(10 * raw)), None, "rounded to one decimal, × 10")
    score = initial
    if initial > 11:
        gap = 137 - sodium
        score = initial + 1.32 * gap - 0.033 * initial * gap
        words = "MELD(i) + 1.32 × (137 − Na) − 0.033 × MELD(i) × (137 − Na)"
        score = steps.add("with sodium", score, None, words)
    return int(steps.add("MELD-Na", min(_round_half_up(score), 40), None, "rounded, at most 40"))


FIB4 = Calculator(
    id="fib4",
    version="2",
    name="Fibrosis-4 index (FIB-4)",
    field="hepatic",
    answer=AnswerSpec(kind="number"),
    inputs=(bedside.AGE, laboratory.AST, laboratory.ALT, laboratory.PLATELETS),
    formula=_fib4,
    definition="FIB-4 = age × AST / (platelets in 10^9/L × √ALT), with AST and ALT in U/L.",
    references=("Sterling RK et al. Hepatology 2006;43:1317-1325",),
    question_patterns=(r"fib-?\s?4", r"fibrosis-?\s?4"),
    medcalc_id=19,
    made_for={"age": (18.0, 115.0)},
    applies_to="adults with chronic liver disease; less reliable below 35 years",
)


def _dialysis(name: str, label: str, source_key: str, synonyms: tuple[str, ...]) -> InputSpec:
    return InputSpec(
        name=name,
        label=label,
        kind="boolean",
        absent="assume_absent",
        synonyms=synonyms,
        source_keys=(source_key,),
    )


MELD_NA = Calculator(
    id="meld_na",
    version="3",
    name="MELD-Na (UNOS/OPTN 2016)",
    field="hepatic",
    answer=AnswerSpec(kind="integer", agreement=AgreementRule(kind="exact", tolerance=0.0)),
    inputs=(
        _dialysis(
            "dialysis_twice",
            "dialysis at least twice in the past week",
            "Dialysis at least twice in the past week",
            ("dialysis", "haemodialysis", "hemodialysis", "HD"),
        ),
        _dialysis(
            "cvvhd_24h",
            "continuous veno-venous haemodialysis for at least 24 hours in the past week",
            "Continuous veno-venous hemodialysis for ≥24 hours in the past week",
            ("CVVHD", "CVVH", "CRRT", "continuous renal replacement"),
        ),
        laboratory.CREATININE,
        laboratory.BILIRUBIN,
        laboratory.INR,
        laboratory.SODIUM,
        replace(bedside.SEX, absent="optional"),
        replace(laboratory.ALBUMIN, absent="optional"),
    ),
    formula=_meld,
    definition=(
        "MELD(i) = 0.957 ln(creatinine) + 0.378 ln(bilirubin) + 1.120 ln(INR) + 0.643, rounded to one "
        "decimal, × 10. Above 11: MELD = MELD(i) + 1.32 × (137 − Na) − 0.033 × MELD(i) × (137 − Na). "
        "Creatinine, bilirubin and INR are at least 1; creatinine at most 4 mg/dL, and 4 with dialysis twice "
        "or 24 hours of CVVHD in the past week; sodium 125 to 137; the score at most 40. Sex and albumin "
        "count in MELD 3.0 alone."
    ),
    references=(
        "OPTN Policy 9.1.D (MELD score), effective January 2016",
        "Kim WR et al. N Engl J Med 2008;359:1018-1026",
        "Kim WR et al. Gastroenterology 2021;161:1887-1895 (MELD 3.0)",
    ),
    conventions=(
        Convention(
            id="meld_version",
            question="Which version of the MELD score is meant?",
            options={
                "meld_na_2016": "MELD-Na, OPTN policy of 2016.",
                "meld_3_0": "MELD 3.0, OPTN policy of 2022, which counts sex and albumin as well.",
            },
            default="meld_na_2016",
            stated_by={"meld_na_2016": r"\b2016\b", "meld_3_0": r"\bmeld[\s-]*3"},
        ),
    ),
    question_patterns=(r"\bmelda?[\s-]*na\b", r"\bmeld\b.*sodium"),
    medcalc_id=23,
    applies_to="patients from 12 years on with end-stage liver disease",
)

_ASCITES = InputSpec(
    name="ascites",
    label="ascites",
    kind="category",
    absent="assume_absent",
    default="absent",
    allowed=("absent", "slight", "moderate"),
    synonyms=("ascites", "shifting dullness", "fluid wave", "paracentesis", "ascitic fluid", "SBP"),
    source_keys=("Ascites",),
    note=(
        "Slight: seen on imaging only, mild, or controlled by diuretics; moderate: moderate to severe, "
        "tense, refractory or in need of paracentesis."
    ),
)
_ENCEPHALOPATHY = InputSpec(
    name="encephalopathy",
    label="hepatic encephalopathy (West Haven grade)",
    kind="category",
    absent="assume_absent",
    default="grade 0",
    allowed=("grade 0", "grade 1-2", "grade 3-4"),
    synonyms=(
        "encephalopathy",
        "hepatic encephalopathy",
        "asterixis",
        "flapping tremor",
        "hepatic coma",
        "confusion",
        "HE",
    ),
    source_keys=("Encephalopathy",),
    note=(
        "Grade 0: none; 1-2: confused, drowsy, asterixis, or controlled by medicine; 3-4: stupor, coma, or "
        "refractory."
    ),
)
_CHILD_PUGH_CRITERIA = (
    Bands(laboratory.BILIRUBIN, (("<", 2, 1), ("<=", 3, 2)), otherwise=3),
    Bands(laboratory.ALBUMIN, (("<", 2.8, 3), ("<=", 3.5, 2)), otherwise=1),
    Bands(laboratory.INR, (("<", 1.7, 1), ("<=", 2.3, 2)), otherwise=3),
    Choice(_ASCITES, (("absent", 1), ("slight", 2), ("moderate", 3))),
    Choice(_ENCEPHALOPATHY, (("grade 0", 1), ("grade 1-2", 2), ("grade 3-4", 3))),
)

CHILD_PUGH = Calculator(
    id="child_pugh",
    version="1",
    name="Child-Pugh score",
    field="hepatic",
    answer=SCORE,
    inputs=inputs_of(_CHILD_PUGH_CRITERIA),
    formula=PointSum(_CHILD_PUGH_CRITERIA),
    definition=(
        "Sum of five items of 1, 2 or 3 points: bilirubin below 2, 2 to 3, above 3 mg/dL; albumin above 3.5, "
        "2.8 to 3.5, below 2.8 g/dL; INR below 1.7, 1.7 to 2.3, above 2.3; ascites absent, slight, moderate "
        "or more; encephalopathy none, grade 1-2, grade 3-4. Pugh's wider limits of bilirubin in primary "
        "biliary cholangitis are not used."
    ),
    references=(
        "Pugh RNH et al. Br J Surg 1973;60:646-649",
        "Lucey MR et al. Liver Transpl Surg 1997;3:628-637 (INR for the prothrombin time)",
    ),
    question_patterns=(r"child[\s-]*(turcotte[\s-]*)?pugh",),
    medcalc_id=15,
    applies_to="patients with cirrhosis",
)
