"""Intensive and emergency care."""

from __future__ import annotations

from dataclasses import replace

from answers.model import AgreementRule, AnswerSpec
from calculators import bedside, laboratory
from calculators.model import Calculator, InputSpec, Steps, Values


def _sirs(v: Values, steps: Steps) -> int:
    temperature, rate = v.number("temperature"), v.number("respiratory_rate")
    leukocytes = v.number("white_cells")
    breathing = rate > 20 or (v.has("paco2") and v.number("paco2") < 32)
    cells = leukocytes > 12 or leukocytes < 4 or (v.has("bands") and v.number("bands") > 10)
    points = (
        steps.add("temperature", int(temperature > 38 or temperature < 36), None, "> 38 or < 36 °C"),
        steps.add("heart rate", int(v.number("heart_rate") > 90), None, "> 90 beats/min"),
        steps.add("breathing", int(breathing), None, "rate > 20 breaths/min or PaCO2 < 32 mmHg"),
        steps.add("white cells", int(cells), None, "> 12 or < 4 × 10^9/L or > 10% bands"),
    )
    return int(steps.add("criteria met", sum(points), None, "sum of the criteria"))


_BANDS = InputSpec(
    name="bands",
    label="immature neutrophils (bands)",
    kind="quantity",
    unit="%",
    units=("%",),
    absent="optional",
    plausible=(0.0, 100.0),
    synonyms=("bands", "band forms", "bandemia", "immature neutrophils", "left shift"),
)

SIRS = Calculator(
    id="sirs",
    version="1",
    name="SIRS criteria",
    field="critical_care",
    answer=AnswerSpec(kind="integer", agreement=AgreementRule(kind="exact", tolerance=0.0)),
    inputs=(
        bedside.TEMPERATURE,
        bedside.HEART_RATE,
        bedside.RESPIRATORY_RATE,
        replace(laboratory.PACO2, absent="optional"),
        laboratory.WHITE_CELLS,
        _BANDS,
    ),
    formula=_sirs,
    definition=(
        "One point each: temperature above 38 or below 36 °C; heart rate above 90; respiratory rate above 20 "
        "or PaCO2 below 32 mmHg; white cells above 12 or below 4 × 10^9/L or more than 10% bands."
    ),
    references=("Bone RC et al. Chest 1992;101:1644-1655",),
    question_patterns=(r"\bsirs\b",),
    medcalc_id=51,
)
