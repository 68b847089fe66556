"""The columns of labels.parquet, and rows to and from them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import JsonValue

from answers.canonical import canonical_json
from answers.model import (
    Answer,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    IntegerAnswer,
    NumberAnswer,
    TextAnswer,
)
from releases.errors import ReleaseError
from releases.model import ReleaseRow

if TYPE_CHECKING:
    import pyarrow as pa

LABELS = "labels.parquet"

ColumnType = Literal["text", "number", "integer", "date", "time", "json"]
"""`json` is a text that is JSON."""


@dataclass(frozen=True)
class Column:
    """One column: its name, type, and what is in it. One that is not `optional` has no gaps."""

    name: str
    type: ColumnType
    meaning: str
    optional: bool = True


def _always(name: str, type_: ColumnType, meaning: str) -> Column:
    return Column(name, type_, meaning, optional=False)


COLUMNS = (
    _always("source_id", "text", "the benchmark's own id of the instance"),
    _always("instance", "text", "id from the source id and the content, never from a position"),
    Column("calculator_name", "text", "what the benchmark calls the calculation or task"),
    Column("category", "text", "the benchmark's category"),
    _always("context", "text", "what the question is asked about, such as a patient note"),
    _always("question", "text", "the question"),
    _always("answer_kind", "text", "number, integer, date, duration, category or text"),
    Column("unit", "text", "unit in which the answer is asked for"),
    _always("options", "json", "list of the options of a category, where they are known"),
    _always("rule", "text", "when an answer is right: relative, absolute or exact"),
    _always("tolerance", "number", "how far it may be off: a share of the label, or its unit (days)"),
    _always("original_label", "text", "the label as the benchmark was published with it"),
    Column("label", "text", "the released label as the benchmark would spell it, up to six digits"),
    Column("label_kind", "text", "kind of the label: as answer_kind, or incomputable"),
    Column("label_number", "number", "the label in full, where it is a number or an integer"),
    Column("label_date", "date", "the label, where it is a date"),
    Column("label_days", "integer", "the label, where it is a duration"),
    Column("label_text", "text", "the label, where it is a category or a text"),
    Column("label_unit", "text", "unit of a number"),
    Column("incomputable_because", "text", "why there is no answer, where the label is incomputable"),
    _always("missing_inputs", "json", "list of the inputs that would give one"),
    Column("lower_limit", "text", "the lowest right answer, as spelled; never above upper_limit"),
    Column("upper_limit", "text", "the highest right answer, as spelled"),
    Column("lower", "number", "the lowest right answer in full, for numbers and durations (days)"),
    Column("upper", "number", "the highest right answer in full"),
    _always("label_status", "text", "confirmed, revised, incomputable, ambiguous, unresolved or retracted"),
    Column("open", "text", "what an unresolved row waits for"),
    Column("error_type", "text", "why the original label is wrong, where someone or something tells"),
    Column("error_source", "text", "who tells: reviewer, audit, or stored_inputs (a calculator on these)"),
    Column("error_detail", "text", "the same in a sentence"),
    _always("reason", "text", "how the label was decided, with the reviewer's note"),
    Column("decided_by", "text", "consensus or reviewer"),
    Column("reviewer", "text", "who decided or retracted: a pseudonym, unless names are published"),
    Column("agreement_share", "number", "share of the votes that agree with the largest group"),
    _always("n_votes", "integer", "number of votes"),
    _always("votes", "json", "list of {answer} or {failure}, one for each vote"),
    _always("evidence", "json", "list of {input, value, unit, quote, where, start, end, time}"),
    _always("steps", "json", "list of {name, expression, value, unit}: the executed formula"),
    Column("code", "text", "the program that a model wrote, where no calculator is registered"),
    _always("conventions", "json", "object of convention and option, as the label takes them"),
    Column("calculator", "text", "id of the calculator"),
    Column("calculator_version", "text", "its version"),
    Column("carried_over_from", "text", "source id of the instance that the decision was taken on"),
    Column("decision", "integer", "number of the decision in the store"),
    Column("decided_at", "time", "when the label was committed, or retracted"),
    Column("run", "text", "id of the run"),
    Column("contract", "text", "SHA-256 of the run's contract, which is in contract.json"),
)

ROW_GROUP = 1000
"""Rows of a row group, fixed so that the same rows have the same bytes."""

_LABEL = ("label_kind", "label_number", "label_date", "label_days", "label_text", "label_unit")
_WHY = ("incomputable_because", "missing_inputs")


def arrow_schema() -> pa.Schema:
    """The columns as Arrow has them; a column that always has a value is declared not to be null."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "json": pa.string(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "date": pa.date32(),
        "time": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([pa.field(c.name, types[c.type], nullable=c.optional) for c in COLUMNS])


def write_parquet(path: Path, rows: Sequence[ReleaseRow]) -> None:
    """Write rows in their order. The same rows give the same bytes with the same pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([cells(row) for row in rows], schema=arrow_schema())
    pq.write_table(table, path, compression="zstd", compression_level=9, row_group_size=ROW_GROUP)


def read_parquet(folder: Path) -> list[ReleaseRow]:
    """The rows of a release. Raises ReleaseError where the folder holds none that this program can read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / LABELS
    try:
        table = pq.read_table(path, partitioning=None)
        return [row_of(found) for found in table.to_pylist()]
    except (OSError, pa.ArrowException) as error:
        raise ReleaseError(f"{path} cannot be read as labels of a release: {error}") from error
    except (KeyError, ValueError) as error:
        raise ReleaseError(f"{path} was written by another version of Steward: {error}") from error


def cells(row: ReleaseRow) -> dict[str, Any]:
    """Column → value."""
    values = {**row.model_dump(exclude={"answer"}), **_label_cells(row.answer)}
    jsons: dict[str, JsonValue] = row.model_dump(mode="json", exclude_none=True)
    for column in COLUMNS:
        if column.type == "json" and column.name in jsons:
            values[column.name] = canonical_json(jsons[column.name])
    return {column.name: values[column.name] for column in COLUMNS}


def row_of(found: Mapping[str, Any]) -> ReleaseRow:
    """The row that `cells` came from. Raises KeyError or ValueError where they are of no row."""
    values = {name: found[name] for column in COLUMNS if (name := column.name) not in (*_LABEL, *_WHY)}
    for column in COLUMNS:
        if column.type == "json" and column.name in values:
            values[column.name] = json.loads(values[column.name])
    return ReleaseRow.model_validate({**values, "answer": _answer(found)})


def _label_cells(answer: Answer | None) -> dict[str, Any]:
    cells: dict[str, Any] = {**dict.fromkeys(_LABEL), "incomputable_because": None, "missing_inputs": "[]"}
    if answer is None:
        return cells
    cells["label_kind"] = answer.kind
    match answer:
        case NumberAnswer():
            cells |= {"label_number": answer.value, "label_unit": answer.unit}
        case IntegerAnswer():
            cells["label_number"] = float(answer.value)
        case DateAnswer():
            cells["label_date"] = answer.value
        case DurationAnswer():
            cells["label_days"] = answer.value
        case IncomputableAnswer():
            missing = canonical_json(list(answer.missing))
            cells |= {"incomputable_because": answer.reason or None, "missing_inputs": missing}
        case _:
            cells["label_text"] = answer.value
    return cells


def _answer(found: Mapping[str, Any]) -> Answer | None:
    match found["label_kind"]:
        case None:
            return None
        case "number":
            return NumberAnswer(value=found["label_number"], unit=found["label_unit"])
        case "integer":
            return IntegerAnswer(value=int(found["label"]))
        case "date":
            return DateAnswer(value=found["label_date"])
        case "duration":
            return DurationAnswer(value=found["label_days"])
        case "category":
            return CategoryAnswer(value=found["label_text"])
        case "text":
            return TextAnswer(value=found["label_text"])
        case "incomputable":
            missing = tuple(json.loads(found["missing_inputs"]))
            return IncomputableAnswer(reason=found["incomputable_because"] or "", missing=missing)
        case other:
            raise ValueError(f"label_kind {other!r}")
