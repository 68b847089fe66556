"""The command line as a user has it: arguments in, exit code, stdout and stderr out."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import multiprocessing
import os
import runpy
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import run
from store.records import CallRecord, EscalationRecord, LabelRecord, VoteRecord
from store.store import Store
from store.tracing import TraceBundle
from tests.graphs import scripts
from tests.model_server.replies import Api, Script
from tests.model_server.server import ModelServer

ROOT = Path(run.__file__).parent
ONE_VOTE = ("--votes", "1", "--max-votes", "1")
FAST_HTTP = ("--retry-wait", "0.01", "--attempts", "3", "--timeout", "5")


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its stdout as JSON."""
        return json.loads(self.out)


def invoke(*args: str | Path) -> Result:
    """Run a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    argv, sys.argv = sys.argv, ["run.py", *map(str, args)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run.main()
    finally:
        sys.argv = argv
    return Result(code, out.getvalue(), err.getvalue())


def refused(result: Result, *said: str) -> None:
    """Exit 2, one clear message on stderr, nothing on stdout, no traceback."""
    assert result.code == 2, result.out
    assert result.out == ""
    assert "Traceback" not in result.err
    for words in said:
        assert words in result.err


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Desk:
    """One folder with a benchmark and a store, and the model server that the runs talk to."""

    def __init__(self, folder: Path, server: ModelServer) -> None:
        self.folder = folder
        self.server = server
        self.store = folder / "labels.db"
        server.script = scripts.agents
        self._before = server.count

    def spec(self, api: Api = "chat") -> str:
        """The server as a model spec."""
        return self.server.spec("scripted", api)

    def benchmark(self, *rows: scripts.Row) -> Path:
        """A file with these rows, or with all of ours."""
        return scripts.write_benchmark(self.folder / "benchmark.jsonl", rows or scripts.ROWS)

    def relabel(
        self, *args: str, rows: tuple[scripts.Row, ...] = (), script: Script | None = None, api: Api = "chat"
    ) -> Result:
        """`relabel --json` on the rows, with short waits."""
        if script is not None:
            self.server.script = script
        source = self.benchmark(*rows)
        return self("relabel", source, "--model", self.spec(api), *FAST_HTTP, "--json", *args)

    def audit(
        self, *args: str, rows: tuple[scripts.Row, ...] = (), script: Script | None = None, api: Api = "chat"
    ) -> Result:
        """`audit --model --json` on the rows, with short waits."""
        if script is not None:
            self.server.script = script
        source = self.benchmark(*rows)
        return self("audit", source, "--model", self.spec(api), *FAST_HTTP, "--json", *args)

    def audited(self, source_id: str) -> TraceBundle:
        """What the latest audit run did for an instance."""
        with Store.open(self.store, read_only=True) as store:
            return store.trace(store.latest_run(workflow="audit").id, source_id)

    def resume(self, *args: str) -> Result:
        """`resume --json`, with short waits."""
        return self("resume", *FAST_HTTP, "--json", *args)

    def __call__(self, command: str, *args: str | Path) -> Result:
        """Any command on the store."""
        return invoke(command, *args, "--store", self.store)

    def background(self, command: str, *args: str | Path) -> Background:
        """Any command on the store, in a process of its own."""
        return Background(self.folder, command, *args, "--store", self.store)

    def roles(self) -> dict[str, int]:
        """Requests that the server got since this desk was set up or asked last, by role."""
        records = self.server.records[self._before :]
        self._before = self.server.count
        return dict(sorted(Counter(record.role for record in records).items()))

    def calls(self, source_id: str) -> tuple[CallRecord, ...]:
        """An instance's calls on record, of the latest run."""
        with Store.open(self.store, read_only=True) as store:
            return store.trace(store.latest_run().id, source_id).calls

    def votes(self, source_id: str) -> tuple[VoteRecord, ...]:
        """An instance's votes, of the latest run."""
        with Store.open(self.store, read_only=True) as store:
            return store.trace(store.latest_run().id, source_id).votes

    def label(self, source_id: str) -> LabelRecord | None:
        """An instance's label, of the latest run."""
        with Store.open(self.store, read_only=True) as store:
            return store.trace(store.latest_run().id, source_id).label

    def escalation(self, source_id: str) -> EscalationRecord | None:
        """An instance's escalation, of the latest run."""
        with Store.open(self.store, read_only=True) as store:
            return store.trace(store.latest_run().id, source_id).escalation

    def parked(self) -> int:
        """Threads that the checkpoint file holds."""
        path = self.folder / "labels.checkpoints.db"
        if not path.exists():
            return 0
        with contextlib.closing(sqlite3.connect(path)) as connection:
            (count,) = connection.execute("SELECT count(DISTINCT thread_id) FROM checkpoints").fetchone()
        return int(count)


class Background:
    """A command in a process of its own, which can be killed.

    The processes are forked from a server that has imported the command line once, since that takes seconds.
    """

    def __init__(self, folder: Path, *args: str | Path) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["run"])
        number = len(list(folder.glob("out-*.txt")))
        self._files = folder / f"out-{number}.txt", folder / f"err-{number}.txt"
        self._files[0].touch()
        target, files = _in_child, tuple(map(str, self._files))
        self.process: ForkServerProcess = context.Process(
            target=target, args=(tuple(map(str, args)), files, dict(os.environ)), daemon=True
        )
        self.process.start()

    @property
    def pid(self) -> int:
        assert self.process.pid is not None, "the process was started"
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.process.kill()
        self.process.join()

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def wait(self, timeout: float = 60) -> Result:
        """Wait for its end; fails where it does not come."""
        self.process.join(timeout)
        assert self.process.exitcode is not None, f"still running after {timeout} s: {self.err()}"
        return Result(self.process.exitcode, self.out(), self.err())

    def out(self) -> str:
        """What it has said on stdout so far."""
        return self._files[0].read_text("utf-8")

    def err(self) -> str:
        """What it has said on stderr so far."""
        return self._files[1].read_text("utf-8") if self._files[1].exists() else ""


def _in_child(args: tuple[str, ...], files: tuple[str, str], environ: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)
    for number, path in zip((1, 2), files, strict=True):
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(target, number)
        os.close(target)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.argv = ["run.py", *args]
    os.chdir(ROOT)
    runpy.run_path(str(ROOT / "run.py"), run_name="__main__")
