from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from answers.model import AnswerSpec
from benchmarks.read import CalculatorFinder
from calculators.model import Calculator

WriteFile = Callable[[str, str | bytes], str]

BODY_MASS_INDEX = Calculator(
    id="body_mass_index",
    version="1",
    name="Body mass index",
    field="anthropometry",
    answer=AnswerSpec(kind="number", unit="kg/m²"),
    inputs=(),
    formula=lambda values, steps: 0.0,
    definition="weight / height²",
    references=(),
    medcalc_id=6,
)

FINDER = CalculatorFinder(
    by_id=lambda name: BODY_MASS_INDEX if name == "body_mass_index" else None,
    by_medcalc_id=lambda number: BODY_MASS_INDEX if number == 6 else None,
    by_question=lambda question: BODY_MASS_INDEX if "BMI" in question else None,
    ids=("body_mass_index",),
)

MEDCALC_COLUMNS = (
    "Unique ID",
    "Calculator ID",
    "Calculator Name",
    "Category",
    "Output Type",
    "Patient Note",
    "Question",
    "Ground Truth Answer",
    "Lower Limit",
    "Upper Limit",
)


def medcalc_row(**changes: str) -> dict[str, str]:
    row = dict.fromkeys(MEDCALC_COLUMNS, "") | {
        "Unique ID": "1",
        "Calculator ID": "6",
        "Calculator Name": "Body Mass Index (BMI)",
        "Category": "physical",
        "Output Type": "decimal",
        "Patient Note": "70 kg, 175 cm.",
        "Question": "What is the BMI in kg/m²?",
        "Ground Truth Answer": "22.857",
        "Lower Limit": "21.714",
        "Upper Limit": "24.0",
    }
    return row | {key.replace("_", " "): value for key, value in changes.items()}


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """Writes a file and gives its path as a source."""

    def write_file(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_file
