"""What the pages about a run show, each as one query: totals by role, changes by calculator, pages of work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

from answers.model import Answer
from consensus.model import DecidedBy, EscalationReason, LabelStatus
from store.connection import Row, SqlValue, StoreFile
from store.rows import ANSWER

CalculatorOrder = Literal["calculator", "labels", "confirmed", "revised", "incomputable", "ambiguous", "share"]
CALCULATOR_ORDERS: tuple[CalculatorOrder, ...] = get_args(CalculatorOrder)

_CALCULATOR = "coalesce(i.calculator, i.calculator_name, '')"


@dataclass(frozen=True, slots=True)
class RoleTotals:
    """What one role has asked of one model in a run. `cost` is the sum of the known prices, in USD."""

    role: str
    model: str
    replies: int
    errors: int
    input_tokens: int
    cached_tokens: int
    """Of the input tokens, those that the provider had in its cache."""
    output_tokens: int
    cost: float
    price_known: bool
    """Whether every reply had a price."""


_ROLES = """
SELECT role, model, count(*) FILTER (WHERE outcome = 'reply') AS replies,
    count(*) FILTER (WHERE outcome = 'error') AS errors,
    coalesce(sum(json_extract(usage, '$.input_tokens')), 0) AS input_tokens,
    coalesce(sum(json_extract(usage, '$.cached_tokens')), 0) AS cached_tokens,
    coalesce(sum(json_extract(usage, '$.output_tokens')), 0) AS output_tokens,
    coalesce(sum(cost_usd), 0.0) AS cost,
    coalesce(min(price_known) FILTER (WHERE outcome = 'reply'), 1) AS price_known
FROM calls WHERE run_id = ? GROUP BY role, model"""


def roles(file: StoreFile, run_id: str) -> list[RoleTotals]:
    """Calls, tokens and cost by role and model, in the order of their names."""
    found = file.rows(_ROLES, (run_id,))
    return [RoleTotals(**{**row, "price_known": bool(row["price_known"])}) for row in found]


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many instances were handed to people for one reason, and how many of them have a label."""

    reason: EscalationReason
    escalated: int
    settled: int


_REASONS = """
SELECT e.reason, count(*) AS escalated, count(l.id) AS settled
FROM escalations e LEFT JOIN labels l
    ON l.run_id = e.run_id AND l.instance_id = e.instance_id AND l.supersedes IS NULL
WHERE e.run_id = ? GROUP BY e.reason ORDER BY escalated DESC, e.reason"""


def reasons(file: StoreFile, run_id: str) -> list[ReasonCount]:
    """Escalations by reason, the most frequent first."""
    return [ReasonCount(**row) for row in file.rows(_REASONS, (run_id,))]


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


def changes(
    file: StoreFile, run_id: str, order: CalculatorOrder, *, descending: bool
) -> list[CalculatorChanges]:
    """The current labels of a run, counted by calculator; what is equal is in the order of names."""
    if order not in CALCULATOR_ORDERS:
        raise ValueError(f"{order!r} is no column of the table; there are {', '.join(CALCULATOR_ORDERS)}")
    sql = f"""
        SELECT {_CALCULATOR} AS calculator, count(*) AS labels,
            count(*) FILTER (WHERE l.status = 'confirmed') AS confirmed,
            count(*) FILTER (WHERE l.status = 'revised') AS revised,
            count(*) FILTER (WHERE l.status = 'incomputable') AS incomputable,
            count(*) FILTER (WHERE l.status = 'ambiguous') AS ambiguous,
            avg(l.status = 'revised') AS share
        FROM runs r JOIN current_labels l ON l.run_id = r.id
            JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = l.instance_id
        WHERE r.id = ? GROUP BY 1 ORDER BY {order} {"DESC" if descending else "ASC"}, 1"""
    return [CalculatorChanges(**row) for row in file.rows(sql, (run_id,))]


_FINISHED = """
SELECT (SELECT count(*) FROM labels WHERE run_id = ?1 AND decided_by = 'consensus' AND supersedes IS NULL
        AND created_at >= ?2)
    + (SELECT count(*) FROM escalations WHERE run_id = ?1 AND created_at >= ?2)
    + (SELECT count(*) FROM instance_failures WHERE run_id = ?1 AND created_at >= ?2) AS threads"""


def finished_since(file: StoreFile, run_id: str, since: dt.datetime) -> int:
    """How many threads have ended since then: in a label, with people, or in an error."""
    row = file.row(_FINISHED, (run_id, since.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")))
    return 0 if row is None else int(row["threads"])
