"""What a trainer tells while it trains, and how it is stopped."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from training.folder import DRIVER, Phase, StepRecord, append_steps
from training.learner.ranks import is_first, of_all_ranks

STOPPED = 75
"""Exit code of a process that was asked to stop, and saved what it had: EX_TEMPFAIL of sysexits.h."""


class Stopping:
    """Whether this process was asked to stop, or has lost the one that started it, or the driver.

    Where torchrun is in between it has started this one, and goes on without the driver.
    """

    def __init__(self) -> None:
        self._parent = os.getppid()
        self._driver = int(os.environ.get(DRIVER, self._parent))
        self._asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def agree(self) -> None:
        """Let every rank stop where one of them is to. Every rank has to call it at the same point."""
        self._asked = any(of_all_ranks([bool(self)]))

    def __bool__(self) -> bool:
        return self._asked or os.getppid() != self._parent or not _alive(self._driver)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    return True


def tell(phase: Phase, done: int, of: int, **figures: float) -> None:
    """One line of JSON for the driver."""
    print(json.dumps({"phase": phase, "done": done, "of": of, **figures}), flush=True)


class Watch(TrainerCallback):
    """Tells how far a trainer is, and makes it save and stop where that is asked for.

    After the last step no checkpoint is written, for transformers would make one step more when it goes on
    from there. What is trained is saved as a model instead.
    """

    def __init__(self, phase: Phase, stopping: Stopping) -> None:
        self.stopping = stopping
        self._phase: Phase = phase

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """After each step."""
        if is_first():
            tell(self._phase, state.global_step, state.max_steps)
        self.stopping.agree()
        if self.stopping:
            control.should_save = True
            control.should_training_stop = True
        if state.global_step >= state.max_steps:
            control.should_save = False


class Curve(TrainerCallback):
    """Writes a record of each step, from what the reward saw of its replies in all ranks."""

    def __init__(self, folder: Path, seen: Callable[[], dict[str, Any]]) -> None:
        self._file = append_steps(folder)
        self._seen = seen
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """After each step."""
        record = StepRecord(
            step=state.global_step,
            of=state.max_steps,
            seconds=time.monotonic() - self._began,
            **self._seen(),
        )
        if is_first():
            print(record.model_dump_json(), file=self._file, flush=True)


def quiet() -> None:
    """Keep libraries from drawing bars: stdout is for the driver, and stderr is kept as a log."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_warning()
    transformers.logging.disable_progress_bar()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
