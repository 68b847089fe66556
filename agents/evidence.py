"""Quotes are checked against the text that they claim to come from."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from calculators.model import Evidence

_LOOKALIKES = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "\u00a0": " "}
)


Where = Literal["context", "question"]


@lru_cache(maxsize=1024)
def locate(quote: str, text: str, where: Where = "context") -> Evidence | None:
    """Where `quote` stands in `text`, as evidence whose words are the text's own; None if nowhere.

    The first of its `occurrences` is taken. It is kept a while: an extraction is checked and then read, and
    the samples of an instance quote the same.
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
        yield from (match.span() for match in re.finditer(re.escape(quote), text))
    else:
        yield from _alike(" ".join(words), _folded(text))


def _alike(wanted: str, text: str) -> Iterator[tuple[int, int]]:
    """The spans at which `wanted`, with single blanks between its words, stands with any white space there.

    A pattern of words with white space between them would try again from every place where the first words
    stand, on a long note that repeats itself for half a minute. A plain text is found in one pass.
    """
    blanks: list[int] = []  # in the collapsed text, each blank that stands for several
    dropped = [0]
    for run in re.finditer(r"\s{2,}", text):
        blanks.append(run.start() - dropped[-1])
        dropped.append(dropped[-1] + len(run[0]) - 1)
    collapsed = re.sub(r"\s+", " ", text)
    start = collapsed.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        yield start + dropped[bisect_left(blanks, start)], end + dropped[bisect_left(blanks, end - 1)]
        start = collapsed.find(wanted, end)


def _folded(text: str) -> str:
    """Look-alike characters replaced one for one, so that offsets stay those of the original text."""
    folded = text.translate(_LOOKALIKES)
    composed = unicodedata.normalize("NFC", folded)
    return composed if len(composed) == len(folded) else folded
