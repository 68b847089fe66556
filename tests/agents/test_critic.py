"""The critic's verdict is consistent, and an objection reads as one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.profiles import ModelProfile

from agents.critic import Critique, Objection, critic
from agents.errors import FailedVoteError
from agents.roles import run_role
from agents.task import Task
from answers.model import AnswerSpec

TASK = Task("r", "i", "1", "note", "question", AnswerSpec(kind="number"))
OBJECTION = Objection(kind="unit", input="albumin", detail="3.5 mg/dL cannot be.")


def run(*critiques: Critique) -> tuple[Critique, int]:
    """The critic with these answers in turn; its verdict, and how often it was asked."""
    asked = iter(critiques)
    count = 0

    def reply(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        nonlocal count
        count += 1
        return ModelResponse(parts=[TextPart(next(asked).model_dump_json())])

    model = FunctionModel(reply, profile=ModelProfile(supports_json_schema_output=True))
    return asyncio.run(run_role(critic("native"), "task", TASK, model, None)), count


ACCEPT = Critique(verdict="accept", objections=())
OBJECT = Critique(verdict="object", objections=(OBJECTION,))


@pytest.mark.parametrize("critique", [ACCEPT, OBJECT])
def test_a_consistent_verdict_stands(critique: Critique) -> None:
    assert run(critique) == (critique, 1)


@pytest.mark.parametrize(
    "contradiction",
    [Critique(verdict="object", objections=()), Critique(verdict="accept", objections=(OBJECTION,))],
)
def test_a_contradiction_is_asked_about(contradiction: Critique) -> None:
    """It is neither read as acceptance nor as an objection."""
    assert run(contradiction, OBJECT) == (OBJECT, 2)
    with pytest.raises(FailedVoteError):
        run(contradiction, contradiction, contradiction)


def test_an_objection_reads_as_a_sentence() -> None:
    assert str(OBJECTION) == "unit of albumin: 3.5 mg/dL cannot be."
    assert str(OBJECTION.model_copy(update={"input": None})) == "unit: 3.5 mg/dL cannot be."


@pytest.mark.parametrize("kind", ["style", "", "Evidence"])
def test_kinds_are_a_closed_set(kind: Any) -> None:
    with pytest.raises(ValidationError):
        Objection(kind=kind, input=None, detail="x")
