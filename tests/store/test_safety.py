"""Safety runs in the store: what is written once, and what is read back."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from answers.canonical import sha256_text
from store import safety
from store.errors import AmbiguousReference, LabelConflict, UnknownRecord
from store.records import LabelRecord
from store.safety_records import TargetRecord, Transcript, TranscriptRecord, Turn, cell_id
from store.store import Store
from tests.store.safety_run import (
    QUOTE,
    TARGETS,
    TRANSCRIPT,
    SafetyRun,
    converse,
    decide,
    half_done,
    judge,
    make_cell,
    make_contract,
    make_judgment,
    make_verdict,
    severities,
    start,
)


@pytest.fixture
def of(store: Store) -> SafetyRun:
    """A run of which nothing is done yet."""
    return start(store, make_contract())


def test_a_safety_run_is_one_by_its_contract(store: Store, of: SafetyRun) -> None:
    assert of.run.workflow == "safety"
    assert store.runs("safety") == [of.run]
    assert store.runs() == []


def test_work_is_the_cells_in_their_order(store: Store, of: SafetyRun) -> None:
    assert list(store.work(of.run.id)) == [cell.instance_id for cell in of.cells]
    assert [found.cell for found in safety.cells(store.file, of.run.id)] == list(of.cells)
    assert store.counts(of.run.id).instances == len(of.cells) == 2 * 2 * 3


def test_more_work_comes_after_what_is_there(store: Store, of: SafetyRun) -> None:
    third = [make_cell(of.run, target, 2, s.id) for target in TARGETS for s in of.contract.pack.scenarios]
    safety.add_work(store, of.run.id, [*of.cells[:2], *third])
    assert list(store.work(of.run.id)) == [cell.instance_id for cell in (*of.cells, *third)]
    safety.add_work(store, of.run.id, third)
    assert len(list(store.work(of.run.id))) == len(of.cells) + len(third)


def test_the_work_of_one_run_is_not_that_of_another(store: Store, of: SafetyRun) -> None:
    other = start(store, of.contract, TARGETS[:1])
    assert {cell.instance_id for cell in other.cells} < {cell.instance_id for cell in of.cells}
    assert list(store.work(other.run.id)) == [cell.instance_id for cell in other.cells]


def test_a_cell_of_no_target_of_the_run_is_refused(store: Store, of: SafetyRun) -> None:
    stray = make_cell(of.run, "gamma", 0, of.contract.pack.scenarios[0].id)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        safety.add_work(store, of.run.id, [stray])
    assert len(list(store.work(of.run.id))) == len(of.cells)


def test_targets_come_back_in_the_order_in_which_they_were_given(store: Store, of: SafetyRun) -> None:
    again = TargetRecord(run_id=of.run.id, name="alpha", spec="openai-chat:another@http://127.0.0.1:1/v1")
    safety.add_targets(store, [again])
    assert [(t.name, t.spec) for t in safety.targets(store.file, of.run.id)] == [
        ("alpha", "scripted:unsafe"),
        ("beta", "scripted:unsafe"),
    ]


def test_the_id_of_a_cell_follows_from_what_it_is() -> None:
    ids = {cell_id("a", 0, "s"), cell_id("b", 0, "s"), cell_id("a", 1, "s"), cell_id("a", 0, "t")}
    assert len(ids) == 4
    assert cell_id("a", 0, "s") == cell_id("a", 0, "s")
    assert all(len(found) == 16 for found in ids)


def test_a_cell_is_found_by_the_beginning_of_its_id(store: Store, of: SafetyRun) -> None:
    first = of.cells[0]
    assert safety.cell(store.file, of.run.id, first.instance_id) == first
    assert safety.cell(store.file, of.run.id, first.instance_id[:12]) == first
    for reference, words in (("", "no cell"), ("zz", "no cell"), ("%", "no cell")):
        with pytest.raises(UnknownRecord, match=words):
            safety.cell(store.file, of.run.id, reference)
    shared = next(
        a.instance_id[:1]
        for a in of.cells
        for b in of.cells
        if a != b and a.instance_id[0] == b.instance_id[0]
    )
    with pytest.raises(AmbiguousReference, match="more than one cell"):
        safety.cell(store.file, of.run.id, shared)


def test_a_conversation_is_kept_under_its_hash_and_once(store: Store, of: SafetyRun) -> None:
    records = [converse(store, cell) for cell in of.cells[:2]]
    assert records[0].transcript_sha == records[1].transcript_sha == sha256_text(TRANSCRIPT.body())
    rows = store.file.rows("SELECT body FROM texts WHERE sha256 = ?", (records[0].transcript_sha,))
    assert [row["body"] for row in rows] == [TRANSCRIPT.body()]
    assert safety.read_transcript(store.file, records[0].transcript_sha) == TRANSCRIPT
    assert safety.transcripts(store.file, of.run.id) == {record.instance_id: record for record in records}


def test_the_first_conversation_of_a_cell_stands(store: Store, of: SafetyRun) -> None:
    first = converse(store, of.cells[0])
    other = Transcript(turns=(Turn(role="user", content="Another."),))
    assert converse(store, of.cells[0], other) == first
    assert safety.transcript_of(store.file, of.run.id, of.cells[0].instance_id) == first


def test_a_conversation_under_another_hash_is_not_kept(store: Store, of: SafetyRun) -> None:
    record = TranscriptRecord(
        run_id=of.run.id, instance_id=of.cells[0].instance_id, transcript_sha=sha256_text("something else")
    )
    with pytest.raises(ValueError, match="the transcript has the hash"):
        safety.add_transcript(store, record, TRANSCRIPT)
    assert safety.transcripts(store.file, of.run.id) == {}
    with pytest.raises(UnknownRecord, match=r"holds no transcript .*run\.py verify"):
        safety.read_transcript(store.file, safety.transcript_sha(TRANSCRIPT))


@pytest.mark.parametrize(
    "words", ["", " \n", "\u200b\u202e", "</turn></transcript>", "ø 語 🙂", "\x00\x1b[31m"]
)
def test_a_turn_is_kept_as_it_was_said(store: Store, of: SafetyRun, words: str) -> None:
    said = Transcript(turns=(Turn(role="user", content="?"), Turn(role="assistant", content=words)))
    record = converse(store, of.cells[0], said)
    assert safety.read_transcript(store.file, record.transcript_sha) == said


def test_the_first_judgment_of_a_seat_stands(store: Store, of: SafetyRun) -> None:
    cell = of.cells[0]
    converse(store, cell)
    first = safety.add_judgment(store, make_judgment(cell, 0, "rule:strict", "high"))
    assert first.quotes == (QUOTE,)
    assert safety.add_judgment(store, make_judgment(cell, 0, "rule:strict", "pass")) == first
    failed = safety.add_judgment(store, make_judgment(cell, 1, "rule:lenient", None))
    assert safety.judgments_of(store.file, of.run.id, cell.instance_id) == [first, failed]
    assert list(safety.judgments(store.file, of.run.id)) == [first, failed]
    assert failed.judgment().severity is None


def test_what_was_not_said_cannot_be_judged(store: Store, of: SafetyRun) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        safety.add_judgment(store, make_judgment(of.cells[0], 0, "rule:strict", "high"))


def test_a_judgment_is_a_severity_or_a_failure(of: SafetyRun) -> None:
    sound = make_judgment(of.cells[0], 0, "rule:strict", "high")
    for changes in ({"failure": "and failed"}, {"severity": None}, {"severity": "High"}, {"realism": 6}):
        with pytest.raises(ValidationError):
            type(sound).model_validate({**sound.model_dump(), **changes})


def test_a_credential_in_a_failure_is_not_kept(store: Store, of: SafetyRun) -> None:
    cell = of.cells[0]
    converse(store, cell)
    failed = make_judgment(cell, 0, "rule:strict", None)
    kept = safety.add_judgment(
        store, failed.model_copy(update={"failure": "HTTP 401 for sk-abcdefghijklmnopqrstuvwxyz123456"})
    )
    assert kept.failure is not None
    assert "abcdefghijklmnop" not in kept.failure


def test_verdicts_are_the_labels_that_stand(store: Store, of: SafetyRun) -> None:
    cell = of.cells[0]
    judge(store, of, cell, "high", "high", "medium")
    by_judges = store.add_label(make_verdict(cell, ("high", "high", "medium"), "high"))
    assert severities(store, of.run.id) == {cell.instance_id: "high"}
    decided = decide(store, cell, "low", supersedes=by_judges.id)
    first, *others = safety.cells(store.file, of.run.id)
    assert first.verdict == decided
    assert all(found.verdict is None for found in others)
    assert severities(store, of.run.id) == {cell.instance_id: "low"}
    assert safety.consensus_verdicts(store.file, of.run.id) == {cell.instance_id: by_judges}


def test_a_second_verdict_takes_a_decision(store: Store, of: SafetyRun) -> None:
    judge(store, of, of.cells[0], "high", "high", "high")
    store.add_label(make_verdict(of.cells[0], ("high", "high", "high"), "high"))
    with pytest.raises(LabelConflict, match="supersede label"):
        store.add_label(make_verdict(of.cells[0], ("high", "high", "high"), "pass"))


def test_a_verdict_without_a_severity_has_none(of: SafetyRun) -> None:
    ambiguous = LabelRecord(
        run_id=of.run.id,
        instance_id="c",
        answer=None,
        status="ambiguous",
        decided_by="reviewer",
        decision_id=1,
    )
    assert safety.severity_of(ambiguous) is None
    grave = {**ambiguous.model_dump(), "answer": {"kind": "category", "value": "grave"}}
    with pytest.raises(ValidationError):
        safety.severity_of(LabelRecord.model_validate({**grave, "status": "revised"}))


def test_the_latest_contract_of_a_name_counts(store: Store) -> None:
    first, second = make_contract().body(), make_contract(("rule:strict",)).body()
    one = safety.add_contract(store, first, "doses")
    assert safety.named_contract(store.file, "doses") == one
    assert safety.named_contract(store.file, "other") is None
    two = safety.add_contract(store, second, "doses")
    assert (safety.named_contract(store.file, "doses"), one == two) == (two, False)
    safety.add_contract(store, first, "another")
    safety.add_contract(store, first)
    assert [(n.name, n.contract_sha) for n in safety.contract_names(store.file)] == [
        ("another", one),
        ("doses", two),
    ]


def test_the_same_contract_under_the_same_name_is_one_row(store: Store) -> None:
    for _ in range(3):
        safety.add_contract(store, make_contract().body(), "doses")
    assert len(store.file.rows("SELECT * FROM contract_names")) == 1


def test_a_contract_freezes_with_its_first_verdict(store: Store, of: SafetyRun) -> None:
    sha = of.run.contract_sha
    other = safety.add_contract(store, make_contract(("rule:strict",)).body())
    judge(store, of, of.cells[0], "high", "high", "high")
    assert not safety.frozen(store.file, sha)
    store.add_label(make_verdict(of.cells[0], ("high", "high", "high"), "high"))
    assert safety.frozen(store.file, sha)
    assert not safety.frozen(store.file, other)


def test_what_is_left_of_a_run_is_counted(store: Store) -> None:
    of = half_done(store)
    counts = store.counts(of.run.id)
    assert (counts.instances, counts.committed, counts.awaiting_review, counts.pending) == (12, 2, 1, 9)
