"""What a worker and its driver tell each other, without a worker: every message is pickled on its way."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from typing import Any, cast

import pytest

from agents.account import Account
from agents.specs import ClientOptions, Limits
from graphs.briefs import Brief
from graphs.contract import Contract
from graphs.faults import ThreadFailedError, WorkerLostError
from graphs.options import RunOptions
from graphs.ray_crew import RayCrew
from graphs.remote import AccountCopy, Cancel, Ended, Figures, Member, Outbox, RemoteWriter, Start, Written
from graphs.worker import Assignment
from store.errors import LabelConflict
from store.records import LabelRecord, RunRecord
from store.store import Store
from store.writer import GroupWriter
from tests.store.conftest import bmi, make_call, make_label, make_vote

MODEL = ("extractor", "gpt", None)


class Far:
    """The worker's end: a writer and an account, and the threads that it was told to start."""

    def __init__(self, driver: GroupWriter, account: Account) -> None:
        self.member = Member(driver, account, self._take)
        outbox = Outbox(lambda messages: self.member.take(_carried(messages)))
        self.post = outbox.post
        self.writer = RemoteWriter(outbox.post)
        self.account = AccountCopy(outbox.post)
        self.started: list[Start] = []
        self.cancelled: list[int] = []
        self.lists = 0

    def _take(self, messages: Sequence[Any]) -> None:
        self.lists += 1
        for message in _carried(messages):
            match message:
                case Written():
                    self.writer.settle(message)
                case Figures():
                    self.account.hear(message)
                case Start():
                    self.started.append(message)
                case Cancel(number):
                    self.cancelled.append(number)


def _carried(messages: Sequence[Any]) -> list[Any]:
    return list(pickle.loads(pickle.dumps(list(messages))))


def meet(store: Store, body: Callable[[Far, Far, Account], Awaitable[None]], account: Account) -> None:
    """Two workers of one driver."""

    async def main() -> None:
        async with GroupWriter(store) as writer:
            await body(Far(writer, account), Far(writer, account), account)

    asyncio.run(main())


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_a_write_is_committed_when_its_result_comes(store: Store, run: RunRecord, ids: list[str]) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        call = make_call(run, ids[0])
        assert await one.writer.write(Store.add_call, call) is True
        assert await other.writer.write(Store.add_call, call) is False
        assert set(store.replies(run.id, ids[0])) == {call.key}

    meet(store, body, Account())


def test_the_vote_that_stands_comes_back(store: Store, run: RunRecord, ids: list[str]) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        first, second = make_vote(run, ids[0]), make_vote(run, ids[0], weight_kg=120.0)
        assert await one.writer.write(Store.add_vote, first) == first
        assert await other.writer.write(Store.add_vote, second) == first
        leaking = make_vote(run, ids[0], 1, objections=("sk-abcdefghijklmnopqrst is no unit",))
        kept = await one.writer.write(Store.add_vote, leaking)
        assert kept.objections == ("[redacted] is no unit",)
        assert store.votes(run.id, ids[0]) == [first, kept]

    meet(store, body, Account())


def test_writes_of_one_turn_travel_together(store: Store, run: RunRecord, ids: list[str]) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        calls = [make_call(run, ids[0], key=f"key-{n}") for n in range(50)]
        await asyncio.gather(*(one.writer.write(Store.add_call, call) for call in calls))
        assert one.lists < 10

    meet(store, body, Account())


def test_an_error_of_a_write_comes_back_with_its_type(store: Store, run: RunRecord, ids: list[str]) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        label: LabelRecord = make_label(run, ids[0])
        await one.writer.write(Store.add_label, label)
        changed = label.model_copy(update={"answer": bmi(90).answer})
        with pytest.raises(LabelConflict, match="label"):
            await one.writer.write(Store.add_label, changed)

    meet(store, body, Account())


def test_only_functions_of_our_rooms_run_on_the_store(store: Store) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        with pytest.raises(ValueError, match="no function of store, graphs, agents"):
            await one.writer.write(pickle.dumps)

    meet(store, body, Account())


def test_each_worker_knows_what_all_have_spent_when_its_call_is_acknowledged(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        for number, far in enumerate((one, other, one, other)):
            far.account.charge(ids[0], 0.25, 10)
            await far.writer.write(Store.add_call, make_call(run, ids[0], key=str(number)))
            assert far.account.spent == account.spent == 1 + 0.25 * (number + 1)
        one.account.answer(MODEL)
        one.account.charge(ids[0], None, None)
        await turns()
        await other.writer.write(Store.add_call, make_call(run, ids[0], key="last"))
        assert other.account.answered == account.answered == {MODEL, ("critic", "gpt", None)}
        assert other.account.tokens == account.tokens == 40
        assert not other.account.all_priced
        assert not other.account.all_counted
        assert not account.all_priced

    meet(store, body, Account(spent=1.0, answered={("critic", "gpt", None)}))


def test_a_thread_ends_as_the_worker_says(store: Store) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        threads = [asyncio.create_task(one.member.run(Brief(instance_id=name))) for name in "abc"]
        await turns()
        assert [start.brief.instance_id for start in one.started] == ["a", "b", "c"]
        assert one.member.load == 3
        one.post(Ended(one.started[0].number, None, None))
        one.post(Ended(one.started[1].number, None, ThreadFailedError("it fell")))
        threads[2].cancel()
        done = await asyncio.gather(*threads, return_exceptions=True)
        assert done[0] is None
        assert str(done[1]) == "it fell"
        assert isinstance(done[2], asyncio.CancelledError)
        await turns()
        assert one.cancelled == [one.started[2].number]
        assert one.member.load == 0

    meet(store, body, Account())


def test_a_lost_workers_threads_end_after_its_writes(store: Store, run: RunRecord, ids: list[str]) -> None:
    async def body(one: Far, other: Far, account: Account) -> None:
        thread = asyncio.create_task(one.member.run(Brief(instance_id="a")))
        await turns()
        write = asyncio.create_task(one.writer.write(Store.add_call, make_call(run, ids[0])))
        await turns(2)
        lost = asyncio.create_task(one.member.lose(WorkerLostError("killed")))
        with pytest.raises(WorkerLostError, match="killed"):
            await thread
        assert store.replies(run.id, ids[0])
        await asyncio.gather(write, lost)

    meet(store, body, Account())


def test_a_clusters_workers_share_a_limit_once(
    store: Store, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Assignment] = []

    class Actor:
        begun = True

        def __init__(self, assignment: Assignment, *_: object) -> None:
            begun.append(assignment)
            self.member = self

        @property
        def load(self) -> int:
            return 0

        async def run(self, brief: Brief) -> None:
            return None

        async def lose(self, error: Exception) -> None:
            return None

        async def serve(self) -> Exception:
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

        async def close(self) -> None:
            return None

    monkeypatch.setattr("graphs.ray_crew._Actor", Actor)
    monkeypatch.setattr("graphs.ray_crew.connected", lambda *_: nullcontext(4))
    how = RunOptions(engine="ray", client=ClientOptions(limits=Limits(max_requests=32, rpm=400, tpm=4000)))
    assignment = Assignment(run.id, cast(Contract, None), how)

    async def main() -> None:
        async with GroupWriter(store) as writer:
            await RayCrew(assignment, writer, Account()).run(Brief(instance_id="i"))

    asyncio.run(main())
    assert [one.how.client.limits for one in begun] == [Limits(max_requests=8, rpm=100, tpm=1000)] * 4
