"""What can happen to a thread that is not its own doing, and how the end of one is told."""

from __future__ import annotations

import traceback


class WorkerLostError(Exception):
    """The worker that had the thread is gone. What it had recorded stands; the thread can be run again."""


class NoWorkersError(Exception):
    """Workers die again and again before any thread ends: running on would start them for ever."""


class ThreadFailedError(Exception):
    """A thread ended in an error where it ran; the message is what `described` said of it there."""


def described(error: Exception) -> str:
    """An error in one line, with the place where it was raised."""
    if isinstance(error, ThreadFailedError | WorkerLostError):
        return str(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.filename.rsplit('/', 1)[-1]}, line {where.lineno})"
