"""The formulas that problems are drawn from, each with the fault that its labels may carry.

Truth is what the registered calculator gives. The fault is one that labels of MedCalc-Bench really have: the
formula's wrong variant, something counted twice, or a unit taken for another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from calculators.evaluate import Given

FaultKind = Literal["variant", "double", "slip"]
Values = Mapping[str, Given]
"""Input → as it is shown; those that are left out are not in it."""
Right = Callable[[Values], float]
"""What the calculator gives for values that are complete."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that is drawn evenly from `low` to `high`, with so many decimals, in a unit that is shown.

    Without a unit it is in the calculator's own. `extra`: the calculator does not use it; the fault does.
    """

    low: float
    high: float
    decimals: int = 0
    unit: str | None = None
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding that is there with this probability, and then shown by its name."""

    share: float = 0.35


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words, all as likely."""

    options: tuple[str, ...]


Shown = Quantity | Finding | Choice


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula.

    Args:
        calculator: id of the registered calculator, which says what is right.
        shown: input → how it is drawn, in the order of the text.
        kind: what the fault is.
        fault: what the fault is, in words; completes "the label follows with …".
        wrong: the answer with the fault, from the values and what is right for any others.
        usual: input → what a careless annotator takes where it is missing. Only these are ever left out.
        decimals: of the answer as it is demonstrated.
    """

    calculator: str
    shown: Mapping[str, Shown]
    kind: FaultKind
    fault: str
    wrong: Callable[[Values, Right], float]
    usual: Mapping[str, Given] = field(default_factory=dict)
    decimals: int = 0


def number(values: Values, name: str) -> float:
    """A quantity as it is shown, whatever its unit."""
    value = values[name]
    shown = value[0] if isinstance(value, tuple) else value
    assert isinstance(shown, int | float), f"{name} is a quantity"
    return float(shown)


def _found(values: Values, *names: str) -> int:
    return sum(values[name] is True for name in names)


_AGE = Quantity(20, 94)
_SEX = Choice(("male", "female"))

FORMULAS: tuple[Formula, ...] = (
    Formula(
        "anion_gap",
        {
            "sodium": Quantity(130, 150),
            "potassium": Quantity(3, 6, extra=True),
            "chloride": Quantity(95, 112),
            "bicarbonate": Quantity(12, 28),
        },
        "variant",
        "potassium added",
        lambda v, right: right({**v, "sodium": number(v, "sodium") + number(v, "potassium")}),
        {"bicarbonate": 24.0, "chloride": 100.0},
    ),
    Formula(
        "mean_arterial_pressure",
        {"systolic_bp": Quantity(90, 190), "diastolic_bp": Quantity(45, 90)},
        "variant",
        "the mean of the two pressures",
        lambda v, right: (number(v, "systolic_bp") + number(v, "diastolic_bp")) / 2,
        {"diastolic_bp": 80.0},
    ),
    Formula(
        "body_mass_index",
        {"weight": Quantity(90, 260, unit="lb"), "height": Quantity(150, 195)},
        "slip",
        "pounds taken for kilograms",
        lambda v, right: right({**v, "weight": (number(v, "weight"), "kg")}),
        {"height": 170.0},
    ),
    Formula(
        "corrected_calcium",
        {"calcium": Quantity(6, 11, 1), "albumin": Quantity(1, 4.5, 1)},
        "double",
        "the correction made twice",
        lambda v, right: 2 * right(v) - number(v, "calcium"),
        {"albumin": 4.0},
        decimals=1,
    ),
    Formula(
        "serum_osmolality",
        {"sodium": Quantity(125, 155), "bun": Quantity(10, 60), "glucose": Quantity(80, 400)},
        "slip",
        "mg/dL taken for mmol/L",
        lambda v, right: 2 * number(v, "sodium") + number(v, "bun") + number(v, "glucose"),
        {"glucose": 100.0},
    ),
    Formula(
        "ldl_friedewald",
        {
            "total_cholesterol": Quantity(150, 300),
            "hdl": Quantity(30, 70),
            "triglycerides": Quantity(80, 300),
        },
        "slip",
        "the divisor of mmol/L",
        lambda v, right: number(v, "total_cholesterol") - number(v, "hdl") - number(v, "triglycerides") / 2.2,
        {"hdl": 50.0},
    ),
    Formula(
        "maintenance_fluids",
        {"weight": Quantity(4, 80)},
        "slip",
        "a day taken for an hour",
        lambda v, right: 24 * right(v),
        {"weight": 70.0},
    ),
    Formula(
        "ideal_body_weight",
        {"sex": _SEX, "height": Quantity(150, 195)},
        "variant",
        "Broca's rule",
        lambda v, right: number(v, "height") - 100,
        {"height": 170.0},
    ),
    Formula(
        "qtc_hodges",
        {"qt_interval": Quantity(320, 480), "heart_rate": Quantity(50, 130)},
        "variant",
        "Bazett's rule",
        lambda v, right: number(v, "qt_interval") * math.sqrt(number(v, "heart_rate") / 60),
        {"heart_rate": 60.0},
    ),
    Formula(
        "cha2ds2_vasc",
        {
            "age": Quantity(40, 94),
            "sex": _SEX,
            "hypertension": Finding(),
            "diabetes": Finding(),
            "congestive_heart_failure": Finding(),
            "stroke": Finding(0.5),
            "tia": Finding(0.5),
            "thromboembolism": Finding(0.5),
        },
        "double",
        "stroke, TIA and thromboembolism counted each",
        lambda v, right: right(v) + 2 * max(0, _found(v, "stroke", "tia", "thromboembolism") - 1),
        {"age": 60.0},
    ),
    Formula(
        "curb65",
        {
            "age": _AGE,
            "bun": Quantity(8, 40),
            "respiratory_rate": Quantity(14, 40),
            "systolic_bp": Quantity(80, 150),
            "diastolic_bp": Quantity(45, 90),
            "confusion": Finding(),
        },
        "slip",
        "urea in mg/dL held against the limit in mmol/L",
        lambda v, right: right({**v, "bun": 2.8 * number(v, "bun")}),
        {"bun": 14.0},
    ),
    Formula(
        "centor",
        {
            "age": Quantity(5, 70),
            "temperature": Quantity(36, 40, 1),
            "tonsillar_exudate_or_swelling": Finding(0.5),
            "anterior_cervical_nodes": Finding(0.5),
            "cough": Finding(0.5),
        },
        "variant",
        "cough counted, and not its absence",
        lambda v, right: right({**v, "cough": v["cough"] is not True}),
        {"temperature": 37.0},
    ),
    Formula(
        "wells_dvt",
        {
            "active_cancer": Finding(),
            "immobilization_3_days": Finding(),
            "deep_vein_tenderness": Finding(0.5),
            "entire_leg_swollen": Finding(0.5),
            "calf_swelling_3_cm": Finding(0.5),
            "previous_dvt": Finding(),
            "alternative_diagnosis_likely": Finding(0.5),
        },
        "variant",
        "nothing taken off for another diagnosis",
        lambda v, right: right({**v, "alternative_diagnosis_likely": False}),
    ),
    Formula(
        "has_bled",
        {
            "age": Quantity(50, 90),
            "uncontrolled_hypertension": Finding(),
            "stroke": Finding(),
            "bleeding_history": Finding(),
            "labile_inr": Finding(),
            "drugs_predisposing_to_bleeding": Finding(0.5),
        },
        "double",
        "each drug counted by itself",
        lambda v, right: right(v) + _found(v, "drugs_predisposing_to_bleeding"),
        {"age": 60.0},
    ),
    Formula(
        "albumin_corrected_anion_gap",
        {
            "sodium": Quantity(130, 150),
            "potassium": Quantity(3, 6, extra=True),
            "chloride": Quantity(95, 112),
            "bicarbonate": Quantity(12, 28),
            "albumin": Quantity(1, 4.5, 1),
        },
        "variant",
        "potassium added",
        lambda v, right: right({**v, "sodium": number(v, "sodium") + number(v, "potassium")}),
        {"albumin": 4.0},
    ),
    Formula(
        "perc",
        {
            "age": _AGE,
            "heart_rate": Quantity(60, 140),
            "spo2": Quantity(88, 100),
            "hemoptysis": Finding(),
            "previous_pe": Finding(0.6),
            "previous_dvt": Finding(0.6),
        },
        "double",
        "thrombosis and embolism counted each",
        lambda v, right: right(v) + (_found(v, "previous_pe", "previous_dvt") == 2),
        {"spo2": 97.0},
    ),
    Formula(
        "homa_ir",
        {"insulin": Quantity(4, 30), "glucose": Quantity(70, 200)},
        "slip",
        "the divisor of mmol/L",
        lambda v, right: 18 * right(v),
        {"glucose": 100.0},
        decimals=1,
    ),
)


def formulas(names: tuple[str, ...]) -> tuple[Formula, ...]:
    """The formulas of these calculators. Raises KeyError with the names that exist."""
    known = {formula.calculator: formula for formula in FORMULAS}
    if missing := [name for name in names if name not in known]:
        raise KeyError(f"no formula {missing[0]!r}; there are {sorted(known)}")
    return tuple(known[name] for name in names)
