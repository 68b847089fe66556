"""The event loop of a process that runs threads."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")

_YOUNG = 20_000
"""Objects that may come into being before the collector looks for cycles among them; Python's own is 700."""


def run_loop(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end as `asyncio.run` does, on the faster event loop where the platform has it."""
    with _collecting_seldom():
        try:
            import uvloop
        except ImportError:
            return asyncio.run(work)
        return uvloop.run(work)


def collect_seldom() -> None:
    """Have the collector look for cycles only once many objects have come into being."""
    gc.set_threshold(_YOUNG, 20, 50)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Each call makes thousands of objects, and nearly all go without the collector.

    As Python sets it, a fifth of a run's CPU goes into looking for cycles, most of it in what was imported.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
