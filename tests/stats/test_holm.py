"""Holm's adjustment, against statsmodels and its author's example."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from stats.holm import holm

P = st.floats(0, 1)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)  # statsmodels takes 0.05 s
@given(st.lists(P, min_size=1, max_size=12))
def test_it_is_the_one_of_statsmodels(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert adjusted == pytest.approx(list(multipletests(p_values, method="holm")[1]))
    assert all(a is not None and p <= a <= 1 for p, a in zip(p_values, adjusted, strict=True))


@given(st.lists(st.one_of(st.none(), P), max_size=12))
def test_tests_that_were_not_made_do_not_count(p_values: list[float | None]) -> None:
    adjusted = holm(p_values)
    assert [a is None for a in adjusted] == [p is None for p in p_values]
    assert [a for a in adjusted if a is not None] == holm([p for p in p_values if p is not None])


def test_steps_down_and_never_turns_back() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.03125, None, 0.21875]) == [0.0625, None, 0.21875]
    assert holm([0.02, 0.02]) == [0.04, 0.04]
    assert holm([]) == []


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_what_is_no_p_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, bad])
