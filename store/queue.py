"""The review queue: what waits for people, filtered, ordered and cut into pages by SQL."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from consensus.model import ChangeSize, EscalationReason
from store.conditions import CALCULATOR, LISTED_CHANGE, OPINION, SETTLES_ESCALATION, TRIAGE_ORDER
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


_LAST_SETTLING = f"""coalesce((SELECT max(d.id) FROM decisions d
    WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND {SETTLES_ESCALATION}), 0)"""
_DISPUTED = f"""EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND d.standing = 'dispute' AND d.id > {_LAST_SETTLING})"""
_SETTLED = f"({_LAST_SETTLING} > 0 AND NOT {_DISPUTED})"
_WAITS = f"""NOT EXISTS (SELECT 1 FROM decisions d
    WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id
    AND (d.standing = 'dispute' OR {SETTLES_ESCALATION}))"""
_FROM = """FROM escalations e JOIN runs r ON r.id = e.run_id
    JOIN work w ON w.run_id = e.run_id AND w.instance_id = e.instance_id
    JOIN instances i INDEXED BY instances_listed
        ON i.benchmark_id = r.benchmark_id AND i.id = e.instance_id
    LEFT JOIN triage t INDEXED BY triage_score ON t.run_id = e.run_id AND t.instance_id = e.instance_id"""
"""The indexes hold all that lists need of instances and scores; SQLite would read the rows beside them."""
_WHERE = f"""WHERE e.run_id = :run AND {_WAITS}
    AND (:reason IS NULL OR coalesce(e.listed_as, e.reason) = :reason)
    AND (:calculator IS NULL OR {CALCULATOR} = :calculator)
    AND (:change IS NULL OR {LISTED_CHANGE} = :change)
    AND (:reviewer IS NULL
        OR EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
            AND d.instance_id = e.instance_id AND d.reviewer = :reviewer)
        OR EXISTS (SELECT 1 FROM reservations v WHERE v.run_id = e.run_id
            AND v.instance_id = e.instance_id AND v.reviewer = :reviewer AND v.until > :now))"""
_ORDERS: dict[QueueOrder, str] = {
    "triage": f"{TRIAGE_ORDER}, w.position",
    "hardest": "e.priority, w.position",
    "nearest": "e.priority DESC, w.position",
    "audit": "lot(:seed, e.instance_id) / iif(e.reason = 'audit_sample', :weight, 1.0), e.instance_id",
}
_OPINIONS = f"""(SELECT count(DISTINCT d.reviewer) FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND {OPINION} AND d.choice IS NOT 'another_expert')"""
_BY_ME = """EXISTS (SELECT 1 FROM decisions d WHERE d.run_id = e.run_id
    AND d.instance_id = e.instance_id AND d.reviewer = :me AND d.blind = {blind})"""
_HELD = """(SELECT count(*) FROM reservations v WHERE v.run_id = e.run_id
    AND v.instance_id = e.instance_id AND v.reviewer IS NOT :me AND v.until > :now)"""
_ENTRY = f"""SELECT e.instance_id, i.source_id, {CALCULATOR} AS calculator,
    coalesce((SELECT max(v.created_at) FROM votes v WHERE v.run_id = e.run_id
        AND v.instance_id = e.instance_id), e.created_at) AS waiting_since,
    {_OPINIONS} AS opinions, {_BY_ME.format(blind=1)} AS answered, {_BY_ME.format(blind=0)} AS done,
    (SELECT v.reviewer FROM reservations v WHERE v.run_id = e.run_id AND v.instance_id = e.instance_id
        AND v.reviewer IS NOT :me AND v.until > :now ORDER BY v.until DESC LIMIT 1) AS reserved_by"""


_WEIGHT = """SELECT d.seed, 1.0 * count(*) FILTER (WHERE e.reason <> 'audit_sample')
        / nullif(count(*) FILTER (WHERE e.reason = 'audit_sample'), 0) AS weight
    FROM audit_draws d JOIN escalations e ON e.run_id = d.run_id AND e.created_at <= d.created_at
    WHERE d.id = (SELECT max(id) FROM audit_draws WHERE run_id = ?)"""


def _lots(file: StoreFile, run_id: str, order: QueueOrder) -> dict[str, SqlValue]:
    """What the order by lot depends on: the secret of the last draw, and the weight of a sampled label.

    Places are drawn without replacement, with weights such that sampled labels and other instances weigh
    the same in sum (Efraimidis and Spirakis 2006: order by -ln(u) / weight). An instance has the same lot
    under every filter and however many are settled, so that no two lists tell more than one of them does.
    """
    row = file.row(_WEIGHT, (run_id,)) if order == "audit" else None
    found = row if row and row["seed"] is not None else {"seed": "", "weight": None}
    return {"seed": found["seed"], "weight": found["weight"] or 1.0}


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
    sql = f"""WITH queue AS (SELECT e.instance_id AS id,
            row_number() OVER (ORDER BY {_ORDERS[order]}) AS place,
            NOT {_BY_ME.format(blind=0)} AND {_HELD} + {_OPINIONS} < :needed AS free,
            EXISTS (SELECT 1 FROM reservations v WHERE v.run_id = e.run_id
                AND v.instance_id = e.instance_id AND v.reviewer = :me AND v.until > :now) AS mine
            {_FROM} {_WHERE})
        SELECT id FROM queue WHERE free AND id IS NOT :after
        ORDER BY place < coalesce((SELECT place FROM queue WHERE id = :after), 0), mine DESC, place LIMIT 1"""
    parameters = {
        **_parameters(run_id, wanted, me, now),
        **_lots(file, run_id, order),
        "needed": needed,
        "after": after,
    }
    row = file.row(sql, parameters)
    return None if row is None else str(row["id"])


def queue_progress(file: StoreFile, run_id: str) -> QueueProgress:
    """How far a run's queue is, audit samples among the rest."""
    # Of what nobody has decided on nothing needs to be looked up.
    sql = f"""SELECT (SELECT count(*) FROM escalations WHERE run_id = ?1) AS total,
        coalesce(sum({_SETTLED}), 0) AS settled, coalesce(sum({_DISPUTED}), 0) AS disputed
        FROM escalations e WHERE e.run_id = ?1 AND EXISTS (SELECT 1 FROM decisions d
            WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND NOT d.blind)"""
    row = file.row(sql, (run_id,))
    return QueueProgress.model_validate(row)


def queue_reasons(file: StoreFile, run_id: str) -> dict[EscalationReason, QueueProgress]:
    """The same by the reason for which instances are listed, the most frequent first."""
    # Most instances have no decision yet: only of the others is asked what theirs amount to.
    sql = f"""WITH listed AS (SELECT coalesce(e.listed_as, e.reason) AS reason,
            CASE WHEN NOT EXISTS (SELECT 1 FROM decisions d
                WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id) THEN 'waits'
            WHEN {_DISPUTED} THEN 'disputed' WHEN {_LAST_SETTLING} > 0 THEN 'settled'
            ELSE 'waits' END AS stand
        FROM escalations e WHERE e.run_id = ?)
        SELECT reason, count(*) AS total, sum(stand = 'settled') AS settled,
            sum(stand = 'disputed') AS disputed
        FROM listed GROUP BY reason ORDER BY total DESC, reason"""
    return {row.pop("reason"): QueueProgress.model_validate(row) for row in file.rows(sql, (run_id,))}


def queue_choices(file: StoreFile, run_id: str) -> dict[Literal["reason", "calculator"], dict[str, int]]:
    """What the queue can be filtered by, with the number of waiting instances: reasons and calculators."""
    sql = f"""SELECT coalesce(e.listed_as, e.reason) AS reason, {CALCULATOR} AS calculator, count(*) AS n
        {_FROM} WHERE e.run_id = ? AND {_WAITS} GROUP BY 1, 2 ORDER BY 1, 2"""
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
    sql = f"""SELECT e.instance_id {_FROM} WHERE e.run_id = :run AND {_DISPUTED}
        AND NOT {_BY_ME.format(blind=0)} ORDER BY w.position LIMIT :limit OFFSET :offset"""
    parameters = {"run": run_id, "me": without, "limit": limit, "offset": offset}
    return [str(row["instance_id"]) for row in file.rows(sql, parameters)]


def is_disputed(file: StoreFile, run_id: str, instance_id: str) -> bool:
    """Whether an instance waits for an adjudicator."""
    sql = f"SELECT 1 FROM escalations e WHERE e.run_id = ? AND e.instance_id = ? AND {_DISPUTED}"
    return file.row(sql, (run_id, instance_id)) is not None


def last_settling(file: StoreFile, run_id: str, instance_id: str) -> int:
    """Id of the decision that an escalated instance rests on, 0 without one: the revision of what is said."""
    sql = f"SELECT {_LAST_SETTLING} AS id FROM escalations e WHERE e.run_id = ? AND e.instance_id = ?"
    row = file.row(sql, (run_id, instance_id))
    return int(row["id"]) if row else 0


def waiting_instances(file: StoreFile, run_id: str) -> set[str]:
    """Ids of the instances of a run that wait for reviewers."""
    sql = f"SELECT e.instance_id FROM escalations e WHERE e.run_id = ? AND {_WAITS}"
    return {str(row["instance_id"]) for row in file.rows(sql, (run_id,))}


def waits(file: StoreFile, run_id: str, instance_id: str) -> bool:
    """Whether this instance is among `waiting_instances`."""
    sql = f"SELECT 1 FROM escalations e WHERE e.run_id = ? AND e.instance_id = ? AND {_WAITS}"
    return file.row(sql, (run_id, instance_id)) is not None


_SEALED = f"""FROM runs here JOIN runs r ON r.benchmark_id = here.benchmark_id
    JOIN escalations e ON e.run_id = r.id
    WHERE here.id = :run AND {_WAITS} AND NOT {_BY_ME.format(blind=1)}
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
        WHERE e.run_id = ? AND e.reason = 'audit_sample' AND {_WAITS}"""
    return {str(row["instance_id"]) for row in file.rows(sql, (run_id,))}
