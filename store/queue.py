"""The review queue: what waits for people, filtered, ordered and cut into pages by SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from consensus.model import ChangeSize, EscalationReason
from store.conditions import (
    ANSWERED_BY_ME,
    BY_LOT,
    CALCULATOR,
    CONCERNS_REVIEWER,
    DISPUTED,
    HELD,
    LAST_SETTLING,
    LISTED_AS,
    LISTED_CHANGE,
    OPINIONS,
    RESERVED_BY,
    RESERVED_BY_ME,
    SAID_BY_ME,
    TRIAGE_ORDER,
    WAITS,
)
from store.connection import SqlValue, StoreFile

QueueOrder = Literal["triage", "hardest", "nearest", "audit"]
"""triage: where the original label is most likely wrong. hardest: where the votes are furthest from
sufficient. nearest: where they are nearest to it. audit: by lot, so that the blind audit sample and the other
instances have the same chance at the first place."""
DEFAULT_ORDER: QueueOrder = "triage"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QueueFilter(_Frozen):
    """Which instances of the queue; None is any. `reviewer` has it open, or has said something about it."""

    reason: EscalationReason | None = None
    calculator: str | None = None
    change: ChangeSize | None = None
    reviewer: str | None = None


class QueueEntry(_Frozen):
    """One instance of the queue, without anything that a blind reviewer may not know."""

    instance_id: str
    source_id: str
    calculator: str
    waiting_since: AwareDatetime
    """Time of its last vote: a sample for the audit is drawn later, and must not be told by that."""
    opinions: int
    """Reviewers who have decided without settling it."""
    answered: bool
    """Whether the reviewer who asks has given their blind answer."""
    done: bool
    """Whether the reviewer who asks has given an opinion already: it waits for someone else."""
    reserved_by: str | None
    """Another reviewer who has it open."""


class QueueProgress(_Frozen):
    """How far the queue is: of `total` instances `settled` are, and `disputed` wait for an adjudicator."""

    total: int
    settled: int
    disputed: int


_SETTLED = f"({LAST_SETTLING} > 0 AND NOT {DISPUTED})"
_FROM = """FROM escalations e JOIN runs r ON r.id = e.run_id
    JOIN work w ON w.run_id = e.run_id AND w.instance_id = e.instance_id
    JOIN instances i INDEXED BY instances_listed
        ON i.benchmark_id = r.benchmark_id AND i.id = e.instance_id
    LEFT JOIN triage t INDEXED BY triage_score ON t.run_id = e.run_id AND t.instance_id = e.instance_id"""
"""The indexes hold all that lists need of instances and scores; SQLite would read the rows beside them."""
_WHERE = f"""WHERE e.run_id = :run AND {WAITS}
    AND (:reason IS NULL OR {LISTED_AS} = :reason)
    AND (:calculator IS NULL OR {CALCULATOR} = :calculator)
    AND (:change IS NULL OR {LISTED_CHANGE} = :change)
    AND {CONCERNS_REVIEWER}"""
_ORDERS: dict[QueueOrder, str] = {
    "triage": f"{TRIAGE_ORDER}, w.position",
    "hardest": "e.priority, w.position",
    "nearest": "e.priority DESC, w.position",
    "audit": BY_LOT,
}
_ENTRY = f"""SELECT e.instance_id, i.source_id, {CALCULATOR} AS calculator,
    coalesce((SELECT max(v.created_at) FROM votes v WHERE v.run_id = e.run_id
        AND v.instance_id = e.instance_id), e.created_at) AS waiting_since,
    {OPINIONS} AS opinions, {ANSWERED_BY_ME} AS answered, {SAID_BY_ME} AS done,
    {RESERVED_BY} AS reserved_by"""


_WEIGHT = """SELECT d.seed, 1.0 * count(*) FILTER (WHERE e.reason <> 'audit_sample')
        / nullif(count(*) FILTER (WHERE e.reason = 'audit_sample'), 0) AS weight
    FROM audit_draws d JOIN escalations e ON e.run_id = d.run_id AND e.created_at <= d.created_at
    WHERE d.id = (SELECT max(id) FROM audit_draws WHERE run_id = ?)"""


def lots(file: StoreFile, run_id: str) -> dict[str, SqlValue]:
    """What the order by lot depends on: the secret of the last draw, and the weight of a sampled label.

    Places are drawn without replacement, with weights such that sampled labels and other instances weigh
    the same in sum (Efraimidis and Spirakis 2006: order by -ln(u) / weight). An instance has the same lot
    under every filter and however many are settled, so that no two lists tell more than one of them does.
    """
    row = file.row(_WEIGHT, (run_id,))
    found = row if row and row["seed"] is not None else {"seed": "", "weight": None}
    return {"seed": found["seed"], "weight": found["weight"] or 1.0}


def _lots(file: StoreFile, run_id: str, order: QueueOrder) -> dict[str, SqlValue]:
    return lots(file, run_id) if order == "audit" else {"seed": "", "weight": 1.0}


def _parameters(run_id: str, wanted: QueueFilter, me: str | None, now: float) -> dict[str, SqlValue]:
    return {"run": run_id, **wanted.model_dump(), "me": me, "now": now}


def queue_page(
    file: StoreFile,
    run_id: str,
    wanted: QueueFilter,
    order: QueueOrder,
    *,
    me: str | None,
    now: float,
    limit: int,
    offset: int = 0,
) -> list[QueueEntry]:
    """A page of the instances that wait for people; `now` is in seconds since 1970."""
    parameters = {**_parameters(run_id, wanted, me, now), **_lots(file, run_id, order)}
    # What a row shows is looked up for the page alone; SQLite would do it for all that it sorts.
    ids = file.rows(
        f"SELECT e.instance_id {_FROM} {_WHERE} ORDER BY {_ORDERS[order]} LIMIT :limit OFFSET :offset",
        {**parameters, "limit": limit, "offset": offset},
    )
    sql = f"""{_ENTRY} {_FROM} JOIN json_each(:ids) page ON page.value = e.instance_id
        WHERE e.run_id = :run ORDER BY page.key"""
    page = {**parameters, "ids": json.dumps([row["instance_id"] for row in ids])}
    return [QueueEntry.model_validate(row) for row in file.rows(sql, page)]


def queue_count(file: StoreFile, run_id: str, wanted: QueueFilter, *, now: float) -> int:
    """How many instances wait for people."""
    row = file.row(f"SELECT count(*) AS n {_FROM} {_WHERE}", _parameters(run_id, wanted, None, now))
    return int(row["n"]) if row else 0


def next_in_queue(
    file: StoreFile,
    run_id: str,
    wanted: QueueFilter,
    order: QueueOrder,
    *,
    me: str,
    now: float,
    needed: int,
    after: str | None = None,
) -> str | None:
    """The next instance that this reviewer can take up: not theirs already, and not held by enough others.

    One that the reviewer has open comes first. After one that was skipped come those that follow it in the
    order, then those before it, so that skipping goes round the whole queue.
    """
    parameters = {**_parameters(run_id, wanted, me, now), **_lots(file, run_id, order)}
    return next_of(file, f"{_FROM} {_WHERE}", _ORDERS[order], parameters, needed=needed, after=after)


def next_of(
    file: StoreFile,
    queue: str,
    order: str,
    parameters: Mapping[str, SqlValue],
    *,
    needed: int,
    after: str | None,
) -> str | None:
    """The same of any queue: `queue` is its FROM and WHERE with escalations as `e`, `order` its ORDER BY."""
    sql = f"""WITH queue AS (SELECT e.instance_id AS id,
            row_number() OVER (ORDER BY {order}) AS place,
            NOT {SAID_BY_ME} AND {HELD} + {OPINIONS} < :needed AS free, {RESERVED_BY_ME} AS mine {queue})
        SELECT id FROM queue WHERE free AND id IS NOT :after
        ORDER BY place < coalesce((SELECT place FROM queue WHERE id = :after), 0), mine DESC, place LIMIT 1"""
    row = file.row(sql, {**parameters, "needed": needed, "after": after})
    return None if row is None else str(row["id"])


def queue_progress(file: StoreFile, run_id: str) -> QueueProgress:
    """How far a run's queue is, audit samples among the rest."""
    # Of what nobody has decided on nothing needs to be looked up.
    sql = f"""SELECT (SELECT count(*) FROM escalations WHERE run_id = ?1) AS total,
        coalesce(sum({_SETTLED}), 0) AS settled, coalesce(sum({DISPUTED}), 0) AS disputed
        FROM escalations e WHERE e.run_id = ?1 AND EXISTS (SELECT 1 FROM decisions d
            WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND NOT d.blind)"""
    row = file.row(sql, (run_id,))
    return QueueProgress.model_validate(row)


def queue_reasons(file: StoreFile, run_id: str) -> dict[EscalationReason, QueueProgress]:
    """The same by the reason for which instances are listed, the most frequent first."""
    # Most instances have no decision yet: only of the others is asked what theirs amount to.
    sql = f"""WITH listed AS (SELECT {LISTED_AS} AS reason,
            CASE WHEN NOT EXISTS (SELECT 1 FROM decisions d
                WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id) THEN 'waits'
            WHEN {DISPUTED} THEN 'disputed' WHEN {LAST_SETTLING} > 0 THEN 'settled'
            ELSE 'waits' END AS stand
        FROM escalations e WHERE e.run_id = ?)
        SELECT reason, count(*) AS total, sum(stand = 'settled') AS settled,
            sum(stand = 'disputed') AS disputed
        FROM listed GROUP BY reason ORDER BY total DESC, reason"""
    return {row.pop("reason"): QueueProgress.model_validate(row) for row in file.rows(sql, (run_id,))}


def queue_choices(file: StoreFile, run_id: str) -> dict[Literal["reason", "calculator"], dict[str, int]]:
    """What the queue can be filtered by, with the number of waiting instances: reasons and calculators."""
    sql = f"""SELECT {LISTED_AS} AS reason, {CALCULATOR} AS calculator, count(*) AS n
        {_FROM} WHERE e.run_id = ? AND {WAITS} GROUP BY 1, 2 ORDER BY 1, 2"""
    rows = file.rows(sql, (run_id,))
    found: dict[Literal["reason", "calculator"], dict[str, int]] = {"reason": {}, "calculator": {}}
    for name, counts in found.items():
        for row in sorted(rows, key=lambda row: str(row[name])):
            counts[str(row[name])] = counts.get(str(row[name]), 0) + int(row["n"])
    return found


def disputed_page(
    file: StoreFile, run_id: str, *, limit: int, offset: int = 0, without: str | None = None
) -> list[str]:
    """Ids of the instances that wait for an adjudicator, in the order of the run.

    Those on which the reviewer `without` has decided are left out.
    """
    sql = f"""SELECT e.instance_id {_FROM} WHERE e.run_id = :run AND {DISPUTED}
        AND NOT {SAID_BY_ME} ORDER BY w.position LIMIT :limit OFFSET :offset"""
    parameters = {"run": run_id, "me": without, "limit": limit, "offset": offset}
    return [str(row["instance_id"]) for row in file.rows(sql, parameters)]


def is_disputed(file: StoreFile, run_id: str, instance_id: str) -> bool:
    """Whether an instance waits for an adjudicator."""
    sql = f"SELECT 1 FROM escalations e WHERE e.run_id = ? AND e.instance_id = ? AND {DISPUTED}"
    return file.row(sql, (run_id, instance_id)) is not None


def last_settling(file: StoreFile, run_id: str, instance_id: str) -> int:
    """Id of the decision that an escalated instance rests on, 0 without one: the revision of what is said."""
    sql = f"SELECT {LAST_SETTLING} AS id FROM escalations e WHERE e.run_id = ? AND e.instance_id = ?"
    row = file.row(sql, (run_id, instance_id))
    return int(row["id"]) if row else 0


def waiting_instances(file: StoreFile, run_id: str) -> set[str]:
    """Ids of the instances of a run that wait for reviewers."""
    sql = f"SELECT e.instance_id FROM escalations e WHERE e.run_id = ? AND {WAITS}"
    return {str(row["instance_id"]) for row in file.rows(sql, (run_id,))}


def waits(file: StoreFile, run_id: str, instance_id: str) -> bool:
    """Whether this instance is among `waiting_instances`."""
    sql = f"SELECT 1 FROM escalations e WHERE e.run_id = ? AND e.instance_id = ? AND {WAITS}"
    return file.row(sql, (run_id, instance_id)) is not None


_SEALED = f"""FROM runs here JOIN runs r ON r.benchmark_id = here.benchmark_id
    JOIN escalations e ON e.run_id = r.id
    WHERE here.id = :run AND {WAITS} AND NOT {ANSWERED_BY_ME}
    AND (e.run_id = :run OR NOT EXISTS (SELECT 1 FROM decisions d JOIN runs o ON o.id = d.run_id
        WHERE o.benchmark_id = here.benchmark_id AND d.instance_id = e.instance_id
        AND d.reviewer = :me AND d.blind))"""
"""Every run of a benchmark tells its original labels, so that what waits in one is sealed in all, until the
reviewer has answered it blind in any."""


def sealed_instances(file: StoreFile, run_id: str, reviewer: str | None) -> set[str]:
    """Ids of the instances whose evidence this reviewer may not see before their blind answer.

    Those of the run, and those that wait in another run of its benchmark.
    """
    sql = f"SELECT e.instance_id {_SEALED}"
    return {str(row["instance_id"]) for row in file.rows(sql, {"run": run_id, "me": reviewer})}


def sealed_by(file: StoreFile, run_id: str, instance_id: str, reviewer: str | None) -> str | None:
    """The run in which the instance waits for this reviewer's blind answer, this run before others.

    None where it is not among `sealed_instances`.
    """
    sql = f"""SELECT e.run_id {_SEALED} AND e.instance_id = :instance
        ORDER BY e.run_id <> :run, r.rowid DESC LIMIT 1"""
    row = file.row(sql, {"run": run_id, "instance": instance_id, "me": reviewer})
    return None if row is None else str(row["run_id"])


def waiting_audits(file: StoreFile, run_id: str) -> set[str]:
    """Ids of the instances whose label was drawn into the blind audit sample and waits for people."""
    sql = f"""SELECT e.instance_id FROM escalations e
        WHERE e.run_id = ? AND e.reason = 'audit_sample' AND {WAITS}"""
    return {str(row["instance_id"]) for row in file.rows(sql, (run_id,))}
