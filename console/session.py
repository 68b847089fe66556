"""A run in the foreground: progress shown, Ctrl-C drains, a second one aborts."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path

from console.progress import ProgressView, tell
from console.text import plain
from graphs.jobs import execute
from graphs.loop import run_loop
from graphs.options import RunOptions
from graphs.runner import Ending, Stop
from store.records import RunCounts, RunRecord
from store.store import Store
from telemetry.logs import about
from telemetry.metrics import metrics_kept
from telemetry.start import end_telemetry, start_telemetry

log = logging.getLogger("steward.run")

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_WAITING = 3
EXIT_BUDGET = 4
EXIT_INTERRUPTED = 130


def run_to_end(
    store: Store, run: RunRecord, how: RunOptions, *, resumed: bool, quiet: bool, metrics: Path | None = None
) -> tuple[Ending, str]:
    """Execute a run; returns how it ended and, where it stopped by itself, why.

    `metrics` is where its figures are kept meanwhile. Raises LogFileError or MetricsFileError.
    """
    start_telemetry(how.log_file)
    stop = Stop()
    counts = store.counts(run.id)

    async def main() -> Ending:
        loop = asyncio.get_running_loop()
        interrupts = Interrupts(stop, view)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupts.press)
        try:
            async with metrics_kept(metrics, store, run):
                return await execute(store, run, how, resumed=resumed, stop=stop, on_change=view.update)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    with ProgressView(quiet, workflow=run.workflow, how=how) as view:
        view.start(counts.pending + counts.failed)
        with about(run_id=run.id):
            log.info("run %s: %s", "resumed" if resumed else "started", run.workflow)
            ending = run_loop(main())
            log.info("run %s%s", ending, f": {stop.detail}" if stop.detail else "")
    end_telemetry()
    return ending, stop.detail


def exit_code(ending: Ending, counts: RunCounts) -> int:
    """The process's exit code: what a script needs to know about how the run stands."""
    if ending in ("drained", "aborted"):
        return EXIT_INTERRUPTED
    if ending == "budget":
        return EXIT_BUDGET
    if ending == "stopped" or counts.failed:
        return EXIT_FAILED
    return EXIT_WAITING if counts.awaiting_review else EXIT_DONE


class Interrupts:
    """What Ctrl-C does: the first drains, or says that the run is draining by itself; the next one aborts."""

    def __init__(self, stop: Stop, view: ProgressView) -> None:
        self._stop = stop
        self._view = view
        self._pressed = False

    def press(self) -> None:
        """Ctrl-C, or a request to terminate."""
        if self._pressed:
            self._view.say("Aborting. Nothing that was recorded is lost; `resume` goes on.")
            self._stop.abort()
            return
        self._pressed = True
        by_itself = self._stop.reason
        self._stop.drain()
        already = f"Draining already ({by_itself})" if by_itself else "Draining"
        self._view.say(
            f"{already}: what is in flight will be finished. Press Ctrl-C again to abort; `resume` goes on."
        )


def warn(message: str) -> None:
    """One line on stderr, if anyone reads it."""
    tell(plain(message), sys.stderr)
