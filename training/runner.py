"""Runs the stages of an experiment, each in a process of its own, as many side by side as there are cores."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from training.config import BASE, Config
from training.errors import TrainingError
from training.folder import DRIVER, LOG, Phase, Stage, base_of, done, stages

Ending = Literal["done", "failed", "drained", "aborted"]


@dataclass(frozen=True)
class Event:
    """How far a stage is: so many steps or replies of a phase."""

    stage: Stage
    phase: Phase
    done: int
    of: int


@dataclass(frozen=True)
class Ended:
    """A stage's process has ended."""

    stage: Stage
    outcome: Literal["done", "failed", "stopped"]
    detail: str = ""
    """Of a failure: the last line of the stage's log."""


Listener = Callable[[Event | Ended], None]


@dataclass
class Stop:
    """How a run is ended early: first what runs saves and stops, then it is killed."""

    draining: bool = False
    aborting: bool = False
    _processes: dict[Stage, asyncio.subprocess.Process] = field(default_factory=dict)

    def drain(self) -> None:
        """Let every process save a checkpoint after its step, and stop."""
        self.draining = True
        for process in self._processes.values():
            if process.returncode is None:
                process.terminate()

    def abort(self) -> None:
        """Kill every process; each goes on from its last checkpoint another time."""
        self.draining = self.aborting = True
        for process in self._processes.values():
            if process.returncode is None:
                process.kill()

    def joins(self, stage: Stage, process: asyncio.subprocess.Process) -> None:
        """Make a process one of those that are stopped."""
        self._processes[stage] = process
        if self.aborting:
            process.kill()
        elif self.draining:
            process.terminate()


async def run_stages(folder: Path, config: Config, *, processes: int, stop: Stop, tell: Listener) -> Ending:
    """Do every stage that is not complete, an arm after its base model.

    One that fails takes no other with it but the arms that would begin with it. Raises TrainingError where
    another process runs the experiment.
    """
    with _alone(folder):
        waiting = [stage for stage in stages(config) if not done(folder, stage)]
        failed: set[Stage] = set()
        running: dict[asyncio.Task[Ended], Stage] = {}
        while waiting or running:
            waiting = [stage for stage in waiting if not _lost(config, stage, failed)]
            for stage in _ready(folder, config, waiting)[: processes - len(running)]:
                if stop.draining:
                    break
                waiting.remove(stage)
                running[asyncio.create_task(_run(folder, config, stage, stop, tell))] = stage
            if not running:
                break
            ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                del running[task]
                result = task.result()
                tell(result)
                if result.outcome == "failed":
                    failed.add(result.stage)
    if stop.draining and any(not done(folder, stage) for stage in stages(config)):
        return "aborted" if stop.aborting else "drained"
    return "failed" if failed else "done"


def _ready(folder: Path, config: Config, waiting: Sequence[Stage]) -> list[Stage]:
    return [s for s in waiting if s.arm == BASE or done(folder, base_of(config, s))]


def _lost(config: Config, stage: Stage, failed: set[Stage]) -> bool:
    return stage.arm != BASE and base_of(config, stage) in failed


def command_line(folder: Path, config: Config, stage: Stage) -> list[str]:
    """How a stage is started: one process, and for an arm with several devices one on each, by torchrun.

    They meet on a free port of this machine; a base model is at most judged, which one process does.
    """
    several = config.devices > 1 and stage.arm != BASE
    launcher = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={config.devices}"]
    worker = ["-m", "training.worker", str(folder.absolute()), stage.arm, str(stage.seed)]
    return [sys.executable, *(launcher if several else []), *worker]


async def _run(folder: Path, config: Config, stage: Stage, stop: Stop, tell: Listener) -> Ended:
    place = folder / stage.id
    place.mkdir(exist_ok=True)
    with (place / LOG).open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command_line(folder, config, stage),
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            stdin=asyncio.subprocess.DEVNULL,
            env=_environment(),
            limit=2**20,
            start_new_session=True,  # Ctrl-C is for the driver, which says what it means
        )
        stop.joins(stage, process)
        try:
            assert process.stdout is not None, "it is a pipe"
            async for line in process.stdout:
                if (event := _event(stage, line)) is not None:
                    tell(event)
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if done(folder, stage):
        return Ended(stage, "done")
    if stop.draining:
        return Ended(stage, "stopped")
    return Ended(stage, "failed", f"exit code {code}: {_last_line(place / LOG)}")


def _environment() -> dict[str, str]:
    """One thread for each process on a CPU, where two of several threads each take longer than two of one.

    A stage runs where the driver does, so that paths in the configuration mean the same to both.
    """
    ours = str(Path(__file__).parent.parent)
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH")))),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        DRIVER: str(os.getpid()),
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _event(stage: Stage, line: bytes) -> Event | None:
    """What a line of a stage's process says; None for a line that a library printed."""
    try:
        said = json.loads(line)
        return Event(stage, said["phase"], int(said["done"]), int(said["of"]))
    except (ValueError, TypeError, KeyError):
        return None


def _last_line(path: Path) -> str:
    lines = [line for line in path.read_text("utf-8", "replace").splitlines() if line.strip()]
    return f"{lines[-1].strip()} (all of it in {path})" if lines else f"nothing in {path}"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0.5)
    except Timeout:
        raise TrainingError(f"another process runs {folder}; wait for it or end it") from None
    try:
        yield
    finally:
        lock.release()
