"""A run in aggregates, each of them a query: by role, reason, calculator and share of the votes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import TypeAdapter

from answers.agreement import agrees
from answers.model import Answer, AnswerSpec
from consensus.model import EscalationReason
from store.connection import Row, StoreFile

_ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)

CalculatorOrder = Literal[
    "calculator", "labels", "confirmed", "revised", "incomputable", "ambiguous", "share"
]
CALCULATOR_ORDERS: tuple[CalculatorOrder, ...] = get_args(CalculatorOrder)


@dataclass(frozen=True, slots=True)
class RoleTotals:
    """What one role has asked of one model in a run. `cost` is the sum of the known prices, in USD."""

    role: str
    model: str
    replies: int
    errors: int
    input_tokens: int
    output_tokens: int
    cost: float
    price_known: bool
    """Whether every reply had a price."""


_ROLES = """
SELECT role, model, count(*) FILTER (WHERE outcome = 'reply') AS replies,
    count(*) FILTER (WHERE outcome = 'error') AS errors,
    coalesce(sum(json_extract(usage, '$.input_tokens')), 0) AS input_tokens,
    coalesce(sum(json_extract(usage, '$.output_tokens')), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0.0) AS cost,
    coalesce(min(price_known) FILTER (WHERE outcome = 'reply'), 1) AS price_known
FROM calls WHERE run_id = ? GROUP BY role, model"""


def roles(file: StoreFile, run_id: str) -> list[RoleTotals]:
    """Calls, tokens and cost by role and model, in the order of their names."""
    found = file.rows(_ROLES, (run_id,))
    return [RoleTotals(**{**row, "price_known": bool(row["price_known"])}) for row in found]


def total(found: Collection[RoleTotals]) -> RoleTotals:
    """The sums over all roles and models."""
    return RoleTotals(
        role="",
        model="",
        replies=sum(one.replies for one in found),
        errors=sum(one.errors for one in found),
        input_tokens=sum(one.input_tokens for one in found),
        output_tokens=sum(one.output_tokens for one in found),
        cost=sum(one.cost for one in found),
        price_known=all(one.price_known for one in found),
    )


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many instances were handed to people for one reason, and how many of them are settled."""

    reason: EscalationReason
    escalated: int
    settled: int


_REASONS = """
SELECT coalesce(e.listed_as, e.reason) AS reason, count(*) AS escalated,
    count(*) FILTER (WHERE e.instance_id NOT IN (SELECT value FROM json_each(?2))) AS settled
FROM escalations e WHERE e.run_id = ?1 GROUP BY 1 ORDER BY escalated DESC, 1"""


def reasons(file: StoreFile, run_id: str, waiting: Collection[str]) -> list[ReasonCount]:
    """Escalations by listed reason, the most frequent first; those that are `waiting` are not settled."""
    return [ReasonCount(**row) for row in file.rows(_REASONS, (run_id, _listed(waiting)))]


@dataclass(frozen=True, slots=True)
class CalculatorChanges:
    """The labels of one calculator's instances. `calculator` is empty where the benchmark names none."""

    calculator: str
    labels: int
    confirmed: int
    revised: int
    incomputable: int
    ambiguous: int
    share: float
    """Of the labels, the share that was revised."""


_CHANGES = """
WITH counted AS (
    SELECT coalesce(i.calculator, i.calculator_name, '') AS calculator, count(*) AS labels,
        count(*) FILTER (WHERE l.status = 'confirmed') AS confirmed,
        count(*) FILTER (WHERE l.status = 'revised') AS revised,
        count(*) FILTER (WHERE l.status = 'incomputable') AS incomputable,
        count(*) FILTER (WHERE l.status = 'ambiguous') AS ambiguous
    FROM runs r CROSS JOIN instances i ON i.benchmark_id = r.benchmark_id
        CROSS JOIN current_labels l ON l.run_id = r.id AND l.instance_id = i.id
    WHERE r.id = ? AND l.instance_id NOT IN (SELECT value FROM json_each(?))
    GROUP BY i.calculator, i.calculator_name)
SELECT calculator, sum(labels) AS labels, sum(confirmed) AS confirmed, sum(revised) AS revised,
    sum(incomputable) AS incomputable, sum(ambiguous) AS ambiguous,
    1.0 * sum(revised) / sum(labels) AS share
FROM counted GROUP BY calculator"""
# CROSS JOIN keeps the order of the tables: the index of the instances has them by calculator already.


def changes(
    file: StoreFile, run_id: str, order: CalculatorOrder, *, descending: bool, sealed: Collection[str]
) -> list[CalculatorChanges]:
    """The current labels of a run, counted by calculator; what is equal is in the order of names.

    The labels of `sealed` instances are not counted: where a calculator has few, the counts would tell them.
    """
    if order not in CALCULATOR_ORDERS:
        raise ValueError(f"{order!r} is no column of the table; there are {', '.join(CALCULATOR_ORDERS)}")
    sql = f"""{_CHANGES} ORDER BY {order} {"DESC" if descending else "ASC"}, calculator"""
    return [CalculatorChanges(**row) for row in file.rows(sql, (run_id, _listed(sealed)))]


@dataclass(frozen=True, slots=True)
class ShareBin:
    """Instances whose largest group has a share of the votes in [low, high); the last bin has 1 as well."""

    low: float
    high: float
    committed: int
    escalated: int


SHARE_BINS = 20
_SHARES = f"""
WITH shares AS (
    SELECT agreement AS share, 0 AS escalated FROM labels
        WHERE run_id = ?1 AND supersedes IS NULL AND decided_by = 'consensus' AND agreement IS NOT NULL
    UNION ALL
    SELECT share, 1 FROM escalations
        WHERE run_id = ?1 AND reason <> 'audit_sample' AND share IS NOT NULL)
SELECT min(CAST(share * {SHARE_BINS} + 1e-9 AS INTEGER), {SHARE_BINS - 1}) AS bin,
    count(*) FILTER (WHERE NOT escalated) AS committed, count(*) FILTER (WHERE escalated) AS escalated
FROM shares GROUP BY 1"""


def shares(file: StoreFile, run_id: str) -> list[ShareBin]:
    """How much of its votes each instance's largest group has, in bins of equal width from 0 to 1.

    An instance whose label consensus committed has the share that it was committed with.
    """
    counts = {int(row["bin"]): row for row in file.rows(_SHARES, (run_id,))}
    bins = []
    for number in range(SHARE_BINS):
        row = counts.get(number, {"committed": 0, "escalated": 0})
        low, high = number / SHARE_BINS, (number + 1) / SHARE_BINS
        bins.append(ShareBin(low, high, int(row["committed"]), int(row["escalated"])))
    return bins


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """How the blind audit sample stands: of `drawn` labels `reviewed` are, and `differ` were found wrong."""

    drawn: int
    reviewed: int
    differ: int


_AUDITED = """
SELECT first.answer AS before, now.answer AS after, i.spec
FROM escalations e JOIN runs r ON r.id = e.run_id
    JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = e.instance_id
    JOIN labels first ON first.run_id = e.run_id AND first.instance_id = e.instance_id
        AND first.supersedes IS NULL
    JOIN current_labels now ON now.run_id = e.run_id AND now.instance_id = e.instance_id
WHERE e.run_id = ?1 AND e.reason = 'audit_sample' AND now.decided_by = 'reviewer'
    AND e.instance_id NOT IN (SELECT value FROM json_each(?2))"""


def audit(file: StoreFile, run_id: str, waiting: Collection[str]) -> AuditStanding:
    """The labels that were drawn for the blind audit, and what came of it; `waiting` are not reviewed yet."""
    row = file.row(
        "SELECT count(*) AS n FROM escalations WHERE run_id = ? AND reason = 'audit_sample'", (run_id,)
    )
    reviewed = file.rows(_AUDITED, (run_id, _listed(waiting)))
    return AuditStanding(
        drawn=int(row["n"]) if row else 0, reviewed=len(reviewed), differ=sum(map(_differs, reviewed))
    )


def _differs(row: Row) -> bool:
    if row["before"] is None or row["after"] is None:
        return (row["before"] is None) != (row["after"] is None)
    before, after = (_ANSWER.validate_json(row[name]) for name in ("before", "after"))
    return not agrees(before, after, AnswerSpec.model_validate_json(row["spec"]))


_FINISHED = """
SELECT (SELECT count(*) FROM labels WHERE run_id = ?1 AND decided_by = 'consensus' AND supersedes IS NULL
        AND created_at >= ?2)
    + (SELECT count(*) FROM escalations WHERE run_id = ?1 AND reason <> 'audit_sample' AND created_at >= ?2)
    + (SELECT count(*) FROM instance_failures WHERE run_id = ?1 AND created_at >= ?2) AS threads"""


def finished_since(file: StoreFile, run_id: str, since: dt.datetime) -> int:
    """How many threads have ended since then: in a label, with people, or in an error."""
    row = file.row(_FINISHED, (run_id, since.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")))
    return 0 if row is None else int(row["threads"])


def _listed(ids: Collection[str]) -> str:
    """Ids as one parameter, for json_each."""
    return json.dumps(sorted(ids))
