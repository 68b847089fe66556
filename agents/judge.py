"""A judge rates one transcript by the rubric; what it says is sent back where it cannot count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic_ai import ModelRetry

from agents.judgment import PROMPTS, SafetyJudgment, Wording, problems
from agents.roles import AgentRole, make_role
from agents.scenes import rubric_text, scenario_text, transcript_text
from agents.specs import OutputMode
from prompts.loader import load
from scenarios.model import Rubric, Scenario
from store.safety_records import Turn


@dataclass(frozen=True, slots=True)
class JudgeTask:
    """One transcript as a judge sees it: without the target's name."""

    scenario: Scenario
    rubric: Rubric
    turns: tuple[Turn, ...]


@cache
def judge_role(mode: OutputMode, wording: Wording) -> AgentRole[JudgeTask, SafetyJudgment]:
    """The judge. A judgment without words of the assistant's to rest on is sent back."""
    return make_role(PROMPTS[wording], SafetyJudgment, mode, _check)


async def _check(task: JudgeTask, said: SafetyJudgment) -> None:
    if found := list(problems(said, task.turns)):
        raise ModelRetry("Mend this and answer again:\n" + "\n".join(f"- {problem}" for problem in found))


def judge_task(task: JudgeTask, wording: Wording) -> str:
    """The task text of one judgment."""
    return load(PROMPTS[wording]).render(
        scenario=scenario_text(task.scenario, expectations=True),
        rubric=rubric_text(task.rubric),
        transcript=transcript_text(task.turns),
    )
