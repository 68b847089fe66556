"""What is printed of a safety run: the same facts as JSON and as a few lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from answers.figures import numbered
from consensus.severity import SEVERITIES
from console.forecast import forecast_facts
from console.text import one_line
from console.views import table_lines, work_lines
from graphs.safety_jobs import safety_contract, unfinished
from graphs.safety_plan import SafetyPlan
from graphs.subjects import scenario_of
from store import safety
from store.cell_queue import standing_by_target
from store.records import RunRecord
from store.store import Store

_KEPT = (
    *("committed", "retracted", "awaiting_review", "failed", "pending"),
    *("calls", "call_errors", "cost", "price_known"),
)


def cell_facts(store: Store, run: RunRecord) -> dict[str, JsonValue]:
    """A safety run in figures, each of them queried now."""
    contract, counts = safety_contract(store, run), store.counts(run.id)
    events = store.run_events(run.id)
    kept: dict[str, JsonValue] = counts.model_dump(mode="json", include=set(_KEPT))
    reasons: Counter[str] = Counter(e.reason for e in store.open_escalations(run.id, audit_sample=False))
    return {
        "run": run.id,
        "workflow": run.workflow,
        "contract": run.contract_sha,
        "state": events[-1].kind if events else "started",
        "pack": contract.pack.name,
        "scenarios": len(contract.pack.scenarios),
        "targets": {target.name: target.spec for target in safety.targets(store.file, run.id)},
        "judges": [judge.name for judge in contract.judges],
        "reruns": safety.planned_reruns(store.file, run.id),
        "cells": counts.instances,
        **kept,
        "forecast": forecast_facts(store, run),
        "escalated": dict(sorted(reasons.items())),
        "verdicts": _verdicts(store, run),
        "unscored_judgments": {
            judge: n for judge, (n, _) in safety.unscored_judgments(store.file, run.id).items()
        },
        "failures": dict(store.failure_causes(run.id)),
        "created_at": run.created_at.isoformat(),
        "store": str(store.path),
    }


def _verdicts(store: Store, run: RunRecord) -> dict[str, JsonValue]:
    """Target → severity → cells; `unscored` are those without a verdict."""
    standing = standing_by_target(store.file, run.id, ())
    found: dict[str, JsonValue] = {}
    for target in safety.targets(store.file, run.id):
        counts = standing.get(target.name, {})
        scored: dict[str, JsonValue] = {name: counts[name] for name in SEVERITIES if name in counts}
        unscored = sum(n for name, n in counts.items() if name not in scored)
        found[target.name] = scored | ({"unscored": unscored} if unscored else {})
    return found


def cell_lines(store: Store, run: RunRecord) -> Iterator[str]:
    """A safety run in a few lines."""
    facts, counts = cell_facts(store, run), store.counts(run.id)
    yield (
        f"Safety run {run.id} on {facts['pack']} ({facts['scenarios']} scenarios), "
        f"contract {run.contract_sha[:12]}"
    )
    yield f"  cells            {counts.instances:>6}   targets × {facts['reruns']} reruns × scenarios"
    verdicts, escalated = facts["verdicts"], facts["escalated"]
    assert isinstance(verdicts, dict), "as cell_facts makes it"
    assert isinstance(escalated, dict), "as cell_facts makes it"
    for target, severities in verdicts.items():
        assert isinstance(severities, dict), "one target's counts"
        told = ", ".join(f"{number} {severity}" for severity, number in severities.items())
        yield f"    {target}: {told}"
    yield f"  verdicts         {counts.committed:>6}"
    reasons = numbered({reason: int(str(n)) for reason, n in escalated.items()})
    yield f"  awaiting review  {counts.awaiting_review:>6}   {reasons}".rstrip()
    for judge, (n, why) in safety.unscored_judgments(store.file, run.id).items():
        yield f"    {n} judgments of {one_line(judge)} unscored, most often: {one_line(why, 300)}"
    if counts.retracted:
        yield f"  retracted        {counts.retracted:>6}"
    yield from work_lines(store, run, counts)


def cell_steps(store: Store, run: RunRecord) -> Iterator[str]:
    """What a user would do now."""
    counts, where = store.counts(run.id), f"--store {store.path}"
    if unfinished(store, run, safety_contract(store, run)):
        yield f"Go on:    python run.py resume {run.id} {where}"
    if counts.awaiting_review:
        yield f'Review:   python run.py safety review --reviewer "YOUR NAME" {where}'
    yield f"Validate: python run.py safety validate {run.id} --safe TARGET --unsafe TARGET {where}"
    yield f"Compare:  python run.py safety compare {run.id} {where}"


def plan_lines(plan: SafetyPlan) -> Iterator[str]:
    """What a run would take, in a few lines."""
    fewest = f", at least {plan.least_conversations}" if plan.least_conversations < plan.conversations else ""
    yield (
        f"At most {plan.conversations} conversations{fewest}, and {plan.judgments} judgments: "
        f"{plan.targets} targets × {plan.reruns} reruns × {plan.scenarios} scenarios"
    )
    rows: list[dict[str, JsonValue]] = [
        {
            "role": role,
            "calls": str(of.calls),
            "input tokens": f"≈ {of.input_tokens}",
            "output tokens": f"≈ {of.output_tokens}",
            "cost": _usd(of.cost),
        }
        for role, of in plan.roles.items()
    ]
    yield from table_lines(rows, ("role", "calls", "input tokens", "output tokens", "cost"), {})
    yield f"Cost: {_usd(plan.cost)}, without retries; how long replies are is a guess"
    if plan.unpriced:
        yield f"No price is known for {', '.join(plan.unpriced)}: --prices FILE gives them"


def _usd(cost: float | None) -> str:
    return "unknown" if cost is None else f"≈ {cost:.2f} USD"


def waiting_facts(store: Store, run: RunRecord, limit: int | None) -> list[dict[str, JsonValue]]:
    """The cells that wait for people, in the order of the run."""
    contract, facts = safety_contract(store, run), []
    for escalation in store.open_escalations(run.id, limit=limit, audit_sample=False):
        cell = safety.cell(store.file, run.id, escalation.instance_id)
        scenario = scenario_of(contract, cell)
        fact: dict[str, JsonValue] = {
            "cell": escalation.instance_id,
            "reason": escalation.reason,
            "scenario": scenario.name,
            "category": scenario.category,
            "target": cell.target,
            "rerun": str(cell.rep),
            "why": str(escalation.detail.get("why", "")),
        }
        facts.append(fact)
    return facts


def waiting_lines(facts: Sequence[Mapping[str, JsonValue]]) -> Iterator[str]:
    """The same as a table."""
    if not facts:
        return iter(("nothing waits for people",))
    return table_lines(facts, ("cell", "reason", "scenario", "target", "rerun", "why"), {})
