"""Several columns of one table as labels of the same items: physicians, models, raters beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answers.model import AnswerKind, AnswerSpec
from benchmarks.errors import BenchmarkError, shorten
from benchmarks.label_sets import SetLabel, id_column_of, read_label
from benchmarks.model import Benchmark, Rejection
from benchmarks.rules import default_rule
from benchmarks.table import Table, read_table


@dataclass(frozen=True)
class LabelColumns:
    """What each column says about each item.

    Items are a benchmark's source ids where the table was read against one, else row numbers.
    """

    source: str
    specs: dict[str, AnswerSpec]
    """Item → its answer spec, in the order of the table."""
    labels: dict[str, dict[str, SetLabel]]
    """Column → item → label; every column has every item."""
    strangers: tuple[str, ...] = ()
    """Ids that the benchmark does not have."""
    rejections: tuple[Rejection, ...] = ()


def read_label_columns(
    path: Path, columns: Sequence[str], *, kind: AnswerKind = "number", benchmark: Benchmark | None = None
) -> LabelColumns:
    """Read columns of a CSV, TSV, JSONL or Parquet table.

    Args:
        path: the table.
        columns: those that are read. A name that is no column may be several, joined with commas.
        kind: of every answer, where there is no benchmark; answers then agree as `default_rule` says.
        benchmark: whose answer specs apply; the table then needs a column with its ids.

    Raises:
        BenchmarkError: the table cannot be read, a column is missing or named twice, or ids are missing or
            occur twice.
    """
    table = read_table(path)
    names = _column_names(table, columns)
    strangers: list[str] = []
    if benchmark is None:
        spec = AnswerSpec(kind=kind, agreement=default_rule(kind))
        specs = {str(number): spec for number, _ in table.rows}
        rows = {str(number): row for number, row in table.rows}
    else:
        rows, strangers = _rows_by_id(table, benchmark)
        known = {instance.source_id: instance.spec for instance in benchmark.instances}
        specs = {source_id: known[source_id] for source_id in rows}
    labels = {
        name: {item: read_label(row[name], specs[item]) for item, row in rows.items()} for name in names
    }
    return LabelColumns(table.source, specs, labels, tuple(strangers), table.rejections)


def _column_names(table: Table, asked: Sequence[str]) -> list[str]:
    names: list[str] = []
    for text in asked:
        names += [text] if text in table.columns else [part.strip() for part in text.split(",")]
    for position, name in enumerate(names):
        if name not in table.columns:
            columns = shorten(", ".join(map(repr, table.columns)))
            raise BenchmarkError(table.source, f"there is no column {name!r}; there are {columns}")
        if name in names[:position]:
            raise BenchmarkError(table.source, f"the column {name!r} is asked for twice; name it once")
    return names


def _rows_by_id(table: Table, benchmark: Benchmark) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Rows of instances by source id, and ids that are none of the benchmark."""
    known = {instance.source_id: instance for instance in benchmark.instances}
    column = id_column_of(table, known)
    rows: dict[str, dict[str, str]] = {}
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
    return rows, strangers
