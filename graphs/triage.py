"""The triage of a run or a benchmark: which original labels are most likely wrong, and what people found."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from answers.model import Answer
from benchmarks.label_sets import LabelSet
from benchmarks.model import Benchmark, Instance
from benchmarks.triage import evidence_of, stored_check
from consensus.model import Vote
from consensus.route import share_of
from consensus.triage import RULE, Component, Evidence, apart, components, triage_score
from consensus.votes import tally
from stats.curve import Curve, gain_curve
from store.audit_records import FindingRecord
from store.auditing import latest
from store.records import EscalationRecord, RunRecord
from store.store import Store
from store.triage import Grounds, TriageRecord, finding_of, grounds, keep, recorded

WAITING, PENDING, UNLABELLED = "waiting", "pending", "unlabelled"
"""States of an instance without a label: people are asked, the run goes on, no run was asked."""


@dataclass(frozen=True)
class Triaged:
    """An instance with its score. `answer` is what is held against its label: the votes' leading answer, or
    that of a label set.
    """

    instance: Instance
    evidence: Evidence
    answer: Answer | None
    state: str
    """Status of its label, or one of those above."""

    @property
    def score(self) -> float:
        """The probability that the original label is wrong."""
        return triage_score(self.evidence)

    @property
    def components(self) -> tuple[Component, ...]:
        """What speaks against the label, the strongest first."""
        return components(self.evidence)


def of_run(store: Store, run: RunRecord, *, every: bool) -> list[Triaged]:
    """Instances of a run in the order of triage: those that wait for people, or every one.

    The blind audit sample is not among those that wait: what names it tells which labels are audited.
    """
    record = _Record.of(store, run)
    waiting = {e.instance_id for e in store.open_escalations(run.id, audit_sample=False)}
    status = {label.instance_id: label.status for label in store.labels(run.id)}
    found = []
    for instance_id in store.work(run.id):
        if not every and instance_id not in waiting:
            continue
        instance, votes = record.instance(instance_id), record.votes(instance_id)
        answer = tally(votes, instance.spec).leading
        state = status.get(instance_id) or (WAITING if instance_id in waiting else PENDING)
        found.append(Triaged(instance, record.evidence(instance, votes), answer, state))
    return _ordered(found)


def of_benchmark(
    benchmark: Benchmark, column: str | None, conventions: Mapping[str, str], labels: LabelSet | None
) -> list[Triaged]:
    """A benchmark's instances in the order of triage, without a run.

    The evidence is what its stored inputs say (`column`, if it has one), and how far the answers of a label
    set are from the original labels.
    """
    given = labels.answers() if labels else {}
    found = []
    for instance in benchmark.instances:
        answer = given.get(instance.source_id)
        evidence = Evidence(
            disagreement=apart(answer, instance.label, instance.spec),
            stored=stored_check(instance, column, conventions),
        )
        found.append(Triaged(instance, evidence, answer, UNLABELLED))
    return _ordered(found)


def _ordered(found: Sequence[Triaged]) -> list[Triaged]:
    return sorted(found, key=lambda one: -one.score)


@dataclass(frozen=True)
class _Record:
    """What is on record of a run's instances, read once for all of them."""

    store: Store
    run: RunRecord
    known: Grounds
    findings: Mapping[str, FindingRecord]

    @classmethod
    def of(cls, store: Store, run: RunRecord) -> Self:
        return cls(store, run, grounds(store.file, run.id), store.findings(run.benchmark_id))

    def instance(self, instance_id: str) -> Instance:
        return self.store.instance(self.run.benchmark_id, instance_id)

    def votes(self, instance_id: str) -> list[Vote]:
        return [record.vote() for record in self.store.votes(self.run.id, instance_id)]

    def evidence(self, instance: Instance, votes: Sequence[Vote]) -> Evidence:
        finding = finding_of(self.findings.get(instance.id))
        return evidence_of(instance, votes, *self.known, finding)

    def score(self, instance_id: str) -> TriageRecord:
        evidence = self.evidence(self.instance(instance_id), self.votes(instance_id))
        return TriageRecord.of(self.run.id, instance_id, evidence)


def hand_over(store: Store, escalation: EscalationRecord) -> None:
    """Escalate an instance, with its place in the queue; a first escalation stands with its own."""
    with store.transaction():
        if store.escalation(escalation.run_id, escalation.instance_id) is not None:
            return
        store.add_escalation(escalation)
        run = store.run(escalation.run_id)
        instance = store.instance(run.benchmark_id, escalation.instance_id)
        votes = [record.vote() for record in store.votes(run.id, instance.id)]
        finding = finding_of(latest(store.file, run.benchmark_id, instance.id))
        evidence = evidence_of(instance, votes, *grounds(store.file, run.id), finding)
        keep(store, [TriageRecord.of(run.id, instance.id, evidence)])


def refresh(store: Store, run: RunRecord, *, missing_only: bool = False) -> int:
    """Bring the scores by which a run's queue is ordered up to date; returns how many have changed.

    With `missing_only` no score that is there is computed again, which takes no time where none is missing.
    """
    with store.transaction():
        changed = stale(store, run, missing_only=missing_only)
        keep(store, changed)
    return len(changed)


def stale(store: Store, run: RunRecord, *, missing_only: bool = False) -> list[TriageRecord]:
    """The scores of a run's escalations that are missing or would be others now, as they would be.

    Labels of the blind audit sample have those of the escalations that they pass for.
    """
    kept = {i: record for i, record in recorded(store.file, run.id).items() if record.rule == RULE}
    escalated, record = _escalated(store, run), _Record.of(store, run)
    now = dict(kept) if missing_only else {}
    for instance_id, found in escalated.items():
        if found.reason != "audit_sample" and instance_id not in now:
            now[instance_id] = record.score(instance_id)
    for instance_id, found in escalated.items():
        if found.reason == "audit_sample" and instance_id not in now:
            double = _double(found, kept.get(instance_id), escalated.values())
            now[instance_id] = _disguised(record, found, now.get(double or ""))
    return [one for instance_id, one in now.items() if kept.get(instance_id) != one]


def _escalated(store: Store, run: RunRecord) -> dict[str, _Escalated]:
    rows = store.file.rows(
        "SELECT instance_id, reason, coalesce(listed_as, reason) AS listed_as, priority, change, passes_for "
        "FROM escalations WHERE run_id = ? ORDER BY instance_id",
        (run.id,),
    )
    return {row["instance_id"]: _Escalated(**row) for row in rows}


def _disguised(record: _Record, sampled: _Escalated, double: TriageRecord | None) -> TriageRecord:
    """The score of a label of the blind audit sample: that of the escalation that it passes for.

    Where there is none, the label's own evidence, had its votes been split as its priority says.
    """
    if double is not None:
        changes = {"instance_id": sampled.instance_id, "passes_for": double.instance_id}
        return double.model_copy(update=changes)
    own = record.score(sampled.instance_id).evidence
    split = {"split": 1.0 - share_of(sampled.priority)}
    return TriageRecord.of(record.run.id, sampled.instance_id, own.model_copy(update=split))


class _Escalated(NamedTuple):
    """An escalation by what a reviewer can tell of it, and whether it is one."""

    instance_id: str
    reason: str
    listed_as: str
    priority: float
    change: str | None
    passes_for: str | None

    def looks_like(self, other: _Escalated) -> bool:
        """Whether both are listed alike, each by its own size of change."""
        mine, theirs = ((e.listed_as, e.priority, e.change) for e in (self, other))
        return mine == theirs


def _double(sampled: _Escalated, kept: TriageRecord | None, others: Iterable[_Escalated]) -> str | None:
    """The escalation that a sampled label was drawn to pass for.

    An earlier Steward recorded it with the score alone, and took any that was listed alike.
    """
    if sampled.passes_for is not None or kept is not None:
        return sampled.passes_for or (kept.passes_for if kept else None)
    alike = [o.instance_id for o in others if o.reason != "audit_sample" and sampled.looks_like(o)]
    return secrets.choice(alike) if alike else None


_FOUND = """SELECT t.score, l.status FROM escalations e
    JOIN triage t ON t.run_id = e.run_id AND t.instance_id = e.instance_id
    JOIN current_labels l ON l.run_id = e.run_id AND l.instance_id = e.instance_id
    WHERE e.run_id = ? AND e.reason <> 'audit_sample' AND l.decided_by = 'reviewer'"""


def review_curve(store: Store, run: RunRecord) -> Curve:
    """The original labels that people found wrong, had they reviewed in the order of triage.

    Over the escalations that people have settled; a label counts as wrong unless they confirmed it. Labels of
    the audit sample are left out, since their place is borrowed.
    """
    rows = store.file.rows(_FOUND, (run.id,))
    return gain_curve([row["score"] for row in rows], [row["status"] != "confirmed" for row in rows])
