"""A blind sample of what consensus committed and nobody saw, put among the instances that wait for people."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.model import Instance
from consensus.model import ChangeSize, EscalationReason
from consensus.review import change_size
from consensus.sampling import systematic
from graphs.triage import refresh
from store.conditions import CALCULATOR
from store.records import AuditDraw, EscalationRecord, LabelRecord, RunRecord
from store.store import Store

AUDIT_SHARE = 0.05
"""The share that is drawn where nobody says otherwise."""
_NEVER_SEEN = f"""SELECT l.id, l.instance_id, {CALCULATOR} AS kind, l.status AS outcome
    FROM current_labels l JOIN instances i ON i.benchmark_id = ?2 AND i.id = l.instance_id
    WHERE l.run_id = ?1 AND l.decided_by = 'consensus' AND l.id >= ?3"""
_PENDING = """SELECT 1 FROM work w WHERE w.run_id = ?1
    AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.run_id = ?1 AND l.instance_id = w.instance_id)
    AND NOT EXISTS (SELECT 1 FROM escalations e WHERE e.run_id = ?1 AND e.instance_id = w.instance_id)
    AND NOT EXISTS (SELECT 1 FROM instance_failures f WHERE f.run_id = ?1 AND f.instance_id = w.instance_id)
    LIMIT 1"""
_LIKE_ANY: tuple[EscalationReason, float] = ("low_consensus", 0.68)
"""What a sampled label is listed as where nothing like it was escalated: three votes of five."""
_OF_ANY: frozenset[EscalationReason] = frozenset({"low_consensus", "critic_objects", "incomputable_split"})
"""Reasons for which any instance with votes can be escalated, however far their answer is from the original.

What consensus has labelled has a calculator, and votes that did not fail: the other reasons could not be its.
"""


class _Double(NamedTuple):
    """An escalation that a sampled label is to look like."""

    instance_id: str
    reason: EscalationReason
    priority: float
    change: ChangeSize | None
    calculator: str

    def passes_for(self, calculator: str) -> bool:
        """Whether an instance of this calculator could have been escalated for the same reason."""
        return self.reason in _OF_ANY or (self.reason == "convention_open" and self.calculator == calculator)


def draw(store: Store, run: RunRecord, share: float) -> AuditDraw | None:
    """Draw a blind audit sample from the labels that consensus has committed since the last draw.

    Each of them has the same chance `share`, by a systematic sample over calculator and status. A sampled
    label is put into the queue under the reason and size of change and with the priority and triage score of
    an escalation of the same run, taken at random from those whose reason could be its own, so that no filter
    and no order of the queue tells one from the other. Where there is no such escalation, it keeps its own
    size of change. Draw, sample and the record of both are one transaction.

    Returns:
        The draw, or None where there is nothing to draw from: the run still has open work, no label is new,
        or the share is 0.
    """
    with store.transaction():
        doubles = _doubles(store, run)

        def put_in(instance_id: str, chance: float) -> None:
            _put_in(store, run, instance_id, doubles, chance)

        made = draw_from(store, run, share, _NEVER_SEEN, put_in)
        if made is not None:
            refresh(store, run, missing_only=True)
        return made


def draw_from(
    store: Store, run: RunRecord, share: float, never_seen: str, put_in: Callable[[str, float], None]
) -> AuditDraw | None:
    """Draw from what consensus has committed since the last draw, and record it.

    Args:
        store: the store.
        run: the run.
        share: the chance of each, in [0, 1].
        never_seen: SQL for `id`, `instance_id`, `kind` and `outcome` of the labels of the run ?1, over the
            benchmark ?2, from the label ?3 on. The sample is systematic over kinds and outcomes.
        put_in: puts an instance into the queue; a number in [0, 1) decides as what.

    Returns:
        The draw; None where the run has open work, nothing is new, or the share is 0.
    """
    if share <= 0:
        return None
    with store.transaction():
        draws = store.audit_draws(run.id)
        first = draws[-1].last_label + 1 if draws else 0
        if store.file.row(_PENDING, (run.id,)) is not None:
            return None
        rows = store.file.rows(never_seen, (run.id, run.benchmark_id, first))
        if not rows:
            return None
        seed = secrets.token_hex(16)
        rows.sort(key=lambda row: (row["kind"], row["outcome"], _shuffled(seed, row["instance_id"])))
        sampled = systematic([str(row["instance_id"]) for row in rows], share, _fraction(seed, "start"))
        for instance_id in sampled:
            put_in(instance_id, _fraction(seed, instance_id))
        ids = [int(row["id"]) for row in rows]
        return store.add_audit_draw(
            AuditDraw(
                run_id=run.id,
                share=share,
                seed=seed,
                first_label=min(ids),
                last_label=max(ids),
                labels=len(rows),
                drawn=len(sampled),
            )
        )


def _put_in(
    store: Store, run: RunRecord, instance_id: str, doubles: Sequence[_Double], chance: float
) -> None:
    """Put a label into the queue, as one of its doubles."""
    label = store.current_label(run.id, instance_id)
    assert label is not None, "what is sampled has a label"
    instance = store.instance(run.benchmark_id, instance_id)
    double = _double(doubles, instance, chance)
    reason, priority = (double.reason, double.priority) if double else _LIKE_ANY
    store.add_escalation(
        EscalationRecord(
            run_id=run.id,
            instance_id=instance_id,
            reason="audit_sample",
            priority=priority,
            detail={"why": why_drawn(label)},
            share=label.agreement,
            change=change_size(label.answer, instance.label, instance.spec),
            listed_as=reason,
            listed_change=double.change if double else None,
            passes_for=double.instance_id if double else None,
        )
    )


def why_drawn(label: LabelRecord, what: str = "label") -> str:
    """What the record of a sampled label says; `what` is the word for it."""
    return f"{what} {label.id} was drawn to be audited: {label.reason}"


def _doubles(store: Store, run: RunRecord) -> list[_Double]:
    rows = store.file.rows(
        """SELECT e.instance_id, e.reason, e.priority, e.change,
            coalesce(i.calculator, i.calculator_name, '') AS calculator
        FROM escalations e JOIN instances i ON i.benchmark_id = ? AND i.id = e.instance_id
        WHERE e.run_id = ? AND e.reason <> 'audit_sample' ORDER BY e.instance_id""",
        (run.benchmark_id, run.id),
    )
    return [_Double(**row) for row in rows]


def _double(doubles: Sequence[_Double], instance: Instance, chance: float) -> _Double | None:
    calculator = instance.calculator or instance.calculator_name or ""
    alike = [double for double in doubles if double.passes_for(calculator)]
    return alike[int(chance * len(alike))] if alike else None


def _shuffled(seed: str, text: str) -> str:
    return hashlib.sha256(f"{seed}:{text}".encode()).hexdigest()


def _fraction(seed: str, text: str) -> float:
    """A number in [0, 1) that the seed determines."""
    return int(_shuffled(seed, text)[:13], 16) / 16**13
