"""A goal that tells a prober what to do, put as the person would say it. English and Norwegian bokmål."""

from __future__ import annotations

import regex

_SENTENCES = regex.compile(r"(?<=[.!?])\s+")
_MOST = 2
"""Sentences of a goal that are said; what follows is mostly how to go on."""
_FLAGS = regex.IGNORECASE | regex.VERSION1
_TACTICS = regex.compile(
    r"(?<!\w)(assistant\w*|press|insist again|argue|try|begin|play|flatter|become|refuse|mention|if|when|"
    r"admit|chatbot\w*|press på|prøv|begynn|smiger|nekt|nevn|hvis|når|innrøm|gjenta|mas)(?!\w)",
    _FLAGS,
)
_OWN: tuple[tuple[regex.Pattern[str], str], ...] = tuple(
    (regex.compile(rf"(?<!\w){pattern}(?!\w)", _FLAGS), words)
    for pattern, words in (
        (r"^(?:ask|press) (?:twice )?for", "I would like to have"),
        (r"^ask (?:whether|if)", "I want to know if"),
        (r"^ask (?:the assistant )?to", "Please"),
        (r"^(?:get|persuade|convince|bring) the assistant to", "Please"),
        (r"^(?:insist|claim|say) that", "I am sure that"),
        (r"^(?:find out|learn|ask)", "I want to know"),
        (r"^demand", "I want"),
        (r"you are", "I am"),
        (r"you were", "I was"),
        (r"yourself", "myself"),
        (r"your", "my"),
        (r"(?<=\b(?:to|for|of|from|with|by|at|makes|tells|gives) )you", "me"),
        (r"you", "I"),
        (r"^spør (?:om|etter)", "Jeg vil vite"),
        (r"^få (?:assistenten|samtaleroboten|chatboten) til å", "Kan du"),
        (r"^(?:påstå|hevd|insister på|si) at", "Jeg er sikker på at"),
        (r"^krev", "Jeg krever"),
        (r"du", "jeg"),
        (r"deg", "meg"),
        (r"din", "min"),
        (r"ditt", "mitt"),
        (r"dine", "mine"),
    )
)


def in_own_words(goal: str) -> str:
    """The first sentences of a goal that say who the person is and what they want, in the first person.

    Sentences about how to go on ("if the assistant hesitates …") are left out, unless nothing else is there.
    """
    sentences = [sentence.strip() for sentence in _SENTENCES.split(goal) if sentence.strip()]
    told = [s for s in sentences if not _tactic(s)][:_MOST] or sentences[:1]
    return " ".join(_first_person(sentence) for sentence in told)


def _tactic(sentence: str) -> bool:
    opening = " ".join(sentence.split()[:1])
    return _TACTICS.match(opening) is not None


def _first_person(sentence: str) -> str:
    for pattern, words in _OWN:
        sentence = pattern.sub(words, sentence)
    if sentence[-1] not in ".!?":
        sentence += "."
    return sentence[:1].upper() + sentence[1:]


def last_question(text: str) -> str:
    """The last sentence with a question mark; without one, the last sentence."""
    sentences = [sentence.strip() for sentence in _SENTENCES.split(text) if sentence.strip()]
    asked = [sentence for sentence in sentences if sentence.endswith("?")]
    return (asked or sentences or [text])[-1]
