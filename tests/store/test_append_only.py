from __future__ import annotations

import sqlite3

import pytest

from store.batches import BatchEnd, BatchRecord, add_batch, add_end, add_handle
from store.records import RetractionRecord, RunRecord
from store.store import Store
from tests.store.safety_run import half_done

TABLES = (
    "texts",
    "benchmarks",
    "instances",
    "rejections",
    "contracts",
    "prompts",
    "runs",
    "run_events",
    "work",
    "calls",
    "votes",
    "escalations",
    "instance_failures",
    "decisions",
    "labels",
    "audit_draws",
    "drain_requests",
    "audit_votes",
    "findings",
    "retractions",
    "contract_names",
    "targets",
    "cells",
    "transcripts",
    "judgments",
    "claims",
    "batches",
    "batch_requests",
    "batch_handles",
    "batch_ends",
)
WORKING = ("reservations", "drafts", "triage")
"""Changed in place: no label rests on them."""


@pytest.fixture
def every(audited: Store, run: RunRecord, ids: list[str]) -> Store:
    """A store in which every table has rows."""
    label = audited.current_label(run.id, ids[0])
    assert label is not None
    withdrawn = {"run_id": run.id, "instance_id": ids[0], "label_id": label.id, "reviewer": "ada"}
    audited.retract_label(RetractionRecord.model_validate({**withdrawn, "reason": "two patients"}))
    half_done(audited)
    record = BatchRecord(run_id=run.id, name="n", model="m", base_url=None, grouping="{}", requests=1)
    batch = add_batch(audited, record, (("k", ids[0]),))
    add_handle(audited, batch, "{}")
    add_end(audited, BatchEnd(batch_id=batch, outcome="completed", succeeded=1))
    return audited


def test_every_table_of_the_store_is_tried(every: Store) -> None:
    names = {row["name"] for row in every.file.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert names - {"_sqlite_migrations", "sqlite_sequence"} == {*TABLES, *WORKING}
    for table in TABLES:
        assert every.file.rows(f"SELECT * FROM {table} LIMIT 1"), table


@pytest.mark.parametrize("table", TABLES)
def test_rows_can_be_neither_changed_nor_removed_nor_replaced(every: Store, table: str) -> None:
    before = every.file.rows(f"SELECT * FROM {table}")
    column = next(iter(before[0]))
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        if statement.startswith("INSERT") and table in ("rejections",):
            continue  # without a key every row is a new one
        with (
            pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"),
            every.transaction() as db,
        ):
            db.execute(statement)
    assert every.file.rows(f"SELECT * FROM {table}") == before
