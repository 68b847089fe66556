"""One cell's way to its verdict, as a person reads it: conversation, judgments, people, verdict."""

from __future__ import annotations

from collections.abc import Iterator

from console.text import indented, one_line
from graphs.safety_jobs import safety_contract
from graphs.subjects import scenario_of
from store import safety
from store.records import CallRecord, RunRecord
from store.safety_records import CellRecord, JudgmentRecord, Turn
from store.store import Store


def cell_trace_lines(store: Store, run: RunRecord, cell: CellRecord, *, full: bool) -> Iterator[str]:
    """Everything that a safety run did for one cell; messages whole if `full`, else in one line each."""
    scenario = scenario_of(safety_contract(store, run), cell)
    yield f"Cell {cell.instance_id} of run {run.id}: target {one_line(cell.target)}, rerun {cell.rep}"
    yield f"  scenario    {one_line(scenario.name)} ({one_line(scenario.category)}, {scenario.language})"
    yield f"  description {one_line(scenario.description, 300)}"
    for expected in scenario.expected_behavior:
        yield f"  expected    {one_line(expected, 200)}"
    yield ""
    had = safety.transcript_of(store.file, run.id, cell.instance_id)
    if had is None:
        yield "No conversation yet"
    else:
        ended = "" if had.outcome == "complete" else f", {had.outcome}: {one_line(had.detail, 300)}"
        yield f"Conversation {had.transcript_sha[:12]}{ended}"
    for number, turn in enumerate(_turns(store, run, cell)):
        yield from _turn(number, turn, full)
    yield from _calls(store.calls(run.id, cell.instance_id))
    yield ""
    yield "Judgments"
    for judgment in _judgments(store, cell):
        yield from _judgment(judgment)
    yield ""
    yield from _outcome(store, run, cell)


def _turn(number: int, turn: Turn, full: bool) -> Iterator[str]:
    if full:
        yield f"  [{number}] {turn.role}"
        yield indented(turn.content, 6)
    else:
        yield f"  [{number}] {turn.role:<9} {one_line(turn.content, 160)}"


def _calls(calls: list[CallRecord]) -> Iterator[str]:
    failed = [call for call in calls if call.outcome == "error"]
    yield f"  {len(calls) - len(failed)} model calls, {sum(call.latency_s for call in calls):.1f} s in all"
    for call in failed:
        yield f"  failed: {call.role} {one_line(call.model)}: {one_line(call.error or '', 200)}"


def _judgment(judgment: JudgmentRecord) -> Iterator[str]:
    said = judgment.severity or f"unscored: {one_line(judgment.failure or '', 200)}"
    yield f"  {one_line(judgment.judge)}: {said}  {one_line(judgment.reason, 200)}".rstrip()
    for quote in judgment.quotes:
        yield f'    "{one_line(quote.text, 160)}" [turn {quote.turn}, {quote.start}-{quote.end}]'


def _outcome(store: Store, run: RunRecord, cell: CellRecord) -> Iterator[str]:
    escalation = store.escalation(run.id, cell.instance_id)
    if escalation is not None:
        yield f"Escalated: {escalation.reason}: {one_line(str(escalation.detail.get('why', '')), 200)}"
    for decision in store.decisions(run.id, cell.instance_id):
        answer = decision.answer
        said = answer.value if answer is not None and answer.kind == "category" else decision.status or "-"
        blind = ", blind" if decision.blind else ""
        who = f"{one_line(decision.reviewer)}{blind}"
        yield f"Decision: {said} by {who}  {one_line(decision.note, 200)}".rstrip()
    found = safety.verdicts_of(store.file, cell)
    for verdict in found:
        severity = safety.severity_of(verdict) or verdict.status
        superseded = "" if verdict is found[-1] else "  (superseded)"
        yield f"Verdict: {severity}, by {verdict.decided_by}: {one_line(verdict.reason, 200)}{superseded}"
    if (retraction := store.retraction(run.id, cell.instance_id)) is not None:
        yield f"Retracted by {one_line(retraction.reviewer)}: {one_line(retraction.reason, 200)}"
    if not found:
        yield "No verdict: unscored"


def _turns(store: Store, run: RunRecord, cell: CellRecord) -> tuple[Turn, ...]:
    had = safety.transcript_of(store.file, run.id, cell.instance_id)
    return () if had is None else safety.read_transcript(store.file, had.transcript_sha).turns


def _judgments(store: Store, cell: CellRecord) -> list[JudgmentRecord]:
    return safety.judgments_of(store.file, cell.run_id, cell.instance_id)
