"""Cohen's kappa, against scikit-learn, statsmodels and a worked example."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from stats.kappa import Weights, cohen_kappa

SCORES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40).filter(
    lambda pairs: len({score for pair in pairs for score in pair}) > 1
)
WEIGHTS: tuple[Weights, ...] = ("none", "linear", "quadratic")


@settings(deadline=None)
@given(SCORES, st.sampled_from(WEIGHTS))
def test_the_value_is_the_one_of_scikit_learn(pairs: list[tuple[int, int]], weights: Weights) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    named = None if weights == "none" else weights
    other = cohen_kappa_score(a, b, labels=range(5), weights=named)
    assert cohen_kappa(a, b, weights, resamples=10).value == pytest.approx(other, abs=1e-12)


def test_the_interval_is_close_to_the_asymptotic_one_of_statsmodels() -> None:
    # Everitt's standard error holds for many items; these are 400 with κ of about 0.5.
    table = {(0, 0): 150, (1, 1): 120, (0, 1): 50, (1, 0): 30, (2, 2): 30, (1, 2): 10, (2, 0): 10}
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    a, b = zip(*pairs, strict=True)
    other = cohens_kappa(to_table(pairs, 3)[0])
    found = cohen_kappa(a, b)
    assert found.interval == pytest.approx((other.kappa_low, other.kappa_upp), abs=0.015)


def test_a_worked_example() -> None:
    # Two readers say yes or no to 50 grant proposals: 20 times both yes, 15 both no; po = 0.7, pe = 0.5.
    a = ["yes"] * 25 + ["no"] * 25
    b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    found = cohen_kappa(a, b)
    assert found.value == pytest.approx(0.4)
    assert found.n == 50
    assert found.interval is not None
    # √(po qo / n) / (1 − pe), and what an item more that differs takes from it
    assert found.interval == pytest.approx((0.4 - 1.96 * 0.1296, 0.4 + 1.96 * 0.1296), abs=0.06)


def test_weights_are_distances_of_the_values() -> None:
    near, far = cohen_kappa([0, 3, 9], [0, 4, 9], "linear"), cohen_kappa([0, 3, 9], [0, 9, 9], "linear")
    assert near.value is not None
    assert far.value is not None
    assert near.value > far.value


@pytest.mark.parametrize("weights", WEIGHTS)
def test_what_has_no_value_says_why(weights: Weights) -> None:
    assert cohen_kappa([], [], weights) == (None, None, 0, "no item has both ratings")
    same = cohen_kappa([2, 2, 2], [2, 2, 2], weights)
    assert (same.value, same.interval, same.n) == (None, None, 3)
    assert "the same" in same.note
    one = cohen_kappa([1], [2], weights)
    assert (one.value, one.interval) == (0.0, None)
    assert "fewer than 40 items" in one.note
    rare = cohen_kappa([1] * 97 + [2] * 3, [1] * 98 + [2] * 2, weights)
    assert rare.value == pytest.approx(cohen_kappa_score([1] * 97 + [2] * 3, [1] * 98 + [2] * 2))
    assert rare.interval is None
    assert "too few items differ" in rare.note


def test_raters_of_different_items_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        cohen_kappa([1, 2], [1])


def test_the_same_ratings_give_the_same_interval() -> None:
    assert cohen_kappa("aabbab" * 7, "abbbaa" * 7) == cohen_kappa("aabbab" * 7, "abbbaa" * 7)
