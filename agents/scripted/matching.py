"""Where the words of signals stand in a text: whole words, in any case, quoted letter for letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from agents.scripted.language.model import Phrases

_FLAGS = regex.IGNORECASE | regex.FULLCASE | regex.VERSION1
_SHAPES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-"})


class Span(NamedTuple):
    """Characters of a text, from `start` to before `end`."""

    start: int
    end: int


def found(phrases: Phrases, text: str) -> Iterator[Span]:
    """The spans of a text at which one of the phrases stands, in order and without overlap.

    A phrase stands there as whole words; `*` at its end stands for any ending. Case, runs of white space, the
    shape of apostrophes and dashes, and whether accents are characters of their own make no difference. A
    phrase without a letter, a digit or a sign matches nothing. Where several begin at one place, the longest
    counts.
    """
    pattern = _pattern(phrases)
    if pattern is None:
        return
    if unicodedata.is_normalized("NFC", text):
        yield from (Span(*match.span()) for match in pattern.finditer(text.translate(_SHAPES)))
        return
    composed, starts = _composed(text)
    for match in pattern.finditer(composed.translate(_SHAPES)):
        yield Span(starts[match.start()], starts[match.end()])


@lru_cache(maxsize=4096)
def _pattern(phrases: Phrases) -> regex.Pattern[str] | None:
    bodies = sorted(filter(None, map(_body, phrases)), key=len, reverse=True)
    return regex.compile("|".join(bodies), _FLAGS) if bodies else None


def _body(phrase: str) -> str:
    """One phrase as a pattern; where it begins or ends with a letter or digit, so does a word."""
    folded = unicodedata.normalize("NFC", phrase).translate(_SHAPES)
    words = folded.rstrip("*").split()
    if not words:
        return ""
    body = r"\s+".join(regex.escape(word) for word in words)
    before = r"(?<!\w)" if _is_word(words[0][0]) else ""
    if folded.endswith("*"):
        return rf"{before}{body}\w*"
    return before + body + (r"(?!\w)" if _is_word(words[-1][-1]) else "")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _composed(text: str) -> tuple[str, list[int]]:
    """The text with accents composed; where each of its characters, and its end, stands in the original."""
    pieces: list[str] = []
    starts: list[int] = []
    for cluster in regex.finditer(r"\X", text):
        piece = unicodedata.normalize("NFC", cluster[0])
        pieces.append(piece)
        starts += [cluster.start()] * len(piece)
    return "".join(pieces), [*starts, len(text)]
