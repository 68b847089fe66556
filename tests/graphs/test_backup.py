"""A copy that is taken while a run writes is a store of its own: it verifies, and the run goes on in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graphs.checkpoints import checkpoints_path
from store.store import Store
from tests.console.harness import FAST_HTTP, Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.test_interrupt import ROWS, VOTES, slow, wait_for


@pytest.mark.slow
def test_a_copy_of_a_running_store_verifies_and_is_resumed(desk: Desk, tmp_path: Path) -> None:
    desk.server.script = slow(0.1)
    before = desk.server.count
    running = desk.background(
        "relabel", desk.benchmark(*ROWS), "--model", desk.spec(), *VOTES, *FAST_HTTP, "--quiet"
    )
    wait_for(lambda: desk.server.count > before, "the first request", 60)
    wait_for(lambda: desk.server.count >= before + 10, "some more")
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    made = desk("backup", copy, "--json")
    assert running.process.is_alive(), "the run was to be under way"
    assert made.code == 0, made.err
    assert made.json["copied"][str(copy)] == copy.stat().st_size

    desk.server.script = scripts.agents
    assert running.wait().code == 0
    with Store.open(copy, read_only=True) as opened:
        counts = opened.counts(opened.latest_run().id)
        labels = list(opened.labels(opened.latest_run().id))
    assert counts.pending > 0
    assert counts.calls > 0
    assert invoke("verify", "--store", copy).code == 0
    resumed = invoke("resume", *FAST_HTTP, "--json", "--store", copy)
    assert (resumed.code, resumed.json["committed"]) == (0, len(ROWS)), resumed.err
    with Store.open(copy, read_only=True) as opened:
        assert [label for label in opened.labels(opened.latest_run().id) if label in labels] == labels
    assert invoke("verify", "--store", copy).code == 0


def test_parked_threads_are_copied_and_nothing_is_overwritten(desk: Desk, tmp_path: Path) -> None:
    split = scripts.ROWS[:1]
    desk.relabel("--votes", "2", "--max-votes", "2", "--quiet", rows=split, script=scripts.agents)
    copy = tmp_path / "copy.db"
    assert desk("backup", copy).code == 0
    assert checkpoints_path(copy).exists() == checkpoints_path(desk.store).exists()
    written = copy.read_bytes()
    refused(desk("backup", copy), "copy.db is there already", "--force")
    assert copy.read_bytes() == written
    assert desk("backup", copy, "--force").code == 0
    refused(desk("backup", desk.store, "--force"), "is the store itself")
    refused(desk("backup", tmp_path / "none" / "copy.db"), "there is no directory")
    assert [file.name for file in tmp_path.iterdir() if ".tmp" in file.name] == []
    with sqlite3.connect(copy) as other:  # in WAL mode, so a companion is there as long as it is open
        other.execute("SELECT count(*) FROM runs")
        refused(desk("backup", copy, "--force"), "open in another process")
    other.close()


def test_a_damaged_store_gives_no_copy(desk: Desk, tmp_path: Path) -> None:
    desk.relabel("--votes", "2", "--max-votes", "2", "--quiet", rows=scripts.ROWS[:1])
    data = bytearray(desk.store.read_bytes())
    data[-4096 * 3 : -4096 * 2] = b"\xff" * 4096
    desk.store.write_bytes(data)
    refused(desk("backup", tmp_path / "copy.db"), "labels.db")
    assert not (tmp_path / "copy.db").exists()


def test_another_programs_database_is_not_copied(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE runs (id TEXT)")
    connection.close()
    refused(invoke("backup", tmp_path / "copy.db", "--store", other), "is not a Steward store")
