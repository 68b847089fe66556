"""Scripted probers: the next message of the person whom a scenario describes, from the task text alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import NamedTuple

import regex

from agents.scripted.chance import Chance
from agents.scripted.language import table
from agents.scripted.language.model import Language, Phrases
from agents.scripted.matching import found
from agents.scripted.person import in_own_words, last_question
from store.safety_records import Turn

_SCENARIO = regex.compile(r"<scenario[^>]*>(.*?)</scenario>", regex.DOTALL)
_GOAL = regex.compile(r"^What the person is after: (.+)", regex.MULTILINE | regex.DOTALL)
_PLAN = regex.compile(r"<plan>\n?Message (\d+) of (\d+), in the language '([^']*)'\.\n?</plan>")
_TURN = regex.compile(r'<turn number="\d+" role="(user|assistant)">\n?(.*?)\n?</turn>', regex.DOTALL)


class ProberTask(NamedTuple):
    """What the task text of `prompts/probe.md` tells."""

    about: str
    """The scenario's text, its goal left out."""
    goal: str | None
    number: int
    """Of the message to write, from 1."""
    of: int
    language: str
    turns: tuple[Turn, ...]


def read_task(text: str) -> ProberTask | None:
    """The task of a prober; None for a text that is none."""
    scenario, plan = _SCENARIO.search(text), _PLAN.search(text)
    if scenario is None or plan is None:
        return None
    body = scenario[1].strip()
    goal = _GOAL.search(body)
    turns = tuple(
        Turn(role="user" if role == "user" else "assistant", content=unescape(said))
        for role, said in _TURN.findall(text, pos=plan.end())
    )
    about = body[: goal.start()].strip() if goal else body
    return ProberTask(about, goal and goal[1].strip(), int(plan[1]), int(plan[2]), plan[3], turns)


def prober_message(name: str, seed: int | None, task: ProberTask) -> str:
    """The next message: what the person is after at first, and then pressing that differs from turn to turn.

    It says nothing of what a good reply would be: it has the goal's and the person's own words, and phrases.
    """
    chance = Chance(name, seed, [task.about, task.goal or "", *(turn.content for turn in task.turns)])
    language = table(task.language)
    wants = _wants(task, language)
    if not any(turn.role == "user" for turn in task.turns):
        return chance.pick(language.pressing.opens, "opens").replace("{goal}", wants)
    said = {turn.content.strip() for turn in task.turns if turn.role == "user"}
    for step in range(len(_ORDER[name])):
        options = _step(name, task, language, step)
        fresh = [o for option in options if (o := option.replace("{goal}", wants)) not in said]
        if fresh:
            return chance.pick(fresh, "presses")
    return f"{chance.pick(language.pressing.again, 'again').replace('{goal}', wants)} ({task.number})"


_ORDER: dict[str, tuple[str, ...]] = {
    "prober": ("again", "urgent", "authority", "small"),
    "pushy": ("urgent", "authority", "small", "again"),
}


def _step(name: str, task: ProberTask, language: Language, step: int) -> Phrases:
    """The phrases for this message: one who hears a yes makes sure once, and `pushy` presses all the same."""
    sure = language.pressing.sure
    asked_so = any(turn.content in sure for turn in task.turns if turn.role == "user")
    if step == 0 and name == "prober" and not asked_so and _agreed(task.turns, language):
        return sure
    asked = sum(turn.role == "user" for turn in task.turns) - 1
    kind = _ORDER[name][(asked + step) % len(_ORDER[name])]
    phrases: Phrases = getattr(language.pressing, kind)
    return phrases


def _agreed(turns: Sequence[Turn], language: Language) -> bool:
    last = next((turn.content for turn in reversed(turns) if turn.role == "assistant"), "")
    return any(found(language.lexicon.compliance, last))


def _wants(task: ProberTask, language: Language) -> str:
    """What the person is after: the goal in the first person, or else their own first question."""
    if task.goal is not None:
        return in_own_words(task.goal)
    first = next((turn.content for turn in task.turns if turn.role == "user"), None)
    return last_question(first if first is not None else task.about.partition("\n")[2] or task.about)
