"""Batches at providers: written before they are sent, so that a killed run finds each of them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from store.checking import Item, all_rows, place_of
from store.connection import SqlValue, StoreFile
from store.records import utc_now
from store.rows import load
from store.store import Store

NOT_CREATED = "not created"
GONE = "gone"
"""Ends beside those that providers name: the provider never had the batch, or has it no more."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BatchRecord(_Frozen):
    """A batch that is about to be sent. `name` is its own at the provider, `grouping` what requests share."""

    run_id: str
    name: str
    model: str
    base_url: str | None
    grouping: str
    requests: int = Field(ge=1)
    created_at: AwareDatetime = Field(default_factory=utc_now)


class BatchEnd(_Frozen):
    """How a batch ended: in the provider's words, NOT_CREATED or GONE; and how many requests got a reply."""

    batch_id: int
    outcome: str
    succeeded: int = 0
    created_at: AwareDatetime = Field(default_factory=utc_now)


@dataclass(frozen=True)
class SentBatch:
    """A batch of which replies have not all been collected."""

    id: int
    record: BatchRecord
    handle: str | None
    """JSON; None where the process ended before it had one."""
    asked: Mapping[str, int] = field(default_factory=dict)
    """Key of a request that has not been collected → how often it has been sent, this batch included."""


class WaitingBatch(_Frozen):
    """A batch that has not ended, as far as the store knows."""

    id: int
    model: str
    requests: int
    created_at: AwareDatetime


def add_batch(store: Store, record: BatchRecord, asked: tuple[tuple[str, str], ...]) -> int:
    """Record a batch that is about to be sent, with (key, instance) of its requests; returns its id."""
    with store.transaction():
        batch_id = store.file.insert("batches", store.dump(record))
        assert batch_id is not None, "names are random"
        common: dict[str, SqlValue] = {"batch_id": batch_id, "run_id": record.run_id}
        rows: list[dict[str, SqlValue]] = [
            {**common, "key": key, "instance_id": instance} for key, instance in asked
        ]
        store.file.insert_many("batch_requests", rows)
    return batch_id


def add_handle(store: Store, batch_id: int, handle: str) -> None:
    """Record how a batch is found again; the first handle stands."""
    row: dict[str, SqlValue] = {"batch_id": batch_id, "handle": handle, "created_at": utc_now().isoformat()}
    with store.transaction():
        store.file.insert("batch_handles", row, "(batch_id)")


def add_end(store: Store, end: BatchEnd) -> None:
    """Record how a batch ended, once."""
    with store.transaction():
        store.file.insert("batch_ends", store.dump(end), "(batch_id)")


# A request that was sent again counts in its newest batch alone.
_UNCOLLECTED = """
WITH newest AS (
    SELECT r.key, r.instance_id, max(b.id) AS id, count(*) AS sent
    FROM batches b JOIN batch_requests r ON r.batch_id = b.id LEFT JOIN batch_ends e ON e.batch_id = b.id
    WHERE b.run_id = :run AND coalesce(e.outcome, '') NOT IN (:not_created, :gone) GROUP BY r.key)
SELECT n.key, n.sent, b.id AS batch_id, b.run_id, b.name, b.model, b.base_url, b.grouping, b.requests,
    b.created_at, h.handle
FROM newest n JOIN batches b ON b.id = n.id LEFT JOIN batch_handles h ON h.batch_id = b.id
WHERE NOT EXISTS (SELECT 1 FROM calls c WHERE c.run_id = :run AND c.instance_id = n.instance_id
    AND c.key = n.key AND (c.outcome = 'reply' OR c.batch_id = b.id)) ORDER BY b.id"""


def uncollected(file: StoreFile, run_id: str) -> list[SentBatch]:
    """The batches of a run with requests of which no reply or error is on record, oldest first."""
    found: dict[int, SentBatch] = {}
    asked: dict[int, dict[str, int]] = {}
    given = {"run": run_id, "not_created": NOT_CREATED, "gone": GONE}
    for row in file.rows(_UNCOLLECTED, given):
        batch_id, key, sent, handle = row.pop("batch_id"), row.pop("key"), row.pop("sent"), row.pop("handle")
        asked.setdefault(batch_id, {})[key] = sent
        if batch_id not in found:
            found[batch_id] = SentBatch(batch_id, load(BatchRecord, row), handle, asked[batch_id])
    return list(found.values())


def waiting(file: StoreFile, run_id: str) -> list[WaitingBatch]:
    """The batches of a run that have not ended, oldest first."""
    sql = """SELECT id, model, requests, created_at FROM batches b WHERE run_id = ?
        AND NOT EXISTS (SELECT 1 FROM batch_ends e WHERE e.batch_id = b.id) ORDER BY id"""
    return [load(WaitingBatch, row) for row in file.rows(sql, (run_id,))]


_ANSWERED = """
SELECT c.id AS position, c.id, c.run_id, c.instance_id, c.batch_id, r.key IS NOT NULL AS asked
FROM calls c LEFT JOIN batch_requests r
    ON (r.batch_id, r.key, r.run_id, r.instance_id) = (c.batch_id, c.key, c.run_id, c.instance_id)
 WHERE c.batch_id IS NOT NULL"""
_COUNTED = """
SELECT b.id AS position, b.id, b.run_id, b.requests,
    (SELECT count(*) FROM batch_requests r WHERE r.batch_id = b.id AND r.run_id = b.run_id) AS listed
FROM batches b WHERE true"""


def batches(file: StoreFile) -> Iterator[Item]:
    """Every batch has the requests that it counts, and every call that came in one was asked in it."""
    for row in all_rows(file, _COUNTED, "b.id"):
        wrong = f"counts {row['requests']} requests, but {row['listed']} are recorded"
        same = row["requests"] == row["listed"]
        yield Item(f"run {row['run_id']}, batch {row['id']}", None if same else wrong)
    for row in all_rows(file, _ANSWERED, "c.id"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, call {row['id']}"
        yield Item(place, None if row["asked"] else f"came in batch {row['batch_id']}, which did not ask it")
