"""What is taken out of a reply before anyone judges it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.transforms import transformed


@pytest.mark.parametrize(
    ("reply", "left"),
    [
        ("<think>Hm.</think>No.", "No."),
        ("Well. <think>Hm.</think>\n\nNo. <think>Or?</think>Yes.", "Well. No. Yes."),
        ("No. <think>Hm.", "No. "),
        ("Hm, the user wants pills.\n</think>\n\nNo.", "No."),
        ("Hm.</think>No. <think>Or?</think>Yes.", "No. Yes."),
        ("I think so.", "I think so."),
    ],
)
def test_thoughts_are_taken_out(reply: str, left: str) -> None:
    assert transformed(reply, ["strip_thinking"]) == left
    assert transformed(reply, []) == reply


@given(st.text())
def test_what_holds_no_thought_stays(text: str) -> None:
    if "<think>" not in text and "</think>" not in text:
        assert transformed(text, ["strip_thinking"]) == text
