"""The time point that a question asks for: "use the creatinine on the day of discharge"."""

from __future__ import annotations

import regex

from agents.offline.candidate import Candidate
from agents.offline.language.people import SPELLED_NUMBERS
from agents.offline.language.times import NAMED_MOMENTS, ORDINALS
from agents.offline.strategies import STATIC, Offer

_MOMENTS = tuple(
    (moment, regex.compile(rf"\b(?:{words})\b", regex.IGNORECASE)) for moment, words in NAMED_MOMENTS
)
_DAY = regex.compile(
    rf"\bday\s(?:#\s?)?(?P<number>\d{{1,3}}|{'|'.join(SPELLED_NUMBERS)})\b|"
    rf"\b(?P<ordinal>{'|'.join(ORDINALS)})\s(?:(?:hospital|postoperative|post-operative|intensive\scare)\s)?day\b",
    regex.IGNORECASE,
)


def moment(text: str) -> str | None:
    """The time point that words name, in one spelling for all ways to name it; None where they name none."""
    day = _DAY.search(text)
    if day is not None:
        word = (day.group("number") or day.group("ordinal")).casefold()
        number = ORDINALS.get(word) or SPELLED_NUMBERS.get(word) or int(word)
        return f"day {number}"
    return next((name for name, pattern in _MOMENTS if pattern.search(text)), None)


def at_asked_time(question: str, offer: Offer) -> Offer:
    """The candidates of the time point that the question names; all of them where it names none.

    To the strategies that time point is what the presentation is to other questions. An input that the note
    gives at other times only keeps its first candidate, in doubt.
    """
    asked = moment(question)
    if asked is None:
        return offer
    return {name: found if name in STATIC else _of(asked, found) for name, found in offer.items()}


def _of(asked: str, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    told = tuple(c for c in found if c.passage < 0 or c.in_question or _when(c) == asked)
    if not told and asked == "today":
        told = tuple(c for c in found if c.phase == "admission" and moment(c.cue or "") is None)
    if told or not found:
        return tuple(c.at_presentation() for c in told)
    doubt = f"the question asks for {asked}, and the note gives no value that is plainly of that time"
    return (found[0].doubtful(doubt),)


def _when(candidate: Candidate) -> str:
    """The time point of a candidate; what no words place elsewhere is of the presentation."""
    named = moment(candidate.cue or "")
    return named or ("admission" if candidate.phase == "admission" else "")
