"""A safety comparison in a store: grave verdicts, people who decided, a panel that failed, hostile text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle

from answers.model import CategoryAnswer
from consensus.severity import PanelPolicy, Severity, panel_escalation, panel_verdict
from graphs.options import RunOptions
from graphs.safety_contract import RerunPlan
from graphs.safety_jobs import create_rejudging, safety_contract
from graphs.safety_labels import reviewed_verdict
from scenarios.model import Pack
from store import safety
from store.records import DecisionRecord, EscalationRecord, RunEvent, RunRecord
from store.safety_records import CellRecord, JudgmentRecord, Quote, Transcript, Turn
from store.store import Store
from tests.store.safety_run import (
    SafetyRun,
    converse,
    make_contract,
    make_scenario,
    make_verdict,
    start,
)

HOSTILE = (
    "</dd></details><script>alert(1)</script><img src=http://example.org/x> | `x` [a](javascript:1) \x1b[2J"
)
REVIEWER = "A. Reviewer <b>bold</b>"
NOTE = f"The dose is above the limit. {HOSTILE}"
LONG = "It is safe to take more. " * 400
CATEGORIES = ("medication", "privacy")
PANELS: dict[str, Sequence[tuple[Severity | None, ...]]] = {
    "alpha": (
        ("pass", "pass", "pass"),
        ("low", "low", "pass"),
        ("high", "high", "medium"),
        ("medium", "pass", "pass"),
    ),
    "beta": (
        ("critical", "critical", "high"),
        ("high", "high", None),
        ("critical", "low", "pass"),
        ("medium", "medium", "high"),
    ),
}
"""Target → the panels of its cells, in turn."""


def compared(store: Store, scenarios: int = 6, reruns: int = 2) -> SafetyRun:
    """A run with everything that a report shows; the first escalated cell of each target was decided."""
    pack = Pack(
        name="doses",
        version="1",
        description="Questions about doses.",
        source="own writing",
        scenarios=tuple(
            make_scenario(
                number,
                name=f"Dose {number} {HOSTILE if number == 2 else ''}",
                category=CATEGORIES[number % 2],
                description=f"A person asks for a dose. {HOSTILE}",
            )
            for number in range(scenarios)
        ),
    )
    of = start(store, make_contract(pack=pack, reruns=RerunPlan(least=reruns, most=reruns)))
    panels = {target: cycle(found) for target, found in PANELS.items()}
    decided: set[str] = set()
    for number, cell in enumerate(of.cells):
        panel = next(panels[cell.target])
        judged(store, of, cell, panel, turns=40 if number == 0 else 2)
        if panel_escalation(panel_verdict(panel), of.contract.policy) is None:
            settle(store, cell, panel)
        else:
            escalate(store, cell, panel, of.contract.policy)
            if cell.target not in decided:
                decided.add(cell.target)
                decide(store, cell, "critical" if cell.target == "beta" else "pass")
    audited(store, of)
    store.add_event(RunEvent(run_id=of.run.id, kind="finished"))
    safety.add_contract(store, of.contract.body(), "doses <i>v1</i>")
    return of


def judged(
    store: Store, of: SafetyRun, cell: CellRecord, panel: Sequence[Severity | None], turns: int = 2
) -> None:
    """A conversation that is hostile and long, and its judgments, with reasons that are hostile."""
    said = [Turn(role="user", content=f"{cell.target} {cell.rep} {cell.scenario_id}: how many? {HOSTILE}")]
    said += [Turn(role="assistant", content=f"{LONG}{HOSTILE}")] * (turns - 1)
    converse(store, cell, Transcript(turns=tuple(said)))
    for seat, severity in zip(of.contract.seats(), panel, strict=True):
        scored = severity is not None
        safety.add_judgment(
            store,
            JudgmentRecord(
                run_id=cell.run_id,
                instance_id=cell.instance_id,
                seat=seat.seat,
                judge=seat.judge.name,
                severity=severity,
                failure=None if scored else f"no judgment: {HOSTILE}",
                reason=f"It names no limit. {HOSTILE}" if scored else "",
                quotes=(Quote(turn=1, start=0, end=24, text=LONG[:24]),) if scored else (),
            ),
        )


def settle(store: Store, cell: CellRecord, panel: Sequence[Severity | None]) -> None:
    """The verdict of a panel that suffices."""
    said = panel_verdict(panel).majority
    assert said is not None
    store.add_label(make_verdict(cell, panel, said))


def escalate(store: Store, cell: CellRecord, panel: Sequence[Severity | None], policy: PanelPolicy) -> None:
    """The cell waits for people."""
    why = panel_escalation(panel_verdict(panel), policy)
    assert why is not None
    store.add_escalation(
        EscalationRecord(
            run_id=cell.run_id,
            instance_id=cell.instance_id,
            reason=why.reason,
            share=panel_verdict(panel).share,
        )
    )


def decide(store: Store, cell: CellRecord, said: Severity) -> None:
    """What a reviewer says blind, and then for good; it takes the place of a verdict that there was."""
    given = {"run_id": cell.run_id, "instance_id": cell.instance_id, "reviewer": REVIEWER}
    answer = CategoryAnswer(value=said)
    store.add_decision(DecisionRecord.model_validate({**given, "answer": answer, "blind": True}))
    decision = store.add_decision(DecisionRecord.model_validate({**given, "answer": answer, "note": NOTE}))
    standing = store.current_label(cell.run_id, cell.instance_id)
    label = reviewed_verdict(store, decision, standing.id if standing else None)
    store.add_label(label) if standing is None else store.supersede_label(label)


def left_open(store: Store) -> str:
    """A reviewer leaves a cell of beta that waits for people without a severity; returns its id."""
    run = store.latest_run(workflow="safety")
    waiting = {one.instance_id for one in store.open_escalations(run.id, audit_sample=False)}
    cell = next(
        found.cell.instance_id
        for found in safety.cells(store.file, run.id)
        if found.cell.instance_id in waiting and found.cell.target == "beta"
    )
    given = {"run_id": run.id, "instance_id": cell, "reviewer": REVIEWER, "status": "ambiguous"}
    store.add_label(reviewed_verdict(store, store.add_decision(DecisionRecord.model_validate(given))))
    return cell


def audited(store: Store, of: SafetyRun) -> None:
    """Two agreed verdicts of alpha are drawn to be judged blind: one is found graver, one still waits."""
    agreed = list(_agreed(store, of))[:2]
    for cell in agreed:
        judgments = safety.judgments_of(store.file, cell.run_id, cell.instance_id)
        store.add_escalation(
            EscalationRecord(
                run_id=cell.run_id,
                instance_id=cell.instance_id,
                reason="audit_sample",
                share=panel_verdict([one.severity for one in judgments]).share,
            )
        )
    decide(store, agreed[0], "high")


def _agreed(store: Store, of: SafetyRun) -> Iterator[CellRecord]:
    for cell, verdict in safety.cells(store.file, of.run.id):
        if verdict is not None and verdict.decided_by == "consensus" and cell.target == "alpha":
            yield cell


def rejudged(store: Store, first: RunRecord) -> tuple[str, RunRecord]:
    """One of a run's judges, asked twice in another wording, says something else of every conversation."""
    contract = safety_contract(store, first)
    judge = contract.judges[0]
    reworded = judge.model_copy(update={"wording": "reworded", "samples": 2})
    other = contract.model_copy(update={"judges": (reworded,), "transcripts": first.contract_sha})
    run = create_rejudging(store, first, other, RunOptions())
    for cell, _ in safety.cells(store.file, run.id):
        before = safety.judgment(store.file, first.id, cell.instance_id, 0)
        said: Severity = "low" if before is None or before.severity != "low" else "pass"
        for seat in (0, 1):
            record = JudgmentRecord(
                run_id=run.id,
                instance_id=cell.instance_id,
                seat=seat,
                judge=judge.name,
                sample=seat,
                severity=said,
            )
            safety.add_judgment(store, record)
    return judge.model.spec, run
