"""What only one process at a time may do on a store. The system lets go of a lock when its process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

DECISION_WAIT_S = 60.0


class BusyError(Exception):
    """Another process is doing what only one may do at a time."""


@contextmanager
def executing(store: Path, run_id: str) -> Iterator[None]:
    """Hold the execution of a run. Raises BusyError where another process executes it."""
    with _held(_lock_file(store, run_id), 0, f"run {run_id} of {store} is being executed by another process"):
        yield


@contextmanager
def deciding(store: Path) -> Iterator[None]:
    """Hold the delivery of decisions, after waiting for others. Raises BusyError after a minute."""
    with _held(_lock_file(store, "decide"), DECISION_WAIT_S, f"decisions on {store} are being delivered"):
        yield


def _lock_file(store: Path, name: str) -> Path:
    return store.with_name(f".{store.name}.{name}.lock")


@contextmanager
def _held(path: Path, timeout: float, busy: str) -> Iterator[None]:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        raise BusyError(f"{busy}; wait for it or end it") from None
    try:
        yield
    finally:
        lock.release()
