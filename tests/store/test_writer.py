from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from store.errors import LabelConflict, WriterClosed
from store.records import RunEvent, RunRecord
from store.store import Store
from store.verify import verify
from store.writer import GroupWriter
from tests.store.conftest import make_call, make_label, make_vote

ROOT = Path(__file__).parents[2]


def event(run: RunRecord, detail: str) -> Callable[[Store], None]:
    return lambda store: store.add_event(RunEvent(run_id=run.id, kind="resumed", detail=detail))


def details(store: Store, run: RunRecord) -> list[str]:
    return [e.detail for e in store.run_events(run.id) if e.kind == "resumed"]


def with_writer(store: Store, body: Callable[[GroupWriter], Awaitable[None]], **options: int) -> None:
    async def main() -> None:
        async with GroupWriter(store, **options) as writer:
            await body(writer)

    asyncio.run(main())


def test_an_acknowledged_write_is_committed(store: Store, path: Path, run: RunRecord) -> None:
    async def body(writer: GroupWriter) -> None:
        with Store.open(path, read_only=True) as reader:
            for number in range(5):
                await writer.write(event(run, str(number)))
                assert details(reader, run) == [str(n) for n in range(number + 1)]

    with_writer(store, body)


def test_writes_share_transactions_and_keep_their_order(store: Store, run: RunRecord) -> None:
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    store.file.writer().conn.set_trace_callback(count)

    async def body(writer: GroupWriter) -> None:
        await asyncio.gather(*(writer.write(event(run, str(n))) for n in range(300)))

    with_writer(store, body)
    assert details(store, run) == [str(n) for n in range(300)]
    assert commits <= 30


def test_a_batch_has_a_limit(store: Store, run: RunRecord) -> None:
    async def body(writer: GroupWriter) -> None:
        await asyncio.gather(*(writer.write(event(run, str(n))) for n in range(20)))

    with_writer(store, body, max_batch=3)
    assert len(details(store, run)) == 20


def test_results_come_back_and_run_on_one_other_thread(store: Store, run: RunRecord, ids: list[str]) -> None:
    threads: set[int] = set()

    def label(instance_id: str) -> Callable[[Store], int | None]:
        def write(store: Store) -> int | None:
            threads.add(threading.get_ident())
            return store.add_label(make_label(run, instance_id)).id

        return write

    async def body(writer: GroupWriter) -> None:
        got = await asyncio.gather(*(writer.write(label(i)) for i in ids))
        assert got == [record.id for record in store.labels(run.id)]

    with_writer(store, body)
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


def test_a_failing_write_is_undone_alone(store: Store, run: RunRecord, ids: list[str]) -> None:
    def half(store: Store) -> None:
        store.add_vote(make_vote(run, ids[0]))
        store.add_label(make_label(run, ids[0], n_votes=7))

    def broken(store: Store) -> None:
        store.add_vote(make_vote(run, ids[1]))
        raise ZeroDivisionError("broken")

    async def body(writer: GroupWriter) -> None:
        store.add_label(make_label(run, ids[0]))
        results = await asyncio.gather(
            writer.write(event(run, "before")),
            writer.write(half),
            writer.write(broken),
            writer.write(lambda store: store.add_vote(make_vote(run, "stranger"))),
            writer.write(event(run, "after")),
            return_exceptions=True,
        )
        kinds = [type(result) for result in results]
        assert kinds == [type(None), LabelConflict, ZeroDivisionError, sqlite3.IntegrityError, type(None)]

    with_writer(store, body)
    assert details(store, run) == ["before", "after"]
    assert store.votes(run.id, ids[0]) == store.votes(run.id, ids[1]) == []


def test_a_write_that_ends_the_transaction_is_not_acknowledged_to_anyone(
    store: Store, run: RunRecord
) -> None:
    def rogue(store: Store) -> None:
        store.file.writer().conn.execute("ROLLBACK")

    async def body(writer: GroupWriter) -> None:
        outcomes = await asyncio.gather(
            writer.write(event(run, "lost")), writer.write(rogue), return_exceptions=True
        )
        assert all(isinstance(outcome, Exception) for outcome in outcomes)
        await writer.write(event(run, "next"))

    with_writer(store, body)
    assert details(store, run) == ["next"]


def test_leaving_commits_what_was_handed_over(store: Store, run: RunRecord) -> None:
    async def body(writer: GroupWriter) -> None:
        for number in range(50):
            asyncio.ensure_future(writer.write(event(run, str(number))))  # noqa: RUF006  nobody waits
        await asyncio.sleep(0)

    with_writer(store, body)
    assert len(details(store, run)) == 50


def test_a_cancelled_awaiter_does_not_take_its_write_back(store: Store, run: RunRecord) -> None:
    gate = threading.Event()

    async def body(writer: GroupWriter) -> None:
        blocked = asyncio.ensure_future(writer.write(lambda _: gate.wait(10)))
        cancelled = asyncio.ensure_future(writer.write(event(run, "cancelled")))
        await asyncio.sleep(0)
        cancelled.cancel()
        gate.set()
        assert await blocked is True
        await writer.write(event(run, "other"))
        assert cancelled.cancelled()

    with_writer(store, body)
    assert details(store, run) == ["cancelled", "other"]


def test_a_closed_writer_refuses(store: Store, run: RunRecord) -> None:
    async def main() -> None:
        writer = GroupWriter(store)
        with pytest.raises(WriterClosed, match="async with"):
            await writer.write(event(run, "too early"))
        async with writer:
            pass
        with pytest.raises(WriterClosed):
            await writer.write(event(run, "too late"))

    asyncio.run(main())


CHILD = """
import asyncio, sys
from store.store import Store
from store.writer import GroupWriter
from tests.store.conftest import make_call

name, path, run_id, tasks, limit = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])

async def main():
    with Store.open(path) as store:
        run, ids = store.run(run_id), list(store.work(run_id))
        async with GroupWriter(store) as writer:
            async def work(task):
                for number in range(limit):
                    key = f"{name}-{task}-{number}"
                    call = make_call(run, ids[task % len(ids)], key, response={"key": key})
                    await writer.write(lambda store: store.add_call(call))
                    print(key, flush=True)
            await asyncio.gather(*(work(task) for task in range(tasks)))

asyncio.run(main())
"""


def child(name: str, path: Path, run: RunRecord, limit: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, name, str(path), run.id, "16", str(limit)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_a_killed_process_loses_nothing_that_it_was_told_is_written(
    store: Store, path: Path, run: RunRecord
) -> None:
    store.close()
    acknowledged: list[str] = []
    for attempt in range(3):
        process = child(f"attempt{attempt}", path, run, limit=100_000)
        assert process.stdout is not None
        for _ in range(200 + 150 * attempt):
            acknowledged.append(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
        # A line that the kill cut off was not read as an acknowledgement.
        rest = process.stdout.read()
        acknowledged += rest[: rest.rfind("\n") + 1].split()
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
    with Store.open(path) as again:
        assert len(acknowledged) >= 1_050
        kept = replies(again, run)
        assert all(kept[key] == {"key": key} for key in acknowledged)
        assert verify(again).ok


def replies(store: Store, run: RunRecord) -> dict[str, object]:
    """Key → reply, of all instances of a run."""
    found = (store.replies(run.id, instance_id) for instance_id in store.work(run.id))
    return {key: json.loads(body) for of in found for key, body in of.items()}


def test_two_processes_write_one_store(store: Store, path: Path, run: RunRecord) -> None:
    children = [child(name, path, run, limit=40) for name in ("left", "right")]
    for number in range(50):
        store.add_event(RunEvent(run_id=run.id, kind="resumed", detail=str(number)))
    for process in children:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        keys = out.split()
        assert len(keys) == 16 * 40
        kept = replies(store, run)
        assert all(kept[key] == {"key": key} for key in keys)
    assert store.counts(run.id).calls == 2 * 16 * 40
    assert len(details(store, run)) == 50


def test_threads_may_read_and_write_one_store(store: Store, run: RunRecord, ids: list[str]) -> None:
    errors: list[Exception] = []

    def work(name: int) -> None:
        try:
            for number in range(50):
                key = f"{name}-{number}"
                store.add_call(make_call(run, ids[0], key, response={"key": key}))
                assert json.loads(store.replies(run.id, ids[0])[key]) == {"key": key}
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert store.counts(run.id).calls == 200
