"""Label sets: what several sources say about the instances of one benchmark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from answers.model import Answer, AnswerSpec
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.errors import BenchmarkError
from benchmarks.files import read_table
from benchmarks.ids import rows_by_id
from benchmarks.model import Benchmark, Instance
from benchmarks.table import Table

Gap = Literal["unlabelled", "ambiguous", "unreadable"]
"""Why an instance has no answer in a set: nothing is said, several answers fit, or it cannot be read."""

ORIGINAL = "original"
LABEL_COLUMNS = ("label", "steward_label", "Ground Truth Answer")
STATUS_COLUMNS = ("label_status", "steward_label_status")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetLabel(_Frozen):
    """What a label set says about one instance. Exactly one of `answer` and `gap` is set."""

    answer: Answer | None = None
    gap: Gap | None = None
    text: str = ""
    """As the source spells it."""


class LabelSet(_Frozen):
    """Labels over a benchmark by source id; what is not in it, the source does not list."""

    name: str
    source: str
    labels: dict[str, SetLabel]
    strangers: tuple[str, ...] = ()
    """Ids that the source lists and the benchmark does not have."""

    def answers(self) -> dict[str, Answer]:
        """Source id → answer, of the instances that have one."""
        return {key: label.answer for key, label in self.labels.items() if label.answer is not None}

    def gaps(self, kind: Gap) -> list[str]:
        """Source ids of the instances that have no answer for this reason."""
        return [key for key, label in self.labels.items() if label.gap == kind]


def original_labels(benchmark: Benchmark) -> LabelSet:
    """The benchmark's own labels."""
    return labels_of_instances(benchmark.instances, benchmark.source)


def labels_of_instances(instances: Iterable[Instance], source: str) -> LabelSet:
    """The labels that instances came with, from the source that is named."""
    labels = {
        instance.source_id: SetLabel(answer=instance.label, text=instance.label_text)
        if instance.label is not None
        else SetLabel(gap="unlabelled", text=instance.label_text)
        for instance in instances
    }
    return LabelSet(name=ORIGINAL, source=source, labels=labels)


def read_label_set(reference: str, benchmark: Benchmark) -> LabelSet:
    """The label set in a file: `FILE` or `FILE#COLUMN`, a CSV, TSV, JSONL or Parquet table with an id column.

    Raises:
        BenchmarkError: the file cannot be read, has no id or label column, an id twice, or no id of the
            benchmark.
    """
    path, _, column = reference.partition("#")
    table = read_table(Path(path))
    label_column = _label_column(table, column)
    specs = {instance.source_id: instance.spec for instance in benchmark.instances}
    matched = rows_by_id(table, specs)
    status_column = next((name for name in STATUS_COLUMNS if name in table.columns), "")
    labels = {
        source_id: read_label(row[label_column], specs[source_id], row.get(status_column, ""))
        for source_id, row in matched.rows.items()
    }
    name = f"{Path(path).stem}#{label_column}" if column else Path(path).stem
    return LabelSet(name=name, source=path, labels=labels, strangers=matched.strangers)


def read_label(text: str, spec: AnswerSpec, status: str = "") -> SetLabel:
    """One cell of a label set."""
    if status == "ambiguous":
        return SetLabel(gap="ambiguous", text=text)
    if not text.strip():
        return SetLabel(gap="unlabelled", text=text)
    try:
        return SetLabel(answer=parse_answer(text, spec.kind, unit=spec.unit, options=spec.options), text=text)
    except UnparsableAnswer:
        return SetLabel(gap="unreadable", text=text)


def _label_column(table: Table, asked: str) -> str:
    if asked:
        if asked not in table.columns:
            columns = ", ".join(map(repr, table.columns))
            raise BenchmarkError(table.source, f"there is no column {asked!r}; there are {columns}")
        return asked
    found = [name for name in LABEL_COLUMNS if name in table.columns]
    if not found:
        columns = ", ".join(map(repr, table.columns))
        raise BenchmarkError(
            table.source, f"which column is the label? Name it as {table.source}#COLUMN; there are {columns}"
        )
    return found[0]
