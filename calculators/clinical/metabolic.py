"""Fluids, insulin resistance and lipids."""

from __future__ import annotations

from dataclasses import replace

from answers.model import AnswerSpec
from calculators import bedside, laboratory
from calculators.model import Calculator, Convention, Steps, Values


def _maintenance_fluids(v: Values, steps: Steps) -> float:
    weight = v.number("weight")
    first = steps.add("first 10 kg", 4 * min(weight, 10), "mL/h", "4 mL/h per kg")
    second = steps.add("second 10 kg", 2 * min(max(weight - 10, 0), 10), "mL/h", "2 mL/h per kg")
    rest = steps.add("above 20 kg", max(weight - 20, 0), "mL/h", "1 mL/h per kg")
    return steps.add("maintenance rate", first + second + rest, "mL/h", "sum")


def _homa_ir(v: Values, steps: Steps) -> float:
    product = v.number("insulin") * v.number("glucose")
    return steps.add("HOMA-IR", product / 405, None, "insulin × glucose / 405")


def _ldl(v: Values, steps: Steps) -> float:
    if v.convention("ldl_source") == "measured" and v.has("ldl"):
        return steps.add("LDL cholesterol", v.number("ldl"), "mg/dL", "as measured")
    vldl = steps.add("VLDL cholesterol", v.number("triglycerides") / 5, "mg/dL", "triglycerides / 5")
    ldl = v.number("total_cholesterol") - v.number("hdl") - vldl
    return steps.add("LDL cholesterol", ldl, "mg/dL", "total cholesterol − HDL − VLDL")


MAINTENANCE_FLUIDS = Calculator(
    id="maintenance_fluids",
    version="2",
    name="Maintenance fluids (4-2-1 rule)",
    field="metabolic",
    answer=AnswerSpec(kind="number", unit="mL/h"),
    inputs=(bedside.WEIGHT,),
    formula=_maintenance_fluids,
    definition="Per hour: 4 mL/kg for the first 10 kg, 2 mL/kg for the next 10 kg, 1 mL/kg above 20 kg.",
    references=("Holliday MA, Segar WE. Pediatrics 1957;19:823-832",),
    question_patterns=(r"maintenance fluid", r"4-2-1"),
    medcalc_id=22,
    applies_to="children and adults without unusual losses",
)

HOMA_IR = Calculator(
    id="homa_ir",
    version="2",
    name="Insulin resistance (HOMA-IR)",
    field="metabolic",
    answer=AnswerSpec(kind="number"),
    inputs=(laboratory.INSULIN, replace(laboratory.GLUCOSE, label="fasting glucose")),
    formula=_homa_ir,
    definition="HOMA-IR = fasting insulin in µIU/mL × fasting glucose in mg/dL / 405.",
    references=("Matthews DR et al. Diabetologia 1985;28:412-419",),
    question_patterns=(r"homa[\s-]*ir", r"homeostat\w+ model assessment"),
    medcalc_id=31,
    applies_to="fasting patients who take no insulin",
)

LDL_CALCULATED = Calculator(
    id="ldl_friedewald",
    version="2",
    name="LDL cholesterol, calculated (Friedewald)",
    field="metabolic",
    answer=AnswerSpec(kind="number", unit="mg/dL"),
    inputs=(
        laboratory.TOTAL_CHOLESTEROL,
        laboratory.HDL,
        laboratory.TRIGLYCERIDES,
        replace(laboratory.LDL, absent="optional"),
    ),
    formula=_ldl,
    definition=(
        "LDL cholesterol in mg/dL = total cholesterol − HDL − triglycerides / 5. Not valid for triglycerides "
        "above 400 mg/dL. The calculated value is asked for even where a measured one is in the note, unless "
        "the question says otherwise."
    ),
    references=("Friedewald WT et al. Clin Chem 1972;18:499-502",),
    conventions=(
        Convention(
            id="ldl_source",
            question="Is LDL computed where the note states one itself?",
            options={
                "computed": "Computed from the other lipids, whatever the note states.",
                "measured": "The LDL that the note states; computed where it states none.",
            },
            default="computed",
            stated_by={
                "computed": r"friedewald|\bcalculated\b|\bcomputed\b",
                "measured": r"(?<!not )(?<!not the )\b(?:directly )?measured\b|direct ldl",
            },
        ),
    ),
    question_patterns=(r"\bldl\b", r"low[\s-]density lipoprotein", r"friedewald"),
    medcalc_id=44,
    applies_to="fasting patients with triglycerides up to 400 mg/dL",
    made_for={"triglycerides": (0.0, 400.0)},
)
