"""Tables of text cells from CSV, JSONL and Parquet files. Rows that are broken become rejections."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError, RowProblem, shorten
from benchmarks.model import Rejection

DELIMITERS = {".csv": ",", ".tsv": "\t"}
JSONL_SUFFIXES = frozenset({".jsonl", ".ndjson"})
PARQUET_SUFFIXES = frozenset({".parquet", ".pq"})
SUFFIXES = JSONL_SUFFIXES | PARQUET_SUFFIXES | DELIMITERS.keys()

_BOMS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


@dataclass(frozen=True)
class Table:
    """A source as text: every data row is either in `rows` or in `rejections`, under its row number."""

    source: str
    sha256: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    rejections: tuple[Rejection, ...] = ()


def read_table(path: Path, encoding: str = "utf-8") -> Table:
    """Read a file of one of the kinds in SUFFIXES.

    Raises:
        BenchmarkError: the file cannot be opened, is empty, has no data rows, another encoding, a broken
            header or quoting.
    """
    if path.suffix.lower() not in SUFFIXES:
        known = ", ".join(sorted(SUFFIXES))
        raise BenchmarkError(str(path), f"unknown kind of file {path.suffix!r}; give one of {known}")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BenchmarkError(
            str(path), f"cannot be read: {error.strerror or error}; check the path"
        ) from None
    return parse_table(str(path), data, path.suffix.lower(), encoding)


def parse_table(source: str, data: bytes, suffix: str, encoding: str = "utf-8") -> Table:
    """Read the bytes of a file with one of SUFFIXES. Raises BenchmarkError as `read_table` does."""
    if not data.strip():
        raise BenchmarkError(source, "the file is empty; give one with a header and data rows")
    if suffix in PARQUET_SUFFIXES:
        return _parquet(source, data)
    text = decode(data, source, encoding)
    if suffix in DELIMITERS:
        return _csv(source, data, text, DELIMITERS[suffix])
    return _jsonl(source, data, text)


def decode(data: bytes, source: str, encoding: str = "utf-8") -> str:
    """The text of a file, with or without a UTF-8 byte order mark.

    Raises:
        BenchmarkError: names the first byte that does not fit, its offset, and how to convert the file.
    """
    convert = "convert it, e.g. iconv -f {} -t UTF-8 OLD > NEW"
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        for bom, name in _BOMS.items():
            if data.startswith(bom):
                marks = bom.hex(" ")
                problem = f"bytes {marks} at offset 0 mark it as {name}, not UTF-8"
                raise BenchmarkError(source, f"{problem}; {convert.format(name)}")
        encoding = "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = f"byte 0x{data[error.start]:02x} at offset {error.start} is not {error.encoding}"
        raise BenchmarkError(
            source, f"{place}; {convert.format('ISO-8859-1')} (or its real encoding)"
        ) from None
    except LookupError:
        raise BenchmarkError(source, f"there is no encoding {encoding!r}; utf-8 is the default") from None


def _csv(source: str, data: bytes, text: str, delimiter: str) -> Table:
    records = _records(source, text, delimiter)
    columns = checked_columns(source, records[0])
    rows: list[tuple[int, dict[str, str]]] = []
    rejections: list[Rejection] = []
    for number, cells in enumerate(records[1:], start=1):
        try:
            rows.append((number, _row(columns, cells)))
        except RowProblem as problem:
            rejections.append(rejection(source, number, problem))
    return _table(source, data, columns, rows, rejections)


def _records(source: str, text: str, delimiter: str) -> list[list[str]]:
    """All records that are not blank lines; the first is the header."""
    default_limit = csv.field_size_limit(max(len(text), 1))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [record for record in reader if record]
    except csv.Error as error:
        problem = f"line {reader.line_num} breaks the quoting ({error}); double the quotes inside a cell"
        raise BenchmarkError(source, problem) from None
    finally:
        csv.field_size_limit(default_limit)


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


def _row(columns: tuple[str, ...], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        first_missing = columns[len(cells)] if len(cells) < len(columns) else ""
        raise RowProblem(
            first_missing,
            cells[-1],
            f"{len(cells)} cells for {len(columns)} columns; quote cells that hold a delimiter",
        )
    return checked_cells(dict(zip(columns, cells, strict=True)))


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


def _jsonl(source: str, data: bytes, text: str) -> Table:
    lines = [line for line in text.split("\n") if line.strip()]
    objects: list[tuple[int, dict[str, str]]] = []
    rejections: list[Rejection] = []
    for number, line in enumerate(lines, start=1):
        try:
            objects.append((number, checked_cells(_json_object(line))))
        except RowProblem as problem:
            rejections.append(rejection(source, number, problem))
    columns = checked_columns(source, list(dict.fromkeys(key for _, row in objects for key in row)))
    rows = [(number, {column: row.get(column, "") for column in columns}) for number, row in objects]
    return _table(source, data, columns, rows, rejections)


def _json_object(line: str) -> dict[str, str]:
    try:
        value = json.loads(line, object_pairs_hook=_unique_pairs, parse_constant=_no_constant)
        if not isinstance(value, dict):
            raise RowProblem("", line, "not a JSON object; write one object per line")
        return {key: cell_text(cell) for key, cell in value.items()}
    except json.JSONDecodeError as error:
        raise RowProblem("", line, f"not JSON ({error}); write one object per line") from None
    except RecursionError:
        raise RowProblem("", line, "nested too deeply; write one flat object per line") from None


def _unique_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise RowProblem(twice, "", "the object has this key twice; keep one")
    return row


def _no_constant(name: str) -> float:
    raise RowProblem("", name, f"{name} is not JSON; write null or a number")


def _parquet(source: str, data: bytes) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(data))
        columns = checked_columns(source, table.column_names)
        return table_of_rows(source, columns, table.to_pylist(), hashlib.sha256(data).hexdigest())
    except pa.ArrowException as error:
        raise BenchmarkError(source, f"not a readable Parquet file ({error}); write it again") from None


def table_of_rows(
    source: str, columns: tuple[str, ...], values: Iterable[Mapping[str, object]], sha256: str | None = None
) -> Table:
    """A table of rows with typed cells. Without a hash, it is that of the canonical JSON of its rows."""
    rows: list[tuple[int, dict[str, str]]] = []
    rejections: list[Rejection] = []
    for number, value in enumerate(values, start=1):
        try:
            rows.append((number, checked_cells({column: cell_text(value.get(column)) for column in columns})))
        except RowProblem as problem:
            rejections.append(rejection(source, number, problem))
    if not rows and not rejections:
        raise BenchmarkError(source, "there are no data rows; give at least one")
    return Table(source, sha256 or rows_sha256(columns, rows), columns, tuple(rows), tuple(rejections))


def rows_sha256(columns: tuple[str, ...], rows: Iterable[tuple[int, dict[str, str]]]) -> str:
    """The SHA-256 of the canonical JSON of columns and numbered rows, where a source has no one file."""
    digest = hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode())
    for number, row in rows:
        line = json.dumps([number, list(row.values())], ensure_ascii=False, separators=(",", ":"))
        digest.update(b"\n" + line.encode())
    return digest.hexdigest()


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


def _table(
    source: str,
    data: bytes,
    columns: tuple[str, ...],
    rows: list[tuple[int, dict[str, str]]],
    rejections: list[Rejection],
) -> Table:
    if not rows and not rejections:
        raise BenchmarkError(source, "there are no data rows below the header; give at least one")
    return Table(source, hashlib.sha256(data).hexdigest(), columns, tuple(rows), tuple(rejections))
