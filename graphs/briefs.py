"""What a thread needs of the store, read once before it starts: it can then run where the store is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.model import Instance
from graphs.contract import Contract
from graphs.safety_contract import SafetyContract
from graphs.subjects import decided_label
from store import safety
from store.audit_records import AuditVoteRecord
from store.caching import CachedReply
from store.records import DecisionRecord, EscalationRecord, LabelRecord, RunRecord, VoteRecord
from store.safety_records import CellRecord, JudgmentRecord, TranscriptRecord, Turn
from store.store import Store

if TYPE_CHECKING:
    from langgraph.checkpoint.base import CheckpointTuple


@dataclass(frozen=True)
class Delivery:
    """A decision on its way to the thread that waits for it."""

    decision_id: int
    label: LabelRecord
    """What the thread is to commit."""
    parked: CheckpointTuple | None
    """Where it waits; None where that is gone, and the thread has to be run to there again."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """What every thread needs."""

    instance_id: str
    replies: Mapping[str, str] = field(default_factory=dict)
    """Request key → the recorded response of this run, as JSON."""
    cached: Mapping[str, CachedReply] = field(default_factory=dict)
    """Request key → the validated reply of an earlier run; empty where the run does not use such."""
    delivery: Delivery | None = None


@dataclass(frozen=True, kw_only=True)
class RelabelBrief(Brief):
    """An instance, and what stands of it: of a thread that an earlier process began, or that is parked."""

    instance: Instance
    votes: Mapping[int, VoteRecord] = field(default_factory=dict)
    escalation: EscalationRecord | None = None


@dataclass(frozen=True, kw_only=True)
class AuditBrief(Brief):
    """An instance, and the auditor's votes that stand."""

    instance: Instance
    votes: Mapping[int, AuditVoteRecord] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CellBrief(Brief):
    """A cell, and what stands of it."""

    cell: CellRecord
    transcript: TranscriptRecord | None = None
    turns: tuple[Turn, ...] = ()
    """The conversation, where there is a transcript."""
    judgments: Mapping[int, JudgmentRecord] = field(default_factory=dict)
    """By seat."""
    escalation: EscalationRecord | None = None


def read_brief(
    store: Store,
    run: RunRecord,
    contract: Contract,
    instance_id: str,
    delivery: Delivery | None = None,
    *,
    cache: bool = False,
) -> Brief:
    """The brief of one thread of a run, with `cache` with what earlier runs were answered.

    A cell never gets these: reruns of a scenario are there to be told apart. Raises UnknownRecord for what is
    not part of the run.
    """
    replies = store.replies(run.id, instance_id)
    if isinstance(contract, SafetyContract):
        return _cell_brief(store, run, instance_id, replies, delivery)
    instance = store.instance(run.benchmark_id, instance_id)
    cached = store.cached_replies(run.id, instance_id) if cache else {}
    if run.workflow == "audit":
        said = {vote.sample: vote for vote in store.audit_votes(run.id, instance_id)}
        return AuditBrief(
            instance_id=instance_id, replies=replies, cached=cached, instance=instance, votes=said
        )
    return RelabelBrief(
        instance_id=instance_id,
        replies=replies,
        cached=cached,
        delivery=delivery,
        instance=instance,
        votes={vote.sample: vote for vote in store.votes(run.id, instance_id)},
        escalation=store.escalation(run.id, instance_id),
    )


def delivery_of(
    store: Store, run: RunRecord, decision: DecisionRecord, parked: CheckpointTuple | None
) -> Delivery:
    """A decision on record as its thread is told of it."""
    assert decision.id is not None, "a decision on record has an id"
    return Delivery(decision.id, decided_label(store, run, decision), parked)


def _cell_brief(
    store: Store, run: RunRecord, instance_id: str, replies: Mapping[str, str], delivery: Delivery | None
) -> CellBrief:
    transcript = safety.transcript_of(store.file, run.id, instance_id)
    judgments = safety.judgments_of(store.file, run.id, instance_id)
    return CellBrief(
        instance_id=instance_id,
        replies=replies,
        delivery=delivery,
        cell=safety.cell(store.file, run.id, instance_id),
        transcript=transcript,
        turns=safety.read_transcript(store.file, transcript.transcript_sha).turns if transcript else (),
        judgments={judgment.seat: judgment for judgment in judgments},
        escalation=store.escalation(run.id, instance_id),
    )
