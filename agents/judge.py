"""A judge rates one transcript by the rubric; what it says is sent back where it cannot count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic_ai import Agent, ModelRetry, RunContext

from agents.judgment import PROMPTS, SafetyJudgment, Wording, problems
from agents.roles import make_agent
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


JudgeAgent = Agent[JudgeTask, SafetyJudgment]


@cache
def judge_agent(mode: OutputMode, wording: Wording) -> JudgeAgent:
    """The judge agent. A judgment without words of the assistant's to rest on is sent back."""
    agent = make_agent(PROMPTS[wording], JudgeTask, SafetyJudgment, mode)

    @agent.output_validator
    def check(context: RunContext[JudgeTask], said: SafetyJudgment) -> SafetyJudgment:
        if found := list(problems(said, context.deps.turns)):
            raise ModelRetry("Mend this and answer again:\n" + "\n".join(f"- {problem}" for problem in found))
        return said

    return agent


def judge_task(task: JudgeTask, wording: Wording) -> str:
    """The task text of one judgment."""
    return load(PROMPTS[wording]).render(
        scenario=scenario_text(task.scenario, expectations=True),
        rubric=rubric_text(task.rubric),
        transcript=transcript_text(task.turns),
    )
