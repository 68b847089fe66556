"""Slots on an event loop whose time is skipped: their order, what cancelling does, and what a server sees."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.limiter import Limiter, limiter_for, limiters
from agents.specs import ClientOptions, Limits
from tests.agents.fake_time import run_in_fake_time


def limited(max_requests: int | None = None, rpm: float | None = None, tpm: float | None = None) -> Limiter:
    return Limiter("here", ClientOptions(limits=Limits(max_requests=max_requests, rpm=rpm, tpm=tpm)))


async def clock() -> float:
    return asyncio.get_running_loop().time()


class Server:
    """Takes so many requests at once and rejects those above; a reply takes `latency_s`."""

    def __init__(self, at_once: int, latency_s: float = 2.0) -> None:
        self.at_once, self.latency_s = at_once, latency_s
        self.now = self.most = self.served = self.rejected = 0

    async def ask(self) -> int:
        self.now += 1
        try:
            if self.now > self.at_once:
                self.rejected += 1
                await asyncio.sleep(0.01)
                return 429
            self.most = max(self.most, self.now)
            await asyncio.sleep(self.latency_s)
            self.served += 1
            return 200
        finally:
            self.now -= 1


async def until_served(limiter: Limiter, server: Server) -> None:
    """One logical request with the retries of a transport."""
    for attempt in range(100):
        async with limiter.slot() as slot:
            status = await server.ask()
            slot.answered(status)
        if status == 200:
            return
        await asyncio.sleep(min(60, 2**attempt) + random.random())
    raise AssertionError("never served")


@pytest.mark.parametrize(("at_once", "count"), [(3, 300), (30, 3000), (330, 9900)])
def test_a_server_with_a_limit_of_its_own_is_kept_busy_and_seldom_rejects(at_once: int, count: int) -> None:
    server = Server(at_once)

    async def main() -> float:
        limiter = limited()
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(until_served(limiter, server))
        assert limiter.state().rejected == server.rejected
        return await clock()

    took = run_in_fake_time(main)
    assert server.served == count
    assert server.most == at_once
    assert took <= 1.35 * count / at_once * server.latency_s
    assert server.rejected <= 60 + 0.07 * count, "what slow start ran into, and probing"


def test_slots_are_handed_out_in_the_order_in_which_they_were_asked_for() -> None:
    async def main() -> list[int]:
        limiter, order = limited(3), list[int]()

        async def one(number: int) -> None:
            async with limiter.slot() as slot:
                order.append(number)
                await asyncio.sleep(random.random())
                slot.answered(200)

        await asyncio.gather(*map(one, range(50)))
        return order

    assert run_in_fake_time(main) == list(range(50))


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 5),
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3), st.booleans()), max_size=40),
    st.sampled_from([None, 30.0, 600.0]),
)
def test_no_slot_is_lost_and_no_limit_passed_however_requests_are_cancelled(
    cap: int, requests: list[tuple[float, float, bool]], rpm: float | None
) -> None:
    """Each request: when it begins, when after that it is cancelled if it is, and whether it breaks."""

    async def main() -> None:
        limiter = limited(cap, rpm)
        inside = 0

        async def one(begin: float, breaks: bool) -> None:
            nonlocal inside
            await asyncio.sleep(begin)
            async with limiter.slot() as slot:
                inside += 1
                assert inside <= cap
                try:
                    await asyncio.sleep(1)
                    if breaks:
                        raise ValueError
                    slot.answered(200)
                finally:
                    inside -= 1

        tasks = [asyncio.create_task(one(begin, breaks)) for begin, _, breaks in requests]
        for (begin, after, _), task in zip(requests, tasks, strict=True):
            asyncio.get_running_loop().call_later(begin + after, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        state = limiter.state()
        assert (state.in_flight, state.waiting) == (0, 0)
        async with asyncio.timeout(60 * 60), asyncio.TaskGroup() as group:
            for _ in range(2 * cap):
                group.create_task(one(0, False))

    run_in_fake_time(main)


def test_a_waiter_that_is_cancelled_in_the_moment_of_its_turn_passes_it_on() -> None:
    async def main() -> None:
        limiter = limited(1)
        first = limiter.slot()
        await first.__aenter__()

        async def wait() -> None:
            async with limiter.slot():
                pass

        second, third = asyncio.create_task(wait()), asyncio.create_task(wait())
        await asyncio.sleep(0)
        await first.__aexit__(None, None, None)
        second.cancel()
        await asyncio.wait_for(third, 1)
        assert second.cancelled()
        assert limiter.state().in_flight == 0

    run_in_fake_time(main)


async def started_at(limiter: Limiter, count: int, work: Callable[[], Awaitable[None]]) -> list[float]:
    """When each of so many requests got its slot, in seconds."""
    times: list[float] = []

    async def one() -> None:
        async with limiter.slot() as slot:
            times.append(await clock())
            await work()
            slot.answered(200)

    await asyncio.gather(*(one() for _ in range(count)))
    return times


@pytest.mark.parametrize("rpm", [6, 60, 300])
def test_requests_a_minute_are_kept_and_used(rpm: int) -> None:
    async def main() -> list[float]:
        return await started_at(limited(rpm=rpm), 3 * rpm, lambda: asyncio.sleep(1))

    times = run_in_fake_time(main)
    assert max(sum(start <= at < start + 59.999 for at in times) for start in times) <= rpm
    assert times[-1] <= 3 * 60 * 1.01


def test_a_pause_that_the_server_asks_for_holds_new_requests_and_is_bounded() -> None:
    async def main() -> tuple[float, float, str]:
        limiter = Limiter("here", ClientOptions(retry_after_max=120, limits=Limits(max_requests=5)))
        async with limiter.slot() as slot:
            slot.answered(429, 30)
        told = limiter.state().told()
        await started_at(limiter, 1, lambda: asyncio.sleep(0))
        short = await clock()
        async with limiter.slot() as slot:
            slot.answered(429, 3600)
        await started_at(limiter, 1, lambda: asyncio.sleep(0))
        return short, await clock() - short, told

    short, long, told = run_in_fake_time(main)
    assert short == pytest.approx(30)
    assert long == pytest.approx(120)
    assert told == "limit 5 (cap, paused 30 s)"


def test_tokens_are_estimated_and_corrected_by_what_was_used() -> None:
    """6,000 tokens a minute are 100 a second; requests of 200 characters (50 tokens) use 100."""

    async def main() -> float:
        limiter = limited(tpm=6000)

        async def one(max_tokens: int | None) -> None:
            async with limiter.slot(200, max_tokens) as slot:
                slot.answered(200, None, 100)

        for _ in range(10):
            await one(5000)
        corrected = await clock()
        assert corrected == pytest.approx(10, abs=1)
        await asyncio.gather(*(one(None) for _ in range(100)))
        return await clock() - corrected

    assert run_in_fake_time(main) == pytest.approx(100, rel=0.05)


def test_the_mean_of_the_replies_is_what_an_unbounded_one_is_taken_for() -> None:
    async def main() -> float:
        limiter = limited(tpm=6000)
        for _ in range(5):
            async with limiter.slot(400) as slot:
                slot.answered(200, None, 300)  # 100 in, 200 out
        before = await clock()
        async with limiter.slot(0):  # held in flight, so that nothing corrects the estimate
            held = await clock()
            async with limiter.slot(0):
                return await clock() - max(before, held)

    assert run_in_fake_time(main) == pytest.approx(2.0, abs=0.15)


def test_an_account_is_an_address_and_a_key_of_one_loop() -> None:
    options = ClientOptions()

    async def main() -> tuple[Limiter, ...]:
        here = limiter_for("https://models.example:8443/v1", "sk-secret-one", options)
        assert here is limiter_for("https://models.example:8443/v1", "sk-secret-one", options)
        limiter_for("https://models.example:8443/v1", "sk-secret-two", options)
        limiter_for("https://user:sk-secret-two@other.example/v1", "sk-secret-one", options)
        return limiters()

    found = run_in_fake_time(main)
    assert [limiter.name for limiter in found] == ["models.example:8443"] * 2 + ["other.example"]
    assert "secret" not in repr([vars(limiter) for limiter in found])
    assert set(run_in_fake_time(main)).isdisjoint(found)


def test_shares_of_processes_add_up_to_the_limits() -> None:
    whole = Limits(max_requests=10, rpm=90, tpm=4000)
    assert whole.share(4) == Limits(max_requests=2, rpm=22.5, tpm=1000)
    assert Limits(max_requests=2).share(8).max_requests == 1
    assert Limits().share(8) == Limits()


def test_what_became_of_the_limit_is_told_with_reasons() -> None:
    async def main() -> Limiter:
        limiter = limited()
        server = Server(30)
        async with asyncio.TaskGroup() as group:
            for _ in range(200):
                group.create_task(until_served(limiter, server))
        return limiter

    limiter = run_in_fake_time(main)
    changes = [(change.limit, change.reason) for change in limiter.history]
    assert changes[:3] == [(20, "start"), (40, "slow start"), (32, "429")]
    assert [change.at for change in limiter.history] == sorted(change.at for change in limiter.history)
