"""Which section of a note a sentence stands in, where headings part the note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.offline.language.sections import SECTIONS, Section
from agents.offline.note import Sentence

_LONGEST_HEADING = 6


def sections(context: str, sentences: Sequence[Sentence]) -> Iterator[Section]:
    """The section of each sentence, in order.

    A heading ends at a colon or fills its line. One that stands alone holds to the next heading, one with
    text behind it to the end of its line, and one amid a line only for its sentence.
    """
    current: Section = "none"
    holds, end = "", 0
    for sentence in sentences:
        new_line = end == 0 or "\n" in context[end : sentence.tokens[0].start]
        headed = _heading(sentence)
        if headed is not None:
            current, alone = headed
            holds = "on" if alone else "line" if new_line else "sentence"
        elif holds == "sentence" or (holds == "line" and new_line):
            current, holds = "none", ""
        end = sentence.tokens[-1].end
        yield current


def _heading(sentence: Sentence) -> tuple[Section, bool] | None:
    """(section, whether the heading stands alone)."""
    tokens = sentence.tokens
    words: list[str] = []
    for position, token in enumerate(tokens[: _LONGEST_HEADING + 1]):
        if token.text == ":":
            section = SECTIONS.get(" ".join(words))
            return None if section is None else (section, position + 1 == len(tokens))
        if token.kind == "word":
            words.append(token.key)
    alone = sentence.line and len(tokens) <= _LONGEST_HEADING
    section = SECTIONS.get(" ".join(words)) if alone else None
    return None if section is None else (section, True)
