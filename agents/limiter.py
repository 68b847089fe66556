"""Slots for requests to a model server: as many at once, and as many a minute, as its account takes.

An account is an address and who pays there. Every HTTP attempt takes a slot; replies from the ledger do not.
"""

from __future__ import annotations

import asyncio
import hashlib
import math
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from agents.adaptive import AdaptiveLimit, Change, Reason, Sent
from agents.bucket import Bucket
from agents.specs import ClientOptions

CHARACTERS_PER_TOKEN = 4
FIRST_OUTPUT = 500
"""Tokens that a reply is taken to have before there was one."""


@dataclass(frozen=True)
class LimiterState:
    """How an account stands; counts are of this process, and `paused_s` is what is left of a pause."""

    name: str
    limit: int
    reason: Reason
    in_flight: int
    waiting: int
    paused_s: float
    requests: int
    rejected: int
    """Answers with status 429."""

    def told(self) -> str:
        """In a few characters: `limit 42 (429)`."""
        paused = f", paused {self.paused_s:.0f} s" if self.paused_s >= 1 else ""
        return f"limit {self.limit} ({self.reason}{paused})"


class Limiter:
    """The slots of one account on one event loop, handed out in the order in which they were asked for."""

    def __init__(self, name: str, options: ClientOptions) -> None:
        """`name` is for people: the host, and nothing of the key."""
        limits = options.limits
        self.name = name
        now = _now()
        self._limit = AdaptiveLimit(
            now,
            cap=limits.max_requests,
            most=options.max_connections,
            pause_max_s=options.retry_after_max,
        )
        self._requests = Bucket(now, limits.rpm) if limits.rpm is not None else None
        self._tokens = Bucket(now, limits.tpm) if limits.tpm is not None else None
        self._waiting: deque[Slot] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._output = float(FIRST_OUTPUT)
        self._outputs = self._count = 0

    @property
    def history(self) -> tuple[Change, ...]:
        """The latest changes of the limit, the oldest first, with their reasons."""
        return tuple(self._limit.history)

    @property
    def counts_tokens(self) -> bool:
        """Whether slots need to know how large a request is, and what it used."""
        return self._tokens is not None

    def state(self) -> LimiterState:
        """How the account stands now."""
        limit = self._limit
        return LimiterState(
            name=self.name,
            limit=limit.limit,
            reason=limit.history[-1].reason,
            in_flight=limit.in_flight,
            waiting=sum(not slot.turn.cancelled() for slot in self._waiting),
            paused_s=max(0.0, limit.paused_until - _now()),
            requests=self._count,
            rejected=limit.rejected,
        )

    def slot(self, characters: int = 0, max_tokens: int | None = None) -> Slot:
        """A slot for one attempt, for `async with`; waits until the account takes another request.

        Args:
            characters: length of what is sent.
            max_tokens: what the reply may have; None: as many as replies had on average.
        """
        return Slot(self, characters / CHARACTERS_PER_TOKEN, max_tokens)

    async def enter(self, slot: Slot) -> None:
        """Wait for a slot's turn, and start it."""
        self._waiting.append(slot)
        self._hand_out()
        try:
            await slot.turn
        except asyncio.CancelledError:
            if slot.sent is not None:
                self.leave()
            raise

    def leave(self) -> None:
        """One slot is free again."""
        self._limit.end()
        self._hand_out()

    def settle(self, slot: Slot, status: int | None, retry_after_s: float | None, tokens: int | None) -> None:
        """What came of a slot's request."""
        assert slot.sent is not None, "only what was sent is answered"
        now = _now()
        self._limit.answered(slot.sent, now, status, retry_after_s)
        if self._tokens is None or tokens is None:
            return
        self._tokens.give_back(now, slot.cost - tokens)
        self._outputs += 1
        self._output += (max(0.0, tokens - slot.prompt) - self._output) / self._outputs

    def _hand_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            slot = self._waiting[0]
            if not slot.turn.cancelled():
                now = _now()
                if (delay := self._delay(now, slot)) > 0:
                    if delay < math.inf:
                        self._timer = asyncio.get_running_loop().call_later(delay, self._hand_out)
                    return
                self._start(slot, now)
            self._waiting.popleft()

    def _delay(self, now: float, slot: Slot) -> float:
        delay = self._limit.delay(now)
        if self._requests is not None:
            delay = max(delay, self._requests.delay(now, 1))
        if self._tokens is not None:
            delay = max(delay, self._tokens.delay(now, self._cost(slot)))
        return delay

    def _start(self, slot: Slot, now: float) -> None:
        if self._requests is not None:
            self._requests.take(now, 1)
        if self._tokens is not None:
            slot.cost = self._cost(slot)
            self._tokens.take(now, slot.cost)
        slot.sent = self._limit.start(now)
        self._count += 1
        slot.turn.set_result(None)

    def _cost(self, slot: Slot) -> float:
        return slot.prompt + (self._output if slot.max_tokens is None else slot.max_tokens)


def _now() -> float:
    """Seconds of the event loop's clock, which never goes backwards and knows no wall clock."""
    return asyncio.get_running_loop().time()


class Slot:
    """One request's place among those of its account."""

    __slots__ = ("_limiter", "cost", "max_tokens", "prompt", "sent", "turn")

    def __init__(self, limiter: Limiter, prompt: float, max_tokens: int | None) -> None:
        self._limiter = limiter
        self.prompt = prompt
        self.max_tokens = max_tokens
        self.cost = 0.0
        self.sent: Sent | None = None
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        await self._limiter.enter(self)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._limiter.leave()

    def answered(
        self, status: int | None, retry_after_s: float | None = None, tokens: int | None = None
    ) -> None:
        """What came of the attempt; not called for one that was cancelled.

        Args:
            status: of the response, None where the connection failed or the server took too long.
            retry_after_s: what the server said of waiting.
            tokens: that the server says were used, in and out together.
        """
        self._limiter.settle(self, status, retry_after_s, tokens)


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str, ClientOptions], Limiter]] = (
    WeakKeyDictionary()
)


def limiter_for(base_url: str, api_key: str, options: ClientOptions) -> Limiter:
    """The limiter of the account that an address and a key stand for; on one event loop always the same.

    The key is kept as a hash, so that whoever looks at a limiter does not see it.
    """
    payer = hashlib.sha256(api_key.encode()).hexdigest()
    key = (base_url, payer, options)
    found = _limiters.setdefault(asyncio.get_running_loop(), {})
    if key not in found:
        found[key] = Limiter(_host(base_url), options)
    return found[key]


def limiters() -> tuple[Limiter, ...]:
    """Those of the accounts that the running event loop has sent requests to."""
    return tuple(_limiters.get(asyncio.get_running_loop(), {}).values())


def _host(base_url: str) -> str:
    """Host and port of an address, without a user name or a password."""
    return urlsplit(base_url).netloc.rpartition("@")[2]
