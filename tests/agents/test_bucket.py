"""Any minute holds at most what was asked for."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.bucket import Bucket

rates = st.integers(1, 20_000).map(float)
GAPS = st.lists(st.floats(0, 90), max_size=60)


def taken(bucket: Bucket, costs: list[float], gaps: list[float]) -> list[tuple[float, float]]:
    """(time, cost) of each request, sent as early as the bucket lets it after its gap."""
    now, found = 0.0, []
    for cost, gap in zip(costs, gaps, strict=True):
        now += gap
        while (delay := bucket.delay(now, cost)) > 0:
            now += delay
        bucket.take(now, cost)
        found.append((now, cost))
    return found


def most_in_a_minute(requests: list[tuple[float, float]]) -> float:
    times = [at for at, _ in requests]
    before = [0.0, *accumulate(cost for _, cost in requests)]
    ends = [bisect_left(times, at + 59.999) for at in times]
    return max((before[end] - before[start] for start, end in enumerate(ends)), default=0.0)


@given(rates, GAPS)
def test_no_minute_holds_more_requests(rpm: float, gaps: list[float]) -> None:
    assert most_in_a_minute(taken(Bucket(0.0, rpm), [1.0] * len(gaps), gaps)) <= rpm


@given(rates, st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 90)), max_size=60))
def test_no_minute_holds_more_tokens_but_for_its_largest_request(
    tpm: float, sent: list[tuple[float, float]]
) -> None:
    costs, gaps = [cost for cost, _ in sent], [gap for _, gap in sent]
    bucket = Bucket(0.0, tpm)
    above = max(0.0, max(costs, default=0.0) - bucket.burst)
    assert most_in_a_minute(taken(bucket, costs, gaps)) <= tpm + above + 1


@pytest.mark.parametrize("rpm", [1, 7, 60, 600, 6000])
def test_it_lets_through_nearly_all_that_is_allowed_and_no_more(rpm: int) -> None:
    requests = taken(Bucket(0.0, rpm), [1.0] * 4 * rpm, [0.0] * 4 * rpm)
    assert most_in_a_minute(requests) <= rpm
    assert requests[-1][0] <= 4 * 60 * 1.01


def test_what_was_not_used_lets_the_next_one_through_sooner() -> None:
    bucket = Bucket(0.0, 600)
    bucket.take(0.0, 1000)
    late = bucket.delay(0.0, 1)
    bucket.give_back(0.0, 900)
    assert 0 < bucket.delay(0.0, 1) < late / 5
    bucket.give_back(0.0, -900)
    assert bucket.delay(0.0, 1) == pytest.approx(late)


def test_time_that_stands_still_fills_nothing() -> None:
    bucket = Bucket(5.0, 60)
    bucket.take(5.0, 1)
    assert bucket.delay(5.0, 1) == bucket.delay(4.0, 1) == pytest.approx(1.0)
