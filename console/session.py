"""A run in the foreground: progress shown, Ctrl-C drains, a second one aborts."""

from __future__ import annotations

import asyncio
import signal
import sys

from console.progress import ProgressView
from console.text import plain
from graphs.engine import RunOptions
from graphs.jobs import execute
from graphs.runner import Ending, Progress, Stop
from store.records import RunCounts, RunRecord
from store.store import Store

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_WAITING = 3
EXIT_BUDGET = 4
EXIT_INTERRUPTED = 130


def run_to_end(
    store: Store, run: RunRecord, how: RunOptions, *, resumed: bool, quiet: bool
) -> tuple[Ending, str]:
    """Execute a run; returns how it ended and, where it stopped by itself, why."""
    stop = Stop()

    async def main() -> Ending:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _interrupt, stop, view)
        try:
            return await execute(store, run, how, resumed=resumed, stop=stop, on_change=on_change)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    def on_change(progress: Progress) -> None:
        view.update(progress)

    with ProgressView(quiet) as view:
        ending = asyncio.run(main())
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


def _interrupt(stop: Stop, view: ProgressView) -> None:
    if stop.reason is None:
        stop.drain()
        view.say(
            "Draining: what is in flight will be finished. Press Ctrl-C again to abort; `resume` goes on."
        )
    else:
        view.say("Aborting. Nothing that was recorded is lost; `resume` goes on.")
        stop.abort()


def warn(message: str) -> None:
    """One line on stderr."""
    print(plain(message), file=sys.stderr, flush=True)
