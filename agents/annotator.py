"""An annotator produces votes: it extracts, calculates and criticises, one independent sample at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic_ai import Agent
from pydantic_ai.models import Model

from agents.critic import Critique, critic, critic_task
from agents.errors import FailedVoteError, ModelUnavailableError, RequestRejectedError
from agents.executor import Execution, executor, executor_task, program_derivation
from agents.extractor import extractor, extractor_task, to_inputs
from agents.ledger import Ledger, LedgerModel
from agents.models import ModelSpec, Sampling, build_model, close_model, model_settings
from agents.offline.mentions import can_read
from agents.offline.model import OfflineModel
from agents.offline.reader import STRATEGIES
from agents.roles import DepsT, OutputMode, OutputT, run_role
from agents.task import Call, Role, Task
from agents.transport import ClientOptions
from calculators.evaluate import evaluate
from calculators.model import Derivation, InputValue
from calculators.normalise import InvalidInput


class Annotator(Protocol):
    """One source of votes. Every method raises the errors of `agents.errors`."""

    @property
    def samples(self) -> int | None:
        """How many samples differ from each other; None where there is no limit."""
        ...

    def covers(self, task: Task) -> bool:
        """Whether this annotator can vote on the instance at all."""
        ...

    async def extract(self, task: Task, sample: int, objection: str | None) -> tuple[InputValue, ...]:
        """The inputs, three-valued, with located evidence."""
        ...

    async def calculate(
        self, task: Task, sample: int, inputs: tuple[InputValue, ...], objection: str | None
    ) -> Derivation:
        """The derivation whose answer is the vote, unless it names inputs that could not be told."""
        ...

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """What speaks against the derivation."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


@dataclass(frozen=True, slots=True)
class RoleModels:
    """The model of each role, by spec."""

    extractor: ModelSpec
    executor: ModelSpec
    critic: ModelSpec

    def by_role(self) -> Mapping[Role, ModelSpec]:
        """Role → spec."""
        return {"extractor": self.extractor, "executor": self.executor, "critic": self.critic}


class ModelAnnotator:
    """Votes by language models, or by the offline reader in their place, through the ledger."""

    def __init__(
        self,
        specs: RoleModels,
        mode: OutputMode,
        sampling: Sampling,
        ledger: Ledger,
        client: ClientOptions | None = None,
    ) -> None:
        self._specs = specs.by_role()
        self._modes: dict[Role, OutputMode] = {
            role: "native" if spec.kind == "offline" else mode for role, spec in self._specs.items()
        }
        self._sampling = sampling
        self._ledger = ledger
        self._client = client
        self._built: dict[ModelSpec, Model] = {}
        self._offline = tuple(OfflineModel(strategy) for strategy in STRATEGIES)

    @property
    def samples(self) -> int | None:
        """The offline reader has as many samples as strategies; a language model as many as are asked for."""
        return len(STRATEGIES) if self._specs["extractor"].kind == "offline" else None

    def covers(self, task: Task) -> bool:
        """The offline reader writes no programs, and leaves calculators alone whose inputs it cannot miss."""
        if task.calculator is None:
            return "offline" not in (self._specs["extractor"].kind, self._specs["executor"].kind)
        return self._specs["extractor"].kind != "offline" or can_read(task.calculator)

    async def extract(self, task: Task, sample: int, objection: str | None) -> tuple[InputValue, ...]:
        """Ask the extractor, and locate its evidence."""
        agent = extractor(self._modes["extractor"], open_inputs=task.calculator is None)
        prompt_id = "extract_open" if task.calculator is None else "extract"
        call = Call(task.run_id, task.instance_id, sample, "extractor", prompt_id)
        extraction = await self._run(agent, extractor_task(task, objection), task, call)
        inputs = to_inputs(extraction, task)
        if task.calculator is None and (unclear := [i.name for i in inputs if i.status == "unclear"]):
            raise FailedVoteError(f"abstained, since it could not tell {', '.join(unclear)}")
        return inputs

    async def calculate(
        self, task: Task, sample: int, inputs: tuple[InputValue, ...], objection: str | None
    ) -> Derivation:
        """Run the registered calculator; where there is none, the program that the executor writes."""
        if task.calculator is not None:
            try:
                return evaluate(task.calculator, inputs, task.conventions)
            except InvalidInput as error:
                raise FailedVoteError(str(error)) from error
        execution = Execution(task=task, inputs=inputs)
        call = Call(task.run_id, task.instance_id, sample, "executor", "execute")
        agent = executor(self._modes["executor"])
        program = await self._run(agent, executor_task(task, inputs, objection), execution, call)
        return program_derivation(program, execution)

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """Ask the critic."""
        call = Call(task.run_id, task.instance_id, sample, "critic", "critique")
        return await self._run(critic(self._modes["critic"]), critic_task(task, derivation), task, call)

    async def close(self) -> None:
        """Close the models' connections."""
        for model in self._built.values():
            await close_model(model)

    async def _run(self, agent: Agent[DepsT, OutputT], task_text: str, deps: DepsT, call: Call) -> OutputT:
        spec = self._specs[call.role]
        model = LedgerModel(self._base(spec, call.sample), self._ledger, call)
        settings = model_settings(spec, self._sampling, call.sample)
        try:
            return await run_role(agent, task_text, deps, model, settings)
        except RequestRejectedError as error:
            if self._ledger.has_replies(call.role):
                raise
            raise ModelUnavailableError(
                f"{error} (no {call.role} has been answered yet: check the model's name, and whether the "
                "server knows structured output; --output-mode tool or prompted may help)"
            ) from error

    def _base(self, spec: ModelSpec, sample: int) -> Model:
        """Built when first asked for: delivering a decision needs no model, and so no key."""
        if spec.kind == "offline":
            return self._offline[sample % len(self._offline)]
        if spec not in self._built:
            self._built[spec] = build_model(spec, client_options=self._client)
        return self._built[spec]
