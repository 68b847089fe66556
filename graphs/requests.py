"""What a user asks of a new run: which instances, by which models, under which contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.offline.strategies import STRATEGIES
from agents.prices import estimate
from agents.replay import read_recording
from agents.specs import EMBEDDED, ModelSpec, OutputMode, RoleModels, Sampling
from agents.task import Role
from benchmarks.model import Benchmark, Instance
from consensus.model import Policy
from graphs.contract import (
    AuditContract,
    BenchmarkRef,
    RelabelContract,
    check_conventions,
    contract_parts,
)
from graphs.deps import effective_policy
from graphs.model_refs import model_ref
from graphs.options import RunOptions
from graphs.runs import JobError


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


def _by_ids(benchmark: Benchmark, ids: Sequence[str]) -> tuple[Instance, ...]:
    named = {instance.source_id: instance for instance in benchmark.instances}
    named |= {instance.id: instance for instance in benchmark.instances}
    if unknown := [name for name in ids if name not in named]:
        raise JobError(f"{benchmark.source} has no instance {', '.join(map(repr, unknown[:5]))}")
    wanted = {named[name].id for name in ids}
    return tuple(instance for instance in benchmark.instances if instance.id in wanted)


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
        first = request.first
        parts = contract_parts("relabel", instances, request.specs(), request.conventions, first)
        return RelabelContract(
            **common, **parts, policy=_policy_of(request), first=model_ref(first) if first else None
        )
    parts = contract_parts("audit", instances, request.specs(), request.conventions)
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
