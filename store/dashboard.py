"""A run in aggregates, each of them a query: by role, by calculator, by share of the votes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from consensus.model import EscalationReason
from store.conditions import CALCULATOR
from store.connection import StoreFile

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
    """Without those from the cache."""
    cached: int
    errors: int
    input_tokens: int
    output_tokens: int
    cost: float
    price_known: bool
    """Whether every reply had a price."""


_ROLES = """
SELECT role, model, count(*) FILTER (WHERE outcome = 'reply' AND cached_from IS NULL) AS replies,
    count(cached_from) AS cached,
    count(*) FILTER (WHERE outcome = 'error') AS errors,
    coalesce(sum(json_extract(usage, '$.input_tokens')), 0) AS input_tokens,
    coalesce(sum(json_extract(usage, '$.output_tokens')), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0.0) AS cost,
    coalesce(min(price_known) FILTER (WHERE outcome = 'reply'), 1) AS price_known
FROM calls WHERE {which} GROUP BY role, model"""
_ALL_CALLS = _ROLES.format(which="run_id = ? AND id > ? AND id <= ?")
_NEW_CALLS = _ROLES.format(which="+run_id = ? AND id > ? AND id <= ?")
"""The plus keeps the index of all calls out of it: only the new rows are read."""


def last_call(file: StoreFile) -> int:
    """Id of the call that was recorded last, of any run; 0 where there is none."""
    row = file.row("SELECT coalesce(max(id), 0) AS id FROM calls")
    return int(row["id"]) if row else 0


def roles(file: StoreFile, run_id: str, *, after: int = 0, upto: int | None = None) -> list[RoleTotals]:
    """Calls, tokens and cost by role and model, in the order of their names.

    With `after` and `upto` only the calls with ids above the one and up to the other.
    """
    end = last_call(file) if upto is None else upto
    found = file.rows(_NEW_CALLS if after else _ALL_CALLS, (run_id, after, end))
    return [RoleTotals(**{**row, "price_known": bool(row["price_known"])}) for row in found]


def total(found: Collection[RoleTotals], role: str = "", model: str = "") -> RoleTotals:
    """The sums, under a role and a model where they are all of those."""
    return RoleTotals(
        role=role,
        model=model,
        replies=sum(one.replies for one in found),
        cached=sum(one.cached for one in found),
        errors=sum(one.errors for one in found),
        input_tokens=sum(one.input_tokens for one in found),
        output_tokens=sum(one.output_tokens for one in found),
        cost=sum(one.cost for one in found),
        price_known=all(one.price_known for one in found),
    )


@dataclass(frozen=True, slots=True)
class RunUse:
    """The tokens that a run's replies took, in and out."""

    tokens: int = 0
    all_counted: bool = True
    """Whether every reply told, but for those of embedded models, which take none."""


_TOKENS = (
    "coalesce(json_extract(usage, '$.input_tokens'), 0) + coalesce(json_extract(usage, '$.output_tokens'), 0)"
)
_USE = f"""
SELECT coalesce(sum({_TOKENS}), 0) AS tokens,
    NOT coalesce(max(outcome = 'reply' AND NOT price_known AND {_TOKENS} = 0), 0) AS all_counted
FROM calls WHERE run_id = ?"""


def use(file: StoreFile, run_id: str) -> RunUse:
    """The tokens of a run."""
    (row,) = file.rows(_USE, (run_id,))
    return RunUse(int(row["tokens"]), bool(row["all_counted"]))


@dataclass(frozen=True, slots=True)
class ThreadCosts:
    """How many threads of a run have a label, an escalation or a finding, and their costs in USD."""

    threads: int
    total: float
    squares: float
    """Sum of the squares."""


_THREAD_COSTS = """
WITH threads AS (
    SELECT coalesce(sum(c.cost_usd), 0.0) AS usd
    FROM work w LEFT JOIN calls c ON c.run_id = w.run_id AND c.instance_id = w.instance_id
    WHERE w.run_id = ? AND (EXISTS (SELECT 1 FROM labels l
            WHERE l.run_id = w.run_id AND l.instance_id = w.instance_id)
        OR EXISTS (SELECT 1 FROM escalations e WHERE e.run_id = w.run_id AND e.instance_id = w.instance_id)
        OR EXISTS (SELECT 1 FROM findings a WHERE a.run_id = w.run_id AND a.instance_id = w.instance_id))
    GROUP BY w.instance_id)
SELECT count(*) AS threads, coalesce(sum(usd), 0.0) AS total, coalesce(sum(usd * usd), 0.0) AS squares
FROM threads"""


def thread_costs(file: StoreFile, run_id: str) -> ThreadCosts:
    """What the threads that are done have cost."""
    (row,) = file.rows(_THREAD_COSTS, (run_id,))
    return ThreadCosts(int(row["threads"]), float(row["total"]), float(row["squares"]))


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


_CHANGES = f"""
WITH counted AS (
    SELECT {CALCULATOR} AS calculator, count(*) AS labels,
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


def escalation_reasons(file: StoreFile, run_id: str) -> dict[EscalationReason, int]:
    """Why instances of a run went to people, settled or not; labels drawn to be audited are left out."""
    sql = """SELECT reason, count(*) AS n FROM escalations
        WHERE run_id = ? AND reason <> 'audit_sample' GROUP BY reason ORDER BY n DESC, reason"""
    return {row["reason"]: int(row["n"]) for row in file.rows(sql, (run_id,))}


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
