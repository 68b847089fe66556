"""What `verify` finds in safety runs: every thing that a verdict rests on is tampered with once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answers.canonical import canonical_json, sha256_text
from answers.model import CategoryAnswer
from consensus.severity import PanelPolicy, Severity
from graphs.safety_labels import reviewed_verdict
from store import safety
from store.records import DecisionRecord, EscalationRecord
from store.safety_records import Quote, TranscriptRecord
from store.store import Store
from store.verify import Check, verify
from tests.store.safety_run import (
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
    start,
)
from tests.store.tampering import tampered


@pytest.fixture
def of(store: Store) -> SafetyRun:
    """A run with a unanimous verdict, one by a majority with a failed judgment, and one that waits."""
    return half_done(store)


def problems(store: Store) -> list[str]:
    return [f"{found.check}: {found.problem}" for found in verify(store).problems]


def test_a_sound_safety_run(store: Store, of: SafetyRun) -> None:
    report = verify(store)
    assert report.problems == ()
    expected: dict[Check, int] = {
        "contract_names": 1,
        "cells": 13,
        "transcripts": 3,
        "judgments": 9,
        "verdicts": 2,
        "cell_escalations": 1,
        "labels": 0,
    }
    assert {name: report.checked.get(name, 0) for name in expected} == expected
    assert report.runs[of.run.id].committed == 2


def test_safety_runs_beside_relabelling_ones(full: Store) -> None:
    half_done(full)
    assert verify(full).problems == ()


def test_decided_superseded_and_ambiguous_verdicts_are_sound(store: Store, of: SafetyRun) -> None:
    agreed, _, waiting = of.cells[:3]
    first = store.current_label(of.run.id, agreed.instance_id)
    assert first is not None
    decided = decide(store, agreed, "critical", supersedes=first.id)
    said = DecisionRecord(
        run_id=of.run.id, instance_id=agreed.instance_id, reviewer="B. Reviewer", status="ambiguous"
    )
    open_decision = store.add_decision(said)
    store.supersede_label(reviewed_verdict(store, open_decision, decided.id))
    decide(store, waiting, "high")
    assert problems(store) == []


def test_a_blind_answer_and_what_is_said_after_the_reveal_are_sound(store: Store, of: SafetyRun) -> None:
    cell = of.cells[2]
    said = DecisionRecord(
        run_id=of.run.id,
        instance_id=cell.instance_id,
        reviewer="A. Reviewer",
        answer=CategoryAnswer(value="high"),
    )
    store.add_decision(said.model_copy(update={"blind": True}))
    store.add_decision(said.model_copy(update={"choice": "mine", "standing": "opinion"}))
    assert problems(store) == []
    store.add_decision(
        said.model_copy(update={"choice": "mine", "standing": "opinion", "reviewer": "B. Reviewer"})
    )
    assert problems(store) == ["opinions: 'B. Reviewer' decided after the reveal without a blind answer"]


def test_a_drawn_verdict_is_sound_and_an_escalated_one_is_not(store: Store, of: SafetyRun) -> None:
    agreed, majority = of.cells[:2]
    drawn = EscalationRecord(
        run_id=of.run.id, instance_id=agreed.instance_id, reason="audit_sample", share=1.0
    )
    store.add_escalation(drawn)
    assert problems(store) == []
    asked = {"instance_id": majority.instance_id, "reason": "severity_range", "share": 2 / 3}
    store.add_escalation(drawn.model_copy(update=asked))
    assert problems(store) == [
        "verdicts: is by consensus, but the cell was escalated: severity_range",
        "cell_escalations: is for 'severity_range', but what is recorded gives None",
    ]


TURNED = canonical_json({"turns": [{"content": "Nothing was said.", "role": "assistant"}]})
PLANTED: list[tuple[str, Check, str]] = [
    ("DELETE FROM cells WHERE rep = 1", "cells", "no cell says which conversation it is"),
    ("UPDATE cells SET rep = 7 WHERE rep = 1 AND target = 'beta'", "cells", "whose id is"),
    ("UPDATE cells SET scenario_id = 'x' || rowid WHERE rep = 1", "cells", "is not in the pack"),
    ("DELETE FROM targets WHERE name = 'beta'", "cells", "its target 'beta' is none of the run's"),
    ("DELETE FROM work WHERE position = 11", "cells", "rerun 1 of 'beta' has 2 of the pack's 3 scenarios"),
    ("DELETE FROM work WHERE position = 11", "references", "refers to a row of work"),
    ("DELETE FROM work WHERE position > 5", "cells", "rerun 0 of 'beta' has 0 of the pack's 3 scenarios"),
    (
        "UPDATE contracts SET body = json_set(body, '$.pack.scenarios[0].test_prompt', 'May I?')",
        "cells",
        "is not in the pack",
    ),
    ("UPDATE contracts SET body = json_remove(body, '$.judges')", "cells", "its contract cannot be read"),
    (
        "UPDATE contracts SET body = json_set(body, '$.workflow', 'relabel')",
        "contract_names",
        "is of the workflow 'relabel'",
    ),
    ("UPDATE contracts SET body = '{}'", "contract_names", "its contract cannot be read"),
    ("UPDATE texts SET body = replace(body, 'two', 'ten')", "transcripts", "but has the hash"),
    ("UPDATE texts SET body = body || ' '", "texts", "its body has the hash"),
    ("DELETE FROM texts WHERE body LIKE '%two tablets%'", "transcripts", "is not there"),
    ("UPDATE texts SET body = '[]' WHERE body LIKE '%two tablets%'", "judgments", "cannot be read"),
    ("UPDATE transcripts SET outcome = 'target_failed'", "transcripts", "does not say how"),
    (
        "UPDATE transcripts SET outcome = 'target_failed', detail = 'HTTP 500'",
        "judgments",
        "is of a conversation that is not complete: target_failed",
    ),
    ("UPDATE judgments SET seat = 3 WHERE seat = 2", "judgments", "the contract's panel has 3 seats"),
    (
        "UPDATE judgments SET judge = 'rule:strict' WHERE seat = 1",
        "judgments",
        "the seat is for 0 of",
    ),
    ("UPDATE judgments SET sample = 1 WHERE seat = 0", "judgments", "is judgment 1 of 'rule:strict'"),
    (
        "UPDATE judgments SET quotes = replace(quotes, 'Take two', 'Take ten') WHERE severity = 'high'",
        "judgments",
        "its quote 'Take ten tablets' is not where it says",
    ),
    (
        "UPDATE judgments SET quotes = replace(quotes, '\"turn\":1', '\"turn\":0') WHERE severity = 'high'",
        "judgments",
        "quotes turn 0, which is none of the target's",
    ),
    ("UPDATE judgments SET quotes = '[{}]' WHERE severity = 'high'", "judgments", "cannot be read"),
    ("UPDATE judgments SET severity = 'low' WHERE severity = 'high'", "verdicts", "but the judgments say"),
    (
        "UPDATE judgments SET severity = 'pass', failure = NULL WHERE failure IS NOT NULL",
        "verdicts",
        "people are to be asked: severity_range",
    ),
    (
        "UPDATE judgments SET severity = NULL, failure = 'lost' WHERE severity = 'medium' AND seat = 0",
        "verdicts",
        "the judgments' is 0.3333333333333333",
    ),
    (
        "DELETE FROM judgments WHERE failure IS NOT NULL",
        "verdicts",
        "rests on 2 judgments, but the contract's",
    ),
    (
        "UPDATE labels SET answer = json_set(answer, '$.value', 'pass') WHERE agreement = 1",
        "verdicts",
        'says {"kind":"category","value":"pass"}, but the judgments say {"kind":"category","value":"high"}',
    ),
    (
        "UPDATE labels SET answer = json_set(answer, '$.value', 'grave') WHERE agreement = 1",
        "verdicts",
        "cannot be read",
    ),
    (
        "UPDATE labels SET n_votes = 2 WHERE agreement < 1",
        "verdicts",
        "counts 2 judgments",
    ),
    ("UPDATE labels SET agreement = 1.0 WHERE agreement < 1", "verdicts", "the judgments' is 0.6666"),
    ("UPDATE labels SET status = 'confirmed'", "verdicts", "is 'revised'"),
    ("UPDATE escalations SET share = 0.5", "cell_escalations", "the judgments' is 0.3333333333333333"),
    (
        "UPDATE escalations SET reason = 'failed'",
        "cell_escalations",
        "what is recorded gives 'low_consensus'",
    ),
    (
        "UPDATE judgments SET severity = 'high', failure = NULL WHERE failure IS NOT NULL",
        "cell_escalations",
        "gives the share as 0.3333333333333333",
    ),
    ("UPDATE runs SET workflow = 'relabel'", "runs", "its contract says 'safety'"),
]


@pytest.mark.parametrize(("statement", "check", "problem"), PLANTED, ids=[case[0][:60] for case in PLANTED])
def test_a_planted_fault_is_found(
    store: Store, of: SafetyRun, path: Path, statement: str, check: Check, problem: str
) -> None:
    report = tampered(store, path, statement)
    found = [str(item) for item in report.problems]
    assert any(item.check == check and problem in item.problem for item in report.problems), found


def test_a_conversation_that_was_exchanged_with_its_hash_is_found_by_its_quotes(
    store: Store, of: SafetyRun, path: Path
) -> None:
    sha = sha256_text(TURNED)
    report = tampered(
        store,
        path,
        f"INSERT INTO texts VALUES ('{sha}', '{TURNED}')",
        f"UPDATE transcripts SET transcript_sha = '{sha}'",
    )
    assert {(found.check, found.problem) for found in report.problems} == {
        ("judgments", "quotes turn 1, which is none of the target's")
    }


def test_a_conversation_in_another_spelling_is_found(store: Store, of: SafetyRun, path: Path) -> None:
    body = json.dumps(TRANSCRIPT.model_dump(), indent=1)
    sha = sha256_text(body)
    report = tampered(
        store,
        path,
        f"INSERT INTO texts VALUES ('{sha}', '{body}')",
        f"UPDATE transcripts SET transcript_sha = '{sha}'",
    )
    assert {(found.check, found.problem) for found in report.problems} == {
        ("transcripts", "is not in canonical form")
    }


@pytest.mark.parametrize(
    ("severities", "said", "problem"),
    [
        (("high", "high", "high"), "high", None),
        (("high", "high", None), "high", None),
        (("high", "high", "medium"), "high", None),
        (("high", "high", "medium"), "medium", "but the judgments say"),
        (("pass", None, None), "pass", "to be asked: low_consensus: 3 judges: 1 × pass, 2 unscored"),
        (("high", "medium", None), "high", "to be asked: low_consensus"),
        (("high", "high", "low"), "high", "to be asked: severity_range"),
        (("high", "high", "critical"), "high", "to be asked: minority_critical"),
        ((None, None, None), "medium", "to be asked: failed: no judgment of 3 is scored"),
    ],
)
def test_a_verdict_is_the_strict_majority_of_its_panel(
    store: Store, severities: tuple[Severity | None, ...], said: Severity, problem: str | None
) -> None:
    of = start(store, make_contract())
    judge(store, of, of.cells[0], *severities)
    store.add_label(make_verdict(of.cells[0], severities, said))
    found = problems(store)
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


def test_the_policy_is_that_of_the_contract(store: Store) -> None:
    of = start(store, make_contract(policy=PanelPolicy(range_levels=4, minority_critical=False)))
    panels: tuple[tuple[Severity, ...], ...] = (("high", "high", "low"), ("high", "high", "critical"))
    for cell, severities in zip(of.cells, panels, strict=False):
        judge(store, of, cell, *severities)
        store.add_label(make_verdict(cell, severities, "high"))
    assert problems(store) == []


def test_a_verdict_without_a_whole_panel_is_found(store: Store) -> None:
    of = start(store, make_contract())
    cell = of.cells[0]
    converse(store, cell)
    for seat in (0, 1):
        name = of.contract.judges[seat].name
        safety.add_judgment(store, make_judgment(cell, seat, name, "pass"))
    store.add_label(make_verdict(cell, ("pass", "pass"), "pass"))
    assert problems(store) == ["verdicts: rests on 2 judgments, but the contract's panel has 3 seats"]


def test_a_part_of_a_rerun_is_found(store: Store) -> None:
    of = start(store, make_contract())
    first = of.contract.pack.scenarios[0]
    safety.add_work(store, of.run.id, [make_cell(of.run, "alpha", 2, first.id)])
    assert problems(store) == ["cells: rerun 2 of 'alpha' has 1 of the pack's 3 scenarios"]


def test_a_reviewers_verdict_rests_on_its_decision(store: Store, of: SafetyRun, path: Path) -> None:
    decide(store, of.cells[2], "high")
    said = canonical_json({"kind": "category", "value": "pass"})
    report = tampered(store, path, f"UPDATE decisions SET answer = '{said}'")
    (found,) = report.problems
    assert (found.check, "but decision 1 says" in found.problem) == ("verdicts", True)


def test_a_verdict_on_a_failed_conversation_takes_people(store: Store) -> None:
    of = start(store, make_contract())
    cell = of.cells[0]
    failed = TranscriptRecord(
        run_id=of.run.id,
        instance_id=cell.instance_id,
        transcript_sha=safety.transcript_sha(TRANSCRIPT),
        outcome="target_failed",
        detail="HTTP 500",
    )
    safety.add_transcript(store, failed, TRANSCRIPT)
    store.add_label(make_verdict(cell, (None, None, None), "pass"))
    assert problems(store) == ["verdicts: rests on 0 judgments, but the contract's panel has 3 seats"]


def test_a_decided_verdict_keeps_what_the_panel_said(store: Store, of: SafetyRun, path: Path) -> None:
    decided = decide(store, of.cells[2], "high")
    assert (decided.agreement, decided.n_votes) == (1 / 3, 3)
    report = tampered(store, path, "UPDATE labels SET agreement = 1.0, n_votes = 9 WHERE decision_id = 1")
    assert [found.problem for found in report.problems] == ["counts 9 judgments, but the panel gave 3"]


def test_a_failed_conversation_is_handed_to_people(store: Store) -> None:
    of = start(store, make_contract())
    first, second = of.cells[:2]
    for cell in (first, second):
        sha = safety.transcript_sha(TRANSCRIPT)
        failed = {"outcome": "prober_failed", "detail": "HTTP 500", "transcript_sha": sha}
        record = TranscriptRecord.model_validate(
            {"run_id": of.run.id, "instance_id": cell.instance_id, **failed}
        )
        safety.add_transcript(store, record, TRANSCRIPT)
    store.add_escalation(EscalationRecord(run_id=of.run.id, instance_id=first.instance_id, reason="failed"))
    assert problems(store) == []
    store.add_escalation(
        EscalationRecord(run_id=of.run.id, instance_id=second.instance_id, reason="low_consensus")
    )
    assert problems(store) == [
        "cell_escalations: is for 'low_consensus', but what is recorded gives 'failed'"
    ]


def test_conversations_that_are_judged_anew_were_had(store: Store, of: SafetyRun) -> None:
    again = start(store, make_contract(("rule:strict",), transcripts=of.run.contract_sha))
    converse(store, again.cells[0])
    assert problems(store) == []
    converse(store, again.cells[5])
    assert problems(store) == [
        f"transcripts: is judged anew, but no run under contract {of.run.contract_sha[:12]} had it"
    ]


@pytest.mark.parametrize("text", ["", "take two tablets", "Take two tablets "])
def test_a_quote_is_verbatim(store: Store, text: str) -> None:
    of = start(store, make_contract())
    cell = of.cells[0]
    converse(store, cell)
    record = make_judgment(cell, 0, "rule:strict", "high")
    safety.add_judgment(
        store, record.model_copy(update={"quotes": (Quote(turn=1, start=0, end=16, text=text),)})
    )
    assert problems(store) == [f"judgments: its quote {text!r} is not where it says"]
