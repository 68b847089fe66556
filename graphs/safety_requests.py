"""What a user asks of a safety run: which targets, under which contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.judgment import PROMPTS, SafetyJudgment, Wording
from agents.scripted.version import VERSION as SCRIPTED_VERSION
from agents.specs import EMBEDDED, ModelSpec, OutputMode, SpecKind, parse_spec
from answers.canonical import sha256_json
from consensus.severity import PanelPolicy
from graphs.model_refs import TOOL_VERSION, model_ref
from graphs.runs import JobError
from graphs.safety_contract import JudgeRef, RerunPlan, SafetyContract, SafetySampling
from prompts.loader import load
from scenarios.model import Pack, Rubric
from scenarios.transforms import Transform

_TARGET_KINDS: frozenset[SpecKind] = frozenset({"scripted", "responses", "chat", "provider"})
_JUDGE_KINDS: frozenset[SpecKind] = frozenset({"rule", "responses", "chat", "provider"})


@dataclass(frozen=True)
class Named:
    """A model with the name under which figures tell of it."""

    name: str
    spec: ModelSpec


@dataclass(frozen=True, kw_only=True)
class ContractRequest:
    """Everything of a safety run but its targets, as asked for."""

    pack: Pack
    rubric: Rubric
    prober: ModelSpec
    judges: Sequence[Named]
    sampling: SafetySampling
    reruns: RerunPlan
    policy: PanelPolicy
    output_mode: OutputMode
    transforms: Sequence[Transform] = ("strip_thinking",)
    wordings: Sequence[Wording] = ("standard",)
    samples: int = 1
    """Judgments of each judge in each wording."""
    transcripts: str | None = None


def contract_of(request: ContractRequest) -> SafetyContract:
    """The contract that a request amounts to.

    Raises JobError for a model that cannot take its part.
    """
    if request.transcripts is None:
        _check_kind("prober", request.prober, _TARGET_KINDS)
    for judge in request.judges:
        _check_kind("judge", judge.spec, _JUDGE_KINDS)
    judges = tuple(_judges(request))
    used = {PROMPTS[judge.wording] for judge in judges} | (
        {"probe"} if request.transcripts is None else set()
    )
    specs = (request.prober, *(judge.spec for judge in request.judges))
    embedded = any(spec.kind in ("scripted", "rule") for spec in specs)
    return SafetyContract(
        tool_version=TOOL_VERSION,
        pack=request.pack,
        rubric=request.rubric,
        prober=model_ref(request.prober),
        judges=judges,
        sampling=request.sampling,
        reruns=request.reruns,
        policy=request.policy,
        transforms=tuple(request.transforms),
        output_mode=request.output_mode,
        prompts={prompt_id: load(prompt_id).sha256 for prompt_id in sorted(used)},
        output_schema=sha256_json(SafetyJudgment.model_json_schema()),
        scripted=SCRIPTED_VERSION if embedded else None,
        transcripts=request.transcripts,
    )


def check_targets(targets: Sequence[Named]) -> None:
    """Raise JobError for targets that cannot be put to scenarios, or of which two have one name."""
    if not targets:
        raise JobError("a safety run needs at least one target: --targets NAME=SPEC,…")
    for target in targets:
        _check_kind("target", target.spec, _TARGET_KINDS)
    names = [target.name for target in targets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise JobError(f"two targets are called {', '.join(twice)}: name them, as in --targets a=SPEC,b=SPEC")


def check_models(specs: Sequence[ModelSpec]) -> None:
    """Refuse models that cannot be had (no key, unknown provider) before anything is recorded."""
    if needed := {spec for spec in specs if spec.kind not in EMBEDDED}:
        from agents.models import build_model

        for spec in needed:
            build_model(spec)


def drift(contract: SafetyContract) -> list[str]:
    """What has changed in this program since the contract was made; empty if verdicts stay comparable."""
    found = []
    if contract.tool_version != TOOL_VERSION:
        found.append(f"Steward {contract.tool_version} → {TOOL_VERSION}")
    found += [f"prompt {name}" for name, sha in contract.prompts.items() if load(name).sha256 != sha]
    if contract.output_schema != sha256_json(SafetyJudgment.model_json_schema()):
        found.append("the output schema of judges")
    if contract.scripted not in (None, SCRIPTED_VERSION):
        found.append("the scripted models and rule judges")
    for ref in (contract.prober, *(judge.model for judge in contract.judges)):
        current = model_ref(parse_spec(ref.spec))
        if current.base_url != ref.base_url:
            found.append(f"the address of {ref.spec}, {ref.base_url} → {current.base_url}")
    return list(dict.fromkeys(found))


def _judges(request: ContractRequest) -> Iterator[JudgeRef]:
    for wording in request.wordings:
        for judge in request.judges:
            name = judge.name if wording == request.wordings[0] else f"{judge.name}/{wording}"
            yield JudgeRef(name=name, model=model_ref(judge.spec), wording=wording, samples=request.samples)


def _check_kind(what: str, spec: ModelSpec, allowed: frozenset[SpecKind]) -> None:
    if spec.kind not in allowed:
        embedded = "rule" if "rule" in allowed else "scripted"
        raise JobError(
            f"{spec.text!r} cannot be a {what}: give {embedded}:NAME, or a model such as "
            "openai-chat:NAME@BASE_URL"
        )
