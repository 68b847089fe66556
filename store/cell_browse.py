"""The cells of a safety run, filtered and cut into pages by SQL."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from answers.model import Answer
from consensus.model import DecidedBy, LabelStatus
from store.browse import STATE, InstanceState
from store.connection import Row, SqlValue, StoreFile
from store.rows import load_answer


@dataclass(frozen=True, slots=True)
class CellFilter:
    """Which cells; None is any. `scenarios` are ids."""

    state: InstanceState | None = None
    target: str | None = None
    scenarios: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """What a reader may not know yet: of the cells `of` anything, and with `targets` whose any cell is.

    `waiting` are cells that are in the queue although they have a verdict.
    """

    of: Collection[str]
    waiting: Collection[str]
    targets: bool


@dataclass(frozen=True, slots=True)
class CellRow:
    """One cell of a run. Under a seal target, rerun and verdict are None."""

    instance_id: str
    scenario_id: str
    state: InstanceState
    sealed: bool
    """Whether it is the seal on this cell."""
    target: str | None
    rep: int | None
    answer: Answer | None
    status: LabelStatus | None
    decided_by: DecidedBy | None


_ROWS = f"""
WITH sealed AS (SELECT value AS id FROM json_each(:sealed)),
waits AS (SELECT value AS id FROM json_each(:waiting)),
listed AS (
    SELECT w.position, min(w.position) OVER (PARTITION BY c.scenario_id) AS place, c.*,
        w.instance_id IN (SELECT id FROM sealed) AS sealed, {STATE} AS state,
        l.answer, l.status, l.decided_by
    FROM work w JOIN cells c USING (run_id, instance_id)
        LEFT JOIN current_labels l ON l.run_id = w.run_id AND l.instance_id = w.instance_id
    WHERE w.run_id = :run
        AND (:scenarios IS NULL OR c.scenario_id IN (SELECT value FROM json_each(:scenarios))))
SELECT {{columns}} FROM listed
WHERE (:state IS NULL OR state = :state)
    AND (:target IS NULL OR (target = :target AND NOT sealed AND NOT :targets))"""
_ORDER = "place, iif(:targets OR EXISTS (SELECT 1 FROM sealed), instance_id, position)"
"""The place of a cell among those of its scenario would tell its target."""


def cell_rows(
    file: StoreFile, run_id: str, wanted: CellFilter, seal: Seal, *, limit: int, offset: int = 0
) -> list[CellRow]:
    """A page of the cells, by scenario in the order of the run."""
    sql = f"{_ROWS.format(columns='*')} ORDER BY {_ORDER} LIMIT :limit OFFSET :offset"
    parameters = {**_parameters(run_id, wanted, seal), "limit": limit, "offset": offset}
    return [_row(row, seal) for row in file.rows(sql, parameters)]


def _row(row: Row, seal: Seal) -> CellRow:
    told: Row = {} if row["sealed"] or seal.targets else row
    return CellRow(
        instance_id=row["instance_id"],
        scenario_id=row["scenario_id"],
        state=row["state"],
        sealed=bool(row["sealed"]),
        target=told.get("target"),
        rep=told.get("rep"),
        answer=load_answer(told.get("answer")),
        status=told.get("status"),
        decided_by=told.get("decided_by"),
    )


def cells_counted(file: StoreFile, run_id: str, wanted: CellFilter, seal: Seal) -> int:
    """How many cells the filter lets through."""
    row = file.row(_ROWS.format(columns="count(*) AS n"), _parameters(run_id, wanted, seal))
    return int(row["n"]) if row else 0


def _parameters(run_id: str, wanted: CellFilter, seal: Seal) -> dict[str, SqlValue]:
    return {
        "run": run_id,
        "state": wanted.state,
        "target": wanted.target,
        "scenarios": None if wanted.scenarios is None else json.dumps(sorted(wanted.scenarios)),
        "waiting": json.dumps(sorted(seal.waiting)),
        "sealed": json.dumps(sorted(seal.of)),
        "targets": seal.targets,
    }
