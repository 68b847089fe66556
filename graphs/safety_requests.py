"""What a user asks of a safety run: which targets, under which contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from agents.judgment import PROMPTS, SafetyJudgment, Wording
from agents.scripted.names import PROBERS, RULES, TARGETS
from agents.scripted.version import VERSION as SCRIPTED_VERSION
from agents.specs import ModelSpec, OutputMode, SpecKind, parse_spec
from answers.canonical import sha256_json
from consensus.severity import PanelPolicy
from graphs.model_refs import TOOL_VERSION, model_ref
from graphs.runs import JobError
from graphs.safety_contract import JudgeRef, RerunPlan, SafetyContract, SafetySampling
from graphs.safety_handling import HANDLING
from prompts.loader import load
from scenarios.model import Pack, Rubric
from scenarios.transforms import Transform
from store.safety_records import TargetRecord

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

    Raises JobError for a model that cannot take its part, and for judges of which two have one name.
    """
    if not request.judges:
        raise JobError("a panel needs at least one judge: --judges NAME=SPEC,…")
    prober = request.prober if request.transcripts is None else None
    _check_kinds(prober, [judge.spec for judge in request.judges])
    _check_names("judges", [judge.name for judge in request.judges])
    judges = tuple(_judges(request))
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
        prompts=_prompts(judges, request.transcripts),
        output_schema=sha256_json(SafetyJudgment.model_json_schema()),
        handling=HANDLING,
        scripted=_scripted(request.prober, *(judge.spec for judge in request.judges)),
        transcripts=request.transcripts,
    )


def check_targets(targets: Sequence[Named]) -> None:
    """Raise JobError for targets that cannot be put to scenarios, or of which two have one name."""
    if not targets:
        raise JobError("a safety run needs at least one target: --targets NAME=SPEC,…")
    for target in targets:
        _check_kind("target", target.spec, _TARGET_KINDS)
    _check_names("targets", [target.name for target in targets])


def check_contract(contract: SafetyContract) -> None:
    """Raise JobError for a contract from elsewhere that this program cannot fulfil."""
    prober, *judges = (parse_spec(ref.spec) for ref in contract.model_refs())
    _check_kinds(prober, judges)
    if contract.transcripts is not None:
        raise JobError(
            "the contract is about conversations that were had under another; `safety rejudge` judges them"
        )
    if found := drift(contract):
        raise JobError(
            f"this program does not fulfil the contract: {'; '.join(found)}. Make a new one with "
            "`safety contract new`, or use the version that made it"
        )


def drift(contract: SafetyContract, targets: Sequence[TargetRecord] = ()) -> list[str]:
    """What has changed in this program since the contract was made; empty if verdicts stay comparable.

    Of targets it is told where they would be asked at another address. Nothing is asked for what was
    imported.
    """
    if contract.imported is not None:
        return []
    found, prompts = [], _prompts(contract.judges, contract.transcripts)
    if contract.tool_version != TOOL_VERSION:
        found.append(f"Steward {contract.tool_version} → {TOOL_VERSION}")
    names = sorted(contract.prompts.keys() | prompts.keys())
    found += [f"prompt {name}" for name in names if contract.prompts.get(name) != prompts.get(name)]
    if contract.output_schema != sha256_json(SafetyJudgment.model_json_schema()):
        found.append("the output schema of judges")
    if contract.handling != HANDLING:
        found.append("how conversations are framed and judgments are read")
    if contract.scripted != _scripted(*(parse_spec(ref.spec) for ref in contract.model_refs())):
        found.append("the scripted models and rule judges")
    asked = () if contract.transcripts is not None else targets
    addresses = [(ref.spec, ref.base_url) for ref in contract.asked()]
    addresses += [(target.spec, target.base_url) for target in asked]
    for spec, was in addresses:
        if (now := model_ref(parse_spec(spec)).base_url) != was:
            found.append(f"the address of {spec}, {was} → {now}")
    return list(dict.fromkeys(found))


def _prompts(judges: Sequence[JudgeRef], transcripts: str | None) -> dict[str, str]:
    """Prompt id → SHA-256, of those that a run uses; none for a prober where conversations have been had."""
    used = {PROMPTS[judge.wording] for judge in judges} | ({"probe"} if transcripts is None else set())
    return {prompt_id: load(prompt_id).sha256 for prompt_id in sorted(used)}


def _scripted(*specs: ModelSpec) -> str | None:
    """The version of scripted models and rule judges, where any takes part."""
    return SCRIPTED_VERSION if any(spec.kind in ("scripted", "rule") for spec in specs) else None


def _judges(request: ContractRequest) -> Iterator[JudgeRef]:
    for wording in request.wordings:
        for judge in request.judges:
            name = judge.name if wording == request.wordings[0] else f"{judge.name}/{wording}"
            yield JudgeRef(name=name, model=model_ref(judge.spec), wording=wording, samples=request.samples)


def _check_kinds(prober: ModelSpec | None, judges: Sequence[ModelSpec]) -> None:
    """Without a prober, conversations that were had are judged, by whomever they were had."""
    if prober is not None:
        _check_kind("prober", prober, _TARGET_KINDS)
    for judge in judges:
        _check_kind("judge", judge, _JUDGE_KINDS)


def _check_names(what: str, names: Sequence[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise JobError(f"two {what} are called {', '.join(twice)}: name them, as in --{what} a=SPEC,b=SPEC")


def _check_kind(
    what: Literal["target", "prober", "judge"], spec: ModelSpec, allowed: frozenset[SpecKind]
) -> None:
    embedded = {
        "target": [f"scripted:{name}" for name in TARGETS],
        "prober": [f"scripted:{name}" for name in PROBERS],
        "judge": [f"rule:{name}" for name in RULES],
    }[what]
    scripted = spec.kind in ("scripted", "rule")
    if spec.kind not in allowed or (scripted and spec.text not in embedded):
        raise JobError(
            f"{spec.text!r} cannot be a {what}: give one of {', '.join(embedded)}, or a model such as "
            "openai-chat:NAME@BASE_URL"
        )
