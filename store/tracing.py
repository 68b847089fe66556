"""Everything that a run did for one instance."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from benchmarks.model import Instance
from store import auditing, retractions
from store.audit_records import AuditVoteRecord, FindingRecord
from store.connection import StoreFile
from store.errors import UnknownRecord
from store.queries import calls, decisions, escalation, instance, run, votes
from store.records import (
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    LabelRecord,
    RetractionRecord,
    RunRecord,
    VoteRecord,
)
from store.rows import load


class Ending(BaseModel):
    """What became of an instance or a cell, each part in the order in which it happened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    escalation: EscalationRecord | None
    failures: tuple[FailureRecord, ...]
    decisions: tuple[DecisionRecord, ...]
    labels: tuple[LabelRecord, ...]
    """Superseded labels first; the last one is the current label, unless it was retracted."""
    retractions: tuple[RetractionRecord, ...] = ()

    @property
    def retraction(self) -> RetractionRecord | None:
        """The one by which the instance has no label now."""
        last = self.labels[-1].id if self.labels else None
        return next((one for one in self.retractions if one.label_id == last), None)

    @property
    def label(self) -> LabelRecord | None:
        """The current label."""
        return self.labels[-1] if self.labels and self.retraction is None else None


class TraceBundle(Ending):
    """Everything that a run did for one instance, each part in the order in which it happened."""

    run: RunRecord
    instance: Instance
    position: int
    calls: tuple[CallRecord, ...]
    votes: tuple[VoteRecord, ...]
    audit_votes: tuple[AuditVoteRecord, ...] = ()
    finding: FindingRecord | None = None
    """Of an audit run, as its votes."""


def trace(file: StoreFile, run_id: str, reference: str) -> TraceBundle:
    """Everything that the run did for one instance (id, source id or unique prefix)."""
    of_run = run(file, run_id)
    item = instance(file, of_run.benchmark_id, reference)
    row = file.row("SELECT position FROM work WHERE run_id = ? AND instance_id = ?", (of_run.id, item.id))
    if row is None:
        raise UnknownRecord(
            f"run {of_run.id} did not select instance {item.id} (source id {item.source_id!r}); "
            "name another run"
        )
    return TraceBundle(
        **ending(file, of_run.id, item.id),
        run=of_run,
        instance=item,
        position=row["position"],
        calls=tuple(calls(file, of_run.id, item.id)),
        votes=tuple(votes(file, of_run.id, item.id)),
        audit_votes=tuple(auditing.votes(file, of_run.id, item.id)),
        finding=auditing.finding(file, of_run.id, item.id),
    )


def ending(file: StoreFile, run_id: str, instance_id: str) -> dict[str, Any]:
    """The fields of an `Ending`."""
    sql = "SELECT * FROM labels WHERE run_id = ? AND instance_id = ? ORDER BY id"
    return {
        "escalation": escalation(file, run_id, instance_id),
        "failures": tuple(_failures(file, run_id, instance_id)),
        "decisions": tuple(decisions(file, run_id, instance_id)),
        "labels": tuple(load(LabelRecord, found) for found in file.rows(sql, (run_id, instance_id))),
        "retractions": tuple(retractions.all_of(file, run_id, instance_id)),
    }


def _failures(file: StoreFile, run_id: str, instance_id: str) -> list[FailureRecord]:
    """The errors in which an instance's thread ended, oldest first."""
    sql = """SELECT run_id, instance_id, error, created_at FROM instance_failures
        WHERE run_id = ? AND instance_id = ? ORDER BY id"""
    return [load(FailureRecord, row) for row in file.rows(sql, (run_id, instance_id))]


def standing_failures(file: StoreFile, run_id: str) -> list[FailureRecord]:
    """The last errors of the instances that stand as failed, in the order of the errors."""
    sql = """SELECT run_id, instance_id, error, created_at FROM instance_failures f
        WHERE run_id = ?1
            AND id = (SELECT max(id) FROM instance_failures
                WHERE run_id = ?1 AND instance_id = f.instance_id)
            AND NOT EXISTS (SELECT 1 FROM labels l
                WHERE l.run_id = ?1 AND l.instance_id = f.instance_id)
            AND NOT EXISTS (SELECT 1 FROM escalations e
                WHERE e.run_id = ?1 AND e.instance_id = f.instance_id)
        ORDER BY id"""
    return [load(FailureRecord, row) for row in file.rows(sql, (run_id,))]
