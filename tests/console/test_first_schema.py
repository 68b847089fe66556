"""A store that the first released program wrote, with tables of the first migration alone.

`tests/store/first_schema.sql.gz` is what that program made of five instances of the clinic example with
`relabel --votes 3 --max-votes 3`, and `decide cardiology-02 --ambiguous`: the tables as SQL.
"""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from tests.console.harness import ROOT, invoke, table

COMMITTED = "SELECT instance_id, answer, status, decided_by, agreement, n_votes, decision_id FROM labels"
OPEN = "body-03"


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "first.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    written = gzip.decompress((ROOT / "tests/store/first_schema.sql.gz").read_bytes()).decode()
    connection.executescript(written)
    connection.close()
    return path


@pytest.mark.slow
def test_a_store_of_the_first_program_is_migrated_and_goes_on(old: Path, tmp_path: Path) -> None:
    labels = rows(old, COMMITTED)
    assert len(labels) == 4
    assert rows(old, "SELECT name FROM _sqlite_migrations") == [("m001_tables",)]
    refused = invoke("status", "--store", old)
    assert refused.code == 2
    assert "older schema" in refused.err

    resumed = invoke("resume", "--store", old, "--json", "--quiet")
    assert (resumed.code, resumed.json["committed"], resumed.json["awaiting_review"]) == (3, 4, 1)
    assert len(rows(old, "SELECT name FROM _sqlite_migrations")) > 1
    assert rows(old, COMMITTED) == labels
    verified = invoke("verify", "--store", old, "--json")
    assert verified.code == 0, verified.out

    assert invoke("status", "--store", old, "--json").json["committed"] == 4
    assert [one["source_id"] for one in invoke("queue", "--store", old, "--json").json] == [OPEN]
    traced = invoke("trace", OPEN, "--store", old, "--json")
    assert len(traced.json["votes"]) == 3
    assert traced.json["calls"]

    decided = invoke("decide", OPEN, "--original", "--reviewer", "reader", "--store", old)
    assert decided.code == 0, decided.err
    assert rows(old, COMMITTED)[: len(labels)] == labels
    assert len(rows(old, COMMITTED)) == 5
    exported = invoke("export", "--out", tmp_path / "labels.csv", "--store", old)
    assert exported.code == 0, exported.err
    assert len(table(tmp_path / "labels.csv")) == 5
    assert invoke("verify", "--store", old).code == 0
