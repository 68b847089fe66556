"""MedCalc-Bench (Khandekar et al. 2024): v1.0, and v1.2 and Verified, which have other id columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from answers.model import AnswerKind
from benchmarks.build import Draft, Interpreter, answer_kind
from benchmarks.errors import BenchmarkError, RowProblem
from calculators.model import Calculator

ID_COLUMNS = ("Unique ID", "Row Number")
REQUIRED = (
    "Calculator ID",
    "Patient Note",
    "Question",
    "Output Type",
    "Ground Truth Answer",
    "Lower Limit",
    "Upper Limit",
)
DURATION_CALCULATORS = frozenset({"69"})
"""Estimated gestational age: weeks and days, although its output type says integer."""

_NAMES = {
    "context": "Patient Note",
    "question": "Question",
    "label": "Ground Truth Answer",
    "lower": "Lower Limit",
    "upper": "Upper Limit",
}
"""What a draft's texts are called in the table, where every version calls them the same."""

STORED_INPUTS = "Relevant Entities"
EXPLANATION = "Ground Truth Explanation"
LABEL = _NAMES["label"]
LOWER = _NAMES["lower"]
UPPER = _NAMES["upper"]

_TELLING = frozenset({"Calculator ID", "Patient Note", "Output Type", "Ground Truth Answer"})
_ENOUGH = 3


def is_medcalc(columns: tuple[str, ...]) -> bool:
    """Whether a table is MedCalc-Bench, even if one of its columns is missing."""
    return len(_TELLING.intersection(columns)) >= _ENOUGH


def medcalc_interpreter(
    source: str, columns: tuple[str, ...], calculator_of: Callable[[int], Calculator | None]
) -> Interpreter:
    """Reads rows of MedCalc-Bench.

    Args:
        source: for messages.
        columns: the table's columns.
        calculator_of: finds a registered calculator by MedCalc-Bench's calculator id.

    Raises:
        BenchmarkError: a column is missing.
    """
    names = {**_NAMES, "id": id_column(source, columns)}

    def interpret(row: Mapping[str, str]) -> Draft:
        calculator = calculator_of(_calculator_id(row["Calculator ID"]))
        return Draft(
            source_id=row[names["id"]],
            context=row["Patient Note"],
            question=row["Question"],
            kind=_kind(row),
            label=row["Ground Truth Answer"],
            lower=row["Lower Limit"],
            upper=row["Upper Limit"],
            unit=calculator.answer.unit if calculator else None,
            calculator=calculator.id if calculator else None,
            calculator_name=row.get("Calculator Name") or None,
            category=row.get("Category") or None,
            columns=names,
        )

    return interpret


def id_column(source: str, columns: tuple[str, ...]) -> str:
    """The column that identifies a row. Raises BenchmarkError where one that is needed is missing."""
    missing = [column for column in REQUIRED if column not in columns]
    found = next((column for column in ID_COLUMNS if column in columns), None)
    if found is None:
        missing.append(" or ".join(ID_COLUMNS))
    if missing or found is None:
        problem = f"MedCalc-Bench without column {', '.join(map(repr, missing))}"
        raise BenchmarkError(source, f"{problem}; restore it, or map the columns with --map")
    return found


def _calculator_id(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise RowProblem("Calculator ID", text, "not a whole number") from None


def _kind(row: Mapping[str, str]) -> AnswerKind:
    kind = answer_kind("Output Type", row["Output Type"])
    if row["Calculator ID"].strip() in DURATION_CALCULATORS:
        return "duration"
    return kind
