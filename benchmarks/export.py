"""Labels out: the benchmark's own columns, unchanged, and what was decided about each row."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from answers.text import plain
from benchmarks.errors import BenchmarkError
from benchmarks.whole import whole_file

ADDED_COLUMNS = ("label", "label_status", "decided_by", "agreement", "n_votes", "reason")
COLLISION_PREFIX = "steward_"

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True)
class ExportRow:
    """One instance: its source row, and the label that was committed for it (empty texts: none yet)."""

    source_row: Mapping[str, str]
    label: str
    label_status: str
    decided_by: str
    agreement: float | None
    n_votes: int
    reason: str

    def added(self) -> tuple[str, ...]:
        """The cells of ADDED_COLUMNS, safe to show; agreement with up to four significant digits."""
        agreement = "" if self.agreement is None else f"{self.agreement:.4g}"
        cells = (self.label, self.label_status, self.decided_by, agreement, str(self.n_votes), self.reason)
        return tuple(map(safe_cell, cells))


def safe_cell(text: str) -> str:
    """A cell that neither steers a terminal nor runs as a formula where a spreadsheet opens the file.

    Control characters and direction overrides are replaced. What would be a formula (it starts with one of
    = + - @ and is not a number) gets a leading apostrophe, which spreadsheets take as "this is text".
    """
    cell = plain(text)
    runs = cell.lstrip().startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def added_columns(columns: Sequence[str], added: Sequence[str] = ADDED_COLUMNS) -> tuple[str, ...]:
    """The names of the added columns: `label`, or `steward_label` where the benchmark has one, and so on.

    Raises:
        ValueError: the benchmark has the prefixed column, too.
    """
    names = tuple(f"{COLLISION_PREFIX}{name}" if name in columns else name for name in added)
    taken = sorted(set(names).intersection(columns))
    if taken:
        raise ValueError(f"the benchmark has columns {', '.join(map(repr, taken))}; rename them")
    return names


def export_csv(path: Path, columns: Sequence[str], rows: Iterable[ExportRow]) -> int:
    """Write labels as CSV (UTF-8), all or nothing: a reader sees the old file or the complete new one.

    Args:
        path: the file; replaced if it is there. Its folder must be there.
        columns: the benchmark's own columns, in order. They come first and their text is unchanged. A
            column that an added one would repeat keeps its name; the added one is prefixed with `steward_`.
        rows: in the order in which they are written.

    Returns:
        The number of rows written.

    Raises:
        ValueError: a prefixed column collides, too.
        KeyError: a row lacks one of the columns.
        OSError: the folder is not there, or it or the file cannot be written.
    """
    header = (*columns, *added_columns(columns))
    cells = ((*(row.source_row[column] for column in columns), *row.added()) for row in rows)
    return write_csv(path, header, cells)


def refuse_source(path: Path, source: str) -> None:
    """Raise BenchmarkError where a file that is to be written is the benchmark itself."""
    if path.resolve() == Path(source).resolve():
        raise BenchmarkError(
            source, "this is the benchmark itself, and it is not overwritten; name another file"
        )


def refuse_inputs(path: Path, references: Iterable[str]) -> None:
    """Raise BenchmarkError where a file that is to be written is one of those that are read.

    References name files as label sets and predictions do: FILE, FILE#COLUMN, NAME=FILE.
    """
    for reference in references:
        named = {reference, reference.partition("#")[0]}
        named |= {name.partition("=")[2] for name in named if "=" in name}
        if path.resolve() in {Path(name).resolve() for name in named}:
            raise BenchmarkError(str(path), "this is an input, and it is not overwritten; name another file")


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, for_spreadsheets: bool = False
) -> int:
    """Write a table (UTF-8), all or nothing; returns its number of rows. Raises OSError as `export_csv`.

    Spreadsheets know UTF-8 by a byte order mark, and want the line ends that the CSV standard has (RFC 4180).
    """
    count = 0
    with whole_file(path, encoding="utf-8-sig" if for_spreadsheets else "utf-8") as file:
        writer = csv.writer(file, lineterminator="\r\n" if for_spreadsheets else "\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
