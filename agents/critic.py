"""The critic looks for what would make a derivation's answer wrong, before it counts as a vote."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_ai import ModelRetry

from agents.framing import context_text, definition_text, derivation_text, question_text
from agents.roles import AgentRole, make_role
from agents.specs import OutputMode
from agents.task import Task
from calculators.model import Derivation
from prompts.loader import load

ObjectionKind = Literal[
    "evidence", "unit", "time_point", "missing_input", "applicability", "convention", "calculation"
]


class Objection(BaseModel):
    """One thing that would change the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ObjectionKind
    input: str | None = Field(description="The input that it is about, if it is about one.")
    detail: str = Field(description="What is wrong, and what the text says instead, in one sentence.")

    def __str__(self) -> str:
        return f"{self.kind}{f' of {self.input}' if self.input else ''}: {self.detail}"


class Critique(BaseModel):
    """The critic's verdict on one derivation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["accept", "object"]
    objections: tuple[Objection, ...] = Field(description="Empty if the verdict is accept.")


@cache
def critic(mode: OutputMode) -> AgentRole[Task, Critique]:
    """The critic. A verdict without its objections, or objections without the verdict, is sent back."""
    return make_role("critique", Critique, mode, _check)


async def _check(_: Task, critique: Critique) -> None:
    if (critique.verdict == "object") != bool(critique.objections):
        raise ModelRetry("Give objections exactly if the verdict is 'object'.")


def critic_task(task: Task, derivation: Derivation) -> str:
    """The task text of one critique."""
    return load("critique").render(
        calculator=definition_text(task),
        question=question_text(task),
        derivation=derivation_text(derivation),
        context=context_text(task),
    )
