"""What is printed of an audit run: the same facts as JSON and as a few lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from answers.figures import numbered, percent
from answers.format import format_answer
from console.forecast import forecast_facts
from console.views import batch_facts, table_lines, work_lines
from store.records import RunRecord
from store.store import Store

_KEPT = ("instances", "failed", "pending", "calls", "cached_calls", "call_errors", "cost", "price_known")


def finding_facts(store: Store, run: RunRecord) -> dict[str, JsonValue]:
    """An audit run in figures, each of them queried now."""
    counts, found = store.counts(run.id), store.finding_counts(run.id)
    events = store.run_events(run.id)
    kept: dict[str, JsonValue] = counts.model_dump(mode="json", include=set(_KEPT))
    return {
        "run": run.id,
        "workflow": run.workflow,
        "contract": run.contract_sha,
        "state": events[-1].kind if events else "started",
        **found.model_dump(mode="json"),
        **{name: kept[name] for name in _KEPT},
        "batches_waiting": batch_facts(store, run),
        "forecast": forecast_facts(store, run),
        "failures": dict(store.failure_causes(run.id)),
        "rejected": len(store.rejections(run.benchmark_id)),
        "created_at": run.created_at.isoformat(),
        "store": str(store.path),
    }


def finding_lines(store: Store, run: RunRecord) -> Iterator[str]:
    """An audit run in a few lines."""
    counts, found = store.counts(run.id), store.finding_counts(run.id)
    benchmark = store.benchmark(run.benchmark_id)
    yield (
        f"Audit run {run.id} on {benchmark.name} ({counts.instances} labels), "
        f"contract {run.contract_sha[:12]}"
    )
    yield f"  stand            {found.stands:>6}"
    yield f"  wrong            {found.wrong:>6}   {numbered(found.by_error_type)}".rstrip()
    yield f"  unsure           {found.unsure:>6}"
    yield from work_lines(store, run, counts)
    if rejected := len(store.rejections(run.benchmark_id)):
        yield f"  rows rejected    {rejected:>6}   `status --rejections` lists them"


def finding_steps(store: Store, run: RunRecord) -> Iterator[str]:
    """What a user would do now."""
    counts = store.counts(run.id)
    if counts.pending or counts.failed:
        yield f"Go on:    python run.py resume {run.id} --store {store.path}"
    yield f"Wrong:    python run.py status {run.id} --changes --store {store.path}"
    yield f"Evidence: python run.py trace INSTANCE --run {run.id} --store {store.path}"


_COLUMNS = ("source_id", "calculator", "original", "answer", "error_type", "share", "reason")


def wrong_facts(store: Store, run: RunRecord) -> list[dict[str, JsonValue]]:
    """The labels that do not stand, in the order of the run."""
    facts: list[dict[str, JsonValue]] = []
    for finding in store.run_findings(run.id):
        if finding.verdict != "wrong":
            continue
        instance = store.instance(run.benchmark_id, finding.instance_id)
        facts.append(
            {
                "source_id": instance.source_id,
                "instance": instance.id,
                "calculator": instance.calculator or instance.calculator_name,
                "original": instance.label_text,
                "verdict": finding.verdict,
                "error_type": finding.error_type,
                "share": finding.share,
                "n_votes": finding.n_votes,
                "answer": None if finding.answer is None else format_answer(finding.answer),
                "reason": finding.reason,
            }
        )
    return facts


def wrong_lines(facts: Sequence[Mapping[str, JsonValue]]) -> Iterator[str]:
    """The labels that do not stand as a table."""
    if not facts:
        yield "No label was found wrong."
        return
    shown = [
        {**fact, "share": percent(share, 0) if isinstance(share := fact["share"], float) else "-"}
        for fact in facts
    ]
    yield from table_lines(shown, _COLUMNS, {"source_id": "id", "error_type": "error"})
