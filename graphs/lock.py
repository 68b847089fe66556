"""What only one process at a time may do on a store. The system lets go of a lock when its process ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

DECISION_WAIT_S = 60.0
_POLL_S = 0.05
_GLANCE_S = 0.5
"""How long an execution tries to begin: `is_executing` holds a lock for the blink in which it looks."""


class BusyError(Exception):
    """Another process is doing what only one may do at a time."""


@contextmanager
def executing(store: Path, run_id: str) -> Iterator[None]:
    """Hold the execution of a run. Raises BusyError where another process executes it."""
    lock = _lock(store, run_id)
    if not _acquired(lock, _GLANCE_S):
        raise BusyError(f"another process executes run {run_id} of {store}; wait for it or end it")
    try:
        yield
    finally:
        lock.release()


def is_executing(store: Path, run_id: str) -> bool:
    """Whether a process, this one or another, executes the run at this moment."""
    lock = _lock(store, run_id)
    if not Path(lock.lock_file).exists():
        return False
    if not _acquired(lock):
        return True
    lock.release()
    return False


@asynccontextmanager
async def deciding(store: Path) -> AsyncIterator[None]:
    """Hold the delivery of decisions, after waiting for others. Raises BusyError after a minute."""
    lock = _lock(store, "decide")
    end = time.monotonic() + DECISION_WAIT_S
    while not _acquired(lock):
        if time.monotonic() > end:
            raise BusyError(f"another process delivers decisions on {store}; wait for it or end it")
        await asyncio.sleep(_POLL_S)
    try:
        yield
    finally:
        lock.release()


def lock_files(store: Path) -> list[Path]:
    """The lock files of a store. The system lets go of a lock, but nobody removes its file."""
    file = store.resolve()
    start, end = f".{file.name}.", ".lock"
    return sorted(
        one for one in file.parent.iterdir() if one.name.startswith(start) and one.name.endswith(end)
    )


def removed(path: Path, *, really: bool) -> bool:
    """Whether no process holds a lock; its file is removed, where it is to be."""
    lock = FileLock(path)
    if not _acquired(lock):
        return False
    if really:  # while it is held: who waits for the file that is gone takes a new one
        path.unlink(missing_ok=True)
    lock.release()
    return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock that nobody else asks for but to see whether it is held; its file goes with it."""
    lock = FileLock(path)
    lock.acquire()
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def _lock(store: Path, name: str) -> FileLock:
    file = store.resolve()
    return FileLock(file.with_name(f".{file.name}.{name}.lock"))


def _acquired(lock: FileLock, timeout_s: float = 0.0) -> bool:
    try:
        lock.acquire(timeout=timeout_s, poll_interval=_POLL_S)
    except Timeout:
        return False
    return True
