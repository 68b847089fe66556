"""Failure of organs in critical illness."""

from __future__ import annotations

from dataclasses import replace

from calculators import bedside, blood_gas, laboratory
from calculators.findings import finding
from calculators.model import Calculator, InputSpec, NotComputable, Values
from calculators.points import SCORE, Award, Bands, PointSum, Rule, inputs_of

_VENTILATED = finding(
    "mechanical_ventilation",
    "mechanical ventilation",
    ("On mechanical ventilation",),
    (
        "mechanical ventilation",
        "mechanically ventilated",
        "intubated",
        "ventilator",
        "intubation",
        "non-invasive ventilation",
        "BiPAP",
        "NIV",
    ),
    note="At the time of the blood gas; extubated is not ventilated.",
)
_CPAP = finding(
    "cpap",
    "continuous positive airway pressure (CPAP)",
    ("Continous positive airway pressure",),
    ("continuous positive airway pressure", "CPAP"),
    note="As support of an acute illness, not at home against sleep apnoea.",
)
_HYPOTENSION = finding(
    "hypotension",
    "hypotension, mean arterial pressure below 70 mmHg",
    ("Hypotension",),
    ("hypotension", "hypotensive", "low blood pressure", "shock"),
    absent="optional",
    note="Where the note says so without figures; figures of the pressure go before it.",
)


def _vasopressor(name: str, label: str, source_key: str, synonyms: tuple[str, ...]) -> InputSpec:
    return InputSpec(
        name=name,
        label=f"rate of {label}",
        kind="quantity",
        unit="µg/kg/min",
        units=("µg/kg/min", "mcg/kg/min", "µg/kg/h"),
        absent="optional",
        default=0.0,
        plausible=(0.0, 50.0),
        synonyms=synonyms,
        source_keys=(source_key,),
        note="Given for at least one hour. A drug that runs at a rate that the note does not say is unclear.",
    )


_DOPAMINE = _vasopressor("dopamine", "dopamine", "DOPamine", ("dopamine",))
_DOBUTAMINE = _vasopressor("dobutamine", "dobutamine", "DOBUTamine", ("dobutamine",))
_EPINEPHRINE = _vasopressor(
    "epinephrine", "epinephrine (adrenaline)", "EPINEPHrine", ("epinephrine", "adrenaline", "adrenalin")
)
_NOREPINEPHRINE = _vasopressor(
    "norepinephrine",
    "norepinephrine (noradrenaline)",
    "norEPINEPHrine",
    ("norepinephrine", "noradrenaline", "noradrenalin", "levophed"),
)


_PRESSURES = ("systolic_bp", "diastolic_bp", "mean_arterial_pressure")
_VASOPRESSORS = ("dopamine", "dobutamine", "epinephrine", "norepinephrine")


def _respiration(v: Values) -> Award:
    # multiplied first: 56 mmHg at 28% are 200, which two divisions miss
    ratio = 100 * v.number("pao2") / v.number("fio2")
    supported = v.flag("mechanical_ventilation") or v.flag("cpap")
    why = f"PaO2 / FiO2 is {ratio:.1f} mmHg, {'with' if supported else 'without'} respiratory support"
    if ratio >= 200 or not supported:
        return Award(0 if ratio >= 400 else 1 if ratio >= 300 else 2, why)
    return Award(3 if ratio >= 100 else 4, why)


def _mean_pressure(v: Values) -> float | None:
    """In mmHg; None where neither it nor the two pressures are given."""
    if v.has("mean_arterial_pressure"):
        return v.number("mean_arterial_pressure")
    if v.has("systolic_bp") and v.has("diastolic_bp"):
        return (v.number("systolic_bp") + 2 * v.number("diastolic_bp")) / 3
    return None


def _circulation(v: Values) -> Award:
    dopamine, dobutamine = v.number("dopamine"), v.number("dobutamine")
    strongest = max(v.number("epinephrine"), v.number("norepinephrine"))
    given = ", ".join(f"{name} {v.number(name):g} µg/kg/min" for name in _VASOPRESSORS if v.number(name) > 0)
    if dopamine > 15 or strongest > 0.1:
        return Award(4, given)
    if dopamine > 5 or strongest > 0:
        return Award(3, given)
    if dopamine > 0 or dobutamine > 0:
        return Award(2, given)
    return _pressure(v)


def _pressure(v: Values) -> Award:
    mean = _mean_pressure(v)
    if mean is not None:
        sign = "<" if mean < 70 else "≥"
        return Award(int(mean < 70), f"no vasopressor, mean arterial pressure {mean:.1f} {sign} 70 mmHg")
    if not v.has("hypotension"):
        raise NotComputable("no blood pressure is given", ("systolic_bp", "diastolic_bp"))
    low = v.flag("hypotension")
    return Award(int(low), f"no vasopressor, hypotension: {'yes' if low else 'no'}")


_CREATININE_POINTS = ((1.2, 0), (2.0, 1), (3.5, 2), (5.0, 3))


def _kidneys(v: Values) -> Award:
    creatinine = v.number("creatinine")
    points = next((points for limit, points in _CREATININE_POINTS if creatinine < limit), 4)
    why = f"creatinine {creatinine:g} mg/dL"
    if v.has("urine_output"):
        output = v.number("urine_output")
        points = max(points, 4 if output < 200 else 3 if output < 500 else 0)
        why += f", urine {output:g} mL/day"
    return Award(points, why)


_SOFA_CRITERIA = (
    Rule(
        "respiration",
        (blood_gas.PAO2, blood_gas.FIO2, _VENTILATED, _CPAP),
        _respiration,
        {"pao2": (), "fio2": ()},
    ),
    Bands(
        laboratory.PLATELETS,
        (("<", 20, 4), ("<", 50, 3), ("<", 100, 2), ("<", 150, 1)),
        otherwise=0,
        label="coagulation (platelets)",
    ),
    Bands(
        laboratory.BILIRUBIN,
        (("<", 1.2, 0), ("<", 2, 1), ("<", 6, 2), ("<", 12, 3)),
        otherwise=4,
        label="liver (bilirubin)",
    ),
    Rule(
        "circulation",
        (
            replace(bedside.SYSTOLIC_BP, absent="optional"),
            replace(bedside.DIASTOLIC_BP, absent="optional"),
            bedside.MEAN_PRESSURE,
            _HYPOTENSION,
            _DOPAMINE,
            _DOBUTAMINE,
            _EPINEPHRINE,
            _NOREPINEPHRINE,
        ),
        _circulation,
        dict.fromkeys((*_PRESSURES, *_VASOPRESSORS), ()),
    ),
    Bands(
        bedside.GCS,
        (("<", 6, 4), ("<", 10, 3), ("<", 13, 2), ("<", 15, 1)),
        otherwise=0,
        label="nervous system (Glasgow coma score)",
    ),
    Rule(
        "kidneys",
        (laboratory.CREATININE, bedside.URINE_OUTPUT),
        _kidneys,
        {"creatinine": (), "urine_output": ()},
    ),
)

SOFA = Calculator(
    id="sofa",
    version="2",
    name="Sequential Organ Failure Assessment (SOFA) score",
    field="organ_failure",
    answer=SCORE,
    inputs=inputs_of(_SOFA_CRITERIA),
    formula=PointSum(_SOFA_CRITERIA),
    definition=(
        "Sum of six organs, 0 to 4 points each, by the worst values of 24 hours. PaO2 / FiO2 (as a fraction) "
        "in mmHg: ≥ 400 0; 300-399 1; < 300 2; 100-199 with respiratory support 3; < 100 with support 4. "
        "Platelets in 10^9/L: ≥ 150 0; 100-149 1; 50-99 2; 20-49 3; < 20 4. Bilirubin in mg/dL: < 1.2 0; "
        "1.2-1.9 1; 2-5.9 2; 6-11.9 3; ≥ 12 4. Circulation: mean arterial pressure ≥ 70 mmHg 0; < 70 1; "
        "dopamine ≤ 5 µg/kg/min or any dobutamine 2; dopamine > 5, or epinephrine or norepinephrine ≤ 0.1 3; "
        "dopamine > 15, or either > 0.1 4. Glasgow coma score: 15 0; 13-14 1; 10-12 2; 6-9 3; < 6 4. "
        "Kidneys, the worse of creatinine in mg/dL (< 1.2 0; 1.2-1.9 1; 2-3.4 2; 3.5-4.9 3; ≥ 5 4) and urine "
        "output (< 500 mL/day 3; < 200 4)."
    ),
    references=("Vincent JL et al. Intensive Care Med 1996;22:707-710",),
    question_patterns=(r"(?<!quick )\bsofa\b", r"(sequential|sepsis-related) organ failure"),
    medcalc_id=43,
    applies_to="adults in intensive care",
)
