"""A cell's way through the graph as a page shows it: the calls of conversation and judges, and the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from consensus.severity import counted_severities, panel_verdict
from review.timeline import NodeView, StepView, consensus_step, steps_after, visits
from store.cell_tracing import CellTrace
from store.records import CallRecord, PromptRecord


@dataclass(frozen=True, slots=True)
class Part:
    """Calls that belong together, in visits to nodes: those of the conversation, or of one seat."""

    anchor: str
    name: str
    nodes: tuple[NodeView, ...]


@dataclass(frozen=True, slots=True)
class CellTimeline:
    """The parts over `span` seconds, and the steps after them."""

    span: float
    parts: tuple[Part, ...]
    steps: tuple[StepView, ...]


def cell_timeline(trace: CellTrace, prompts: Mapping[str, PromptRecord]) -> CellTimeline:
    """The timeline of a trace; `prompts` maps the hash of a prompt file to what the store kept of it."""
    start = min((call.started_at for call in trace.calls), default=None)
    parts = tuple(_parts(trace, prompts, start))
    span = max((node.end for part in parts for node in part.nodes), default=0.0)
    return CellTimeline(span, parts, tuple(_steps(trace)))


def _parts(
    trace: CellTrace, prompts: Mapping[str, PromptRecord], start: dt.datetime | None
) -> Iterator[Part]:
    """Judges work side by side: their calls are taken apart by seat, which is the `sample` of a call."""
    by_seat: dict[int, list[CallRecord]] = {}
    told: list[CallRecord] = []
    for call in trace.calls:
        (by_seat.setdefault(call.sample, []) if call.role == "judge" else told).append(call)
    names = {one.seat: one.judge for one in trace.judgments}

    def seen(calls: Iterable[CallRecord]) -> tuple[NodeView, ...]:
        return visits(calls, prompts, start)

    if told:
        yield Part("conversation-calls", "Prober and target", seen(told))
    for seat, calls in sorted(by_seat.items()):
        name = f"Judge {seat + 1}" + (f": {names[seat]}" if seat in names else "")
        yield Part(f"seat-{seat}", name, seen(calls))


def _steps(trace: CellTrace) -> Iterator[StepView]:
    """Consensus of the panel, and what followed it."""
    if trace.judgments:
        panel = panel_verdict([judgment.severity for judgment in trace.judgments])
        last = max(judgment.created_at for judgment in trace.judgments)
        yield consensus_step(trace, last, counted_severities(panel))
    yield from steps_after(trace)
