"""A command that is killed: the process itself, and the worker processes or Ray actors that it has."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import runpy
import signal
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
    """A command of `run.py` in a process of its own, which is ended with all that it started.

    The processes are forked from a server that has imported the command line once: that takes seconds.
    """

    def __init__(self, arguments: Sequence[str], errors: Path) -> None:
        """`errors` gets what it says on stderr, after what is there."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["run", "graphs.engine", "agents.models"])
        self._process = context.Process(target=_run, args=(tuple(arguments), str(errors)))
        self._process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        under = descendants(self.pid)
        self._process.kill()
        self._process.join()
        ended(under, 0)

    @property
    def pid(self) -> int:
        """Of the driver."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    @property
    def victim(self) -> Victim:
        """Itself."""
        return Victim("driver", self.pid)

    def workers(self) -> list[Victim]:
        """The workers that it has at this moment."""
        found = []
        for pid in descendants(self.pid):
            said = _command_line(pid)
            found += [Victim(kind, pid) for mark, kind in WORKERS.items() if mark in said]
        return found

    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.is_alive()

    def wait(self, seconds: float) -> int | None:
        """Its exit code once it has ended; None where it has not after so long."""
        self._process.join(max(seconds, 0.1))
        return self._process.exitcode


def _run(arguments: Sequence[str], errors: str) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["run.py", *arguments]
    os.chdir(ROOT)
    runpy.run_path(str(ROOT / "run.py"), run_name="__main__")


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
