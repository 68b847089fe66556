"""A blind sample of the verdicts that a panel agreed on, put among the cells that wait for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from consensus.model import EscalationReason
from graphs.audit_sample import draw_from, why_drawn
from graphs.safety_jobs import safety_contract
from graphs.safety_nodes import PRIORITY
from store.records import AuditDraw, EscalationRecord, RunRecord
from store.store import Store

_NEVER_SEEN = """SELECT l.id, l.instance_id, c.target AS kind, json_extract(l.answer, '$.value') AS outcome
    FROM current_labels l JOIN cells c ON c.run_id = l.run_id AND c.instance_id = l.instance_id
    JOIN runs r ON r.id = l.run_id AND r.benchmark_id = ?2
    WHERE l.run_id = ?1 AND l.decided_by = 'consensus' AND l.id >= ?3"""
_LIKE_ANY: EscalationReason = "low_consensus"
"""What a sampled verdict is listed as where nothing like it was escalated."""
_OF_WHOLE_PANELS: tuple[EscalationReason, ...] = ("minority_critical", "severity_range", "low_consensus")
"""Reasons for which any conversation that was judged can be escalated. One that failed shows it."""


class _Double(NamedTuple):
    """An escalation that a sampled verdict is to look like; None is one of which there is none."""

    instance_id: str | None
    reason: EscalationReason
    priority: float


def draw_verdicts(store: Store, run: RunRecord) -> AuditDraw | None:
    """Draw a blind audit sample from the verdicts that panels have agreed on since the last draw.

    The share is that of the contract's policy, and each verdict has the same chance, by a systematic sample
    over target and severity. A sampled verdict is listed in the queue under the reason, and at the place, of
    an escalation of the same run, taken at random. Draw, sample and the record of both are one transaction.

    Returns:
        The draw, or None where there is nothing to draw from: the run still has open work, no verdict is new,
        or the share is 0.
    """
    share = safety_contract(store, run).policy.audit_share
    with store.transaction():
        doubles = _doubles(store, run)

        def put_in(instance_id: str, chance: float) -> None:
            double = doubles[int(chance * len(doubles))]
            verdict = store.current_label(run.id, instance_id)
            assert verdict is not None, "what is sampled has a verdict"
            store.add_escalation(
                EscalationRecord(
                    run_id=run.id,
                    instance_id=instance_id,
                    reason="audit_sample",
                    priority=double.priority,
                    detail={"why": why_drawn(verdict, "verdict")},
                    share=verdict.agreement,
                    listed_as=double.reason,
                    passes_for=double.instance_id,
                )
            )

        return draw_from(store, run, share, _NEVER_SEEN, put_in)


def _doubles(store: Store, run: RunRecord) -> Sequence[_Double]:
    """What can be looked like; never empty."""
    marks = ", ".join(f"'{reason}'" for reason in _OF_WHOLE_PANELS)
    rows = store.file.rows(
        f"SELECT instance_id, reason, priority FROM escalations WHERE run_id = ? AND reason IN ({marks}) "
        "ORDER BY instance_id",
        (run.id,),
    )
    return [_Double(**row) for row in rows] or [_Double(None, _LIKE_ANY, PRIORITY[_LIKE_ANY])]
