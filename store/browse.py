"""The instances of a run, filtered and cut into pages by SQL."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from answers.model import Answer
from consensus.model import DecidedBy, LabelStatus
from store.conditions import CALCULATOR
from store.connection import Row, SqlValue, StoreFile
from store.rows import load_answer

InstanceState = Literal["in_review", "committed", "retracted", "failed", "pending"]
INSTANCE_STATES: tuple[InstanceState, ...] = get_args(InstanceState)


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which instances; None is any. `text` is a part of the source id, in any case."""

    state: InstanceState | None = None
    status: LabelStatus | None = None
    calculator: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One instance of a run. Of a sealed one nothing is told that a blind reviewer may not know."""

    instance_id: str
    source_id: str
    calculator: str
    state: InstanceState
    sealed: bool
    original: str | None
    """The original label as the benchmark spells it; None where sealed."""
    answer: Answer | None
    status: LabelStatus | None
    decided_by: DecidedBy | None
    agreement: float | None


STATE = """CASE WHEN w.instance_id IN (SELECT id FROM waits) THEN 'in_review'
    WHEN l.id IS NOT NULL THEN 'committed'
    WHEN EXISTS (SELECT 1 FROM labels x
        WHERE x.run_id = w.run_id AND x.instance_id = w.instance_id) THEN 'retracted'
    WHEN EXISTS (SELECT 1 FROM escalations e
        WHERE e.run_id = w.run_id AND e.instance_id = w.instance_id) THEN 'in_review'
    WHEN EXISTS (SELECT 1 FROM instance_failures f
        WHERE f.run_id = w.run_id AND f.instance_id = w.instance_id) THEN 'failed'
    ELSE 'pending' END"""
"""What a row `w` of work is, where `waits` has the ids of all that wait although they have a label `l`."""
_ROWS = f"""
WITH sealed AS (SELECT value AS id FROM json_each(:sealed)),
waits AS (SELECT value AS id FROM json_each(:waiting)),
listed AS (
    SELECT w.position, w.instance_id, i.source_id, i.label_text, {CALCULATOR} AS calculator,
        w.instance_id IN (SELECT id FROM sealed) AS sealed,
        {STATE} AS state,
        l.answer, l.status, l.decided_by, l.agreement
    FROM work w JOIN runs r ON r.id = w.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = w.instance_id
        LEFT JOIN current_labels l ON l.run_id = w.run_id AND l.instance_id = w.instance_id
    WHERE w.run_id = :run
        AND (:calculator IS NULL OR {CALCULATOR} = :calculator)
        AND (:text IS NULL OR instr(lower(i.source_id), lower(:text)) > 0))
SELECT {{columns}} FROM listed
WHERE (:state IS NULL OR state = :state) AND (:status IS NULL OR (status = :status AND NOT sealed))"""


def page(
    file: StoreFile,
    run_id: str,
    wanted: InstanceFilter,
    *,
    waiting: Collection[str],
    sealed: Collection[str],
    limit: int,
    offset: int = 0,
) -> list[InstanceRow]:
    """A page of the instances in the order of the run.

    `waiting` are instances that are in the queue although they have a label, `sealed` all of which nothing
    may be told.
    """
    sql = f"{_ROWS.format(columns='*')} ORDER BY position LIMIT :limit OFFSET :offset"
    parameters = {**_parameters(run_id, wanted, waiting, sealed), "limit": limit, "offset": offset}
    rows = []
    for row in file.rows(sql, parameters):
        told: Row = {} if row["sealed"] else row
        rows.append(
            InstanceRow(
                instance_id=row["instance_id"],
                source_id=row["source_id"],
                calculator=row["calculator"],
                state=row["state"],
                sealed=bool(row["sealed"]),
                original=told.get("label_text"),
                answer=load_answer(told.get("answer")),
                status=told.get("status"),
                decided_by=told.get("decided_by"),
                agreement=told.get("agreement"),
            )
        )
    return rows


def count(
    file: StoreFile,
    run_id: str,
    wanted: InstanceFilter,
    *,
    waiting: Collection[str],
    sealed: Collection[str],
) -> int:
    """How many instances the filter lets through."""
    row = file.row(_ROWS.format(columns="count(*) AS n"), _parameters(run_id, wanted, waiting, sealed))
    return int(row["n"]) if row else 0


def calculators(file: StoreFile, run_id: str) -> list[str]:
    """What the instances of a run ask for, in the order of names; empty where the benchmark names nothing."""
    sql = f"""SELECT DISTINCT {CALCULATOR} AS calculator FROM runs r
        JOIN instances i ON i.benchmark_id = r.benchmark_id WHERE r.id = ? ORDER BY 1"""
    return [str(row["calculator"]) for row in file.rows(sql, (run_id,))]


def _parameters(
    run_id: str, wanted: InstanceFilter, waiting: Collection[str], sealed: Collection[str]
) -> dict[str, SqlValue]:
    return {
        "run": run_id,
        "state": wanted.state,
        "status": wanted.status,
        "calculator": wanted.calculator,
        "text": wanted.text,
        "waiting": json.dumps(sorted(waiting)),
        "sealed": json.dumps(sorted(sealed)),
    }
