"""A crew of worker processes on this machine. The driver alone has the store."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections import Counter, deque
from pathlib import Path
from typing import NamedTuple

from langgraph.checkpoint.base import CheckpointTuple

from agents.account import Account
from agents.limiter import LimiterState
from graphs.briefs import Brief
from graphs.connection import Connection
from graphs.deaths import Deaths
from graphs.faults import NoWorkersError, WorkerLostError
from graphs.remote import Member
from graphs.worker import Assignment
from store.writer import GroupWriter

GRACE_S = 5.0
"""Seconds that a worker has to end by itself, once it is told to or its connection is closed."""
_ROOT = Path(__file__).parent.parent
_LINES_KEPT = 1_000


class Close(NamedTuple):
    """Driver to worker: nothing more will come."""


class ProcessCrew:
    """Implements `graphs.crew.Crew` with up to so many processes, each started when there is work for it.

    A process that dies is replaced as it was started; its threads end in `WorkerLostError`. Where processes
    die and die and no thread comes to its end, every thread ends in `NoWorkersError`.
    """

    def __init__(self, assignment: Assignment, writer: GroupWriter, account: Account, processes: int) -> None:
        self._assignment = assignment.share(processes)
        self._writer = writer
        self._account = account
        self._wanted = processes
        self._processes: list[_Process] = []
        self._watches: set[asyncio.Task[None]] = set()
        self._said = _Said()
        self._deaths = Deaths()
        self._broken: NoWorkersError | None = None
        self._closing = False

    async def run(self, brief: Brief) -> CheckpointTuple | None:
        """Run a thread on the process that has the fewest."""
        return await self._deaths.run(self._least_loaded().member, brief)

    def limits(self) -> tuple[LimiterState, ...]:
        """How the accounts stand, as each process told last of its own."""
        return tuple(state for process in self._processes for state in process.member.limits)

    async def close(self) -> None:
        """Have every process end; one that does not is killed."""
        self._closing = True
        for process in self._processes:
            process.connection.send([Close()])
        if self._watches:
            _, late = await asyncio.wait(self._watches, timeout=GRACE_S)
            for process in self._processes:
                process.popen.kill()
            await asyncio.gather(*late)

    def _least_loaded(self) -> _Process:
        if self._broken is not None:
            raise self._broken
        least = min(self._processes, key=lambda process: process.member.load, default=None)
        if least is None or (least.member.load and len(self._processes) < self._wanted):
            least = self._start()
        return least

    def _start(self) -> _Process:
        try:
            process = _Process(self._writer, self._account, self._said)
        except OSError as error:
            raise NoWorkersError(f"a worker process cannot be started: {error}") from error
        process.connection.send([self._assignment])
        self._processes.append(process)
        watch = asyncio.create_task(self._watch(process))
        self._watches.add(watch)
        watch.add_done_callback(self._watches.discard)
        return process

    async def _watch(self, process: _Process) -> None:
        await process.serve()
        self._processes.remove(process)
        ended = await process.end()
        if self._closing:
            await process.member.lose(WorkerLostError("the run has ended"))
            return
        error: Exception = WorkerLostError(f"a worker process ended with {ended}")
        if self._deaths.another(self._wanted):
            error = self._broken = NoWorkersError(
                f"{self._deaths.in_a_row} worker processes in a row ended before any thread did, "
                f"the last with {ended}"
            )
        await process.member.lose(error)


class _Process:
    """One worker process, started."""

    def __init__(self, writer: GroupWriter, account: Account, said: _Said) -> None:
        self._gone = asyncio.Event()
        self._ours, theirs = socket.socketpair()
        with theirs:
            try:
                self.popen = _spawn(theirs.fileno())
            except OSError:
                self._ours.close()
                raise
        self._output = _Output(self.popen, said)
        self.connection = Connection(lambda messages: self.member.take(messages), self._gone.set)
        self.member = Member(writer, account, self.connection.send)

    async def serve(self) -> None:
        """Connect; returns when the connection has ended, and all that came over it is seen to."""
        self._ours.setblocking(False)
        await asyncio.get_running_loop().create_unix_connection(lambda: self.connection, sock=self._ours)
        await self._gone.wait()
        # The transport has closed the descriptor. Where that was before it took the socket over, uvloop
        # leaves the object with a number that is no longer its own.
        self._ours.detach()

    async def end(self) -> str:
        """Wait for the end of a process whose connection has ended; says how it ended."""
        status = await asyncio.to_thread(_wait, self.popen)
        last = self._output.close()
        if status < 0:
            return f"signal {-status} ({signal.Signals(-status).name})"
        return f"exit status {status}{f': {last}' if last else ''}"


def _spawn(descriptor: int) -> subprocess.Popen[bytes]:
    """A process that imports this program's rooms, whatever directory the user is in."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", "from graphs.worker_main import main; main()", str(descriptor)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[descriptor],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        process_group=0,
    )


def _wait(popen: subprocess.Popen[bytes]) -> int:
    try:
        return popen.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        popen.kill()
        return popen.wait()


class _Said:
    """Lines of several workers, each shown as often as one worker said it, not as often as all did."""

    def __init__(self) -> None:
        self._shown: Counter[str] = Counter()

    def show(self, line: str, times: int) -> None:
        """Show a line that one worker says for the so-manieth time, unless another has said it as often."""
        if times > self._shown[line]:
            if len(self._shown) > _LINES_KEPT:
                self._shown.clear()
            self._shown[line] = times
            print(line, file=sys.stderr)


class _Output:
    """What a worker process writes: warnings, logs, or why it dies."""

    def __init__(self, popen: subprocess.Popen[bytes], said: _Said) -> None:
        assert popen.stdout is not None, "it was started with a pipe"
        self._pipe = popen.stdout
        self._said = said
        self._times: Counter[str] = Counter()
        self._begun = b""
        self._last: deque[str] = deque(maxlen=1)
        os.set_blocking(self._pipe.fileno(), False)
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._read)

    def close(self) -> str:
        """Read what is left; returns the last line."""
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        with contextlib.suppress(BlockingIOError):
            while self._read():
                pass
        self._pipe.close()
        return self._last[0] if self._last else ""

    def _read(self) -> bool:
        """Read once; False at the end."""
        data = os.read(self._pipe.fileno(), 65_536)
        if not data:
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        *lines, self._begun = (self._begun + data).split(b"\n") if data else [self._begun, b""]
        for line in filter(str.strip, (line.decode("utf-8", "replace") for line in lines)):
            if len(self._times) > _LINES_KEPT:
                self._times.clear()
            self._times[line] += 1
            self._said.show(line, self._times[line])
            self._last.append(line)
        return bool(data)
