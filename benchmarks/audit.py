"""The conformance audit of a benchmark: its labels against the inputs that it stores beside them.

No model is called and no note is read.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from answers.format import format_answer
from benchmarks.build import interpreted
from benchmarks.errors import BenchmarkError, shorten
from benchmarks.export import added_columns, refuse_source, safe_cell, write_csv
from benchmarks.model import Instance, Rejection
from benchmarks.read import OpenBenchmark
from calculators.conformance import LabelCheck, Unchecked, causes, check_label
from calculators.mistakes.case import Cause
from calculators.registry import get

COLUMNS = (
    "original",
    "recomputed",
    "contradicts",
    "cause",
    "calculator",
    "detail",
    "difference",
    "not_checkable",
    "corrections",
    "notes",
)
"""What an audit says of a row, behind its id."""

NotCheckable = Unchecked | Literal["rejected", "no_calculator", "no_stored_inputs", "unreadable_inputs"]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the benchmark, with what its stored inputs say of its label."""

    source_id: str
    original: str
    calculator: str | None
    detail: str
    not_checkable: NotCheckable | None = None
    check: LabelCheck | None = None
    cause: Cause | None = None

    @property
    def contradicts(self) -> bool | None:
        """None where it cannot be told."""
        return self.check.contradicts if self.check else None

    def cells(self) -> dict[str, str]:
        """Column of COLUMNS → text."""
        check = self.check
        contradicts = {True: "true", False: "false", None: ""}[self.contradicts]
        recomputed = format_answer(check.recomputed, style="medcalc") if check and check.recomputed else ""
        cells = (
            self.original,
            recomputed,
            contradicts,
            self.cause or "",
            self.calculator or "",
            self.detail,
            _distance(check) if check else "",
            self.not_checkable or "",
            "; ".join(map(str, check.corrections)) if check else "",
            "; ".join(check.notes) if check else "",
        )
        return dict(zip(COLUMNS, cells, strict=True))


@dataclass(frozen=True, slots=True)
class Audit:
    """Every row of a benchmark, in its order."""

    source: str
    id_column: str
    rows: tuple[AuditRow, ...]

    def header(self) -> tuple[str, ...]:
        """The id's own name, then COLUMNS (prefixed where the id's column has one of these names)."""
        return (self.id_column, *added_columns((self.id_column,), COLUMNS))

    def write(self, path: Path) -> int:
        """Write the rows as CSV, all or nothing; returns their number.

        Id and original label are as the benchmark spells them; the other cells are safe to open. Raises
        OSError, and BenchmarkError where the file is the benchmark itself.
        """
        refuse_source(path, self.source)
        rows = ((row.source_id, row.original, *_safe(row)) for row in self.rows)
        return write_csv(path, self.header(), rows)


def _safe(row: AuditRow) -> list[str]:
    return [safe_cell(cell) for column, cell in row.cells().items() if column != "original"]


def _distance(check: LabelCheck) -> str:
    if check.difference is None or check.difference.bucket in ("incomputable", "other"):
        return ""
    bucket, score = check.difference
    return f"{score:g} days" if bucket == "days" else f"{100 * score:.3g}%"


def run_audit(
    opened: OpenBenchmark,
    conventions: Mapping[str, str],
    *,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Audit:
    """Check every label of a benchmark against its stored inputs.

    Args:
        opened: the benchmark.
        conventions: convention → option, for those that the audit fixes; of the others a label may follow
            any option, unless its question states one.
        on_progress: called after each row, and then after each calculator whose labels were searched for
            causes, with what is counted, the number done and of all.

    Raises:
        BenchmarkError: the benchmark stores no inputs.
    """
    if opened.stored_inputs_column is None:
        raise BenchmarkError(
            opened.table.source,
            "no column holds stored inputs ('Relevant Entities' in MedCalc-Bench), and the audit compares "
            f"labels with them; the columns are {', '.join(map(repr, opened.table.columns))}: name the one "
            "that does, as in --map stored_inputs=COLUMN,…",
        )
    rows: list[AuditRow] = []
    for cells, result in interpreted(opened.table, opened.interpret):
        rows.append(_row(opened, cells, result, conventions))
        on_progress("rows", len(rows), opened.table.size)
    searched = partial(on_progress, "calculators searched for causes")
    found = iter(causes([row.check for row in rows if row.check is not None], on_calculator=searched))
    rows = [_with_cause(row, next(found)) if row.check is not None else row for row in rows]
    return Audit(opened.table.source, opened.id_column or "id", tuple(rows))


def _row(
    opened: OpenBenchmark,
    cells: Mapping[str, str],
    result: Instance | Rejection,
    conventions: Mapping[str, str],
) -> AuditRow:
    source_id = cells.get(opened.id_column or "", "")
    original = cells.get(opened.label_column or "", "")
    if isinstance(result, Rejection):
        return AuditRow(source_id, original, None, str(result), "rejected")
    source_id = source_id or result.source_id
    if result.calculator is None:
        name = result.calculator_name or "what is asked"
        detail = f"no calculator is registered for {name}"
        return AuditRow(source_id, original, None, detail, "no_calculator")
    check = check_stored(result, cells[opened.stored_inputs_column or ""], conventions)
    if isinstance(check, Unreadable):
        return AuditRow(source_id, original, result.calculator, check.detail, check.why)
    return AuditRow(source_id, original, check.calculator, check.detail, check.unchecked, check)


class Unreadable(NamedTuple):
    """Stored inputs that cannot be computed with."""

    why: NotCheckable
    detail: str


def check_stored(instance: Instance, text: str, conventions: Mapping[str, str]) -> LabelCheck | Unreadable:
    """What the stored inputs in a cell say of an instance's label; its calculator must be registered."""
    assert instance.calculator is not None, "without a calculator there is nothing to check"
    if not text.strip():
        return Unreadable("no_stored_inputs", "the cell is empty")
    try:
        entities = parse_stored(text)
    except ValueError as error:
        return Unreadable("unreadable_inputs", str(error))
    return check_label(
        get(instance.calculator),
        entities,
        instance.label,
        instance.spec,
        question=instance.question,
        conventions=conventions,
    )


def parse_stored(text: str) -> dict[str, object]:
    """The stored inputs of a cell: a JSON object, or a dict as Python writes it.

    Raises:
        ValueError: it is neither.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = _python_literal(text)
    if not isinstance(value, dict):
        raise ValueError(f"the stored inputs are no object of names and values: {shorten(text)!r}")
    return {str(name): stored for name, stored in value.items()}


def _python_literal(text: str) -> object:
    """The value, or None where the text is none."""
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _with_cause(row: AuditRow, found: tuple[Cause, str] | None) -> AuditRow:
    return row if found is None else replace(row, cause=found[0], detail=found[1])
