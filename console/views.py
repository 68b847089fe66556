"""What commands print: the same facts as JSON and as a few lines of text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from answers.figures import between, money, numbered, percent
from answers.format import format_answer
from console.forecast import forecast_facts, forecast_lines
from console.text import escaped, one_line
from graphs.plan import Estimate, Plan
from graphs.reviewers import AuditFigures, audit
from store.batches import waiting
from store.records import DecisionRecord, RunCounts, RunRecord
from store.store import Store
from store.verify import VerifyReport


def as_json(value: JsonValue) -> str:
    """One JSON document, keys in the order in which they were made."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2))


def run_facts(store: Store, run: RunRecord) -> dict[str, JsonValue]:
    """A run in figures, each of them queried now."""
    counts = store.counts(run.id)
    events = store.run_events(run.id)
    reasons = Counter(e.reason for e in store.open_escalations(run.id, audit_sample=False))
    return {
        "run": run.id,
        "contract": run.contract_sha,
        "state": events[-1].kind if events else "started",
        **counts.model_dump(mode="json"),
        "forecast": forecast_facts(store, run),
        **_votes_facts(store, run, counts),
        "escalated": dict(sorted(reasons.items())),
        "audit_sample": audit_facts(audit(store, run)),
        "batches_waiting": batch_facts(store, run),
        "failures": dict(store.failure_causes(run.id)),
        "rejected": len(store.rejections(run.benchmark_id)),
        "created_at": run.created_at.isoformat(),
        "store": str(store.path),
    }


def audit_facts(found: AuditFigures | None) -> dict[str, JsonValue] | None:
    """What the blind audit found: counts, and the Wilson interval of the share that is wrong."""
    if found is None:
        return None
    low, high = found.differ.interval
    return {
        "drawn": found.drawn,
        "reviewed": found.differ.n,
        "differ": found.differ.k,
        "share": found.differ.share,
        "ci95": [low, high],
    }


def run_lines(store: Store, run: RunRecord) -> Iterator[str]:
    """A run in a few lines."""
    counts = store.counts(run.id)
    benchmark = store.benchmark(run.benchmark_id)
    yield f"Run {run.id} on {benchmark.name} ({counts.instances} instances), contract {run.contract_sha[:12]}"
    yield (
        f"  committed        {counts.committed:>6}   confirmed {counts.confirmed}, revised {counts.revised}, "
        f"incomputable {counts.incomputable}, ambiguous {counts.ambiguous}"
    )
    if counts.propagated:
        yield f"    of these {counts.propagated} by a decision that was carried over from another instance"
    reasons = Counter(e.reason for e in store.open_escalations(run.id, audit_sample=False))
    why = numbered(dict(reasons.most_common()))
    yield f"  awaiting review  {counts.awaiting_review:>6}   {why}".rstrip()
    if (audited := audit(store, run)) is not None:
        yield f"  audit sample     {audited.drawn:>6}   {_audited(audited)}"
    if counts.retracted:
        yield f"  retracted        {counts.retracted:>6}   `trace` says by whom and why"
    yield from _votes_lines(store, run, counts)
    yield from work_lines(store, run, counts)
    if rejected := len(store.rejections(run.benchmark_id)):
        yield f"  rows rejected    {rejected:>6}   `status --rejections` lists them; they are not exported"


def _votes_facts(store: Store, run: RunRecord, counts: RunCounts) -> dict[str, JsonValue]:
    """How many votes were drawn, and what a label took, escalated instances included; None without labels."""
    votes, labels = store.count_votes(run.id), counts.committed
    return {
        "votes": votes,
        "votes_per_label": round(votes / labels, 2) if labels else None,
        "calls_per_label": round(counts.calls / labels, 2) if labels else None,
    }


def _votes_lines(store: Store, run: RunRecord, counts: RunCounts) -> Iterator[str]:
    votes, labels = store.count_votes(run.id), counts.committed
    if labels:
        took = f"{votes / labels:.2f} votes and {counts.calls / labels:.2f} calls for each label"
        yield f"  votes            {votes:>6}   {took}"
    elif votes:
        yield f"  votes            {votes:>6}"


def work_lines(store: Store, run: RunRecord, counts: RunCounts) -> Iterator[str]:
    """What of a run of any workflow failed and is open, and what its calls cost."""
    yield f"  failed           {counts.failed:>6}"
    for error, instances in store.failure_causes(run.id).items():
        yield f"    {instances} × {one_line(error, 400)}"
    yield f"  pending          {counts.pending:>6}"
    cached = f"   {counts.cached_calls} more from the cache" if counts.cached_calls else ""
    yield f"  model calls      {counts.calls:>6}   {money(counts.cost, counts.price_known)}{cached}"
    if found := waiting(store.file, run.id):
        requests = sum(batch.requests for batch in found)
        since = f"{found[0].created_at:%Y-%m-%d %H:%M} UTC"
        yield f"  batches waiting  {len(found):>6}   {requests} requests, the first since {since}"
    yield from forecast_lines(store, run)


def batch_facts(store: Store, run: RunRecord) -> list[JsonValue]:
    """The batches of a run that wait at a provider."""
    return [batch.model_dump(mode="json") for batch in waiting(store.file, run.id)]


def _audited(found: AuditFigures) -> str:
    """`reviewed 20, of which 1 contradicts its label: 5.0% (95% CI 0.9% to 23.6%)`."""
    differ = found.differ
    if differ.share is None:
        return "reviewed 0"
    low, high = differ.interval
    verb = "contradicts" if differ.k == 1 else "contradict"
    return (
        f"reviewed {differ.n}, of which {differ.k} {verb} the label: {percent(differ.share)} "
        f"(95% CI {between(low, high)})"
    )


def next_steps(store: Store, run: RunRecord) -> Iterator[str]:
    """What a user would do now."""
    counts = store.counts(run.id)
    where = f"--store {store.path}"
    if counts.pending or counts.failed:
        yield f"Go on:    python run.py resume {run.id} {where}"
    if counts.awaiting_review:
        yield f"Queue:    python run.py queue {run.id} {where}"
        yield f"Review:   python run.py review --reviewer NAME {where}"
    if store.open_escalations(run.id, reason="convention_open", limit=1):
        yield f"Decide:   python run.py conventions {run.id} {where}"
    yield f"Export:   python run.py export {run.id} --out labels.csv {where}"


def plan_lines(plan: Plan) -> Iterator[str]:
    """A plan in a few lines."""
    yield f"{plan.instances} instances, {plan.without_calculator} of them without a registered calculator"
    if plan.expected_votes > plan.votes:
        yield _estimate(f"at least ({plan.votes} votes each)", plan.fewest)
    yield _estimate(f"expected ({plan.expected_votes:g} votes each)", plan.expected)
    if plan.max_votes > plan.votes:
        yield _estimate(f"at most ({plan.max_votes} votes each)", plan.most)
    if plan.rounds is not None:
        yield (
            f"With --batch each vote takes {plan.rounds} rounds of batches at least, each of up to a day; "
            "more votes and retries take more"
        )
    if plan.unpriced:
        yield f"No price is known for {', '.join(plan.unpriced)}: give a table with --prices FILE"


def _estimate(name: str, estimate: Estimate) -> str:
    cost = "unknown" if estimate.cost is None else f"${estimate.cost:.2f}"
    return (
        f"  {name}: {estimate.calls} calls, about {estimate.input_tokens:,} input and "
        f"{estimate.output_tokens:,} output tokens, cost {cost}"
    )


CHANGE_COLUMNS = ("source_id", "calculator", "original", "label", "label_status", "reason")


def change_facts(store: Store, run: RunRecord) -> list[dict[str, JsonValue]]:
    """The committed labels that differ from the original ones, in the order of the run."""
    facts: list[dict[str, JsonValue]] = []
    for label in store.labels(run.id):
        if label.status == "confirmed":
            continue
        instance = store.instance(run.benchmark_id, label.instance_id)
        decision = None if label.decision_id is None else store.decision(label.decision_id)
        facts.append(
            {
                "source_id": instance.source_id,
                "instance": instance.id,
                "calculator": instance.calculator or instance.calculator_name,
                "original": instance.label_text,
                "label": None if label.answer is None else format_answer(label.answer),
                "label_status": label.status,
                "decided_by": label.decided_by,
                "conventions": {**decision.conventions} if decision else {},
                "propagated_from": _source(store, run, decision),
                "reason": label.reason,
            }
        )
    return facts


def _source(store: Store, run: RunRecord, decision: DecisionRecord | None) -> str | None:
    """The source id of the instance that a decision was carried over from."""
    if decision is None or decision.propagated_from is None:
        return None
    source = store.decision(decision.propagated_from)
    return store.instance(run.benchmark_id, source.instance_id).source_id


def change_lines(facts: Sequence[Mapping[str, JsonValue]]) -> Iterator[str]:
    """The changed labels as a table."""
    if not facts:
        yield "No label differs from the original one."
        return
    yield from table_lines(facts, CHANGE_COLUMNS, {"source_id": "id", "label_status": "status"})


QUEUE_COLUMNS = ("source_id", "reason", "calculator", "original", "why")


def queue_facts(store: Store, run: RunRecord, limit: int | None) -> list[dict[str, JsonValue]]:
    """The escalations that wait for people, in the order of triage, without the blind audit sample."""
    facts: list[dict[str, JsonValue]] = []
    for escalation in store.open_escalations(run.id, limit=limit, audit_sample=False):
        instance = store.instance(run.benchmark_id, escalation.instance_id)
        facts.append(
            {
                "source_id": instance.source_id,
                "instance": instance.id,
                "reason": escalation.reason,
                "why": escalation.detail.get("why"),
                "priority": escalation.priority,
                "calculator": instance.calculator or instance.calculator_name,
                "original": instance.label_text,
            }
        )
    return facts


def queue_lines(facts: list[dict[str, JsonValue]], sampled: int) -> Iterator[str]:
    """The queue as a table; of the labels that are to be audited blind it says only how many there are."""
    if facts:
        yield from table_lines(facts, QUEUE_COLUMNS, {"source_id": "id"})
    elif not sampled:
        yield "Nothing waits for review."
    if sampled:
        labels = "label" if sampled == 1 else "labels"
        yield f"{'and ' * bool(facts)}{sampled} {labels} of the blind audit sample, which `review` mixes in"


def table_lines(
    facts: Sequence[Mapping[str, JsonValue]], columns: Sequence[str], headings: Mapping[str, str]
) -> Iterator[str]:
    """Facts as a table; every column but the last is as wide as it needs to be, up to 40 characters."""
    table: list[tuple[str, ...]] = [tuple(headings.get(column, column) for column in columns)]
    table += [tuple(one_line(str(fact[column] or "-")) for column in columns) for fact in facts]
    widths = [min(max(len(row[position]) for row in table), 40) for position in range(len(columns) - 1)]
    for row in table:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        yield f"{'  '.join(cells)}  {row[-1]}"


def verify_lines(report: VerifyReport) -> Iterator[str]:
    """A verification in a few lines."""
    for problem in report.problems:
        yield f"  {one_line(str(problem), 300)}"
    for claim in report.claims:
        yield f"  {one_line(str(claim), 300)}"
    if report.claims:
        yield f"{len(report.claims)} claim(s) of imported files do not follow from their own verdicts."
    yield "The store verifies." if report.ok else f"{len(report.problems)} problem(s) found."
