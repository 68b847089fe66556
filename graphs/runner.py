"""Many threads at once on one event loop: bounded, stoppable, and never losing an instance."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from agents.account import Account
from agents.errors import BudgetReachedError, DrainedError, ModelRejectedError, ModelUnavailableError
from agents.forecast import Forecast
from agents.limiter import LimiterState
from graphs.faults import NoWorkersError, described
from store.errors import StoreUnwritable
from store.records import FailureRecord
from store.store import Store
from telemetry.logs import about

if TYPE_CHECKING:
    from graphs.engine import Engine

log = logging.getLogger("steward.runner")

Ending = Literal["finished", "drained", "aborted", "budget", "stopped"]

UNAVAILABLE_IN_A_ROW = 20
"""Instances that may fail one after the other without a reply before the server counts as gone."""
FEW = 16
"""Threads that are always in flight, whatever servers take."""
MOST = 256
"""Threads in flight at most, unless the user says more: what a process holds in memory. Five votes each make
more requests than one process ever has in flight."""
ROOM_POLL_S = 0.05
"""Seconds between two looks whether a server takes more by now."""


class Stop:
    """How a run is asked to end: first `drain` (finish what is in flight), then `abort` (cancel it)."""

    def __init__(self) -> None:
        self.reason: Ending | None = None
        self.detail = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_drain: list[Callable[[], None]] = []

    def drain(self, reason: Ending = "drained", detail: str = "") -> None:
        """Start nothing new. The first reason stands."""
        if self.reason is None:
            self.reason, self.detail = reason, detail
            for tell in self._on_drain:
                tell()

    def on_drain(self, tell: Callable[[], None]) -> None:
        """Have this called once nothing new is to be started."""
        self._on_drain.append(tell)

    def abort(self) -> None:
        """Cancel what is in flight as well. Recorded replies stay recorded."""
        self.reason = "aborted"
        for task in self._tasks:
            task.cancel()

    def watch(self, task: asyncio.Task[None]) -> None:
        """Have `abort` cancel this task too."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass
class Progress:
    """What has happened since the process started; `on_change` is told after every thread."""

    total: int
    settled: int = 0
    """With a label or, in an audit, with a finding."""
    parked: int = 0
    failed: int = 0
    in_flight: int = 0
    unavailable_in_a_row: int = 0
    account: Account = field(default_factory=Account, repr=False)
    """What the run has cost so far."""
    limits: Callable[[], tuple[LimiterState, ...]] = field(default=lambda: (), repr=False)
    """How the accounts of the model servers stand."""
    waiting: Callable[[], tuple[int, int]] = field(default=lambda: (0, 0), repr=False)
    """Requests that wait in batches at a provider, and the batches."""
    on_change: Callable[[Progress], None] = field(default=lambda progress: None, repr=False)

    @property
    def done(self) -> int:
        """Threads that ended, however they ended."""
        return self.settled + self.parked + self.failed

    def forecast(self) -> tuple[Forecast, Forecast] | None:
        """USD and tokens of the whole run, at this rate; None while too few threads have ended."""
        return self.account.forecast(self.in_flight, self.total - self.done - self.in_flight)


class _Door:
    """Lets threads begin: so many at once as are asked for, else as many as keep the servers busy.

    A thread has up to a request for each vote in flight. Where as many threads as requests are in flight, and
    a few more, every slot of the servers is in use; more would wait in memory, be paid for after a budget is
    reached, and have to be waited for by a drain.
    """

    def __init__(self, engine: Engine, concurrency: int | None, progress: Progress, stop: Stop) -> None:
        self._engine = engine
        self._concurrency = concurrency
        self._progress = progress
        self._stop = stop
        self._turn = asyncio.Lock()
        self.closed = False
        """Set once there is no further thread."""

    async def enter(self) -> bool:
        """Wait for room, and count a thread as in flight; False where none is to begin any more."""
        async with self._turn:
            while not self.closed and self._stop.reason is None:
                if self._progress.in_flight < self._room():
                    self._progress.in_flight += 1
                    return True
                await asyncio.sleep(ROOM_POLL_S)
        return False

    def _room(self) -> int:
        if self._concurrency is not None:
            return self._concurrency
        return FEW + sum(state.limit for state in self._engine.crew.limits())


async def run_threads(
    engine: Engine, instance_ids: Iterator[str], *, concurrency: int | None, progress: Progress, stop: Stop
) -> Ending:
    """Run every instance's thread, at most `concurrency` at once; returns how it ended.

    Without a number it is as many as keep the model servers busy, and at most `MOST`. A thread that fails
    leaves a failure record and its instance open; `resume` takes it up again. The run stops by itself where a
    budget is reached, the server refuses every call or no longer answers, or nothing can be recorded.
    """
    door = _Door(engine, concurrency, progress, stop)

    async def work() -> None:
        while await door.enter():
            try:
                instance_id = next(instance_ids, None)
                if instance_id is None:
                    door.closed = True
                    return
                with about(run_id=engine.run.id, instance_id=instance_id):
                    if await _one(engine, instance_id, progress, stop):
                        engine.account.settle(instance_id)
            except StoreUnwritable as error:
                # Nothing can be recorded, not even that: no further reply is asked for.
                stop.drain("stopped", f"{error}; `resume` goes on")
            finally:
                progress.in_flight -= 1
            progress.on_change(progress)

    workers = [asyncio.create_task(work()) for _ in range(max(1, min(concurrency or MOST, progress.total)))]
    for worker in workers:
        stop.watch(worker)
    results = await asyncio.gather(*workers, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
            raise result
    return stop.reason or "finished"


async def _one(engine: Engine, instance_id: str, progress: Progress, stop: Stop) -> bool:
    """Whether the instance's thread ended; False where the run stopped before it could."""
    try:
        outcome = await engine.start(instance_id)
    except BudgetReachedError as error:
        stop.drain("budget", str(error))
        return False
    except NoWorkersError as error:
        stop.drain("stopped", str(error))
        return False
    except DrainedError:
        return False
    except ModelRejectedError as error:
        stop.drain("stopped", str(error))
        await _fail(engine, instance_id, error, progress)
        return True
    except ModelUnavailableError as error:
        progress.unavailable_in_a_row += 1
        await _fail(engine, instance_id, error, progress)
        if progress.unavailable_in_a_row >= UNAVAILABLE_IN_A_ROW:
            stop.drain("stopped", f"{UNAVAILABLE_IN_A_ROW} instances in a row got no usable reply: {error}")
        return True
    except StoreUnwritable:
        raise
    except Exception as error:  # noqa: BLE001 - one instance's fault must not end the others
        await _fail(engine, instance_id, error, progress)
        return True
    progress.unavailable_in_a_row = 0
    log.info("thread %s", outcome)
    if outcome == "settled":
        progress.settled += 1
    else:
        progress.parked += 1
    return True


async def _fail(engine: Engine, instance_id: str, error: Exception, progress: Progress) -> None:
    # What an error says can repeat a note; it is in the store, and a log has its kind.
    log.info("thread failed: %s", type(error).__name__)
    known = isinstance(error, ModelRejectedError | ModelUnavailableError)
    said = str(error) if known else described(error)
    record = FailureRecord(run_id=engine.run.id, instance_id=instance_id, error=said)
    await engine.writer.write(Store.add_failure, record)
    progress.failed += 1
