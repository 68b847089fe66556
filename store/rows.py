"""Records to table rows and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue, TypeAdapter

from answers.canonical import canonical_json, sha256_items, sha256_text
from answers.model import Answer
from benchmarks.model import BenchmarkHead, Instance, Rejection
from store.audit_records import AuditVoteRecord, FindingRecord
from store.connection import SqlValue
from store.records import (
    BenchmarkRecord,
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    JsonText,
    LabelRecord,
    RunRecord,
    VoteRecord,
)
from store.safety_records import ClaimRecord, JudgmentRecord

LONG_CELL = 200
"""Cells of a source row with more characters are kept once, as texts."""

_JSON_FIELDS: Mapping[type[BaseModel], frozenset[str]] = {
    BenchmarkRecord: frozenset({"columns"}),
    RunRecord: frozenset({"settings"}),
    CallRecord: frozenset({"request", "response", "usage"}),
    VoteRecord: frozenset(
        {"answer", "derivation", "extraction", "critique", "objections", "open_conventions"}
    ),
    EscalationRecord: frozenset({"detail"}),
    DecisionRecord: frozenset({"answer", "conventions", "derivation"}),
    LabelRecord: frozenset({"answer"}),
    AuditVoteRecord: frozenset({"answer", "evidence"}),
    FindingRecord: frozenset({"answer"}),
    JudgmentRecord: frozenset({"quotes"}),
    ClaimRecord: frozenset({"figures", "distribution"}),
}
_FREE_TEXT = frozenset({"error", "failure", "note", "reason", "detail", "base_url"})
"""Fields in which a provider or a person may have written anything, a credential included."""
_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)

Record = TypeVar("Record", bound=BaseModel)


def dump(record: BaseModel, scrub: Callable[[str], str]) -> dict[str, SqlValue]:
    """A row for a record: nested values as canonical JSON; `scrub` goes over JSON and free text."""
    json_fields = _JSON_FIELDS.get(type(record), frozenset())
    texts = {name: text for name in json_fields if isinstance(text := getattr(record, name), JsonText)}
    row: dict[str, SqlValue] = {name: scrub(text) for name, text in texts.items()}
    for name, value in record.model_dump(mode="json", exclude=set(texts)).items():
        if name in json_fields:
            row[name] = None if value is None else scrub(canonical_json(value))
        elif name in _FREE_TEXT and value is not None:
            # Half of a surrogate pair, which a broken reply can contain, has no UTF-8.
            row[name] = scrub(value.encode("utf-8", "replace").decode())
        else:
            row[name] = value
    return row


def load(model: type[Record], row: Mapping[str, Any]) -> Record:
    """The record in a row."""
    json_fields = _JSON_FIELDS.get(model, frozenset())
    values = dict(row)
    for name in json_fields:
        if values.get(name) is not None:
            values[name] = json.loads(values[name])
    return model.model_validate(values)


def load_answer(cell: str | None) -> Answer | None:
    """The answer in a cell; None where there is none. Raises ValueError where it holds something else."""
    return None if cell is None else _ANSWER.validate_json(cell)


def _cell(text: str, texts: dict[str, str]) -> str | dict[str, str]:
    if len(text) <= LONG_CELL:
        return text
    digest = sha256_text(text)
    texts[digest] = text
    return {"sha256": digest}


def _cell_text(cell: str | dict[str, str], texts: Mapping[str, str]) -> str:
    return cell if isinstance(cell, str) else texts[cell["sha256"]]


def dump_instance(instance: Instance, texts: dict[str, str]) -> dict[str, SqlValue]:
    """The row of an instance, without its benchmark; texts that it refers to are added to `texts` by hash."""
    context_sha, question_sha = sha256_text(instance.context), sha256_text(instance.question)
    texts[context_sha] = instance.context
    texts[question_sha] = instance.question
    values = instance.model_dump(mode="json", include={"label", "spec", "limits"})
    cells: dict[str, Any] = {column: _cell(text, texts) for column, text in instance.row.items()}
    return {
        "id": instance.id,
        "source_id": instance.source_id,
        "context_sha": context_sha,
        "question_sha": question_sha,
        "label_text": instance.label_text,
        "label": None if values["label"] is None else canonical_json(values["label"]),
        "spec": canonical_json(values["spec"]),
        "limits": None if values["limits"] is None else canonical_json(values["limits"]),
        "calculator": instance.calculator,
        "calculator_name": instance.calculator_name,
        "category": instance.category,
        # Not sorted: an export keeps the order of the source's columns.
        "row": json.dumps(cells, ensure_ascii=False, separators=(",", ":")),
    }


def instance_hashes(row: Mapping[str, Any]) -> set[str]:
    """The hashes of all texts that an instance's row refers to."""
    cells = json.loads(row["row"]).values()
    return {row["context_sha"], row["question_sha"]} | {
        cell["sha256"] for cell in cells if isinstance(cell, dict)
    }


def load_instance(row: Mapping[str, Any], texts: Mapping[str, str]) -> Instance:
    """The instance in a row. Raises KeyError if a text is missing from `texts`."""
    return Instance.model_validate(
        {
            "id": row["id"],
            "source_id": row["source_id"],
            "context": texts[row["context_sha"]],
            "question": texts[row["question_sha"]],
            "spec": json.loads(row["spec"]),
            "label": None if row["label"] is None else json.loads(row["label"]),
            "label_text": row["label_text"],
            "limits": None if row["limits"] is None else tuple(json.loads(row["limits"])),
            "calculator": row["calculator"],
            "calculator_name": row["calculator_name"],
            "category": row["category"],
            "row": {column: _cell_text(cell, texts) for column, cell in json.loads(row["row"]).items()},
        }
    )


def dump_rejection(rejection: Rejection, texts: dict[str, str]) -> dict[str, SqlValue]:
    """The row of a rejection, without its benchmark."""
    values = rejection.model_dump()
    return {**values, "value": canonical_json(_cell(rejection.value, texts))}  # type: ignore[arg-type]


def load_rejection(row: Mapping[str, Any], texts: Mapping[str, str]) -> Rejection:
    """The rejection in a row."""
    values = {name: row[name] for name in ("file", "row", "column", "problem")}
    return Rejection(**values, value=_cell_text(json.loads(row["value"]), texts))


def rejection_hashes(row: Mapping[str, Any]) -> set[str]:
    """The hashes of all texts that a rejection's row refers to."""
    value = json.loads(row["value"])
    return {value["sha256"]} if isinstance(value, dict) else set()


def benchmark_id(
    benchmark: BenchmarkRecord | BenchmarkHead,
    instances: Iterable[Mapping[str, SqlValue]],
    rejections: Iterable[Mapping[str, SqlValue]],
) -> str:
    """16 hexadecimal digits that stand for name, source bytes and what was read from them.

    Where the file lies does not count; another column mapping or tolerance does, for it changes what the
    instances are. Rows are those of `dump_instance` and `dump_rejection`, so that the id of a benchmark that
    lies in a store can be computed again; each is taken once, instances before rejections.
    """
    head: list[JsonValue] = [benchmark.name, benchmark.sha256, list(benchmark.columns)]
    rows: Iterator[JsonValue] = ([*row.values()] for row in chain(instances, rejections))
    return sha256_items(chain(head, rows))[:16]
