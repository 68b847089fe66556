"""The one entrance for benchmarks: a file, a dataset folder or a dataset on the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.build import Interpreter, interpreted
from benchmarks.files import open_table
from benchmarks.generic import generic_interpreter
from benchmarks.hub import PREFIX, open_hub_table, parse_hub_source
from benchmarks.mapping import ColumnMapping, names
from benchmarks.medcalc import EXPLANATION, LABEL, STORED_INPUTS, id_column, is_medcalc, medcalc_interpreter
from benchmarks.model import Benchmark, BenchmarkHead, Instance, Rejection
from benchmarks.table import OpenTable
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


@dataclass(frozen=True)
class OpenBenchmark:
    """A source with what its columns mean; its rows are read and interpreted when they are asked for.

    A column is None where the benchmark has none of this kind.
    """

    name: str
    table: OpenTable
    interpret: Interpreter
    id_column: str | None
    label_column: str | None
    stored_inputs_column: str | None
    explanation_column: str | None

    @property
    def head(self) -> BenchmarkHead:
        """What it is called and where it comes from."""
        table = self.table
        return BenchmarkHead(name=self.name, source=table.source, sha256=table.sha256, columns=table.columns)

    def results(self) -> Iterator[Instance | Rejection]:
        """What became of every data row, in its order. Raises BenchmarkError as `OpenTable.rows`."""
        return (result for _, result in interpreted(self.table, self.interpret))

    def benchmark(self) -> Benchmark:
        """All of it in memory: instances and rejections that together account for every data row."""
        results = list(self.results())
        return Benchmark(
            **self.head.model_dump(),
            instances=tuple(result for result in results if isinstance(result, Instance)),
            rejections=tuple(result for result in results if isinstance(result, Rejection)),
        )


def open_benchmark(
    source: str,
    mapping: ColumnMapping | None = None,
    *,
    encoding: str = "utf-8",
    calculators: CalculatorFinder = REGISTERED,
) -> OpenBenchmark:
    """Open a benchmark: MedCalc-Bench by its columns, any other table by its mapping.

    Args:
        source: a .csv, .tsv, .jsonl, .ndjson or .parquet file; hf:OWNER/NAME[@REVISION][:SPLIT]; or
            hf:FOLDER[:SPLIT] for a local dataset folder.
        mapping: which column is what; None: MedCalc-Bench, or columns with standard names.
        encoding: of a text file.
        calculators: where calculators are looked up.

    Raises:
        BenchmarkError: the source as a whole cannot be read.
    """
    if source.startswith(PREFIX):
        table, name = open_hub_table(source), Path(parse_hub_source(source).name).name
    else:
        table, name = open_table(Path(source), encoding), Path(source).stem
    columns = table.columns
    if mapping is None and is_medcalc(columns):
        interpret = medcalc_interpreter(source, columns, calculators.by_medcalc_id)
        stored, explained = (c if c in columns else None for c in (STORED_INPUTS, EXPLANATION))
        return OpenBenchmark(name, table, interpret, id_column(source, columns), LABEL, stored, explained)
    mapping = mapping or ColumnMapping.detect(source, columns)
    interpret = generic_interpreter(
        source, columns, mapping, calculators.by_id, calculators.by_question, calculators.ids
    )
    return OpenBenchmark(
        name, table, interpret, mapping.id, mapping.label, mapping.stored_inputs, mapping.explanation
    )


def stored_inputs_column(columns: tuple[str, ...]) -> str | None:
    """The column that holds stored inputs, where it has a standard name and is the only one that does."""
    if is_medcalc(columns):
        return STORED_INPUTS if STORED_INPUTS in columns else None
    found = [column for column in columns if names(column, "stored_inputs")]
    return found[0] if len(found) == 1 else None


def read_benchmark(
    source: str,
    mapping: ColumnMapping | None = None,
    *,
    encoding: str = "utf-8",
    calculators: CalculatorFinder = REGISTERED,
) -> Benchmark:
    """Read a benchmark into memory, from what `open_benchmark` takes.

    Returns:
        Instances and rejections that together account for every data row.

    Raises:
        BenchmarkError: the source as a whole cannot be read.
    """
    return open_benchmark(source, mapping, encoding=encoding, calculators=calculators).benchmark()
