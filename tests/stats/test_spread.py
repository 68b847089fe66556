"""Quartiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stats.spread import quartiles


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_quartiles_are_those_of_numpy(values: list[float]) -> None:
    found = quartiles(values)
    assert found is not None
    assert found[:3] == pytest.approx(tuple(np.percentile(values, [25, 50, 75])), rel=1e-9, abs=1e-9)
    assert found.n == len(values)


def test_no_values_have_no_quartiles() -> None:
    assert quartiles([]) is None
