"""From a store to the figures of a report. Everything is queried or computed anew."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from answers.model import Answer
from benchmarks.label_sets import LabelSet
from benchmarks.model import Instance
from consensus.coverage import Voted, coverage_curve
from graphs.jobs import contract_for
from reports.model import (
    OUTCOMES,
    CalculatorRow,
    Coverage,
    CoveragePoint,
    Errors,
    Flow,
    Outcome,
    Report,
    RoleCost,
    Source,
    Tally,
    VoteBin,
    share_of,
)
from store import dashboard
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.store import Store

Name = TypeVar("Name", bound=str)
Tell = Callable[[str, int, int], None]
"""Told what is counted, how many are done, and of how many."""
REVIEWERS = "the blind answers of reviewers"
NOT_SAID = "no error type given"


def silent(what: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def report_of(
    store: Store,
    run: RunRecord,
    *,
    truth: LabelSet | None = None,
    title: str = "",
    on_progress: Tell = silent,
) -> Report:
    """The report of a run.

    Args:
        store: where the run is.
        run: a relabelling run, finished or not.
        truth: what counts as right where precision is drawn against coverage; None: what reviewers
            answered blind.
        title: of the page; empty: the benchmark's name.
        on_progress: told while instances are read.
    """
    contract = contract_for(store, run)
    labels = {label.instance_id: label for label in store.labels(run.id)}
    selected = set(store.work(run.id))
    rows: list[tuple[Instance, LabelRecord | None]] = []
    for instance in store.instances(run.benchmark_id):
        if instance.id in selected:
            rows.append((instance, labels.get(instance.id)))
            on_progress("instances", len(rows), len(selected))
    decisions = [store.decision(label.decision_id) for label in labels.values() if label.decision_id]
    benchmark = store.benchmark(run.benchmark_id)
    return Report(
        title=title or f"Labels of {benchmark.name}",
        source=_source(store, run, labels.values()),
        flow=_flow(rows),
        changed=share_of(sum(_changed(label) for label in labels.values()), len(labels)),
        calculators=_calculators(rows),
        votes=tuple(VoteBin(**asdict(one)) for one in dashboard.shares(store.file, run.id)),
        threshold=contract.policy.agreement,
        coverage=_coverage(store, run, [instance for instance, _ in rows], truth),
        errors=_errors(store, run, decisions),
        cost=tuple(RoleCost(**asdict(one)) for one in dashboard.roles(store.file, run.id)),
        contract=contract.body(),
    )


def _source(store: Store, run: RunRecord, labels: Iterable[LabelRecord]) -> Source:
    benchmark = store.benchmark(run.benchmark_id)
    contract = contract_for(store, run)
    events = store.run_events(run.id)
    times: list[dt.datetime] = [run.created_at, *(event.at for event in events)]
    return Source(
        benchmark=benchmark.name,
        file=Path(benchmark.source).name,
        sha256=benchmark.sha256,
        instances=store.counts(run.id).instances,
        rejected=len(store.rejections(run.benchmark_id)),
        run=run.id,
        contract=run.contract_sha,
        models={str(role): ref.spec for role, ref in contract.models.items()},
        started=run.created_at,
        last_change=max([*times, *(label.created_at for label in labels)]),
    )


def outcome(label: LabelRecord | None) -> Outcome:
    """What became of an original label."""
    if label is None:
        return "unresolved"
    return "kept" if label.status == "confirmed" else label.status


def _changed(label: LabelRecord) -> bool:
    return outcome(label) in ("revised", "incomputable")


def _flow(rows: Iterable[tuple[Instance, LabelRecord | None]]) -> tuple[Flow, ...]:
    counted = Counter((outcome(label), label.decided_by if label else "open") for _, label in rows)
    return tuple(
        Flow(
            outcome=one,
            consensus=counted[one, "consensus"],
            reviewer=counted[one, "reviewer"],
            open=counted[one, "open"],
        )
        for one in OUTCOMES
    )


def _calculators(rows: Iterable[tuple[Instance, LabelRecord | None]]) -> tuple[CalculatorRow, ...]:
    by_name: dict[str, list[LabelRecord | None]] = defaultdict(list)
    for instance, label in rows:
        by_name[instance.calculator or instance.calculator_name or "(none named)"].append(label)
    found = []
    for name, labels in sorted(by_name.items()):
        counted = Counter(map(outcome, labels))
        labelled = [label for label in labels if label is not None]
        found.append(
            CalculatorRow(
                calculator=name,
                instances=len(labels),
                outcomes={one: counted[one] for one in OUTCOMES},
                changed=share_of(sum(map(_changed, labelled)), len(labelled)),
            )
        )
    return tuple(found)


def _coverage(
    store: Store, run: RunRecord, instances: Iterable[Instance], truth: LabelSet | None
) -> Coverage | None:
    right = dict(_truths(truth, instances) if truth else _blind_answers(store, run, instances))
    voted = [
        Voted(tuple(vote.vote() for vote in store.votes(run.id, instance.id)), answer, instance.spec)
        for instance, answer in right.values()
    ]
    if not any(item.votes for item in voted):
        return None
    points = tuple(
        CoveragePoint(
            threshold=point.threshold,
            committed=share_of(point.committed, point.instances),
            agree=share_of(point.agree, point.committed),
        )
        for point in coverage_curve(voted)
    )
    return Coverage(reference=truth.name if truth else REVIEWERS, instances=len(voted), points=points)


Truth = tuple[str, tuple[Instance, Answer | None]]


def _truths(truth: LabelSet, instances: Iterable[Instance]) -> Iterator[Truth]:
    for instance in instances:
        label = truth.labels.get(instance.source_id)
        if label is not None and label.gap != "unlabelled":
            yield instance.id, (instance, label.answer)


def _blind_answers(store: Store, run: RunRecord, instances: Iterable[Instance]) -> Iterator[Truth]:
    """The first blind answer of each instance that has one: what nothing on the screen has swayed."""
    for instance in instances:
        blind = next((one for one in store.decisions(run.id, instance.id) if one.blind), None)
        if blind is not None:
            yield instance.id, (instance, blind.answer)


def _errors(store: Store, run: RunRecord, decisions: Iterable[DecisionRecord]) -> Errors:
    said = Counter(decision.error_type or NOT_SAID for decision in decisions)
    return Errors(
        by_reviewers=_tallies(said),
        by_stored_inputs=None,
        escalations=_tallies(dashboard.escalation_reasons(store.file, run.id)),
    )


def _tallies(counts: Mapping[Name, int]) -> tuple[Tally, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Tally(name=name, count=count) for name, count in ordered)
