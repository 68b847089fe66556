"""Threads on worker processes: the same results, whoever of them dies."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from answers.model import NumberAnswer
from store import safety
from store.records import Workflow
from store.store import Store
from tests.console.harness import FAST_HTTP, ONE_VOTE, Background, Desk, invoke
from tests.graphs import scripts
from tests.graphs.test_crash import (
    CONCURRENCY,
    Server,
    check_outcomes,
    check_requests,
    replies,
    rows_of,
    server_process,
)
from tests.graphs.test_interrupt import slow, wait_for
from tests.graphs.test_review import OBJECTING, decision
from tests.model_server.replies import HttpError
from tests.safety.parties import parties, says
from tests.safety.runs import safety_run

TWO = ("--processes", "2")
THREE_VOTES = ("--votes", "3", "--max-votes", "3", "--seed", "0")
IGNORED = {
    *("id", "run_id", "created_at", "started_at", "latency_s", "elapsed_s", "timestamp"),
    *("provider_details", "provider_response_id", "settings"),
}
"""What differs between two runs of the same."""

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers by /proc")


def workers(pid: int) -> list[int]:
    """The worker processes of a run."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"worker_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            found.append(int(child))
    return found


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie, which waits only for its parent to hear of its end."""
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def recorded(store: Path, workflow: Workflow) -> dict[str, Any]:
    """What a run has on record, without what two runs of the same cannot have in common."""
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow=workflow)
        if workflow != "safety":
            bundles = (opened.trace(run.id, item) for item in opened.work(run.id))
            return {bundle.instance.id: _comparable(bundle.model_dump(mode="json")) for bundle in bundles}
        return {
            cell.instance_id: _comparable(
                {
                    "verdict": verdict and verdict.model_dump(mode="json"),
                    "calls": [
                        call.model_dump(mode="json") for call in opened.calls(run.id, cell.instance_id)
                    ],
                    "judgments": [
                        judgment.model_dump(mode="json")
                        for judgment in safety.judgments_of(opened.file, run.id, cell.instance_id)
                    ],
                }
            )
            for cell, verdict in safety.cells(opened.file, run.id)
        }


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items() if name not in IGNORED}
    if isinstance(value, list):
        return sorted((_comparable(item) for item in value), key=repr)
    return value


def same(desk: Desk, workflow: Workflow, run: Callable[..., Any]) -> None:
    """One process and two leave the same on record."""
    found = []
    for name, options in (("one", ()), ("two", TWO)):
        desk.store = desk.folder / f"{name}.db"
        result = run(*options)
        assert result.code in (0, 3), result.err
        assert "Traceback" not in result.err
        assert desk("verify").code == 0
        found.append(recorded(desk.store, workflow))
    assert found[0]
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize("model", ["server", "offline"])
def test_relabelling_is_the_same(desk: Desk, model: str) -> None:
    desk.server.script = scripts.crash_agents
    spec = desk.spec() if model == "server" else "offline"
    source = desk.benchmark()
    same(
        desk,
        "relabel",
        lambda *options: desk("relabel", source, "--model", spec, *THREE_VOTES, *FAST_HTTP, *options),
    )


@pytest.mark.slow
def test_an_audit_is_the_same(desk: Desk) -> None:
    desk.server.script = scripts.crash_agents
    same(desk, "audit", lambda *options: desk.audit(*THREE_VOTES, *options))


@pytest.mark.slow
def test_a_safety_run_is_the_same(desk: Desk) -> None:
    same(
        desk,
        "safety",
        lambda *options: safety_run(desk, *options, script=parties(says("pass")), judges=("one",)),
    )


def start(folder: Path, server: Server, count: int) -> tuple[Background, tuple[scripts.Row, ...]]:
    """A run of so many instances on two worker processes."""
    rows = rows_of(count)
    source = scripts.write_benchmark(folder / "benchmark.jsonl", rows)
    options = ("--store", folder / "crash.db", *FAST_HTTP, "--concurrency", str(CONCURRENCY), "--json")
    process = Background(folder, "relabel", source, "--model", server.spec, *THREE_VOTES, *TWO, *options)
    return process, rows


def wait_for_requests(process: Background, server: Server, more: int) -> None:
    """Wait until the server has answered so many more."""
    goal, end = len(server.requests()) + more, time.monotonic() + 60
    while len(server.requests()) < goal:
        assert process.process.is_alive(), process.err()
        assert time.monotonic() < end, process.err()
        time.sleep(0.01)


@needs_proc
@pytest.mark.slow
def test_killed_workers_are_replaced_and_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    with server_process(tmp_path) as server:
        process, rows = start(tmp_path, server, 42)
        killed: set[int] = set()
        for _ in range(2):
            wait_for_requests(process, server, 30)
            victim = chance.choice(workers(process.pid))
            acknowledged = replies(tmp_path / "crash.db")
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
        result = process.wait(120)
        assert result.code == 3, result.err
        assert result.json["failed"] == 0
        assert len(killed) == 2
        assert acknowledged.keys() <= replies(tmp_path / "crash.db").keys()
        check_outcomes(tmp_path / "crash.db", rows, "relabel")
        check_requests(tmp_path / "crash.db", server.requests(), len(killed), "relabel")
    assert invoke("verify", "--store", tmp_path / "crash.db").code == 0


@needs_proc
@pytest.mark.slow
def test_workers_do_not_outlive_their_driver(tmp_path: Path) -> None:
    with server_process(tmp_path) as server:
        process, rows = start(tmp_path, server, 28)
        wait_for_requests(process, server, 30)
        started = workers(process.pid)
        assert len(started) == 2
        process.kill()
        wait_for(lambda: not any(map(alive, started)), "the workers' end")
        result = invoke("resume", "--store", tmp_path / "crash.db", *FAST_HTTP, "--processes", "1", "--quiet")
        assert result.code == 3, result.err
        check_outcomes(tmp_path / "crash.db", rows, "relabel")
        check_requests(tmp_path / "crash.db", server.requests(), 1, "relabel")


@needs_proc
@pytest.mark.slow
def test_a_terminals_signals_drain_and_then_abort(desk: Desk) -> None:
    """Whoever is in the foreground gets them: workers go on until their driver says otherwise."""
    desk.server.script = slow(0.5)
    source = desk.benchmark(*(scripts.bmi(f"bmi-{n}", 50 + n, 170, "20") for n in range(8)))
    before = desk.server.count
    votes = ("--votes", "1", "--max-votes", "1", "--concurrency", "2", "--json")
    process = desk.background("relabel", source, "--model", desk.spec(), *votes, *FAST_HTTP, *TWO)
    wait_for(lambda: desk.server.count >= before + 2, "two requests", 60)
    started = workers(process.pid)
    for pid in (*started, process.pid):
        os.kill(pid, signal.SIGINT)
    wait_for(lambda: desk.server.count >= before + 4, "the critics", 60)
    desk.server.script = slow(20)
    for pid in (*started, process.pid):
        os.kill(pid, signal.SIGTERM)
    result = process.wait(20)
    assert (result.code, result.json["ending"]) == (130, "aborted"), result.err
    assert "Draining" in result.err
    assert "Traceback" not in result.err
    assert not any(map(alive, started))
    assert result.json["failed"] == 0
    assert result.json["calls"] in (2, 3), "workers are not ready at the same time"
    desk.server.script = scripts.agents
    desk.roles()
    assert desk.resume("--processes", "1").json["committed"] == 8
    assert sum(desk.roles().values()) == 16 - result.json["calls"]


@pytest.mark.slow
def test_a_budget_holds_over_all_processes(desk: Desk, tmp_path: Path) -> None:
    """Each knows what the others have spent: the run stops within what is in flight."""
    prices = tmp_path / "prices.yaml"
    prices.write_text("scripted: {input_usd_per_mtok: 1000, output_usd_per_mtok: 1000}\n", "utf-8")
    rows = rows_of(28)
    limits = ("--prices", str(prices), "--concurrency", "4", "--votes", "1", "--max-votes", "1")
    source = desk.benchmark(*rows)
    whole = desk("relabel", source, "--model", desk.spec(), *FAST_HTTP, *limits, "--json").json
    each = whole["cost"] / whole["calls"]
    budget = ("--budget", str(whole["cost"] / 2), "--new-run")
    result = desk("relabel", source, "--model", desk.spec(), *FAST_HTTP, *limits, *budget, *TWO, "--json")
    assert result.code == 4, result.err
    assert whole["cost"] / 2 <= result.json["cost"] <= whole["cost"] / 2 + 4 * 2 * each
    assert result.json["failed"] == 0


@pytest.mark.parametrize(
    ("ends", "told"),
    [("echo no room >&2; exit 3", "exit status 3: no room"), ("kill -9 $$", "signal 9 (SIGKILL)")],
)
def test_workers_that_die_and_die_stop_the_run(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, told: str
) -> None:
    """An instance is tried on three, for it may be what kills them; a crew gives up once six have died."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{ends}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    result = desk.relabel(*TWO, "--concurrency", "1", rows=scripts.ROWS[:3])
    assert result.code == 1
    assert f"6 worker processes in a row ended before any thread did, the last with {told}" in result.err
    assert result.err.count("no room\n") == told.count("no room") * 2
    facts = result.json
    assert (facts["ending"], facts["failed"], facts["pending"]) == ("stopped", 1, 2)
    (failure,) = facts["failures"]
    assert "in flight on 3 workers that died" in failure


def test_a_worker_that_cannot_be_started_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    result = desk.relabel(*TWO, rows=scripts.ROWS[:2])
    assert (result.code, result.json["ending"], result.json["failed"]) == (1, "stopped", 0)
    assert "a worker process cannot be started" in result.err


@pytest.mark.slow
def test_a_decision_reaches_the_thread_that_waits_for_it(desk: Desk) -> None:
    """Where it waits comes from one worker and goes to another."""
    waits = desk.relabel(*TWO, *ONE_VOTE, rows=(scripts.ROWS[0],), script=OBJECTING)
    assert (waits.code, desk.parked()) == (3, 1), waits.err
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    with Store.open(desk.store) as store:
        decision(store)
    result = desk.resume()
    assert result.code == 0, result.err
    assert (result.json["committed"], desk.parked()) == (1, 0)
    label = desk.label("bmi-1")
    assert label is not None
    assert label.decided_by == "reviewer"
    assert label.answer == NumberAnswer(value=24.0, unit="kg/m²")
