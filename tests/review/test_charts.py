"""Where the parts of a drawing lie."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.charts import columns, scale, stacked

counts = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


@given(counts)
def test_the_parts_of_a_bar_fill_it_in_order_and_none_vanishes(values: list[int]) -> None:
    parts = stacked([(str(n), f"fill-{n}", value) for n, value in enumerate(values)], 240.0)
    assert [part.count for part in parts] == [value for value in values if value]
    if not parts:
        return
    assert parts[0].x == 0
    assert parts[-1].x + parts[-1].width == pytest.approx(240, abs=0.05)
    for part, following in itertools.pairwise(parts):
        assert part.x + part.width == pytest.approx(following.x, abs=0.05)
    assert min(part.width for part in parts) >= 1


@given(st.integers(0, 10**7))
def test_an_axis_reaches_the_highest_count_in_a_few_whole_steps(highest: int) -> None:
    axis = scale(highest, 160.0)
    values = [value for value, _ in axis.ticks]
    assert highest <= axis.top
    assert highest > axis.top / 3 or axis.top == 1, "the columns use the height"
    assert values[0] == 0
    assert values[-1] == axis.top
    assert 2 <= len(values) <= 6
    assert len({later - before for before, later in itertools.pairwise(values)}) == 1
    assert (axis.ticks[0][1], axis.ticks[-1][1]) == (160.0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=20))
def test_columns_stand_on_the_ground_side_by_side(values: list[tuple[int, int]]) -> None:
    top = scale(max(map(sum, values)), 160.0).top
    drawn = columns([("bin", (("a", a), ("b", b))) for a, b in values], 560.0, 160.0, top)
    for before, after in itertools.pairwise(drawn):
        assert before.x + before.width <= after.x + 0.02
    for column, (a, b) in zip(drawn, values, strict=True):
        assert sum(tall for _, _, tall in column.parts) == pytest.approx(160 * (a + b) / top, abs=0.05)
        ground = 160.0
        for _, y, tall in column.parts:
            assert y + tall == pytest.approx(ground, abs=0.05)
            ground = y
        assert [fill for fill, _, _ in column.parts] == [
            fill for fill, count in (("a", a), ("b", b)) if count
        ]
