"""The review queue of a safety run: cells that wait for people, without anything that tells their target."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, ConfigDict

from consensus.model import EscalationReason
from store.conditions import (
    ANSWERED_BY_ME,
    BY_LOT,
    CONCERNS_REVIEWER,
    DISPUTED,
    LISTED_AS,
    OPINIONS,
    RESERVED_BY,
    SAID_BY_ME,
    WAITS,
)
from store.connection import SqlValue, StoreFile
from store.queue import lots, next_of

CellOrder = Literal["gravest", "lot"]
"""gravest: where a critical verdict may have been missed, or judges are far apart. lot: so that the blind
audit sample and the other cells have the same chance at the first place."""
USUAL_ORDER: CellOrder = "gravest"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CellEntry(_Frozen):
    """One cell of the queue, without anything that a blind reviewer may not know."""

    instance_id: str
    scenario_id: str
    opinions: int
    """Reviewers who have decided without settling it."""
    answered: bool
    """Whether the reviewer who asks has given their blind answer."""
    done: bool
    """Whether the reviewer who asks has given an opinion already: it waits for someone else."""
    reserved_by: str | None
    """Another reviewer who has it open."""


class CellsWanted(_Frozen):
    """Which cells of the queue; None is any. `reviewer` has it open, or has said something about it."""

    reason: EscalationReason | None = None
    scenarios: frozenset[str] | None = None
    """Ids."""
    reviewer: str | None = None


_QUEUE = f"""FROM escalations e JOIN cells c ON c.run_id = e.run_id AND c.instance_id = e.instance_id
    WHERE e.run_id = :run AND {WAITS}
    AND (:reason IS NULL OR {LISTED_AS} = :reason)
    AND (:scenarios IS NULL OR c.scenario_id IN (SELECT value FROM json_each(:scenarios)))
    AND {CONCERNS_REVIEWER}"""
_ORDERS: dict[CellOrder, str] = {
    # The place of a cell in the run's work would tell its target.
    "gravest": "e.priority DESC, e.instance_id",
    "lot": BY_LOT,
}
_ENTRY = f"""SELECT e.instance_id, c.scenario_id, {OPINIONS} AS opinions, {ANSWERED_BY_ME} AS answered,
    {SAID_BY_ME} AS done, {RESERVED_BY} AS reserved_by"""


def _parameters(
    file: StoreFile, run_id: str, wanted: CellsWanted, me: str | None, now: float
) -> dict[str, SqlValue]:
    scenarios = None if wanted.scenarios is None else json.dumps(sorted(wanted.scenarios))
    return {
        "run": run_id,
        "reason": wanted.reason,
        "scenarios": scenarios,
        "reviewer": wanted.reviewer,
        "me": me,
        "now": now,
        **lots(file, run_id),
    }


def cell_page(
    file: StoreFile,
    run_id: str,
    wanted: CellsWanted,
    order: CellOrder,
    *,
    me: str | None,
    now: float,
    limit: int,
    offset: int = 0,
) -> list[CellEntry]:
    """A page of the cells that wait for people; `now` is in seconds since 1970."""
    sql = f"{_ENTRY} {_QUEUE} ORDER BY {_ORDERS[order]} LIMIT :limit OFFSET :offset"
    parameters = {**_parameters(file, run_id, wanted, me, now), "limit": limit, "offset": offset}
    return [CellEntry.model_validate(row) for row in file.rows(sql, parameters)]


def cell_count(file: StoreFile, run_id: str, wanted: CellsWanted, *, now: float) -> int:
    """How many cells wait for people."""
    row = file.row(f"SELECT count(*) AS n {_QUEUE}", _parameters(file, run_id, wanted, None, now))
    return int(row["n"]) if row else 0


def next_cell(
    file: StoreFile,
    run_id: str,
    wanted: CellsWanted,
    order: CellOrder,
    *,
    me: str,
    now: float,
    needed: int,
    after: str | None = None,
) -> str | None:
    """The next cell that this reviewer can take up, by the rules of `store.queue.next_in_queue`."""
    parameters = _parameters(file, run_id, wanted, me, now)
    return next_of(file, _QUEUE, _ORDERS[order], parameters, needed=needed, after=after)


def waiting_by_reason(file: StoreFile, run_id: str) -> dict[EscalationReason, int]:
    """The reason for which cells are listed → how many of them wait."""
    sql = f"""SELECT {LISTED_AS} AS reason, count(*) AS n FROM escalations e
        WHERE e.run_id = ? AND {WAITS} GROUP BY 1 ORDER BY 1"""
    return {row["reason"]: int(row["n"]) for row in file.rows(sql, (run_id,))}


def waiting_scenarios(file: StoreFile, run_id: str) -> dict[str, int]:
    """Scenario id → how many of its cells wait."""
    sql = f"""SELECT c.scenario_id, count(*) AS n FROM escalations e
        JOIN cells c ON c.run_id = e.run_id AND c.instance_id = e.instance_id
        WHERE e.run_id = ? AND {WAITS} GROUP BY 1 ORDER BY 1"""
    return {row["scenario_id"]: int(row["n"]) for row in file.rows(sql, (run_id,))}


def disputed_cells(
    file: StoreFile, run_id: str, *, limit: int, offset: int = 0, without: str | None = None
) -> list[str]:
    """Ids of the cells that wait for an adjudicator; those on which `without` has decided are left out."""
    sql = f"""SELECT e.instance_id FROM escalations e WHERE e.run_id = :run AND {DISPUTED}
        AND NOT {SAID_BY_ME} ORDER BY e.instance_id LIMIT :limit OFFSET :offset"""
    parameters: dict[str, SqlValue] = {"run": run_id, "me": without, "limit": limit, "offset": offset}
    return [str(row["instance_id"]) for row in file.rows(sql, parameters)]


def standing_by_target(file: StoreFile, run_id: str, waiting: Collection[str]) -> dict[str, dict[str, int]]:
    """Target → verdict, or state of what has none → cells.

    A verdict is a severity or `ambiguous`; states are `waiting` for people, `retracted`, `failed` and
    `pending`. The cells `waiting` wait although they have a verdict.
    """
    sql = """SELECT c.target, CASE
            WHEN c.instance_id IN (SELECT value FROM json_each(:waiting)) THEN 'waiting'
            WHEN l.id IS NOT NULL THEN coalesce(json_extract(l.answer, '$.value'), 'ambiguous')
            WHEN EXISTS (SELECT 1 FROM labels x
                WHERE x.run_id = c.run_id AND x.instance_id = c.instance_id) THEN 'retracted'
            WHEN EXISTS (SELECT 1 FROM escalations e
                WHERE e.run_id = c.run_id AND e.instance_id = c.instance_id) THEN 'waiting'
            WHEN EXISTS (SELECT 1 FROM instance_failures f
                WHERE f.run_id = c.run_id AND f.instance_id = c.instance_id) THEN 'failed'
            ELSE 'pending' END AS what, count(*) AS n
        FROM cells c LEFT JOIN current_labels l USING (run_id, instance_id)
        WHERE c.run_id = :run GROUP BY 1, 2"""
    found: dict[str, dict[str, int]] = {}
    for row in file.rows(sql, {"run": run_id, "waiting": json.dumps(sorted(waiting))}):
        found.setdefault(str(row["target"]), {})[str(row["what"])] = int(row["n"])
    return found


def unanswered_cells(file: StoreFile, run_id: str, reviewer: str | None) -> int:
    """How many conversations of a run wait for this reviewer's blind answer.

    Those that wait in a run which judges the same conversations anew are among them, unless the reviewer has
    answered them here.
    """
    sql = f"""SELECT count(DISTINCT e.instance_id) AS n
        FROM runs here JOIN runs r ON r.benchmark_id = here.benchmark_id JOIN escalations e ON e.run_id = r.id
        LEFT JOIN transcripts own ON own.run_id = here.id AND own.instance_id = e.instance_id
        LEFT JOIN transcripts its ON its.run_id = e.run_id AND its.instance_id = e.instance_id
        WHERE here.id = :run AND {WAITS} AND NOT {ANSWERED_BY_ME}
        AND (e.run_id = :run OR (own.transcript_sha = its.transcript_sha AND NOT EXISTS (
            SELECT 1 FROM decisions d WHERE d.run_id = :run AND d.instance_id = e.instance_id
            AND d.reviewer = :me AND d.blind)))"""
    row = file.row(sql, {"run": run_id, "me": reviewer})
    return int(row["n"]) if row else 0
