"""What it means that a note does not speak of a finding: absent only where a note of its kind would tell it."""

from __future__ import annotations

from functools import lru_cache

import regex

from agents.offline.findings.lexicon import table_of
from agents.offline.language.silence import TOLD_BY
from calculators.model import InputSpec

_TOLD_BY = {kind: regex.compile(rf"\b(?:{words})\b", regex.IGNORECASE) for kind, words in TOLD_BY.items()}


def unless_silent(context: str, spec: InputSpec) -> str | None:
    """Why the silence of a note on a finding leaves it open; None where it means that there is none.

    Where a finding is required, silence is simply a missing input. Otherwise the note must tell of that kind of
    thing: a note without any history does not say that there was no stroke.
    """
    kind = table_of(spec)[spec.name].kind
    if spec.absent == "required":
        return f"{spec.label}: a judgement that the note does not state" if kind == "judgement" else None
    if _tells(context, kind):
        return None
    return f"{spec.label}: the note tells nothing of this kind, so that silence does not exclude it"


@lru_cache(maxsize=64)
def _tells(context: str, kind: str) -> bool:
    return kind not in _TOLD_BY or _TOLD_BY[kind].search(context) is not None
