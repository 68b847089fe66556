"""Going on with a run from the app: `run.py resume` as a process of its own, which outlives this server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from graphs.lock import BusyError, is_executing
from store.secrets import scrubber

RUN_PY = Path(__file__).resolve().parent.parent / "run.py"
_TAIL_BYTES = 8192
_TAIL_LINES = 20


class Launcher:
    """Starts runs, and knows which of those that it started have not ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: dict[tuple[Path, str], subprocess.Popen[bytes]] = {}

    def busy(self, store: Path, run_id: str) -> bool:
        """Whether a process executes the run, or was started here and is about to."""
        child = self._started.get((store.resolve(), run_id))
        return (child is not None and child.poll() is None) or is_executing(store, run_id)

    def resume(self, store: Path, run_id: str) -> None:
        """Start the process. Raises BusyError where the run is being executed.

        Where another process begins to execute it in this very moment, the lock of the run refuses the one
        that is started here, and its log says so.
        """
        with self._lock:
            if self.busy(store, run_id):
                raise BusyError(f"run {run_id} is being executed already")
            file = store.resolve()
            with open(_opened(log_path(store, run_id)), "ab") as log:
                child = subprocess.Popen(
                    [sys.executable, str(RUN_PY), "resume", run_id, "--store", str(file), "--quiet"],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,  # how the run stands is what the pages show
                    stderr=log,
                    start_new_session=True,  # a Ctrl-C that ends this server does not reach the run
                )
            self._started[file, run_id] = child
        # Someone must wait for it when it ends, and no page may.
        threading.Thread(target=child.wait, daemon=True, name=f"resume {run_id}").start()


def log_path(store: Path, run_id: str) -> Path:
    """Where the process that was started last says what goes wrong."""
    file = store.resolve()
    return file.with_name(f".{file.name}.{run_id}.log")


def last_words(store: Path, run_id: str) -> list[str]:
    """The last lines that the process wrote which was started last; none where all went well."""
    path = log_path(store, run_id)
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    return scrubber()(text).splitlines()[-_TAIL_LINES:]


def _opened(path: Path) -> int:
    """The emptied log, which only its owner may read: what a model's server said may be in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor
