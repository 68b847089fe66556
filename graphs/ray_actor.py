"""A worker as a Ray actor. The rest is imported once it can tell what is missing on its node."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphs.remote import Station


class RayWorker:
    """Carries the messages of a `graphs.remote.Station`: lists of them, pickled, in order.

    The driver has one call of `take` and one of `give` under way at a time: Ray starts the calls of an
    asynchronous actor in any order.
    """

    def __init__(self) -> None:
        self._station: Station | None = None
        self._outgoing: list[Any] = []
        self._some = asyncio.Event()

    async def begin(self, assignment: bytes, environment: Mapping[str, str]) -> None:
        """Set up the worker of a run, with the variables that say where servers are, and their keys."""
        os.environ.update(environment)
        from graphs.remote import Station
        from telemetry.tracing import start_tracing

        start_tracing()
        self._station = Station(pickle.loads(assignment), self._post)

    async def take(self, messages: bytes) -> None:
        """Do what the driver says."""
        assert self._station is not None, "the worker has begun"
        self._station.take(pickle.loads(messages))

    async def give(self) -> bytes:
        """What there is to tell the driver, once there is anything."""
        await self._some.wait()
        self._some.clear()
        outgoing, self._outgoing = self._outgoing, []
        return pickle.dumps(outgoing, pickle.HIGHEST_PROTOCOL)

    async def close(self) -> None:
        """Cancel what is in flight and close the models' connections."""
        from telemetry.tracing import flush_tracing

        if self._station is not None:
            await self._station.close()
        flush_tracing()

    def _post(self, messages: Sequence[Any]) -> None:
        self._outgoing += messages
        self._some.set()
