"""The label that a reviewer's decision makes, whichever way the decision reaches its instance."""

from __future__ import annotations

from benchmarks.model import Instance
from consensus.conventions import recast, settled_words
from consensus.status import label_status
from consensus.votes import tally
from store.records import DecisionRecord, EscalationRecord, LabelRecord
from store.store import Store


def reviewed_label(
    store: Store, benchmark_id: str, decision: DecisionRecord, supersedes: int | None = None
) -> LabelRecord:
    """The label of a decision; its agreement is the votes' under the conventions that the decision settles.

    Raises NotReproducible where that takes a calculator in another version than the registered one.
    """
    run_id, instance_id = decision.run_id, decision.instance_id
    instance = store.instance(benchmark_id, instance_id)
    votes = store.votes(run_id, instance_id)
    found = tally([recast(vote.ballot(), decision.conventions) for vote in votes], instance.spec)
    return LabelRecord(
        run_id=run_id,
        instance_id=instance_id,
        answer=decision.answer,
        status=decision.status or label_status(instance.label, decision.answer, instance.spec),
        decided_by="reviewer",
        agreement=found.share if votes else None,
        n_votes=found.n_votes,
        reason=_reason(
            decision, store.escalation(run_id, instance_id), _source(store, benchmark_id, decision)
        ),
        decision_id=decision.id,
        supersedes=supersedes,
    )


def _source(store: Store, benchmark_id: str, decision: DecisionRecord) -> Instance | None:
    """The instance that the decision was carried over from."""
    if decision.propagated_from is None:
        return None
    return store.instance(benchmark_id, store.decision(decision.propagated_from).instance_id)


def _reason(decision: DecisionRecord, escalation: EscalationRecord | None, source: Instance | None) -> str:
    settled = settled_words(decision.conventions)
    if source is not None:
        settled += f", carried over from {source.source_id}"
    asked = f"by a reviewer after {escalation.reason}" if escalation else "by a reviewer"
    return ": ".join(part for part in (asked, settled, decision.note) if part)
