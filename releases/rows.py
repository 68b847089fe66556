"""From a store to the rows of a release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from answers.format import AnswerStyle, format_answer
from answers.model import Answer, AnswerSpec, DurationAnswer, IntegerAnswer, NumberAnswer
from benchmarks.causes import stored_causes
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Instance
from benchmarks.rules import limits_from_rule
from calculators.mistakes.case import Cause
from calculators.model import Derivation
from consensus.conventions import settled_words
from graphs.runs import check_one_benchmark
from releases.columns import OwnColumns, check_label_column, own_columns
from releases.derived import derivation_of
from releases.model import Quote, ReleaseRow, VoteSaid
from releases.standing import Standing, standings
from store import figures
from store.audit_records import FindingRecord
from store.records import DecisionRecord, LabelRecord, RetractionRecord, RunRecord, VoteRecord
from store.store import Store

SHOWN_FAILURE = 200
"""Characters of a failed vote's error that a release shows."""


class Doubts(NamedTuple):
    """What an audit run found of an original label, and what the benchmark's stored inputs say of it."""

    finding: FindingRecord | None
    cause: tuple[Cause, str] | None


@dataclass(frozen=True)
class Source:
    """What a release is made from: a store, runs over one benchmark, and how its columns are read."""

    store: Store
    runs: tuple[RunRecord, ...]
    own: OwnColumns
    name_reviewers: bool = False

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """All instances of the benchmark, in its order."""
        return tuple(self.store.instances(self.runs[0].benchmark_id))

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """Instance id → the label that stands, or what is open."""
        return standings(self.store, self.runs, self.instances)

    @cached_property
    def reviewers(self) -> dict[str, str]:
        """Name → what is published instead; the same as long as the store only grows."""
        names = figures.reviewer_names(self.store.file)
        if self.name_reviewers:
            return {name: name for name in names}
        return {name: f"reviewer-{number}" for number, name in enumerate(names, start=1)}


def source_of(
    store: Store,
    runs: Sequence[RunRecord],
    mapping: ColumnMapping | None = None,
    *,
    name_reviewers: bool = False,
) -> Source:
    """Runs over one benchmark as the source of a release; of an instance in several, the last run's label.

    Raises JobError as `check_one_benchmark`, and ReleaseError where the mapping is not the one by which the
    benchmark was read.
    """
    check_one_benchmark(runs)
    own = own_columns(store.benchmark(runs[0].benchmark_id), mapping)
    source = Source(store, tuple(runs), own, name_reviewers)
    check_label_column(own, source.instances)
    return source


def release_rows(source: Source) -> Iterator[ReleaseRow]:
    """Every instance of the benchmark, in its order, with its label or with what is open.

    Raises StoreError where the store does not hold what a label rests on.
    """
    by_run = {run.id: _fixed(source.store, run) for run in source.runs}
    runs = {instance: standing.run for instance, standing in source.standings.items()}
    fixed = {instance: by_run[run.id] for instance, run in runs.items() if run is not None}
    wrong = stored_causes(source.instances, source.own.stored_inputs, fixed)
    findings = source.store.findings(source.runs[0].benchmark_id)
    for instance in source.instances:
        standing = source.standings[instance.id]
        if standing.label is not None:
            doubts = Doubts(findings.get(instance.id), wrong.get(instance.id))
            yield _labelled(source, instance, standing, standing.label, doubts)
        elif standing.retraction is not None:
            yield _retracted(source, instance, standing, standing.retraction)
        else:
            cells = common_cells(instance, standing.run)
            yield ReleaseRow(**cells, label_status="unresolved", open=standing.open)


def _fixed(store: Store, run: RunRecord) -> dict[str, str]:
    """The conventions that a run's contract fixes."""
    found = store.contract(run.contract_sha).get("conventions")
    return {name: str(option) for name, option in found.items()} if isinstance(found, dict) else {}


def common_cells(instance: Instance, run: RunRecord | None) -> dict[str, Any]:
    """What a row says of its instance, with no label yet."""
    spec = instance.spec
    return {
        "source_id": instance.source_id,
        "instance": instance.id,
        "calculator_name": instance.calculator_name,
        "category": instance.category,
        "context": instance.context,
        "question": instance.question,
        "answer_kind": spec.kind,
        "unit": spec.unit,
        "options": spec.options,
        "rule": spec.agreement.kind,
        "tolerance": spec.agreement.tolerance,
        "original_label": instance.label_text,
        "run": run.id if run else None,
        "contract": run.contract_sha if run else None,
        **spelled_cells(None, spec, "plain"),
    }


def _labelled(
    source: Source,
    instance: Instance,
    standing: Standing,
    label: LabelRecord,
    doubts: Doubts,
) -> ReleaseRow:
    store = source.store
    decision = None if label.decision_id is None else store.decision(label.decision_id)
    votes = store.votes(label.run_id, label.instance_id)
    derivation = derivation_of(label, decision, votes, instance.spec)
    style = source.own.style
    return ReleaseRow(
        **{
            **common_cells(instance, standing.run),
            **spelled_cells(label.answer, instance.spec, style),
            **_derived(derivation, decision),
            **_decided(source, decision),
            **_error(label, decision, doubts),
        },
        label_status=label.status,
        reason=label.reason,
        decided_by=label.decided_by,
        agreement_share=label.agreement,
        n_votes=label.n_votes,
        votes=tuple(_said(vote, style) for vote in votes),
        decided_at=label.created_at,
    )


def _retracted(
    source: Source, instance: Instance, standing: Standing, retraction: RetractionRecord
) -> ReleaseRow:
    return ReleaseRow(
        **common_cells(instance, standing.run),
        label_status="retracted",
        reason=retraction.reason,
        reviewer=source.reviewers[retraction.reviewer],
        decided_at=retraction.created_at,
    )


def spelled_cells(answer: Answer | None, spec: AnswerSpec, style: AnswerStyle) -> dict[str, Any]:
    """The label and its limits, typed and as spelled."""
    limits = limits_from_rule(answer, spec.agreement) if answer is not None else None
    low, high = limits or (None, None)
    return {
        "answer": answer,
        "label": None if answer is None else format_answer(answer, style=style),
        "lower_limit": None if low is None else format_answer(low, style=style),
        "upper_limit": None if high is None else format_answer(high, style=style),
        "lower": _number(low),
        "upper": _number(high),
    }


def _number(limit: Answer | None) -> float | None:
    if isinstance(limit, NumberAnswer | IntegerAnswer | DurationAnswer):
        return float(limit.value)
    return None


def _derived(derivation: Derivation | None, decision: DecisionRecord | None) -> dict[str, Any]:
    settled = decision.conventions if decision else {}
    if derivation is None:
        return {"conventions": dict(settled)}
    return {
        "evidence": tuple(_quotes(derivation)),
        "steps": derivation.steps,
        "code": derivation.code,
        "conventions": {**derivation.conventions, **settled},
        "calculator": derivation.calculator,
        "calculator_version": derivation.version,
    }


def _quotes(derivation: Derivation) -> Iterator[Quote]:
    for value in derivation.inputs:
        if (found := value.evidence) is not None:
            yield Quote(
                input=value.name,
                value=value.value,
                unit=value.unit,
                time=value.time,
                **found.model_dump(),
            )


def _decided(source: Source, decision: DecisionRecord | None) -> dict[str, Any]:
    if decision is None:
        return {}
    carried = None
    if decision.propagated_from is not None:
        first = source.store.decision(decision.propagated_from)
        carried = source.store.instance(source.runs[0].benchmark_id, first.instance_id).source_id
    return {
        "decision": decision.id,
        "reviewer": source.reviewers[decision.reviewer],
        "carried_over_from": carried,
    }


def _error(label: LabelRecord, decision: DecisionRecord | None, doubts: Doubts) -> dict[str, Any]:
    """Why the original label is wrong: a reviewer's word, else the auditors', else a calculator's."""
    if label.status == "confirmed":
        return {}
    if decision is not None and decision.error_type is not None:
        said = decision.note or settled_words(decision.conventions) or None
        return {"error_type": decision.error_type, "error_source": "reviewer", "error_detail": said}
    finding, cause = doubts
    if finding is not None and finding.error_type is not None:
        said = finding.reason or None
        return {"error_type": finding.error_type, "error_source": "audit", "error_detail": said}
    if cause is not None:
        return {"error_type": cause[0], "error_source": "stored_inputs", "error_detail": cause[1]}
    return {}


def _said(vote: VoteRecord, style: AnswerStyle) -> VoteSaid:
    if vote.answer is not None:
        return VoteSaid(answer=format_answer(vote.answer, style=style))
    failure = vote.failure or ""
    return VoteSaid(failure=failure if len(failure) <= SHOWN_FAILURE else failure[: SHOWN_FAILURE - 1] + "…")
