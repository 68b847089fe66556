"""What a program is given, and what its result amounts to."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.profiles import ModelProfile

from agents.errors import FailedVoteError
from agents.executor import Execution, Program, executor, executor_task, program_derivation
from agents.roles import run_role
from agents.task import Task
from answers.model import AnswerKind, AnswerSpec, DateAnswer, IncomputableAnswer, IntegerAnswer, NumberAnswer
from calculators.model import InputValue


def execution(kind: AnswerKind, *inputs: InputValue) -> Execution:
    task = Task("r", "i", "1", "a secret note", "How many?", AnswerSpec(kind=kind))
    return Execution(task=task, inputs=inputs)


def given(name: str, value: Any) -> InputValue:
    return InputValue(name=name, status="present", value=value)


def program(code: str | None, incomputable: str | None = None) -> Program:
    return Program(formula="as asked", code=code, incomputable=incomputable, missing=())


async def run(one: Program, work: Execution) -> Execution:
    """The program as the model's only answer."""

    def reply(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        return ModelResponse(parts=[TextPart(one.model_dump_json())])

    model = FunctionModel(reply, profile=ModelProfile(supports_json_schema_output=True))
    await run_role(executor("native"), "task", work, model, None)
    return work


def answer_of(code: str, work: Execution) -> Any:
    return asyncio.run(run(program(code), work)).answer


@pytest.mark.parametrize(
    ("code", "kind", "inputs", "expected"),
    [
        ("a / b", "number", {"a": 15.0, "b": 4.0}, NumberAnswer(value=3.75)),
        ("import math\nmath.ceil(a)", "integer", {"a": 2.2}, IntegerAnswer(value=3)),
        (
            "import datetime\nd = datetime.date.fromisoformat(start) + datetime.timedelta(days=21)\nstr(d)",
            "date",
            {"start": dt.date(2024, 1, 19)},
            DateAnswer(value=dt.date(2024, 2, 9)),
        ),
        ("1 if smoker else 0", "integer", {"smoker": True}, IntegerAnswer(value=1)),
    ],
)
def test_programs_run_on_what_was_read(
    code: str, kind: AnswerKind, inputs: dict[str, Any], expected: Any
) -> None:
    work = execution(kind, *(given(name, value) for name, value in inputs.items()))
    assert answer_of(code, work) == expected


def test_absent_is_false_and_not_mentioned_is_none() -> None:
    work = execution(
        "text",
        InputValue(name="smoker", status="absent"),
        InputValue(name="weight", status="not_mentioned"),
    )
    assert answer_of("str(smoker) + str(weight)", work).value == "FalseNone"


@pytest.mark.parametrize("code", ["1 / 0", "a +", "unknown_name", "'many'", "None", "float('nan')"])
def test_a_program_without_an_answer_is_no_answer(code: str) -> None:
    work = execution("number", given("a", 1.0))
    with pytest.raises(FailedVoteError):
        answer_of(code, work)
    assert work.answer is None


def test_an_execution_says_how_it_came_about() -> None:
    work = execution("number", given("a", 15.0))
    answer_of("a * 2", work)
    derivation = program_derivation(program("a * 2"), work)
    assert derivation.method == "code"
    assert derivation.code == "a * 2"
    assert derivation.answer == NumberAnswer(value=30)
    assert derivation.inputs == work.inputs


def test_incomputable_is_an_answer_with_its_reason() -> None:
    work = execution("number")
    asyncio.run(run(program(None, "the weight is nowhere"), work))
    assert work.answer == IncomputableAnswer(reason="the weight is nowhere")


@pytest.mark.parametrize(("code", "incomputable"), [(None, None), ("1", "cannot")])
def test_a_program_is_code_or_a_reason(code: str | None, incomputable: str | None) -> None:
    with pytest.raises(ValidationError):
        program(code, incomputable)


def test_the_executor_does_not_see_the_note() -> None:
    work = execution("number", given("a", 15.0))
    text = executor_task(work.task, work.inputs, "the objection")
    assert "secret" not in text
    assert "a: 15.0" in text
    assert "the objection" in text
