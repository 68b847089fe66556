"""What the silence of a note on a finding means: absent only where a note of its kind would tell it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

import regex

from agents.offline.candidate import Candidate, of_whole_note
from agents.offline.findings.document import phrases
from agents.offline.findings.lexicon import table_of
from agents.offline.language.lookalikes import SOMETHING_ELSE
from agents.offline.language.silence import TOLD_BY
from agents.offline.language.stems import STEMS
from calculators.model import InputSpec

_TOLD_BY = {kind: regex.compile(rf"\b(?:{words})\b", regex.IGNORECASE) for kind, words in TOLD_BY.items()}

_LOOKALIKES = "|".join(map(regex.escape, phrases(SOMETHING_ELSE)))
_LONGEST_QUOTE = 120
_NOT_ASKED_FOR = ("symptom", "judgement")


def unread(context: str, spec: InputSpec) -> list[Candidate]:
    """A doubt where a note that has none of a finding's terms speaks of it all the same."""
    stems = _stems(spec.name)
    match = stems.search(context) if stems is not None else None
    if match is None:
        return []
    end = match.end()
    while end < len(context) and context[end].isalpha() and end < match.start() + _LONGEST_QUOTE:
        end += 1
    return [
        doubtful(context, spec, match.start(), end, "the note speaks of it in words that were not understood")
    ]


@cache
def _stems(name: str) -> regex.Pattern[str] | None:
    """A finding's stems outside the phrases that mean another thing; made when a note is first read."""
    if name not in STEMS:
        return None
    return regex.compile(rf"\b(?:{_LOOKALIKES})s?\b(*SKIP)(*FAIL)|\b(?:{STEMS[name]})", regex.IGNORECASE)


def doubtful(context: str, spec: InputSpec, start: int, end: int, why: str) -> Candidate:
    """A candidate that says that the note speaks of an input and leaves it open."""
    quote = context[start:end][:_LONGEST_QUOTE]
    return replace(of_whole_note(False, start, start + len(quote)), doubt=f"{spec.label}: {why} ({quote!r})")


def unless_silent(context: str, spec: InputSpec) -> str | None:
    """Why the silence of a note on a finding leaves it open; None where it means that there is none.

    A note must tell of the kind of thing: one without any history does not say that there was no stroke.
    Where a finding is required, silence on an examination, a test or a habit means that it was not asked
    for, so that the input is missing; silence on a symptom or a judgement says nothing.
    """
    kind = table_of(spec)[spec.name].kind
    if spec.absent == "required":
        told = kind not in _NOT_ASKED_FOR
        return None if told else f"{spec.label}: not mentioned, which does not say that there was none"
    if _tells(context, kind):
        return None
    return f"{spec.label}: the note tells nothing of this kind, so that silence does not exclude it"


@lru_cache(maxsize=64)
def _tells(context: str, kind: str) -> bool:
    return kind not in _TOLD_BY or _TOLD_BY[kind].search(context) is not None
