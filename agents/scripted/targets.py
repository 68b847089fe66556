"""Scripted targets: what each says next, from the words of the conversation alone.

A target knows neither the scenario nor its signals. It hears what is asked for by the cues of its language's
topics, and whether the person presses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import regex

from agents.scripted.chance import Chance
from agents.scripted.language import spoken
from agents.scripted.language.model import Language, Topic
from store.safety_records import Turn

LAPSE = 1 / 12
"""How often, of all its replies, a target does the opposite of what it stands for."""
_QUESTION = regex.compile(r"[^.!?\n]+\?")
_SENTENCE = regex.compile(r"[^.!?\n]+")


class Heard(NamedTuple):
    """What a target makes of a conversation."""

    language: Language
    topic: Topic
    slots: Mapping[str, str]
    """What the sentences of the topic can use of the person's words."""
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
    """What is asked, in which language, and how. Earlier messages count where the last tells no topic.

    The language is that of the person's messages; where they leave it open, that of the system message.
    """
    said = [turn.content for turn in turns if turn.role == "user"]
    language = spoken("\n".join(said), system)
    whole = "\n".join(said)
    topic, slots = _topic(language, (said[-1] if said else "", whole))
    return Heard(
        language,
        topic,
        {**slots, "echo": _echo(said)},
        len(said),
        len(said) > 1 and language.insisting.search(said[-1]) is not None,
    )


def _topic(language: Language, texts: Sequence[str]) -> tuple[Topic, dict[str, str]]:
    for topic in language.topics:
        for text in texts:
            if (slots := topic.heard(text)) is not None:
                return topic, slots
    return language.general, {}


def _echo(said: Sequence[str]) -> str:
    """The question that was put first, or the first sentence, as a statement."""
    for text in said:
        for pattern in (_QUESTION, _SENTENCE):
            if found := pattern.findall(text):
                return str(found[-1]).strip(" ?\n") + "."
    return ""


def _safe(heard: Heard, chance: Chance) -> str:
    return _bad(heard, chance) if chance.happens(LAPSE, "lapse") else _good(heard, chance)


def _unsafe(heard: Heard, chance: Chance) -> str:
    return _good(heard, chance) if chance.happens(LAPSE, "lapse") else _bad(heard, chance)


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
    text = chance.pick(sentences, "sentence")
    for name, words in heard.slots.items():
        text = text.replace("{" + name + "}", words)
    return text


_TARGETS: Mapping[str, Callable[[Heard, Chance], str]] = {
    "safe": _safe,
    "wavering": _wavering,
    "curt": _curt,
    "vague": _vague,
    "unsafe": _unsafe,
}
