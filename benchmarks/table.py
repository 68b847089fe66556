"""Tables of text cells, in memory or read when asked for. Rows that are broken become rejections."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.errors import BenchmarkError, RowProblem, shorten
from benchmarks.model import Rejection

Numbered = tuple[int, dict[str, str] | Rejection]
"""The number of a data row, with its cells or what is wrong with it."""


@dataclass(frozen=True)
class Table:
    """A source as text: every data row is either in `rows` or in `rejections`, under its row number."""

    source: str
    sha256: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True)
class OpenTable:
    """A source whose rows are read when they are asked for, so that it may be larger than memory."""

    source: str
    sha256: str
    columns: tuple[str, ...]
    size: int
    """Number of data rows, broken ones among them."""
    read: Callable[[], Iterator[Numbered]] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.size:
            raise BenchmarkError(self.source, "there are no data rows; give at least one")

    def rows(self) -> Iterator[Numbered]:
        """Every data row in its order, from the first one at each call.

        Raises BenchmarkError where the source has changed or can no longer be read.
        """
        return self.read()

    def table(self) -> Table:
        """All rows in memory."""
        return Table(self.source, self.sha256, self.columns, *_sorted_out(self.rows()))


def _sorted_out(
    rows: Iterable[Numbered],
) -> tuple[tuple[tuple[int, dict[str, str]], ...], tuple[Rejection, ...]]:
    kept: list[tuple[int, dict[str, str]]] = []
    rejections: list[Rejection] = []
    for number, row in rows:
        if isinstance(row, Rejection):
            rejections.append(row)
        else:
            kept.append((number, row))
    return tuple(kept), tuple(rejections)


def checked_columns(source: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The header. Raises BenchmarkError for a name that occurs twice or holds a NUL byte."""
    for index, column in enumerate(columns):
        if "\0" in column:
            problem = (
                "the header holds a NUL byte, as UTF-16 without a byte order mark does; save it as UTF-8"
            )
            raise BenchmarkError(source, problem, row=0, column=column)
        if column in columns[:index]:
            raise BenchmarkError(source, "the header has this column twice; rename one", row=0, column=column)
    return tuple(columns)


def checked_cells(row: dict[str, str]) -> dict[str, str]:
    """The row. Raises RowProblem for a NUL byte or a character that no UTF-8 file can hold."""
    for column, cell in row.items():
        if "\0" in cell:
            raise RowProblem(column, cell, f"NUL byte at character {cell.index(chr(0))}; remove it")
        try:
            cell.encode()
        except UnicodeEncodeError as error:
            value = cell.encode(errors="backslashreplace").decode()
            raise RowProblem(
                column, value, f"half a surrogate pair at character {error.start}; repair it"
            ) from None
    return row


def table_of_rows(
    source: str, columns: tuple[str, ...], values: Callable[[], Iterable[Mapping[str, object]]]
) -> OpenTable:
    """A table of rows with typed cells, which `values` gives from the first one at each call.

    Its hash is that of the canonical JSON of its rows. Raises BenchmarkError where there are none.
    """
    return hashed_table(source, columns, lambda: typed_rows(source, columns, values()))


def hashed_table(source: str, columns: tuple[str, ...], read: Callable[[], Iterator[Numbered]]) -> OpenTable:
    """A table that is no one file: its SHA-256 is that of the canonical JSON of columns and numbered rows."""
    digest = hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode())
    size = 0
    for number, row in read():
        size += 1
        if not isinstance(row, Rejection):
            line = json.dumps([number, list(row.values())], ensure_ascii=False, separators=(",", ":"))
            digest.update(b"\n" + line.encode())
    return OpenTable(source, digest.hexdigest(), columns, size, read)


def typed_rows(
    source: str, columns: tuple[str, ...], values: Iterable[Mapping[str, object]]
) -> Iterator[Numbered]:
    """Rows with typed cells as numbered rows of text."""
    for number, value in enumerate(values, start=1):
        try:
            yield number, checked_cells({column: cell_text(value.get(column)) for column in columns})
        except RowProblem as problem:
            yield number, rejection(source, number, problem)


def cell_text(value: object) -> str:
    """A typed cell as text: None and NaN are empty, dates ISO, lists and objects JSON."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def rejection(source: str, row: int, problem: RowProblem) -> Rejection:
    """A row's problem with its place."""
    value = shorten(problem.value)
    return Rejection(file=source, row=row, column=problem.column, value=value, problem=problem.problem)
