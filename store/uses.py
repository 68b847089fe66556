"""What the labels of a run rest on: the prompts, models, calculators and conventions behind each instance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from answers.model import Answer
from store.connection import StoreFile
from store.errors import AmbiguousReference, UnknownRecord
from store.rows import load_answer


class CallUse(NamedTuple):
    """A kind of call that was made for an instance."""

    role: str
    prompt_id: str | None
    prompt_sha: str | None


class VoteUse(NamedTuple):
    """A vote, as far as it says by what it was derived; `answer` is None where it failed."""

    sample: int
    answer: Answer | None
    failure: str | None
    method: str | None
    calculator: str | None
    version: str | None
    conventions: Mapping[str, str]


def call_uses(file: StoreFile, run_id: str) -> dict[str, list[CallUse]]:
    """Instance → the kinds of calls that were made for it."""
    sql = """SELECT DISTINCT c.instance_id, c.role, p.id AS prompt_id, c.prompt_sha FROM calls c
        LEFT JOIN prompts p ON p.sha256 = c.prompt_sha WHERE c.run_id = ? ORDER BY c.instance_id, c.role"""
    found: dict[str, list[CallUse]] = {}
    for row in file.rows(sql, (run_id,)):
        use = CallUse(row["role"], row["prompt_id"], row["prompt_sha"])
        found.setdefault(row["instance_id"], []).append(use)
    return found


def vote_uses(file: StoreFile, run_id: str) -> dict[str, list[VoteUse]]:
    """Instance → its votes, by sample."""
    sql = """SELECT instance_id, sample, answer, failure, json_extract(derivation, '$.method') AS method,
            json_extract(derivation, '$.calculator') AS calculator,
            json_extract(derivation, '$.version') AS version,
            json_extract(derivation, '$.conventions') AS conventions
        FROM votes WHERE run_id = ? ORDER BY instance_id, sample"""
    found: dict[str, list[VoteUse]] = {}
    for row in file.rows(sql, (run_id,)):
        use = VoteUse(
            sample=row["sample"],
            answer=load_answer(row["answer"]),
            failure=row["failure"],
            method=row["method"],
            calculator=row["calculator"],
            version=row["version"],
            conventions=json.loads(row["conventions"] or "{}"),
        )
        found.setdefault(row["instance_id"], []).append(use)
    return found


def contract_of(file: StoreFile, reference: str) -> tuple[str, list[str]]:
    """The contract with this hash or unique prefix, or of the run with it; and its runs, oldest first.

    Raises UnknownRecord or AmbiguousReference.
    """
    rows = file.rows(
        """SELECT DISTINCT contract_sha AS sha FROM runs
        WHERE substr(contract_sha, 1, length(?1)) = ?1 OR substr(id, 1, length(?1)) = ?1 ORDER BY sha""",
        (reference,),
    )
    if not reference or not rows:
        raise UnknownRecord(f"no contract or run in {file.path} has an id that starts with {reference!r}")
    if len(rows) > 1:
        some = ", ".join(row["sha"][:12] for row in rows[:5])
        raise AmbiguousReference(f"{reference!r} could be contract {some}; give more of the id")
    sha = str(rows[0]["sha"])
    runs = file.rows("SELECT id FROM runs WHERE contract_sha = ? ORDER BY rowid", (sha,))
    return sha, [str(row["id"]) for row in runs]
