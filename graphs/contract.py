"""The contract of a run: everything that determines its result, as canonical JSON with a hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from agents.offline.version import VERSION as OFFLINE_VERSION
from agents.specs import ModelSpec, OutputMode, Sampling, parse_spec
from agents.task import Asks, Role, calculator_of
from answers.canonical import sha256_json, sha256_members
from calculators.model import Convention
from calculators.registry import all_conventions, get
from consensus.model import Policy
from graphs.model_refs import TOOL_VERSION, ModelRef, model_ref
from graphs.safety_contract import SafetyContract
from prompts.loader import Prompt, load, prompt_ids
from store.records import PromptRecord, Workflow


class ContractError(Exception):
    """A convention or option that does not exist, or a contract that the code no longer fulfils."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BenchmarkRef(_Frozen):
    """Which benchmark, to the byte."""

    id: str
    name: str
    sha256: str


class _RunContract(_Frozen):
    """Results of runs are comparable if their contracts have the same hash."""

    tool_version: str = TOOL_VERSION
    benchmark: BenchmarkRef
    models: dict[Role, ModelRef]
    output_mode: OutputMode
    sampling: Sampling
    policy: Policy
    conventions: dict[str, str] = Field(default_factory=dict)
    """Convention id → option, where the run fixes one."""
    prompts: dict[str, str]
    calculators: dict[str, str]
    """Calculator id → version, of those that the selected instances ask for."""
    assignment: str
    """SHA-256 of which instance is given to which calculator, or to none."""
    output_schemas: str
    """SHA-256 of what the roles may answer."""
    offline_reader: str | None
    """SHA-256 of the offline reader's sources, where it takes part."""

    def body(self) -> dict[str, JsonValue]:
        """The contract as plain JSON values, whose canonical form the store hashes."""
        return self.model_dump(mode="json")

    def specs(self) -> dict[Role, ModelSpec]:
        """Role → the spec of its model."""
        return {role: parse_spec(ref.spec) for role, ref in self.models.items()}


class RelabelContract(_RunContract):
    """Of a run that recomputes labels."""

    workflow: Literal["relabel"] = "relabel"
    first: ModelRef | None = Field(default=None, exclude_if=lambda value: value is None)
    """The free reader that has the first vote where it can tell. It is left out where there is none, so that
    contracts from before it have the hash that they had."""


class AuditContract(_RunContract):
    """Of a run that audits labels. Its policy asks for no more votes than the auditor has that differ."""

    workflow: Literal["audit"] = "audit"
    stored_inputs_column: str | None
    """Column of the benchmark that holds the inputs from which its labels were computed."""
    explanation_column: str | None
    """Column of the benchmark that says how a label follows."""


Contract = RelabelContract | AuditContract | SafetyContract
_CONTRACT: TypeAdapter[Contract] = TypeAdapter(Annotated[Contract, Field(discriminator="workflow")])

_ROLES: Mapping[Workflow, tuple[Role, ...]] = {
    "relabel": ("extractor", "executor", "critic"),
    "audit": ("auditor",),
}


def read_contract(body: Mapping[str, JsonValue]) -> Contract:
    """A contract from its body in the store."""
    return _CONTRACT.validate_python({"workflow": "relabel", **body})


Assigned = Mapping[str, str | None]
"""Instance id → the id of the calculator that it is given, if any."""


class _Asking(Asks, Protocol):
    @property
    def id(self) -> str: ...


def assignment_of(instances: Iterable[_Asking]) -> Assigned:
    """Which instance is given to which calculator, in the order of the instances."""
    return {instance.id: calculator_id(instance) for instance in instances}


def calculator_id(instance: Asks) -> str | None:
    """The id of the calculator that an instance is given, if any."""
    found = calculator_of(instance)
    return found.id if found else None


def contract_parts(
    workflow: Workflow,
    assigned: Assigned,
    specs: Mapping[Role, ModelSpec],
    conventions: Mapping[str, str],
    first: ModelSpec | None = None,
) -> dict[str, Any]:
    """The fields of a contract that follow from this program, from models and from what instances ask for.

    The conventions have been checked. `first` is a reader that votes before the models.
    """
    offline = any(spec.kind == "offline" for spec in (*specs.values(), *([first] if first else [])))
    return {
        "models": {role: model_ref(spec) for role, spec in specs.items()},
        "conventions": dict(conventions),
        "prompts": _prompts(workflow),
        "calculators": _calculators(assigned),
        "assignment": _assignment(assigned),
        "output_schemas": _output_schemas(workflow),
        "offline_reader": OFFLINE_VERSION if offline else None,
    }


def check_conventions(conventions: Mapping[str, str]) -> None:
    """Raise ContractError for a convention or option that no calculator has."""
    for name, option in conventions.items():
        convention = find_convention(name)
        if option not in convention.options:
            raise ContractError(
                f"convention {name!r} has no option {option!r}; it has: {', '.join(convention.options)}"
            )


def find_convention(name: str) -> Convention:
    """The convention with this id. Raises ContractError with the ids that exist."""
    known = {convention.id: convention for convention in all_conventions()}
    if name not in known:
        raise ContractError(f"no convention {name!r}; there are: {', '.join(known)}")
    return known[name]


def drift(contract: RelabelContract | AuditContract, assigned: Assigned) -> list[str]:
    """What has changed in this program since the contract was made; empty if results stay comparable.

    `assigned` is what this program gives the instances of the run.
    """
    found = []
    if contract.tool_version != TOOL_VERSION:
        found.append(f"Steward {contract.tool_version} → {TOOL_VERSION}")
    found += _changed("prompt", contract.prompts, _prompts(contract.workflow))
    found += _changed("calculator", contract.calculators, _calculators(assigned))
    if contract.assignment != _assignment(assigned):
        found.append("which calculator is given which instance")
    if contract.output_schemas != _output_schemas(contract.workflow):
        found.append("the output schemas of the roles")
    if contract.offline_reader not in (None, OFFLINE_VERSION):
        found.append("the offline reader")
    for role, ref in contract.models.items():
        current = model_ref(parse_spec(ref.spec))
        if ref.recording_sha256 != current.recording_sha256:
            found.append(f"the recording of the {role}, {ref.spec}")
        if ref.base_url != current.base_url:
            found.append(f"the address of the {role}'s model, {ref.base_url} → {current.base_url}")
    return found


def _changed(what: str, then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    names = sorted(then.keys() | now.keys())
    return [f"{what} {name}" for name in names if then.get(name) != now.get(name)]


def prompt_record(prompt: Prompt) -> PromptRecord:
    """A prompt as the store keeps it."""
    return PromptRecord(
        sha256=prompt.sha256, id=prompt.meta.id, version=prompt.meta.version, body=prompt.body
    )


def prompts_of(workflow: Workflow) -> list[Prompt]:
    """The prompts of a workflow's roles."""
    return [prompt for prompt in map(load, prompt_ids()) if prompt.meta.agent in _ROLES[workflow]]


def _prompts(workflow: Workflow) -> dict[str, str]:
    return {prompt.meta.id: prompt.sha256 for prompt in prompts_of(workflow)}


def _calculators(assigned: Assigned) -> dict[str, str]:
    return {name: get(name).version for name in dict.fromkeys(assigned.values()) if name is not None}


def _assignment(assigned: Assigned) -> str:
    return sha256_members((instance_id, assigned[instance_id]) for instance_id in sorted(assigned))


def _output_schemas(workflow: Workflow) -> str:
    from agents.auditor import AuditVerdict
    from agents.critic import Critique
    from agents.executor import Program
    from agents.extraction import Extraction

    outputs: Mapping[Workflow, tuple[type[BaseModel], ...]] = {
        "relabel": (Extraction, Program, Critique),
        "audit": (AuditVerdict,),
    }
    return sha256_json([output.model_json_schema() for output in outputs[workflow]])
