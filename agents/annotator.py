"""An annotator produces votes: it extracts, calculates and criticises, one independent sample at a time."""

from __future__ import annotations

from typing import Protocol

from agents.calling import RoleCalls
from agents.critic import Critique, critic, critic_task
from agents.errors import FailedVoteError
from agents.executor import Execution, executor, executor_task, program_derivation
from agents.extractor import extractor, extractor_task, to_inputs
from agents.ledger import Ledger
from agents.specs import ClientOptions, OutputMode, RoleModels, Sampling
from agents.task import Call, Task
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


class PanelAnnotator:
    """The offline reader's vote first, where it has one, and a model's for all others.

    The reader's strategies share its mistakes, so it has one vote, its first strategy's, as sample 0. It
    votes only where it could tell every input and its own critic does not object; where it does not, the
    model has that sample as well. Nothing is paid for the reader's vote, its critique included.
    """

    def __init__(self, reader: Annotator, model: Annotator) -> None:
        self._reader = reader
        self._model = model
        self._accepted: dict[str, Critique] = {}
        """Instance id → what the reader's critic says of its vote, until that is asked for."""

    @property
    def samples(self) -> int | None:
        """As many as the model's."""
        return self._model.samples

    def covers(self, task: Task) -> bool:
        """Whether the model can vote: it is asked where the reader cannot tell."""
        return self._model.covers(task)

    async def extract(self, task: Task, sample: int, objection: str | None) -> tuple[InputValue, ...]:
        """The reader's inputs as sample 0, else the model's."""
        if sample == 0 and objection is None and self._reader.covers(task):
            inputs = await self._read(task)
            if inputs is not None:
                return inputs
        return await self._model.extract(task, sample, objection)

    async def _read(self, task: Task) -> tuple[InputValue, ...] | None:
        try:
            inputs = await self._reader.extract(task, 0, None)
            derivation = await self._reader.calculate(task, 0, inputs, None)
            if derivation.unclear:
                return None
            verdict = await self._reader.critique(task, 0, derivation)
        except FailedVoteError:
            return None
        if verdict.objections:
            return None
        self._accepted[task.instance_id] = verdict
        return inputs

    async def calculate(
        self, task: Task, sample: int, inputs: tuple[InputValue, ...], objection: str | None
    ) -> Derivation:
        """As the model does: a registered calculator is the same for both."""
        return await self._model.calculate(task, sample, inputs, objection)

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """Of the reader's vote by its own critic, of others by the model's."""
        accepted = self._accepted.pop(task.instance_id, None) if sample == 0 else None
        return accepted or await self._model.critique(task, sample, derivation)

    async def close(self) -> None:
        """Close what both have open."""
        await self._reader.close()
        await self._model.close()


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
        self._calls = RoleCalls(specs.by_role(), mode, sampling, ledger, client)

    @property
    def samples(self) -> int | None:
        """The offline reader has as many samples as strategies; a language model as many as are asked for."""
        return self._calls.samples("extractor")

    def covers(self, task: Task) -> bool:
        """The offline reader writes no programs, and leaves calculators alone whose inputs it cannot miss."""
        if task.calculator is None:
            return not (self._calls.is_offline("extractor") or self._calls.is_offline("executor"))
        if not self._calls.is_offline("extractor"):
            return True
        from agents.offline.mentions import can_read

        return can_read(task.calculator)

    async def extract(self, task: Task, sample: int, objection: str | None) -> tuple[InputValue, ...]:
        """Ask the extractor, and locate its evidence."""
        role = extractor(self._calls.mode("extractor"), open_inputs=task.calculator is None)
        prompt_id = "extract_open" if task.calculator is None else "extract"
        call = Call(task.run_id, task.instance_id, sample, "extractor", prompt_id)
        extraction = await self._calls.run(role, extractor_task(task, objection), task, call)
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
        role = executor(self._calls.mode("executor"))
        program = await self._calls.run(role, executor_task(task, inputs, objection), execution, call)
        return program_derivation(program, execution)

    async def critique(self, task: Task, sample: int, derivation: Derivation) -> Critique:
        """Ask the critic."""
        call = Call(task.run_id, task.instance_id, sample, "critic", "critique")
        role = critic(self._calls.mode("critic"))
        return await self._calls.run(role, critic_task(task, derivation), task, call)

    async def close(self) -> None:
        """Close the models' connections."""
        await self._calls.close()
