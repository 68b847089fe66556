"""Who is sampled."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from consensus.sampling import systematic

SHARES = st.floats(0.0, 1.0)
STARTS = st.floats(0.0, 1.0, exclude_max=True)


@given(st.integers(0, 300), SHARES, STARTS)
def test_a_sample_has_its_share_and_each_stretch_its_part(size: int, share: float, start: float) -> None:
    items = list(range(size))
    sampled = systematic(items, share, start)
    assert sampled == sorted(set(sampled))
    assert abs(len(sampled) - share * size) < 1 + 1e-9
    half = [k for k in sampled if k < size // 2]
    assert abs(len(half) - share * (size // 2)) < 1 + 1e-9


def test_every_item_has_the_same_chance() -> None:
    """Over all starts on a fine grid, each of 23 items is taken in the same part of the draws."""
    share, draws = 0.17, 10_000
    taken = [0] * 23
    for step in range(draws):
        for item in systematic(range(23), share, step / draws):
            taken[item] += 1
    assert all(math.isclose(count / draws, share, abs_tol=2e-3) for count in taken), taken


def test_a_share_of_one_takes_all_and_of_nought_none() -> None:
    assert systematic("abc", 1.0, 0.3) == ["a", "b", "c"]
    assert systematic("abc", 0.0, 0.999) == []
