"""Commands measured against the mock model server: started, timed, counted, ended when they take too long."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Opens URLs of this machine, whatever proxy the environment names."""


class MeasuringError(Exception):
    """A command that failed or took too long, with the end of what it said."""


@dataclass(frozen=True)
class Mock:
    """A running mock server."""

    url: str
    """Its base URL."""

    def stats(self) -> dict[str, Any]:
        """What it was asked since the last reset."""
        with LOOPBACK.open(f"{self.url}/stats", timeout=30) as reply:
            return dict(json.load(reply))

    def reset(self) -> None:
        """Forget what it was asked."""
        LOOPBACK.open(f"{self.url}/reset", data=b"", timeout=30).close()


@contextmanager
def mock_server(*options: str) -> Iterator[Mock]:
    """A mock server in a process of its own, with these options of perf/mock_server.py."""
    command = [sys.executable, str(ROOT / "perf" / "mock_server.py"), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None, "it was asked for"
        try:
            yield Mock(process.stdout.readline().strip())
        finally:
            process.terminate()


@dataclass(frozen=True)
class Measured:
    """What one run took. Times are seconds."""

    wall: float
    """Of the whole command, or of all commands that were started together."""
    span: float
    """From the first request to the last reply, by the server's clock."""
    cpu: float
    """Of the command and its descendants, the server not included."""
    server_cpu: float
    calls: int
    """Answered calls of the three roles; what else a tool asks for is not counted."""
    most_in_flight: int
    outputs: tuple[str, ...]
    """The stdout of each command."""

    @property
    def rate(self) -> float:
        """Calls per second from the first request to the last reply."""
        return self.calls / self.span

    @property
    def whole_rate(self) -> float:
        """Calls per second of the whole command, start-up and all."""
        return self.calls / self.wall

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU that the client spent on each call, start-up and all."""
        return 1000 * self.cpu / self.calls


def measure(
    commands: Sequence[Sequence[str]], mock: Mock, *, log: Path, timeout: float, env: Mapping[str, str] = {}
) -> Measured:
    """Run commands together until all have ended; their stderr goes to `log`.

    Raises:
        MeasuringError: one failed, or was not done after `timeout` seconds; none is left running.
    """
    mock.reset()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    outputs = _run(commands, log, timeout, {**os.environ, **env})
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    stats = mock.stats()
    return Measured(
        wall=wall,
        span=stats["seconds"],
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        server_cpu=stats["cpu_seconds"],
        calls=sum(count for role, count in stats["roles"].items() if role != "other"),
        most_in_flight=stats["most_in_flight"],
        outputs=outputs,
    )


def _run(
    commands: Sequence[Sequence[str]], log: Path, timeout: float, env: Mapping[str, str]
) -> tuple[str, ...]:
    """The stdout of each command. Each is the leader of its process group, so that none of it outlives us."""
    with log.open("wb") as errors:
        outs = [log.with_suffix(f".{number}.out") for number in range(len(commands))]
        running = []
        for command, out in zip(commands, outs, strict=True):
            with out.open("wb") as file:
                running.append(
                    subprocess.Popen(
                        command, cwd=ROOT, stdout=file, stderr=errors, env=env, start_new_session=True
                    )
                )
        end = time.monotonic() + timeout
        try:
            codes = [process.wait(max(end - time.monotonic(), 0.1)) for process in running]
        except subprocess.TimeoutExpired:
            raise MeasuringError(f"not done after {timeout:.0f} s; see {log}") from None
        finally:
            for process in running:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
    if any(codes):
        tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise MeasuringError(f"exit code {max(codes)}; see {log}: {' '.join(tail)}")
    return tuple(out.read_text(encoding="utf-8") for out in outs)
