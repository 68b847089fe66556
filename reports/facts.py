"""From a store to the figures of a report. Everything is queried or computed anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from benchmarks.label_sets import LabelSet, original_labels
from benchmarks.model import Benchmark
from benchmarks.predictions import Recording
from evaluation.evaluate import evaluate
from evaluation.model import Evaluation
from graphs.label_sets import run_labels
from graphs.runs import benchmark_of, contract_for
from reports import evidence
from reports.labels import (
    calculator_rows,
    changed_of,
    coverage_of,
    errors_of,
    flow_of,
    reference_of,
    rows_of,
    source_of,
)
from reports.model import Report, RoleCost, VoteBin
from store import dashboard
from store.records import RunRecord
from store.store import Store

Tell = Callable[[str], None]


def report_of(
    store: Store,
    run: RunRecord,
    *,
    truth: LabelSet | None = None,
    recordings: Sequence[Recording] = (),
    title: str = "",
    tell: Tell = lambda doing: None,
) -> Report:
    """The report of a run.

    Args:
        store: where the run is.
        run: a relabelling run, finished or not.
        truth: what counts as right where precision is drawn against coverage, and for the order of triage;
            None: what reviewers answered.
        recordings: models' predictions, to be scored under the original labels, the run's and the truth.
        title: of the page; empty: the benchmark's name.
        tell: told what is being done, for long reports.

    Raises:
        BenchmarkError: no prediction is of an instance that has a label.
    """
    tell("reading the labels")
    contract, benchmark, rows = contract_for(store, run), benchmark_of(store, run), rows_of(store, run)
    reference = None if truth is None else reference_of(truth)
    tell("searching for the causes of contradicted labels")
    causes = evidence.causes(benchmark, contract.conventions, {row.instance.id for row in rows})
    tell("comparing siblings")
    consistency = evidence.consistency(store, run, benchmark)
    tell("computing error rates and agreement")
    return Report(
        title=title or f"Labels of {benchmark.name}",
        source=source_of(store, run, rows),
        flow=flow_of(rows),
        changed=changed_of(rows),
        calculators=calculator_rows(rows),
        votes=tuple(VoteBin(**asdict(one)) for one in dashboard.shares(store.file, run.id)),
        threshold=contract.policy.agreement,
        coverage=coverage_of(store, run, rows, reference),
        error_rates=evidence.error_rates(store, run),
        errors=errors_of(store, run, rows, causes),
        triage=evidence.triage(store, run, reference),
        raters=evidence.raters(store, run, contract.policy.votes),
        consistency=consistency,
        evaluation=_evaluation(store, run, benchmark, truth, recordings, tell),
        cost=tuple(RoleCost(**asdict(one)) for one in dashboard.roles(store.file, run.id)),
        contract=contract.body(),
    )


def _evaluation(
    store: Store,
    run: RunRecord,
    benchmark: Benchmark,
    truth: LabelSet | None,
    recordings: Sequence[Recording],
    tell: Tell,
) -> Evaluation | None:
    if not recordings:
        return None
    tell(f"scoring {len(recordings)} models")
    sets = [original_labels(benchmark), run_labels(store, [run]), *([truth] if truth else [])]
    return evaluate(recordings, benchmark, sets)
