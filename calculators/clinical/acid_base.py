"""Acid-base: anion gap, delta gap and delta ratio, each plain or corrected for albumin."""

from __future__ import annotations

from answers.model import AnswerSpec
from calculators import laboratory
from calculators.model import Calculator, Convention, NotComputable, Steps, Values

NORMAL_GAP = 12.0
NORMAL_BICARBONATE = 24.0
NORMAL_ALBUMIN = 4.0

_ELECTROLYTES = (laboratory.SODIUM, laboratory.CHLORIDE, laboratory.BICARBONATE)
_WITH_ALBUMIN = (*_ELECTROLYTES, laboratory.ALBUMIN)
_MEQ = AnswerSpec(kind="number", unit="mEq/L")
_RATIO = AnswerSpec(kind="number")
_GAP_WORDS = "Anion gap = sodium − (chloride + bicarbonate), in mEq/L, all from one time point."
_ALBUMIN_WORDS = "Corrected for albumin: + 2.5 × (4.0 − albumin in g/dL)."
_FIGGE = "Figge J et al. Crit Care Med 1998;26:1807-1810"
_KRAUT = "Kraut JA, Madias NE. Clin J Am Soc Nephrol 2007;2:162-174"
_RASTEGAR = "Rastegar A. J Am Soc Nephrol 2007;18:2429-2431"

_DELTA_GAP = Convention(
    id="delta_gap",
    question="What is the delta gap?",
    options={
        "ag_minus_12": "The rise of the anion gap above its normal value: gap − 12.",
        "minus_bicarbonate_fall": "That rise less the fall of bicarbonate: (gap − 12) − (24 − bicarbonate).",
    },
    default=None,
    stated_by={
        "ag_minus_12": r"anion gap (?:minus|less|[-−–]) ?12\b(?!\W{0,3}(?:minus|less|[-−–(]))",
        "minus_bicarbonate_fall": (
            r"12\W{0,3}(?:minus|less|[-−–]).{0,20}24|fall (?:of|in) (?:the )?bicarbonate"
        ),
    },
)


def _anion_gap(v: Values, steps: Steps) -> float:
    gap = v.number("sodium") - (v.number("chloride") + v.number("bicarbonate"))
    return steps.add("anion gap", gap, "mEq/L", "sodium − (chloride + bicarbonate)")


def _corrected_gap(v: Values, steps: Steps) -> float:
    gap = _anion_gap(v, steps) + 2.5 * (NORMAL_ALBUMIN - v.number("albumin"))
    return steps.add("albumin-corrected anion gap", gap, "mEq/L", "anion gap + 2.5 × (4 − albumin)")


def _delta_gap_of(gap: float, v: Values, steps: Steps) -> float:
    rise = steps.add("delta gap", gap - NORMAL_GAP, "mEq/L", "anion gap − 12")
    if v.convention("delta_gap") == "ag_minus_12":
        return rise
    fall = steps.add(
        "bicarbonate fall", NORMAL_BICARBONATE - v.number("bicarbonate"), "mEq/L", "24 − bicarbonate"
    )
    return steps.add("delta-delta gap", rise - fall, "mEq/L", "delta gap − bicarbonate fall")


def _delta_ratio_of(gap: float, v: Values, steps: Steps) -> float:
    fall = steps.add(
        "bicarbonate fall", NORMAL_BICARBONATE - v.number("bicarbonate"), "mEq/L", "24 − bicarbonate"
    )
    if fall == 0:
        raise NotComputable("bicarbonate is 24 mEq/L, so the delta ratio divides by zero")
    rise = steps.add("delta gap", gap - NORMAL_GAP, "mEq/L", "anion gap − 12")
    return steps.add("delta ratio", rise / fall, None, "(anion gap − 12) / (24 − bicarbonate)")


def _delta_gap(v: Values, steps: Steps) -> float:
    return _delta_gap_of(_anion_gap(v, steps), v, steps)


def _corrected_delta_gap(v: Values, steps: Steps) -> float:
    return _delta_gap_of(_corrected_gap(v, steps), v, steps)


def _delta_ratio(v: Values, steps: Steps) -> float:
    return _delta_ratio_of(_anion_gap(v, steps), v, steps)


def _corrected_delta_ratio(v: Values, steps: Steps) -> float:
    return _delta_ratio_of(_corrected_gap(v, steps), v, steps)


ANION_GAP = Calculator(
    id="anion_gap",
    version="1",
    name="Anion gap",
    field="acid_base",
    answer=_MEQ,
    inputs=_ELECTROLYTES,
    formula=_anion_gap,
    definition=f"{_GAP_WORDS} Potassium is not counted.",
    references=(_KRAUT,),
    question_patterns=(r"^(?!.*albumin).*anion gap",),
    medcalc_id=39,
)

DELTA_GAP = Calculator(
    id="delta_gap",
    version="2",
    name="Delta gap",
    field="acid_base",
    answer=_MEQ,
    inputs=_ELECTROLYTES,
    formula=_delta_gap,
    definition=f"{_GAP_WORDS} Delta gap = anion gap − 12.",
    references=(_RASTEGAR,),
    conventions=(_DELTA_GAP,),
    question_patterns=(r"^(?!.*albumin).*delta gap",),
    medcalc_id=63,
    applies_to="patients with a metabolic acidosis whose anion gap is high",
)

DELTA_RATIO = Calculator(
    id="delta_ratio",
    version="2",
    name="Delta ratio",
    field="acid_base",
    answer=_RATIO,
    inputs=_ELECTROLYTES,
    formula=_delta_ratio,
    definition=f"{_GAP_WORDS} Delta ratio = (anion gap − 12) / (24 − bicarbonate).",
    references=(_RASTEGAR,),
    question_patterns=(r"^(?!.*albumin).*delta ratio",),
    medcalc_id=64,
    made_for={"bicarbonate": (1.0, 24.0)},
    applies_to="patients with a metabolic acidosis whose anion gap is high",
)

CORRECTED_ANION_GAP = Calculator(
    id="albumin_corrected_anion_gap",
    version="1",
    name="Anion gap corrected for albumin",
    field="acid_base",
    answer=_MEQ,
    inputs=_WITH_ALBUMIN,
    formula=_corrected_gap,
    definition=f"{_GAP_WORDS} {_ALBUMIN_WORDS}",
    references=(_FIGGE,),
    question_patterns=(r"albumin.*anion gap", r"anion gap.*albumin"),
    medcalc_id=65,
)

CORRECTED_DELTA_GAP = Calculator(
    id="albumin_corrected_delta_gap",
    version="2",
    name="Delta gap corrected for albumin",
    field="acid_base",
    answer=_MEQ,
    inputs=_WITH_ALBUMIN,
    formula=_corrected_delta_gap,
    definition=f"{_GAP_WORDS} {_ALBUMIN_WORDS} Delta gap = corrected anion gap − 12.",
    references=(_FIGGE, _RASTEGAR),
    conventions=(_DELTA_GAP,),
    question_patterns=(r"albumin.*delta gap", r"delta gap.*albumin"),
    medcalc_id=66,
    applies_to="patients with a metabolic acidosis whose anion gap is high",
)

CORRECTED_DELTA_RATIO = Calculator(
    id="albumin_corrected_delta_ratio",
    version="2",
    name="Delta ratio corrected for albumin",
    field="acid_base",
    answer=_RATIO,
    inputs=_WITH_ALBUMIN,
    formula=_corrected_delta_ratio,
    definition=f"{_GAP_WORDS} {_ALBUMIN_WORDS} Delta ratio = (corrected gap − 12) / (24 − bicarbonate).",
    references=(_FIGGE, _RASTEGAR),
    question_patterns=(r"albumin.*delta ratio", r"delta ratio.*albumin"),
    medcalc_id=67,
    made_for={"bicarbonate": (1.0, 24.0)},
    applies_to="patients with a metabolic acidosis whose anion gap is high",
)
