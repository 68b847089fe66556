"""Group commit: many small writes of an asyncio process in few transactions, off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from store.errors import WriterClosed
from store.store import Store

Result = TypeVar("Result")
Given = ParamSpec("Given")
Outcome = tuple["asyncio.Future[Any]", Any, BaseException | None]


class Writer(Protocol):
    """Takes writes to a store, which may be another process's."""

    async def write(
        self, work: Callable[Concatenate[Store, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Run `work(store, …)` in the next transaction and return its result once that is committed.

        `work` is a method of `Store` or a function of a module, and all it is given can be pickled, so that
        it can be sent to the process that has the store.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Write:
    work: Callable[[Store], Any]
    future: asyncio.Future[Any]


class GroupWriter:
    """Takes writes from any number of tasks and commits what is waiting as one transaction.

    A write resolves after its COMMIT: what was awaited survives a killed process. Writes are executed in the
    order in which they were handed over, on one thread of the writer's own. There is no timer: while one
    batch commits the next one gathers. A write that raises is undone alone and raises at its awaiter. A
    cancelled awaiter does not take its write back. Leaving the context commits everything handed over.
    On two cores with 256 tasks: 22,000 votes or 5,700 calls with 5 KB of messages per second.

    Args:
        store: the store, open for writing.
        max_batch: writes per transaction, which bounds how long another process waits for the lock.
    """

    def __init__(self, store: Store, *, max_batch: int = 512) -> None:
        self._store = store
        self._max_batch = max_batch
        self._queue: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop = None
        self._queue.put(None)
        await asyncio.shield(asyncio.to_thread(self._thread.join))

    async def write(
        self, work: Callable[Concatenate[Store, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Run `work(store, …)` in the next transaction and return its result once that is committed.

        `work` runs on the writer's thread and must only use the store that it is given.

        Raises:
            WriterClosed: outside of the writer's context.
            Exception: whatever `work` raised, or the commit of its batch.
        """
        return await self.submit(work, *args, **kwargs)

    def submit(
        self, work: Callable[Concatenate[Store, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> asyncio.Future[Result]:
        """As `write`, for who has no time to wait: the future has the result, or what `write` would raise.

        Raises WriterClosed at once.
        """
        if self._loop is None:
            raise WriterClosed("the group writer is not open; write inside `async with GroupWriter(store)`")
        future: asyncio.Future[Result] = self._loop.create_future()
        call = (lambda store: work(store, *args, **kwargs)) if args or kwargs else work
        self._queue.put(_Write(call, future))
        return future

    def _serve(self) -> None:
        closing = False
        while not closing:
            batch, closing = self._next_batch()
            if batch:
                self._resolve(self._commit(batch))

    def _next_batch(self) -> tuple[list[_Write], bool]:
        """Waits for a write, then takes what else is there; the flag says that the writer is closing."""
        batch: list[_Write] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == self._max_batch:
                return batch, False
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Write]) -> list[Outcome]:
        try:
            with self._store.transaction() as db:
                outcomes = []
                for write in batch:
                    outcomes.append(self._attempt(write))
                    if not db.conn.in_transaction:
                        # An error such as a full disk undid the whole transaction, earlier writes included.
                        raise outcomes[-1][2] or WriterClosed("a write ended the transaction that it ran in")
                return outcomes
        except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to the awaiters
            return [(write.future, None, error) for write in batch]

    def _attempt(self, write: _Write) -> Outcome:
        try:
            with self._store.transaction():
                return write.future, write.work(self._store), None
        except BaseException as error:  # noqa: BLE001  whatever it is, it belongs to the awaiter
            return write.future, None, error

    def _resolve(self, outcomes: list[Outcome]) -> None:
        loop = outcomes[0][0].get_loop()
        # A loop that is already closed has no one left to tell; the writes are committed all the same.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_settle, outcomes)


def _settle(outcomes: list[Outcome]) -> None:
    for future, result, error in outcomes:
        if future.done():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
