"""What a user asks for of safety runs: new ones, further reruns, conversations judged anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import mean

from agents.specs import ModelSpec, parse_spec
from benchmarks.model import Benchmark
from consensus.severity import panel_verdict, percent_of
from graphs.contract import prompt_record
from graphs.model_refs import ModelRef, model_ref
from graphs.options import RunOptions
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract, differences
from graphs.safety_requests import Named, check_targets
from prompts.loader import load
from scenarios.model import Pack
from stats.anytime import anytime_interval
from store import safety
from store.contracts import contract_sha
from store.records import RunRecord
from store.safety_records import CellRecord, TargetRecord, cell_id
from store.store import Store

_Identity = tuple[str, str, str | None]
"""Name, spec and address of a target."""


def create_safety_run(
    store: Store, contract: SafetyContract, targets: Sequence[Named], how: RunOptions, *, again: bool = False
) -> RunRecord:
    """Record the contract, the targets and the cells of a new run, the reruns one after the other.

    Raises JobError for targets that cannot be, and where a run of the same contract and targets is still
    open and `again` is not set.
    """
    check_targets(targets)
    refs = [(target.name, model_ref(target.spec)) for target in targets]
    with store.transaction():
        if not again:
            _refuse_twin(store, contract, {(name, ref.spec, ref.base_url) for name, ref in refs})
        return start_run(store, contract, refs, how)


def start_run(
    store: Store, contract: SafetyContract, refs: Sequence[tuple[str, ModelRef]], how: RunOptions
) -> RunRecord:
    """Record the contract, the targets by name and the cells of the fewest reruns that it asks for."""
    with store.transaction():
        _add_prompts(store, contract)
        run = store.create_run(
            _pack_id(store, contract.pack), contract.body(), [], how.model_dump(mode="json")
        )
        safety.add_targets(
            store,
            (TargetRecord(run_id=run.id, name=n, spec=ref.spec, base_url=ref.base_url) for n, ref in refs),
        )
        for rep in range(contract.reruns.least):
            cells = rerun_cells(run.id, contract, [name for name, _ in refs], rep)
            safety.add_work(store, run.id, cells)
    return run


def create_rejudging(
    store: Store, source: RunRecord, contract: SafetyContract, how: RunOptions, *, again: bool = False
) -> RunRecord:
    """Record a run that judges the conversations of another anew.

    Raises JobError where it has none, and where such a run is still open and `again` is not set.
    """
    assert contract.transcripts == source.contract_sha, "the contract says where its conversations come from"
    with store.transaction():
        conversations = _hashes(store, source.id)
        if not conversations:
            raise JobError(f"run {source.id} has no conversations yet; `resume {source.id}` goes on with it")
        if not again:
            _refuse_twin(store, contract, _identities(store, source.id), conversations)
        _add_prompts(store, contract)
        run = store.create_run(source.benchmark_id, contract.body(), [], how.model_dump(mode="json"))
        safety.copy_conversations(store, source.id, run.id)
    return run


def rerun_cells(
    run_id: str, contract: SafetyContract, targets: Sequence[str], rep: int
) -> Iterator[CellRecord]:
    """The cells of one full rerun: every scenario for every target."""
    for scenario in contract.pack.scenarios:
        for target in targets:
            yield CellRecord(
                run_id=run_id,
                instance_id=cell_id(target, rep, scenario.id),
                target=target,
                rep=rep,
                scenario_id=scenario.id,
            )


def name_contract(store: Store, contract: SafetyContract, name: str) -> str:
    """Keep a contract under a name; returns its hash.

    A name stands for another contract only as long as nothing has been committed under the one that it
    stands for. Raises JobError, with what differs, where something has.
    """
    with store.transaction():
        standing = safety.named_contract(store.file, name)
        changed = standing is not None and standing != contract_sha(contract.body())
        if standing is not None and changed and safety.frozen(store.file, standing):
            found = differences(store.contract(standing), contract.body())
            raise JobError(
                f"contract {name!r} ({standing[:12]}) is frozen: verdicts have been committed under it. "
                f"What was asked for differs in {'; '.join(found)}. Give it another name"
            )
        return safety.add_contract(store, contract.body(), name)


def safety_contract(store: Store, run: RunRecord) -> SafetyContract:
    """The contract of a safety run. Raises JobError for a run of another workflow."""
    if run.workflow != "safety":
        raise JobError(f"run {run.id} is no safety run; `run.py safety run PACK` starts one")
    return SafetyContract.model_validate(store.contract(run.contract_sha))


def _pack_id(store: Store, pack: Pack) -> str:
    """A pack stands where other runs have a benchmark; its scenarios are in the contract."""
    return store.add_benchmark(
        Benchmark(name=pack.name, source=pack.source, sha256=pack.sha256, columns=(), instances=())
    )


def _add_prompts(store: Store, contract: SafetyContract) -> None:
    store.add_prompts(prompt_record(load(prompt_id)) for prompt_id in contract.prompts)


def _refuse_twin(
    store: Store, contract: SafetyContract, targets: set[_Identity], conversations: set[str] | None = None
) -> None:
    """Raise JobError where a run of the same is unfinished; `conversations` are those to be judged anew."""
    sha = contract_sha(contract.body())
    for run in store.runs("safety"):
        if run.contract_sha != sha or _identities(store, run.id) != targets:
            continue
        if conversations is not None and _hashes(store, run.id) != conversations:
            continue
        if unfinished(store, run, contract):
            raise JobError(
                f"run {run.id} has the same contract and targets and is not finished: "
                f"`python run.py resume {run.id} --store {store.path}` goes on with it; "
                "--new-run starts another"
            )


def _identities(store: Store, run_id: str) -> set[_Identity]:
    found = safety.targets(store.file, run_id)
    return {(target.name, target.spec, target.base_url) for target in found}


def _hashes(store: Store, run_id: str) -> set[str]:
    return {record.transcript_sha for record in safety.transcripts(store.file, run_id).values()}


def unfinished(store: Store, run: RunRecord, contract: SafetyContract) -> bool:
    """Whether `resume` has anything to do: cells that are open, or a further rerun that the plan asks for."""
    counts = store.counts(run.id)
    return bool(counts.pending or counts.failed or due_rerun(store, run, contract))


def target_specs(store: Store, run: RunRecord, contract: SafetyContract) -> list[ModelSpec]:
    """The models of a run's targets; none where conversations that were had are judged anew."""
    if contract.transcripts is not None:
        return []
    return [parse_spec(target.spec) for target in safety.targets(store.file, run.id)]


def add_rerun(store: Store, run: RunRecord, contract: SafetyContract) -> int:
    """Add the next full rerun if one is due; returns the number of its cells."""
    cells = due_rerun(store, run, contract)
    safety.add_work(store, run.id, cells)
    return len(cells)


def due_rerun(store: Store, run: RunRecord, contract: SafetyContract) -> list[CellRecord]:
    """The cells of the next full rerun of a run whose reruns so far are done.

    Empty where they are not, where the plan has been carried out, or its interval is narrow enough.
    """
    if contract.transcripts is not None or contract.reruns.width is None:
        return []
    counts = store.counts(run.id)
    if counts.pending or counts.failed:
        return []
    names = [target.name for target in safety.targets(store.file, run.id)]
    done = safety.planned_reruns(store.file, run.id)
    if done >= contract.reruns.most or _narrow(store, run, contract, names, contract.reruns.width):
        return []
    return list(rerun_cells(run.id, contract, names, done))


def run_scores(store: Store, run: RunRecord, contract: SafetyContract) -> dict[str, list[float]]:
    """Target → the score of each of its full reruns, 0 to 100, in the order of reruns.

    A rerun of which any conversation has no scored judgment is left out: it is no full one. Where people are
    still to decide, the panel's median stands for their verdict.
    """
    panels = safety.panels(store.file, run.id)
    reruns: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for cell, verdict in safety.cells(store.file, run.id):
        if verdict is not None:
            severity = safety.severity_of(verdict)
        else:
            severity = panel_verdict(panels.get(cell.instance_id, ())).median
        if severity is not None:
            reruns[cell.target][cell.rep].append(percent_of(severity, contract.rubric.points))
    full = len(contract.pack.scenarios)
    return {
        target: [mean(percents) for _, percents in sorted(by_rep.items()) if len(percents) == full]
        for target, by_rep in reruns.items()
    }


def _narrow(
    store: Store, run: RunRecord, contract: SafetyContract, targets: Sequence[str], width: float
) -> bool:
    """Whether every target's score is known to so many points to either side."""
    scores = run_scores(store, run, contract)
    intervals = [anytime_interval(scores.get(target, ())) for target in targets]
    return all(found is not None and (found.high - found.low) / 2 <= width for found in intervals)
