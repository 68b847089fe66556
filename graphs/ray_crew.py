"""A crew of Ray actors, on one machine or many. The driver alone has the store."""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from langgraph.checkpoint.base import CheckpointTuple

from agents.account import Account
from agents.limiter import LimiterState
from graphs.briefs import Brief
from graphs.deaths import Deaths
from graphs.faults import NoWorkersError, WorkerLostError
from graphs.ray_actor import RayWorker
from graphs.ray_cluster import connected
from graphs.remote import Member, ToWorker
from graphs.worker import Assignment
from store.writer import GroupWriter

log = logging.getLogger("steward.ray")

GRACE_S = 5.0
"""Seconds that actors have to close their connections."""
NOTICE_S = 60.0
"""Seconds without any worker after which the user is told what the run waits for."""
_SENT = re.compile(r".+_(API_KEY|BASE_URL)|OTEL_.+")
"""Environment variables that go to the workers: where models are, what they ask for, where spans go."""


class RayCrew:
    """Implements `graphs.crew.Crew` with so many actors, one CPU each, spread over the cluster's nodes.

    The cluster is joined with the first thread. Threads go to actors that have begun: one for which the
    cluster has no room yet holds up nothing, and joins in once there is. An actor that dies, or whose node
    does, is replaced in the same way, and its threads end in `WorkerLostError`. Where actors die and die and
    no thread comes to its end, or one cannot begin, every thread ends in `NoWorkersError`.
    """

    def __init__(self, assignment: Assignment, writer: GroupWriter, account: Account) -> None:
        self._assignment = assignment
        self._writer = writer
        self._account = account
        self._cluster = ExitStack()
        self._wanted = 0
        self._actors: list[_Actor] = []
        self._watches: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._notice: asyncio.TimerHandle | None = None
        self._deaths = Deaths()
        self._broken: NoWorkersError | None = None
        self._closing = False

    async def run(self, brief: Brief) -> CheckpointTuple | None:
        """Run a thread on the actor that has the fewest."""
        actor = await self._least_loaded()
        return await self._deaths.run(actor.member, brief)

    def limits(self) -> tuple[LimiterState, ...]:
        """How the accounts stand, as each actor told last of its own."""
        return tuple(state for actor in self._actors for state in actor.member.limits)

    async def close(self) -> None:
        """End the actors, and the cluster where it is our own."""
        self._closing = True
        try:
            await asyncio.gather(*(actor.close() for actor in self._actors))
            await asyncio.gather(*self._watches)
        finally:
            self._cluster.close()

    async def _least_loaded(self) -> _Actor:
        if not self._wanted and self._broken is None:
            self._join()
        while True:
            if self._broken is not None:
                raise self._broken
            if begun := [actor for actor in self._actors if actor.begun]:
                return min(begun, key=lambda actor: actor.member.load)
            await self._changed.wait()

    def _join(self) -> None:
        how = self._assignment.how
        cluster = connected(how.ray_address, how.processes or os.cpu_count() or 1)
        try:
            cpus = self._cluster.enter_context(cluster)
        except NoWorkersError as error:
            self._broken = error
            raise
        self._wanted = how.processes or max(cpus, 1)
        for _ in range(self._wanted):
            self._start()

    def _start(self) -> None:
        actor = _Actor(self._assignment.share(self._wanted), self._writer, self._account, self._changed.set)
        self._actors.append(actor)
        watch = asyncio.create_task(self._watch(actor))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)
        self._heed()

    async def _watch(self, actor: _Actor) -> None:
        error = await actor.serve()
        self._actors.remove(actor)
        if self._closing:
            error = WorkerLostError("the run has ended")
        elif self._deaths.another(self._wanted):
            error = NoWorkersError(
                f"{self._deaths.in_a_row} workers in a row were lost before any thread ended: {error}"
            )
        await actor.member.lose(error)
        if isinstance(error, NoWorkersError):
            self._broken = error
            self._changed.set()
        elif not self._closing:
            self._start()
            self._heed()

    def _heed(self) -> None:
        """Have `_least_loaded` wait where no actor has begun, and the user told of it if that lasts."""
        if not any(actor.begun for actor in self._actors):
            self._changed.clear()
            if self._notice is not None:
                self._notice.cancel()
            self._notice = asyncio.get_running_loop().call_later(NOTICE_S, self._tell_of_waiting)

    def _tell_of_waiting(self) -> None:
        if not self._changed.is_set() and not self._closing:
            log.warning(
                "no worker has begun for %.0f s: the run waits until the Ray cluster has a free CPU for one "
                "(`ray status` tells), or until it has started",
                NOTICE_S,
            )


class _Actor:
    """One actor, as its driver knows it; `begun` once the cluster has found it a place."""

    def __init__(
        self, assignment: Assignment, writer: GroupWriter, account: Account, on_begun: Callable[[], None]
    ) -> None:
        import ray

        self.begun = False
        self.member = Member(writer, account, self._send)
        self._assignment = assignment
        self._on_begun = on_begun
        self._outgoing: list[ToWorker] = []
        self._sending: asyncio.Task[None] | None = None
        kind: Any = ray.remote(RayWorker)
        placed = kind.options(num_cpus=1, scheduling_strategy="SPREAD", max_restarts=0, max_task_retries=0)
        self._actor = placed.remote()

    async def serve(self) -> Exception:
        """Have it begin, and do what it says until it is gone; returns why.

        Where it may only be out of reach it is ended: what it has not been told is done is done elsewhere.
        """
        from ray.exceptions import RayError, RayTaskError, RuntimeEnvSetupError

        environment = {name: value for name, value in os.environ.items() if _SENT.fullmatch(name)}
        try:
            await self._actor.begin.remote(_pickled(self._assignment), environment)
            self.begun = True
            self._on_begun()
            while True:
                self.member.take(pickle.loads(await self._actor.give.remote()))
        except (RayTaskError, RuntimeEnvSetupError) as error:
            return NoWorkersError(f"a worker cannot {'go on' if self.begun else 'begin'}: {_cause(error)}")
        except RayError as error:
            return WorkerLostError(f"a worker was lost: {_cause(error)}")
        finally:
            self.begun = False
            self._kill()

    async def close(self) -> None:
        """End it, its connections closed if it can."""
        from ray.exceptions import RayError

        try:
            if self.begun:
                await asyncio.wait_for(_answer(self._actor.close.remote()), GRACE_S)
        except (RayError, TimeoutError) as error:
            log.info("a worker did not close its connections: %s", error)
        self._kill()

    def _kill(self) -> None:
        import ray

        ray.kill(self._actor)

    def _send(self, messages: Sequence[ToWorker]) -> None:
        self._outgoing += messages
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        from ray.exceptions import RayError

        try:
            while self._outgoing:
                messages, self._outgoing = self._outgoing, []
                await self._actor.take.remote(_pickled(messages))
        except RayError as error:
            log.info("a worker is out of reach: %s", error)
            self._kill()  # which `serve` hears of
        finally:
            self._sending = None


async def _answer(reference: Any) -> Any:
    return await reference


def _pickled(value: Any) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _cause(error: Exception) -> str:
    """A line of what Ray says, without the colours and the traceback of another machine."""
    inner = getattr(error, "cause", None)
    if isinstance(inner, BaseException):
        return f"{type(inner).__name__}: {inner}"
    return " ".join(str(error).split())
