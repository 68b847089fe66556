"""Figures as people read them."""

from __future__ import annotations

import pytest

from answers.figures import duration, money, numbered


def test_a_cost_with_unknown_prices_is_a_lower_bound() -> None:
    assert money(0.5, known=True) == "$0.5000"
    assert money(0.5, known=False) == "≥ $0.5000 (some prices unknown)"


@pytest.mark.parametrize(
    ("seconds", "spelled"), [(0, "0:00"), (59.9, "0:59"), (60, "1:00"), (3599, "59:59"), (3723, "1:02:03")]
)
def test_a_time_has_hours_where_there_are_any(seconds: float, spelled: str) -> None:
    assert duration(seconds) == spelled


def test_counts_are_in_their_order() -> None:
    assert numbered({"revised": 4, "confirmed": 1}) == "revised 4, confirmed 1"
    assert numbered({}) == ""
