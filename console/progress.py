"""Progress on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
from rich.progress import Progress as Bar
from rich.table import Column

from answers.figures import duration
from console.forecast import Overrun, cost_told
from graphs.options import RunOptions
from graphs.runner import Progress
from store.records import Workflow

LINE_INTERVAL_S = 5.0


def tell(message: str, stream: TextIO | None) -> None:
    """A line on a stream; where nobody reads it any more, nothing. What is told must not end a run."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        print(message, file=stream, flush=True)


_SETTLED: Mapping[Workflow, str] = {
    "relabel": "{0.settled} committed  {0.parked} to review",
    "audit": "{0.settled} audited",
    "safety": "{0.settled} verdicts  {0.parked} to review",
}


class ProgressView:
    """Shows threads done, rate, time left, cost and the counts by state."""

    def __init__(
        self,
        quiet: bool,
        stream: TextIO | None = None,
        workflow: Workflow = "relabel",
        how: RunOptions | None = None,
    ) -> None:
        self._workflow: Workflow = workflow
        self._overrun = Overrun(how or RunOptions())
        self._stream: TextIO | None = stream or sys.stderr
        self._quiet = quiet or self._stream is None or self._stream.closed
        self._began = time.monotonic()
        self._last_line = self._began
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if not self._quiet and self._stream is not None and self._stream.isatty():
            self._bar = Bar(
                BarColumn(bar_width=10),
                MofNCompleteColumn(table_column=Column(no_wrap=True)),
                TextColumn("{task.fields[pace]}", table_column=Column(no_wrap=True)),
                TextColumn("{task.fields[states]}"),
                console=Console(file=self._stream),
            )
            self._bar.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self, total: int) -> None:
        """Show the bar, if there is one, before the first of `total` threads has ended."""
        if self._bar is not None:
            self._show(0, total, "", "")

    def update(self, progress: Progress) -> None:
        """Show the state after one more thread."""
        if (warning := self._overrun.told(progress)) is not None:
            self.say(warning)
        if self._quiet:
            return
        elapsed = max(time.monotonic() - self._began, 1e-6)
        rate = progress.done / elapsed
        left = duration((progress.total - progress.done) / rate) if rate else "?"
        # of the whole run: rich's own estimate of the time left is of the last burst of threads
        pace = f"{rate:.1f}/s  left {left}"
        states = _SETTLED[self._workflow].format(progress) + f"  {progress.failed} failed"
        states += "".join(f"  {told}" for told in (cost_told(progress), _limited(progress)) if told)
        if (waiting := progress.waiting())[1]:
            states += f"  {waiting[0]} requests in {waiting[1]} batches"
        if self._bar is not None:
            self._show(progress.done, progress.total, pace, states)
        elif time.monotonic() - self._last_line >= LINE_INTERVAL_S:
            self._last_line = time.monotonic()
            tell(f"{progress.done}/{progress.total}  {pace}  {states}", self._stream)

    def say(self, message: str) -> None:
        """A line beside the progress."""
        if self._bar is not None:
            self._bar.console.print(message, markup=False, highlight=False)
        else:
            tell(message, self._stream)

    def _show(self, done: int, total: int, pace: str, states: str) -> None:
        assert self._bar is not None, "called only while the bar is shown"
        if self._task is None:
            self._task = self._bar.add_task(self._workflow, total=total, pace=pace, states=states)
        self._bar.update(self._task, completed=done, pace=pace, states=states)


def _limited(progress: Progress) -> str:
    """`limit 42 (429)`, of every account where requests wait for a slot."""
    return ", ".join(state.told() for state in progress.limits() if state.waiting)


def line_counter() -> Callable[[str, int, int], None]:
    """Takes what is counted, how many are done and of how many, and tells it on stderr every few seconds."""
    last_line = time.monotonic()

    def count(what: str, done: int, total: int) -> None:
        nonlocal last_line
        if time.monotonic() - last_line >= LINE_INTERVAL_S:
            last_line = time.monotonic()
            tell(f"{done}/{total} {what}", sys.stderr)

    return count
