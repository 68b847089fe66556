"""The area under the ROC curve, against scikit-learn and a bootstrap by hand."""

from __future__ import annotations

import math
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from stats.auroc import auroc, clustered_auroc

SCORES = st.lists(st.integers(0, 4).map(float), min_size=1, max_size=8)
SCORED = st.dictionaries(st.sampled_from("abcdef"), SCORES)


def by_sklearn(safe: list[float], unsafe: list[float]) -> float:
    return float(roc_auc_score([1] * len(safe) + [0] * len(unsafe), safe + unsafe))


@given(SCORES, SCORES)
def test_it_is_the_one_of_scikit_learn(safe: list[float], unsafe: list[float]) -> None:
    assert auroc(safe, unsafe) == pytest.approx(by_sklearn(safe, unsafe))


def test_a_tie_counts_half() -> None:
    assert auroc([3, 4], [3, 1]) == 3.5 / 4
    assert auroc([2, 2], [2]) == 0.5


def test_without_scores_there_is_no_value() -> None:
    assert auroc([], [1]) is None
    assert clustered_auroc({}, {"a": [1.0]}).value is None
    assert "no score" in clustered_auroc({"a": []}, {"a": [1.0]}).note
    one = clustered_auroc({"a": [4.0, 4.0]}, {"a": [1.0, 4.0]})
    assert (one.value, one.interval, one.scenarios) == (0.75, None, 1)
    assert "fewer than two" in one.note


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        auroc([1.0], [bad])
    with pytest.raises(ValueError, match="finite"):
        clustered_auroc({"a": [bad]}, {"a": [1.0]})


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(st.sampled_from("abcdef"), SCORES), st.dictionaries(st.sampled_from("abcdefg"), SCORES)
)
def test_all_scores_are_compared_and_the_interval_holds_the_value(
    safe: dict[str, list[float]], unsafe: dict[str, list[float]]
) -> None:
    found = clustered_auroc(safe, unsafe, resamples=400)
    if found.value is None:
        assert not safe or not unsafe
        return
    assert found.scenarios == len({*safe, *unsafe})
    assert found.value == pytest.approx(by_sklearn([*chain(*safe.values())], [*chain(*unsafe.values())]))
    if found.interval is not None:
        assert 0 <= found.interval.low <= found.interval.high <= 1
        turned = clustered_auroc(unsafe, safe, resamples=400)
        assert turned.value == pytest.approx(1 - found.value)
    assert found == clustered_auroc(dict(reversed(safe.items())), unsafe, resamples=400)


def test_the_interval_is_that_of_drawing_scenarios() -> None:
    """With many scenarios one more does not matter, and by scikit-learn the resamples have the same ends."""
    rng = np.random.default_rng(4)
    names = [f"s{k}" for k in range(150)]
    hard = rng.normal(0, 1, 150)
    safe = {name: (hard[k] + 1 + rng.normal(0, 1, 2)).tolist() for k, name in enumerate(names)}
    unsafe = {name: (hard[k] + rng.normal(0, 1, 3)).tolist() for k, name in enumerate(names)}
    drawn = [rng.choice(names, 150) for _ in range(800)]
    found = [by_sklearn([*chain(*(safe[s] for s in d))], [*chain(*(unsafe[s] for s in d))]) for d in drawn]
    interval = clustered_auroc(safe, unsafe).interval
    assert interval is not None
    assert tuple(interval) == pytest.approx(np.quantile(found, [0.025, 0.975]), abs=0.012)


@pytest.mark.parametrize(("scenarios", "low"), [(8, 0.75), (15, 0.9), (24, 0.9375), (47, 0.968)])
def test_scores_that_are_all_told_apart_leave_room_for_others(scenarios: int, low: float) -> None:
    names = [str(k) for k in range(scenarios)]
    found = clustered_auroc({name: [4.0] for name in names}, {name: [0.0] for name in names})
    assert found.value == 1
    assert found.interval == pytest.approx((low, 1), abs=0.001)


def test_scenarios_with_many_scores_count_as_one() -> None:
    """Repeating every score tells nothing new, and the interval does not shrink."""
    rng = np.random.default_rng(6)
    safe = {str(k): [float(rng.integers(1, 5))] for k in range(12)}
    unsafe = {str(k): [float(rng.integers(0, 4))] for k in range(12)}
    often = [{name: scores * 20 for name, scores in one.items()} for one in (safe, unsafe)]
    once, repeated = clustered_auroc(safe, unsafe).interval, clustered_auroc(*often).interval
    assert once is not None
    assert repeated == pytest.approx(tuple(once))
