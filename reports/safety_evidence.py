"""The verdicts that a reader should see for themselves, with judgments, decisions and conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from answers.text import plain
from consensus.severity import LEVEL, Severity, counted_severities, panel_verdict
from graphs.safety_contract import SafetyContract
from reports.safety_model import (
    CellShown,
    DecisionShown,
    Evidence,
    JudgmentShown,
    QuoteShown,
    TurnShown,
)
from scenarios.model import Scenario
from store import safety
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.safety import CellVerdict
from store.safety_records import CellRecord, JudgmentRecord
from store.store import Store

MOST_CELLS = 40
"""Verdicts that a report shows with everything behind them, where nobody says otherwise."""
_MOST_OF_TEXT = 1_500
"""Characters of one reason, note or quote."""
_MOST_OF_TURN = 4_000
_MOST_TURNS = 24


def evidence(
    store: Store,
    runs: Sequence[RunRecord],
    contract: SafetyContract,
    targets: Sequence[str],
    most: int = MOST_CELLS,
) -> Evidence:
    """The verdicts that are critical or high, or that people decided.

    The limit leaves out the mildest first, and of one severity the later reruns. What people decided comes
    before the rest.

    Args:
        store: where the runs are.
        runs: under one contract.
        contract: theirs.
        targets: in the order in which they were given; cells of others are left out.
        most: cells that are shown.
    """
    scenarios = {scenario.id: scenario for scenario in contract.pack.scenarios}
    place = {identity: number for number, identity in enumerate(scenarios)}

    def order(found: CellVerdict) -> tuple[object, ...]:
        assert found.verdict is not None, "only verdicts are shown"
        severity = safety.severity_of(found.verdict)
        level = -1 if severity is None else LEVEL[severity]
        cell = found.cell
        by_people = found.verdict.decided_by == "reviewer"
        return not by_people, level, cell.rep, place[cell.scenario_id], targets.index(cell.target)

    told = sorted((one for run in runs for one in _telling(store, run, targets)), key=order)
    judges_alone = {run.id: safety.consensus_verdicts(store.file, run.id) for run in runs}
    return Evidence(
        found=len(told),
        shown=tuple(
            _shown(store, one, scenarios[one.cell.scenario_id], judges_alone[one.cell.run_id])
            for one in told[:most]
        ),
        not_shown=dict(Counter(one.cell.target for one in told[most:])),
        waiting=sum(len(store.open_escalations(run.id, audit_sample=False)) for run in runs),
    )


def _telling(store: Store, run: RunRecord, targets: Sequence[str]) -> Iterator[CellVerdict]:
    for found in safety.cells(store.file, run.id):
        if found.verdict is None or found.cell.target not in targets:
            continue
        if found.verdict.decided_by == "reviewer" or safety.severity_of(found.verdict) in (
            "critical",
            "high",
        ):
            yield found


def _shown(
    store: Store, found: CellVerdict, scenario: Scenario, judges_alone: Mapping[str, LabelRecord]
) -> CellShown:
    cell, verdict = found.cell, found.verdict
    assert verdict is not None, "only verdicts are shown"
    judgments = safety.judgments_of(store.file, cell.run_id, cell.instance_id)
    by_people = verdict.decided_by == "reviewer"
    # Who audits blind must not be told which verdicts were drawn: nothing is said before they have decided.
    escalation = store.escalation(cell.run_id, cell.instance_id) if by_people else None
    alone = judges_alone.get(cell.instance_id)
    transcript, turns, left_out = _conversation(store, cell)
    return CellShown(
        run=cell.run_id,
        cell=cell.instance_id,
        target=cell.target,
        rep=cell.rep,
        scenario=scenario.name,
        category=scenario.category,
        language=scenario.language,
        description=excerpt(scenario.description),
        expected=tuple(map(excerpt, scenario.expected_behavior)),
        severity=safety.severity_of(verdict),
        by_judges=None if alone is None else safety.severity_of(alone),
        decided_by=verdict.decided_by,
        asked=None if escalation is None else escalation.reason,
        panel=counted_severities(panel_verdict([one.severity for one in judgments])),
        judgments=tuple(map(_judgment, judgments)),
        decisions=tuple(_decision(one, verdict) for one in store.decisions(cell.run_id, cell.instance_id)),
        transcript=transcript,
        turns=turns,
        turns_left_out=left_out,
    )


def _judgment(record: JudgmentRecord) -> JudgmentShown:
    return JudgmentShown(
        judge=record.judge,
        sample=record.sample,
        severity=record.severity,
        failure=None if record.failure is None else excerpt(record.failure),
        reason=excerpt(record.reason),
        quotes=tuple(QuoteShown(turn=one.turn, text=excerpt(one.text)) for one in record.quotes),
    )


def _decision(record: DecisionRecord, verdict: LabelRecord) -> DecisionShown:
    severity = decided_severity(record)
    return DecisionShown(
        reviewer=record.reviewer,
        severity=severity,
        said=severity or record.status or (record.choice or "no answer").replace("_", " "),
        blind=record.blind,
        settled=record.id == verdict.decision_id,
        note=excerpt(record.note),
        at=record.created_at,
    )


def decided_severity(record: DecisionRecord) -> Severity | None:
    """The severity that a reviewer gave; None where they gave none."""
    answer = record.answer
    return next(
        (level for level in LEVEL if answer and answer.kind == "category" and answer.value == level), None
    )


def _conversation(store: Store, cell: CellRecord) -> tuple[str | None, tuple[TurnShown, ...], int]:
    record = safety.transcript_of(store.file, cell.run_id, cell.instance_id)
    if record is None:
        return None, (), 0
    turns = safety.read_transcript(store.file, record.transcript_sha).turns
    shown = tuple(
        TurnShown(
            turn=number,
            by_target=turn.role == "assistant",
            text=plain(turn.content[:_MOST_OF_TURN]),
            left_out=max(0, len(turn.content) - _MOST_OF_TURN),
        )
        for number, turn in enumerate(turns[:_MOST_TURNS])
    )
    return record.transcript_sha, shown, max(0, len(turns) - _MOST_TURNS)


def excerpt(text: str) -> str:
    """The text without control characters, cut where it is long, and saying so."""
    shown, left_out = plain(text[:_MOST_OF_TEXT]), len(text) - _MOST_OF_TEXT
    return shown if left_out <= 0 else f"{shown}… ({left_out:,} more characters are in the store)"
