"""Verdicts of several judges in one table, as other tools write them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from benchmarks.errors import BenchmarkError
from benchmarks.files import read_table
from benchmarks.table import Table
from consensus.severity import SEVERITIES, Severity

COLUMNS = ("scenario", "target", "judge", "severity")
UNSCORED = frozenset({"", "unscored", "error"})
"""How tables say that a judgment failed, in any case of letters."""


class JudgeTable(NamedTuple):
    """`items`: scenario and target, as `scenario · target` → judge → severity, None where it is unscored."""

    source: str
    rows: int
    unscored: int
    """Rows that say so; that a judge has no row for an item is not among them."""
    items: dict[str, dict[str, Severity | None]]


def read_judge_table(path: Path) -> JudgeTable:
    """Read a CSV, TSV, JSONL, Parquet table with the columns of COLUMNS, in any case; others are left alone.

    Raises:
        BenchmarkError: the table cannot be read; a column is missing; a row has no scenario, target or
            judge, a severity that there is not, or is there twice.
    """
    table = read_table(path)
    named = _columns(table)
    if table.rejections:
        raise BenchmarkError(*_of_rejection(table))
    items: dict[tuple[str, str], dict[str, Severity | None]] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in table.rows:
        scenario, target, judge = (_name(table, number, row, named[column]) for column in COLUMNS[:3])
        if earlier := seen.get((scenario, target, judge)):
            raise BenchmarkError(
                table.source,
                f"this judge has rated scenario {scenario!r} of target {target!r} in row {earlier} already; "
                "keep one row of each",
                row=number,
                column=named["judge"],
                value=judge,
            )
        seen[scenario, target, judge] = number
        items.setdefault((scenario, target), {})[judge] = _severity(table, number, row, named["severity"])
    unscored = sum(severity is None for ratings in items.values() for severity in ratings.values())
    rated = {f"{scenario} · {target}": ratings for (scenario, target), ratings in items.items()}
    return JudgeTable(table.source, len(table.rows), unscored, rated)


def _columns(table: Table) -> dict[str, str]:
    """Each of COLUMNS → what the table calls it: in any case of letters, one that is spelled so first."""
    named = {column.strip().casefold(): column for column in reversed(table.columns)}
    named |= {column: column for column in table.columns}
    if missing := [column for column in COLUMNS if column not in named]:
        has = ", ".join(table.columns)
        semicolons = len(table.columns) == 1 and ";" in has
        way_out = ". Its cells are separated by semicolons: save it with commas" if semicolons else ""
        raise BenchmarkError(
            table.source,
            f"no column {', '.join(missing)}; it has {has}, and needs {', '.join(COLUMNS)}{way_out}",
        )
    return named


def _of_rejection(table: Table) -> tuple[str, str]:
    first, *rest = table.rejections
    more = f"; {len(rest)} more rows cannot be read" if rest else ""
    return table.source, f"row {first.row}: {first.problem} (value {first.value!r}){more}"


def _name(table: Table, number: int, row: dict[str, str], column: str) -> str:
    name = row[column].strip()
    if not name:
        raise BenchmarkError(
            table.source, "it is empty; each row needs one", row=number, column=column, value=row[column]
        )
    return name


def _severity(table: Table, number: int, row: dict[str, str], column: str) -> Severity | None:
    cell = row[column]
    text = cell.strip().casefold()
    if text in UNSCORED:
        return None
    for severity in SEVERITIES:
        if severity == text:
            return severity
    raise BenchmarkError(
        table.source,
        f"no severity; give {', '.join(SEVERITIES)}, or nothing where the judgment failed",
        row=number,
        column=column,
        value=cell,
    )
