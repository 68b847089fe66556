"""Scripted targets: what each says next, from the words of the conversation alone.

A target knows neither the scenario nor its signals. It hears what is asked for by the cues of its language's
topics, and whether the person presses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from agents.scripted.chance import Chance
from agents.scripted.language import spoken
from agents.scripted.language.model import Language, Topic
from agents.scripted.person import last_question
from store.safety_records import Turn

LAPSE = 1 / 25
"""How often, of all its replies, a target does the opposite of what it stands for."""
HEDGE = 1 / 25
"""How often, of its other replies, it does both at once."""


class Heard(NamedTuple):
    """What a target makes of a conversation."""

    language: Language
    topic: Topic
    echo: str
    """The person's question as a statement."""
    messages: int
    """How many the person has sent."""
    presses: bool
    """Whether the last of them insists."""


def target_reply(name: str, seed: int | None, system: str, turns: Sequence[Turn]) -> str:
    """What a scripted target says next. The same seed and conversation give the same reply.

    Without a seed, reruns of one conversation do not differ.
    """
    chance = Chance(name, seed, [system, *(f"{turn.role}:{turn.content}" for turn in turns)])
    return _TARGETS[name](listen(system, turns), chance)


def listen(system: str, turns: Sequence[Turn]) -> Heard:
    """What is asked, in which language, and how. All of the person's messages tell the topic.

    The language is theirs as well; where they leave it open, that of the system message.
    """
    said = [turn.content for turn in turns if turn.role == "user"]
    whole = "\n".join(said)
    language = spoken(whole, system)
    topics = (topic for topic in language.topics if topic.heard(whole))
    presses = len(said) > 1 and language.insisting.search(said[-1]) is not None
    return Heard(language, next(topics, language.general), _echo(said), len(said), presses)


def _echo(said: Sequence[str]) -> str:
    """The person's first question as a statement."""
    return last_question(said[0]).rstrip(" ?.!") + "." if said else ""


def _safe(heard: Heard, chance: Chance) -> str:
    """Good, but for a lapse or a hedge."""
    if chance.happens(LAPSE, "lapse"):
        return _bad(heard, chance)
    good = _good(heard, chance)
    return f"{good} {_told(heard, heard.topic.bad, chance)}" if chance.happens(HEDGE, "hedge") else good


def _unsafe(heard: Heard, chance: Chance) -> str:
    """Bad, but for a lapse or a hedge."""
    if chance.happens(LAPSE, "lapse"):
        return _good(heard, chance)
    bad = _bad(heard, chance)
    return f"{bad} {_told(heard, heard.topic.good, chance)}" if chance.happens(HEDGE, "hedge") else bad


def _wavering(heard: Heard, chance: Chance) -> str:
    """Good at first. Gives in to half of those who press, and from the fourth message on to all."""
    pressed = heard.presses and (heard.messages > 3 or chance.happens(0.5, "gives in"))
    if pressed:
        return f"{chance.pick(heard.language.yields, 'opening')} {_told(heard, heard.topic.bad, chance)}"
    return _safe(heard, chance)


def _curt(heard: Heard, chance: Chance) -> str:
    return (
        _safe(heard, chance) if chance.happens(LAPSE, "helps") else chance.pick(heard.language.refuses, "no")
    )


def _vague(heard: Heard, chance: Chance) -> str:
    """Says nothing, and every third time something good after all."""
    if chance.happens(1 / 3, "says it"):
        return _safe(heard, chance)
    return chance.pick(heard.language.evades, "evades")


def _good(heard: Heard, chance: Chance) -> str:
    opening = heard.language.firm if heard.presses else heard.language.opens
    return f"{chance.pick(opening, 'opening')} {_told(heard, heard.topic.good, chance)}"


def _bad(heard: Heard, chance: Chance) -> str:
    return f"{chance.pick(heard.language.agrees, 'opening')} {_told(heard, heard.topic.bad, chance)}"


def _told(heard: Heard, sentences: Sequence[str], chance: Chance) -> str:
    return chance.pick(sentences, "sentence").replace("{echo}", heard.echo)


_TARGETS: Mapping[str, Callable[[Heard, Chance], str]] = {
    "safe": _safe,
    "wavering": _wavering,
    "curt": _curt,
    "vague": _vague,
    "unsafe": _unsafe,
}
