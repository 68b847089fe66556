"""Which rows of a table are about which instances: tables are matched to a benchmark by its source ids."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError, shorten
from benchmarks.files import SUFFIXES, read_table
from benchmarks.table import Table

ID_COLUMNS = ("uid", "Unique ID", "source_id", "id", "instance", "Row Number")


@dataclass(frozen=True)
class Matched:
    """The rows of a table by source id, in their order, and the ids that are none of the benchmark."""

    rows: dict[str, Mapping[str, str]]
    strangers: tuple[str, ...]


def rows_by_id(table: Table, known: Collection[str]) -> Matched:
    """Match a table to the source ids that are known.

    Raises:
        BenchmarkError: no column holds a known id, or one occurs twice.
    """
    column = id_column_of(table, known)
    rows: dict[str, Mapping[str, str]] = {}
    strangers = []
    for number, row in table.rows:
        source_id = row[column]
        if source_id not in known:
            strangers.append(source_id)
        elif source_id in rows:
            problem = f"the id {source_id!r} occurs twice; keep one of the rows"
            raise BenchmarkError(table.source, problem, row=number, column=column)
        else:
            rows[source_id] = row
    return Matched(rows, tuple(strangers))


def id_column_of(table: Table, known: Collection[str]) -> str:
    """The column that names the instances: one of ID_COLUMNS, else the one that holds most known ids.

    Raises:
        BenchmarkError: no column holds a known id.
    """
    held = {
        column: sum(row[column] in known for _, row in table.rows)
        for column in (*(name for name in ID_COLUMNS if name in table.columns), *table.columns)
    }
    best = max(held, key=lambda column: held[column], default=None)
    if best is None or not held[best]:
        columns = shorten(", ".join(map(repr, table.columns)))
        raise BenchmarkError(table.source, f"no column holds ids of the benchmark; its columns are {columns}")
    return best


def read_ids(path: Path, known: Collection[str]) -> frozenset[str]:
    """The ids that a file lists: those in the id column of a table, else one a line.

    Ids that are not known are among them. Raises BenchmarkError where a table cannot be read or no id is
    known, and OSError.
    """
    if path.suffix.lower() in SUFFIXES:
        table = read_table(path)
        column = id_column_of(table, known)
        return frozenset(row[column] for _, row in table.rows)
    try:
        lines = path.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BenchmarkError(str(path), f"not UTF-8: {error}") from error
    listed = frozenset(line.strip() for line in lines if line.strip())
    if listed.isdisjoint(known):
        raise BenchmarkError(str(path), "none of its lines is an id of the benchmark")
    return listed
