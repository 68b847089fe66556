"""Quotes are checked against the text that they claim to come from."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from calculators.model import Evidence

_LOOKALIKES = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " "}
)


Where = Literal["context", "question"]


def locate(quote: str, text: str, where: Where = "context") -> Evidence | None:
    """Where `quote` stands in `text`, as evidence whose words are the text's own; None if nowhere.

    Runs of white space, and quotation marks and dashes of another shape, count as the same, since models
    normalise them; nothing else does. The first occurrence is taken.
    """
    start = text.find(quote)
    if quote.strip() and start >= 0:
        return Evidence(quote=quote, where=where, start=start, end=start + len(quote))
    words = _folded(quote).split()
    if not words:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words)
    match = re.search(pattern, _folded(text))
    if match is None:
        return None
    return Evidence(
        quote=text[match.start() : match.end()], where=where, start=match.start(), end=match.end()
    )


def _folded(text: str) -> str:
    """Look-alike characters replaced one for one, so that offsets stay those of the original text."""
    folded = text.translate(_LOOKALIKES)
    composed = unicodedata.normalize("NFC", folded)
    return composed if len(composed) == len(folded) else folded
