"""The file under a store: opening it safely, one write connection, one read connection, transactions."""

from __future__ import annotations

import hashlib
import math
import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from answers.canonical import sha256_text
from store.errors import (
    NotAStore,
    ReadOnlyStore,
    StoreError,
    StoreMissing,
    StoreUnwritable,
    StoreVersionError,
)
from store.faults import told

if TYPE_CHECKING:
    from sqlite_utils import Database

SqlValue = str | int | float | None
Parameters = Sequence[SqlValue] | Mapping[str, SqlValue]
"""Values of a query by position or by name."""
Row = dict[str, Any]
"""Column → value of one row of a query."""
_MAGIC = b"SQLite format 3\0"
_LOG_KEPT = 64 << 20
"""Bytes that the log keeps once it is emptied; a large benchmark makes it large once."""
_NO_MARK = -1
"""No number of changes: a transaction has begun, and no savepoint in it."""
_BUSY_SECONDS = 30.0
"""How long a write waits for another process; a write transaction lasts milliseconds."""


@lru_cache(maxsize=64)
def _insert_sql(table: str, columns: tuple[str, ...], conflict: str) -> str:
    names = ", ".join(columns)
    marks = ", ".join("?" for _ in columns)
    clause = f" ON CONFLICT {conflict} DO NOTHING" if conflict else ""
    return f"INSERT INTO {table} ({names}) VALUES ({marks}){clause}"


def _fetch(connection: sqlite3.Connection, sql: str, parameters: Parameters) -> list[Row]:
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, values, strict=True)) for values in cursor]


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to a database in a mode of SQLite's URIs: `ro`, `rw`, `rwc`."""
    uri = f"file:{quote(str(path.resolve()))}?mode={mode}"
    if mode == "ro" and not Path(f"{path}-wal").exists() and not os.access(path.parent, os.W_OK):
        # Without write access SQLite cannot make the shared-memory file that WAL needs; no one else can
        # write there either, so the file does not change while it is read.
        uri += "&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=_BUSY_SECONDS)
    connection.create_function("lot", 2, _lot, deterministic=True)
    return connection


def _lot(seed: str, name: str) -> float:
    """A number above 0, exponentially distributed, that follows from both and tells neither."""
    digest = hashlib.blake2b(name.encode(), key=seed.encode(), digest_size=8).digest()
    return -math.log((int.from_bytes(digest) + 0.5) / 2.0**64)


_open_here: Counter[Path] = Counter()
"""Stores that this process has open. POSIX locks belong to a process and a file: closing another descriptor
of the file takes SQLite's locks away, and another process that ends then takes itself for the last one, and
removes the write-ahead log under this one."""
_opening = threading.Lock()


def _first_bytes(path: Path) -> bytes:
    with _opening:
        if _open_here[path.resolve()]:
            return _MAGIC
        with path.open("rb") as file:
            return file.read(len(_MAGIC))


def _foreign(path: Path) -> str:
    return f"{path} is not a Steward store; give another --store, Steward will not write into this file"


def check_path(path: Path, *, create: bool, read_only: bool = False) -> None:
    """Raise StoreMissing, NotAStore or StoreUnwritable where no store can be opened or made at a path."""
    if not path.exists():
        if not create or read_only:
            raise StoreMissing(
                f"there is no store at {path}; `run.py relabel INPUT` or `run.py safety run PACK` with "
                f"--store {path} starts one, and --store FILE names another"
            )
        if not path.parent.is_dir():
            raise StoreUnwritable(f"cannot create {path}: there is no directory {path.parent}; make it")
    elif path.is_dir():
        raise NotAStore(f"{path} is a directory; give the path of a file in it")
    elif _first_bytes(path) not in (b"", _MAGIC):
        # SQLite would take a file of a few bytes for an empty database and write over it.
        raise NotAStore(_foreign(path))
    if read_only:
        return
    # SQLite writes companion files beside the store, so the directory must be writable too.
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise StoreUnwritable(f"{needed} is not writable; change that or choose another --store")


def _check_header(connection: sqlite3.Connection, path: Path, create: bool) -> bool:
    """Whether the file is new and empty. Raises NotAStore for anything that Steward did not write."""
    from store.schema import APPLICATION_ID

    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(f"cannot read {path}: {error}; restore it from a copy") from error
    if application == APPLICATION_ID:
        return False
    if create and objects == 0:
        return True
    raise NotAStore(_foreign(path))


def _check_version(db: Database, path: Path, read_only: bool) -> None:
    from sqlite_utils import Database

    from store.schema import migrations

    with Database(memory=True) as empty:
        known = {migration.name for migration in migrations.pending(empty)}
    newer = sorted(migration.name for migration in migrations.applied(db) if migration.name not in known)
    if newer:
        raise StoreVersionError(
            f"{path} was written by a newer Steward (it has {', '.join(newer)}); update Steward to open it"
        )
    if read_only and migrations.pending(db):
        raise StoreVersionError(
            f"{path} has an older schema and is opened for reading; open it once for writing, "
            f"for example `run.py resume --store {path}`, and it is migrated"
        )


class StoreFile:
    """Two connections to one file: one that writes, under a lock, and one that reads.

    With WAL a reader never waits for the writer. `synchronous=NORMAL` is enough: a commit is in the operating
    system's hands before it returns, so a killed process loses nothing that was acknowledged; a power cut
    can lose the last commits but never damages the file, and what is lost is run again. `FULL` would pay one
    disk flush per commit for that case alone.
    """

    def __init__(self, path: Path, *, create: bool = False, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._write_lock = threading.RLock()
        self._read_lock = threading.Lock()
        self._owner: int | None = None
        self._last_mark = _NO_MARK
        """How many changes the connection had made when the latest savepoint was set."""
        check_path(path, create=create, read_only=read_only)
        from sqlite_utils import (
            Database,
        )  # it reads pandas; a worker, whose store is elsewhere, needs neither

        self.db: Database | None = None
        self._known_as: Path | None = path.resolve()
        with _opening:
            _open_here[self._known_as] += 1
        try:
            if not read_only:
                self.db = self._open_writer(create)
            self._reader = connect(path, "ro")
        except BaseException:
            self._forget()
            raise
        try:
            if read_only:
                _check_header(self._reader, path, create=False)
                _check_version(Database(self._reader), path, read_only=True)
        except BaseException:
            self.close()
            raise

    def _open_writer(self, create: bool) -> Database:
        with told(self.path):
            return self._opened(create)

    def _opened(self, create: bool) -> Database:
        from sqlite_utils import Database

        from store.schema import migrations

        connection = connect(self.path, "rwc" if create else "rw")
        try:
            new = _check_header(connection, self.path, create)
            if new:
                (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
                if mode != "wal":
                    raise StoreError(f"{self.path}: the file system has no write-ahead log; use a local disk")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA journal_size_limit = {_LOG_KEPT}")
            connection.execute("PRAGMA foreign_keys = ON")
            db = Database(connection)
            if not new:
                _check_version(db, self.path, read_only=False)
            connection.execute("BEGIN IMMEDIATE")
            with db.atomic():
                migrations.apply(db)
            db.commit()
        except BaseException:
            connection.close()
            raise
        return db

    def close(self) -> None:
        """Close both connections; a second call does nothing."""
        with self._read_lock:
            self._reader.close()
        if self.db is not None:
            with self._write_lock:
                self.db.close()
        self._forget()

    def _forget(self) -> None:
        with _opening:
            if self._known_as is not None:
                _open_here[self._known_as] -= 1
                self._known_as = None

    def writer(self) -> Database:
        """The writing database. Raises ReadOnlyStore if the store was opened for reading."""
        if self.db is None:
            raise ReadOnlyStore(f"{self.path} was opened for reading; open it without read_only to write")
        return self.db

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """One transaction, or a savepoint inside the one that this thread has open.

        Raises:
            ReadOnlyStore: if the store was opened for reading.
            StoreUnwritable: the disk is full, or has become read-only.
        """
        db = self.writer()
        with told(self.path), self._write_lock:
            if self._owner is not None:
                with self._savepoint(db.conn):
                    yield db
                return
            # The write lock is taken first: a transaction that reads and then writes cannot wait for another
            # process's commit, it can only fail.
            db.execute("BEGIN IMMEDIATE")
            self._owner = threading.get_ident()
            self._last_mark = _NO_MARK
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise
            finally:
                self._owner = None

    @contextmanager
    def _savepoint(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Undo what a block wrote if it raises. Where nothing was written since the last savepoint, that one
        is it.

        All have the same name, which stands for the latest: a statement that recurs is compiled once.
        """
        outer, mark = self._last_mark, connection.total_changes
        shared = outer == mark
        if not shared:
            connection.execute("SAVEPOINT nested")
            self._last_mark = mark
        try:
            yield
        except BaseException:
            # An error such as a full disk can have undone the whole transaction, savepoints and all.
            if connection.in_transaction:
                connection.execute("ROLLBACK TO nested")
                if not shared:
                    connection.execute("RELEASE nested")
            raise
        else:
            if not shared:
                connection.execute("RELEASE nested")
        finally:
            self._last_mark = outer

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query. Inside a transaction of this thread it sees that transaction's writes."""
        if self._owner == threading.get_ident() and self.db is not None:
            return _fetch(self.db.conn, sql, parameters)
        with told(self.path), self._read_lock:
            return _fetch(self._reader, sql, parameters)

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, parameters)
        return found[0] if found else None

    def insert(self, table: str, values: Mapping[str, SqlValue], conflict: str = "") -> int | None:
        """Insert one row inside a transaction and return its rowid.

        `conflict` names the unique columns (and a WHERE for a partial index) on which an existing row stands;
        then nothing is written and None is returned.
        """
        sql = _insert_sql(table, tuple(values), conflict)
        cursor = self.writer().conn.execute(sql, tuple(values.values()))
        return cursor.lastrowid if cursor.rowcount else None

    def insert_many(self, table: str, rows: Sequence[Mapping[str, SqlValue]], conflict: str = "") -> None:
        """Insert rows that all have the same columns, inside a transaction."""
        if rows:
            sql = _insert_sql(table, tuple(rows[0]), conflict)
            self.writer().conn.executemany(sql, [tuple(row.values()) for row in rows])

    def put_text(self, body: str) -> str:
        """Keep a text once, under its SHA-256, which is returned."""
        digest = sha256_text(body)
        self.insert("texts", {"sha256": digest, "body": body}, "(sha256)")
        return digest
