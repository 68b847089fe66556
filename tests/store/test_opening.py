from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from store.errors import NotAStore, ReadOnlyStore, StoreMissing, StoreUnwritable, StoreVersionError
from store.records import RunEvent, RunRecord
from store.schema import m010_safety, migrations
from store.store import Store
from store.verify import verify
from tests.store.conftest import make_benchmark


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_missing_file_is_named_with_the_way_to_make_it(path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"steward\.db.*run\.py relabel INPUT.*run\.py safety run PACK"):
        Store.open(path)
    with pytest.raises(StoreMissing):
        Store.open(path, create=True, read_only=True)
    assert not path.exists()


def test_create_opens_what_is_there(store: Store, path: Path, run: RunRecord) -> None:
    with Store.open(path, create=True) as again:
        assert again.latest_run() == run


@pytest.mark.parametrize("content", [b"id,name\n1,a\n" * 100, b"x", b"SQLite"])
def test_another_file_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for create in (False, True):
        with pytest.raises(NotAStore, match="is not a Steward store"):
            Store.open(path, create=create)
    with pytest.raises(NotAStore):
        Store.open(path, read_only=True)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    change(path, "CREATE TABLE runs (id TEXT)")
    before = path.read_bytes()
    with pytest.raises(NotAStore):
        Store.open(path, create=True)
    assert path.read_bytes() == before


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotAStore, match="is a directory"):
        Store.open(tmp_path, create=True)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="there is no directory"):
        Store.open(tmp_path / "none" / "s.db", create=True)


def test_an_unwritable_directory_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Permissions do not bind every user that tests run as, so the answer of the system is replaced.
    monkeypatch.setattr(os, "access", lambda where, mode: Path(where) != path.parent)
    with pytest.raises(StoreUnwritable, match="is not writable"):
        Store.open(path, create=True)


def test_migrations_are_recorded(store: Store) -> None:
    rows = store.file.rows("SELECT migration_set, name FROM _sqlite_migrations ORDER BY id")
    assert [(row["migration_set"], row["name"]) for row in rows] == [
        ("steward", "m001_tables"),
        ("steward", "m002_decisions_on_conventions"),
        ("steward", "m003_review"),
        ("steward", "m004_totals"),
        ("steward", "m005_lists"),
        ("steward", "m006_audit"),
        ("steward", "m007_retractions"),
        ("steward", "m008_triage"),
        ("steward", "m009_doubles"),
        ("steward", "m010_safety"),
        ("steward", "m011_claims"),
        ("steward", "m012_cache"),
        ("steward", "m013_batches"),
    ]


def test_a_store_from_before_safety_runs_keeps_the_workflows_of_its_runs(path: Path) -> None:
    workflows = ["audit", "relabel", "audit"]
    with Database(path) as old:
        migrations.apply(old, stop_before=m010_safety.__name__)
        old.execute("INSERT INTO benchmarks VALUES ('b', 'name', 'source', 'sha', '[]')")
        old.execute("INSERT INTO contracts VALUES ('c', '{}')")
        for number, workflow in enumerate(workflows):
            values = (f"r{number}", "b", "c", '{"concurrency":4}', "2026-01-01T00:00:00Z", workflow)
            old.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?)", values)
            old.execute("INSERT INTO work VALUES (?, 'i', 0)", (values[0],))
        old.conn.commit()
    with Store.open(path) as store:
        assert [run.workflow for run in store.runs(None)] == workflows
        assert [(run.id, run.settings) for run in store.runs(None)][2] == ("r2", {"concurrency": 4})
        with pytest.raises(sqlite3.IntegrityError, match="runs is append-only"), store.transaction() as db:
            db.execute("UPDATE runs SET workflow = 'safety'")
        assert [i for i in verify(store).problems if i.check in ("integrity", "guards", "references")] == []
    with Store.open(path, read_only=True) as again:
        assert [run.workflow for run in again.runs(None)] == workflows


def test_a_newer_schema_is_refused(store: Store, path: Path) -> None:
    store.close()
    change(path, "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('steward', 'm999_later')")
    for read_only in (False, True):
        with pytest.raises(StoreVersionError, match=r"m999_later.*update Steward"):
            Store.open(path, read_only=read_only)


def test_an_older_schema_is_not_migrated_by_a_reader(store: Store, path: Path) -> None:
    store.close()
    change(path, "DELETE FROM _sqlite_migrations")
    with pytest.raises(StoreVersionError, match="open it once for writing"):
        Store.open(path, read_only=True)


def test_a_reader_reads_and_does_not_write(full: Store, path: Path, run: RunRecord) -> None:
    with Store.open(path, read_only=True) as reader:
        assert reader.counts(run.id) == full.counts(run.id)
        with pytest.raises(ReadOnlyStore, match="opened for reading"):
            reader.add_event(RunEvent(run_id=run.id, kind="resumed"))
        full.add_event(RunEvent(run_id=run.id, kind="drained"))
        assert [event.kind for event in reader.run_events(run.id)] == ["started", "drained"]


def test_a_store_on_read_only_media_can_be_read(
    full: Store, path: Path, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = full.counts(run.id)
    full.close()
    monkeypatch.setattr(os, "access", lambda where, mode: mode != os.W_OK)
    with Store.open(path, read_only=True) as reader:
        assert reader.counts(run.id) == expected
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_what_was_written_is_there_after_reopening(full: Store, path: Path, run: RunRecord) -> None:
    before = [full.trace(run.id, instance_id) for instance_id in full.work(run.id)]
    full.close()
    full.close()
    with Store.open(path) as again:
        assert [again.trace(run.id, instance_id) for instance_id in again.work(run.id)] == before


def test_a_path_with_marks_of_a_uri(tmp_path: Path) -> None:
    odd = tmp_path / "a b?c#d%41.db"
    with Store.open(odd, create=True):
        assert odd.exists()


OPEN = """
import sys
from store.store import Store
with Store.open(sys.argv[1], create=True) as store:
    print(store.runs())
"""


def test_many_processes_may_create_one_store_at_once(path: Path) -> None:
    root = Path(__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path)], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in started:
        out, error = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, b"[]\n"), error.decode()


def test_opening_a_store_that_is_open_takes_no_lock_away(full: Store, path: Path, run: RunRecord) -> None:
    """Another process that opens and closes it would remove the write-ahead log that this one is using."""
    with Store.open(path), Store.open(path, read_only=True):
        pass
    full.add_benchmark(make_benchmark(name="another"))
    other = "import sys; from store.store import Store; Store.open(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", other, str(path)], check=True)
    assert path.with_name(f"{path.name}-wal").exists()
    full.close()
    assert not path.with_name(f"{path.name}-wal").exists()
