"""The verdicts that a reader should see for themselves, with judgments, decisions and conversation."""

from __future__ import annotations

from collections import Counter

from answers.text import plain
from comparison.model import Cell, Verdicts
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
from store.records import DecisionRecord, LabelRecord
from store.safety_records import JudgmentRecord
from store.store import Store

MOST_CELLS = 40
"""Verdicts that a report shows with everything behind them, where nobody says otherwise."""
_MOST_OF_TEXT = 1_500
"""Characters of one reason, note or quote."""
_MOST_OF_TURN = 4_000
_MOST_TURNS = 24


def evidence(store: Store, verdicts: Verdicts, contract: SafetyContract, most: int = MOST_CELLS) -> Evidence:
    """The verdicts that are critical or high, or that people decided.

    What people decided comes first, then the gravest; of one severity, earlier reruns come before later ones,
    so that a limit does not leave out one target or scenario for another.

    Args:
        store: where the runs are.
        verdicts: what is compared.
        contract: under which.
        most: cells that are shown.
    """
    scenarios = {scenario.name: scenario for scenario in contract.pack.scenarios}
    place = {name: number for number, name in enumerate(scenarios)}

    def order(cell: Cell) -> tuple[bool, int, int, int]:
        level = -1 if cell.severity is None else LEVEL[cell.severity]
        return cell.decided_by != "reviewer", level, cell.rep, place[cell.scenario]

    told = sorted(filter(_tells, verdicts.cells), key=order)
    return Evidence(
        found=len(told),
        shown=tuple(_shown(store, cell, scenarios[cell.scenario]) for cell in told[:most]),
        not_shown=dict(Counter(cell.target for cell in told[most:])),
        waiting=sum(cell.decided_by is None and cell.escalated is not None for cell in verdicts.cells),
    )


def _tells(cell: Cell) -> bool:
    return cell.decided_by == "reviewer" or cell.severity in ("critical", "high")


def _shown(store: Store, cell: Cell, scenario: Scenario) -> CellShown:
    judgments = safety.judgments_of(store.file, cell.run_id, cell.id)
    label = store.current_label(cell.run_id, cell.id)
    turns, left_out = _conversation(store, cell.transcript)
    return CellShown(
        run=cell.run_id,
        cell=cell.id,
        target=cell.target,
        rep=cell.rep,
        scenario=scenario.name,
        category=scenario.category,
        language=scenario.language,
        description=excerpt(scenario.description),
        expected=tuple(map(excerpt, scenario.expected_behavior)),
        severity=cell.severity,
        by_judges=cell.by_judges,
        decided_by=cell.decided_by or "",
        asked=_asked(store, cell),
        panel=counted_severities(panel_verdict([one.severity for one in judgments])),
        judgments=tuple(map(_judgment, judgments)),
        decisions=tuple(_decision(one, label) for one in store.decisions(cell.run_id, cell.id)),
        transcript=cell.transcript,
        turns=turns,
        turns_left_out=left_out,
    )


def _asked(store: Store, cell: Cell) -> str | None:
    """Why people were asked; told once they have, for who audits blind must not know what was drawn."""
    found = store.escalation(cell.run_id, cell.id) if cell.decided_by == "reviewer" else None
    return None if found is None else found.reason


def _judgment(record: JudgmentRecord) -> JudgmentShown:
    return JudgmentShown(
        judge=record.judge,
        sample=record.sample,
        severity=record.severity,
        failure=None if record.failure is None else excerpt(record.failure),
        reason=excerpt(record.reason),
        quotes=tuple(QuoteShown(turn=one.turn, text=excerpt(one.text)) for one in record.quotes),
    )


def _decision(record: DecisionRecord, label: LabelRecord | None) -> DecisionShown:
    severity = decided_severity(record)
    return DecisionShown(
        reviewer=record.reviewer,
        severity=severity,
        said=severity or record.status or (record.choice or "no answer").replace("_", " "),
        blind=record.blind,
        settled=label is not None and record.id == label.decision_id,
        note=excerpt(record.note),
        at=record.created_at,
    )


def decided_severity(record: DecisionRecord) -> Severity | None:
    """The severity that a reviewer gave; None where they gave none."""
    answer = record.answer
    return next(
        (level for level in LEVEL if answer and answer.kind == "category" and answer.value == level), None
    )


def _conversation(store: Store, sha: str | None) -> tuple[tuple[TurnShown, ...], int]:
    turns = safety.read_transcript(store.file, sha).turns if sha else ()
    shown = tuple(
        TurnShown(
            turn=number,
            by_target=turn.role == "assistant",
            text=plain(turn.content[:_MOST_OF_TURN]),
            left_out=max(0, len(turn.content) - _MOST_OF_TURN),
        )
        for number, turn in enumerate(turns[:_MOST_TURNS])
    )
    return shown, max(0, len(turns) - _MOST_TURNS)


def excerpt(text: str) -> str:
    """The text without control characters, cut where it is long, and saying so."""
    shown, left_out = plain(text[:_MOST_OF_TEXT]), len(text) - _MOST_OF_TEXT
    return shown if left_out <= 0 else f"{shown}… ({left_out:,} more characters are in the store)"
