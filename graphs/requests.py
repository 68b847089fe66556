"""What a user asks of a new run: which instances, by which models, under which contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from agents.offline.strategies import STRATEGIES
from agents.prices import estimate
from agents.replay import read_recording
from agents.specs import EMBEDDED, ModelSpec, OutputMode, RoleModels, Sampling
from agents.task import Role
from benchmarks.model import Instance, Rejection
from consensus.model import Policy
from graphs.contract import (
    Assigned,
    AuditContract,
    BenchmarkRef,
    RelabelContract,
    calculator_id,
    check_conventions,
    contract_parts,
)
from graphs.deps import effective_policy
from graphs.model_refs import model_ref
from graphs.options import RunOptions
from graphs.runs import JobError
from store.records import BenchmarkRecord


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
    first: ModelSpec | None = None
    """A free reader that has the first vote."""

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
    """The instances of a run in their order; `remarks` say what does not take part, and why."""

    assigned: Assigned
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
    if isinstance(request, RunRequest) and request.first is not None:
        _check_first(request.first, voter)
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


def _check_first(first: ModelSpec, voter: ModelSpec) -> None:
    if first.kind != "offline":
        raise JobError(f"--first {first.text} is not free: only offline can vote before the model")
    if voter.kind in EMBEDDED:
        raise JobError(
            f"--first offline saves no calls where the votes of {voter.text} are free: leave it out"
        )


def check_models(specs: Collection[ModelSpec], how: RunOptions) -> None:
    """Refuse models that cannot be had (no key, unknown provider) or paid for, before anything is recorded.

    Raises BadModelSpec, or JobError where a budget is set and a model has no known price.
    """
    if needed := {spec for spec in specs if spec.kind not in EMBEDDED}:
        from agents.models import build_model

        for spec in needed:
            build_model(spec)
        if how.batch:
            check_batches(needed)
    check_budget(specs, how)


def check_batches(specs: Iterable[ModelSpec]) -> None:
    """Raise JobError for a model whose requests cannot be sent in batches."""
    if others := sorted(spec.text for spec in specs if spec.kind not in (*EMBEDDED, "responses")):
        raise JobError(
            f"--batch needs the Responses API (openai:NAME), and {', '.join(others)} has another: "
            "leave it out, or name the model as openai:NAME[@BASE_URL]"
        )


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


class Selector:
    """Chooses the instances that a request means among those of a benchmark, one after the other."""

    def __init__(self, request: RunRequest | AuditRequest) -> None:
        """Raises JobError where a recording has too few runs, and BadModelSpec where it cannot be read."""
        self._request = request
        self._named = dict.fromkeys(request.ids, False)
        self._recording = None if isinstance(request, AuditRequest) else _Recorded.of(request)
        self._assigned: dict[str, str | None] = {}
        self._offered = self._meant = self._fit = 0

    def among(self, results: Iterable[Instance | Rejection]) -> Iterator[Instance]:
        """The instances that are chosen; all results are gone over."""
        for result in results:
            if isinstance(result, Instance) and self.takes(result):
                yield result

    def watching(self, results: Iterable[Instance | Rejection]) -> Iterator[Instance | Rejection]:
        """All results, as they come; those that are chosen are noted."""
        for result in results:
            if isinstance(result, Instance):
                self.takes(result)
            yield result

    def takes(self, instance: Instance) -> bool:
        """Whether an instance is chosen. Each is to be offered once, in the order of the benchmark."""
        self._offered += 1
        if self._named and not self._names(instance):
            return False
        self._meant += 1
        if not self._fits(instance):
            return False
        self._fit += 1
        if self._request.limit is not None and self._fit > self._request.limit:
            return False
        self._assigned[instance.id] = calculator_id(instance)
        return True

    def selection(self, source: str) -> Selection:
        """What was chosen of all instances of a source.

        Raises JobError where that is nothing, or an id was asked for that no instance has.
        """
        if not self._offered:
            raise JobError(f"every row of {source} was rejected; the reasons are listed above")
        if unknown := [name for name, found in self._named.items() if not found]:
            raise JobError(f"{source} has no instance {', '.join(map(repr, unknown[:5]))}")
        without = self._meant - self._fit
        if isinstance(self._request, AuditRequest):
            if not self._fit:
                raise JobError(f"no selected instance of {source} has a label that could be audited")
            remarks = (f"{without} instances have no label and are not part of this run",) if without else ()
            return Selection(self._assigned, remarks=remarks)
        if not self._assigned:
            raise JobError(f"no instance of {source} is selected; check --ids and --limit")
        if self._recording is None:
            return Selection(self._assigned)
        return Selection(self._assigned, without, self._recording.remarks(without))

    def _names(self, instance: Instance) -> bool:
        names = [name for name in (instance.id, instance.source_id) if name in self._named]
        self._named.update(dict.fromkeys(names, True))
        return bool(names)

    def _fits(self, instance: Instance) -> bool:
        if self._recording is not None:
            return instance.source_id in self._recording.known
        return instance.label is not None or not isinstance(self._request, AuditRequest)


@dataclass(frozen=True)
class _Recorded:
    """Which instances recorded runs answer, where a request is a replay."""

    known: frozenset[str]
    copies: tuple[str, ...]
    unused: int
    """Recorded runs for which there is no vote."""

    @classmethod
    def of(cls, request: RunRequest) -> _Recorded | None:
        """None where the request is none; raises JobError where fewer runs match than there are votes."""
        spec = request.models.extractor
        if spec.kind != "replay":
            return None
        recording, most = read_recording(spec), request.policy.max_votes
        if len(recording.runs) < request.policy.votes:
            raise JobError(
                f"{len(recording.runs)} different recorded runs match, but --votes is "
                f"{request.policy.votes}: match more runs, or ask for fewer votes"
            )
        known = frozenset(source_id for answers in recording.answers[:most] for source_id in answers)
        return cls(known, recording.copies, max(0, len(recording.runs) - most))

    def remarks(self, silent: int) -> tuple[str, ...]:
        """What of the recording, and of the instances, does not take part."""
        said = [f"left out: recorded run {copy} repeats another answer by answer" for copy in self.copies]
        if self.unused:
            said.append(
                f"{self.unused} recorded runs do not vote: name runs with #PATTERN, or raise --max-votes"
            )
        if silent:
            said.append(f"{silent} instances have no recorded answer and are not part of this run")
        return tuple(said)


def contract_of(
    benchmark: BenchmarkRecord, assigned: Assigned, request: RunRequest | AuditRequest
) -> RelabelContract | AuditContract:
    """The contract that a request amounts to."""
    common = {
        "benchmark": BenchmarkRef(id=benchmark.id, name=benchmark.name, sha256=benchmark.sha256),
        "output_mode": request.output_mode,
        "sampling": request.sampling,
    }
    if isinstance(request, RunRequest):
        first = request.first
        parts = contract_parts("relabel", assigned, request.specs(), request.conventions, first)
        return RelabelContract(
            **common, **parts, policy=_policy_of(request), first=model_ref(first) if first else None
        )
    parts = contract_parts("audit", assigned, request.specs(), request.conventions)
    return AuditContract(
        **common,
        **parts,
        policy=effective_policy(request.policy, samples_of(request.auditor)),
        stored_inputs_column=request.stored_inputs_column,
        explanation_column=request.explanation_column,
    )


def _policy_of(request: RunRequest) -> Policy:
    """The policy as the contract has it. What all votes would say is that of the samples that there are."""
    if request.policy.stated_error is None:
        return request.policy
    return effective_policy(request.policy, samples_of(request.models.extractor))


def samples_of(spec: ModelSpec) -> int | None:
    """How many samples of a voter differ; None where there is no limit."""
    match spec.kind:
        case "offline":
            return len(STRATEGIES)
        case "replay":
            return len(read_recording(spec).runs)
        case _:
            return None
