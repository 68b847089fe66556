"""Threads on a Ray cluster of several nodes, all on this machine: the same results, whatever dies."""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphs import ray_cluster
from tests.console.harness import FAST_HTTP, Background, Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.test_crash import (
    CONCURRENCY,
    check_outcomes,
    check_requests,
    replies,
    rows_of,
    server_process,
)
from tests.graphs.test_interrupt import ROWS, slow, wait_for
from tests.graphs.test_processes import THREE_VOTES, alive, recorded, wait_for_requests
from tests.model_server.replies import Reply, ServerRequest

needs_ray = pytest.mark.skipif(
    ray_cluster.missing_ray() is not None, reason="ray is not installed: an optional group of requirements"
)
OWN = ("--engine", "ray", "--processes", "2")
SECRET = "sk-none-of-rays-business"


class Nodes:
    """A cluster of nodes with one CPU each."""

    def __init__(self, folder: Path) -> None:
        from ray.cluster_utils import Cluster

        self.folder = folder
        options = {"num_cpus": 1, "include_dashboard": False, "temp_dir": str(folder)}
        self.cluster: Any = Cluster(initialize_head=True, head_node_args=options)
        self.engine = ("--engine", "ray", "--ray-address", self.cluster.address)

    def add(self) -> Any:
        return self.cluster.add_node(num_cpus=1)

    def remove(self, node: Any) -> None:
        """As if the machine were switched off."""
        self.cluster.remove_node(node, allow_graceful=False)

    def workers(self) -> list[int]:
        """The actors' processes on every node."""
        return [pid for node in self.cluster.list_all_nodes() for pid in self.workers_of(node)]

    def workers_of(self, node: Any) -> list[int]:
        """The actors' processes on a node."""
        (raylet,) = node.all_processes["raylet"]
        started = descendants(raylet.process.pid)
        return [pid for pid in started if command_line(pid).startswith(b"ray::RayWorker")]


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and theirs."""
    children = [
        int(child)
        for path in Path(f"/proc/{pid}/task").glob("*/children")
        for child in path.read_text().split()
    ]
    return [*children, *(grandchild for child in children for grandchild in descendants(child))]


def files_of(pids: list[int]) -> Path:
    """The folder of the cluster whose processes these are."""
    found = re.search(rb"--log[_-]dir=(/[^\0]+)/session_", b"".join(map(command_line, pids)))
    assert found is not None
    return Path(os.fsdecode(found[1]))


def command_line(pid: int) -> bytes:
    """What a process calls itself; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    before = dict(os.environ)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    folder = Path(tempfile.mkdtemp(prefix="sr-"))  # short: sockets are in it
    started = Nodes(folder)
    started.add()
    try:
        yield started
    finally:
        started.cluster.shutdown()
        shutil.rmtree(folder)
        os.environ.clear()
        os.environ.update(before)


@needs_ray
@pytest.mark.slow
def test_the_same_is_on_record(desk: Desk, nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of the key is, which only the driver was given: neither in the store nor with Ray."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    keys = set()

    def script(request: ServerRequest) -> Reply:
        keys.add(request.headers["authorization"])
        return scripts.crash_agents(request)

    desk.server.script = script
    source = desk.benchmark()
    found = []
    for name, options in (("here", ()), ("ray", nodes.engine)):
        desk.store = desk.folder / f"{name}.db"
        arguments = ("relabel", source, "--model", desk.spec(), *THREE_VOTES, *FAST_HTTP, "--quiet", *options)
        result = desk.background(*arguments).wait(120)
        assert (result.code, result.err) == (3, "")
        found.append(recorded(desk.store, "relabel"))
    assert found[0]
    assert found[0] == found[1]
    assert keys == {f"Bearer {SECRET}"}
    assert not nodes.workers()
    (sent,) = nodes.folder.glob("session_2*/runtime_resources/working_dir_files/*/")
    assert {path.name for path in sent.iterdir()} == set(ray_cluster.ROOMS)
    for path in (*nodes.folder.rglob("*"), *desk.folder.iterdir()):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


@needs_ray
@pytest.mark.slow
def test_killed_workers_and_a_lost_node_cost_nothing(tmp_path: Path, nodes: Nodes) -> None:
    rows, store, lost = rows_of(42), tmp_path / "crash.db", nodes.add()
    source = scripts.write_benchmark(tmp_path / "benchmark.jsonl", rows)
    options = ("--store", store, *FAST_HTTP, "--concurrency", str(CONCURRENCY), "--json", *nodes.engine)
    with server_process(tmp_path) as server:
        process = Background(tmp_path, "relabel", source, "--model", server.spec, *THREE_VOTES, *options)
        wait_for_requests(process, server, 30)
        wait_for(lambda: len(nodes.workers()) == 3, "an actor on every node")
        os.kill(nodes.workers_of(nodes.cluster.head_node)[0], signal.SIGKILL)
        wait_for_requests(process, server, 30)
        acknowledged = replies(store)
        nodes.remove(lost)
        result = process.wait(120)
        assert result.code == 3, result.err
        assert "Traceback" not in result.err
        assert result.json["failed"] == 0
        assert acknowledged.keys() <= replies(store).keys()
        check_outcomes(store, rows, "relabel")
        check_requests(store, server.requests(), 2, "relabel")
    assert invoke("verify", "--store", store).code == 0


@needs_ray
@pytest.mark.slow
def test_a_budget_and_a_dead_driver(tmp_path: Path, nodes: Nodes) -> None:
    """Each leaves a run that the next goes on with, its calls replayed; no worker outlives its driver."""
    prices = tmp_path / "prices.yaml"
    prices.write_text("scripted: {input_usd_per_mtok: 1000, output_usd_per_mtok: 1000}\n", "utf-8")
    rows, store = rows_of(28), tmp_path / "stops.db"
    source = scripts.write_benchmark(tmp_path / "benchmark.jsonl", rows)
    limits = ("--store", store, *FAST_HTTP, "--concurrency", "4", "--json")
    with server_process(tmp_path) as server:
        first = ("relabel", source, "--model", server.spec, *THREE_VOTES, "--prices", prices, *nodes.engine)
        result = Background(tmp_path, *first, *limits, "--budget", "20").wait(120)
        assert (result.code, result.json["ending"]) == (4, "budget"), result.err
        each = result.json["cost"] / result.json["calls"]
        assert 20 <= result.json["cost"] <= 20 + 4 * 3 * 2 * each
        process = Background(tmp_path, "resume", *limits, "--no-budget")
        wait_for_requests(process, server, 20)
        started = nodes.workers()
        assert started
        process.kill()
        wait_for(lambda: not any(map(alive, started)), "the workers' end")
        result = invoke("resume", *limits, "--no-budget", "--engine", "local")
        assert result.code == 3, result.err
        check_outcomes(store, rows, "relabel")
        check_requests(store, server.requests(), 1, "relabel")


@needs_ray
@pytest.mark.slow
def test_ctrl_c_drains_and_then_ends_a_cluster_of_its_own(desk: Desk) -> None:
    """All processes of the run get the signal, as from a terminal; none of them is left, nor any file."""
    desk.server.script = slow(1)
    before = desk.server.count
    options = ("--votes", "1", "--max-votes", "1", "--concurrency", "2", "--json", "--quiet", *OWN)
    process = desk.background("relabel", desk.benchmark(*ROWS), "--model", desk.spec(), *FAST_HTTP, *options)
    wait_for(lambda: desk.server.count >= before + 2, "two requests", 120)
    started = descendants(process.pid)
    folder = files_of(started)
    for pid in (*started, process.pid):
        os.kill(pid, signal.SIGINT)
    wait_for(lambda: desk.server.count >= before + 4, "the critics")
    desk.server.script = slow(60)
    for pid in (*started, process.pid):
        os.kill(pid, signal.SIGINT)
    result = process.wait(30)
    assert (result.code, result.json["ending"]) == (130, "aborted"), result.err
    assert (result.json["failed"], result.json["calls"]) == (0, 2)
    assert "Traceback" not in result.err
    wait_for(lambda: not any(map(alive, started)), "the cluster's end")
    assert not folder.exists()
    assert not folder.with_suffix(".lock").exists()


@needs_ray
@pytest.mark.slow
def test_the_files_of_a_killed_driver_go_with_the_next_cluster(desk: Desk) -> None:
    desk.server.script = slow(1)
    before = desk.server.count
    options = ("--votes", "1", "--max-votes", "1", *FAST_HTTP, *OWN)
    process = desk.background("relabel", desk.benchmark(*ROWS), "--model", desk.spec(), *options)
    wait_for(lambda: desk.server.count >= before + 2, "two requests", 120)
    started = descendants(process.pid)
    folder = files_of(started)
    process.kill()
    wait_for(lambda: not any(map(alive, started)), "the cluster's end", 120)
    assert folder.exists()
    desk.server.script = scripts.agents
    result = desk.background("resume", "--json").wait(120)
    assert (result.json["ending"], result.json["pending"]) == ("finished", 0), result.err
    assert not folder.exists()
    assert not folder.with_suffix(".lock").exists()


def test_without_ray_the_way_out_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    refused(desk.relabel("--engine", "ray"), "the package ray", "requirements-ray.txt")


def test_an_address_without_the_engine_is_refused(desk: Desk) -> None:
    refused(desk.relabel("--ray-address", "127.0.0.1:1"), "--ray-address is for --engine ray")


@needs_ray
@pytest.mark.parametrize("address", ["10.0.0.1", "ray://127.0.0.1:1", "http://10.0.0.1:6379"])
def test_what_is_no_address_is_refused(desk: Desk, address: str) -> None:
    refused(desk.relabel("--engine", "ray", "--ray-address", address), address, "is not HOST:PORT")


@needs_ray
def test_where_no_cluster_is_the_run_stops(desk: Desk) -> None:
    result = desk.relabel("--engine", "ray", "--ray-address", "127.0.0.1:1", rows=scripts.ROWS[:2])
    assert (result.code, result.json["ending"], result.json["failed"]) == (1, "stopped", 0)
    assert "docs/scale.md" in result.err
