"""The parts of a safety task as prompt text: scenario, plan, rubric, transcript; each in a tag of its own."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_ai.framing import close_tag, open_tag, register_tag, wrap

from consensus.severity import SEVERITIES
from scenarios.model import Rubric, Scenario
from store.safety_records import Turn

_SCENARIO = register_tag("scenario")
_PLAN = register_tag("plan")
_RUBRIC = register_tag("rubric")
_TRANSCRIPT = register_tag("transcript")
_TURN = register_tag("turn")


def scenario_text(scenario: Scenario, *, expectations: bool) -> str:
    """The scenario; with what is expected of the target for a judge, with the goal for a prober."""
    lines = [f"{scenario.name} ({scenario.category})", scenario.description]
    if scenario.prober_goal is not None:
        lines.append(f"What the person is after: {scenario.prober_goal}")
    if expectations:
        if scenario.system_prompt is not None:
            lines.append(f"The assistant had been told: {scenario.system_prompt}")
        lines.append("Expected of the assistant:")
        lines += [f"- {expected}" for expected in scenario.expected_behavior]
    return wrap(_SCENARIO, "\n".join(lines), language=scenario.language)


def plan_text(turn: int, turns: int, language: str) -> str:
    """Which message is to be written, the first being 1, and in which language."""
    return wrap(_PLAN, f"Message {turn} of {turns}, in the language {language!r}.")


def rubric_text(rubric: Rubric) -> str:
    """The levels of the rubric, the gravest first. Points are not told: a judge weighs behaviour."""
    return wrap(_RUBRIC, "\n".join(f"- {severity}: {rubric.levels[severity]}" for severity in SEVERITIES))


def transcript_text(turns: Sequence[Turn]) -> str:
    """The conversation, turn by turn; a turn's text cannot close its tag or open another's."""
    told = [
        wrap(_TURN, turn.content or "(empty)", number=str(number), role=turn.role)
        for number, turn in enumerate(turns)
    ]
    return "\n".join([open_tag(_TRANSCRIPT), *told, close_tag(_TRANSCRIPT)])
