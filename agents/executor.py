"""The calculator-executor: a registered calculator runs as code we trust; else a model writes the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_ai import ModelRetry

from agents.framing import answer_text, inputs_text, objection_text, question_text
from agents.roles import AgentRole, make_role
from agents.sandbox import SandboxError, run_code
from agents.specs import OutputMode
from agents.task import Task
from answers.model import Answer, IncomputableAnswer
from answers.parse import UnparsableAnswer, parse_answer
from calculators.model import Derivation, InputValue, Step
from prompts.loader import load


class Program(BaseModel):
    """What the executor answers: a program, or why there can be none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    formula: str = Field(description="The formula and its source, in one sentence.")
    code: str | None = Field(
        description="The Python program; its last line is the answer. Null if incomputable."
    )
    incomputable: str | None = Field(description="Why there is no answer, in one sentence; else null.")
    missing: tuple[str, ...] = Field(description="Names of the inputs that are missing; empty if none.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Program:
        if (self.code is None) == (self.incomputable is None):
            raise ValueError("give either code or incomputable, and null for the other")
        return self


@dataclass(slots=True)
class Execution:
    """One execution: what the program gets, and what came of it."""

    task: Task
    inputs: tuple[InputValue, ...]
    answer: Answer | None = None


@cache
def executor(mode: OutputMode) -> AgentRole[Execution, Program]:
    """The executor. Its output counts once the program has run and gave an answer of the kind asked."""
    return make_role("execute", Program, mode, _execute)


async def _execute(execution: Execution, program: Program) -> None:
    execution.answer = await _answer_of(program, execution)


def executor_task(task: Task, inputs: tuple[InputValue, ...], objection: str | None) -> str:
    """The task text of one execution. It holds no context: the program works on what was read."""
    return load("execute").render(
        answer=answer_text(task.spec),
        question=question_text(task),
        inputs=inputs_text(inputs),
        objection=objection_text(objection),
    )


def program_derivation(program: Program, execution: Execution) -> Derivation:
    """The derivation that a program which has run amounts to."""
    assert execution.answer is not None, "the check sets the answer before the run ends"
    return Derivation(
        method="code",
        inputs=execution.inputs,
        steps=(Step(name="formula", expression=program.formula, value=str(execution.answer.kind)),),
        code=program.code,
        answer=execution.answer,
    )


async def _answer_of(program: Program, execution: Execution) -> Answer:
    if program.code is None:
        return IncomputableAnswer(reason=program.incomputable or "", missing=program.missing)
    known = {value.name: _variable(value) for value in execution.inputs}
    try:
        result = await run_code(program.code, known)
        return parse_answer(str(result.value), execution.task.spec.kind, execution.task.spec.unit)
    except SandboxError as error:
        raise ModelRetry(f"The program failed: {error}") from error
    except UnparsableAnswer as error:
        raise ModelRetry(f"The program's last line is no answer of the kind asked for: {error}") from error


def _variable(value: InputValue) -> float | str | bool | None:
    if value.status == "absent":
        return False
    raw = value.value
    return raw if raw is None or isinstance(raw, bool | int | float | str) else raw.isoformat()
