from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlite_utils import Database

from store.errors import UnknownRecord
from store.records import FailureRecord, RunRecord
from store.schema import m006_audit, migrations
from store.store import Store
from store.verify import Check, verify
from tests.store.conftest import (
    AUDIT_CONTRACT,
    CONTRACT,
    judge,
    make_audit_vote,
    make_finding,
    make_label,
)
from tests.store.tampering import tampered


def test_a_run_follows_the_workflow_of_its_contract(store: Store, run: RunRecord, audit: RunRecord) -> None:
    assert (run.workflow, audit.workflow) == ("relabel", "audit")
    assert store.run(audit.id) == audit
    with pytest.raises(ValidationError, match="'relabel', 'audit' or 'safety'"):
        store.create_run(run.benchmark_id, {**CONTRACT, "workflow": "guess"}, [])


def test_audit_runs_are_asked_for_by_name(store: Store, run: RunRecord, audit: RunRecord) -> None:
    assert store.runs() == [run]
    assert store.runs("audit") == [audit]
    assert store.runs(None) == [run, audit]
    assert store.latest_run() == run
    assert store.latest_run(run.benchmark_id, "audit") == audit


def test_where_there_is_no_audit_run_it_says_how_to_start_one(store: Store, run: RunRecord) -> None:
    with pytest.raises(UnknownRecord, match=r"no audit run of benchmark .*run\.py audit INPUT --model SPEC"):
        store.latest_run(run.benchmark_id, "audit")


def test_votes_and_findings_come_back_as_they_were_given(
    store: Store, audit: RunRecord, ids: list[str]
) -> None:
    found = judge(store, audit, ids[0])
    failed = store.add_audit_vote(
        make_audit_vote(
            audit, ids[0], 2, verdict=None, error_type=None, failure="refused", answer=None, evidence=()
        )
    )
    assert store.finding(audit.id, ids[0]) == found
    assert [vote.verdict for vote in store.audit_votes(audit.id, ids[0])] == ["wrong", "wrong", None]
    bundle = store.trace(audit.id, ids[0])
    assert bundle.finding == found
    assert bundle.audit_votes[2] == failed
    assert (bundle.labels, bundle.votes) == ((), ())


def test_the_first_vote_and_the_first_finding_stand(store: Store, audit: RunRecord, ids: list[str]) -> None:
    first = judge(store, audit, ids[0])
    assert store.add_finding(make_finding(audit, ids[0], verdict="stands", error_type=None)) == first
    again = store.add_audit_vote(make_audit_vote(audit, ids[0], 0, reason="another"))
    assert again.reason == "the weight was taken as pounds"


def test_counts_of_an_audit_run(store: Store, audit: RunRecord, ids: list[str]) -> None:
    judge(store, audit, ids[0])
    judge(store, audit, ids[1], verdict="stands", error_type=None)
    judge(store, audit, ids[2], error_type="logic")
    judge(store, audit, ids[3], error_type="logic")
    store.add_failure(FailureRecord(run_id=audit.id, instance_id=ids[3], error="before it was judged"))
    store.add_failure(FailureRecord(run_id=audit.id, instance_id=ids[4], error="HTTP 500"))
    counts = store.counts(audit.id)
    assert (counts.instances, counts.judged, counts.failed, counts.pending) == (6, 4, 1, 1)
    assert (counts.committed, counts.awaiting_review) == (0, 0)
    assert list(store.pending_instances(audit.id)) == ids[4:]
    assert store.failure_causes(audit.id) == {"HTTP 500": 1}
    found = store.finding_counts(audit.id)
    assert (found.stands, found.wrong, found.unsure) == (1, 3, 0)
    assert list(found.by_error_type.items()) == [("logic", 2), ("unit", 1)]


def test_of_several_audit_runs_the_last_one_counts(store: Store, audit: RunRecord, ids: list[str]) -> None:
    later = store.create_run(audit.benchmark_id, AUDIT_CONTRACT, ids[:2])
    newer = judge(store, later, ids[0], verdict="stands", error_type=None)
    judge(store, audit, ids[0])  # the earlier run is resumed after the later one
    older = judge(store, audit, ids[3])
    assert store.findings(audit.benchmark_id) == {ids[0]: newer, ids[3]: older}
    assert store.findings("another") == {}
    assert [found.instance_id for found in store.run_findings(audit.id)] == [ids[0], ids[3]]


def test_what_an_auditor_says_is_consistent(audit: RunRecord) -> None:
    with pytest.raises(ValidationError, match="exactly one of"):
        make_audit_vote(audit, "i", failure="and a verdict")
    with pytest.raises(ValidationError, match="has an error type"):
        make_audit_vote(audit, "i", error_type=None)
    with pytest.raises(ValidationError, match="has an error type"):
        make_finding(audit, "i", verdict="unsure")


def test_a_store_from_before_audits_has_relabelling_runs(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Database(path) as old:
        migrations.apply(old, stop_before=m006_audit.__name__)
        old.execute("INSERT INTO benchmarks VALUES ('b', 'name', 'source', 'sha', '[]')")
        old.execute("INSERT INTO contracts VALUES ('c', '{}')")
        old.execute("INSERT INTO runs VALUES ('r', 'b', 'c', '{}', '2026-01-01T00:00:00Z')")
        old.conn.commit()
    with Store.open(path) as store:
        assert [run.workflow for run in store.runs(None)] == ["relabel"]


def test_a_sound_audit(audited: Store) -> None:
    report = verify(audited)
    assert report.problems == ()
    assert (report.checked["findings"], report.checked["audit_votes"], report.checked["runs"]) == (1, 2, 2)


PLANTED: list[tuple[str, Check, str]] = [
    ("UPDATE runs SET workflow = 'relabel'", "runs", "its contract says 'audit'"),
    ("UPDATE findings SET error_type = 'logic'", "findings", "the votes say wrong, unit"),
    ("UPDATE findings SET verdict = 'unsure', error_type = NULL", "findings", "the votes say wrong"),
    ("UPDATE findings SET share = 0.5", "findings", "100% of 2 votes"),
    ("UPDATE findings SET answer = NULL", "findings", "no answer, but the votes say"),
    ("DELETE FROM audit_votes WHERE sample = 1", "findings", "rests on 1 votes"),
    (
        "UPDATE audit_votes SET verdict = 'stands', error_type = NULL WHERE sample = 1",
        "findings",
        "more votes were to be drawn",
    ),
    ("UPDATE audit_votes SET evidence = '[{}]' WHERE sample = 1", "audit_votes", "cannot be read"),
    (
        "UPDATE audit_votes SET evidence = replace(evidence, '80 kg', '81 kg') WHERE sample = 1",
        "audit_votes",
        "its quote 'weight 81 kg' is not where it says",
    ),
]


@pytest.mark.parametrize(("statement", "check", "words"), PLANTED)
def test_a_planted_fault_is_found(
    audited: Store, path: Path, statement: str, check: Check, words: str
) -> None:
    problems = tampered(audited, path, statement).problems
    assert any(p.check == check and words in p.problem for p in problems), problems


def test_a_label_in_an_audit_run_is_found(audited: Store, audit: RunRecord, ids: list[str]) -> None:
    audited.add_label(make_label(audit, ids[0]))
    problems = verify(audited).problems
    assert "has labels although it is 'audit'" in {problem.problem for problem in problems}
