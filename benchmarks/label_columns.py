"""Several columns of one table as labels of the same items: physicians, models, raters beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from answers.model import AnswerKind, AnswerSpec
from benchmarks.errors import BenchmarkError, shorten
from benchmarks.files import read_table
from benchmarks.ids import Matched, rows_by_id
from benchmarks.label_sets import SetLabel, read_label
from benchmarks.model import Benchmark, Rejection
from benchmarks.rules import default_rule
from benchmarks.table import Table


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
    if benchmark is None:
        spec = AnswerSpec(kind=kind, agreement=default_rule(kind))
        specs = {str(number): spec for number, _ in table.rows}
        matched = Matched({str(number): row for number, row in table.rows}, ())
    else:
        known = {instance.source_id: instance.spec for instance in benchmark.instances}
        matched = rows_by_id(table, known)
        specs = {source_id: known[source_id] for source_id in matched.rows}
    labels = {
        name: {item: read_label(row[name], specs[item]) for item, row in matched.rows.items()}
        for name in names
    }
    return LabelColumns(table.source, specs, labels, matched.strangers, table.rejections)


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
