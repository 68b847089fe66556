"""Changes to a store that its guards would not let through."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from store.store import Store
from store.verify import VerifyReport, verify


def tampered(store: Store, path: Path, *statements: str) -> VerifyReport:
    """The report after someone has changed the file behind the store's back and put the guards back."""
    store.close()
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, "the planted fault must hit something"
    for _, definition in guards:
        connection.execute(definition)
    connection.commit()
    connection.close()
    with Store.open(path, read_only=True) as again:
        return verify(again)
