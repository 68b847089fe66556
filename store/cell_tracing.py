"""Everything that a safety run did for one cell."""

from __future__ import annotations

from store import safety
from store.connection import StoreFile
from store.queries import calls, run
from store.records import CallRecord, RunRecord
from store.safety_records import CellRecord, JudgmentRecord, TranscriptRecord, Turn
from store.tracing import Ending, ending


class CellTrace(Ending):
    """Everything that a run did for one cell, each part in the order in which it happened."""

    run: RunRecord
    cell: CellRecord
    calls: tuple[CallRecord, ...]
    transcript: TranscriptRecord | None
    turns: tuple[Turn, ...]
    judgments: tuple[JudgmentRecord, ...]
    """By seat."""


def trace_cell(file: StoreFile, run_id: str, reference: str) -> CellTrace:
    """Everything that the run did for the cell with this id or unique prefix."""
    cell = safety.cell(file, run_id, reference)
    had = safety.transcript_of(file, run_id, cell.instance_id)
    return CellTrace(
        **ending(file, run_id, cell.instance_id),
        run=run(file, run_id),
        cell=cell,
        calls=tuple(calls(file, run_id, cell.instance_id)),
        transcript=had,
        turns=() if had is None else safety.read_transcript(file, had.transcript_sha).turns,
        judgments=tuple(safety.judgments_of(file, run_id, cell.instance_id)),
    )
