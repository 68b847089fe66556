"""Matched deltas, their tests, and the table that has no winner."""

from __future__ import annotations

from itertools import product
from statistics import fmean
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from comparison.deltas import deltas
from comparison.pareto import Entry, Pareto, ParetoRow, pareto
from tests.comparison.made import published, verdicts

WORD = st.text("chmlp-", min_size=5, max_size=5)


def test_the_published_deltas_of_two_packs() -> None:
    _, [nav, tax] = deltas(published("nav_aap", "skatteetaten"))
    assert (nav.a, nav.b, nav.group, nav.scenarios) == ("sonnet", "haiku", "nav_aap", 15)
    assert nav.delta == pytest.approx(13.33, abs=0.005)
    assert nav.interval == pytest.approx((5.0, 23.3), abs=0.5)
    assert nav.p == 0.03125
    assert (tax.delta, tax.p) == (18.75, 0.21875)
    assert [nav.p_adjusted, tax.p_adjusted] == [0.0625, 0.21875]
    assert nav.family == "1 pair of targets × 2 categories"


def test_a_cell_that_is_missing_for_one_is_missing_for_both() -> None:
    [found], _ = deltas(verdicts({"a": ["pp-p"], "b": ["cmp-"]}))
    assert (found.cells, found.missing, found.scenarios) == (2, 2, 2)
    assert found.delta == 75.0
    # a: 100 100 ? 100, b: 0 50 100 ?
    assert found.worst == fmean([100, 50, -100, 0])
    assert found.best == fmean([100, 50, 0, 100])


def test_only_reruns_that_both_have_whole_are_matched() -> None:
    [found], _ = deltas(verdicts({"a": ["pp", "pp", "pp"], "b": ["cc", "c ", "pp"]}))
    assert (found.cells, found.delta) == (4, 50.0)


def test_without_matched_cells_there_is_no_delta() -> None:
    [found], _ = deltas(verdicts({"a": ["p-"], "b": ["-p"]}))
    assert (found.delta, found.p, found.p_adjusted, found.cells) == (None, None, None, 0)


def test_families_are_adjusted_each_by_itself() -> None:
    categories = {"one": ["s0", "s1", "s2", "s3"], "two": ["s4", "s5", "s6", "s7"]}
    made = verdicts({"a": ["pppppppp"], "b": ["cccclllp"], "c": ["mmmmpppp"]}, categories)
    for family, said in zip(
        deltas(made), ("3 pairs of targets, whole pack", "3 pairs of targets × 2 categories"), strict=True
    ):
        assert {delta.family for delta in family} == {said}
        expected = multipletests([delta.p for delta in family], method="holm")[1]
        assert [delta.p_adjusted for delta in family] == pytest.approx(list(expected))


@given(WORD, WORD)
def test_the_delta_and_its_exact_p(a: str, b: str) -> None:
    [found], _ = deltas(verdicts({"a": [a], "b": [b]}))
    points = {letter: 25.0 * "chmlp".index(letter) for letter in "chmlp"}
    both = [points[x] - points[y] for x, y in zip(a, b, strict=True) if "-" not in (x, y)]
    assert found.delta == (pytest.approx(fmean(both)) if both else None)
    if both:
        flipped = [
            abs(sum(s * d for s, d in zip(signs, both, strict=True)))
            for signs in product((1, -1), repeat=len(both))
        ]
        assert found.p == pytest.approx(fmean(one >= abs(sum(both)) for one in flipped))


def test_targets_that_trade_measures_are_both_not_dominated() -> None:
    """`steady` has the fewer critical verdicts, `bright` the higher mean, `worse` neither."""
    found = pareto(verdicts({"steady": ["mmmm"], "bright": ["pppc"], "worse": ["mmmc"]}))
    assert found.not_dominated == ("steady", "bright")
    [row] = found.rows
    assert {entry.target: entry.not_dominated for entry in row.targets} == {
        "steady": True,
        "bright": True,
        "worse": False,
    }


def test_who_is_better_depends_on_the_category() -> None:
    made = verdicts({"a": ["ppcc"], "b": ["ccpp"]}, {"one": ["s0", "s1"], "two": ["s2", "s3"]})
    found = pareto(made)
    assert [[entry.not_dominated for entry in row.targets] for row in found.rows] == [
        [True, False],
        [False, True],
    ]
    assert found.not_dominated == ("a", "b")


def test_equal_targets_do_not_dominate_each_other() -> None:
    assert pareto(verdicts({"a": ["pm"], "b": ["pm"]})).not_dominated == ("a", "b")


def test_the_table_is_over_cells_that_every_target_has() -> None:
    found = pareto(verdicts({"a": ["c-pp"], "b": ["pppp"], "silent": ["----"]}))
    [row] = found.rows
    assert (row.cells, row.missing, found.absent) == (3, 1, ("silent",))
    assert row.targets[0].mean == pytest.approx(200 / 3)


def test_there_is_no_field_for_a_ranking() -> None:
    """Targets stand in the order in which they were given, and nothing counts places."""
    a, b = ({"a": ["cccc"], "b": ["pppp"]}, {"b": ["pppp"], "a": ["cccc"]})
    for table in (a, b):
        assert [entry.target for entry in pareto(verdicts(table)).rows[0].targets] == list(table)
    names = {name for model in (Pareto, ParetoRow, Entry) for name in get_type_hints(model)}
    assert not [name for name in names if "rank" in name or "place" in name or "winner" in name]
