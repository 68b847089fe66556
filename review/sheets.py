"""Review sheets: what waits for people as a table for experts who work in a spreadsheet.

A blind sheet has nothing that is sealed. A reveal sheet has the evidence on what its reviewer has answered
blind. Both are filled in and read back by `review.intake`.
"""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from answers.format import format_answer
from answers.text import plain
from benchmarks.errors import BenchmarkError
from benchmarks.export import write_csv
from benchmarks.files import decode
from benchmarks.model import Instance
from consensus.votes import tally
from graphs.export import check_target
from graphs.review import blind_answer, revision
from review.cells import DATE_CHECK, id_cell, plain_cell, text_cell
from review.differences import shuffled
from review.errors import ReviewError
from store.queue import DEFAULT_ORDER, QueueEntry, QueueFilter, queue_page
from store.records import RunRecord
from store.store import Store

Phase = Literal["blind", "reveal"]
_PAGE = 500
_GIVEN = (
    *("run", "instance", "source_id", "phase", "revision", "calculator", "question", "kind", "unit"),
    *("context", "date_check"),
)
_REVEALED = ("blind_answer", "original", "consensus", "votes", "objections")
TO_FILL_IN: dict[Phase, tuple[str, ...]] = {
    "blind": ("answer", "confidence", "minutes", "note"),
    "reveal": ("choice", "answer", "error_type", "confidence", "minutes", "reason"),
}
"""What a reviewer fills in; the other columns are there to be read and to know the row again."""
COLUMNS: dict[Phase, tuple[str, ...]] = {
    "blind": (*_GIVEN, *TO_FILL_IN["blind"]),
    "reveal": (*_GIVEN, *_REVEALED, *TO_FILL_IN["reveal"]),
}
_NEEDED = ("run", "instance", "phase", "revision")
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was read: each row under the number that a spreadsheet shows, the header being row 1."""

    file: str
    phase: Phase
    rows: tuple[tuple[int, dict[str, str]], ...]
    """Column → what the cell says; rows without any content are left out."""


def export_sheet(
    store: Store,
    run: RunRecord,
    phase: Phase,
    out: Path,
    wanted: QueueFilter,
    *,
    reviewer: str | None,
    limit: int | None = None,
) -> int:
    """Write a sheet in the order of triage; returns the number of its rows.

    Args:
        store: the store.
        run: the run.
        phase: what is to be filled in.
        out: the file; replaced if it is there.
        wanted: which instances of the queue.
        reviewer: for whom. Blind, what they have answered already is left out; the reveal is theirs alone.
        limit: rows at most.

    Raises:
        ReviewError: a reveal for nobody in particular.
        JobError, BenchmarkError: the file belongs to the store, or is the benchmark.
        OSError: the file cannot be written.
    """
    if phase == "reveal" and reviewer is None:
        raise ReviewError("give --reviewer NAME: what is revealed depends on who has answered blind")
    check_target(store, run, out)
    entries = islice(_entries(store, run, phase, wanted, reviewer), limit)
    rows = (_row(store, run, phase, entry, reviewer) for entry in entries)
    return write_csv(out, COLUMNS[phase], rows, for_spreadsheets=True)


def _entries(
    store: Store, run: RunRecord, phase: Phase, wanted: QueueFilter, reviewer: str | None
) -> Iterator[QueueEntry]:
    now, offset = time.time(), 0
    while page := queue_page(
        store.file, run.id, wanted, DEFAULT_ORDER, me=reviewer, now=now, limit=_PAGE, offset=offset
    ):
        offset += len(page)
        yield from (e for e in page if not e.done and e.answered == (phase == "reveal"))


def _row(
    store: Store, run: RunRecord, phase: Phase, entry: QueueEntry, reviewer: str | None
) -> tuple[str, ...]:
    instance = store.instance(run.benchmark_id, entry.instance_id)
    options = f": {' | '.join(instance.spec.options)}" if instance.spec.options else ""
    given = {
        "run": id_cell(run.id),
        "instance": id_cell(instance.id),
        "source_id": id_cell(instance.source_id),
        "phase": phase,
        "revision": str(revision(store, run, instance.id)),
        "calculator": text_cell(entry.calculator),
        "question": text_cell(instance.question),
        "kind": text_cell(f"{instance.spec.kind}{options}"),
        "unit": text_cell(instance.spec.unit or ""),
        "context": text_cell(instance.context),
        "date_check": DATE_CHECK if instance.spec.kind == "date" else "",
    }
    if phase == "reveal" and reviewer is not None:
        given |= _revealed(store, run, instance, reviewer)
    return tuple(given.get(column, "") for column in COLUMNS[phase])


def _revealed(store: Store, run: RunRecord, instance: Instance, reviewer: str) -> dict[str, str]:
    blind = blind_answer(store, run, instance.id, reviewer)
    votes = store.votes(run.id, instance.id)
    found = tally([vote.vote() for vote in votes], instance.spec)
    lettered = shuffled(votes, reviewer)
    said = [f"{name}: {format_answer(vote.answer) if vote.answer else 'failed'}" for name, vote in lettered]
    objections = [f"{name}: {objection}" for name, vote in lettered for objection in vote.objections]
    return {
        "blind_answer": text_cell(format_answer(blind.answer) if blind and blind.answer else ""),
        "original": text_cell(instance.label_text),
        "consensus": text_cell(format_answer(found.answer) if found.answer else "no answer has most votes"),
        "votes": text_cell("; ".join(said)),
        "objections": text_cell("; ".join(objections)),
    }


def read_sheet(path: Path) -> Sheet:
    """A sheet that was filled in: UTF-8, cells separated by commas, semicolons or tabs, columns in any order.

    Raises:
        ReviewError: it is no review sheet, or not UTF-8.
        OSError: it cannot be read.
    """
    try:
        text = decode(path.read_bytes(), str(path))
    except BenchmarkError as error:
        raise ReviewError(
            f"{path} is not UTF-8; save it as “CSV UTF-8”, or with UTF-8 as encoding"
        ) from error
    header, *records = _records(path, text) or [[]]
    names = [name.strip().casefold() for name in header]
    phase: Phase = "reveal" if "choice" in names else "blind"
    if missing := [name for name in (*_NEEDED, *TO_FILL_IN[phase]) if name not in names]:
        raise ReviewError(
            f"{path} is no review sheet: the header lacks {', '.join(missing)}; fill in a file that "
            "`review export` wrote, and keep its first row"
        )
    if twice := [name for name, times in Counter(names).items() if name in COLUMNS[phase] and times > 1]:
        raise ReviewError(f"{path}: the header has {', '.join(twice)} more than once; keep one")
    rows = [
        (number, {n: plain_cell(plain(c)) for n, c in zip(names, cells, strict=False)})
        for number, cells in enumerate(records, start=2)
        if any(cell.strip() for cell in cells)
    ]
    return Sheet(path.name, phase, tuple(rows))


def _records(path: Path, text: str) -> list[list[str]]:
    """All records, blank ones as well, under the delimiter that gives the header the most cells."""
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    default = csv.field_size_limit(max(len(text), 1))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ReviewError(f"{path} cannot be read as a table: {error}; save it as CSV again") from None
    finally:
        csv.field_size_limit(default)
