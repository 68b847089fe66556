"""Agreement between raters."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from stats.agreement import pairwise

RATERS = st.dictionaries(
    st.sampled_from("ABCD"), st.dictionaries(st.sampled_from("uvwxyz"), st.integers(0, 2)), max_size=4
)


def equal(_: str, a: int, b: int) -> bool:
    return a == b


def test_two_raters_are_compared_over_what_both_have_judged() -> None:
    said = {"A": {"x": 1, "y": 2, "z": 3}, "B": {"z": 3, "y": 1, "v": 9}, "C": {"u": 1}}
    (pair,) = pairwise(said, equal)
    assert (pair.a, pair.b, pair.agreed, pair.differing) == ("A", "B", (1, 2), ("y",))


def test_same_is_asked_about_the_item() -> None:
    said = {"A": {"x": 1, "y": 1}, "B": {"x": 2, "y": 2}}
    (pair,) = pairwise(said, lambda item, a, b: item == "x")
    assert pair.differing == ("y",)


@given(RATERS)
def test_every_pair_is_counted_once(said: dict[str, dict[str, int]]) -> None:
    found = {(pair.a, pair.b): pair for pair in pairwise(said, equal)}
    for a, b in combinations(said, 2):
        shared = said[a].keys() & said[b].keys()
        if not shared:
            assert (a, b) not in found
            continue
        pair = found.pop((a, b))
        assert pair.agreed == (sum(said[a][item] == said[b][item] for item in shared), len(shared))
        assert set(pair.differing) == {item for item in shared if said[a][item] != said[b][item]}
    assert not found
