"""A benchmark in memory: instances that were read, and rows that were not, each with its reason."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from answers.model import Answer, AnswerSpec


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Instance(_Frozen):
    """One item of a benchmark.

    `id` is derived from the source id and the content (context and question), never from a position.
    """

    id: str
    source_id: str
    context: str
    question: str
    spec: AnswerSpec
    label: Answer | None
    """The original label, typed; None where the benchmark has none."""
    label_text: str
    """The original label as the file spells it."""
    limits: tuple[str, str] | None = None
    """The benchmark's own lower and upper limit, as spelled, in ascending order."""
    calculator: str | None = None
    """Id of a registered calculator, where the benchmark names one that is registered."""
    calculator_name: str | None = None
    """What the benchmark itself calls the calculation or task."""
    category: str | None = None
    row: dict[str, str]
    """The source row, column by column, for export."""


class Rejection(_Frozen):
    """A row that could not become an instance: where it is, which value, and the way out."""

    file: str
    row: int
    """1-based record below the header, which is row 0: a line break inside quotes does not start a row, and
    blank lines are not counted. In JSONL, the 1-based line that is not blank."""
    column: str
    value: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column!r}: {self.problem} (value {self.value!r})"


class BenchmarkHead(_Frozen):
    """What a benchmark is called and where it comes from; the SHA-256 of its source is its version."""

    name: str
    source: str
    sha256: str
    columns: tuple[str, ...]


class Benchmark(BenchmarkHead):
    """A named, versioned set of instances, in memory."""

    instances: tuple[Instance, ...]
    rejections: tuple[Rejection, ...] = ()
