"""What can go from beside a store and from its working tables: parked threads, locks, reservations, drafts.

What records something is never removed. Nothing that a running process holds is touched.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from graphs.checkpoints import checkpoints_path, is_settled
from graphs.lock import BusyError, deciding, executing, is_executing, lock_files, removed
from store.connection import connect
from store.desk import clear_worn, count_worn
from store.errors import StoreError
from store.store import Store

_SIZES = """SELECT thread_id, sum(size) AS size FROM (
    SELECT thread_id, length(checkpoint) + length(metadata) AS size FROM checkpoints
    UNION ALL SELECT thread_id, length(value) FROM writes) GROUP BY thread_id ORDER BY thread_id"""
_UNUSED_TEXTS = """
SELECT count(*) AS n, coalesce(sum(length(CAST(body AS BLOB))), 0) AS size FROM texts WHERE sha256 NOT IN (
    SELECT context_sha FROM instances UNION ALL SELECT question_sha FROM instances
    UNION ALL SELECT request_sha FROM calls
    UNION ALL SELECT response_sha FROM calls WHERE response_sha IS NOT NULL
    UNION ALL SELECT transcript_sha FROM transcripts
    UNION ALL SELECT json_extract(cell.value, '$.sha256') FROM instances, json_each(instances.row) AS cell
        WHERE cell.type = 'object'
    UNION ALL SELECT json_extract(value, '$.sha256') FROM rejections WHERE json_type(value) = 'object')"""


@dataclass(frozen=True)
class Leftover:
    """Something that is of no use any more: how many there are, and about how many bytes."""

    what: str
    count: int
    size: int


@dataclass(frozen=True)
class Leftovers:
    """What was found, or removed."""

    removable: tuple[Leftover, ...]
    kept: tuple[Leftover, ...]
    """What stays: texts that no record refers to, which are append-only like all others, and free pages,
    which are filled again and which VACUUM gives back."""
    busy: tuple[str, ...]
    """Runs that a process executes: their threads were passed over."""
    freed: int = 0
    """Bytes that were given back."""


def find_leftovers(store: Store) -> Leftovers:
    """What `remove_leftovers` would remove. Writes nothing."""
    busy = tuple(run.id for run in store.runs(None) if is_executing(store.path, run.id))
    rows = (_threads(store, busy, really=False), *_worn(store))
    locks = sum(removed(lock, really=False) for lock in lock_files(store.path))
    return Leftovers((*rows, Leftover("lock files", locks, 0)), _kept(store, "ro"), busy)


async def remove_leftovers(store: Store, *, give_back: bool = False) -> Leftovers:
    """Remove them, and give free pages back where asked for.

    Raises BusyError where another process delivers decisions for a minute or, where pages are to be given
    back, executes a run.
    """
    before = set(lock_files(store.path))
    async with deciding(store.path):
        with ExitStack() as held:
            busy = tuple(run.id for run in store.runs(None) if not _held(held, store.path, run.id))
            if busy and give_back:
                raise BusyError(
                    f"another process executes run {busy[0]} of {store.path}; wait for it or end it"
                )
            rows = (_threads(store, busy, really=True), *_worn(store))
            clear_worn(store)
            freed = sum(map(_vacuum, _databases(store.path))) if give_back else 0
    gone = [lock for lock in lock_files(store.path) if removed(lock, really=True)]
    locks = Leftover("lock files", len(before.intersection(gone)), 0)  # our own are not worth telling
    return Leftovers((*rows, locks), _kept(store, "rw"), busy, freed)


def _worn(store: Store) -> tuple[Leftover, ...]:
    return tuple(Leftover(table, *found) for table, found in count_worn(store).items())


def _kept(store: Store, mode: str) -> tuple[Leftover, ...]:
    return (_unused_texts(store), *(_free_pages(path, mode) for path in _databases(store.path)))


def _held(held: ExitStack, path: Path, run_id: str) -> bool:
    try:
        held.enter_context(executing(path, run_id))
    except BusyError:
        return False
    return True


def _threads(store: Store, busy: tuple[str, ...], *, really: bool) -> Leftover:
    """Parked threads with nothing to wait for, and those of no run of this store."""
    path = checkpoints_path(store.path)
    if not path.exists():
        return Leftover("parked threads", 0, 0)
    with closing(connect(path, "rw" if really else "ro")) as connection:
        try:
            sizes = dict(connection.execute(_SIZES).fetchall())
        except sqlite3.Error as error:
            raise StoreError(
                f"cannot read {path}: {error}; `resume` makes it anew once it is away"
            ) from error
        gone = [thread for thread in sizes if _is_obsolete(store, thread, busy)]
        if really:
            with connection:
                for table in ("writes", "checkpoints"):
                    connection.executemany(
                        f"DELETE FROM {table} WHERE thread_id = ?", [(thread,) for thread in gone]
                    )
    return Leftover("parked threads", len(gone), sum(sizes[thread] or 0 for thread in gone))


def _is_obsolete(store: Store, thread: str, busy: tuple[str, ...]) -> bool:
    run_id, _, instance_id = thread.partition(":")
    if run_id in busy:
        return False
    known = store.file.row("SELECT 1 FROM work WHERE run_id = ? AND instance_id = ?", (run_id, instance_id))
    return known is None or is_settled(store, run_id, instance_id)


def _unused_texts(store: Store) -> Leftover:
    (row,) = store.file.rows(_UNUSED_TEXTS)
    return Leftover("texts that no record refers to", row["n"], row["size"])


def _databases(store: Path) -> list[Path]:
    return [path for path in (store, checkpoints_path(store)) if path.exists()]


def _free_pages(path: Path, mode: str) -> Leftover:
    with closing(connect(path, mode)) as connection:
        (pages,) = connection.execute("PRAGMA freelist_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return Leftover(f"free pages of {path.name}", pages, pages * size)


def _vacuum(path: Path) -> int:
    """Give the free pages of a database back; returns how many bytes that made, its log included."""
    files = (path, path.with_name(f"{path.name}-wal"))
    before = sum(file.stat().st_size for file in files if file.exists())
    with closing(connect(path, "rw")) as connection:
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise StoreError(f"cannot vacuum {path}: {error}; end what has it open") from error
    return before - path.stat().st_size
