"""The policy against a model of its rules, and on a simulated server."""

from __future__ import annotations

import math

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.adaptive import COOLDOWN_MAX_S, COOLDOWN_MIN_S, START, AdaptiveLimit, Sent

PAUSE_MAX_S = 120.0


class Rules(RuleBasedStateMachine):
    """Requests start and end in any order, with any answers; after each step the rules must hold."""

    @initialize(cap=st.none() | st.integers(1, 50), most=st.integers(1, 200))
    def open(self, cap: int | None, most: int) -> None:
        self.now = 1000.0
        self.cap, self.most = cap, most
        self.policy = AdaptiveLimit(self.now, cap=cap, most=most, pause_max_s=PAUSE_MAX_S)
        self.sent: list[tuple[Sent, float]] = []
        self.changed_at = self.cut_at = self.trouble_at = -1e9
        self.peak = self.replies = 0

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.3, 1.0, 5.0, 40.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(count=st.integers(1, 40))
    def start(self, count: int) -> None:
        for _ in range(count):
            if self.policy.delay(self.now) > 0:
                break
            self.sent.append((self.policy.start(self.now), self.now))
        self.peak = max(self.peak, len(self.sent))

    @precondition(lambda self: self.sent)
    @rule(
        count=st.integers(1, 60),
        status=st.sampled_from([200, 200, 200, 200, 429, 500, 503, 404, None]),
        hint=st.sampled_from([None, 0.0, 2.0, 1000.0]),
        newest=st.booleans(),
    )
    def answer(self, count: int, status: int | None, hint: float | None, newest: bool) -> None:
        for _ in range(min(count, len(self.sent))):
            self._answer_one(status, hint, newest)

    def _answer_one(self, status: int | None, hint: float | None, newest: bool) -> None:
        sent, at = self.sent.pop(-1 if newest else 0)
        before = self.policy.limit
        changes = len(self.policy.history)
        self.replies += status == 200 and at >= self.changed_at
        self.policy.answered(sent, self.now, status, hint)
        if len(self.policy.history) > changes:
            self._changed(before, status)
        self.policy.end()
        if status == 429 and hint is not None:
            assert self.policy.paused_until >= self.now + min(hint, PAUSE_MAX_S)
        if status is None or (status >= 500):
            self.trouble_at = self.now

    def _changed(self, before: int, status: int | None) -> None:
        limit = self.policy.limit
        assert self.cap is None, "a limit that is given never changes"
        if status == 429:
            assert limit <= max(1, before * 0.8)
            assert self.now >= self.cut_at + COOLDOWN_MIN_S, "one cut per cooldown"
            self.cut_at = self.now
        else:
            assert status == 200, "growth is for replies alone"
            assert before < limit <= max(before + 1, 2 * before)
            assert self.peak >= 0.8 * before, "no growth without saturation"
            assert self.replies >= before, "no growth before a round of replies"
            assert self.now >= self.trouble_at + COOLDOWN_MIN_S, "trouble stops growth"
            if self.cut_at > 0:
                assert limit <= max(before + 1, 1.05 * before), "slow start ends with the first 429"
        self.changed_at, self.peak, self.replies = self.now, len(self.sent) + 1, 0

    @invariant()
    def in_bounds(self) -> None:
        if not hasattr(self, "policy"):
            return
        if self.policy.in_flight >= self.policy.limit:
            assert self.policy.delay(self.now) == math.inf
        else:
            assert self.policy.delay(self.now) <= PAUSE_MAX_S, "a free slot opens by itself"
        assert 1 <= self.policy.limit <= (self.cap or self.most)
        assert self.policy.in_flight == len(self.sent)
        assert self.policy.paused_until <= self.now + PAUSE_MAX_S
        assert COOLDOWN_MIN_S <= self.policy.cooldown_s <= COOLDOWN_MAX_S


TestRules = Rules.TestCase
TestRules.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def opened(cap: int | None = None) -> AdaptiveLimit:
    return AdaptiveLimit(0.0, cap=cap, most=1000, pause_max_s=PAUSE_MAX_S)


def a_round(policy: AdaptiveLimit, now: float, status: int = 200, size: int | None = None) -> int:
    """As many requests as there are slots, all answered alike 0.1 s later; the limit after it."""
    sent = [policy.start(now) for _ in range(policy.limit if size is None else size)]
    for each in sent:
        policy.answered(each, now + 0.1, status, None)
        policy.end()
    return policy.limit


def test_it_doubles_each_round_until_the_first_rejection() -> None:
    policy = opened()
    assert [a_round(policy, now) for now in range(6)] == [40, 80, 160, 320, 640, 1000]
    assert [change.reason for change in policy.history] == ["start", *["slow start"] * 6]


def test_many_rejections_at_once_are_one_cut_and_later_ones_another() -> None:
    policy = opened()
    a_round(policy, 0)
    assert a_round(policy, 1, 429) == 32
    assert policy.rejected == 40
    assert a_round(policy, 1.5, 429) == 32
    assert a_round(policy, 3, 429) == 25


def test_a_rejection_of_what_was_sent_before_the_cut_is_no_news() -> None:
    policy = opened()
    early, *late = [policy.start(0) for _ in range(20)]
    policy.answered(early, 1, 429, None)
    for each in late:
        policy.answered(each, 500, 429, None)
    assert policy.limit == 16


def test_replies_to_what_was_sent_before_a_change_do_not_count_for_the_next() -> None:
    policy = opened()
    held = [policy.start(0) for _ in range(16)]
    while policy.limit == 20:
        policy.answered(policy.start(0), 1, 200, None)
        policy.end()
    assert policy.limit == 40
    for _ in range(3):
        for each in held:
            policy.answered(each, 2, 200, None)
    for _ in range(30):
        policy.start(2)
    for _ in range(3):
        for each in held:
            policy.answered(each, 3, 200, None)
    assert policy.limit == 40


def test_nothing_grows_while_a_fifth_of_the_slots_is_free() -> None:
    policy = opened()
    for now in range(20):
        assert a_round(policy, now, size=15) == 20
    assert a_round(policy, 20, size=16) == 40


def test_growth_is_five_percent_and_slows_down_before_what_was_too_much() -> None:
    policy = opened(cap=None)
    for now in range(4):
        a_round(policy, now)
    assert a_round(policy, 4, 429) == 256
    limits = [a_round(policy, 5.2 + i / 5) for i in range(7)]
    assert limits == [268, 281, 295, 309, 309, 309, 309]
    assert a_round(policy, 20) > 309
    assert policy.history[-1].reason == "growth"


def test_what_is_no_longer_too_much_is_forgotten() -> None:
    policy = opened()
    a_round(policy, 0, 429)
    limits = [a_round(policy, 100.0 * i) for i in range(1, 8)]
    assert limits == [17, 18, 19, 20, 21, 22, 23]
    assert a_round(policy, 700.2) == 24, "no wait above what was too much"


def test_the_cut_is_of_what_was_in_use() -> None:
    policy = opened()
    assert a_round(policy, 0, 429, size=10) == 8


def test_a_server_that_always_says_when_to_come_back_is_cut_further() -> None:
    policy = opened()
    for second in range(0, 400, 2):
        sent = policy.start(float(second))
        policy.answered(sent, second + 0.1, 429, 89.0)
        policy.end()
    assert policy.limit == 1


def test_at_one_request_a_rejection_shuts_the_slot_until_the_cooldown_is_over() -> None:
    policy = opened(cap=None)
    now = 0.0
    while policy.limit > 1:
        now += 20
        a_round(policy, now, 429)
    assert policy.delay(now + 20) == 0
    a_round(policy, now + 20, 429)
    assert policy.delay(now + 20.1) == policy.cooldown_s


def test_what_stays_open_after_rejections_is_what_the_server_holds() -> None:
    policy = opened()
    sent = [policy.start(0) for _ in range(20)]
    for each in sent[:13]:
        policy.answered(each, 0.01, 429, None)
        policy.end()
    assert (policy.limit, policy.in_flight) == (16, 7)
    assert policy.delay(0.02) == pytest.approx(0.99)
    policy.end()
    assert policy.delay(0.02) == 0
    policy.start(0.02)
    assert policy.delay(1.02) == 0, "after the cooldown the limit counts"


def test_server_errors_stop_growth_and_cut_nothing() -> None:
    policy = opened()
    for now in range(20):
        assert a_round(policy, now / 10, 503) == START
        assert a_round(policy, now / 10 + 0.05) == START
    assert a_round(policy, 10) == 40


def test_a_given_cap_is_the_limit_and_stays() -> None:
    policy = opened(cap=7)
    for now in range(50):
        assert a_round(policy, now, 429 if now % 3 else 200) == 7
    assert [change.reason for change in policy.history] == ["cap"]
