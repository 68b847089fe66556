"""Names that are shortened can still be told apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answers.text import short_names

NAMES = st.lists(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=80), unique=True
)


@given(NAMES, st.integers(10, 40))
def test_shortened_names_are_as_different_as_whole_ones(names: list[str], width: int) -> None:
    short = short_names(names, width)
    assert list(short) == names
    assert len(set(short.values())) == len(names)


def test_only_what_collides_is_shown_wider() -> None:
    alike = [f"{'a' * 30}{middle}{'z' * 30}" for middle in "xy"]
    assert all(len(short) > 20 for short in short_names(alike, 20).values())
    assert short_names(["a" * 60, "b" * 60], 20) == {name * 60: f"{name * 6}…{name * 13}" for name in "ab"}
