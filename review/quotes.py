"""From a quote as a browser sends it to evidence in the note, or a sentence that says why it is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from agents.evidence import occurrences
from agents.task import Task
from calculators.model import Evidence
from review.context import Line, line_number, numbered_lines, pieces

_MOST_OCCURRENCES = 50
_LINES_NAMED = 8


class UnfoundQuote(ValueError):  # noqa: N818 - reads as what it is in "except UnfoundQuote"
    """A quote that is no evidence; the message says why and what to do."""


def one_line(quote: str) -> str:
    """A quote as it is shown beside its input: in one line, with every character to be seen."""
    lines = re.split(r"[\r\n]+", quote)
    shown = ("".join(piece.text for piece in pieces(line)) for line in lines)
    return " ".join(" ".join(shown).split())


def find_evidence(task: Task, quote: str, start: str = "", end: str = "", occurrence: str = "") -> Evidence:
    """The evidence that is meant.

    Args:
        task: the note is its context; a quote that is not there may stand in the question.
        quote: as it is shown: white space and characters that cannot be seen need not be the note's.
        start: offset in code points where the quote was selected in the note; empty where it was typed.
        end: one past its last code point.
        occurrence: which one is meant, from 1, where a typed quote stands there several times.

    Raises:
        UnfoundQuote: the quote stands nowhere, or several times and nothing says which is meant.
    """
    selected = _selected(task.context, quote, start, end)
    if selected is not None:
        return selected
    spans = list(islice(occurrences(quote, task.context), _MOST_OCCURRENCES + 1))
    if spans:
        return _evidence(task.context, _one_of(task.context, spans, occurrence))
    spans = list(islice(occurrences(quote, task.question), 1))
    if not spans:
        raise UnfoundQuote("these words are not in the note; copy them from there, letter by letter")
    begin, stop = spans[0]
    return Evidence(quote=task.question[begin:stop], where="question", start=begin, end=stop)


def _selected(note: str, quote: str, start: str, end: str) -> Evidence | None:
    """The evidence at the offsets, unless the quote was changed after they were taken."""
    begin, stop = _offset(start), _offset(end)
    if begin is None or stop is None or not begin < stop <= len(note):
        return None
    words = one_line(note[begin:stop])
    return _evidence(note, (begin, stop)) if words and words == one_line(quote) else None


def _offset(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _evidence(note: str, span: tuple[int, int]) -> Evidence:
    start, end = span
    return Evidence(quote=note[start:end], start=start, end=end)


def _one_of(note: str, spans: Sequence[tuple[int, int]], occurrence: str) -> tuple[int, int]:
    if len(spans) == 1:
        return spans[0]
    if len(spans) > _MOST_OCCURRENCES:
        raise UnfoundQuote(f"these words stand in the note more than {_MOST_OCCURRENCES} times; quote more")
    number = _offset(occurrence.strip())
    if number is not None and 1 <= number <= len(spans):
        return spans[number - 1]
    where = _where(numbered_lines(note), [start for start, _ in spans])
    raise UnfoundQuote(
        f"these words stand in the note {len(spans)} times ({where}); quote more, or say which of them is "
        f"meant by a number from 1 to {len(spans)}"
    )


def _where(lines: Sequence[Line], starts: Sequence[int]) -> str:
    numbers = [str(line_number(lines, start)) for start in starts[:_LINES_NAMED]]
    return f"lines {', '.join(numbers)}{', …' if len(starts) > _LINES_NAMED else ''}"
