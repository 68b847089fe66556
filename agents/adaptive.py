"""How many requests an account takes at once, learned from its answers. Events and times in, a limit out.

No clock and no input or output here: times are seconds of any clock that never goes backwards.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

START = 20
"""Requests at once before anything is known of the account."""
CUT = 0.8
GROWTH = 1.05
SATURATED = 0.8
"""Share of the slots that must have been in use for a larger limit to mean anything."""
COOLDOWN_MIN_S, COOLDOWN_MAX_S = 1.0, 15.0
PROBE = 10
"""Cooldowns between two steps that reach what was too much before."""
HISTORY = 200

Reason = Literal["start", "cap", "slow start", "growth", "429"]


@dataclass(frozen=True, slots=True)
class Change:
    """The limit from a time on, and why."""

    at: float
    limit: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was started: when, and under which of the successive limits."""

    at: float
    era: int


class AdaptiveLimit:
    """The limit of requests in flight of one account, and how many are.

    It doubles with every round of replies until the first 429 (slow start). A 429 cuts it to 0.8 of what was
    in use, at most once per cooldown; a cooldown is two round trips, from 1 to 15 seconds. Until that is over
    every 429 also shuts one of the slots that were in use, so that what is open is what the server holds: a
    slot whose requests are rejected at once would else send the next one, and the next. After that the limit
    grows by 5% a round, and only where 80% of the slots were in use since it last changed. A step that
    reaches what was too much before takes ten cooldowns, so that a known limit is probed and not run into
    every few seconds. A 5xx or a lost connection stops growth for a cooldown and cuts nothing. What was sent
    before a change says nothing about the limit after it. `Retry-After` pauses new requests, and has no part
    in the cooldown: a server that says it with every 429 would else hold the limit where it is.
    """

    def __init__(self, now: float, *, cap: int | None, most: int, pause_max_s: float) -> None:
        """`cap` is a limit that is given, and stays; without it the limit is at most `most`."""
        self.limit = min(START, most) if cap is None else cap
        self.in_flight = 0
        self.rejected = 0
        """Answers with status 429 so far."""
        self.paused_until = -math.inf
        """When `Retry-After` is over."""
        self.history: deque[Change] = deque(maxlen=HISTORY)
        self._fixed = cap is not None
        self._most = most
        self._pause_max_s = pause_max_s
        self._slow_start = True
        self._latency_s = 0.0
        self._cuts_again_at = self._grows_again_at = -math.inf
        self._too_much: int | None = None
        self._open = self.limit
        self._era = self._era_of_cut = self._peak = 0
        self._begin(now, self.limit, "start" if cap is None else "cap")

    @property
    def cooldown_s(self) -> float:
        """Seconds after a cut in which there is no other."""
        return min(COOLDOWN_MAX_S, max(COOLDOWN_MIN_S, 2 * self._latency_s))

    def delay(self, now: float) -> float:
        """Seconds until another request may start: 0 for now, infinity until one has ended."""
        if self.in_flight >= self.limit:
            return math.inf
        until = self.paused_until
        if self.in_flight >= self._open:
            until = max(until, self._cuts_again_at)
        return max(0.0, until - now)

    def start(self, now: float) -> Sent:
        """A request takes one of the slots."""
        self.in_flight += 1
        self._peak = max(self._peak, self.in_flight)
        return Sent(now, self._era)

    def end(self) -> None:
        """A request gives its slot back."""
        self.in_flight -= 1

    def answered(self, sent: Sent, now: float, status: int | None, retry_after_s: float | None) -> None:
        """What came of a request that still holds its slot; status None where the connection failed.

        Statuses below 400 are replies. Any other 4xx says nothing about how much the account takes.
        """
        if status == 429:
            self._reject(sent, now, retry_after_s)
        elif status is None or status >= 500:
            self._grows_again_at = max(self._grows_again_at, now + self.cooldown_s)
        elif status < 400:
            self._reply(sent, now)

    def _reject(self, sent: Sent, now: float, retry_after_s: float | None) -> None:
        self.rejected += 1
        if retry_after_s is not None:
            self.paused_until = max(self.paused_until, now + min(retry_after_s, self._pause_max_s))
        if self._fixed:
            return
        if now < self._cuts_again_at:
            self._open -= 1
        elif sent.era >= self._era_of_cut:
            self._cut(now)

    def _cut(self, now: float) -> None:
        self._slow_start = False
        self._too_much = used = min(self.limit, self._peak)
        self._open = used - 1
        self._cuts_again_at = self._grows_again_at = now + self.cooldown_s
        self._begin(now, max(1, math.floor(used * CUT)), "429")
        self._era_of_cut = self._era

    def _reply(self, sent: Sent, now: float) -> None:
        took = now - sent.at
        self._latency_s += (took - self._latency_s) * (0.1 if self._latency_s else 1)
        if self._fixed or self.limit >= self._most or sent.era != self._era:
            return
        self._replies += 1
        saturated = self._peak >= SATURATED * self.limit
        if self._replies >= self.limit and saturated and now >= self._grows_again_at:
            self._grow(now)

    def _grow(self, now: float) -> None:
        if self._slow_start:
            self._begin(now, min(self._most, 2 * self.limit), "slow start")
            return
        target = min(self._most, max(self.limit + 1, math.floor(self.limit * GROWTH)))
        if self._too_much is not None:
            if self.limit >= self._too_much:
                self._too_much = None  # a whole round was answered: it no longer is
            elif target >= self._too_much and now < self.history[-1].at + PROBE * self.cooldown_s:
                return
        self._begin(now, target, "growth")

    def _begin(self, now: float, limit: int, reason: Reason) -> None:
        """A limit begins, with everything that is counted under it."""
        self.limit = limit
        self.history.append(Change(now, limit, reason))
        self._era += 1
        self._replies = 0
        self._peak = self.in_flight
