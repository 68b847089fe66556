"""The verdict that a reviewer's decision makes, whichever way the decision reaches its cell."""

from __future__ import annotations

from consensus.severity import panel_verdict
from consensus.status import label_status
from store import safety
from store.records import DecisionRecord, LabelRecord
from store.safety_records import SEVERITY_SPEC
from store.store import Store


def reviewed_verdict(store: Store, decision: DecisionRecord, supersedes: int | None = None) -> LabelRecord:
    """The verdict of a decision; its agreement is that of the panel, whatever the reviewer says."""
    run_id, instance_id = decision.run_id, decision.instance_id
    judgments = safety.judgments_of(store.file, run_id, instance_id)
    found = panel_verdict([judgment.severity for judgment in judgments])
    escalation = store.escalation(run_id, instance_id)
    asked = f"by a reviewer after {escalation.reason}" if escalation else "by a reviewer"
    return LabelRecord(
        run_id=run_id,
        instance_id=instance_id,
        answer=decision.answer,
        status=decision.status or label_status(None, decision.answer, SEVERITY_SPEC),
        decided_by="reviewer",
        agreement=found.share if judgments else None,
        n_votes=found.size,
        reason=": ".join(part for part in (asked, decision.note) if part),
        decision_id=decision.id,
        supersedes=supersedes,
    )
