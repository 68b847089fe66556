"""The response cache: which replies of earlier runs a run may use again.

A reply may be used again where its role's validators accepted it and the vote that it led to has an answer or
a verdict. Nothing marks it as such; it follows from what is on record: within a sample the calls of a role
are counted by `attempt_no`, a reply that was sent back is followed by the next attempt, and a failed vote, or
none, says that some role of the sample did not come to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from store.checking import Item, all_rows, place_of
from store.connection import Row, StoreFile


@dataclass(frozen=True, slots=True)
class CachedReply:
    """A reply that may be used again, and the call that got it."""

    call_id: int
    response: str
    """As JSON."""


# CROSS JOIN keeps the order of the tables: a store has few runs, and in each of them an index finds an
# instance's calls.
_VALIDATED = """
WITH replies AS (
    SELECT c.*, lead(c.attempt_no)
        OVER (PARTITION BY c.run_id, c.sample, c.role ORDER BY c.id) AS next_attempt
    FROM runs r CROSS JOIN calls c ON c.run_id = r.id AND c.instance_id = :instance
    WHERE {runs} AND r.workflow <> 'safety' AND c.outcome = 'reply'),
validated AS (
    SELECT * FROM replies c WHERE cached_from IS NULL AND coalesce(next_attempt, 1) = 1
    AND (EXISTS (SELECT 1 FROM votes v WHERE v.run_id = c.run_id AND v.instance_id = c.instance_id
            AND v.sample = c.sample AND v.failure IS NULL)
        OR EXISTS (SELECT 1 FROM audit_votes v WHERE v.run_id = c.run_id AND v.instance_id = c.instance_id
            AND v.sample = c.sample AND v.failure IS NULL)))
"""
# Bare columns beside max() are those of its row.
_NEWEST = f"""{_VALIDATED.format(runs="r.id <> :run")}
SELECT max(c.id) AS id, c.key, t.body FROM validated c JOIN texts t ON t.sha256 = c.response_sha
GROUP BY c.key"""
_IS_VALIDATED = f"""{_VALIDATED.format(runs="r.id = :run")}
SELECT 1 FROM validated WHERE id = :call"""


def cached_replies(file: StoreFile, run_id: str, instance_id: str) -> dict[str, CachedReply]:
    """Request key → the newest reply of another run that may be used again, of one instance."""
    found = file.rows(_NEWEST, {"run": run_id, "instance": instance_id})
    return {row["key"]: CachedReply(int(row["id"]), str(row["body"])) for row in found}


_SOURCES = """
SELECT a.id AS position, a.id, a.run_id, a.instance_id, a.cached_from, s.run_id AS source_run,
    s.run_id <> a.run_id AND s.id < a.id AS earlier,
    (s.key, s.instance_id, s.sample, s.role, s.model, s.base_url, s.request_sha, s.response_sha)
        IS (a.key, a.instance_id, a.sample, a.role, a.model, a.base_url, a.request_sha, a.response_sha)
        AS same
FROM calls a LEFT JOIN calls s ON s.id = a.cached_from WHERE a.cached_from IS NOT NULL"""


def cached_calls(file: StoreFile) -> Iterator[Item]:
    """Every call that was answered from the cache has the validated reply of another run to its request."""
    for row in all_rows(file, _SOURCES, "a.id"):
        place = f"{place_of(row['run_id'], row['instance_id'])}, call {row['id']}"
        problem = _source_problem(file, row)
        yield Item(place, problem and f"its source, call {row['cached_from']}, {problem}")


def _source_problem(file: StoreFile, row: Row) -> str | None:
    if row["source_run"] is None:
        return "is not there"
    if not row["earlier"]:
        return "is not of another run before it"
    if not row["same"]:
        return "is another request's, or has another reply"
    given = {"run": row["source_run"], "instance": row["instance_id"], "call": row["cached_from"]}
    return None if file.row(_IS_VALIDATED, given) else "was no validated reply"
