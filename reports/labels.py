"""What became of a run's labels, and how far its votes can be trusted."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from answers.model import Answer
from benchmarks.label_sets import LabelSet
from benchmarks.model import Instance
from consensus.coverage import Voted, coverage_curve
from graphs.runs import contract_for
from reports.model import (
    OUTCOMES,
    CalculatorRow,
    Coverage,
    CoveragePoint,
    Errors,
    Flow,
    Outcome,
    Share,
    Source,
    Tally,
    share_of,
)
from store import dashboard
from store.records import LabelRecord, RunRecord
from store.store import Store

Name = TypeVar("Name", bound=str)
REVIEWERS = "the blind answers of reviewers"
NOT_SAID = "no error type given"


@dataclass(frozen=True)
class Row:
    """One instance of a run with its label, if it has one now."""

    instance: Instance
    label: LabelRecord | None
    retracted: bool

    @property
    def outcome(self) -> Outcome:
        """What became of the original label."""
        if self.label is None:
            return "retracted" if self.retracted else "unresolved"
        return "kept" if self.label.status == "confirmed" else self.label.status

    @property
    def changed(self) -> bool:
        """Whether the label says something else than the original one."""
        return self.outcome in ("revised", "incomputable")


@dataclass(frozen=True)
class Reference:
    """What counts as right: source id → answer, None where more than one is. It lists whom it knows."""

    name: str
    answers: Mapping[str, Answer | None]


def reference_of(labels: LabelSet) -> Reference:
    """A label set as the reference, without what it leaves open or cannot be read."""
    known = {key: one.answer for key, one in labels.labels.items() if one.gap in (None, "ambiguous")}
    return Reference(labels.name, known)


def rows_of(store: Store, run: RunRecord) -> list[Row]:
    """The instances of a run, in the benchmark's order."""
    labels = {label.instance_id: label for label in store.labels(run.id)}
    retracted = {one.instance_id for one in store.retractions(run.id)}
    selected = set(store.work(run.id))
    return [
        Row(instance, labels.get(instance.id), instance.id in retracted)
        for instance in store.instances(run.benchmark_id)
        if instance.id in selected
    ]


def changed_of(rows: Iterable[Row]) -> Share:
    """The labels that are changed, of those that there are."""
    labelled = [row for row in rows if row.label is not None]
    return share_of(sum(row.changed for row in labelled), len(labelled))


def source_of(store: Store, run: RunRecord, rows: Iterable[Row]) -> Source:
    """Which benchmark, run and contract."""
    benchmark = store.benchmark(run.benchmark_id)
    contract = contract_for(store, run)
    events = store.run_events(run.id)
    times: list[dt.datetime] = [run.created_at, *(event.at for event in events)]
    times += [row.label.created_at for row in rows if row.label]
    times += [one.created_at for one in store.retractions(run.id)]
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
        last_change=max(times),
    )


def flow_of(rows: Iterable[Row]) -> tuple[Flow, ...]:
    """Outcome by who decided."""
    counted = Counter((row.outcome, row.label.decided_by if row.label else "open") for row in rows)
    return tuple(
        Flow(
            outcome=one,
            consensus=counted[one, "consensus"],
            reviewer=counted[one, "reviewer"],
            open=counted[one, "open"],
        )
        for one in OUTCOMES
    )


def calculator_rows(rows: Iterable[Row]) -> tuple[CalculatorRow, ...]:
    """Outcome by calculator, in the order of names."""
    by_name: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        name = row.instance.calculator or row.instance.calculator_name or "(none named)"
        by_name[name].append(row)
    found = []
    for name, own in sorted(by_name.items()):
        counted = Counter(row.outcome for row in own)
        outcomes = {one: counted[one] for one in OUTCOMES}
        found.append(
            CalculatorRow(calculator=name, instances=len(own), outcomes=outcomes, changed=changed_of(own))
        )
    return tuple(found)


def coverage_of(
    store: Store, run: RunRecord, rows: Iterable[Row], reference: Reference | None
) -> Coverage | None:
    """Precision against coverage; None where nothing that was voted on has a reference."""
    right = [*(_given(reference, rows) if reference else _blind_answers(store, run, rows))]
    voted = [
        Voted(tuple(vote.vote() for vote in store.votes(run.id, instance.id)), answer, instance.spec)
        for instance, answer in right
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
    name = reference.name if reference else REVIEWERS
    return Coverage(reference=name, instances=len(voted), points=points)


def _given(reference: Reference, rows: Iterable[Row]) -> Iterator[tuple[Instance, Answer | None]]:
    for row in rows:
        if row.instance.source_id in reference.answers:
            yield row.instance, reference.answers[row.instance.source_id]


def _blind_answers(
    store: Store, run: RunRecord, rows: Iterable[Row]
) -> Iterator[tuple[Instance, Answer | None]]:
    """The first blind answer of each instance that has one: what nothing on the screen has swayed."""
    for row in rows:
        blind = next((one for one in store.decisions(run.id, row.instance.id) if one.blind), None)
        if blind is not None:
            yield row.instance, blind.answer


def errors_of(store: Store, run: RunRecord, rows: Iterable[Row], causes: Mapping[str, int] | None) -> Errors:
    """Why labels were wrong: by the decisions that labels rest on, and by the given causes."""
    decided = (row.label.decision_id for row in rows if row.label)
    said = Counter(store.decision(one).error_type or NOT_SAID for one in decided if one is not None)
    return Errors(
        by_reviewers=_tallies(said),
        by_stored_inputs=None if causes is None else _tallies(causes),
        escalations=_tallies(dashboard.escalation_reasons(store.file, run.id)),
    )


def _tallies(counts: Mapping[Name, int]) -> tuple[Tally, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Tally(name=name, count=count) for name, count in ordered)
