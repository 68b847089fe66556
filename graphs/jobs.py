"""What a user asks for, from the benchmark to the label: new runs, resuming, deciding."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.annotator import RoleModels
from agents.models import ModelSpec, Sampling, build_model
from agents.offline.reader import STRATEGIES
from agents.prices import estimate
from agents.replay import read_recording
from agents.roles import OutputMode
from agents.task import Role
from benchmarks.errors import shorten
from benchmarks.model import Benchmark, Instance
from consensus.model import Policy
from graphs.contract import (
    AuditContract,
    BenchmarkRef,
    RelabelContract,
    check_conventions,
    contract_parts,
    drift,
    prompts_of,
    read_contract,
)
from graphs.deps import effective_policy
from graphs.drain import heeding
from graphs.engine import RunOptions, open_engine
from graphs.labels import reviewed_label
from graphs.lock import deciding, executing
from graphs.runner import Ending, Progress, Stop, run_threads
from graphs.triage import refresh
from store.contracts import contract_sha
from store.errors import UnknownRecord
from store.records import (
    DecisionRecord,
    LabelRecord,
    PromptRecord,
    RetractionRecord,
    RunEvent,
    RunEventKind,
    RunRecord,
)
from store.store import Store


class JobError(Exception):
    """What was asked for cannot be done; the message says why and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class _Request:
    """A new run, as asked for. `ids` are source ids or instance ids; empty means all."""

    policy: Policy
    output_mode: OutputMode
    sampling: Sampling
    conventions: Mapping[str, str]
    limit: int | None = None
    ids: tuple[str, ...] = ()
    again: bool = False
    """Start another run although one with the same contract and selection is unfinished."""


@dataclass(frozen=True, kw_only=True)
class RunRequest(_Request):
    """A new relabelling run."""

    models: RoleModels

    def specs(self) -> Mapping[Role, ModelSpec]:
        """Role → the spec of its model."""
        return self.models.by_role()


@dataclass(frozen=True, kw_only=True)
class AuditRequest(_Request):
    """A new audit run; a column is None where the benchmark has none of the kind."""

    auditor: ModelSpec
    stored_inputs_column: str | None
    explanation_column: str | None

    def specs(self) -> Mapping[Role, ModelSpec]:
        """Role → the spec of its model."""
        return {"auditor": self.auditor}


@dataclass(frozen=True)
class Selection:
    """The instances of a run; `remarks` say what of a recording does not take part, and why."""

    instances: tuple[Instance, ...]
    not_recorded: int = 0
    """Instances that the recorded runs say nothing about."""
    remarks: tuple[str, ...] = ()


def check_request(request: RunRequest | AuditRequest) -> None:
    """Raise JobError, or ContractError for a convention, where no run can fulfil the request."""
    check_conventions(request.conventions)
    policy = request.policy
    if policy.max_votes < policy.votes:
        raise JobError(
            f"--max-votes {policy.max_votes} is less than --votes {policy.votes}; raise it or lower --votes"
        )
    specs = request.specs()
    voter = specs["auditor"] if isinstance(request, AuditRequest) else specs["extractor"]
    if voter.kind == "offline" and policy.votes > len(STRATEGIES):
        raise JobError(
            f"the offline reader has {len(STRATEGIES)} votes; ask for no more than that by --votes"
        )
    kinds = [spec.kind for spec in specs.values()]
    if "replay" not in kinds:
        return
    if isinstance(request, AuditRequest):
        raise JobError(
            "recorded answers say nothing of the original labels and cannot audit them: give another --model"
        )
    if set(kinds) != {"replay"}:
        raise JobError(
            "recorded answers replace all three roles: give replay:FILE as --model, and no model per role"
        )


def check_models(request: RunRequest | AuditRequest, how: RunOptions) -> None:
    """Refuse models that cannot be had (no key, unknown provider) or paid for, before anything is recorded.

    Raises BadModelSpec, or JobError where a budget is set and a model has no known price.
    """
    specs = request.specs().values()
    for spec in set(specs):
        if spec.kind not in ("offline", "replay"):
            build_model(spec)
    check_budget(specs, how)


def check_budget(specs: Iterable[ModelSpec], how: RunOptions) -> None:
    """Raise JobError where a budget is set and a model has no known price: it could not be kept."""
    if how.budget is None:
        return
    unpriced = sorted({spec.text for spec in specs if not estimate(spec, 1, 1, how.prices).known})
    if unpriced:
        raise JobError(
            f"a budget needs prices, and none is known for {', '.join(unpriced)}: give them in a table with "
            "--prices FILE, or leave --budget out"
        )


def select(benchmark: Benchmark, request: RunRequest | AuditRequest) -> Selection:
    """The instances that a request means. Raises JobError for an id that the benchmark does not have."""
    if not benchmark.instances:
        raise JobError(f"every row of {benchmark.source} was rejected; the reasons are listed above")
    chosen = _by_ids(benchmark, request.ids) if request.ids else benchmark.instances
    if isinstance(request, AuditRequest):
        selection = _labelled(benchmark, chosen)
    else:
        selection = _recorded(chosen, request) or Selection(chosen)
    limited = selection.instances[: request.limit]
    if not limited:
        raise JobError(f"no instance of {benchmark.source} is selected; check --ids and --limit")
    return replace(selection, instances=limited)


def _labelled(benchmark: Benchmark, chosen: tuple[Instance, ...]) -> Selection:
    """The instances that have an original label. Raises JobError where none has."""
    labelled = tuple(instance for instance in chosen if instance.label is not None)
    if not labelled:
        raise JobError(f"no selected instance of {benchmark.source} has a label that could be audited")
    without = len(chosen) - len(labelled)
    remarks = (f"{without} instances have no label and are not part of this run",) if without else ()
    return Selection(labelled, remarks=remarks)


def _recorded(chosen: tuple[Instance, ...], request: RunRequest) -> Selection | None:
    """The instances that the recorded runs answer, where the request is a replay."""
    spec = request.models.extractor
    if spec.kind != "replay":
        return None
    recording, most = read_recording(spec), request.policy.max_votes
    known = {source_id for answers in recording.answers[:most] for source_id in answers}
    recorded = tuple(instance for instance in chosen if instance.source_id in known)
    if len(recording.runs) < request.policy.votes:
        raise JobError(
            f"{len(recording.runs)} different recorded runs match, but --votes is {request.policy.votes}: "
            "match more runs, or ask for fewer votes"
        )
    remarks = [f"left out: recorded run {copy} repeats another answer by answer" for copy in recording.copies]
    if (unused := len(recording.runs) - most) > 0:
        remarks.append(f"{unused} recorded runs do not vote: name runs with #PATTERN, or raise --max-votes")
    if silent := len(chosen) - len(recorded):
        remarks.append(f"{silent} instances have no recorded answer and are not part of this run")
    return Selection(recorded, len(chosen) - len(recorded), tuple(remarks))


def create_run(
    store: Store,
    benchmark: Benchmark,
    selection: Selection,
    request: RunRequest | AuditRequest,
    how: RunOptions,
) -> RunRecord:
    """Record the benchmark, the contract, the prompts and the work of a new run.

    Raises JobError where a run of the same contract and selection is still open and `again` is not set.
    """
    benchmark_id = store.add_benchmark(benchmark)
    contract = contract_of(benchmark_id, benchmark, selection.instances, request)
    ids = [instance.id for instance in selection.instances]
    if not request.again:
        _refuse_twin(store, contract, ids)
    store.add_prompts(
        PromptRecord(sha256=p.sha256, id=p.meta.id, version=str(p.meta.version), body=p.body)
        for p in prompts_of(contract.workflow)
    )
    return store.create_run(benchmark_id, contract.body(), ids, how.model_dump(mode="json"))


def contract_of(
    benchmark_id: str,
    benchmark: Benchmark,
    instances: Sequence[Instance],
    request: RunRequest | AuditRequest,
) -> RelabelContract | AuditContract:
    """The contract that a request amounts to."""
    common = {
        "benchmark": BenchmarkRef(id=benchmark_id, name=benchmark.name, sha256=benchmark.sha256),
        "output_mode": request.output_mode,
        "sampling": request.sampling,
    }
    if isinstance(request, RunRequest):
        parts = contract_parts("relabel", instances, request.specs(), request.conventions)
        return RelabelContract(**common, **parts, policy=request.policy)
    parts = contract_parts("audit", instances, request.specs(), request.conventions)
    samples = len(STRATEGIES) if request.auditor.kind == "offline" else None
    return AuditContract(
        **common,
        **parts,
        policy=effective_policy(request.policy, samples),
        stored_inputs_column=request.stored_inputs_column,
        explanation_column=request.explanation_column,
    )


def options_of(run: RunRecord) -> RunOptions:
    """The options that a run was started with."""
    return RunOptions.model_validate(run.settings)


def contract_for(store: Store, run: RunRecord) -> RelabelContract:
    """A relabelling run's contract from the store."""
    return RelabelContract.model_validate(store.contract(run.contract_sha))


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
    contract = read_contract(store.contract(run.contract_sha))
    check_budget(contract.specs().values(), how)
    counts = store.counts(run.id)
    unfinished = counts.pending or counts.failed
    if resumed and unfinished and (changes := drift(contract, _worked_on(store, run))):
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
            total=counts.pending + counts.failed, spent=lambda: engine.ledger.spent, on_change=on_change
        )
        try:
            async with heeding(store, run.id, stop):
                ending = await run_threads(
                    engine,
                    iter(list(store.pending_instances(run.id))),
                    concurrency=how.concurrency,
                    progress=progress,
                    stop=stop,
                )
        finally:
            store.add_event(RunEvent(run_id=run.id, kind=_event(stop, store, run), detail=stop.detail))
    if run.workflow == "audit":
        _order_queues(store, run)
    return ending


def _order_queues(store: Store, audit: RunRecord) -> None:
    """Have the queues of the benchmark's other runs heed what an audit has found."""
    for run in store.runs():
        if run.benchmark_id == audit.benchmark_id:
            refresh(store, run)


async def decide(store: Store, run: RunRecord, instance: Instance, said: DecisionRecord) -> LabelRecord:
    """Record a reviewer's decision on an escalated instance and resume its thread with it; returns the label.

    The decision is on record before the thread moves: if the process dies in between, `resume` delivers it.
    Where the label was retracted the decision makes a new one.

    Raises JobError where the instance has a label, or does not wait for people.
    """
    async with deciding(store.path):
        with store.transaction():
            if store.retraction(run.id, instance.id) is not None:
                return _replaced(store, run, instance, said)
            _check_waits(store, run, instance)
            decision = store.add_decision(said)
        async with open_engine(store, run, contract_for(store, run), RunOptions()) as engine:
            await engine.deliver(decision)
    label = store.current_label(run.id, instance.id)
    assert label is not None, "a delivered decision commits a label"
    return label


async def supersede(store: Store, run: RunRecord, instance: Instance, said: DecisionRecord) -> LabelRecord:
    """Record a decision, and its label in place of the one that there is or was; both stay on record.

    The same decision again returns the label that it made. Raises JobError where there never was a label.
    """
    async with deciding(store.path):
        with store.transaction():
            return _replaced(store, run, instance, said)


async def retract(
    store: Store, run: RunRecord, instance: Instance, *, reviewer: str, reason: str
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


def already_labelled(instance: Instance, run: RunRecord) -> JobError:
    """Why `decide` does not touch an instance."""
    return JobError(
        f"instance {instance.source_id} of run {run.id} already has a label; `trace` shows it, and "
        "`supersede` puts another in its place"
    )


def nothing_to_supersede(instance: Instance, run: RunRecord) -> JobError:
    """Why `supersede` does not touch an instance."""
    return JobError(
        f"instance {instance.source_id} of run {run.id} has no label to supersede; `decide` settles what "
        "waits for people"
    )


def _check_waits(store: Store, run: RunRecord, instance: Instance) -> None:
    if store.current_label(run.id, instance.id) is not None:
        raise already_labelled(instance, run)
    if store.escalation(run.id, instance.id) is None:
        raise JobError(
            f"instance {instance.source_id} of run {run.id} is not escalated; `resume` the run first"
        )


def _replaced(store: Store, run: RunRecord, instance: Instance, said: DecisionRecord) -> LabelRecord:
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
    return store.supersede_label(reviewed_label(store, run.benchmark_id, decision, latest.id))


def _worked_on(store: Store, run: RunRecord) -> list[Instance]:
    selected = set(store.work(run.id))
    return [instance for instance in store.instances(run.benchmark_id) if instance.id in selected]


def _by_ids(benchmark: Benchmark, ids: Sequence[str]) -> tuple[Instance, ...]:
    named = {instance.source_id: instance for instance in benchmark.instances}
    named |= {instance.id: instance for instance in benchmark.instances}
    if unknown := [name for name in ids if name not in named]:
        raise JobError(f"{benchmark.source} has no instance {', '.join(map(repr, unknown[:5]))}")
    wanted = {named[name].id for name in ids}
    return tuple(instance for instance in benchmark.instances if instance.id in wanted)


def _refuse_twin(store: Store, contract: RelabelContract | AuditContract, ids: Sequence[str]) -> None:
    sha = contract_sha(contract.body())
    for run in store.runs(contract.workflow):
        counts = store.counts(run.id) if run.contract_sha == sha else None
        if counts and (counts.pending or counts.failed) and list(store.work(run.id)) == list(ids):
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


def check_relabels(run: RunRecord) -> None:
    """Raise JobError where a run is an audit, which has findings and no labels."""
    if run.workflow != "relabel":
        raise JobError(
            f"run {run.id} is an audit of original labels: it has findings, which `status {run.id}` shows, "
            "and no labels; name a run of `relabel`"
        )


def find_run(store: Store, reference: str | None) -> RunRecord:
    """The relabelling run that is meant; without a reference the latest.

    Raises UnknownRecord, or JobError where an audit run is meant.
    """
    found = store.run(reference) if reference else store.latest_run()
    check_relabels(found)
    return found


def find_runs(store: Store, references: Sequence[str]) -> list[RunRecord]:
    """The relabelling runs that are meant, each as by `find_run`; without references the latest."""
    return [find_run(store, reference) for reference in references or (None,)]


def find_any_run(store: Store, reference: str | None) -> RunRecord:
    """The run that is meant, whatever its workflow; without a reference the latest relabelling run.

    Where the store has audit runs alone it is the latest of these. Raises UnknownRecord.
    """
    if reference:
        return store.run(reference)
    runs = store.runs() or store.runs(None)
    return runs[-1] if runs else store.latest_run()


def asked_votes(store: Store, run: RunRecord) -> int:
    """How many votes every instance of a run got at first, before more were asked for."""
    return RelabelContract.model_validate(store.contract(run.contract_sha)).policy.votes


def find_run_of(store: Store, instance: str, reference: str | None) -> tuple[RunRecord, Instance]:
    """The relabelling run, and the instance in it. Without a reference: the latest that worked on it.

    Raises UnknownRecord, or JobError where an audit run is meant.
    """
    run, item = find_any_run_of(store, instance, reference)
    check_relabels(run)
    return run, item


def find_any_run_of(store: Store, instance: str, reference: str | None) -> tuple[RunRecord, Instance]:
    """The run, whatever its workflow, and the instance in it.

    Without a reference the latest relabelling run that worked on the instance. Raises UnknownRecord.
    """
    if reference:
        run = store.run(reference)
        return run, store.trace(run.id, instance).instance
    for run in reversed(store.runs()):
        try:
            return run, store.trace(run.id, instance).instance
        except UnknownRecord:
            continue
    raise UnknownRecord(f"no run in {store.path} has an instance {instance!r}")
