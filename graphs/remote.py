"""A worker in another process and its driver: what they tell each other, whatever carries it.

The driver has one `Member` for each worker, the worker one `Station`. Both hand lists of messages to a `send`
that they are given, one list for each turn of the event loop, and are handed what the other side sent, in
order, by `take`. Messages are pickled: both ends are processes of one run, and nothing else can send any.
"""

from __future__ import annotations

import asyncio
import importlib
import pickle
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

from langgraph.checkpoint.base import CheckpointTuple

import agents.errors
from agents.account import Account, Answered, Use
from agents.limiter import LimiterState
from graphs.briefs import Brief
from graphs.faults import ThreadFailedError, described
from graphs.worker import Assignment, Worker
from store.store import Store
from store.writer import GroupWriter

Result = TypeVar("Result")
Given = ParamSpec("Given")

ROOMS = ("store", "graphs", "agents")
"""Whose functions a worker may have run on the store."""


class Start(NamedTuple):
    """Driver to worker: run this thread."""

    number: int
    brief: Brief


class Cancel(NamedTuple):
    """Driver to worker: end this thread where it stands."""

    number: int


class Written(NamedTuple):
    """Driver to worker: what came of a write, once it is committed."""

    number: int
    result: Any
    error: Exception | None


class Own(NamedTuple):
    """What came of a write, where that is what the worker gave as this argument."""

    position: int


class Figures(NamedTuple):
    """Driver to worker: what all calls but its own came to, as in `agents.account.Account`."""

    spent: float
    tokens: int
    all_priced: bool
    all_counted: bool
    answered: frozenset[Answered]


class Charge(NamedTuple):
    """Worker to driver: one call was made; None is an unknown price, or an unknown use."""

    instance_id: str
    usd: float | None
    tokens: int | None


class Answer(NamedTuple):
    """Worker to driver: a model has given a reply for the first time."""

    model: Answered


class Limited(NamedTuple):
    """Worker to driver: how the accounts stand at the servers that it asks."""

    states: tuple[LimiterState, ...]


class Write(NamedTuple):
    """Worker to driver: run `module:name` on the store."""

    number: int
    module: str
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Ended(NamedTuple):
    """Worker to driver: a thread is settled, waits where `parked` says, or ended in an error."""

    number: int
    parked: CheckpointTuple | None
    error: Exception | None


ToWorker = Start | Cancel | Written | Figures
ToDriver = Write | Ended | Charge | Answer | Limited


class Outbox:
    """Collects what is posted within one turn of the event loop, and sends it as one list."""

    def __init__(self, send: Callable[[Sequence[Any]], None]) -> None:
        self._send = send
        self._waiting: list[Any] = []

    def post(self, message: ToWorker | ToDriver) -> None:
        """Send a message at the end of this turn, after those that were posted before it."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        self._waiting.append(message)

    def flush(self) -> None:
        """Send what waits now."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._send(waiting)


class RemoteWriter:
    """Implements `store.writer.Writer`: the store is the driver's."""

    def __init__(self, post: Callable[[Write], None]) -> None:
        self._post = post
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    async def write(
        self, work: Callable[Concatenate[Store, Given], Result], *args: Given.args, **kwargs: Given.kwargs
    ) -> Result:
        """Have the driver run `work(store, …)`; the result comes once it is committed."""
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._post(Write(number, work.__module__, work.__qualname__, args, kwargs))
        try:
            result = await answer
        finally:
            del self._waiting[number]
        return cast("Result", args[result.position] if isinstance(result, Own) else result)

    def settle(self, written: Written) -> None:
        """Give an awaiter what came of its write."""
        answer = self._waiting.get(written.number)
        if answer is None or answer.done():
            return
        if written.error is None:
            answer.set_result(written.result)
        else:
            answer.set_exception(written.error)


class AccountCopy(Account):
    """A worker's copy of the account: its own charges at once, those of others as the driver tells them."""

    def __init__(self, post: Callable[[Charge | Answer], None]) -> None:
        super().__init__()
        self._post = post
        self._own = Use()

    def charge(self, instance_id: str, usd: float | None, tokens: int | None) -> None:
        """Count one call, and tell the driver, who keeps count of instances."""
        self._own = self._own.plus(usd, tokens)
        self.spent += usd or 0.0
        self.tokens += tokens or 0
        self.all_priced = self.all_priced and usd is not None
        self.all_counted = self.all_counted and tokens is not None
        self._post(Charge(instance_id, usd, tokens))

    def answer(self, model: Answered) -> None:
        """Note that a model has given a reply; the first time the driver is told."""
        if model not in self.answered:
            super().answer(model)
            self._post(Answer(model))

    def hear(self, others: Figures) -> None:
        """Take in what all other calls of the run came to."""
        self.spent = others.spent + self._own.usd
        self.tokens = others.tokens + self._own.tokens
        self.all_priced = self.all_priced and others.all_priced
        self.all_counted = self.all_counted and others.all_counted
        self.answered |= others.answered


class Station:
    """A worker, as its driver elsewhere directs it."""

    def __init__(self, assignment: Assignment, send: Callable[[Sequence[ToDriver]], None]) -> None:
        self._outbox = Outbox(send)
        self._account = AccountCopy(self._tell)
        self._limited: list[int] = []
        self._writer = RemoteWriter(self._outbox.post)
        self._worker = Worker(assignment, self._writer, self._account)
        self._threads: dict[int, asyncio.Task[None]] = {}

    def take(self, messages: Sequence[ToWorker]) -> None:
        """Do what the driver says."""
        for message in messages:
            match message:
                case Written():
                    self._writer.settle(message)
                case Figures():
                    self._account.hear(message)
                case Start(number, brief):
                    self._threads[number] = asyncio.create_task(self._run(number, brief))
                case Cancel(number):
                    if (thread := self._threads.get(number)) is not None:
                        thread.cancel()

    async def close(self) -> None:
        """Cancel what is in flight and close the models' connections."""
        threads = list(self._threads.values())
        for thread in threads:
            thread.cancel()
        await asyncio.gather(*threads, return_exceptions=True)
        await self._worker.close()
        self._outbox.flush()

    def _tell(self, news: Charge | Answer) -> None:
        """Post what a call came to, and how the limits stand where it has changed one."""
        self._outbox.post(news)
        states = self._worker.limits()
        if (limited := [state.limit for state in states]) != self._limited:
            self._limited = limited
            self._outbox.post(Limited(states))

    async def _run(self, number: int, brief: Brief) -> None:
        try:
            ended = Ended(number, await self._worker.run(brief), None)
        except Exception as error:  # noqa: BLE001 - it is raised where the thread is awaited
            ended = Ended(number, None, _as_raised(error))
        finally:
            del self._threads[number]
        self._outbox.post(ended)


class Member:
    """One worker elsewhere, as its driver knows it.

    A call is admitted on what the driver knew when it acknowledged the call before it, so that a budget is
    exceeded by no more than what is in flight, as in one process.
    """

    def __init__(
        self, writer: GroupWriter, account: Account, send: Callable[[Sequence[ToWorker]], None]
    ) -> None:
        self._writer = writer
        self._account = account
        self._outbox = Outbox(send)
        self._numbers = count()
        self._threads: dict[int, asyncio.Future[CheckpointTuple | None]] = {}
        self._writes: set[asyncio.Future[Any]] = set()
        self._own = Use()
        self.limits: tuple[LimiterState, ...] = ()
        """How the accounts at its servers stand, as it told last."""
        self._told: tuple[float, int, bool, bool, int] | None = None

    @property
    def load(self) -> int:
        """Threads that it has in flight."""
        return len(self._threads)

    async def run(self, brief: Brief) -> CheckpointTuple | None:
        """Have a thread run there; as `graphs.crew.Crew.run`. Raises what `lose` is told where it is lost."""
        number = next(self._numbers)
        thread: asyncio.Future[CheckpointTuple | None] = asyncio.get_running_loop().create_future()
        self._threads[number] = thread
        self._post(Start(number, brief))
        try:
            return await thread
        finally:
            del self._threads[number]
            if thread.cancelled():
                self._post(Cancel(number))

    def take(self, messages: Sequence[ToDriver]) -> None:
        """Do what the worker asks for."""
        for message in messages:
            match message:
                case Write():
                    self._write(message)
                case Charge(instance_id, usd, tokens):
                    self._own = self._own.plus(usd, tokens)
                    self._account.charge(instance_id, usd, tokens)
                case Answer(model):
                    self._account.answer(model)
                case Limited(states):
                    self.limits = states
                case Ended(number, parked, error):
                    _settle(self._threads.get(number), parked, error)

    async def lose(self, error: Exception) -> None:
        """The worker is gone: its threads end in this error, once all that it had handed over is committed.

        A thread that is run again then finds everything in its brief.
        """
        threads = list(self._threads.values())
        if self._writes:
            await asyncio.wait(self._writes)
        for thread in threads:
            _settle(thread, None, error)

    def _write(self, message: Write) -> None:
        number = message.number
        try:
            written = self._writer.submit(
                named(message.module, message.name), *message.args, **message.kwargs
            )
        except Exception as error:  # noqa: BLE001 - it belongs to who asked for the write
            self._post(Written(number, None, _portable(error)))
            return
        self._writes.add(written)
        written.add_done_callback(partial(self._written, message))

    def _written(self, message: Write, written: asyncio.Future[Any]) -> None:
        self._writes.discard(written)
        error, number = written.exception(), message.number
        if error is None:
            result = written.result()
            given = (Own(at) for at, argument in enumerate(message.args) if argument is result)
            self._post(Written(number, next(given, result), None))
        else:
            self._post(Written(number, None, _portable(error)))

    def _post(self, message: ToWorker) -> None:
        """Post a message, and what all others have spent before it, where that is news."""
        account, own = self._account, self._own
        sums = account.spent - own.usd, account.tokens - own.tokens, account.all_priced, account.all_counted
        if (known := (*sums, len(account.answered))) != self._told:
            self._told = known
            self._outbox.post(Figures(*sums, frozenset(account.answered)))
        self._outbox.post(message)


@lru_cache(maxsize=64)
def named(module: str, name: str) -> Callable[..., Any]:
    """The function or method that a worker names. Raises ValueError for those of other rooms."""
    if module.partition(".")[0] not in ROOMS:
        raise ValueError(f"{module}:{name} is no function of {', '.join(ROOMS)}")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def _settle(
    thread: asyncio.Future[CheckpointTuple | None] | None,
    parked: CheckpointTuple | None,
    error: Exception | None,
) -> None:
    if thread is None or thread.done():
        return
    if error is None:
        thread.set_result(parked)
    else:
        thread.set_exception(error)


def _as_raised(error: Exception) -> Exception:
    """A thread's error for another process: one of `agents.errors` as it is, another as a description."""
    kind = type(error)
    return (
        kind(str(error)) if kind.__module__ == agents.errors.__name__ else ThreadFailedError(described(error))
    )


def _portable(error: BaseException) -> Exception:
    """A write's error for another process: as it is where that can be pickled, else its type and message."""
    try:
        copy = pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - constructors of others raise what they like
        copy = None
    return copy if isinstance(copy, Exception) else RuntimeError(f"{type(error).__name__}: {error}")
