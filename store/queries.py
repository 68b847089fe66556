"""The read side: every figure is a query over the records, and large results come page by page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import JsonValue

from benchmarks.model import Instance, Rejection
from consensus.model import EscalationReason
from store.conditions import SETTLES, SETTLES_ESCALATION, TRIAGE_ORDER
from store.connection import Row, SqlValue, StoreFile
from store.errors import AmbiguousReference, StoreError, UnknownRecord
from store.records import (
    AuditDraw,
    BenchmarkRecord,
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    LabelRecord,
    PromptRecord,
    RunCounts,
    RunEvent,
    RunRecord,
    StateCounts,
    VoteRecord,
    Workflow,
)
from store.rows import instance_hashes, load, load_instance, load_rejection, rejection_hashes

_PAGE = 200
_AFTER_ANY = "\U0010ffff"

OPEN = f"""(NOT EXISTS (SELECT 1 FROM labels l WHERE l.run_id = e.run_id AND l.instance_id = e.instance_id)
    OR (e.reason = 'audit_sample' AND NOT EXISTS (SELECT 1 FROM decisions d
        WHERE d.run_id = e.run_id AND d.instance_id = e.instance_id AND {SETTLES_ESCALATION})))"""
"""Whether people are still to look at an escalation `e`."""

_STATES = """
WITH states AS (
    SELECT l.status,
        EXISTS (SELECT 1 FROM findings a
            WHERE a.run_id = w.run_id AND a.instance_id = w.instance_id) AS judged,
        l.id IS NULL AND EXISTS (SELECT 1 FROM labels x
            WHERE x.run_id = w.run_id AND x.instance_id = w.instance_id) AS retracted,
        EXISTS (SELECT 1 FROM escalations e
            WHERE e.run_id = w.run_id AND e.instance_id = w.instance_id) AS escalated,
        EXISTS (SELECT 1 FROM instance_failures f
            WHERE f.run_id = w.run_id AND f.instance_id = w.instance_id) AS failure,
        EXISTS (SELECT 1 FROM decisions d
            WHERE d.id = l.decision_id AND d.propagated_from IS NOT NULL) AS propagated
    FROM work w LEFT JOIN current_labels l ON l.run_id = w.run_id AND l.instance_id = w.instance_id
    WHERE w.run_id = ?1),
stands AS (SELECT *, status IS NULL AND NOT judged AND NOT retracted AS is_open FROM states)
SELECT count(*) AS instances, count(status) AS committed,
    count(*) FILTER (WHERE judged) AS judged,
    count(*) FILTER (WHERE retracted) AS retracted,
    count(*) FILTER (WHERE is_open AND escalated) AS awaiting_review,
    count(*) FILTER (WHERE is_open AND NOT escalated AND failure) AS failed,
    count(*) FILTER (WHERE is_open AND NOT escalated AND NOT failure) AS pending,
    count(*) FILTER (WHERE status = 'confirmed') AS confirmed,
    count(*) FILTER (WHERE status = 'revised') AS revised,
    count(*) FILTER (WHERE status = 'incomputable') AS incomputable,
    count(*) FILTER (WHERE status = 'ambiguous') AS ambiguous,
    count(*) FILTER (WHERE propagated) AS propagated
FROM stands"""

_CALLS = """
SELECT count(*) FILTER (WHERE outcome = 'reply' AND cached_from IS NULL) AS calls,
    count(cached_from) AS cached_calls,
    count(*) FILTER (WHERE outcome = 'error') AS call_errors,
    coalesce(sum(cost_usd), 0.0) AS cost,
    coalesce(min(price_known) FILTER (WHERE outcome = 'reply'), 1) AS price_known
FROM calls WHERE run_id = ?"""


_FAILURE_CAUSES = """
SELECT error, count(*) AS instances FROM instance_failures f
WHERE run_id = ?1
    AND id = (SELECT max(id) FROM instance_failures WHERE run_id = ?1 AND instance_id = f.instance_id)
    AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.run_id = ?1 AND l.instance_id = f.instance_id)
    AND NOT EXISTS (SELECT 1 FROM escalations e WHERE e.run_id = ?1 AND e.instance_id = f.instance_id)
    AND NOT EXISTS (SELECT 1 FROM findings a WHERE a.run_id = ?1 AND a.instance_id = f.instance_id)
GROUP BY error ORDER BY instances DESC, error LIMIT ?2"""


def failure_causes(file: StoreFile, run_id: str, limit: int) -> dict[str, int]:
    """Last errors of the instances that stand as failed, with their number, the most frequent first."""
    return {str(row["error"]): int(row["instances"]) for row in file.rows(_FAILURE_CAUSES, (run_id, limit))}


def texts(file: StoreFile, hashes: Iterable[str]) -> dict[str, str]:
    """Hash → body, for those that exist."""
    wanted = sorted(set(hashes))
    marks = ", ".join("?" for _ in wanted)
    found = file.rows(f"SELECT sha256, body FROM texts WHERE sha256 IN ({marks})", wanted)
    return {row["sha256"]: row["body"] for row in found}


def _one_id(file: StoreFile, table: str, reference: str, what: str) -> str:
    found = file.rows(
        f"SELECT id FROM {table} WHERE id >= ? AND id < ? ORDER BY id LIMIT 6",
        (reference, reference + _AFTER_ANY),
    )
    ids = [str(row["id"]) for row in found]
    return _resolve(ids, reference, what, f"in {file.path}")


def _resolve(ids: list[str], reference: str, what: str, place: str) -> str:
    if reference in ids:
        return reference
    if not reference or not ids:
        raise UnknownRecord(f"no {what} {place} has an id that starts with {reference!r}")
    if len(ids) > 1:
        raise AmbiguousReference(
            f"{what} {reference!r} {place} could be {', '.join(ids[:5])}{' or others' * (len(ids) > 5)}; "
            "give more of the id"
        )
    return ids[0]


def run(file: StoreFile, reference: str) -> RunRecord:
    """The run with this id or unique prefix."""
    run_id = _one_id(file, "runs", reference, "run")
    return load(RunRecord, _row(file, "SELECT * FROM runs WHERE id = ?", (run_id,)))


def runs(file: StoreFile, workflow: Workflow | None) -> list[RunRecord]:
    """Runs, of one workflow or of all, oldest first."""
    sql = "SELECT * FROM runs WHERE ?1 IS NULL OR workflow = ?1 ORDER BY rowid"
    return [load(RunRecord, row) for row in file.rows(sql, (workflow,))]


_STARTS: Mapping[Workflow, tuple[str, str]] = {
    "relabel": ("run of `relabel`", "relabel INPUT"),
    "audit": ("audit run", "audit INPUT --model SPEC"),
    "safety": ("safety run", "safety run PACK"),
}
"""Workflow → what its runs are called, and the command that starts one."""


def latest_run(file: StoreFile, benchmark_id: str | None, workflow: Workflow) -> RunRecord:
    """The run of a workflow that was created last, of this benchmark or of any."""
    row = file.row(
        "SELECT * FROM runs WHERE workflow = ?2 AND (?1 IS NULL OR benchmark_id = ?1) "
        "ORDER BY rowid DESC LIMIT 1",
        (benchmark_id, workflow),
    )
    if row is None:
        what, start = _STARTS[workflow]
        of = "" if benchmark_id is None else f" of benchmark {benchmark_id!r}"
        others = ", ".join(f"{run.id} ({run.workflow})" for run in runs(file, None)[-5:])
        raise UnknownRecord(
            f"{file.path} holds no {what}{of}; `run.py {start} --store {file.path}` starts one"
            + (f". It holds {others}" if others else "")
        )
    return load(RunRecord, row)


def run_events(file: StoreFile, run_id: str) -> list[RunEvent]:
    """A run's events, oldest first."""
    found = file.rows(
        "SELECT run_id, kind, detail, at FROM run_events WHERE run_id = ? ORDER BY id", (run_id,)
    )
    return [load(RunEvent, row) for row in found]


def contract(file: StoreFile, sha256: str) -> dict[str, JsonValue]:
    """The body of a contract."""
    row = file.row("SELECT body FROM contracts WHERE sha256 = ?", (sha256,))
    if row is None:
        raise UnknownRecord(f"{file.path} holds no contract {sha256!r}")
    body: dict[str, JsonValue] = json.loads(row["body"])
    return body


def prompt(file: StoreFile, sha256: str) -> PromptRecord | None:
    """The prompt with this hash."""
    row = file.row("SELECT * FROM prompts WHERE sha256 = ?", (sha256,))
    return None if row is None else load(PromptRecord, row)


def benchmark(file: StoreFile, reference: str) -> BenchmarkRecord:
    """The benchmark with this id or unique prefix."""
    found_id = _one_id(file, "benchmarks", reference, "benchmark")
    return load(BenchmarkRecord, _row(file, "SELECT * FROM benchmarks WHERE id = ?", (found_id,)))


def benchmarks(file: StoreFile) -> list[BenchmarkRecord]:
    """All benchmarks, oldest first."""
    return [load(BenchmarkRecord, row) for row in file.rows("SELECT * FROM benchmarks ORDER BY rowid")]


def rejections(file: StoreFile, benchmark_id: str) -> list[Rejection]:
    """The rows that could not become instances, in the order of the source."""
    found = file.rows("SELECT * FROM rejections WHERE benchmark_id = ? ORDER BY rowid", (benchmark_id,))
    bodies = texts(file, {digest for row in found for digest in rejection_hashes(row)})
    return [load_rejection(row, bodies) for row in found]


def instance(file: StoreFile, benchmark_id: str, reference: str) -> Instance:
    """The instance with this id, else this source id, else this unique prefix of an id."""
    found = file.rows(
        # With OR, and without the index named, SQLite goes over the whole benchmark.
        "SELECT id FROM instances WHERE benchmark_id = ?1 AND id = ?2 "
        "UNION SELECT id FROM instances INDEXED BY instances_source_id "
        "WHERE benchmark_id = ?1 AND source_id = ?2",
        (benchmark_id, reference),
    )
    ids = [row["id"] for row in found]
    if not ids:
        found = file.rows(
            "SELECT id FROM instances WHERE benchmark_id = ? AND id >= ? AND id < ? ORDER BY id LIMIT 6",
            (benchmark_id, reference, reference + _AFTER_ANY),
        )
        ids = [row["id"] for row in found]
    instance_id = _resolve(ids, reference, "instance", f"of benchmark {benchmark_id}")
    row = _row(file, "SELECT * FROM instances WHERE benchmark_id = ? AND id = ?", (benchmark_id, instance_id))
    return load_instance(row, texts(file, instance_hashes(row)))


def instances(file: StoreFile, benchmark_id: str) -> Iterator[Instance]:
    """All instances in the order of the source, read page by page."""
    sql = "SELECT * FROM instances WHERE benchmark_id = ? AND position > ? ORDER BY position LIMIT ?"
    for page in pages(file, sql, (benchmark_id,)):
        bodies = texts(file, {digest for row in page for digest in instance_hashes(row)})
        yield from (load_instance(row, bodies) for row in page)


def work(file: StoreFile, run_id: str) -> Iterator[str]:
    """The instance ids that the run is about, in order."""
    sql = "SELECT instance_id, position FROM work WHERE run_id = ? AND position > ? ORDER BY position LIMIT ?"
    for page in pages(file, sql, (run_id,)):
        yield from (row["instance_id"] for row in page)


class Asked(NamedTuple):
    """An instance by what it asks for."""

    id: str
    calculator: str | None
    question: str


def asked(file: StoreFile, run_id: str) -> Iterator[Asked]:
    """What the instances of a run ask for, in its order, read page by page."""
    sql = """SELECT i.id, i.calculator, t.body AS question, w.position FROM work w
        JOIN runs r ON r.id = w.run_id
        JOIN instances i ON i.benchmark_id = r.benchmark_id AND i.id = w.instance_id
        JOIN texts t ON t.sha256 = i.question_sha
        WHERE w.run_id = ? AND w.position > ? ORDER BY w.position LIMIT ?"""
    for page in pages(file, sql, (run_id,)):
        yield from (Asked(row["id"], row["calculator"], row["question"]) for row in page)


def pending_instances(file: StoreFile, run_id: str) -> Iterator[str]:
    """Ids of work without label, escalation and finding, in order; failed ones are among them."""
    sql = """SELECT instance_id, position FROM work w WHERE run_id = ? AND position > ?
        AND NOT EXISTS (SELECT 1 FROM labels l WHERE l.run_id = w.run_id AND l.instance_id = w.instance_id)
        AND NOT EXISTS (SELECT 1 FROM escalations e
            WHERE e.run_id = w.run_id AND e.instance_id = w.instance_id)
        AND NOT EXISTS (SELECT 1 FROM findings a WHERE a.run_id = w.run_id AND a.instance_id = w.instance_id)
        ORDER BY position LIMIT ?"""
    for page in pages(file, sql, (run_id,)):
        yield from (row["instance_id"] for row in page)


def labels(file: StoreFile, run_id: str) -> Iterator[LabelRecord]:
    """The current labels, in the order of the run's work."""
    sql = """SELECT l.*, w.position AS position FROM work w
        JOIN current_labels l ON l.run_id = w.run_id AND l.instance_id = w.instance_id
        WHERE w.run_id = ? AND w.position > ? ORDER BY w.position LIMIT ?"""
    for page in pages(file, sql, (run_id,)):
        for row in page:
            del row["position"]
            yield load(LabelRecord, row)


def current_label(file: StoreFile, run_id: str, instance_id: str) -> LabelRecord | None:
    """The label that stands, None before the first commit and after a retraction."""
    row = file.row("SELECT * FROM current_labels WHERE run_id = ? AND instance_id = ?", (run_id, instance_id))
    return None if row is None else load(LabelRecord, row)


def count_votes(file: StoreFile, run_id: str) -> int:
    """How many votes a relabelling run has drawn."""
    row = _row(file, "SELECT count(*) AS votes FROM votes WHERE run_id = ?", (run_id,))
    return int(row["votes"])


def votes(file: StoreFile, run_id: str, instance_id: str) -> list[VoteRecord]:
    """An instance's votes, by sample."""
    sql = "SELECT * FROM votes WHERE run_id = ? AND instance_id = ? ORDER BY sample"
    return [load(VoteRecord, row) for row in file.rows(sql, (run_id, instance_id))]


def vote(file: StoreFile, run_id: str, instance_id: str, sample: int) -> VoteRecord | None:
    """The vote of one sample."""
    row = file.row(
        "SELECT * FROM votes WHERE run_id = ? AND instance_id = ? AND sample = ?",
        (run_id, instance_id, sample),
    )
    return None if row is None else load(VoteRecord, row)


def escalation(file: StoreFile, run_id: str, instance_id: str) -> EscalationRecord | None:
    """An instance's escalation, open or not."""
    row = file.row("SELECT * FROM escalations WHERE run_id = ? AND instance_id = ?", (run_id, instance_id))
    return None if row is None else load(EscalationRecord, row)


def open_escalations(
    file: StoreFile,
    run_id: str,
    reason: EscalationReason | None,
    limit: int | None,
    offset: int,
    *,
    audit_sample: bool,
) -> list[EscalationRecord]:
    """Escalations that wait for people, in the order of triage."""
    sample = "" if audit_sample else "AND e.reason <> 'audit_sample'"
    sql = f"""SELECT e.* FROM escalations e JOIN work w USING (run_id, instance_id)
        LEFT JOIN triage t USING (run_id, instance_id)
        WHERE e.run_id = ?1 AND (?2 IS NULL OR e.reason = ?2) {sample} AND {OPEN}
        ORDER BY {TRIAGE_ORDER}, w.position LIMIT ?3 OFFSET ?4"""
    found = file.rows(sql, (run_id, reason, -1 if limit is None else limit, offset))
    return [load(EscalationRecord, row) for row in found]


def decisions(file: StoreFile, run_id: str, instance_id: str) -> list[DecisionRecord]:
    """An instance's decisions, oldest first."""
    sql = "SELECT * FROM decisions WHERE run_id = ? AND instance_id = ? ORDER BY id"
    return [load(DecisionRecord, row) for row in file.rows(sql, (run_id, instance_id))]


def decision(file: StoreFile, decision_id: int) -> DecisionRecord:
    """The decision with this id."""
    row = file.row("SELECT * FROM decisions WHERE id = ?", (decision_id,))
    if row is None:
        raise UnknownRecord(f"{file.path} holds no decision {decision_id}; run `run.py verify`")
    return load(DecisionRecord, row)


def submitted(file: StoreFile, submission: str) -> DecisionRecord | None:
    """The decision that a form made."""
    row = file.row("SELECT * FROM decisions WHERE submission = ?", (submission,))
    return None if row is None else load(DecisionRecord, row)


def audit_draws(file: StoreFile, run_id: str) -> list[AuditDraw]:
    """The blind audit samples of a run, oldest first."""
    found = file.rows("SELECT * FROM audit_draws WHERE run_id = ? ORDER BY id", (run_id,))
    return [load(AuditDraw, row) for row in found]


def undelivered_decisions(file: StoreFile, run_id: str) -> list[DecisionRecord]:
    """For each instance without a label, the decision that settled it last: its thread is to be resumed."""
    sql = f"""SELECT * FROM decisions WHERE id IN (
        SELECT max(d.id) FROM decisions d WHERE d.run_id = ? AND {SETTLES} AND NOT EXISTS (
            SELECT 1 FROM labels l WHERE l.run_id = d.run_id AND l.instance_id = d.instance_id)
        GROUP BY d.instance_id) ORDER BY id"""
    return [load(DecisionRecord, row) for row in file.rows(sql, (run_id,))]


def replies(file: StoreFile, run_id: str, instance_id: str) -> dict[str, str]:
    """Request key → reply as JSON, of the calls that the run has made for an instance."""
    sql = """SELECT key, body FROM calls JOIN texts ON sha256 = response_sha
        WHERE run_id = ? AND instance_id = ? AND outcome = 'reply'"""
    return {row["key"]: row["body"] for row in file.rows(sql, (run_id, instance_id))}


def answered_models(file: StoreFile, run_id: str) -> set[tuple[str, str, str | None]]:
    """Role, model and address of those with a reply."""
    sql = """SELECT DISTINCT role, model, base_url FROM calls
        WHERE run_id = ? AND outcome = 'reply' AND cached_from IS NULL"""
    return {(row["role"], row["model"], row["base_url"]) for row in file.rows(sql, (run_id,))}


def calls(file: StoreFile, run_id: str, instance_id: str) -> list[CallRecord]:
    """An instance's calls with their messages, oldest first."""
    sql = """SELECT c.*, q.body AS request, r.body AS response FROM calls c
        JOIN texts q ON q.sha256 = c.request_sha LEFT JOIN texts r ON r.sha256 = c.response_sha
        WHERE c.run_id = ? AND c.instance_id = ? ORDER BY c.id"""
    found = []
    for row in file.rows(sql, (run_id, instance_id)):
        del row["request_sha"], row["response_sha"]
        found.append(load(CallRecord, row))
    return found


def state_counts(file: StoreFile, run_id: str) -> StateCounts:
    """A run's instances by state."""
    return StateCounts.model_validate(_row(file, _STATES, (run_id,)))


def counts(file: StoreFile, run_id: str) -> RunCounts:
    """The run in figures."""
    return RunCounts.model_validate({**_row(file, _STATES, (run_id,)), **_row(file, _CALLS, (run_id,))})


def _row(file: StoreFile, sql: str, parameters: tuple[SqlValue, ...]) -> Row:
    row = file.row(sql, parameters)
    if row is None:
        raise StoreError(f"{file.path}: a row vanished while it was read; run `run.py verify`")
    return row


def pages(file: StoreFile, sql: str, parameters: tuple[SqlValue, ...]) -> Iterator[list[Row]]:
    """Pages of a query with a column `position`; its last parameters are start and limit."""
    after = -1
    while page := file.rows(sql, (*parameters, after, _PAGE)):
        after = page[-1]["position"]
        yield page
