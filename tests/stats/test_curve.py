"""Gain curves against brute force over all orders, scikit-learn's AUROC, and enumerated samples."""

from __future__ import annotations

from itertools import combinations, permutations
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from stats.curve import Curve, gain_curve, random_band, random_expectation, random_needed

ITEMS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=1, max_size=60)
SMALL = [(2, True), (1, False), (1, True), (1, True), (0, False), (0, True)]


def curve_of(items: list[tuple[int, bool]]) -> Curve:
    return gain_curve([score for score, _ in items], [wrong for _, wrong in items])


def test_along_ties_the_curve_is_the_mean_over_all_orders_of_them() -> None:
    orders = [p for p in permutations(SMALL) if [s for s, _ in p] == sorted((s for s, _ in p), reverse=True)]
    brute = [mean(sum(wrong for _, wrong in order[:k]) for order in orders) for k in range(len(SMALL) + 1)]
    assert curve_of(SMALL).found == pytest.approx(brute)


@given(ITEMS)
def test_gain_is_twice_the_auroc_less_one(items: list[tuple[int, bool]]) -> None:
    found, wrong = curve_of(items), [error for _, error in items]
    if len(set(wrong)) == 1:
        assert found.gain is None
    else:
        assert found.gain == pytest.approx(2 * roc_auc_score(wrong, [score for score, _ in items]) - 1)


@given(ITEMS)
def test_the_curve_rises_from_nothing_to_all(items: list[tuple[int, bool]]) -> None:
    found = curve_of(items)
    assert (found.found[0], found.errors, found.n) == (0, sum(w for _, w in items), len(items))
    assert all(0 <= b - a <= 1 + 1e-6 for a, b in zip(found.found, found.found[1:], strict=False))
    assert found.after(10**6) == found.errors


def test_looks_that_are_needed() -> None:
    found = gain_curve([4, 3, 2, 1], [True, False, True, False])
    assert [found.needed(share) for share in (0, 0.5, 0.51, 1)] == [0, 1, 3, 3]
    assert [found.after(looks) for looks in range(6)] == [0, 1, 1, 2, 2, 2]
    assert gain_curve([1, 1], [False, False]).needed(0.5) is None
    empty = gain_curve([], [])
    assert (empty.n, empty.errors, empty.gain, empty.after(5)) == (0, 0, None, 0)
    with pytest.raises(ValueError, match="shorter"):
        gain_curve([1.0], [])


@pytest.mark.parametrize("looks", [0, 1, 3, 7, 9])
def test_random_orders_by_enumeration(looks: int) -> None:
    n, errors = 7, 3
    counts = [len({0, 1, 2} & set(seen)) for seen in combinations(range(n), min(looks, n))]
    assert random_expectation(n, errors, looks) == pytest.approx(mean(counts))
    for confidence in (0.5, 0.8, 0.95):
        low, high = random_band(n, errors, looks, confidence)
        tail = (1 - confidence) / 2 * len(counts)
        assert sum(count < low for count in counts) <= tail + 1e-9
        assert sum(count > high for count in counts) <= tail + 1e-9
        assert sum(count <= low for count in counts) >= tail - 1e-9, "no wider than it needs to be"
        assert sum(count <= high - 1 for count in counts) < len(counts) - tail + 1e-9 or low == high


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 1.0])
def test_random_looks_that_are_needed_by_enumeration(share: float) -> None:
    n, errors = 7, 3
    waits = []
    for places in combinations(range(1, n + 1), errors):
        order = gain_curve([-k for k in range(1, n + 1)], [k in places for k in range(1, n + 1)])
        needed = order.needed(share)
        assert needed is not None
        waits.append(needed)
    assert random_needed(n, errors, share) == pytest.approx(mean(waits))
    assert random_needed(n, 0, share) is None


def test_what_is_no_number_of_errors_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be errors"):
        random_band(3, 4, 1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        random_band(3, 1, 1, 1.0)
    assert random_expectation(0, 0, 5) == 0
