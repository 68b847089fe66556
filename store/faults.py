"""What SQLite says of a disk that is full or read-only, in words that name the place and the way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import StoreUnwritable

_SAID = {
    sqlite3.SQLITE_FULL: "there is no room left for {path}: make some on its disk",
    sqlite3.SQLITE_IOERR: "{path} cannot be read or written: the system reports an I/O error, which a full "
    "quota is, too; see to its disk",
    sqlite3.SQLITE_READONLY: "{path} cannot be written: it, its folder or its disk is read-only; change that",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened, or a file beside it cannot be made: see to its folder "
    "and its disk",
    sqlite3.SQLITE_BUSY: "another process has kept {path} locked: wait for it or end it",
}
"""Primary result code → what is wrong."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise StoreUnwritable for an error inside the block that comes of the disk, not of what was asked."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = _SAID.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if said is None:
            raise
        raise StoreUnwritable(f"{said.format(path=path)}. What was recorded is safe") from error
