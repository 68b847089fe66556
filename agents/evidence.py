"""Quotes are checked against the text that they claim to come from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from calculators.model import Evidence

_LOOKALIKES = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " "}
)


Where = Literal["context", "question"]


def locate(quote: str, text: str, where: Where = "context") -> Evidence | None:
    """Where `quote` stands in `text`, as evidence whose words are the text's own; None if nowhere.

    The first of its `occurrences` is taken.
    """
    span = next(occurrences(quote, text), None)
    if span is None:
        return None
    start, end = span
    return Evidence(quote=text[start:end], where=where, start=start, end=end)


def occurrences(quote: str, text: str) -> Iterator[tuple[int, int]]:
    """The spans of `text` at which `quote` stands, in order and without overlap.

    Where it stands nowhere letter by letter, runs of white space, and quotation marks and dashes of another
    shape, count as the same, since models normalise them; nothing else does. White space is no quote.
    """
    words = _folded(quote).split()
    if not words:
        return
    if quote in text:
        pattern, searched = re.escape(quote), text
    else:
        pattern, searched = r"\s+".join(re.escape(word) for word in words), _folded(text)
    for match in re.finditer(pattern, searched):
        yield match.span()


def _folded(text: str) -> str:
    """Look-alike characters replaced one for one, so that offsets stay those of the original text."""
    folded = text.translate(_LOOKALIKES)
    composed = unicodedata.normalize("NFC", folded)
    return composed if len(composed) == len(folded) else folded
