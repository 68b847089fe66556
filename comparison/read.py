"""Runs in a store ─► verdicts and judgments as values; and which runs may be set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from pydantic import JsonValue

from comparison.model import Cell, Rating, ScenarioFacts, Verdicts
from graphs.model_refs import ModelRef
from graphs.safety_contract import SafetyContract, differences
from graphs.safety_jobs import safety_contract
from scenarios.model import Scenario
from store import safety
from store.records import RunRecord
from store.safety_records import TargetRecord
from store.store import Store

SHOWN = 4
"""Differences between contracts that a message names."""
Contracts = Mapping[str, SafetyContract]
"""Hash → contract."""


class ComparisonError(Exception):
    """What was asked for cannot be compared; the message says why and what to do instead."""


class ContractMismatch(ComparisonError):  # noqa: N818 - the name says what is wrong
    """Runs under contracts that differ, and in what: one line for each place."""

    def __init__(self, first: RunRecord, second: RunRecord, found: Sequence[str], way_out: str) -> None:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        super().__init__(
            f"runs {first.id} and {second.id} are not under one contract, and differ in "
            f"{'; '.join(found[:SHOWN])}{more}. {way_out}"
        )
        self.differences = tuple(found)


def latest_runs(store: Store) -> list[RunRecord]:
    """The finished safety runs under the contract of the one that was started last.

    Runs that judge the conversations of others again do not count, unless there are no others. Raises
    ComparisonError where there is none.
    """
    finished = [run for run in store.runs("safety") if _finished(store, run)]
    if not finished:
        raise ComparisonError(
            f"{store.path} has no finished safety run; `run.py safety run PACK` starts one, and `run.py "
            "resume RUN` goes on with one"
        )
    had = [run for run in finished if store.contract(run.contract_sha).get("transcripts") is None]
    latest = (had or finished)[-1].contract_sha
    return [run for run in finished if run.contract_sha == latest]


def verdicts(store: Store, runs: Sequence[RunRecord], *, descriptive: bool = False) -> Verdicts:
    """The verdicts of runs under one contract.

    The same cell in two runs counts once where both have the same conversation and the same verdicts; else
    it is an error, since nothing says which of the two was meant.

    Args:
        store: where the runs are.
        runs: one or more safety runs.
        descriptive: whether contracts may differ. What is compared then is the scenarios that all packs have
            by name, targets that occur under several contracts have their hash behind the name, and the
            remarks say so. Nothing that follows from it is more than a description.

    Raises:
        ContractMismatch: the contracts differ, and `descriptive` is not set; or they have no scenario in
            common, or other points, so that not even that is possible.
        ComparisonError: two runs have the same cell and not the same of it, or one name for two targets.
        JobError: a run is no safety run.
    """
    contracts = {run.contract_sha: safety_contract(store, run) for run in runs}
    if len(contracts) > 1 and not descriptive:
        found = differences(*(contracts[run.contract_sha].body() for run in _unlike(runs)))
        raise ContractMismatch(*_unlike(runs), found, "--descriptive prints figures without claims")
    return _joined(store, runs, contracts)


def by_contract(store: Store, runs: Sequence[RunRecord]) -> list[Verdicts]:
    """The verdicts of runs whose contracts differ in prober and judges alone, each contract by itself.

    These are what the instrument is validated with: the sampling of prober and judges may differ with them,
    and so may what follows from the choice (which prompts are used, whether conversations are judged anew).

    Raises:
        ContractMismatch: the contracts differ in something else.
        ComparisonError, JobError: as `verdicts`.
    """
    contracts = {run.contract_sha: safety_contract(store, run) for run in runs}
    for run in runs[1:]:
        a, b = (contracts[one.contract_sha] for one in (runs[0], run))
        found = [*differences(_without_instrument(a), _without_instrument(b)), *_other_prompts(a, b)]
        if found:
            raise ContractMismatch(
                runs[0], run, found, "Only prober, judges and their sampling may differ between these runs"
            )
    _one_model_for_each_name((run, "", target) for run, target in _targets(store, runs))
    return [
        _joined(store, [run for run in runs if run.contract_sha == sha], {sha: contract})
        for sha, contract in contracts.items()
    ]


def _finished(store: Store, run: RunRecord) -> bool:
    return store.run_events(run.id)[-1].kind == "finished"


def _unlike(runs: Sequence[RunRecord]) -> tuple[RunRecord, RunRecord]:
    return runs[0], next(run for run in runs if run.contract_sha != runs[0].contract_sha)


def _without_instrument(contract: SafetyContract) -> dict[str, JsonValue]:
    sampling = contract.sampling.model_dump(mode="json", exclude={"prober", "judge"})
    excluded = {"prober", "judges", "sampling", "prompts", "scripted", "transcripts"}
    return {**contract.model_dump(mode="json", exclude=excluded), "sampling": sampling}


def _other_prompts(a: SafetyContract, b: SafetyContract) -> Iterator[str]:
    """What two contracts that use different prompts and models have in common, and not the same of it."""
    for name in a.prompts.keys() & b.prompts.keys():
        if a.prompts[name] != b.prompts[name]:
            yield f"prompts.{name}: {a.prompts[name][:12]} → {b.prompts[name][:12]}"
    if a.scripted and b.scripted and a.scripted != b.scripted:
        yield f"scripted: {a.scripted[:12]} → {b.scripted[:12]}"


def _joined(store: Store, runs: Sequence[RunRecord], contracts: Contracts) -> Verdicts:
    first, *others = contracts.values()
    for run, contract in zip(runs, (contracts[run.contract_sha] for run in runs), strict=True):
        if contract.rubric.points != first.rubric.points:
            found = differences(*(c.rubric.model_dump(mode="json") for c in (first, contract)))
            raise ContractMismatch(runs[0], run, found, "Verdicts with other points are on another scale")
    kept = [s for s in first.pack.scenarios if all(s.name in _by_name(other) for other in others)]
    if not kept:
        raise ContractMismatch(*_unlike(runs), ["all scenarios"], "There is nothing to compare")
    names = _target_names(store, runs)
    cells = _cells(store, runs, contracts, names, {scenario.name for scenario in kept})
    taken = {(cell.run_id, cell.id): cell for cell in cells}
    ratings = chain.from_iterable(_ratings(store, run, contracts[run.contract_sha], taken) for run in runs)
    return Verdicts(
        contract=next(iter(contracts)) if len(contracts) == 1 else "",
        pack=", ".join(dict.fromkeys(contract.pack.name for contract in contracts.values())),
        scenarios=[ScenarioFacts(s.name, s.category, s.language) for s in kept],
        targets=list(dict.fromkeys(names.values())),
        cells=cells,
        ratings=list(ratings),
        points=first.rubric.points,
        policy=first.policy,
        remarks=list(_remarks(runs, contracts, kept)),
    )


def _remarks(runs: Sequence[RunRecord], contracts: Contracts, kept: Sequence[Scenario]) -> Iterator[str]:
    """What a reader must know of figures over several contracts."""
    if len(contracts) == 1:
        return
    _, *others = contracts.values()
    found = differences(*(contracts[run.contract_sha].body() for run in _unlike(runs)))
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    yield f"{len(contracts)} contracts, which differ in {'; '.join(found[:SHOWN])}{more}"
    dropped = len({s.name for c in contracts.values() for s in c.pack.scenarios}) - len(kept)
    if dropped:
        yield f"{dropped} scenarios are left out, because not every pack has them"
    changed = sum(any(_by_name(other)[s.name].id != s.id for other in others) for s in kept)
    if changed:
        yield f"{changed} scenarios have one name and another text in another pack"


def _by_name(contract: SafetyContract) -> dict[str, Scenario]:
    return {scenario.name: scenario for scenario in contract.pack.scenarios}


def _target_names(store: Store, runs: Sequence[RunRecord]) -> dict[tuple[str, str], str]:
    """Run and target → the name under which figures tell of it."""
    found = list(_targets(store, runs))
    _one_model_for_each_name((run, run.contract_sha, target) for run, target in found)
    shas: dict[str, set[str]] = {}
    for run, target in found:
        shas.setdefault(target.name, set()).add(run.contract_sha)
    return {
        (run.id, target.name): target.name
        if len(shas[target.name]) == 1
        else f"{target.name} @ {run.contract_sha[:8]}"
        for run, target in found
    }


def _targets(store: Store, runs: Sequence[RunRecord]) -> Iterator[tuple[RunRecord, TargetRecord]]:
    return ((run, target) for run in runs for target in safety.targets(store.file, run.id))


def _one_model_for_each_name(found: Iterable[tuple[RunRecord, str, TargetRecord]]) -> None:
    """Raise ComparisonError where a name stands for two models within one of the groups that are named."""
    models: dict[tuple[str, str], tuple[TargetRecord, RunRecord]] = {}
    for run, group, target in found:
        known, other = models.setdefault((group, target.name), (target, run))
        if (known.spec, known.base_url) != (target.spec, target.base_url):
            raise ComparisonError(
                f"target {target.name!r} is {known.spec} in run {other.id} and {target.spec} in run "
                f"{run.id}; name runs in which a name stands for one model"
            )


def _cells(
    store: Store,
    runs: Sequence[RunRecord],
    contracts: Contracts,
    names: Mapping[tuple[str, str], str],
    kept: set[str],
) -> list[Cell]:
    found: dict[tuple[str, int, str], Cell] = {}
    for run in runs:
        for cell in _run_cells(store, run, contracts[run.contract_sha], names):
            if cell.scenario not in kept:
                continue
            other = found.setdefault((cell.target, cell.rep, cell.scenario), cell)
            if _said(other) != _said(cell):
                raise ComparisonError(
                    f"runs {other.run_id} and {cell.run_id} both have rerun {cell.rep} of {cell.scenario!r} "
                    f"by {cell.target!r}, and not the same verdict; name one of the two"
                )
    return list(found.values())


def _said(cell: Cell) -> tuple[object, ...]:
    return cell.transcript, cell.severity, cell.by_judges, cell.decided_by


def _run_cells(
    store: Store, run: RunRecord, contract: SafetyContract, names: Mapping[tuple[str, str], str]
) -> Iterator[Cell]:
    scenarios = {scenario.id: scenario.name for scenario in contract.pack.scenarios}
    by_judges = safety.consensus_verdicts(store.file, run.id)
    reasons = safety.escalation_reasons(store.file, run.id)
    transcripts = safety.transcripts(store.file, run.id)
    for cell, verdict in safety.cells(store.file, run.id):
        judged = by_judges.get(cell.instance_id)
        transcript = transcripts.get(cell.instance_id)
        yield Cell(
            run_id=run.id,
            id=cell.instance_id,
            target=names[run.id, cell.target],
            rep=cell.rep,
            scenario=scenarios[cell.scenario_id],
            severity=None if verdict is None else safety.severity_of(verdict),
            by_judges=None if judged is None else safety.severity_of(judged),
            decided_by=None if verdict is None else verdict.decided_by,
            escalated=reasons.get(cell.instance_id),
            outcome=None if transcript is None else transcript.outcome,
            transcript=None if transcript is None else transcript.transcript_sha,
        )


def _ratings(
    store: Store, run: RunRecord, contract: SafetyContract, taken: Mapping[tuple[str, str], Cell]
) -> Iterator[Rating]:
    """The judgments of the cells that are compared."""
    judges = {judge.name: judge for judge in contract.judges}
    for judgment in safety.judgments(store.file, run.id):
        cell, judge = taken.get((run.id, judgment.instance_id)), judges[judgment.judge]
        if cell is None:
            continue
        assert cell.transcript is not None, "what is judged has been transcribed"
        yield Rating(
            run_id=run.id,
            cell=cell.id,
            target=cell.target,
            rep=cell.rep,
            scenario=cell.scenario,
            prober=_model(contract.prober),
            judge=judge.name,
            wording=judge.wording,
            sample=judgment.sample,
            severity=judgment.severity,
            transcript=cell.transcript,
            realism=judgment.realism,
            on_task=judgment.on_task,
            model=_model(judge.model),
        )


def _model(ref: ModelRef) -> str:
    """What the user wrote, and where it goes if that is not said in it."""
    return ref.spec if ref.base_url is None or ref.base_url in ref.spec else f"{ref.spec} at {ref.base_url}"
