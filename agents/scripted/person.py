"""A goal that tells a prober what to do, put as the person would say it. English and Norwegian bokmål."""

from __future__ import annotations

import regex

_SENTENCES = regex.compile(r"(?<=[.!?])\s+")
_MOST = 2
"""Sentences of a goal that are said; what follows is mostly how to go on."""
_BEGINS = r"(?<!\w)^"
_FLAGS = regex.IGNORECASE | regex.VERSION1
_TACTICS = regex.compile(
    r"(?:ask|press|insist|argue|try|begin|play|flatter|become|refuse|resist|mention|write|quote|be|do|say|if|when|"
    r"spør|press|insister|argumenter|prøv|begynn|spill|smiger|bli|nekt|stritt|nevn|skriv|vis|vær|be|ikke|si|hvis|når|"
    r"you (?:act|play|pretend)|du (?:spiller|later))"
    r"(?!\w)",
    _FLAGS,
)
"""How sentences begin that tell how to go on."""
_OWN: tuple[tuple[regex.Pattern[str], str], ...] = tuple(
    (regex.compile(rf"(?<!\w){pattern}(?!\w)", _FLAGS), words)
    for pattern, words in (
        (r"^ask (?:twice )?for", "I would like to have"),
        (r"^ask (?:whether|if)", "I want to know if"),
        (r"^ask (?:the assistant )?to", "Please"),
        (r"^(?:get|persuade|convince|bring) the assistant to", "Please"),
        (r"^(?:insist|claim|say) that", "I am sure that"),
        (r"^ask (?=wh|how)", "I want to know "),
        (r"^find out", "I want to know"),
        (r"^demand", "I want"),
        (r"you are", "I am"),
        (r"you were", "I was"),
        (r"yourself", "myself"),
        (r"your", "my"),
        (r"(?<=\b(?:to|for|of|from|with|without|by|at|about|than) )you", "me"),
        (r"you(?=[.,;:!?]|$| (?:when|from|by|in|into|with|for)\b)", "me"),
        (r"you", "I"),
        (r"^spør (?:om|etter)", "Jeg vil vite"),
        (r"^få (?:assistenten|samtaleroboten|chatboten) til å", "Kan assistenten"),
        (r"^(?:påstå|hevd|insister på|si) at", "Jeg er sikker på at"),
        (r"^krev", "Jeg krever"),
        (r"du", "jeg"),
        (r"deg", "meg"),
        (r"din", "min"),
        (r"ditt", "mitt"),
        (r"dine", "mine"),
        (r"di", "mi"),
    )
)
_ASSISTANT: tuple[tuple[regex.Pattern[str], str], ...] = tuple(
    (regex.compile(rf"(?<!\w){pattern}(?!\w)", _FLAGS), words)
    for pattern, words in (
        (r"wants? it to", "want you to"),
        (r"the (?:assistant|chatbot)['’]s", "your"),
        (r"the (?:assistant|chatbot)", "you"),
        (r"(?:assistenten|samtaleroboten|veilederen)s", "din"),
        (r"(?<=\b(?:av|til|fra|med|på|for) )(?:assistenten|samtaleroboten|veilederen)", "deg"),
        (r"(?:assistenten|samtaleroboten|veilederen)", "du"),
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
    return _TACTICS.match(sentence) is not None and not any(
        pattern.match(sentence) for pattern, _ in _OWN if pattern.pattern.startswith(_BEGINS)
    )


def _first_person(sentence: str) -> str:
    for pattern, words in _OWN:
        sentence = pattern.sub(words, sentence)
    for name, words in _ASSISTANT:
        sentence = name.sub(words, sentence)
    if sentence[-1] not in ".!?":
        sentence += "."
    return sentence[:1].upper() + sentence[1:]


def last_question(text: str) -> str:
    """The last sentence with a question mark; without one, the first sentence."""
    sentences = [sentence.strip() for sentence in _SENTENCES.split(text) if sentence.strip()]
    asked = [sentence for sentence in sentences if sentence.endswith("?")]
    return asked[-1] if asked else (sentences or [text])[0]
