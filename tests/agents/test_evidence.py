"""A quote is evidence only where its words stand in the text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.evidence import locate, occurrences

NOTE = "Weight 81 kg – “stable”.\nHeight:  180\u00a0cm. Albumin 3.0 g/dL; albumin 3.0 g/dL again."


@given(st.data())
def test_every_part_of_a_text_is_found_in_it(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(NOTE) - 1))
    end = data.draw(st.integers(start + 1, len(NOTE)))
    quote = NOTE[start:end]
    found = locate(quote, NOTE)
    if quote.strip():
        assert found is not None
        assert NOTE[found.start : found.end] == found.quote == quote
    else:
        assert found is None


@given(st.text(), st.text())
def test_what_is_found_is_always_the_text_s_own_words(quote: str, text: str) -> None:
    found = locate(quote, text)
    if found is not None:
        assert text[found.start : found.end] == found.quote
        assert found.quote.strip()


@pytest.mark.parametrize(
    ("quote", "own"),
    [
        ('Weight 81 kg - "stable"', "Weight 81 kg – “stable”"),
        ("Height: 180 cm", "Height:  180\u00a0cm"),
        ("“stable”. Height:", "“stable”.\nHeight:"),
        ("  81 kg ", "81 kg"),
    ],
)
def test_white_space_quotes_and_dashes_may_differ_in_shape(quote: str, own: str) -> None:
    found = locate(quote, NOTE)
    assert found is not None
    assert found.quote == own


@pytest.mark.parametrize("quote", ["weight 81 kg", "Weight 8 1 kg", "81kg", "", "   ", "Weight … cm", "82"])
def test_nothing_else_may(quote: str) -> None:
    assert locate(quote, NOTE) is None


def test_a_pattern_in_a_quote_is_only_text() -> None:
    assert locate(".*", NOTE) is None
    assert locate("(a+)+$", "x (a+)+$ y") is not None


def test_the_first_of_several_occurrences_is_taken() -> None:
    found = locate("3.0 g/dL", NOTE)
    assert found is not None
    assert found.start == NOTE.index("3.0 g/dL")


def test_all_occurrences_are_found_in_order_and_the_exact_ones_alone_where_there_are_any() -> None:
    assert [NOTE[a:b] for a, b in occurrences("3.0 g/dL", NOTE)] == ["3.0 g/dL"] * 2
    assert list(occurrences("a-b", "a–b a-b a—b a-b")) == [(4, 7), (12, 15)]
    assert list(occurrences("a-b  c", "a–b c, a—b\nc")) == [(0, 5), (7, 12)]
    assert list(occurrences(" ", "a b")) == []


def test_decomposed_letters_are_found_at_their_own_place() -> None:
    """é as one letter in the quote and as two in the text is not the same offset; then it is not found."""
    found = locate("naïve", "a naïve reader")
    assert found is not None
    assert found.start == 2
    other = locate("e\u0301t", "un \u00e9t\u00e9")
    assert other is None or other.quote == "\u00e9t"


@given(
    st.lists(st.sampled_from(["a", "b", "ab", "-"]), min_size=1, max_size=3),
    st.text(alphabet="ab-\u2013 \n\t", max_size=40),
)
def test_white_space_of_any_length_counts_as_one_blank(words: list[str], text: str) -> None:
    quote = " \n ".join(words)  # longer white space than a text of these letters is likely to have
    pattern = r"\s+".join(map(re.escape, words))
    expected = [match.span() for match in re.finditer(pattern, text.replace("\u2013", "-"))]
    exact = [match.span() for match in re.finditer(re.escape(quote), text)]
    assert list(occurrences(quote, text)) == (exact or expected)


def test_a_long_quote_is_sought_once_in_a_long_note_that_repeats_itself() -> None:
    """A search that begins anew at each word would take half a minute."""
    note = "long " * 200_000
    before = time.process_time()
    assert list(occurrences("long " * 10_000 + "day", note)) == []
    assert next(occurrences("long\t" * 100_000, note)) == (0, 499_999)
    assert time.process_time() - before < 3
