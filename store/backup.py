"""A copy of a database that others may be writing to: as it is at one moment, checked, whole or not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from benchmarks.whole import whole_path
from store import faults
from store.connection import check_path, connect
from store.errors import NotAStore, StoreError, StoreUnwritable
from store.schema import APPLICATION_ID

_PAGES = 4096
"""Pages that are copied at once; `on_progress` is called after each lot."""

OnProgress = Callable[[str, int, int], None]
"""Takes what is counted, how many are done and of how many."""


def check_backup(store: Path, target: Path, *, force: bool) -> None:
    """Raise StoreError where a database cannot be copied there.

    That is where it is no store, and where something is at the target that is in use or may not be replaced.
    """
    check_path(store, create=False, read_only=True)
    if not target.parent.is_dir():
        raise StoreUnwritable(f"cannot write {target}: there is no directory {target.parent}; make it first")
    if not target.exists():
        return
    if target.samefile(store):
        raise StoreError(f"{target} is the store itself; give the copy another name")
    if not force:
        raise StoreError(f"{target} is there already; give another name, or --force to replace it")
    if target.with_name(f"{target.name}-wal").exists():
        raise StoreError(f"{target} is open in another process or was left by one; give another name")


def copy_database(source: Path, target: Path, on_progress: OnProgress) -> int:
    """Copy a database as it is at this moment, check the copy, and put it at the target; returns its bytes.

    What others write meanwhile is not in it, and they do not wait. Raises StoreError where the copy is
    damaged, which it is where the source is, and StoreUnwritable or OSError where it cannot be written.
    """

    def told(status: int, remaining: int, total: int) -> None:
        on_progress(f"pages of {source.name} copied", total - remaining, total)

    with whole_path(target) as path:
        try:
            with (
                faults.told(target),
                closing(connect(source, "ro")) as reading,
                closing(sqlite3.connect(path)) as copy,
            ):
                # One read transaction for all lots: else the copy starts anew at each commit of others.
                reading.execute("BEGIN")
                reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
                reading.backup(copy, pages=_PAGES, progress=told)
            _check(path, source)
        except sqlite3.Error as error:
            raise StoreError(f"cannot copy {source} to {target}: {error}") from error
        return path.stat().st_size


def _check(copy: Path, source: Path) -> None:
    # Immutable: nobody else knows the file, and no companions are made beside it.
    uri = f"file:{quote(str(copy.resolve()))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise StoreError(f"{source} is damaged, and so is its copy, which is dropped: {'; '.join(found)}")


def check_application(store: Path) -> None:
    """Raise NotAStore for a database that Steward did not write."""
    try:
        with closing(connect(store, "ro")) as reading:
            (application,) = reading.execute("PRAGMA application_id").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"cannot read {store}: {error}; restore it from a copy") from error
    if application != APPLICATION_ID:
        raise NotAStore(f"{store} is not a Steward store; give another --store")
