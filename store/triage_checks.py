"""What `verify` looks at in triage scores: each follows from its evidence, and this from the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.triage import checker, evidence_of
from calculators.registry import find
from consensus.triage import RULE, AuditFinding, Evidence, StoredCheck, triage_score
from store.checking import SLACK, Item, place_of
from store.connection import StoreFile
from store.queries import instance
from store.queries import votes as recorded_votes
from store.triage import Grounds, TriageRecord, grounds, loaded


def scores(file: StoreFile) -> Iterator[Item]:
    """Every score follows from its evidence, and what the evidence says of votes and inputs is so.

    A score by another version of the rule is skipped: it is computed anew before people go on.
    """
    for run in file.rows("SELECT id, benchmark_id FROM runs ORDER BY rowid"):
        rows = file.rows(
            """SELECT t.*, e.reason, e.passes_for AS double
            FROM triage t LEFT JOIN escalations e USING (run_id, instance_id)
            WHERE t.run_id = ? ORDER BY t.instance_id""",
            (run["id"],),
        )
        escalated = {r["instance_id"]: r["score"] for r in rows if r["reason"] not in (None, "audit_sample")}
        known = grounds(file, run["id"]) if rows else None
        for row in rows:
            place = f"{place_of(run['id'], row['instance_id'])}, triage"
            reason, double = row.pop("reason"), row.pop("double")
            try:
                record = loaded(row)
                assert known is not None, "there are rows"
                if record.rule != RULE:
                    yield Item(place, skipped=True)
                    continue
                wrong = _score_problem(record, reason, double, escalated)
                if wrong is None and reason != "audit_sample":
                    wrong = _evidence_problem(file, run["benchmark_id"], record, known)
                yield Item(place, wrong)
            except ValueError as error:
                yield Item(place, f"cannot be read: {error}")


def _score_problem(
    record: TriageRecord, reason: str | None, double: str | None, escalated: Mapping[str, float]
) -> str | None:
    if reason is None:
        return "has a score, but was not handed to people"
    if double not in (None, record.passes_for):
        return f"passes for {record.passes_for}, but was drawn to pass for {double}"
    if record.passes_for is None:
        right: float | None = triage_score(record.evidence)
    elif reason != "audit_sample":
        return f"passes for {record.passes_for}, but only labels of the audit sample do"
    else:
        right = escalated.get(record.passes_for)
    if right is None or abs(record.score - right) > SLACK:
        return f"gives a score of {record.score}, but it is {right}"
    return None


def _evidence_problem(file: StoreFile, benchmark_id: str, record: TriageRecord, known: Grounds) -> str | None:
    item = instance(file, benchmark_id, record.instance_id)
    votes = [vote.vote() for vote in recorded_votes(file, record.run_id, record.instance_id)]
    stored = record.evidence.stored
    comparable = stored is None or _by_registered(stored)
    finding = record.evidence.finding
    if finding is not None and finding not in _findings(file, benchmark_id, item.id):
        return f"rests on the finding {finding}, which no audit has made"
    right = evidence_of(item, votes, known.column if comparable else None, known.conventions, finding)
    kept = {} if comparable else {"stored": stored}
    return _difference(record.evidence, right.model_copy(update=kept))


def _findings(file: StoreFile, benchmark_id: str, instance_id: str) -> list[AuditFinding]:
    """What audits have found: a score may rest on an earlier one than the last."""
    rows = file.rows(
        "SELECT f.verdict, f.share FROM findings f JOIN runs r ON r.id = f.run_id "
        "WHERE r.benchmark_id = ? AND f.instance_id = ?",
        (benchmark_id, instance_id),
    )
    return [AuditFinding.model_validate(row) for row in rows]


def _by_registered(stored: StoredCheck) -> bool:
    """Whether the calculator that checked the inputs is still the registered one."""
    calculator = stored.by.rpartition(" ")[0]
    return find(calculator) is not None and checker(calculator) == stored.by


def _difference(kept: Evidence, right: Evidence) -> str | None:
    for name in Evidence.model_fields:
        one, other = getattr(kept, name), getattr(right, name)
        if one != other:
            return f"gives {name} as {one}, but it is {other}"
    return None
