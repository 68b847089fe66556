"""How far the stages of an experiment are, on stderr: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from answers.figures import duration
from console.progress import LINE_INTERVAL_S, tell
from training.folder import Stage, done
from training.runner import Ended, Event

_PHASES = {"demonstrations": "demonstrations", "improving": "GRPO", "judging": "judging"}


class StagesView:
    """Shows the stages that are done, and how far those are that run."""

    def __init__(self, every: Sequence[Stage], folder: Path, *, quiet: bool) -> None:
        self._total = len(every)
        self._done = sum(done(folder, stage) is not None for stage in every)
        self._quiet = quiet
        self._began = self._last_line = time.monotonic()
        self._running: dict[Stage, Event] = {}
        self._bar: Progress | None = None
        self._tasks: dict[Stage | None, TaskID] = {}

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
            self._bar = Progress(*columns, console=Console(file=sys.stderr))
            self._tasks[None] = self._bar.add_task("stages", total=self._total, completed=self._done)
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

    def update(self, event: Event | Ended) -> None:
        """Show what a stage said."""
        if isinstance(event, Ended):
            self._running.pop(event.stage, None)
            self._done += event.outcome == "done"
            self._end(event)
        else:
            self._running[event.stage] = event
            self._show(event)

    def say(self, message: str) -> None:
        """A line beside the progress."""
        if self._bar is not None:
            self._bar.console.print(message, markup=False, highlight=False)
        else:
            tell(message, sys.stderr)

    def _end(self, event: Ended) -> None:
        if self._bar is not None:
            if (task := self._tasks.pop(event.stage, None)) is not None:
                self._bar.remove_task(task)
            self._bar.update(self._tasks[None], completed=self._done)
        if not self._quiet:
            elapsed = duration(time.monotonic() - self._began)
            self.say(f"{event.stage.id} {event.outcome}: {self._done}/{self._total} stages, {elapsed}")

    def _show(self, event: Event) -> None:
        if self._bar is not None:
            if event.stage not in self._tasks:
                self._tasks[event.stage] = self._bar.add_task(event.stage.id, total=event.of)
            self._bar.update(
                self._tasks[event.stage],
                description=f"{event.stage.id} {_PHASES[event.phase]}",
                completed=event.done,
                total=event.of,
            )
        elif not self._quiet and time.monotonic() - self._last_line >= LINE_INTERVAL_S:
            self._last_line = time.monotonic()
            running = "  ".join(
                f"{s.id} {_PHASES[e.phase]} {e.done}/{e.of}" for s, e in self._running.items()
            )
            tell(f"{self._done}/{self._total} stages  {running}", sys.stderr)
