"""Which of a benchmark's own columns a release writes its labels into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from answers.format import AnswerStyle
from benchmarks import medcalc
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Instance
from releases.errors import ReleaseError
from store.records import BenchmarkRecord


@dataclass(frozen=True)
class OwnColumns:
    """Columns by what is in them; None where the benchmark has none of this kind."""

    label: str | None
    lower: str | None
    upper: str | None
    stored_inputs: str | None
    style: AnswerStyle
    """How the benchmark spells dates and durations."""


def own_columns(benchmark: BenchmarkRecord, mapping: ColumnMapping | None) -> OwnColumns:
    """What the columns are, as when the benchmark was read.

    Raises BenchmarkError where names that are not standard need a mapping and none is given.
    """
    columns = benchmark.columns
    if mapping is None and medcalc.is_medcalc(columns):
        stored = medcalc.STORED_INPUTS if medcalc.STORED_INPUTS in columns else None
        return OwnColumns(medcalc.LABEL, medcalc.LOWER, medcalc.UPPER, stored, "medcalc")
    found = mapping or ColumnMapping.detect(benchmark.source, columns)
    entries = (found.label, found.lower, found.upper, found.stored_inputs)
    label, lower, upper, stored = (entry if entry in columns else None for entry in entries)
    return OwnColumns(label, lower, upper, stored, "plain")


def check_label_column(own: OwnColumns, instances: Iterable[Instance]) -> None:
    """Raise ReleaseError where the label column does not hold the labels that the run was given."""
    for instance in instances:
        cell = instance.row[own.label] if own.label else ""
        if cell != instance.label_text:
            where = f"column {own.label!r} says {cell!r}" if own.label else "no column is mapped"
            raise ReleaseError(
                f"the label of instance {instance.source_id} was {instance.label_text!r} when it was read, "
                f"and {where}: give the mapping of the run, as in --map label=COLUMN,…"
            )
