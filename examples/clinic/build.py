"""Writes benchmark.csv and truth.csv from the vignettes: `python -m examples.clinic.build`.

A vignette holds the note, the true inputs and, for a planted error, what the annotator stored or computed
instead. Truth and label both come out of `formulas.py`, so that neither is typed in by hand.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from examples.clinic.formulas import EXPRESSIONS, FORMULAS, Answer, canonical

HERE = Path(__file__).parent

Raw = float | dt.date | str | tuple[float, float]
ErrorKind = Literal["none", "extraction", "unit", "logic", "time_point", "incomputable", "convention"]
Quoted = tuple[Raw, str | None, str]
"""Value, unit and the words of the note that state them."""
Stored = tuple[Raw, str | None]
"""Value and unit as the annotator stored them."""

NOT_COMPUTABLE = "N/A"
FIRST_UNREGISTERED_ID = 901

ENTITY_KEYS = {
    "age": "age",
    "albumin": "Albumin",
    "alt": "Alanine aminotransferase",
    "ast": "Aspartate aminotransferase",
    "bicarbonate": "Bicarbonate",
    "bilirubin": "Bilirubin",
    "bun": "Blood Urea Nitrogen (BUN)",
    "calcium": "Calcium",
    "chloride": "Chloride",
    "control_time": "Prothrombin time of the control",
    "creatinine": "creatinine",
    "current_date": "Current Date",
    "cycle_length": "cycle length",
    "diastolic_bp": "Diastolic Blood Pressure",
    "glucose": "Glucose",
    "hdl": "high-density lipoprotein cholesterol",
    "heart_rate": "Heart Rate or Pulse",
    "height": "height",
    "hematocrit": "Hematocrit",
    "insulin": "Insulin",
    "last_menstrual_period": "Last menstrual date",
    "maturation": "Maturation factor",
    "paco2": "PaCO₂",
    "platelets": "Platelet count",
    "prothrombin_time": "Prothrombin time",
    "qt_interval": "QT interval",
    "race": "Race",
    "respiratory_rate": "respiratory rate",
    "reticulocytes": "Reticulocyte percentage",
    "sex": "sex",
    "sodium": "Sodium",
    "systolic_bp": "Systolic Blood Pressure",
    "target_bmi": "Body Mass Index (BMI)",
    "temperature": "Temperature",
    "total_cholesterol": "Total cholesterol",
    "triglycerides": "Triglycerides",
    "urine_creatinine": "Urine creatinine",
    "urine_sodium": "Urine sodium",
    "weight": "weight",
    "white_cells": "White blood cell count",
}
"""Input name → key of the `Relevant Entities` column, in MedCalc-Bench's spelling where it has the input."""

ENTITY_UNITS = {
    "/min": "breaths per minute",
    "bpm": "beats per minute",
    "kg/m²": "kg/m^2",
    "lb": "lbs",
    "mm Hg": "mm hg",
    "°C": "degrees celsius",
    "°F": "degrees fahrenheit",
}

COLUMNS = (
    "Unique ID",
    "Calculator ID",
    "Calculator Name",
    "Category",
    "Output Type",
    "Note ID",
    "Note Type",
    "Patient Note",
    "Question",
    "Relevant Entities",
    "Ground Truth Answer",
    "Lower Limit",
    "Upper Limit",
    "Ground Truth Explanation",
)
TRUTH_COLUMNS = ("Unique ID", "true_answer", "error_kind", "expected", "comment")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Strict):
    """What one calculator's question asks, and which inputs it cannot do without."""

    name: str
    category: str
    output: Literal["decimal", "integer", "date"]
    unit: str
    formula: str
    inputs: tuple[str, ...]
    question: str


class Vignette(_Strict):
    """One instance as it was written.

    `readings` lists the input sets that the note allows where question and note leave a choice; `annotated`
    overrides what the annotator stored, `label_formula` the formula that the label follows.
    """

    id: str
    calculator: int
    note: str
    when: str = ""
    inputs: dict[str, Quoted]
    readings: tuple[dict[str, Quoted], ...] = ()
    annotated: dict[str, Stored] = {}
    label_formula: str | None = None
    error: ErrorKind = "none"
    comment: str


def load_tasks() -> dict[int, Task]:
    """Calculator id → task. Raises pydantic.ValidationError for a malformed file."""
    raw = yaml.safe_load((HERE / "calculators.yaml").read_text(encoding="utf-8"))
    return {int(number): Task.model_validate(task) for number, task in raw.items()}


def load_vignettes() -> list[Vignette]:
    """All vignettes, by file name and then in file order. Raises pydantic.ValidationError."""
    paths = sorted((HERE / "vignettes").glob("*.yaml"))
    return [
        Vignette.model_validate(entry)
        for path in paths
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def true_inputs(vignette: Vignette) -> list[dict[str, Stored]]:
    """The true inputs, once for each reading that the note allows."""
    readings = vignette.readings or ({},)
    return [
        {name: (value, unit) for name, (value, unit, _) in {**vignette.inputs, **reading}.items()}
        for reading in readings
    ]


def compute(task: Task, formula: str, inputs: Mapping[str, Stored]) -> Answer | None:
    """The answer of `formula`, or None where an input that it cannot do without is missing."""
    if not set(task.inputs) <= set(inputs):
        return None
    return FORMULAS[formula]({name: canonical(name, *stored) for name, stored in inputs.items()})


def spell(answer: Answer | None, digits: int) -> str:
    """An answer as the benchmark's columns spell it; `digits` are significant ones."""
    if answer is None:
        return NOT_COMPUTABLE
    if isinstance(answer, dt.timedelta):
        return f"('{answer.days // 7} weeks', '{answer.days % 7} days')"
    if isinstance(answer, dt.date):
        return f"{answer:%m/%d/%Y}"
    return f"{answer:.{digits}g}"


def true_answer(vignette: Vignette, task: Task) -> str:
    """Nine significant digits, which no platform's arithmetic changes; readings are joined by ` | `."""
    answers = [compute(task, task.formula, inputs) for inputs in true_inputs(vignette)]
    return " | ".join(spell(answer, 9) for answer in answers)


def entity(name: str, value: Raw, unit: str | None) -> object:
    """One value of the `Relevant Entities` column, in MedCalc-Bench's manner."""
    if isinstance(value, dt.date):
        return f"{value:%m/%d/%Y}"
    if isinstance(value, str) or unit is None:
        return value
    if isinstance(value, tuple):
        return [12 * value[0] + value[1], "in"]
    if unit == "10^9/L":
        return [round(1000 * value, 6), "µL"]
    if name == "cycle_length":
        return int(value)
    return [int(value) if name == "age" else value, ENTITY_UNITS.get(unit, unit)]


def limits(answer: Answer | None) -> tuple[str, str]:
    """5% either side in ascending order for a decimal, the label itself for anything else."""
    if not isinstance(answer, float):
        return spell(answer, 6), spell(answer, 6)
    low, high = sorted((0.95 * answer, 1.05 * answer))
    return spell(low, 7), spell(high, 7)


def explain(task: Task, formula: str, inputs: Mapping[str, Stored], label: str) -> str:
    """One or two sentences that follow from what the annotator stored."""
    missing = [ENTITY_KEYS[name] for name in task.inputs if name not in inputs]
    if missing:
        return f"The note does not give: {', '.join(missing)}. The answer cannot be computed."
    stored = ", ".join(f"{ENTITY_KEYS[name]} {_words(value)}" for name, value in inputs.items())
    result = f"{label} {task.unit}".rstrip()
    return f"The formula is {EXPRESSIONS[FORMULAS[formula]]}. With {stored} it gives {result}."


def _words(stored: Stored) -> str:
    value, unit = stored
    if isinstance(value, tuple):
        return f"{value[0]:g} ft {value[1]:g} in"
    return f"{value:g} {unit or ''}".strip() if isinstance(value, float) else str(value)


def benchmark_row(vignette: Vignette, task: Task) -> tuple[str, ...]:
    """One row of benchmark.csv, with the label that the annotator's inputs and formula lead to."""
    stored = {**true_inputs(vignette)[0], **vignette.annotated}
    formula = vignette.label_formula or task.formula
    answer = compute(task, formula, stored)
    answer = round(answer, 3) if isinstance(answer, float) else answer
    label = spell(answer, 7)
    entities = {ENTITY_KEYS[name]: entity(name, *value) for name, value in stored.items()}
    return (
        vignette.id,
        str(vignette.calculator),
        task.name,
        task.category,
        task.output,
        vignette.id,
        "Synthetic",
        vignette.note.strip(),
        f"{task.question} {vignette.when}".strip(),
        repr(entities),
        label,
        *limits(answer),
        explain(task, formula, stored, label),
    )


def truth_row(vignette: Vignette, task: Task) -> tuple[str, ...]:
    """One row of truth.csv."""
    escalate = bool(vignette.readings) or vignette.calculator >= FIRST_UNREGISTERED_ID
    expected = "escalate" if escalate else "commit"
    return (vignette.id, true_answer(vignette, task), vignette.error, expected, vignette.comment)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV text with plain line feeds, so that the files are the same on every platform."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def build() -> dict[str, str]:
    """File name → the text that the vignettes give."""
    tasks = load_tasks()
    pairs = [(vignette, tasks[vignette.calculator]) for vignette in load_vignettes()]
    return {
        "benchmark.csv": as_csv(COLUMNS, [benchmark_row(*pair) for pair in pairs]),
        "truth.csv": as_csv(TRUTH_COLUMNS, [truth_row(*pair) for pair in pairs]),
    }


def main() -> None:
    """Write both files beside this one."""
    for name, text in build().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
