"""What a store can be asked, each as one method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from benchmarks.model import Instance, Rejection
from consensus.model import EscalationReason
from store import auditing, caching, queries, retractions, touching, tracing
from store.audit_records import AuditVoteRecord, FindingCounts, FindingRecord
from store.caching import CachedReply
from store.connection import StoreFile
from store.records import (
    AuditDraw,
    BenchmarkRecord,
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    LabelRecord,
    PromptRecord,
    RetractionRecord,
    RunCounts,
    RunEvent,
    RunRecord,
    StateCounts,
    VoteRecord,
    Workflow,
)
from store.tracing import TraceBundle


class Reads:
    """The read side of a store."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def run(self, reference: str) -> RunRecord:
        """The run with this id or unique prefix. Raises UnknownRecord or AmbiguousReference."""
        return queries.run(self._file, reference)

    def runs(self, workflow: Workflow | None = "relabel") -> list[RunRecord]:
        """The runs of a workflow, or of all where it is None, oldest first."""
        return queries.runs(self._file, workflow)

    def latest_run(self, benchmark_id: str | None = None, workflow: Workflow = "relabel") -> RunRecord:
        """The run of a workflow that was created last, of this benchmark or of any. Raises UnknownRecord."""
        return queries.latest_run(self._file, benchmark_id, workflow)

    def run_events(self, run_id: str) -> list[RunEvent]:
        """A run's events, oldest first; the last one is its state."""
        return queries.run_events(self._file, run_id)

    def contract(self, sha256: str) -> dict[str, JsonValue]:
        """The body of a contract. Raises UnknownRecord."""
        return queries.contract(self._file, sha256)

    def prompt(self, sha256: str) -> PromptRecord | None:
        """The prompt with this hash."""
        return queries.prompt(self._file, sha256)

    def benchmark(self, reference: str) -> BenchmarkRecord:
        """The benchmark with this id or unique prefix. Raises UnknownRecord or AmbiguousReference."""
        return queries.benchmark(self._file, reference)

    def benchmarks(self) -> list[BenchmarkRecord]:
        """All benchmarks, oldest first."""
        return queries.benchmarks(self._file)

    def rejections(self, benchmark_id: str) -> list[Rejection]:
        """The rows that could not become instances, in the order of the source."""
        return queries.rejections(self._file, benchmark_id)

    def instance(self, benchmark_id: str, reference: str) -> Instance:
        """The instance with this id, else source id, else unique prefix of an id.

        Raises UnknownRecord or AmbiguousReference.
        """
        return queries.instance(self._file, benchmark_id, reference)

    def instances(self, benchmark_id: str) -> Iterator[Instance]:
        """All instances in the order of the source, read page by page."""
        return queries.instances(self._file, benchmark_id)

    def work(self, run_id: str) -> Iterator[str]:
        """The ids of a run's instances, in order, read page by page."""
        return queries.work(self._file, run_id)

    def pending_instances(self, run_id: str) -> Iterator[str]:
        """Ids of work without label, escalation and finding, in order; failed ones are among them."""
        return queries.pending_instances(self._file, run_id)

    def replies(self, run_id: str, instance_id: str) -> dict[str, str]:
        """Request key → reply as JSON, of the calls that the run has made for an instance."""
        return queries.replies(self._file, run_id, instance_id)

    def cached_replies(self, run_id: str, instance_id: str) -> dict[str, CachedReply]:
        """Request key → the newest validated reply of another run, of one instance."""
        return caching.cached_replies(self._file, run_id, instance_id)

    def answered_models(self, run_id: str) -> set[tuple[str, str, str | None]]:
        """Role, model and address of every model that has given a reply in this run."""
        return queries.answered_models(self._file, run_id)

    def calls(self, run_id: str, instance_id: str) -> list[CallRecord]:
        """An instance's calls with their messages, oldest first."""
        return queries.calls(self._file, run_id, instance_id)

    def count_votes(self, run_id: str) -> int:
        """How many votes a relabelling run has drawn."""
        return queries.count_votes(self._file, run_id)

    def votes(self, run_id: str, instance_id: str) -> list[VoteRecord]:
        """An instance's votes, by sample."""
        return queries.votes(self._file, run_id, instance_id)

    def vote(self, run_id: str, instance_id: str, sample: int) -> VoteRecord | None:
        """The vote of one sample."""
        return queries.vote(self._file, run_id, instance_id, sample)

    def audit_votes(self, run_id: str, instance_id: str) -> list[AuditVoteRecord]:
        """What an audit run's auditor said of an instance, by sample."""
        return auditing.votes(self._file, run_id, instance_id)

    def audit_vote(self, run_id: str, instance_id: str, sample: int) -> AuditVoteRecord | None:
        """What one sample of an audit run's auditor said."""
        return auditing.vote(self._file, run_id, instance_id, sample)

    def finding(self, run_id: str, instance_id: str) -> FindingRecord | None:
        """What an audit run found of an instance's original label."""
        return auditing.finding(self._file, run_id, instance_id)

    def run_findings(self, run_id: str) -> Iterator[FindingRecord]:
        """The findings of an audit run, in the order of its work, read page by page."""
        return auditing.of_run(self._file, run_id)

    def findings(self, benchmark_id: str) -> Mapping[str, FindingRecord]:
        """Instance id → its finding, of all audit runs of a benchmark; the last run that has one counts."""
        return auditing.of_benchmark(self._file, benchmark_id)

    def finding_counts(self, run_id: str) -> FindingCounts:
        """The findings of an audit run by verdict and error type."""
        return auditing.counts(self._file, run_id)

    def escalation(self, run_id: str, instance_id: str) -> EscalationRecord | None:
        """An instance's escalation, open or not."""
        return queries.escalation(self._file, run_id, instance_id)

    def open_escalations(
        self,
        run_id: str,
        *,
        reason: EscalationReason | None = None,
        limit: int | None = None,
        offset: int = 0,
        audit_sample: bool = True,
    ) -> list[EscalationRecord]:
        """Escalations that wait for people, the original label that is most likely wrong first.

        Open means without a label; an audit sample, which has one, is open until someone decides. It is left
        out where `audit_sample` is not set: what names it tells which labels are audited blind.
        """
        return queries.open_escalations(self._file, run_id, reason, limit, offset, audit_sample=audit_sample)

    def decisions(self, run_id: str, instance_id: str) -> list[DecisionRecord]:
        """An instance's decisions, oldest first."""
        return queries.decisions(self._file, run_id, instance_id)

    def decision(self, decision_id: int) -> DecisionRecord:
        """The decision with this id. Raises UnknownRecord."""
        return queries.decision(self._file, decision_id)

    def submitted(self, submission: str) -> DecisionRecord | None:
        """The decision that this form made, None where it has not been sent."""
        return queries.submitted(self._file, submission)

    def audit_draws(self, run_id: str) -> list[AuditDraw]:
        """The blind audit samples of a run, oldest first."""
        return queries.audit_draws(self._file, run_id)

    def touched(self, run_id: str) -> Mapping[str, Sequence[str]]:
        """Convention → ids of the instances of which a vote's answer depends on it, in the order of work."""
        return touching.touched(self._file, run_id)

    def undelivered_decisions(self, run_id: str) -> list[DecisionRecord]:
        """For each instance without a label, the decision that settled it last: resume its thread."""
        return queries.undelivered_decisions(self._file, run_id)

    def labels(self, run_id: str) -> Iterator[LabelRecord]:
        """The current labels, in the order of the run's work, read page by page."""
        return queries.labels(self._file, run_id)

    def current_label(self, run_id: str, instance_id: str) -> LabelRecord | None:
        """The label that stands, None before the first commit and after a retraction."""
        return queries.current_label(self._file, run_id, instance_id)

    def latest_label(self, run_id: str, instance_id: str) -> LabelRecord | None:
        """The label that was committed last, retracted or not: what a new one supersedes."""
        return retractions.latest_label(self._file, run_id, instance_id)

    def retractions(self, run_id: str) -> list[RetractionRecord]:
        """How each instance lost its label that has none since a retraction, in the order of work."""
        return retractions.retractions(self._file, run_id)

    def retraction(self, run_id: str, instance_id: str) -> RetractionRecord | None:
        """The retraction by which an instance has no label; None where it has one, or never had."""
        return retractions.retraction(self._file, run_id, instance_id)

    def state_counts(self, run_id: str) -> StateCounts:
        """The run's instances by state: the part of `counts` for which no call is read."""
        return queries.state_counts(self._file, run_id)

    def counts(self, run_id: str) -> RunCounts:
        """The run in figures."""
        return queries.counts(self._file, run_id)

    def failure_causes(self, run_id: str, limit: int = 5) -> dict[str, int]:
        """Why instances stand as failed: last error → number of instances, the most frequent first."""
        return queries.failure_causes(self._file, run_id, limit)

    def standing_failures(self, run_id: str) -> list[FailureRecord]:
        """The last error of each instance that stands as failed."""
        return tracing.standing_failures(self._file, run_id)

    def trace(self, run_id: str, reference: str) -> TraceBundle:
        """Everything that the run did for one instance (id, source id or unique prefix).

        Raises UnknownRecord, also where the run did not select the instance, or AmbiguousReference.
        """
        return tracing.trace(self._file, run_id, reference)
