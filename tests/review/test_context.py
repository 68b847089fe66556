"""A note is shown whole, with its offsets, whatever is in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.context import Highlight, Line, Segment, line_number, numbered_lines

HOSTILE = (
    "ab\r\n\n\r\t<script>alert(1)</script>\" onmouseover='x' &amp; é e\u0301 👩‍👩‍👧 ❤️‍🔥 1\u200d0 "
    "\u202e\u2066 \u2028 \ufeff\x00\x7f\x85 שלום \ufffd"
)
notes = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=60)


@st.composite
def highlighted(draw: st.DrawFn) -> tuple[str, list[Highlight]]:
    note = draw(notes.filter(bool))
    spans = draw(
        st.lists(
            st.tuples(st.integers(0, len(note) - 1), st.integers(1, len(note))).filter(lambda s: s[0] < s[1]),
            max_size=8,
        )
    )
    return note, [Highlight(a, b, f"t{n}", "title", f"a{n}") for n, (a, b) in enumerate(spans)]


def segments(lines: tuple[Line, ...]) -> list[Segment]:
    return [segment for line in lines for segment in line.segments]


@given(highlighted())
def test_lines_and_their_ends_are_the_note_and_offsets_are_its_code_points(
    case: tuple[str, list[Highlight]],
) -> None:
    note, highlights = case
    lines = numbered_lines(note, highlights)
    assert "".join(line.text + line.ending for line in lines) == note
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        assert note[line.start :].startswith(line.text + line.ending)
        assert line.ending in ("\n", "\r\n", "\r", "")
        assert not {"\n", "\r"} & set(line.text)
    for segment in segments(lines):
        assert segment.text
        assert note[segment.start : segment.end] == segment.text
    assert len(lines) == 1 + note.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@given(highlighted())
def test_every_character_has_exactly_the_highlights_that_cover_it(case: tuple[str, list[Highlight]]) -> None:
    note, highlights = case
    for segment in segments(numbered_lines(note, highlights)):
        for at in range(segment.start, segment.end):
            assert set(segment.highlights) == {h for h in highlights if h.start <= at < h.end}


@given(highlighted())
def test_each_highlight_can_be_jumped_to_once_at_its_first_visible_character(
    case: tuple[str, list[Highlight]],
) -> None:
    note, highlights = case
    places = [(a, s.start) for s in segments(numbered_lines(note, highlights)) for a in s.anchors]
    for highlight in highlights:
        seen = [at for at in range(highlight.start, highlight.end) if note[at] not in "\r\n"]
        assert [at for anchor, at in places if anchor == highlight.anchor] == seen[:1]


@given(highlighted())
def test_what_is_shown_has_the_note_s_length_and_nothing_that_hides(
    case: tuple[str, list[Highlight]],
) -> None:
    note, highlights = case
    for segment in segments(numbered_lines(note, highlights)):
        shown = "".join(piece.text for piece in segment.pieces)
        assert len(shown) == len(segment.text)
        assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\t"]
        assert not [c for c in shown if unicodedata.bidirectional(c) in ("RLO", "LRO", "RLE", "LRI", "RLI")]
        shown.encode("utf-8")
        for piece in segment.pieces:
            assert piece.hidden or piece.text in segment.text


def test_the_first_and_last_characters_of_lines_are_told_apart() -> None:
    lines = numbered_lines("one\r\n\rthree\n")
    assert [(line.number, line.start, line.text, line.ending) for line in lines] == [
        (1, 0, "one", "\r\n"),
        (2, 5, "", "\r"),
        (3, 6, "three", "\n"),
        (4, 12, "", ""),
    ]
    assert [line_number(lines, at) for at in (0, 3, 4, 5, 6, 11, 12)] == [1, 1, 1, 2, 3, 3, 4]
    assert numbered_lines("") == (Line(1, 0, (), ""),)


def test_overlapping_highlights_cut_the_text_where_they_begin_and_end() -> None:
    outer, inner = Highlight(1, 5, "a", "", "outer"), Highlight(3, 8, "b", "", "inner")
    (line,) = numbered_lines("0123456789", [inner, outer])
    assert [(s.text, s.highlights, set(s.anchors)) for s in line.segments] == [
        ("0", (), set()),
        ("12", (outer,), {"outer"}),
        ("34", (outer, inner), {"inner"}),
        ("567", (inner,), set()),
        ("89", (), set()),
    ]


@pytest.mark.parametrize(
    ("text", "shown", "hidden"),
    [
        ("\u202e", "\ufffd", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2067", "\ufffd", "U+2067 RIGHT-TO-LEFT ISOLATE"),
        ("\x00", "\u2400", "U+0000 control"),
        ("\x1b", "\u241b", "U+001B control"),
        ("\x7f", "\u2421", "U+007F control"),
        ("\u200b\u200b", "\ufffd\ufffd", "U+200B ZERO WIDTH SPACE"),
        (
            "\u2028\u2060\ufeff\u00ad",
            "\ufffd" * 4,
            "U+2028 LINE SEPARATOR, U+2060 WORD JOINER, U+FEFF ZERO WIDTH NO-BREAK SPACE, …",
        ),
    ],
)
def test_a_character_that_cannot_be_seen_is_shown_and_named(text: str, shown: str, hidden: str) -> None:
    (line,) = numbered_lines(f"a{text}b")
    assert [(piece.text, piece.hidden) for piece in line.segments[0].pieces] == [
        ("a", None),
        (shown, hidden),
        ("b", None),
    ]


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️‍🔥", "می‌خواهم", "e\u0301", "שלום", "a\tb", "<b>&amp;\"'"])
def test_emoji_other_scripts_and_markup_stay_as_they_are(text: str) -> None:
    (line,) = numbered_lines(text)
    assert [(piece.text, piece.hidden) for piece in line.segments[0].pieces] == [(text, None)]


def test_a_joiner_between_digits_does_not_hide() -> None:
    (line,) = numbered_lines("1\u200d0 mg")
    assert [piece.hidden for piece in line.segments[0].pieces] == [None, "U+200D ZERO WIDTH JOINER", None]


@pytest.mark.parametrize("span", [(3, 3), (4, 3), (-1, 2)])
def test_a_highlight_of_nothing_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="covers nothing"):
        Highlight(*span, "t", "", "a")


def test_a_highlight_beyond_the_note_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' ends at 4, the note at 3"):
        numbered_lines("abc", [Highlight(0, 4, "t", "", "a")])


@pytest.mark.parametrize(
    "note", ["x" * 1_000_000, "\u202e" * 1_000_000, "a\n" * 200_000], ids=["one line", "unseen", "many lines"]
)
def test_a_megabyte_with_many_highlights_is_put_together_again(note: str) -> None:
    highlights = [Highlight(at, at + 150, "t", "", f"a{at}") for at in range(0, len(note) - 200, 100)]
    lines = numbered_lines(note, highlights)
    length = sum(len(piece.text) for segment in segments(lines) for piece in segment.pieces)
    assert length == len(note) - sum(len(line.ending) for line in lines)
