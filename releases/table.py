"""labels.csv: the benchmark's own columns with the released labels in place, and what was decided of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from answers.model import IncomputableAnswer
from benchmarks.export import added_columns, safe_cell, write_csv
from benchmarks.model import Instance
from releases.columns import OwnColumns
from releases.model import ReleaseRow

LABELS_CSV = "labels.csv"
ADDED = (
    "original_label",
    "label_status",
    "open",
    "error_type",
    "decided_by",
    "agreement_share",
    "n_votes",
    "reason",
)


def write_labels_csv(
    path: Path,
    columns: Sequence[str],
    own: OwnColumns,
    instances: Sequence[Instance],
    rows: Sequence[ReleaseRow],
) -> None:
    """Write every instance in the benchmark's order; one without a label has empty cells for it.

    Texts of the benchmark, its original label among them, are as it spells them. Every other cell is safe to
    open in a spreadsheet. Where the benchmark has no label column, `label` is added.

    Raises ValueError where added columns collide with the benchmark's own, prefixed ones too.
    """
    added = ADDED if own.label else ("label", *ADDED)
    header = (*columns, *added_columns(columns, added))
    write_csv(path, header, _cells(columns, own, instances, rows))


def _cells(
    columns: Sequence[str], own: OwnColumns, instances: Sequence[Instance], rows: Sequence[ReleaseRow]
) -> Iterator[tuple[str, ...]]:
    for instance, row in zip(instances, rows, strict=True):
        released = _released(own, row)
        extra = _extra(row)
        if not own.label:
            extra = (safe_cell(row.label or ""), *extra)
        yield (*(released.get(column, instance.row[column]) for column in columns), *extra)


def _released(own: OwnColumns, row: ReleaseRow) -> dict[str, str]:
    """The benchmark's label columns with what is released; the limits of incomputable are that, too."""
    without = row.label if isinstance(row.answer, IncomputableAnswer) else None
    cells = {
        own.label: row.label,
        own.lower: row.lower_limit or without,
        own.upper: row.upper_limit or without,
    }
    return {column: safe_cell(text or "") for column, text in cells.items() if column is not None}


def _extra(row: ReleaseRow) -> tuple[str, ...]:
    share = "" if row.agreement_share is None else f"{row.agreement_share:.4g}"
    cells = (row.open, row.error_type, row.decided_by, share, str(row.n_votes), row.reason)
    return (row.original_label, row.label_status, *(safe_cell(cell or "") for cell in cells))
