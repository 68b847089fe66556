"""`verify` on stores that were changed behind Steward's back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.console.harness import Desk


def test_verify_finds_a_store_that_was_tampered_with(done: Desk) -> None:
    with closing(sqlite3.connect(done.store)) as connection:
        connection.execute("DROP TRIGGER labels_no_update")
        connection.execute("UPDATE labels SET answer = json_set(answer, '$.value', 99.0)")
        connection.commit()
    text = done("verify")
    assert text.code == 1
    assert "labels" in text.out
    report = done("verify", "--json")
    assert report.code == 1
    assert {problem["check"] for problem in report.json["problems"]} >= {"guards", "labels"}


def test_verify_finds_a_damaged_file(done: Desk) -> None:
    with closing(sqlite3.connect(done.store)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(done.store.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 6000] = b"\xff" * 6000
    done.store.write_bytes(bytes(content))
    result = done("verify")
    assert result.code in (1, 2)
    assert "Traceback" not in result.err
    assert result.out + result.err != ""
