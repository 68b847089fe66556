"""A drain that another process asks for: it leaves a request in the store, and the run looks for one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from graphs.runner import Stop
from store.desk import drain_requested
from store.ordering import begun
from store.records import RunRecord
from store.store import Store

POLL_S = 1.0
"""Seconds between two looks; one costs less than a millisecond."""


@contextlib.asynccontextmanager
async def heeding(store: Store, run: RunRecord, stop: Stop) -> AsyncIterator[None]:
    """While this lasts, a request to drain the run that is made since its execution began stops it."""
    since = begun(store.run_events(run.id), run.created_at)
    watch = asyncio.create_task(_watch(store, run.id, stop, since.timestamp()))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _watch(store: Store, run_id: str, stop: Stop, since: float) -> None:
    while (name := drain_requested(store, run_id, since)) is None:
        await asyncio.sleep(POLL_S)
    stop.drain("drained", f"asked for by {name} in the review app")
