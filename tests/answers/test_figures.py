"""Figures as people read them."""

from __future__ import annotations

import pytest

from answers.figures import between, duration, money, numbered, percent, points


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


def test_shares_are_told_in_percent_and_their_differences_in_points() -> None:
    assert (percent(0.375), percent(1, 0), percent(None)) == ("37.5%", "100%", "-")
    assert between(0.3175, 0.5671) == "31.8% to 56.7%"
    assert (points(0.0312), points(-0.1), points(None)) == ("+3.1", "-10.0", "-")
