"""An annotator produces votes: it extracts, calculates and criticises, one independent sample at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from agents.critic import Critique, critic, critic_task
from agents.errors import FailedVoteError
from agents.executor import Execution, executor, executor_task, program_derivation
from agents.extractor import extractor, extractor_task, to_inputs, unclear_inputs
from agents.ledger import Ledger, LedgerModel
from agents.models import ModelSpec, Sampling, build_model, close_model, model_settings
from agents.offline.mentions import can_read
from agents.offline.model import OfflineModel
from agents.offline.reader import STRATEGIES
from agents.roles import OutputMode, run_role
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
        """The derivation whose answer is the vote."""
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
        role: Role = "extractor"
        agent = extractor(self._modes[role], open_inputs=task.calculator is None)
        prompt_id = "extract_open" if task.calculator is None else "extract"
        model, settings = self._model(task, sample, role, prompt_id)
        extraction = await run_role(agent, extractor_task(task, objection), task, model, settings)
        if unclear := unclear_inputs(extraction, task.calculator):
            raise FailedVoteError(f"abstained, since it could not tell {', '.join(unclear)}")
        return to_inputs(extraction, task)

    async def calculate(
        self, task: Task, sample: int, inputs: tuple[InputValue, ...], objection: str | None
    ) -> Derivation:
        """Run the registered calculator; where there is none, the program that the executor writes."""
        if task.calculator is not None:
            try:
                return evaluate(task.calculator, inputs, task.conventions)
            except InvalidInput as error:
                raise FailedVoteError(str(error)) from error
        role: Role = "executor"
        model, settings = self._model(task, sample, role, "execute")
        execution = Execution(task=task, inputs=inputs)
        program = await run_role(
            executor(self._modes[role]), executor_task(task, inputs, objection), execution, model, settings
        )
        return program_derivation(program, execution)

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """Ask the critic."""
        role: Role = "critic"
        model, settings = self._model(task, sample, role, "critique")
        return await run_role(critic(self._modes[role]), critic_task(task, derivation), task, model, settings)

    async def close(self) -> None:
        """Close the models' connections."""
        for model in self._built.values():
            await close_model(model)

    def _model(self, task: Task, sample: int, role: Role, prompt_id: str) -> tuple[Model, ModelSettings]:
        spec = self._specs[role]
        call = Call(task.run_id, task.instance_id, sample, role, prompt_id)
        model = LedgerModel(self._base(spec, sample), self._ledger, call)
        return model, model_settings(spec, self._sampling, sample)

    def _base(self, spec: ModelSpec, sample: int) -> Model:
        """Built when first asked for: delivering a decision needs no model, and so no key."""
        if spec.kind == "offline":
            return self._offline[sample % len(self._offline)]
        if spec not in self._built:
            self._built[spec] = build_model(spec, client_options=self._client)
        return self._built[spec]
