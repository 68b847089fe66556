from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from answers.canonical import sha256_text
from store.records import DecisionRecord, EscalationRecord, RunRecord
from store.store import Store
from store.verify import Check, verify
from tests.store.conftest import bmi, make_label, make_vote
from tests.store.tampering import tampered


def test_a_sound_store(full: Store, run: RunRecord) -> None:
    report = verify(full)
    assert report.problems == ()
    assert report.ok
    assert report.runs == {run.id: full.counts(run.id)}
    assert report.skipped == {}
    expected: dict[Check, int] = {
        "texts": 10,
        "votes": 6,
        "derivations": 6,
        "decisions": 1,
        "labels": 3,
        "prompts": 1,
        "contracts": 1,
        "escalations": 2,
        "audits": 1,
    }
    assert {name: report.checked[name] for name in expected} == expected


def test_an_empty_store_is_sound(store: Store) -> None:
    assert verify(store).ok


def test_superseded_and_ambiguous_labels_are_sound(full: Store, run: RunRecord, ids: list[str]) -> None:
    first = full.current_label(run.id, ids[0])
    assert first is not None
    decision = full.add_decision(
        DecisionRecord(run_id=run.id, instance_id=ids[0], reviewer="ada", status="ambiguous")
    )
    full.supersede_label(
        make_label(
            run,
            ids[0],
            answer=None,
            status="ambiguous",
            decided_by="reviewer",
            decision_id=decision.id,
            supersedes=first.id,
        )
    )
    assert verify(full).problems == ()


ANSWER_99 = '{"kind":"number","unit":"kg/m^2","value":99.0}'

PLANTED: list[tuple[str, Check, str]] = [
    ("UPDATE texts SET body = body || ' '", "texts", "its body has the hash"),
    ("UPDATE prompts SET body = 'Guess.'", "prompts", "its body has the hash"),
    ("""UPDATE contracts SET body = '{"votes":1}'""", "contracts", "its body has the hash"),
    ("UPDATE contracts SET body = body || ' '", "contracts", "not in canonical form"),
    ("UPDATE contracts SET body = '{'", "contracts", "is not JSON"),
    (
        "UPDATE instances SET label_text = '7' WHERE source_id = '5'",
        "benchmarks",
        "not those that were recorded",
    ),
    ("DELETE FROM instances WHERE source_id = '5'", "work", "is not of benchmark"),
    ("UPDATE rejections SET problem = ''", "benchmarks", "not those that were recorded"),
    ("DELETE FROM texts WHERE body LIKE 'Case 5%'", "references", "refers to a row of texts"),
    ("DELETE FROM texts WHERE body LIKE '????%'", "benchmarks", "names texts that are not there"),
    ("DELETE FROM work WHERE position = 0", "references", "refers to a row of work"),
    ("DELETE FROM decisions", "references", "refers to a row of decisions"),
    (f"UPDATE votes SET answer = '{ANSWER_99}' WHERE sample = 1", "votes", "its derivation gives"),
    ("UPDATE votes SET derivation = '{}' WHERE sample = 1", "votes", "cannot be read"),
    (
        f"UPDATE votes SET answer = '{ANSWER_99}', "
        f"derivation = json_set(derivation, '$.answer', json('{ANSWER_99}')) WHERE sample = 1",
        "derivations",
        "executed again it gives",
    ),
    (
        "UPDATE votes SET derivation = json_set(derivation, '$.inputs[0].unit', 'furlong') WHERE sample = 1",
        "derivations",
        "cannot be executed",
    ),
    ("DELETE FROM votes WHERE sample = 1", "labels", "counts 2 votes, but 1 are recorded"),
    ("UPDATE labels SET agreement = 0.9 WHERE status = 'revised'", "labels", "the votes' is 1.0"),
    ("UPDATE labels SET status = 'revised' WHERE status = 'confirmed'", "labels", "is 'confirmed'"),
    ("UPDATE labels SET status = 'confirmed' WHERE status = 'revised'", "labels", "is 'revised'"),
    ("UPDATE labels SET status = 'ambiguous' WHERE status = 'revised'", "labels", "is 'revised'"),
    (
        f"UPDATE labels SET answer = '{ANSWER_99}' WHERE status = 'revised'",
        "labels",
        "but the votes say",
    ),
    (
        f"UPDATE labels SET answer = '{ANSWER_99}', status = 'revised' WHERE decided_by = 'reviewer'",
        "labels",
        "but decision 1 says",
    ),
    ("UPDATE labels SET answer = 'x' WHERE status = 'revised'", "labels", "cannot be read"),
    (
        "UPDATE votes SET objections = '[\"the wrong day\"]' WHERE sample = 1",
        "labels",
        "to be escalated: critic_objects: the wrong day",
    ),
    (
        "UPDATE votes SET open_conventions = '[\"weight_kind\"]' WHERE sample = 1",
        "labels",
        "to be escalated: convention_open: the answer depends on an open convention: weight_kind",
    ),
    (
        "UPDATE contracts SET body = json_set(body, '$.policy.votes', 'two')",
        "labels",
        "the run's contract has no policy",
    ),
    ("UPDATE decisions SET answer = NULL", "labels", "but decision 1 says no answer"),
    ("UPDATE decisions SET status = 'revised'", "labels", "is 'incomputable', but decision 1 says 'revised'"),
    (
        "UPDATE labels SET status = 'ambiguous' WHERE decided_by = 'reviewer'",
        "labels",
        "is 'ambiguous', but decision 1 does not say so",
    ),
]


@pytest.mark.parametrize(("statement", "check", "problem"), PLANTED, ids=[case[0][:60] for case in PLANTED])
def test_a_planted_fault_is_found(
    full: Store, path: Path, statement: str, check: Check, problem: str
) -> None:
    report = tampered(full, path, statement)
    assert not report.ok
    assert any(found.check == check and problem in found.problem for found in report.problems), [
        str(found) for found in report.problems
    ]


@pytest.mark.parametrize(
    ("weights_kg", "agreement", "problem"),
    [
        ((80.0, 80.0, 80.0), 1.0, None),
        ((80.0, 80.0, 80.0, 80.0, 120.0), 0.8, None),
        ((80.0, 80.0, 120.0), 2 / 3, "but 2 more votes were to be drawn first"),
        (
            (80.0, 120.0, 80.0, 120.0, 80.0),
            0.6,
            "to be escalated: low_consensus: 5 votes: 3 × 20, 2 × 30; 80% must agree",
        ),
    ],
)
def test_a_share_below_the_threshold_is_found(
    full: Store,
    run: RunRecord,
    ids: list[str],
    weights_kg: tuple[float, ...],
    agreement: float,
    problem: str | None,
) -> None:
    for sample, weight_kg in enumerate(weights_kg):
        full.add_vote(make_vote(run, ids[5], sample, weight_kg=weight_kg))
    full.add_label(make_label(run, ids[5], agreement=agreement, n_votes=len(weights_kg)))
    found = [item.problem for item in verify(full).problems]
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


@pytest.mark.parametrize(("reason", "sound"), [("low_consensus", False), ("audit_sample", True)])
def test_an_escalated_instance_is_not_labelled_by_consensus(
    full: Store, run: RunRecord, ids: list[str], reason: str, sound: bool
) -> None:
    values = {"run_id": run.id, "instance_id": ids[0], "reason": reason}
    full.add_escalation(EscalationRecord.model_validate(values))
    assert [item.problem for item in verify(full).problems] == (
        [] if sound else ["is by consensus, but the instance was escalated: low_consensus"]
    )


def test_a_decision_that_a_consensus_label_ignores_is_found(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    said = {"run_id": run.id, "reviewer": "ada", "answer": bmi(120.0).answer}
    waiting, first = ids[3], ids[0]
    full.add_decision(DecisionRecord(instance_id=first, blind=True, **said))
    full.add_decision(DecisionRecord(instance_id=waiting, **said))
    assert verify(full).ok, "a blind decision settles nothing, and one without a label is to be delivered"
    ignored = full.add_decision(DecisionRecord(instance_id=first, **said))
    assert [str(item) for item in verify(full).problems] == [
        f"decisions: run {run.id}, instance {first}, decision {ignored.id}: "
        "'ada' decided, but the current label 1 is by consensus"
    ]


def test_a_problem_names_its_place(full: Store, path: Path, run: RunRecord, ids: list[str]) -> None:
    (found,) = tampered(full, path, "UPDATE labels SET agreement = 0.9 WHERE status = 'revised'").problems
    assert str(found).startswith(f"labels: run {run.id}, instance {ids[1]}, label 2: ")


def test_a_missing_guard_is_found(full: Store, path: Path) -> None:
    full.close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER labels_no_update")
    connection.execute("DROP INDEX calls_reply")
    connection.close()
    with Store.open(path) as again:
        assert [str(found) for found in verify(again).problems] == [
            "guards: index calls_reply: is missing",
            "guards: trigger labels_no_update: is missing",
        ]


def test_a_missing_table_stops_the_reading(full: Store, path: Path) -> None:
    full.close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE run_events")
    connection.close()
    with Store.open(path) as again:
        report = verify(again)
    assert [str(found) for found in report.problems] == ["integrity: table run_events: is missing"]
    assert report.runs == {}


def test_damaged_pages_are_found(full: Store, path: Path) -> None:
    for number in range(200):
        with full.transaction():
            full.file.put_text(f"{number} " + "filler " * 200)
    full.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 9_000] = b"\xff" * 9_000
    path.write_bytes(bytes(content))
    with Store.open(path, read_only=True) as again:
        report = verify(again)
    assert not report.ok
    assert "damaged" in report.problems[0].problem
    assert str(path) in str(report.problems[0])


def test_derivations_of_another_version_are_counted_and_not_executed(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    vote = make_vote(run, ids[5])
    for sample, changes in enumerate(({"version": "0"}, {"calculator": "retired"}, {"method": "recorded"})):
        derivation = bmi().model_copy(update=changes)
        full.add_vote(vote.model_copy(update={"sample": sample, "derivation": derivation}))
    report = verify(full)
    assert report.ok
    assert report.skipped == {"derivations": 3}


def test_verify_writes_nothing(full: Store, path: Path) -> None:
    full.close()
    before = sha256_text(path.read_bytes().hex())
    with Store.open(path, read_only=True) as again:
        verify(again)
    assert sha256_text(path.read_bytes().hex()) == before
