"""Decisions, votes and audited labels as far as figures need them, without notes and derivations."""

from __future__ import annotations

from typing import NamedTuple

from consensus.model import Choice, Confidence, Standing
from store.conditions import SETTLES_ESCALATION
from store.connection import SqlValue, StoreFile
from store.safety_records import SEVERITY_SPEC


class OwnDecision(NamedTuple):
    """A decision that a reviewer took on an instance themselves. `answer` and `spec` are JSON."""

    instance_id: str
    reviewer: str
    blind: bool
    answer: str | None
    spec: str
    standing: Standing
    choice: Choice | None
    confidence: Confidence | None
    seconds: float | None


class AuditedLabel(NamedTuple):
    """A label of the blind audit sample, and what the reviewer said with whose decision it was settled.

    Answers and `spec` are JSON; an `answer` of None is `ambiguous`.
    """

    label: str | None
    spec: str
    reviewed: bool
    answer: str | None


class CastVote(NamedTuple):
    """A vote without what led to it. `answer` is JSON; None where the vote failed."""

    instance_id: str
    sample: int
    answer: str | None


# The columns of these queries are the fields above, in their order.
_SPEC = "coalesce(i.spec, :severity)"
"""Cells of a safety run all have the one answer spec, and no row among the instances."""
_OWN_DECISIONS = f"""SELECT d.instance_id, d.reviewer, d.blind, d.answer, {_SPEC} AS spec, d.standing,
    d.choice, d.confidence, d.seconds FROM decisions d JOIN runs r ON r.id = d.run_id
    LEFT JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = d.instance_id
    WHERE d.run_id = :run AND d.propagated_from IS NULL ORDER BY d.id"""
_CAST_VOTES = """SELECT instance_id, sample, answer FROM votes WHERE run_id = ? AND sample < ?
    ORDER BY instance_id, sample"""
_AUDITED = f"""WITH settling AS (
    SELECT e.instance_id, (SELECT max(d.id) FROM decisions d
        WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND {SETTLES_ESCALATION}) AS decision_id
    FROM escalations e WHERE e.run_id = :run AND e.reason = 'audit_sample')
    SELECT l.answer AS label, {_SPEC} AS spec, d.id IS NOT NULL AS reviewed, d.answer
    FROM settling s JOIN runs r ON r.id = :run
    LEFT JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = s.instance_id
    JOIN labels l ON l.run_id = :run AND l.instance_id = s.instance_id AND l.decided_by = 'consensus'
    LEFT JOIN decisions d ON d.id = s.decision_id ORDER BY l.id"""


def own_decisions(file: StoreFile, run_id: str) -> list[OwnDecision]:
    """The decisions of a run, oldest first, but for those that were carried over from other instances."""
    return [OwnDecision(*row.values()) for row in file.rows(_OWN_DECISIONS, _parameters(run_id))]


def cast_votes(file: StoreFile, run_id: str, samples: int) -> list[CastVote]:
    """The first `samples` votes on each instance of a run."""
    return [CastVote(*row.values()) for row in file.rows(_CAST_VOTES, (run_id, samples))]


def reviewer_names(file: StoreFile) -> list[str]:
    """Everyone who has decided or retracted something in the store, in the order of when they first did."""
    rows = file.rows("""SELECT reviewer FROM (SELECT reviewer, created_at FROM decisions
        UNION ALL SELECT reviewer, created_at FROM retractions)
        GROUP BY reviewer ORDER BY min(created_at), reviewer""")
    return [str(row["reviewer"]) for row in rows]


def audit_sample(file: StoreFile, run_id: str) -> list[AuditedLabel]:
    """The blind audit sample of a run, in the order in which its labels were committed."""
    return [AuditedLabel(*row.values()) for row in file.rows(_AUDITED, _parameters(run_id))]


def _parameters(run_id: str) -> dict[str, SqlValue]:
    return {"run": run_id, "severity": SEVERITY_SPEC.model_dump_json()}
