"""What audit runs have found of original labels, as queries over their records."""

from __future__ import annotations

from collections.abc import Iterator

from store.audit_records import AuditVoteRecord, FindingCounts, FindingRecord
from store.connection import StoreFile
from store.queries import pages
from store.rows import load


def votes(file: StoreFile, run_id: str, instance_id: str) -> list[AuditVoteRecord]:
    """An instance's votes, by sample."""
    sql = "SELECT * FROM audit_votes WHERE run_id = ? AND instance_id = ? ORDER BY sample"
    return [load(AuditVoteRecord, row) for row in file.rows(sql, (run_id, instance_id))]


def vote(file: StoreFile, run_id: str, instance_id: str, sample: int) -> AuditVoteRecord | None:
    """The vote of one sample."""
    row = file.row(
        "SELECT * FROM audit_votes WHERE run_id = ? AND instance_id = ? AND sample = ?",
        (run_id, instance_id, sample),
    )
    return None if row is None else load(AuditVoteRecord, row)


def finding(file: StoreFile, run_id: str, instance_id: str) -> FindingRecord | None:
    """What a run found of an instance."""
    row = file.row("SELECT * FROM findings WHERE run_id = ? AND instance_id = ?", (run_id, instance_id))
    return None if row is None else load(FindingRecord, row)


def of_run(file: StoreFile, run_id: str) -> Iterator[FindingRecord]:
    """The findings of a run, in the order of its work."""
    sql = """SELECT f.*, w.position AS position FROM work w JOIN findings f USING (run_id, instance_id)
        WHERE w.run_id = ? AND w.position > ? ORDER BY w.position LIMIT ?"""
    for page in pages(file, sql, (run_id,)):
        for row in page:
            del row["position"]
            yield load(FindingRecord, row)


def of_benchmark(file: StoreFile, benchmark_id: str) -> dict[str, FindingRecord]:
    """Instance id → its finding, of the last of the benchmark's runs that has one."""
    sql = """SELECT f.* FROM runs r JOIN findings f ON f.run_id = r.id
        WHERE r.benchmark_id = ? ORDER BY r.rowid"""
    return {row["instance_id"]: load(FindingRecord, row) for row in file.rows(sql, (benchmark_id,))}


def latest(file: StoreFile, benchmark_id: str, instance_id: str) -> FindingRecord | None:
    """The finding of one instance, as in `of_benchmark`."""
    sql = """SELECT f.* FROM runs r JOIN findings f ON f.run_id = r.id
        WHERE r.benchmark_id = ? AND f.instance_id = ? ORDER BY r.rowid DESC LIMIT 1"""
    row = file.row(sql, (benchmark_id, instance_id))
    return None if row is None else load(FindingRecord, row)


def counts(file: StoreFile, run_id: str) -> FindingCounts:
    """The findings of a run by verdict, and by error type, the most frequent first."""
    sql = """SELECT verdict, error_type, count(*) AS n FROM findings WHERE run_id = ?
        GROUP BY verdict, error_type ORDER BY n DESC, error_type"""
    rows = file.rows(sql, (run_id,))
    by_verdict = {verdict: 0 for verdict in ("stands", "wrong", "unsure")}
    for row in rows:
        by_verdict[row["verdict"]] += row["n"]
    types = {row["error_type"]: row["n"] for row in rows if row["error_type"] is not None}
    return FindingCounts.model_validate({**by_verdict, "by_error_type": types})
