"""Ctrl-C without a terminal: the first drains, the second aborts, and both can be resumed."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from store.store import Store
from tests.console.harness import FAST_HTTP, Background, Desk
from tests.graphs import scripts
from tests.model_server.replies import Reply, ServerRequest, Slow

ROWS = tuple(scripts.bmi(f"bmi-{number}", 50 + number, 170, "20") for number in range(12))
VOTES = ("--votes", "2", "--max-votes", "2", "--seed", "0", "--concurrency", "2", "--json")


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Poll; fails after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


def slow(seconds: float) -> Callable[[ServerRequest], Reply]:
    return lambda request: Slow(seconds, scripts.agents(request))


def start(desk: Desk, seconds: float) -> Background:
    """A run whose first requests have arrived, and take so long."""
    desk.server.script = slow(seconds)
    before = desk.server.count
    source = desk.benchmark(*ROWS)
    process = desk.background("relabel", source, "--model", desk.spec(), *VOTES, *FAST_HTTP)
    wait_for(lambda: desk.server.count >= before + 4, "four requests")
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_drains(desk: Desk, number: int) -> None:
    """Both instances in flight get their labels, nothing new is started."""
    process = start(desk, 0.2)
    process.signal(number)
    result = process.wait()
    assert result.code == 130, result.err
    assert "Draining" in result.err
    facts = result.json
    assert (facts["ending"], facts["state"]) == ("drained", "drained")
    assert (facts["committed"], facts["failed"], facts["pending"]) == (2, 0, 10)
    assert sum(desk.roles().values()) == facts["calls"] == 8
    assert desk("status", "--json").json["state"] == "drained"
    desk.server.script = scripts.agents
    again = desk.resume()
    assert again.code == 0
    assert (again.json["state"], again.json["committed"]) == ("finished", 12)
    assert sum(desk.roles().values()) == 48 - 8


def test_the_second_signal_aborts(desk: Desk) -> None:
    """What is in flight is cancelled at once; what was on record is not paid again."""
    process = start(desk, 0.2)
    wait_for(lambda: desk.server.count >= 6, "the critics")
    process.signal(signal.SIGINT)
    wait_for(lambda: "Draining" in process.err(), "the drain")
    desk.server.script = slow(20)
    began = time.monotonic()
    process.signal(signal.SIGINT)
    result = process.wait(15)
    assert time.monotonic() - began < 5
    assert result.code == 130
    assert "Abort" in result.err
    assert "Traceback" not in result.err
    facts = result.json
    assert (facts["ending"], facts["state"]) == ("aborted", "interrupted")
    assert facts["failed"] == 0
    assert facts["committed"] + facts["pending"] == 12
    desk.roles()
    desk.server.script = scripts.agents
    again = desk.resume()
    assert again.code == 0
    assert again.json["committed"] == 12
    assert sum(desk.roles().values()) == 48 - facts["calls"]
    assert desk("verify").code == 0


def test_an_abort_leaves_no_checkpoints(desk: Desk) -> None:
    process = start(desk, 20)
    process.signal(signal.SIGINT)
    wait_for(lambda: "Draining" in process.err(), "the drain")
    process.signal(signal.SIGINT)
    assert process.wait(15).code == 130
    assert desk.parked() == 0


def test_a_run_is_executed_by_one_process_at_a_time(desk: Desk) -> None:
    """A second one would pay for the same calls; once the first is gone, however it went, it may."""
    process = start(desk, 0.3)
    twin = desk.resume()
    assert twin.code == 2
    assert "another process" in twin.err
    process.kill()
    desk.server.script = scripts.agents
    assert desk.resume().json["committed"] == 12


@pytest.mark.slow
def test_status_of_a_run_that_is_running(desk: Desk) -> None:
    """Another process may look while one writes."""
    process = start(desk, 0.1)
    facts = desk("status", "--json").json
    assert facts["state"] == "started"
    assert facts["pending"] > 0
    assert desk("trace", "bmi-0").code == 0
    with Store.open(desk.store, read_only=True) as store:
        assert store.counts(facts["run"]).instances == 12
    process.kill()
    assert desk("status", "--json").json["state"] == "started", "nobody was left to say otherwise"
    assert desk.resume().code == 0
    with Store.open(desk.store, read_only=True) as store:
        assert [event.kind for event in store.run_events(facts["run"])] == ["started", "resumed", "finished"]
