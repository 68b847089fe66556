"""`gc` says what is of no use any more, removes that and nothing else, and keeps its hands off what runs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from graphs.checkpoints import checkpoints_path
from graphs.lock import executing, lock_files
from store.desk import draft, reserve, save_draft
from store.records import RunRecord
from store.store import Store
from store.verify import verify
from tests.console.harness import Result, invoke, refused

TABLES = """CREATE TABLE checkpoints (thread_id TEXT, checkpoint BLOB, metadata BLOB);
CREATE TABLE writes (thread_id TEXT, value BLOB)"""


def park(store: Store, *threads: str) -> None:
    """Threads in the file of parked threads, each of 12 bytes."""
    with closing(sqlite3.connect(checkpoints_path(store.path))) as file, file:
        file.executescript(f"PRAGMA journal_mode = WAL; {TABLES}")
        for thread in threads:
            file.execute("INSERT INTO checkpoints VALUES (?, ?, ?)", (thread, b"four", b"four"))
            file.execute("INSERT INTO writes VALUES (?, ?)", (thread, b"four"))


def parked(store: Store) -> set[str]:
    with closing(sqlite3.connect(checkpoints_path(store.path))) as file:
        return {
            row[0] for table in ("checkpoints", "writes") for row in file.execute(f"SELECT * FROM {table}")
        }


def gc(store: Store, *options: str) -> Result:
    return invoke("gc", "--store", store.path, "--json", *options)


def removable(result: Result) -> dict[str, tuple[int, int]]:
    return {one["what"]: (one["count"], one["size"]) for one in result.json["removable"]}


@contextmanager
def at(monkeypatch: pytest.MonkeyPatch, later: float) -> Iterator[None]:
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now + later)
        yield


def test_what_has_nothing_to_wait_for_goes(
    full: Store, run: RunRecord, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed, _, decided, waiting, *_ = ids
    waits = f"{run.id}:{waiting}"
    park(full, f"{run.id}:{confirmed}", waits, f"{run.id}:nobody", "norun:x")
    save_draft(full, run.id, waiting, "ada", {"answer": "1"})
    save_draft(full, run.id, decided, "ada", {"answer": "2"})
    reserve(full, run.id, waiting, "ada", needed=1, seconds=60)
    with executing(full.path, run.id):
        pass
    before = removable(gc(full))
    assert before == {
        "parked threads": (3, 36),
        "reservations": (0, 0),
        "drafts": (0, 0),
        "lock files": (1, 0),
    }, "a draft is kept for a day"
    assert len(parked(full)) == 4
    with at(monkeypatch, 90_000.0):
        assert removable(gc(full))["drafts"] == (1, len('{"answer":"2"}'))
        done = gc(full, "--apply")
    assert removable(done) == {
        "parked threads": (3, 36),
        "reservations": (1, 0),
        "drafts": (1, len('{"answer":"2"}')),
        "lock files": (1, 0),
    }
    assert parked(full) == {waits}
    assert (draft(full, run.id, waiting, "ada"), draft(full, run.id, decided, "ada")) == (
        {"answer": "1"},
        None,
    )
    assert lock_files(full.path) == []
    assert set(removable(gc(full, "--apply")).values()) == {(0, 0)}
    assert [one for one in verify(full).problems if one.check in ("integrity", "guards", "references")] == []


def test_what_a_process_executes_is_passed_over(full: Store, run: RunRecord, ids: list[str]) -> None:
    park(full, f"{run.id}:{ids[0]}", "norun:x")
    with executing(full.path, run.id):
        for options in ((), ("--apply",)):
            result = gc(full, *options)
            assert result.json["busy"] == [run.id]
            assert removable(result)["parked threads"] == (1, 12)
        assert parked(full) == {f"{run.id}:{ids[0]}"}
        assert [path.name for path in lock_files(full.path)] == [f".steward.db.{run.id}.lock"]
        refused(gc(full, "--apply", "--vacuum"), f"another process executes run {run.id}")
    assert removable(gc(full, "--apply"))["parked threads"] == (1, 12)


def test_free_pages_are_given_back_only_where_asked_for(full: Store, run: RunRecord, ids: list[str]) -> None:
    save_draft(full, run.id, ids[0], "ada", "x" * 900_000)
    with full.transaction() as db:
        db.execute("DELETE FROM drafts")
    refused(gc(full, "--vacuum"), "--vacuum goes with --apply")
    (free,) = [one for one in gc(full).json["kept"] if one["what"] == "free pages of steward.db"]
    assert free["size"] > 800_000
    runs = full.runs(None)
    given = gc(full, "--apply", "--vacuum")
    assert given.json["freed"] > 800_000
    assert full.runs(None) == runs
    assert next(one for one in gc(full).json["kept"] if one["what"].startswith("free"))["count"] == 0


def test_texts_that_nothing_refers_to_are_counted_and_stay(full: Store, path: Path) -> None:
    def unused() -> tuple[int, int]:
        (found,) = [one for one in gc(full).json["kept"] if one["what"].startswith("texts")]
        return found["count"], found["size"]

    assert unused() == (0, 0)
    with full.transaction():
        digest = full.file.put_text("né")
    assert unused() == (1, 3)
    gc(full, "--apply", "--vacuum")
    assert full.file.rows("SELECT body FROM texts WHERE sha256 = ?", (digest,)) == [{"body": "né"}]
