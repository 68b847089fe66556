"""What is said of a whole run from its first threads, against runs that were gone through."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.account import Account
from agents.forecast import FEWEST, Settled

costs = st.lists(st.floats(0, 100), min_size=FEWEST, max_size=80)


@given(costs, st.integers(0, 1000))
def test_the_total_lies_between_its_bounds_and_not_below_what_is_spent(took: list[float], left: int) -> None:
    settled = Settled()
    for each in took:
        settled.add(each)
    found = settled.forecast(left)
    assert found is not None
    assert sum(took) * (1 - 1e-9) <= found.low * (1 + 1e-9) + 1e-9
    assert found.low <= found.total * (1 + 1e-9) + 1e-9
    assert found.total <= found.high * (1 + 1e-9) + 1e-9
    if left == 0:
        assert found == pytest.approx([sum(took)] * 3)


def test_equal_threads_leave_no_doubt() -> None:
    settled = Settled()
    for _ in range(FEWEST):
        settled.add(0.5)
    assert settled.forecast(180) == pytest.approx([100.0] * 3)


def test_too_few_threads_say_nothing() -> None:
    settled = Settled()
    for _ in range(FEWEST - 1):
        settled.add(1)
    assert settled.forecast(10) is None


def test_the_interval_holds_the_total_about_as_often_as_it_says() -> None:
    rng = random.Random(7)
    inside, rounds = 0, 400
    for _ in range(rounds):
        whole = [rng.gammavariate(4, 0.1) for _ in range(300)]
        settled = Settled()
        for each in whole[:60]:
            settled.add(each)
        found = settled.forecast(240)
        assert found is not None
        inside += found.low <= sum(whole) <= found.high
    assert 0.92 <= inside / rounds <= 0.98


def test_what_is_in_flight_is_counted_once_and_what_was_spent_before_stays() -> None:
    account = Account(spent=7.0, tokens=700)
    for number in range(FEWEST):
        account.charge(f"done-{number}", 1.0, 10)
        account.charge(f"done-{number}", 1.0, 10)
        account.settle(f"done-{number}")
    account.charge("open", 1.5, 5)
    found = account.forecast(in_flight=1, waiting=79)
    assert found is not None
    usd, tokens = found
    assert usd.total == pytest.approx(7 + 2 * 100)
    assert tokens.total == pytest.approx(700 + 20 * 100)
    assert account.forecast(in_flight=FEWEST + 1, waiting=0) is None, "the first to end are the short ones"


def test_what_is_not_known_is_not_taken_for_nothing() -> None:
    account = Account()
    account.charge("one", None, 10)
    assert (account.all_priced, account.all_counted, account.tokens) == (False, True, 10)
    account.charge("one", 0.25, None)
    assert (account.all_priced, account.all_counted, account.spent) == (False, False, 0.25)
