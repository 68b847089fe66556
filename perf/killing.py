"""A command that is killed: the process itself, and the worker processes or Ray actors that it has."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from perf.measuring import ROOT

WORKERS = {b"worker_main": "worker process", b"ray::RayWorker": "Ray actor"}
"""Part of a worker's command line → what it is."""


@dataclass(frozen=True)
class Victim:
    """A process that may be killed."""

    kind: str
    pid: int

    def kill(self) -> bool:
        """SIGKILL; False where it has ended by itself."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


class Driver:
    """A command of `run.py` in a process of its own, which is ended with all that it started."""

    def __init__(self, arguments: Sequence[str], errors: Path) -> None:
        """`errors` gets what it says on stderr, after what is there."""
        self._errors = errors.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "run.py", *arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        under = descendants(self._process.pid)
        self._process.kill()
        self._process.wait()
        ended(under, 0)
        self._errors.close()

    @property
    def victim(self) -> Victim:
        """Itself."""
        return Victim("driver", self._process.pid)

    def workers(self) -> list[Victim]:
        """The workers that it has at this moment."""
        found = []
        for pid in descendants(self._process.pid):
            said = _command_line(pid)
            found += [Victim(kind, pid) for mark, kind in WORKERS.items() if mark in said]
        return found

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait(self, seconds: float) -> int:
        """Its exit code once it has ended. Raises subprocess.TimeoutExpired."""
        return self._process.wait(max(seconds, 0.1))


def descendants(pid: int) -> list[int]:
    """The processes that a process and those that it started have started and that are alive, by /proc."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
            found += [child, *descendants(child)]
    return found


def ended(pids: Sequence[int], seconds: float) -> int:
    """Wait so long for processes to end, and end what is left of them; returns how many that were."""
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if _command_line(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(left)


def _command_line(pid: int) -> bytes:
    """Empty where the process has ended, also where nobody has asked for its exit code yet."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
