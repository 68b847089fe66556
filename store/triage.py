"""The triage scores of what waits for people: a working table, written anew as evidence arrives.

Nothing but the order of the queue rests on it, and `verify` computes it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

from answers.canonical import canonical_json
from benchmarks.read import stored_inputs_column
from consensus.triage import RULE, AuditFinding, Evidence, triage_score
from store.audit_records import FindingRecord
from store.connection import Row, StoreFile
from store.store import Store


class TriageRecord(BaseModel):
    """The score of one instance that waits for people, with the evidence that it rests on.

    A label of the blind audit sample has the score of the escalation that it `passes_for`, so that its place
    in the queue does not tell it. Where none is like it, its evidence is what it would have been had it been
    escalated.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    run_id: str
    instance_id: str
    score: float = Field(ge=0, le=1)
    rule: str = RULE
    """By which version of the rule it was computed."""
    passes_for: str | None = None
    evidence: Evidence

    @classmethod
    def of(cls, run_id: str, instance_id: str, evidence: Evidence) -> Self:
        """The record of this evidence."""
        return cls(run_id=run_id, instance_id=instance_id, score=triage_score(evidence), evidence=evidence)


class Grounds(NamedTuple):
    """What a run's labels are held against besides its votes."""

    column: str | None
    """Of the stored inputs; None where the benchmark has none under a standard name."""
    conventions: Mapping[str, str]
    """Convention → option, of those that the contract fixes."""


def grounds(file: StoreFile, run_id: str) -> Grounds:
    """The stored inputs' column and the fixed conventions of a run."""
    row = file.row(
        """SELECT b.columns, c.body FROM runs r JOIN benchmarks b ON b.id = r.benchmark_id
        JOIN contracts c ON c.sha256 = r.contract_sha WHERE r.id = ?""",
        (run_id,),
    )
    assert row is not None, "a run has a benchmark and a contract"
    fixed = json.loads(row["body"]).get("conventions") or {}
    return Grounds(stored_inputs_column(tuple(json.loads(row["columns"]))), fixed)


def finding_of(record: FindingRecord | None) -> AuditFinding | None:
    """The part of an audit's finding that counts."""
    return None if record is None else AuditFinding(verdict=record.verdict, share=record.share)


def keep(store: Store, records: Iterable[TriageRecord]) -> None:
    """Write scores in place of those that were kept before."""
    with store.transaction() as db:
        db.conn.executemany(
            """INSERT INTO triage (run_id, instance_id, score, rule, passes_for, evidence)
            VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run_id, instance_id) DO UPDATE SET score = excluded.score,
                rule = excluded.rule, passes_for = excluded.passes_for, evidence = excluded.evidence""",
            [(r.run_id, r.instance_id, r.score, r.rule, r.passes_for, _json(r.evidence)) for r in records],
        )


def recorded(file: StoreFile, run_id: str) -> dict[str, TriageRecord]:
    """Instance id → what is kept, of a run."""
    rows = file.rows("SELECT * FROM triage WHERE run_id = ?", (run_id,))
    return {row["instance_id"]: loaded(row) for row in rows}


def loaded(row: Row) -> TriageRecord:
    """The record in a row. Raises ValueError where it is none."""
    return TriageRecord.model_validate({**row, "evidence": Evidence.model_validate_json(row["evidence"])})


def _json(evidence: Evidence) -> str:
    return canonical_json(evidence.model_dump(mode="json"))
