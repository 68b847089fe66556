"""The one entrance for benchmarks: a file, a dataset folder or a dataset on the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.build import build_benchmark
from benchmarks.generic import generic_interpreter
from benchmarks.hub import PREFIX, parse_hub_source, read_hub_table
from benchmarks.mapping import ColumnMapping
from benchmarks.medcalc import is_medcalc, medcalc_interpreter
from benchmarks.model import Benchmark
from benchmarks.table import read_table
from calculators import registry
from calculators.model import Calculator


@dataclass(frozen=True)
class CalculatorFinder:
    """How a benchmark's calculators are found among the registered ones."""

    by_id: Callable[[str], Calculator | None]
    by_medcalc_id: Callable[[int], Calculator | None]
    by_question: Callable[[str], Calculator | None]
    ids: tuple[str, ...]
    """All that `by_id` finds."""


REGISTERED = CalculatorFinder(
    by_id=registry.find,
    by_medcalc_id=registry.for_medcalc_id,
    by_question=registry.match_question,
    ids=tuple(calculator.id for calculator in registry.all_calculators()),
)


def read_benchmark(
    source: str,
    mapping: ColumnMapping | None = None,
    *,
    encoding: str = "utf-8",
    calculators: CalculatorFinder = REGISTERED,
) -> Benchmark:
    """Read a benchmark: MedCalc-Bench by its columns, any other table by its mapping.

    Args:
        source: a .csv, .tsv, .jsonl, .ndjson or .parquet file; hf:OWNER/NAME[@REVISION][:SPLIT]; or
            hf:FOLDER[:SPLIT] for a local dataset folder.
        mapping: which column is what; None: MedCalc-Bench, or columns with standard names.
        encoding: of a text file.
        calculators: where calculators are looked up.

    Returns:
        Instances and rejections that together account for every data row.

    Raises:
        BenchmarkError: the source as a whole cannot be read.
    """
    if source.startswith(PREFIX):
        table, name = read_hub_table(source), Path(parse_hub_source(source).name).name
    else:
        table, name = read_table(Path(source), encoding), Path(source).stem
    if mapping is None and is_medcalc(table.columns):
        interpret = medcalc_interpreter(source, table.columns, calculators.by_medcalc_id)
    else:
        mapping = mapping or ColumnMapping.detect(source, table.columns)
        interpret = generic_interpreter(
            source, table.columns, mapping, calculators.by_id, calculators.by_question, calculators.ids
        )
    return build_benchmark(name, table, interpret)
