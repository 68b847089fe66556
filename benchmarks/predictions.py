"""What models answered to the instances of a benchmark, as tables and evaluation logs record it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from benchmarks.errors import BenchmarkError
from benchmarks.files import SUFFIXES, read_table
from benchmarks.ids import id_column_of
from benchmarks.inspect_logs import is_inspect_log, read_inspect_log
from benchmarks.table import Table, cell_text, table_of_rows

ANSWER_COLUMNS = ("answer", "prediction", "LLM Answer", "response", "output", "completion")
MODEL_COLUMNS = ("model", "run", "model_name")
LM_EVAL_COLUMNS = frozenset({"doc", "doc_id", "filtered_resps"})
LM_EVAL_PREFIX = "samples_"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Recording(_Frozen):
    """The replies of one model by source id, several where an instance was asked several times."""

    model: str
    sources: tuple[str, ...]
    replies: dict[str, tuple[str, ...]]
    """As written; what failed is in it as an empty reply or as the error's text, as the source has it."""
    strangers: tuple[str, ...] = ()
    """Ids that the source lists and the benchmark does not have."""
    remarks: tuple[str, ...] = ()
    """What else was found while reading: rows that cannot be used, a log that ended early."""


def read_predictions(references: Iterable[str], known: Mapping[str, object]) -> list[Recording]:
    """Read every file and return one recording for each model, in the order in which they occur.

    What several files say about one model belongs to one recording.

    Args:
        references: each a file, `FILE#COLUMN` to name the column of a table that holds the answers, or
            `NAME=FILE` to name the model of a file. Tables (CSV, TSV, JSONL, Parquet) have an id column and
            an answer column, and may have a model column; logs are those of Inspect AI (.eval, .json) and the
            sample files of lm-eval (samples_*.jsonl).
        known: the benchmark's source ids.

    Raises:
        BenchmarkError: a file cannot be read as predictions, or has no id of the benchmark.
    """
    merged: dict[str, Recording] = {}
    for reference in references:
        for found in _read(reference, known):
            before = merged.get(found.model)
            merged[found.model] = found if before is None else _joined(before, found)
    return list(merged.values())


def _joined(a: Recording, b: Recording) -> Recording:
    ids = dict.fromkeys([*a.replies, *b.replies])
    return Recording(
        model=a.model,
        sources=(*a.sources, *b.sources),
        replies={key: (*a.replies.get(key, ()), *b.replies.get(key, ())) for key in ids},
        strangers=tuple(dict.fromkeys([*a.strangers, *b.strangers])),
        remarks=(*a.remarks, *b.remarks),
    )


def _read(reference: str, known: Mapping[str, object]) -> list[Recording]:
    name, path, column = _parts(reference)
    if is_inspect_log(path):
        log = read_inspect_log(path)
        rows = [(name or log.model, ids, reply) for ids, reply in log.samples]
        return _recordings(str(path), _matched(rows, known), known, log.remarks)
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise BenchmarkError(
            str(path), f"not a file of predictions; give {kinds}, or a log of Inspect AI (.eval, .json)"
        )
    table = read_table(path)
    remarks = tuple(f"left out: {rejected}" for rejected in table.rejections)
    if LM_EVAL_COLUMNS.issubset(table.columns) and not column:
        cells = _lm_eval(table, name or _lm_eval_model(path), known)
    else:
        cells = _plain(table, name, column, known)
    return _recordings(str(path), cells, known, remarks)


def _parts(reference: str) -> tuple[str, Path, str]:
    """Model, file and column of a reference; what is not named is empty."""
    name, equals, rest = reference.partition("=")
    if not equals or "/" in name or Path(reference.partition("#")[0]).exists():
        name, rest = "", reference
    path, _, column = rest.partition("#")
    return name, Path(path), column


Cell = tuple[str, str, str]
"""Model, source id, reply."""


def _recordings(
    source: str, cells: Sequence[Cell], known: Mapping[str, object], remarks: tuple[str, ...]
) -> list[Recording]:
    replies: dict[str, dict[str, list[str]]] = {}
    strangers: dict[str, dict[str, None]] = {}
    for model, source_id, reply in cells:
        replies.setdefault(model, {})
        if source_id in known:
            replies[model].setdefault(source_id, []).append(reply)
        else:
            strangers.setdefault(model, {})[source_id] = None
    if not any(replies.values()):
        raise BenchmarkError(source, "none of its ids is one of the benchmark; are they the source's ids?")
    return [
        Recording(
            model=model,
            sources=(source,),
            replies={key: tuple(texts) for key, texts in said.items()},
            strangers=tuple(strangers.get(model, ())),
            remarks=remarks if number == 0 else (),
        )
        for number, (model, said) in enumerate(replies.items())
    ]


def _plain(table: Table, name: str, column: str, known: Mapping[str, object]) -> list[Cell]:
    if not table.rows:
        raise BenchmarkError(table.source, f"no row can be read; the first: {table.rejections[0]}")
    answers = column or next((option for option in ANSWER_COLUMNS if option in table.columns), "")
    if answers not in table.columns:
        columns = ", ".join(map(repr, table.columns))
        problem = f"no column {answers!r}" if answers else "which column holds the answers?"
        raise BenchmarkError(
            table.source, f"{problem} Name one as {table.source}#COLUMN; there are {columns}"
        )
    ids = id_column_of(table, known)
    free = [option for option in MODEL_COLUMNS if option in table.columns and option not in (answers, ids)]
    stem = name or Path(table.source).stem
    if name or not free:
        return [(stem, row[ids], row[answers]) for _, row in table.rows]
    return [(row[free[0]] or stem, row[ids], row[answers]) for _, row in table.rows]


def _lm_eval_model(path: Path) -> str:
    """lm-eval writes a model's sample files into a folder of its name."""
    return path.parent.name if path.name.startswith(LM_EVAL_PREFIX) and path.parent.name else path.stem


def _lm_eval(table: Table, model: str, known: Mapping[str, object]) -> list[Cell]:
    """One row for each document and filter; where there are several filters, each is a model of its own."""
    filters = dict.fromkeys(row.get("filter", "") for _, row in table.rows)
    rows = []
    for number, row in table.rows:
        shown = f"{model} ({row['filter']})" if len(filters) > 1 else model
        doc = _doc(table.source, number, row["doc"])
        rows += [(shown, doc, reply) for reply in _responses(table.source, number, row["filtered_resps"])]
    return _matched(rows, known, table.source)


def _doc(source: str, number: int, cell: str) -> dict[str, str]:
    """The fields of a document."""
    try:
        doc = json.loads(cell)
    except (ValueError, RecursionError):
        problem = "not the JSON of a document; give a sample file as lm-eval writes it"
        raise BenchmarkError(source, problem, row=number, column="doc", value=cell) from None
    return {str(key): cell_text(value) for key, value in doc.items()} if isinstance(doc, dict) else {}


def _responses(source: str, number: int, cell: str) -> list[str]:
    """The texts of one document; a filter may keep several of a request's responses."""
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return [cell]
    flat: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        texts = entry if isinstance(entry, list) else [entry]
        if not all(isinstance(text, str) for text in texts):
            problem = "only generated texts can be scored, and these are no texts"
            raise BenchmarkError(source, problem, row=number, column="filtered_resps", value=cell)
        flat += texts
    return flat


def _matched(
    rows: Sequence[tuple[str, Mapping[str, str], str]], known: Mapping[str, object], source: str = "log"
) -> list[Cell]:
    """Rows with the id from that of their fields which holds most ids of the benchmark."""
    fields = tuple(dict.fromkeys(key for _, ids, _ in rows for key in ids))
    table = table_of_rows(source, fields, lambda: [ids for _, ids, _ in rows]).table()
    column = id_column_of(table, known)
    return [(model, ids.get(column, ""), reply) for model, ids, reply in rows]
