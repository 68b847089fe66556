"""Conversations that another tool ran and judged become a safety run: its panel is that one judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from consensus.severity import SEVERITIES, PanelPolicy, Severity
from graphs.model_refs import ModelRef
from graphs.options import RunOptions
from graphs.runs import JobError
from graphs.safety_contract import Imported, JudgeRef, RerunPlan, SafetyContract, SafetySampling
from graphs.safety_jobs import rerun_cells, start_run
from scenarios.drafts import EXPECTED, UNCATEGORISED, UNDETERMINED
from scenarios.model import Pack, Rubric, Scenario
from scenarios.results import Judged, Results
from scenarios.results import claims as differing
from store import safety
from store.checking import Item
from store.connection import StoreFile
from store.records import RunRecord
from store.safety_records import (
    CellRecord,
    ClaimRecord,
    JudgmentRecord,
    Transcript,
    TranscriptRecord,
    Turn,
)
from store.store import Store

UNKNOWN = "unknown"
NOT_STATED = (
    *("prober", "target settings", "judge settings", "prompts", "rubric", "scenario severity"),
    *("scenario category", "sampling", "turns", "transforms"),
)
"""What a file of results does not say, and its contract therefore leaves open."""
NOT_IN_FILE = "the file has no such conversation"


@dataclass(frozen=True)
class ResultFile:
    """A file of results, and whose conversations are in it."""

    name: str
    sha256: str
    target: str
    results: Results

    @property
    def reps(self) -> int:
        """How often its scenarios were run."""
        return max((judged.repetition for judged in self.results.judged), default=0)


@dataclass(frozen=True, kw_only=True)
class Unstated:
    """What the user says of files which do not say it themselves."""

    judge: str | None = None
    language: str = UNDETERMINED
    severity: Severity = "high"
    """How grave it is to fail a scenario. No imported verdict depends on it."""
    name: str = "imported"
    pack: Pack | None = None
    """The scenarios that were run, found again by their names; without it the files' own words make them."""


def import_contract(files: Sequence[ResultFile], kind: str, said: Unstated) -> SafetyContract:
    """The contract of results: the same for files of the same scenarios and judge that are read alike.

    Raises JobError where the files are not of one panel, or not of as many reruns of every target.
    """
    judge = _judge(files, said)
    _check_one_pack(files)
    reruns = {target: sum(file.reps for file in of) for target, of in _by_target(files).items()}
    if len(set(reruns.values())) > 1:
        told = ", ".join(f"{target} {n}" for target, n in reruns.items())
        raise JobError(f"the targets have different numbers of reruns ({told}); import them one by one")
    count = next(iter(reruns.values()), 0)
    if not count:
        raise JobError("there is no conversation in the files")
    return SafetyContract(
        pack=_pack(files, kind, said),
        rubric=Rubric(name=UNKNOWN, version=UNKNOWN, levels=dict.fromkeys(SEVERITIES, UNKNOWN)),
        prober=ModelRef(spec=f"imported:{UNKNOWN}"),
        judges=(JudgeRef(name=judge, model=ModelRef(spec=f"imported:{judge}")),),
        sampling=SafetySampling(),
        reruns=RerunPlan(least=count, most=count),
        policy=PanelPolicy(),
        output_mode="prompted",
        prompts={},
        output_schema=UNKNOWN,
        imported=Imported(format=kind, unknown=NOT_STATED),
    )


def create_import(
    store: Store, files: Sequence[ResultFile], contract: SafetyContract, how: RunOptions
) -> RunRecord:
    """Record a run with the files' conversations and judgments; executing it makes the verdicts of them.

    Raises JobError for a file that has been imported for this target before.
    """
    names = list(_by_target(files))
    with store.transaction():
        known = {(claim.sha256, claim.target): claim.run_id for claim in safety.claims(store.file)}
        for file in files:
            if (run_id := known.get((file.sha256, file.target))) is not None:
                raise JobError(f"{file.name} has been imported for {file.target!r} before: run {run_id}")
        refs = [(name, ModelRef(spec=f"imported:{name}")) for name in names]
        run = start_run(store, contract, refs, how)
        cells = {
            (cell.target, cell.rep, cell.scenario_id): cell
            for rep in range(contract.reruns.least)
            for cell in rerun_cells(run.id, contract, names, rep)
        }
        for target, of in _by_target(files).items():
            first = 0
            for file in of:
                _add_file(store, contract, cells, target, first, file)
                first += file.reps
    return run


def _add_file(
    store: Store,
    contract: SafetyContract,
    cells: Mapping[tuple[str, int, str], CellRecord],
    target: str,
    first: int,
    file: ResultFile,
) -> None:
    had = {(judged.scenario.strip(), judged.repetition): judged for judged in file.results.judged}
    for rep in range(file.reps):
        for scenario in contract.pack.scenarios:
            cell = cells[target, first + rep, scenario.id]
            _add_cell(store, cell, had.get((scenario.name, rep + 1)), contract.judges[0].name)
    safety.add_claim(
        store,
        ClaimRecord(
            run_id=next(iter(cells.values())).run_id,
            target=target,
            file=file.name,
            sha256=file.sha256,
            first_rep=first,
            reps=file.reps,
            figures=file.results.stored,
            distribution=file.results.distribution,
        ),
    )


def _add_cell(store: Store, cell: CellRecord, judged: Judged | None, judge: str) -> None:
    turns = tuple(_turns(judged)) if judged else ()
    spoke = any(turn.role == "assistant" for turn in turns)
    why = NOT_IN_FILE if judged is None else judged.failure or "the file has no reply of the target"
    transcript = Transcript(turns=turns)
    of = {"run_id": cell.run_id, "instance_id": cell.instance_id}
    record = TranscriptRecord(
        transcript_sha=safety.transcript_sha(transcript),
        outcome="complete" if spoke else "target_failed",
        detail="" if spoke else why,
        **of,
    )
    safety.add_transcript(store, record, transcript)
    if spoke and judged is not None:
        failure = None if judged.severity is not None else judged.failure or "it has no severity"
        said = JudgmentRecord(
            seat=0, judge=judge, severity=judged.severity, failure=failure, reason=judged.summary, **of
        )
        safety.add_judgment(store, said)


def _turns(judged: Judged) -> Iterator[Turn]:
    """What was said; messages to and from tools and the system's are not part of a conversation here."""
    for message in judged.conversation:
        if message.role in ("user", "assistant"):
            text = message.content.encode("utf-8", "replace").decode()
            yield Turn(role="user" if message.role == "user" else "assistant", content=text)


def _by_target(files: Sequence[ResultFile]) -> dict[str, list[ResultFile]]:
    found: dict[str, list[ResultFile]] = defaultdict(list)
    for file in files:
        found[file.target].append(file)
    return found


def _check_one_pack(files: Sequence[ResultFile]) -> None:
    """Raise JobError for files without a common scenario: they are no reruns of each other."""
    names = [(file.name, {judged.scenario for judged in file.results.judged}) for file in files]
    for (one, of_one), (other, of_other) in combinations(names, 2):
        if of_one.isdisjoint(of_other):
            raise JobError(
                f"{one} and {other} have no scenario in common, so they are not of one pack; import them in "
                "commands of their own"
            )


def _judge(files: Sequence[ResultFile], said: Unstated) -> str:
    if said.judge is not None:
        return said.judge
    names = {file.results.judge or UNKNOWN for file in files}
    if len(names) > 1:
        raise JobError(
            f"the files have different judges ({', '.join(sorted(names))}), whose verdicts do not compare; "
            "import them one by one"
        )
    return next(iter(names), UNKNOWN)


def _pack(files: Sequence[ResultFile], kind: str, said: Unstated) -> Pack:
    """The scenarios by name, in the order of names, so that the order in a file does not matter."""
    found: dict[str, Scenario] = {}
    given = {scenario.name: scenario for scenario in said.pack.scenarios} if said.pack else None
    for file in files:
        for judged in file.results.judged:
            name = judged.scenario.strip()
            if given is not None and name not in given:
                raise JobError(f"{file.name}: the pack has no scenario {name!r}")
            scenario = given[name] if given is not None else _scenario(name, judged, said)
            if found.setdefault(name, scenario) != scenario:
                raise JobError(
                    f"{file.name}: scenario {name!r} is another than in the files before; import it alone"
                )
    if said.pack is not None and len(found) == len(said.pack.scenarios):
        return said.pack
    source = f"imported ({kind})"
    return Pack(
        name=said.name,
        version=UNKNOWN,
        description="Scenarios of imported results.",
        source=source,
        scenarios=tuple(found[name] for name in sorted(found)),
    )


def _scenario(name: str, judged: Judged, said: Unstated) -> Scenario:
    description = judged.description.strip() or name
    return Scenario(
        name=name,
        description=description,
        category=UNCATEGORISED,
        severity=said.severity,
        expected_behavior=judged.expected_behavior or (EXPECTED,),
        prober_goal=description,
        language=said.language,
        source="imported",
    )


def stored_claims(file: StoreFile) -> Iterator[Item]:
    """Every figure that an imported file stored follows from the file's own verdicts."""
    bodies = dict(safety.contract_bodies(file))
    for claim in safety.claims(file):
        place = f"run {claim.run_id}, {claim.file} ({claim.target})"
        try:
            contract = SafetyContract.model_validate_json(bodies.get(claim.run_id, ""))
            told = differing(_results(file, claim, contract))
        except ValueError as error:
            yield Item(place, f"cannot be read: {error}")
            continue
        yield Item(place)
        yield from (Item(place, problem, claimed=True) for problem in told)


def _results(file: StoreFile, claim: ClaimRecord, contract: SafetyContract) -> Results:
    """The file's verdicts as the store has them: those of its judge, whatever people decided since."""
    names = {scenario.id: scenario.name for scenario in contract.pack.scenarios}
    by_judge, had = safety.consensus_verdicts(file, claim.run_id), safety.transcripts(file, claim.run_id)
    judged = []
    for found in safety.cells(file, claim.run_id):
        cell = found.cell
        of_file = cell.target == claim.target and 0 <= cell.rep - claim.first_rep < claim.reps
        conversation = had.get(cell.instance_id)
        if not of_file or conversation is None or conversation.detail == NOT_IN_FILE:
            continue
        verdict = by_judge.get(cell.instance_id)
        severity = None if verdict is None else safety.severity_of(verdict)
        judged.append(
            Judged(
                scenario=names.get(cell.scenario_id, cell.scenario_id),
                repetition=cell.rep - claim.first_rep + 1,
                conversation=(),
                severity=severity,
            )
        )
    return Results(
        name=claim.file, judged=tuple(judged), stored=claim.figures, distribution=claim.distribution
    )
