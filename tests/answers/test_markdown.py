"""Text that others wrote inside Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answers.markdown import inert, table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b | c", r"a\_b \| c"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("one\n\n# two", r"one \# two"),
        ("see https://x.example or @someone", "see https&#58;//x.example or &#64;someone"),
        ("- 7.5", r"\- 7.5"),
        ("95-97", "95-97"),
    ],
)
def test_markup_is_shown_letter_by_letter(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text())
def test_no_text_leaves_its_line_or_opens_markup(text: str) -> None:
    shown = inert(text)
    assert len(shown.splitlines()) <= 1
    assert not set("`*_[]|$\\").intersection(re.sub(r"\\.", "", shown))
    assert not set("<>@").intersection(shown)


def test_columns_of_figures_are_set_right() -> None:
    assert [*table(("what", "n"), [("a|b", "3")], figures=[1])] == [
        "| what | n |",
        "|---|---:|",
        r"| a\|b | 3 |",
    ]
