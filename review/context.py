"""A note as numbered lines of segments, each with the highlights that cover it, for a template to show.

Offsets are code points of the whole note. What a template shows has as many code points as the note: a
character that cannot be seen is replaced by one that can, so that offsets counted in a browser stay right.
"""

from __future__ import annotations

import bisect
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

_LINE_END = regex.compile(r"\r\n|\r|\n")
_JOINERS = r"[\u200c\u200d]"
_UNSEEN = regex.compile(
    r"(?V1)(?:"
    rf"[[\p{{Cc}}\p{{Cf}}\p{{Cs}}\p{{Zl}}\p{{Zp}}\p{{Default_Ignorable_Code_Point}}]--[\t\p{{VS}}]--{_JOINERS}]"
    rf"|(?<![^\x00-\x7f]){_JOINERS}|{_JOINERS}(?![^\x00-\x7f])"
    r")+"
)
"""Controls, marks that change the direction of writing, and other characters that leave no trace.

A joiner between two characters beyond ASCII holds an emoji or the letters of another script together, and
stays; elsewhere it only hides.
"""
_REPLACEMENT = "\ufffd"
_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Highlight:
    """A part of the note to be shown in a tint: note[start:end].

    Args:
        start: first code point.
        end: one past the last; greater than `start`.
        tint: name of the tint, which the style sheet knows.
        title: what it is evidence of, for a tooltip.
        anchor: id of the element at which it begins, to jump to; unique on a page.
        sign: what is shown at its end, so that the tint is not the only thing that tells whose it is.
    """

    start: int
    end: int
    tint: str
    title: str
    anchor: str
    sign: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a highlight from {self.start} to {self.end} covers nothing")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text to be shown as it is, or what stands for characters that cannot be seen and `hidden` names."""

    text: str
    hidden: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """note[start:end], within one line, over which the same highlights hold.

    Args:
        start: first code point.
        text: the note's own text.
        highlights: all that cover it, in the order in which they begin.
        anchors: of the highlights that begin here.
    """

    start: int
    text: str
    highlights: tuple[Highlight, ...] = ()
    anchors: frozenset[str] = frozenset()

    @property
    def end(self) -> int:
        """One past the last code point."""
        return self.start + len(self.text)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text as it is to be shown, with as many code points."""
        return pieces(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line; `ending` is what ends it in the note (empty for the last one)."""

    number: int
    start: int
    segments: tuple[Segment, ...]
    ending: str

    @property
    def text(self) -> str:
        """The line without its end."""
        return "".join(segment.text for segment in self.segments)


def numbered_lines(note: str, highlights: Iterable[Highlight] = ()) -> tuple[Line, ...]:
    """The note's lines from 1; an empty note has one, which is empty.

    Lines end with LF, CRLF or CR. Time and size grow with the note and with what the highlights cover.

    Raises:
        ValueError: a highlight reaches beyond the note.
    """
    sweep = _Sweep(highlights, len(note))
    lines: list[Line] = []
    start = 0
    for match in _LINE_END.finditer(note):
        segments = tuple(sweep.segments(note, start, match.start()))
        lines.append(Line(len(lines) + 1, start, segments, match[0]))
        start = match.end()
    lines.append(Line(len(lines) + 1, start, tuple(sweep.segments(note, start, len(note))), ""))
    return tuple(lines)


def pieces(text: str) -> tuple[Piece, ...]:
    """Any text as it is to be shown, with as many code points."""
    return tuple(_pieces(text))


def line_number(lines: Sequence[Line], offset: int) -> int:
    """The number of the line in which the code point at `offset` stands."""
    return bisect.bisect_right(lines, offset, key=lambda line: line.start)


class _Sweep:
    """Goes through a note once, from left to right, and knows what holds where it stands."""

    def __init__(self, highlights: Iterable[Highlight], length: int) -> None:
        self._starting = sorted(highlights, key=lambda highlight: (highlight.start, -highlight.end))
        for highlight in self._starting:
            if highlight.end > length:
                raise ValueError(
                    f"highlight {highlight.anchor!r} ends at {highlight.end}, the note at {length}"
                )
        self._next = 0
        self._active: tuple[Highlight, ...] = ()
        self._begun: frozenset[str] = frozenset()
        """Anchors of what begins where nothing has been shown yet."""

    def segments(self, note: str, start: int, end: int) -> Iterator[Segment]:
        while start < end:
            self._advance(start)
            changes = [highlight.end for highlight in self._active]
            if self._next < len(self._starting):
                changes.append(self._starting[self._next].start)
            upto = min(end, *changes) if changes else end
            yield Segment(start, note[start:upto], self._active, self._begun)
            self._begun = frozenset()
            start = upto

    def _advance(self, at: int) -> None:
        first = self._next
        while self._next < len(self._starting) and self._starting[self._next].start <= at:
            self._next += 1
        begun = [highlight for highlight in self._starting[first : self._next] if highlight.end > at]
        if begun or any(highlight.end <= at for highlight in self._active):
            self._active = (*(h for h in self._active if h.end > at), *begun)
            self._begun = frozenset(highlight.anchor for highlight in begun)


def _pieces(text: str) -> Iterator[Piece]:
    shown = 0
    for match in _UNSEEN.finditer(text):
        if shown < match.start():
            yield Piece(text[shown : match.start()])
        yield Piece("".join(map(_visible, match[0])), _named(match[0]))
        shown = match.end()
    if shown < len(text):
        yield Piece(text[shown:])


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else _REPLACEMENT


def _named(unseen: str) -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE, U+0000 control`; of many kinds the first three."""
    kinds = list(dict.fromkeys(unseen))
    names = [f"U+{ord(kind):04X} {unicodedata.name(kind, 'control')}" for kind in kinds[:_NAMED_AT_MOST]]
    return ", ".join(names + ["…"] * (len(kinds) > _NAMED_AT_MOST))
