"""How many threads are in flight, with servers that take more and less, in time that is skipped."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from agents.account import Account
from agents.limiter import LimiterState
from graphs.engine import Engine
from graphs.runner import FEW, MOST, Ending, Progress, Stop, run_threads
from tests.agents.fake_time import run_in_fake_time


@dataclass
class Stub:
    """An engine whose threads take a second, and whose servers take `slots` requests."""

    slots: tuple[int, ...] = ()
    account: Account = field(default_factory=Account)
    in_flight: int = 0
    most: int = 0

    run = SimpleNamespace(id="run")

    @property
    def crew(self) -> Stub:
        return self

    def limits(self) -> tuple[LimiterState, ...]:
        return tuple(LimiterState("here", slots, "start", 0, 0, 0.0, 0, 0) for slots in self.slots)

    async def start(self, instance_id: str) -> str:
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        self.account.charge(instance_id, 0.5, 10)
        await asyncio.sleep(1)
        self.in_flight -= 1
        return "settled"


def run(stub: Stub, stop: Stop, concurrency: int | None = None, total: int = 1000) -> tuple[Ending, Progress]:
    async def main() -> tuple[Ending, Progress]:
        progress = Progress(total=total, account=stub.account, limits=stub.limits)
        ids = iter([f"id-{number}" for number in range(total)])
        engine = cast(Engine, stub)
        return await run_threads(engine, ids, concurrency=concurrency, progress=progress, stop=stop), progress

    return run_in_fake_time(main)


@pytest.mark.parametrize(
    ("slots", "concurrency", "most"),
    [
        ((), None, FEW),
        ((20,), None, FEW + 20),
        ((20, 30), None, FEW + 50),
        ((900,), None, MOST),
        ((20,), 3, 3),
        ((20,), 400, 400),
    ],
)
def test_threads_in_flight_follow_the_slots_unless_a_number_is_given(
    slots: tuple[int, ...], concurrency: int | None, most: int
) -> None:
    stub = Stub(slots)
    ending, progress = run(stub, Stop(), concurrency)
    assert ending == "finished"
    assert stub.most == most
    assert (progress.settled, progress.in_flight) == (1000, 0)


def test_more_are_begun_once_a_server_takes_more_and_none_once_the_run_drains() -> None:
    stub, stop = Stub((4,)), Stop()

    async def main() -> list[int]:
        progress = Progress(total=1000)
        ids = iter([f"id-{number}" for number in range(1000)])
        engine = cast(Engine, stub)
        running = asyncio.create_task(
            run_threads(engine, ids, concurrency=None, progress=progress, stop=stop)
        )
        await asyncio.sleep(0.5)
        before = stub.in_flight
        stub.slots = (40,)
        await asyncio.sleep(0.3)
        after = stub.in_flight
        stop.drain()
        assert await running == "drained"
        return [before, after, progress.settled]

    assert run_in_fake_time(main) == [FEW + 4, FEW + 40, FEW + 40]


def test_a_run_knows_what_the_whole_of_it_will_cost() -> None:
    stub = Stub((20,))
    _, progress = run(stub, Stop(), total=100)
    found = progress.forecast()
    assert found is not None
    assert found[0] == pytest.approx([50.0] * 3)
    assert found[1] == pytest.approx([1000.0] * 3)
