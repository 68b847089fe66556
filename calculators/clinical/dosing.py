"""Dose equivalence of corticosteroids and opioids."""

from __future__ import annotations

from answers.model import AnswerSpec
from calculators.model import Calculator, Convention, InputSpec, NotComputable, Steps, Values

STEROID_EQUIVALENT_MG = {
    "betamethasone IV": 0.75,
    "cortisone PO": 25.0,
    "dexamethasone IV": 0.75,
    "dexamethasone PO": 0.75,
    "hydrocortisone IV": 20.0,
    "hydrocortisone PO": 20.0,
    "methylprednisolone IV": 4.0,
    "methylprednisolone PO": 4.0,
    "prednisolone PO": 5.0,
    "prednisone PO": 5.0,
    "triamcinolone IV": 4.0,
}
"""Equal anti-inflammatory doses in mg; the route does not change them."""


def _steroid_conversion(v: Values, steps: Steps) -> float:
    source = STEROID_EQUIVALENT_MG[v.choice("from_drug")]
    target = STEROID_EQUIVALENT_MG[v.choice("to_drug")]
    factor = steps.add("conversion factor", target / source, None, f"{target} mg for each {source} mg")
    return steps.add("equivalent dose", v.number("from_dose") * factor, "mg", "dose × conversion factor")


_DRUG_NAMES = tuple(STEROID_EQUIVALENT_MG)

STEROID_CONVERSION = Calculator(
    id="steroid_conversion",
    version="1",
    name="Corticosteroid dose conversion",
    field="dosing",
    answer=AnswerSpec(kind="number", unit="mg"),
    inputs=(
        InputSpec(
            name="from_drug",
            label="steroid that the patient takes, with its route",
            kind="category",
            allowed=_DRUG_NAMES,
            synonyms=_DRUG_NAMES,
            source_keys=("input steroid",),
            note="The question names it; the note gives its dose.",
        ),
        InputSpec(
            name="from_dose",
            label="dose of that steroid",
            kind="quantity",
            unit="mg",
            units=("mg", "g", "µg"),
            plausible=(0.1, 2000.0),
            synonyms=("dose", "mg of", "dosage"),
            source_keys=("input steroid",),
        ),
        InputSpec(
            name="to_drug",
            label="steroid for which the equivalent dose is asked, with its route",
            kind="category",
            allowed=_DRUG_NAMES,
            synonyms=_DRUG_NAMES,
            source_keys=("target steroid",),
            note="Read it from the question, not from the note.",
        ),
    ),
    formula=_steroid_conversion,
    definition=(
        "Equivalent dose = dose × (equivalent of the target / equivalent of the source). Equivalents in mg: "
        "betamethasone 0.75, cortisone 25, dexamethasone 0.75, hydrocortisone 20, methylprednisolone 4, "
        "prednisolone 5, prednisone 5, triamcinolone 4; the same by mouth and by vein."
    ),
    references=(
        "Liu D et al. Allergy Asthma Clin Immunol 2013;9:30 (table 1)",
        "Meikle AW, Tyler FH. Am J Med 1977;63:200-207",
    ),
    question_patterns=(
        r"equivalent (dose|dosage).*(sone|lone)\b",
        r"(sone|lone)\b.*equivalent (dose|dosage)",
        r"steroid conversion",
    ),
    medcalc_id=24,
)

_OPIOIDS: dict[str, tuple[str, str, str]] = {
    "codeine": ("codeine", "mg", "Codeine"),
    "fentanyl_buccal": ("fentanyl, buccal or sublingual", "µg", "FentaNYL buccal"),
    "fentanyl_patch": ("fentanyl patch", "µg/h", "FentANYL patch"),
    "hydrocodone": ("hydrocodone", "mg", "HYDROcodone"),
    "hydromorphone": ("hydromorphone", "mg", "HYDROmorphone"),
    "methadone": ("methadone", "mg", "Methadone"),
    "morphine": ("morphine", "mg", "Morphine"),
    "oxycodone": ("oxycodone", "mg", "OxyCODONE"),
    "oxymorphone": ("oxymorphone", "mg", "OxyMORphone"),
    "tapentadol": ("tapentadol", "mg", "Tapentadol"),
    "tramadol": ("tramadol", "mg", "TraMADol"),
}
"""Opioid → (label, unit of one dose, name in MedCalc-Bench)."""

MORPHINE_FACTOR_2022 = {
    "codeine": 0.15,
    "fentanyl_buccal": 0.13,
    "fentanyl_patch": 2.4,
    "hydrocodone": 1.0,
    "hydromorphone": 5.0,
    "methadone": 4.7,
    "morphine": 1.0,
    "oxycodone": 1.5,
    "oxymorphone": 3.0,
    "tapentadol": 0.4,
    "tramadol": 0.2,
}
"""mg of oral morphine for one unit of `_OPIOIDS` (a patch: for 1 µg/h over a day)."""

MORPHINE_FACTOR_2016 = {**MORPHINE_FACTOR_2022, "hydromorphone": 4.0, "tramadol": 0.1}
_METHADONE_2016 = ((20.0, 4.0), (40.0, 8.0), (60.0, 10.0), (float("inf"), 12.0))


def _morphine_factor(opioid: str, daily: float, year: str) -> float:
    if year == "cdc_2022":
        return MORPHINE_FACTOR_2022[opioid]
    if opioid == "methadone":
        return next(factor for limit, factor in _METHADONE_2016 if daily <= limit)
    return MORPHINE_FACTOR_2016[opioid]


def _morphine_equivalents(v: Values, steps: Steps) -> float:
    total, given = 0.0, False
    for opioid, (label, unit, _) in _OPIOIDS.items():
        dose, frequency = f"{opioid}_dose", f"{opioid}_per_day"
        if not v.has(dose) and not v.has(frequency):
            continue
        absent = tuple(name for name in (dose, frequency) if not v.has(name))
        if absent:
            raise NotComputable(f"{label} lacks its dose or the number of doses per day", absent)
        given = True
        daily = steps.add(
            f"{label} per day", v.number(dose) * v.number(frequency), unit, "dose × doses per day"
        )
        factor = _morphine_factor(opioid, daily, v.convention("opioid_factors"))
        total += steps.add(f"{label} as morphine", daily * factor, "mg", f"daily dose × {factor}")
    if not given:
        raise NotComputable("no opioid with a dose is named")
    return steps.add("morphine milligram equivalents", total, "mg/day", "sum over the opioids")


def _opioid_inputs() -> tuple[InputSpec, ...]:
    specs: list[InputSpec] = []
    for opioid, (label, unit, source) in _OPIOIDS.items():
        specs.append(
            InputSpec(
                name=f"{opioid}_dose",
                label=f"one dose of {label}",
                kind="quantity",
                unit=unit,
                units=(unit,) if unit == "µg/h" else ("mg", "µg"),
                absent="optional",
                plausible=(0.1, 2000.0),
                synonyms=(label, source),
                source_keys=(f"{source} Dose",),
            )
        )
        specs.append(
            InputSpec(
                name=f"{opioid}_per_day",
                label=f"doses of {label} per day",
                kind="quantity",
                unit="/day",
                units=("/day",),
                absent="optional",
                plausible=(0.1, 24.0),
                synonyms=("times a day", "times daily", "per day"),
                source_keys=(f"{source} Dose Per Day",),
            )
        )
    return tuple(specs)


MORPHINE_EQUIVALENTS = Calculator(
    id="morphine_milligram_equivalents",
    version="2",
    name="Morphine milligram equivalents per day (MME)",
    field="dosing",
    answer=AnswerSpec(kind="number", unit="mg/day"),
    inputs=_opioid_inputs(),
    formula=_morphine_equivalents,
    definition=(
        "Sum over all opioids of dose × doses per day × factor. Factors of 2022: codeine 0.15, "
        "hydrocodone 1, hydromorphone 5, methadone 4.7, morphine 1, oxycodone 1.5, oxymorphone 3, "
        "tapentadol 0.4, tramadol 0.2, buccal fentanyl 0.13 per µg, fentanyl patch 2.4 per µg/h."
    ),
    references=(
        "Dowell D et al. CDC Clinical Practice Guideline. MMWR Recomm Rep 2022;71(3):1-95",
        "Dowell D et al. CDC Guideline. MMWR Recomm Rep 2016;65(1):1-49",
    ),
    conventions=(
        Convention(
            id="opioid_factors",
            question="Which year's conversion factors apply?",
            options={
                "cdc_2022": "CDC 2022: hydromorphone 5, tramadol 0.2, methadone 4.7.",
                "cdc_2016": "CDC 2016: hydromorphone 4, tramadol 0.1, methadone 4 to 12 by daily dose.",
            },
            default="cdc_2022",
            stated_by={"cdc_2022": r"\b2022\b", "cdc_2016": r"\b2016\b"},
        ),
    ),
    question_patterns=(r"morphine mill?igram equivalent", r"\bmmes?\b"),
    medcalc_id=49,
)
