"""A disk that is full or read-only: one clear line, nothing recorded is lost, and the run goes on later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.harness import FAST_HTTP, Desk, refused
from tests.graphs import scripts
from tests.graphs.disks import Disk, disk
from tests.graphs.test_crash import replies, rows_of

THREE_VOTES = ("--votes", "3", "--max-votes", "3", "--seed", "0", "--concurrency", "4")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "small", "1500k") as mounted:
        yield mounted


def told_once(said: str, *words: str) -> None:
    """One line that says all of this, and no traceback."""
    assert "Traceback" not in said, said
    lines = [line for line in said.splitlines() if all(word in line for word in words)]
    assert len(lines) == 1, said


@pytest.mark.slow
def test_a_full_disk_stops_a_run_which_goes_on_once_there_is_room(desk: Desk, small: Disk) -> None:
    desk.store = small.folder / "labels.db"
    desk.server.script = scripts.crash_agents
    source, rows = desk.benchmark(*rows_of(70)), 70
    result = desk.background(
        "relabel", source, "--model", desk.spec(), *THREE_VOTES, *FAST_HTTP, "--json"
    ).wait()
    # Labels and parked threads lie on one disk: which of the two files meets its end first is chance.
    told_once(result.err, f"stopped: there is no room left for {small.folder}/labels.", "`resume` goes on")
    assert result.code == 1
    assert (result.json["ending"], result.json["failed"]) == ("stopped", 0)
    assert 0 < result.json["pending"] < rows
    recorded, sent = replies(desk.store), sum(desk.roles().values())
    assert sent - len(recorded) <= 4 * 3, "no more was asked for than what was in flight"
    assert desk("verify").code == 0
    small.resize("50m")
    result = desk.resume()
    assert (result.code in (0, 3), result.json["pending"], result.json["failed"]) == (True, 0, 0)
    assert replies(desk.store).items() >= recorded.items()
    assert sent + sum(desk.roles().values()) <= len(replies(desk.store)) + 4 * 3
    assert desk("verify").code == 0


@pytest.mark.slow
def test_a_store_on_a_disk_that_becomes_read_only_stops_a_run(desk: Desk, small: Disk) -> None:
    desk.store = small.folder / "labels.db"
    small.resize("20m")
    rows = tuple(scripts.bmi(f"bmi-{n}", 50 + n, 170, "20") for n in range(3))
    assert desk.relabel("--limit", "1", rows=rows).code == 0
    desk.roles()
    small.write_protect()
    retracting = ("retract", "bmi-0", "--reviewer", "A. Reviewer", "--reason", "wrong")
    for result in (desk.relabel(rows=rows), desk.resume(), desk(*retracting)):
        refused(result, str(small.folder), "is not writable")
    assert desk.roles() == {}, "nothing was asked of a model"
    assert desk("verify").code == 0
    assert desk("status").code == 0


def test_a_benchmark_for_which_there_is_no_room_is_not_half_there(desk: Desk, small: Disk) -> None:
    desk.store = small.folder / "labels.db"
    many = tuple({**row, "context": row["context"] + " x" * 4000} for row in rows_of(300))
    refused(desk.relabel(rows=many), "labels.db", "no room")
    small.resize("20m")
    assert desk("verify").code in (0, 2)
    assert desk.relabel("--limit", "2", "--votes", "1", "--max-votes", "1", rows=many).code in (0, 3)


def test_a_copy_and_an_export_for_which_there_is_no_room_leave_nothing(desk: Desk, small: Disk) -> None:
    assert desk.relabel("--votes", "1", "--max-votes", "1", rows=rows_of(70)).code in (0, 3)
    small.fill(leave=24_000)  # the parked threads have room, and the store has none
    copy, table = small.folder / "copy.db", small.folder / "labels.csv"
    refused(desk("backup", copy), f"there is no room left for {copy}")
    small.fill(leave=4_096)
    refused(desk("export", "--out", table), f"cannot write {table}: No space left")
    assert [path.name for path in small.folder.iterdir()] == ["filler"]
    assert desk("verify").code == 0


def test_a_log_and_metrics_for_which_there_is_no_room_end_no_run(desk: Desk, small: Disk) -> None:
    log, metrics = small.folder / "log.jsonl", small.folder / "metrics.prom"
    log.touch()
    small.fill()
    result = desk.relabel("--log-file", str(log), "--votes", "1", "--max-votes", "1", rows=rows_of(7))
    assert result.code in (0, 3), result.err
    told_once(result.err, str(log), "lacks lines from now on", "No space left")
    refused(
        desk.relabel("--metrics-file", str(metrics), "--new-run", rows=rows_of(7)),
        f"cannot write metrics file {metrics}: No space left",
    )
    assert sorted(path.name for path in small.folder.iterdir()) == ["filler", "log.jsonl"]


def test_a_thread_that_cannot_be_parked_stops_a_run_and_can_be_decided(desk: Desk, small: Disk) -> None:
    """Its escalation is on record before, and from that it is put back to where it waits."""
    (desk.folder / "labels.checkpoints.db").symlink_to(small.folder / "checkpoints.db")
    small.fill(leave=80_000)
    desk.server.script = scripts.crash_agents
    rows = tuple(scripts.bmi(f"bmi-{n}", 50 + n, 170, "20") for n in range(8))  # on these it disagrees
    result = desk.relabel(*THREE_VOTES, rows=rows)
    told_once(result.err, "stopped", "labels.checkpoints.db", "no room left")
    assert result.code == 1
    assert 0 < desk.parked() < result.json["awaiting_review"]
    small.resize("50m")
    assert desk.resume().json["awaiting_review"] == len(rows)
    for row in rows:
        assert desk("decide", row["id"], "--answer", "25", "--reviewer", "A. Reviewer").code == 0
    assert (desk.parked(), desk("verify").code) == (0, 0)
