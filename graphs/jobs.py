"""What a user asks for, from the benchmark to the label: new runs, resuming, deciding."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING

from agents.specs import ModelSpec
from benchmarks.errors import shorten
from graphs import safety_jobs, safety_requests
from graphs.contract import (
    AuditContract,
    Contract,
    RelabelContract,
    assignment_of,
    drift,
    prompt_record,
    prompts_of,
    read_contract,
)
from graphs.drain import heeding
from graphs.lock import deciding, executing
from graphs.options import RunOptions
from graphs.requests import AuditRequest, RunRequest, Selection, check_batches, check_budget, contract_of
from graphs.runner import Ending, Progress, Stop, run_threads
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract
from graphs.subjects import Item, decided_label
from graphs.triage import refresh
from store import safety
from store.contracts import contract_sha
from store.errors import StoreUnwritable
from store.incoming import Incoming
from store.queries import asked
from store.records import (
    DecisionRecord,
    LabelRecord,
    RetractionRecord,
    RunEvent,
    RunEventKind,
    RunRecord,
)
from store.store import Store

if TYPE_CHECKING:
    from graphs.engine import Engine


def create_run(
    store: Store,
    benchmark: Incoming,
    selection: Selection,
    request: RunRequest | AuditRequest,
    how: RunOptions,
) -> RunRecord:
    """Record the benchmark, the contract, the prompts and the work of a new run.

    Raises JobError where a run of the same contract and selection is still open and `again` is not set.
    """
    benchmark_id = store.add_incoming(benchmark)
    contract = contract_of(benchmark.record, selection.assigned, request)
    with store.transaction():  # of two that are started at the same moment, one sees the other
        if not request.again:
            _refuse_twin(store, contract, selection.assigned)
        store.add_prompts(map(prompt_record, prompts_of(contract.workflow)))
        return store.create_run(
            benchmark_id, contract.body(), selection.assigned, how.model_dump(mode="json")
        )


async def execute(
    store: Store,
    run: RunRecord,
    how: RunOptions,
    *,
    resumed: bool,
    stop: Stop,
    on_change: Callable[[Progress], None],
) -> Ending:
    """Deliver the decisions that wait, then run every open instance of a run. New or resumed, it is the same.

    Raises JobError where the program no longer fulfils the run's contract: what comes out would not be
    comparable with what the run has committed; or where a budget is set that could not be kept. Raises
    BusyError where another process executes the run.
    """
    with executing(store.path, run.id):
        return await _execute(store, run, how, resumed=resumed, stop=stop, on_change=on_change)


async def _execute(
    store: Store,
    run: RunRecord,
    how: RunOptions,
    *,
    resumed: bool,
    stop: Stop,
    on_change: Callable[[Progress], None],
) -> Ending:
    from graphs.engine import open_engine

    contract = read_contract(store.contract(run.contract_sha))
    check_budget(_specs(store, run, contract), how)
    if how.batch:
        _check_batches(run, _specs(store, run, contract))
    counts = store.counts(run.id)
    if resumed and _unfinished(store, run, contract) and (changes := _drift(store, run, contract)):
        raise JobError(
            f"run {run.id} was made under a contract that this program no longer fulfils: "
            f"{'; '.join(changes)}. Start a new run, or resume with the version that made it"
        )
    if resumed:
        store.add_event(RunEvent(run_id=run.id, kind="resumed"))
    async with open_engine(store, run, contract, how) as engine:
        await engine.sweep()
        async with deciding(store.path):
            for decision in store.undelivered_decisions(run.id):
                await engine.deliver(decision)
        progress = Progress(
            total=counts.pending + counts.failed,
            account=engine.account,
            limits=engine.crew.limits,
            on_change=on_change,
        )
        if (batching := engine.batching) is not None:
            stop.on_drain(batching.release)
            batching.on_change = lambda: progress.on_change(progress)
            progress.waiting = lambda: batching.waiting
        try:
            async with heeding(store, run, stop):
                ending = await _run_open(store, run, contract, engine, how, progress, stop)
        finally:
            with _recorded_if_possible(stop):
                store.add_event(RunEvent(run_id=run.id, kind=_event(stop, store, run), detail=stop.detail))
    if run.workflow == "audit" and stop.reason is None:
        _order_queues(store, run)
    return stop.reason or ending


@contextmanager
def _recorded_if_possible(stop: Stop) -> Iterator[None]:
    """What cannot be recorded stops a run, and hides nothing of why it may have stopped before."""
    try:
        yield
    except StoreUnwritable as error:
        stop.drain("stopped", str(error))


async def _run_open(
    store: Store,
    run: RunRecord,
    contract: Contract,
    engine: Engine,
    how: RunOptions,
    progress: Progress,
    stop: Stop,
) -> Ending:
    """Run every open thread; in a safety run also the further reruns that its contract asks for by then."""
    while True:
        ending = await run_threads(
            engine,
            store.pending_instances(run.id),
            concurrency=how.concurrency,
            progress=progress,
            stop=stop,
        )
        if ending != "finished" or not isinstance(contract, SafetyContract):
            return ending
        added = safety_jobs.add_rerun(store, run, contract)
        if not added:
            return ending
        progress.total += added


def _check_batches(run: RunRecord, specs: list[ModelSpec]) -> None:
    if run.workflow == "safety":
        raise JobError(
            f"run {run.id} is a safety run: each turn of a conversation would be a round of batches; leave "
            "--batch out"
        )
    check_batches(specs)


def _order_queues(store: Store, audit: RunRecord) -> None:
    """Have the queues of the benchmark's other runs heed what an audit has found."""
    for run in store.runs():
        if run.benchmark_id == audit.benchmark_id:
            refresh(store, run)


async def decide(store: Store, run: RunRecord, instance: Item, said: DecisionRecord) -> LabelRecord:
    """Record a reviewer's decision on an escalated instance and resume its thread with it; returns the label.

    The decision is on record before the thread moves: if the process dies in between, `resume` delivers it.
    Where the label was retracted the decision makes a new one.

    Raises JobError where the instance has a label, or does not wait for people.
    """
    from graphs.engine import open_engine

    async with deciding(store.path):
        with store.transaction():
            if store.retraction(run.id, instance.id) is not None:
                return _replaced(store, run, instance, said)
            _check_waits(store, run, instance)
            decision = store.add_decision(said)
        contract = read_contract(store.contract(run.contract_sha))
        async with open_engine(store, run, contract, RunOptions()) as engine:
            await engine.deliver(decision)
    label = store.current_label(run.id, instance.id)
    assert label is not None, "a delivered decision commits a label"
    return label


async def supersede(store: Store, run: RunRecord, instance: Item, said: DecisionRecord) -> LabelRecord:
    """Record a decision, and its label in place of the one that there is or was; both stay on record.

    The same decision again returns the label that it made. Raises JobError where there never was a label.
    """
    async with deciding(store.path):
        with store.transaction():
            return _replaced(store, run, instance, said)


async def retract(
    store: Store, run: RunRecord, instance: Item, *, reviewer: str, reason: str
) -> RetractionRecord:
    """Withdraw an instance's label without putting another in its place; the label stays on record.

    Raises JobError where there is none to withdraw.
    """
    async with deciding(store.path):
        with store.transaction():
            named = f"instance {instance.source_id} of run {run.id}"
            if (earlier := store.retraction(run.id, instance.id)) is not None:
                raise JobError(
                    f"the label of {named} was retracted by {shorten(earlier.reviewer)}: "
                    f"{shorten(' '.join(earlier.reason.split()))}; `supersede` puts another in its place"
                )
            label = store.current_label(run.id, instance.id)
            if label is None or label.id is None:
                raise JobError(f"{named} has no label to retract; `status` says what the run waits for")
            return store.retract_label(
                RetractionRecord(
                    run_id=run.id,
                    instance_id=instance.id,
                    label_id=label.id,
                    reviewer=reviewer,
                    reason=reason,
                )
            )


def already_labelled(instance: Item, run: RunRecord) -> JobError:
    """Why `decide` does not touch an instance."""
    return JobError(
        f"instance {instance.source_id} of run {run.id} already has a label; `trace` shows it, and "
        "`supersede` puts another in its place"
    )


def nothing_to_supersede(instance: Item, run: RunRecord) -> JobError:
    """Why `supersede` does not touch an instance."""
    return JobError(
        f"instance {instance.source_id} of run {run.id} has no label to supersede; `decide` settles what "
        "waits for people"
    )


def _check_waits(store: Store, run: RunRecord, instance: Item) -> None:
    if store.current_label(run.id, instance.id) is not None:
        raise already_labelled(instance, run)
    if store.escalation(run.id, instance.id) is None:
        raise JobError(
            f"instance {instance.source_id} of run {run.id} is not escalated; `resume` the run first"
        )


def _replaced(store: Store, run: RunRecord, instance: Item, said: DecisionRecord) -> LabelRecord:
    """The label of a decision in place of the latest; that one where it stands and rests on the same."""
    latest = store.latest_label(run.id, instance.id)
    if latest is None:
        raise nothing_to_supersede(instance, run)
    decision = store.add_decision(said)
    if decision.id == latest.decision_id and store.retraction(run.id, instance.id) is None:
        return latest
    if decision.id is not None and decision.id <= (latest.decision_id or 0):
        # The reviewer has said this before, and since then something else was said or the label retracted:
        # it is said anew.
        decision = store.add_decision(said.model_copy(update={"submission": secrets.token_hex(16)}))
    return store.supersede_label(decided_label(store, run, decision, latest.id))


def _specs(store: Store, run: RunRecord, contract: Contract) -> list[ModelSpec]:
    """The models of a run, those of its targets too."""
    if isinstance(contract, SafetyContract):
        return [*contract.model_specs(), *safety_jobs.target_specs(store, run, contract)]
    return list(contract.specs().values())


def _unfinished(store: Store, run: RunRecord, contract: Contract) -> bool:
    if isinstance(contract, SafetyContract):
        return safety_jobs.unfinished(store, run, contract)
    counts = store.counts(run.id)
    return bool(counts.pending or counts.failed)


def _drift(store: Store, run: RunRecord, contract: Contract) -> list[str]:
    if isinstance(contract, SafetyContract):
        return safety_requests.drift(contract, safety.targets(store.file, run.id))
    return drift(contract, assignment_of(asked(store.file, run.id)))


def _refuse_twin(store: Store, contract: RelabelContract | AuditContract, ids: Iterable[str]) -> None:
    sha = contract_sha(contract.body())
    for run in store.runs(contract.workflow):
        counts = store.counts(run.id) if run.contract_sha == sha else None
        if not counts or not (counts.pending or counts.failed):
            continue
        if all(theirs == ours for theirs, ours in zip_longest(store.work(run.id), ids)):
            raise JobError(
                f"run {run.id} has the same contract and instances and is not finished: "
                f"`python run.py resume {run.id} --store {store.path}` goes on with it; "
                "--new-run starts another"
            )


def _event(stop: Stop, store: Store, run: RunRecord) -> RunEventKind:
    if stop.reason == "aborted":
        return "interrupted"
    if stop.reason is not None:
        return "drained"
    return "interrupted" if store.counts(run.id).pending else "finished"
