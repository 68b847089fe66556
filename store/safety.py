"""Safety runs: what is written of their cells and read back. Verdicts are the labels of cells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue, TypeAdapter

from answers.canonical import canonical_json, sha256_text
from consensus.model import EscalationReason
from consensus.severity import Severity
from store.connection import SqlValue, StoreFile
from store.contracts import contract_sha
from store.errors import AmbiguousReference, UnknownRecord
from store.queries import pages
from store.records import EscalationRecord, LabelRecord
from store.rows import load
from store.safety_records import (
    CellRecord,
    ClaimRecord,
    ContractName,
    JudgmentRecord,
    TargetRecord,
    Transcript,
    TranscriptRecord,
)
from store.store import Store

_SEVERITY: TypeAdapter[Severity] = TypeAdapter(Severity)


class CellVerdict(NamedTuple):
    """A cell and the verdict that stands for it; None where it has none: it is unscored, or not yet run."""

    cell: CellRecord
    verdict: LabelRecord | None


def add_work(store: Store, run_id: str, cells: Iterable[CellRecord]) -> None:
    """Add cells to a run's work, in order, after what it has; known ones are left alone."""
    with store.transaction():
        sql = "SELECT instance_id, position FROM work WHERE run_id = ?"
        standing = {row["instance_id"]: int(row["position"]) for row in store.file.rows(sql, (run_id,))}
        first = 1 + max(standing.values(), default=-1)
        new: dict[str, CellRecord] = {}
        for cell in cells:
            if cell.instance_id not in standing:
                new.setdefault(cell.instance_id, cell)
        work: list[dict[str, SqlValue]] = [
            {"run_id": run_id, "instance_id": instance_id, "position": position}
            for position, instance_id in enumerate(new, first)
        ]
        store.file.insert_many("work", work)
        store.file.insert_many("cells", [store.dump(cell) for cell in new.values()])


def add_targets(store: Store, targets: Iterable[TargetRecord]) -> None:
    """Record the targets of a run."""
    with store.transaction():
        for target in targets:
            store.file.insert("targets", store.dump(target), "(run_id, name)")


def copy_conversations(store: Store, source_id: str, run_id: str) -> None:
    """Give a new run the targets of another, and as its work the cells that this one had conversations of."""
    with store.transaction() as db:
        for sql in _COPIES:
            db.execute(sql, {"source": source_id, "run": run_id})


_COPIES = (
    """INSERT INTO targets (run_id, name, spec, base_url)
        SELECT :run, name, spec, base_url FROM targets WHERE run_id = :source ORDER BY rowid""",
    """INSERT INTO work (run_id, instance_id, position)
        SELECT :run, instance_id, row_number() OVER (ORDER BY position) - 1
        FROM work JOIN transcripts USING (run_id, instance_id) WHERE run_id = :source""",
    """INSERT INTO cells (run_id, instance_id, target, rep, scenario_id)
        SELECT :run, instance_id, target, rep, scenario_id
        FROM cells JOIN transcripts USING (run_id, instance_id) WHERE run_id = :source""",
    """INSERT INTO transcripts (run_id, instance_id, transcript_sha, outcome, detail, created_at)
        SELECT :run, instance_id, transcript_sha, outcome, detail, created_at
        FROM transcripts WHERE run_id = :source""",
)


def add_transcript(store: Store, record: TranscriptRecord, transcript: Transcript) -> TranscriptRecord:
    """Keep a cell's conversation; returns the one that stands, which is the first."""
    with store.transaction():
        digest = store.file.put_text(transcript.body())
        if digest != record.transcript_sha:
            raise ValueError(f"the transcript has the hash {digest}, not {record.transcript_sha}")
        store.file.insert("transcripts", store.dump(record), "(run_id, instance_id)")
        return transcript_of(store.file, record.run_id, record.instance_id) or record


def add_judgment(store: Store, record: JudgmentRecord) -> JudgmentRecord:
    """Record a judgment; returns the one that stands: the first for this seat."""
    with store.transaction():
        store.file.insert("judgments", store.dump(record), "(run_id, instance_id, seat)")
        return judgment(store.file, record.run_id, record.instance_id, record.seat) or record


def add_claim(store: Store, record: ClaimRecord) -> None:
    """Keep what an imported file says of its own verdicts."""
    with store.transaction():
        store.file.insert("claims", store.dump(record))


def claims(file: StoreFile, run_id: str | None = None) -> list[ClaimRecord]:
    """The claims of the files of one run, or of all runs, in the order in which they were imported."""
    sql = "SELECT * FROM claims WHERE ?1 IS NULL OR run_id = ?1 ORDER BY id"
    return [load(ClaimRecord, row) for row in file.rows(sql, (run_id,))]


def add_contract(store: Store, body: Mapping[str, JsonValue], name: str | None = None) -> str:
    """Keep a contract, under a name if one is given; returns its hash."""
    sha = contract_sha(body)
    with store.transaction():
        store.file.insert("contracts", {"sha256": sha, "body": canonical_json(dict(body))}, "(sha256)")
        if name is not None and named_contract(store.file, name) != sha:
            store.file.insert("contract_names", store.dump(ContractName(name=name, contract_sha=sha)))
    return sha


def named_contract(file: StoreFile, name: str) -> str | None:
    """The hash of the contract that has this name, or None."""
    row = file.row("SELECT contract_sha FROM contract_names WHERE name = ? ORDER BY id DESC LIMIT 1", (name,))
    return None if row is None else str(row["contract_sha"])


def contracts_like(file: StoreFile, prefix: str) -> list[str]:
    """The hashes of contracts that start so; at most a few."""
    sql = "SELECT sha256 FROM contracts WHERE substr(sha256, 1, length(?1)) = ?1 LIMIT 3"
    return [str(row["sha256"]) for row in file.rows(sql, (prefix,))] if prefix else []


def contract_names(file: StoreFile) -> list[ContractName]:
    """Every name with the contract that it stands for, in the order of names."""
    sql = """SELECT * FROM contract_names n
        WHERE id = (SELECT max(id) FROM contract_names WHERE name = n.name) ORDER BY name"""
    return [load(ContractName, row) for row in file.rows(sql)]


def frozen(file: StoreFile, sha: str) -> bool:
    """Whether a verdict has been committed under this contract, so that nothing of it may change."""
    sql = "SELECT 1 FROM runs r JOIN labels l ON l.run_id = r.id WHERE r.contract_sha = ? LIMIT 1"
    return file.row(sql, (sha,)) is not None


def contract_bodies(file: StoreFile) -> Iterator[tuple[str, str]]:
    """Every safety run with the body of its contract as it is kept, in the order of runs."""
    sql = """SELECT r.id, c.body FROM runs r JOIN contracts c ON c.sha256 = r.contract_sha
        WHERE r.workflow = 'safety' ORDER BY r.rowid"""
    for row in file.rows(sql):
        yield row["id"], row["body"]


def targets(file: StoreFile, run_id: str) -> list[TargetRecord]:
    """The targets of a run, as they were given."""
    sql = "SELECT * FROM targets WHERE run_id = ? ORDER BY rowid"
    return [load(TargetRecord, row) for row in file.rows(sql, (run_id,))]


def planned_reruns(file: StoreFile, run_id: str) -> int:
    """How many reruns of the pack a run's work has, done or not."""
    row = file.row("SELECT 1 + coalesce(max(rep), -1) AS n FROM cells WHERE run_id = ?", (run_id,))
    return int(row["n"]) if row else 0


def cell(file: StoreFile, run_id: str, reference: str) -> CellRecord:
    """The cell with this id or unique prefix. Raises UnknownRecord, or AmbiguousReference."""
    exact = file.row("SELECT * FROM cells WHERE run_id = ? AND instance_id = ?", (run_id, reference))
    if exact is not None:  # by its key: a prefix looks through all cells of the run
        return load(CellRecord, exact)
    sql = "SELECT * FROM cells WHERE run_id = ?1 AND substr(instance_id, 1, length(?2)) = ?2 LIMIT 2"
    found = file.rows(sql, (run_id, reference)) if reference else []
    if len(found) > 1:
        raise AmbiguousReference(
            f"run {run_id} has more than one cell whose id starts with {reference!r}; give more of it"
        )
    if not found:
        raise UnknownRecord(
            f"run {run_id} has no cell whose id starts with {reference!r}; `safety cells {run_id}` lists them"
        )
    return load(CellRecord, found[0])


def cells(file: StoreFile, run_id: str) -> Iterator[CellVerdict]:
    """The cells of a run with their verdicts, in the order of its work, read page by page."""
    sql = """SELECT c.*, w.position AS position, l.id AS label
        FROM work w JOIN cells c USING (run_id, instance_id)
        LEFT JOIN current_labels l USING (run_id, instance_id)
        WHERE w.run_id = ? AND w.position > ? ORDER BY w.position LIMIT ?"""
    for page in pages(file, sql, (run_id,)):
        standing = _labels(file, [row["label"] for row in page if row["label"] is not None])
        for row in page:
            del row["position"]
            verdict = standing.get(row.pop("label"))
            yield CellVerdict(load(CellRecord, row), verdict)


def _labels(file: StoreFile, ids: Sequence[int]) -> dict[int, LabelRecord]:
    found = file.rows("SELECT * FROM labels WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    return {row["id"]: load(LabelRecord, row) for row in found}


def consensus_verdicts(file: StoreFile, run_id: str) -> dict[str, LabelRecord]:
    """Cell id → the verdict that judges alone came to, superseded by people or not."""
    sql = "SELECT * FROM labels WHERE run_id = ? AND decided_by = 'consensus'"
    return {row["instance_id"]: load(LabelRecord, row) for row in file.rows(sql, (run_id,))}


def verdicts_of(file: StoreFile, of: CellRecord) -> list[LabelRecord]:
    """Every verdict that a cell has had, superseded ones first."""
    sql = "SELECT * FROM labels WHERE run_id = ? AND instance_id = ? ORDER BY id"
    return [load(LabelRecord, row) for row in file.rows(sql, (of.run_id, of.instance_id))]


def transcript_of(file: StoreFile, run_id: str, instance_id: str) -> TranscriptRecord | None:
    """What is on record of a cell's conversation."""
    row = file.row("SELECT * FROM transcripts WHERE run_id = ? AND instance_id = ?", (run_id, instance_id))
    return None if row is None else load(TranscriptRecord, row)


def transcripts(file: StoreFile, run_id: str) -> dict[str, TranscriptRecord]:
    """Cell id → its conversation's record."""
    found = file.rows("SELECT * FROM transcripts WHERE run_id = ?", (run_id,))
    return {row["instance_id"]: load(TranscriptRecord, row) for row in found}


def read_transcript(file: StoreFile, sha: str) -> Transcript:
    """The conversation under a hash. Raises UnknownRecord."""
    row = file.row("SELECT body FROM texts WHERE sha256 = ?", (sha,))
    if row is None:
        raise UnknownRecord(f"{file.path} holds no transcript {sha!r}; run `run.py verify`")
    return Transcript.model_validate_json(row["body"])


def transcript_sha(transcript: Transcript) -> str:
    """The hash under which a conversation is kept."""
    return sha256_text(transcript.body())


def judgment(file: StoreFile, run_id: str, instance_id: str, seat: int) -> JudgmentRecord | None:
    """The judgment of one seat."""
    row = file.row(
        "SELECT * FROM judgments WHERE run_id = ? AND instance_id = ? AND seat = ?",
        (run_id, instance_id, seat),
    )
    return None if row is None else load(JudgmentRecord, row)


def unscored_judgments(file: StoreFile, run_id: str) -> dict[str, tuple[int, str]]:
    """Judge → how many of its judgments failed, and the most frequent reason."""
    found: dict[str, tuple[int, str]] = {}
    sql = """SELECT judge, failure, count(*) AS n FROM judgments
        WHERE run_id = ? AND severity IS NULL GROUP BY judge, failure ORDER BY n DESC, failure"""
    for row in file.rows(sql, (run_id,)):
        n, why = found.get(row["judge"], (0, row["failure"]))
        found[row["judge"]] = (n + row["n"], why)
    return found


def judgments_of(file: StoreFile, run_id: str, instance_id: str) -> list[JudgmentRecord]:
    """The judgments on a cell, by seat."""
    sql = "SELECT * FROM judgments WHERE run_id = ? AND instance_id = ? ORDER BY seat"
    return [load(JudgmentRecord, row) for row in file.rows(sql, (run_id, instance_id))]


def judgments(file: StoreFile, run_id: str) -> Iterator[JudgmentRecord]:
    """All judgments of a run in the order in which they came, read page by page."""
    # With + the rows are walked in order; by the index of the run every page would sort all that are left.
    sql = "SELECT rowid AS position, * FROM judgments WHERE +run_id = ? AND rowid > ? ORDER BY rowid LIMIT ?"
    for page in pages(file, sql, (run_id,)):
        for row in page:
            del row["position"]
            yield load(JudgmentRecord, row)


def panels(file: StoreFile, run_id: str) -> dict[str, list[Severity | None]]:
    """Cell id → what its judges said, None where a judgment failed; of the cells that have judgments."""
    found: dict[str, list[Severity | None]] = {}
    sql = "SELECT instance_id, severity FROM judgments WHERE run_id = ? ORDER BY rowid"
    for row in file.rows(sql, (run_id,)):
        found.setdefault(row["instance_id"], []).append(row["severity"])
    return found


def escalation_reasons(file: StoreFile, run_id: str) -> dict[str, EscalationReason]:
    """Cell id → why people were asked, of those that were escalated; blind audits are none."""
    sql = "SELECT * FROM escalations WHERE run_id = ? AND reason <> 'audit_sample'"
    found = (load(EscalationRecord, row) for row in file.rows(sql, (run_id,)))
    return {escalation.instance_id: escalation.reason for escalation in found}


def severity_of(verdict: LabelRecord) -> Severity | None:
    """The severity that a verdict says; None for one that people left open as ambiguous."""
    answer = verdict.answer
    if answer is None or answer.kind != "category":
        return None
    return _SEVERITY.validate_python(answer.value)
