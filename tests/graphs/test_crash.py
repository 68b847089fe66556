"""A run that is killed again and again ends as if it had never been: one outcome each, nothing paid twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from store.records import CallRecord, Workflow
from store.store import Store
from tests.console.harness import FAST_HTTP, ROOT, Background, invoke
from tests.graphs import scripts
from tests.graphs.scripts import ROWS

CONCURRENCY = 8
VOTES = 3
IN_FLIGHT = CONCURRENCY * VOTES
"""Requests that can be under way at once: every sample of every instance in flight."""
SCRIPT = "tests.graphs.scripts:crash_agents"


@dataclass
class Server:
    """A scripted server in a process of its own, which outlives the runs, and its log."""

    spec: str
    log: Path

    def requests(self) -> list[dict[str, Any]]:
        """What it has finished so far."""
        if not self.log.exists():
            return []
        whole = self.log.read_text("utf-8").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


@contextmanager
def server_process(folder: Path, script: str = SCRIPT) -> Iterator[Server]:
    """Start the server; end it whatever happens."""
    log = folder / "requests.jsonl"
    command = [sys.executable, "-m", "tests.model_server", "--script", script, "--log", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            yield Server(f"openai-chat:scripted@{url}/v1", log)
        finally:
            process.terminate()


def kill_after(process: Background, server: Server, requests: int) -> bool:
    """SIGKILL once the server has finished so many more requests; False where the run ended before."""
    goal = len(server.requests()) + requests
    while len(server.requests()) < goal:
        if not process.process.is_alive():
            return False
        time.sleep(0.005)
    process.kill()
    return True


def crash_and_resume(
    folder: Path, rows: tuple[scripts.Row, ...], kills: list[int], workflow: Workflow = "relabel"
) -> None:
    """Start a run, kill it after each of these numbers of requests, let it end, and check what is left."""
    store = folder / "crash.db"
    source = scripts.write_benchmark(folder / "benchmark.jsonl", rows)
    options = ("--store", store, *FAST_HTTP, "--concurrency", str(CONCURRENCY), "--json")
    votes = ("--votes", str(VOTES), "--max-votes", str(VOTES), "--seed", "0")
    with server_process(folder) as server:
        command: tuple[str | Path, ...] = (workflow, source, "--model", server.spec, *votes)
        killed = 0
        acknowledged: set[int] = set()
        for requests in kills:
            process = Background(folder, *command, *options)
            alive = kill_after(process, server, requests)
            killed += alive
            if store.exists():
                command = ("resume",)
                recorded = replies(store)
                assert acknowledged <= recorded.keys(), "a recorded reply is gone"
                acknowledged |= recorded.keys()
        result = Background(folder, *command, *options).wait()
        assert result.code in (0, 3), result.err
        check_outcomes(store, rows, workflow)
        check_requests(store, server.requests(), killed, workflow)
    assert killed >= len(kills) - 2, "the run was too short for this many kills"
    assert invoke("verify", "--store", store).code == 0


def replies(store: Path) -> dict[int, str]:
    """The replies on record: call id → key."""
    with Store.open(store, read_only=True) as opened:
        found = opened.file.rows("SELECT id, key FROM calls WHERE outcome = 'reply'")
    return {row["id"]: row["key"] for row in found}


def check_outcomes(store: Path, rows: tuple[scripts.Row, ...], workflow: Workflow) -> None:
    """Every instance has exactly one label, escalation or finding, and all its votes."""
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow=workflow)
        assert len(opened.runs(None)) == 1
        counts = opened.counts(run.id)
        settled = counts.judged if workflow == "audit" else counts.committed + counts.awaiting_review
        assert settled == counts.instances == len(rows)
        for row in rows:
            bundle = opened.trace(run.id, row["id"])
            assert len(bundle.votes) + len(bundle.audit_votes) == VOTES
            outcomes = [*bundle.labels, bundle.escalation, bundle.finding]
            assert len([outcome for outcome in outcomes if outcome is not None]) == 1, row["id"]
            keys = [call.key for call in bundle.calls if call.outcome == "reply"]
            assert len(keys) == len(set(keys))


def check_requests(store: Path, log: list[dict[str, Any]], killed: int, workflow: Workflow) -> None:
    """A reply on record was never asked for again; what was, had been in flight at a kill.

    Bodies differ from each other by instance, sample (seed), role and turn, so that one body is one call, and
    the server's number of a request is part of the reply: the recorded one must be the last of its body.
    """
    last = {line["sha256"] for line in log}
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow=workflow)
        calls = [call for item in opened.work(run.id) for call in opened.calls(run.id, item)]
    assert [call.error for call in calls if call.outcome == "error"] == []
    check_replies(calls, log)
    assert len(log) - len(last) <= killed * IN_FLIGHT


def check_replies(calls: list[CallRecord], log: list[dict[str, Any]]) -> None:
    """Each recorded reply is the last that the server gave to its request, and every request has one."""
    last = {line["sha256"]: line["n"] for line in sorted(log, key=lambda line: line["n"])}
    sha_of = {line["n"]: line["sha256"] for line in log}
    numbers = [_number(call) for call in calls]
    assert [n for n in numbers if last[sha_of[n]] != n] == [], "asked for again although on record"
    assert {sha_of[n] for n in numbers} == last.keys(), "a reply is not on record"
    assert len(numbers) == len(last)


def _number(call: CallRecord) -> int:
    assert isinstance(call.response, dict)
    return int(str(call.response["provider_response_id"]).removeprefix("chatcmpl-"))


def rows_of(count: int) -> tuple[scripts.Row, ...]:
    """So many instances of all our kinds, no two of them with the same text."""
    kinds = [ROWS[k % len(ROWS)] for k in range(count)]
    return tuple(
        {
            **row,
            "id": f"{row['id']}-{k}",
            "context": f"{row['context']} Page {k}.",
            "question": f"{row['question']} ({k})",
        }
        for k, row in enumerate(kinds)
    )


@pytest.mark.slow
def test_two_kills(tmp_path: Path) -> None:
    """The short form of the test below."""
    crash_and_resume(tmp_path, rows_of(14), [5, 30])


@pytest.mark.slow
def test_two_kills_of_an_audit(tmp_path: Path) -> None:
    crash_and_resume(tmp_path, rows_of(14), [5, 20], "audit")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_twenty_kills_at_random_points(tmp_path: Path) -> None:
    chance = random.Random(20260)
    crash_and_resume(tmp_path, rows_of(98), [chance.randint(1, 60) for _ in range(20)])
