"""Files that must not be mixed up: no export over store or benchmark, and one store has one lock."""

from __future__ import annotations

import pytest

from graphs.checkpoints import checkpoints_path
from graphs.lock import BusyError, executing
from tests.console.harness import ONE_VOTE, Desk
from tests.graphs.scripts import ROWS, agents
from tests.model_server.replies import HttpError


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_an_export_does_not_overwrite_the_store(desk: Desk, suffix: str) -> None:
    desk.relabel(*ONE_VOTE, rows=ROWS[:1])
    for target in (desk.store, checkpoints_path(desk.store)):
        result = desk("export", "--out", target.with_name(target.name + suffix))
        assert result.code == 2
        assert "belongs to the store" in result.err
    assert desk("verify").code == 0


def test_an_export_does_not_overwrite_the_benchmark(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE, rows=ROWS[:1])
    source = desk.folder / "benchmark.jsonl"
    before = source.read_bytes()
    result = desk("export", "--out", source)
    assert result.code == 2
    assert "benchmark itself" in result.err
    assert source.read_bytes() == before


def test_a_link_to_a_store_is_the_same_store(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE, rows=ROWS[:1])
    link = desk.folder / "link.db"
    link.symlink_to(desk.store)
    assert checkpoints_path(link) == checkpoints_path(desk.store)
    with (
        executing(desk.store, "run"),
        pytest.raises(BusyError, match="another process"),
        executing(link, "run"),
    ):
        pass
    with executing(link, "other run"):
        pass
    with executing(desk.store, "run"):
        pass


def test_failed_instances_say_why(desk: Desk) -> None:
    """Two of a kind are told once, with their number."""
    result = desk.relabel(
        *ONE_VOTE, "--attempts", "1", rows=ROWS[:2], script=lambda _: HttpError(500, "out of memory")
    )
    assert result.code == 1
    ((cause, instances),) = result.json["failures"].items()
    assert instances == 2
    assert "out of memory" in cause
    assert "2 × HTTP 500" in desk("status").out
    desk.server.script = agents
    assert desk.resume().json["failures"] == {}


def test_a_recording_with_too_few_runs_is_refused(desk: Desk) -> None:
    recording = desk.folder / "recording.csv"
    recording.write_text("run,uid,answer\na,bmi-1,25\nb,bmi-1,25.1\n", "utf-8")
    source = desk.benchmark(*ROWS[:1])
    refused = desk("relabel", source, "--model", f"replay:{recording}")
    assert refused.code == 2
    assert "2 different recorded runs match" in refused.err
    assert desk("relabel", source, "--model", f"replay:{recording}", "--votes", "2").code == 0


def test_a_decision_needs_no_recording(desk: Desk) -> None:
    recording = desk.folder / "recording.csv"
    recording.write_text("run,uid,answer\na,bmi-1,25\nb,bmi-1,20\n", "utf-8")
    source = desk.benchmark(*ROWS[:1])
    assert desk("relabel", source, "--model", f"replay:{recording}", "--votes", "2").code == 3
    recording.unlink()
    assert desk("decide", "bmi-1", "--answer", "25", "--reviewer", "Ana").code == 0
    assert desk("verify").code == 0
    assert desk.resume().code == 0


def test_more_votes_than_the_reader_has_are_refused(desk: Desk) -> None:
    refused = desk("relabel", desk.benchmark(*ROWS[:1]), "--votes", "6")
    assert refused.code == 2
    assert "the offline reader has 5 votes" in refused.err
