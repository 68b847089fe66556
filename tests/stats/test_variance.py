"""Parts of the variance, against statsmodels, an example by hand, and effects that were planted."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from stats.variance import FEW, RESIDUAL, Decomposition, Row, decompose


def crossed(sizes: dict[str, int], replicates: int, seed: int, unit: float = 1.0) -> list[Row]:
    """Scores of every combination of levels, with an effect of each level and pair, and noise."""
    rng = np.random.default_rng(seed)
    own = {name: rng.normal(size=size) for name, size in sizes.items()}
    pair = rng.normal(size=tuple(sizes.values())[:2])
    rows = []
    for cell in product(*(range(size) for size in sizes.values())):
        mean = sum(own[name][level] for name, level in zip(sizes, cell, strict=True)) + pair[cell[:2]]
        levels = {name: f"{name}{level}" for name, level in zip(sizes, cell, strict=True)}
        rows += [Row(levels, unit * float(mean + rng.normal())) for _ in range(replicates)]
    return rows


DESIGNS = st.tuples(
    st.integers(2, 5), st.integers(1, 3), st.integers(1, 3), st.integers(2, 3), st.integers(1, 2)
)


@settings(max_examples=15, deadline=None)
@given(DESIGNS, st.integers(0, 99), st.sampled_from([1.0, 1e6]))
def test_the_squares_are_those_of_statsmodels(sizes: tuple[int, ...], seed: int, unit: float) -> None:
    design = dict(zip(("scenario", "judge", "prober", "target"), sizes[:4], strict=True))
    rows = crossed(design, sizes[4], seed, unit)
    found = decompose(rows, resamples=2)
    crossing = [name for name, size in design.items() if size > 1]
    assert found.left_out == tuple(name for name, size in design.items() if size == 1)
    data = pd.DataFrame([{**row.levels, "value": row.value} for row in rows])
    if len(crossing) == 2 and sizes[4] == 1:
        formula = "value ~ " + " + ".join(crossing)
    else:
        formula = f"value ~ ({' + '.join(crossing)}) ** 2"
    table = anova_lm(ols(formula, data).fit())
    total = table["sum_sq"].sum()
    error = table["sum_sq"]["Residual"] / table["df"]["Residual"]
    assert len(found.effects) == len(table)
    for effect in found.effects:
        name = "Residual" if effect.factors == RESIDUAL else ":".join(effect.factors)
        squares, df = table["sum_sq"][name], table["df"][name]
        assert effect.df == df
        assert effect.squares == pytest.approx(squares, rel=1e-6, abs=1e-9 * total)
        assert effect.eta_squared == pytest.approx(squares / total, abs=1e-9)
        if effect.factors != RESIDUAL:
            assert effect.omega_squared == pytest.approx((squares - df * error) / (total + error), abs=1e-9)
    assert sum(effect.eta_squared or 0 for effect in found.effects) == pytest.approx(1)


def shares(found: Decomposition) -> dict[tuple[str, ...], float | None]:
    return {effect.factors: effect.eta_squared for effect in found.effects}


def test_an_example_by_hand() -> None:
    # Means of targets 3 and 7, of scenarios 4 and 6; the cells leave 1, −1, −1 and 1. Grand mean 5.
    # SS: targets 4·2² = 16, scenarios 4·1² = 4, left 4·1² = 4; total 24. MS residual 4.
    scores = {("A", "x"): 3.0, ("A", "y"): 3.0, ("B", "x"): 5.0, ("B", "y"): 9.0}
    found = decompose([Row({"target": t, "scenario": s}, score) for (t, s), score in scores.items()])
    assert shares(found) == pytest.approx({("target",): 16 / 24, ("scenario",): 4 / 24, RESIDUAL: 4 / 24})
    target = found.of("target")
    assert target is not None
    assert target.omega_squared == pytest.approx((16 - 4) / (24 + 4))
    assert (found.n, found.replicates, found.left_out) == (4, 1, ())
    assert "2 levels of scenario" in found.note
    # The same scores twice: now the pair has the 4 (twice as much), and nothing is left.
    twice = [Row({"target": t, "scenario": s}, score) for (t, s), score in scores.items() for _ in range(2)]
    pair = decompose(twice).of("scenario", "target")
    assert pair is not None
    assert (pair.factors, pair.df) == (("target", "scenario"), 1)
    assert pair.squares == pytest.approx(8)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.randoms())
def test_order_and_origin_play_no_part(seed: int, lot) -> None:  # type: ignore[no-untyped-def]
    rows = crossed({"scenario": 4, "judge": 2, "target": 2}, 2, seed)
    moved = [Row(row.levels, 100 - 3 * row.value) for row in rows]
    lot.shuffle(moved)
    expected, found = decompose(rows, resamples=50), decompose(moved, resamples=50)
    assert shares(found) == pytest.approx(shares(expected))
    for a, b in zip(expected.effects, found.effects, strict=True):
        if a.interval is not None:
            assert b.interval == pytest.approx(a.interval, abs=1e-9)
            assert 0 <= a.interval.low <= a.interval.high <= 1


def test_the_interval_is_that_of_drawing_scenarios() -> None:
    """By the means of the targets in resamples; a scenario that is drawn twice stands there twice."""
    rows = crossed({"scenario": 40, "target": 2, "judge": 2}, 1, 8)
    values = np.array([row.value for row in rows]).reshape(40, 2, 2)
    drawn = values[np.random.default_rng(2).integers(0, 40, (2000, 40))]
    total = ((drawn - drawn.mean(axis=(1, 2, 3), keepdims=True)) ** 2).sum(axis=(1, 2, 3))
    shares = 160 * drawn.mean(axis=(1, 3)).var(axis=1) / total
    target = decompose(rows).of("target")
    assert target is not None
    # ω² is nearly η² here; of 40 scenarios 2.03% are left out at either end
    assert target.interval == pytest.approx(np.quantile(shares, [0.0202, 0.9798]), abs=0.015)


def test_missing_cells_are_named() -> None:
    rows = crossed({"scenario": 3, "judge": 2, "target": 2}, 1, 1)
    with pytest.raises(ValueError, match=r"scores of scenario=scenario1, judge=judge1, target=target0$"):
        decompose([row for row in rows if [*row.levels.values()] != ["scenario1", "judge1", "target0"]])
    with pytest.raises(ValueError, match=r"target=target0 \(1 of 2\); .*and 6 more"):
        decompose([*rows, rows[-1]])


def test_what_cannot_be_decomposed() -> None:
    with pytest.raises(ValueError, match="no scores"):
        decompose([])
    with pytest.raises(ValueError, match="finite"):
        decompose([Row({"target": "A"}, math.nan)])
    with pytest.raises(ValueError, match="factors"):
        decompose([Row({"target": "A"}, 1), Row({"judge": "A"}, 1)])


def test_what_is_missing_is_said() -> None:
    alone = decompose([Row({"target": "A", "scenario": "x"}, value) for value in (1.0, 2.0)])
    assert (alone.effects, alone.left_out) == ((), ("target", "scenario"))
    assert "two levels" in alone.note
    rows = crossed({"scenario": FEW, "target": 2}, 1, 1)
    assert decompose(rows).note == ""
    same = decompose([Row(row.levels, 0.1) for row in rows])
    assert {effect.eta_squared for effect in same.effects} == {None}
    assert same.note == "every score is the same"
    one = decompose([row for row in rows if row.levels["scenario"] == "scenario1"])
    assert one.left_out == ("scenario",)
    assert "two levels of scenario" in one.note
    target = one.of("target")
    assert target is not None
    assert (target.eta_squared, target.omega_squared, target.interval) == (1, None, None)


def test_resamples_in_which_all_scores_are_the_same_are_left_out() -> None:
    """One scenario of three differs, and it is in none of many resamples: these have no shares."""
    rows = [
        Row({"target": target, "judge": judge, "scenario": scenario}, float(scenario == "c"))
        for target in "AB"
        for judge in "JK"
        for scenario in "abc"
    ]
    found = decompose(rows).of("scenario")
    assert found is not None
    assert found.eta_squared == pytest.approx(1)
    assert found.interval is not None
