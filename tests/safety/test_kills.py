"""A safety run that is killed, drained or aborted ends as if it had never been; nothing is paid for twice."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from store import safety
from store.store import Store
from tests.console.harness import FAST_HTTP, Background, Desk, invoke
from tests.graphs.test_crash import check_replies, kill_after, replies, server_process
from tests.graphs.test_interrupt import wait_for
from tests.model_server.replies import Reply, Script, ServerRequest, Slow
from tests.safety.parties import pack_file, parties, says
from tests.safety.runs import PANEL, Standing, named
from tests.store.safety_run import make_pack, make_scenario

CONCURRENCY = 6
IN_FLIGHT = CONCURRENCY * len(PANEL)
SCRIPT = "tests.safety.parties:crash_parties"
TURNS = 2


def crash_and_resume(folder: Path, scenarios: int, kills: list[int]) -> None:
    """Kill a run after each of these numbers of requests, let it end, and check what is left."""
    asked = [
        make_scenario(n, test_prompt=f"How many of {n}?", prober_goal="a number") for n in range(scenarios)
    ]
    pack = make_pack().model_copy(update={"scenarios": tuple(asked)})
    store = folder / "crash.db"
    with server_process(folder, SCRIPT) as server:
        spec = server.spec.replace(":scripted@", ":{}@")
        parts = ["--targets", ",".join(f"{name}={spec.format(name)}" for name in ("alpha", "beta"))]
        parts += ["--judges", ",".join(f"{name}={spec.format(name)}" for name in PANEL)]
        parts += ["--prober", spec.format("prober"), "--turns", str(TURNS), "--reps", "2"]
        options = ("--store", store, *FAST_HTTP, "--concurrency", str(CONCURRENCY), "--json")
        command: tuple[str | Path, ...] = ("safety", "run", pack_file(folder, pack), *parts)
        killed, acknowledged = 0, set[int]()
        for requests in kills:
            process = Background(folder, *command, *options)
            killed += kill_after(process, server, requests)
            if store.exists():
                command = ("resume",)
                recorded = replies(store)
                assert acknowledged <= recorded.keys(), "a recorded reply is gone"
                acknowledged |= recorded.keys()
        result = Background(folder, *command, *options).wait(120)
        assert result.code == 3, result.err
        cells = 2 * 2 * scenarios
        check_outcomes(store, cells)
        log = server.requests()
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        calls = [call for cell in opened.work(run.id) for call in opened.calls(run.id, cell)]
    assert [call.error for call in calls if call.outcome == "error"] == []
    check_replies(calls, log)
    assert len(calls) == cells * (2 * TURNS - 1 + len(PANEL) + 1), "one judge is asked a second time"
    assert len(log) - len(calls) <= killed * IN_FLIGHT
    assert killed >= len(kills) - 2, "the run was too short for this many kills"
    assert invoke("verify", "--store", store).code == 0


def check_outcomes(store: Path, cells: int) -> None:
    """Every cell has one conversation, a judgment of each judge, and one verdict or escalation."""
    with Store.open(store, read_only=True) as opened:
        (run,) = opened.runs("safety")
        found = list(safety.cells(opened.file, run.id))
        assert len(found) == cells
        assert len(safety.transcripts(opened.file, run.id)) == cells
        for cell, verdict in found:
            seats = [one.seat for one in safety.judgments_of(opened.file, run.id, cell.instance_id)]
            assert seats == [0, 1, 2]
            escalation = opened.escalation(run.id, cell.instance_id)
            assert (verdict is None) != (escalation is None)
            assert len(safety.verdicts_of(opened.file, cell)) == (escalation is None)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twelve_kills_at_random_points(tmp_path: Path) -> None:
    chance = random.Random(20261)
    crash_and_resume(tmp_path, 12, [chance.randint(1, 50) for _ in range(12)])


def slow(seconds: float) -> Script:
    """Everybody takes so long."""
    good = parties(says("pass"))

    def script(request: ServerRequest) -> Reply:
        return Slow(seconds, good(request))

    return script


def start(desk: Desk, seconds: float) -> Background:
    """A run of eight conversations, two at a time, whose first requests have arrived and take so long."""
    desk.server.script = slow(seconds)
    before = desk.server.count
    parts = (
        "--targets",
        named(desk, ("alpha", "beta")),
        "--judges",
        named(desk, PANEL),
        "--concurrency",
        "2",
    )
    pack = pack_file(desk.folder, make_pack(4))
    process = desk.background("safety", "run", pack, *parts, *FAST_HTTP, "--json")
    wait_for(lambda: desk.server.count >= before + 2, "two requests")
    return process


@pytest.mark.slow
def test_the_first_signal_drains_and_resume_completes(desk: Desk) -> None:
    process = start(desk, 0.2)
    process.signal(signal.SIGINT)
    result = process.wait()
    assert result.code == 130, result.err
    assert "Draining" in result.err
    facts = result.json
    assert (facts["ending"], facts["state"]) == ("drained", "drained")
    assert (facts["committed"], facts["failed"], facts["pending"]) == (2, 0, 6)
    assert desk.roles() == {"judge": 6, "target": 2}
    desk.server.script = parties(says("pass"))
    again = desk.resume()
    assert (again.code, again.json["state"], again.json["committed"]) == (0, "finished", 8)
    assert desk.roles() == {"judge": 18, "target": 6}


@pytest.mark.slow
def test_the_second_signal_aborts_and_resume_completes(desk: Desk) -> None:
    process = start(desk, 0.2)
    wait_for(lambda: desk.server.count >= 4, "a judge")
    desk.server.script = slow(20)
    process.signal(signal.SIGINT)
    wait_for(lambda: "Draining" in process.err(), "the drain")
    began = time.monotonic()
    process.signal(signal.SIGINT)
    result = process.wait(20)
    assert time.monotonic() - began < 10
    assert (result.code, result.json["ending"], result.json["state"]) == (130, "aborted", "interrupted")
    assert "Traceback" not in result.err
    assert result.json["failed"] == 0
    assert desk.parked() == 0
    desk.roles()
    desk.server.script = parties(says("pass"))
    assert desk.resume().json["committed"] == 8
    assert sum(desk.roles().values()) == 8 * 4 - result.json["calls"]
    assert Standing(desk).severities() == ["pass"] * 8
    assert desk("verify").code == 0
