"""An instance's way through the graph as a page shows it: nodes, their times, calls, and what was said."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from agents.messages import Part, message_parts, request_parts, sent_back
from consensus.votes import counted, tally
from store.records import CallRecord, PromptRecord, VoteRecord
from store.tracing import Ending, TraceBundle

NODES = {"extractor": "extract", "executor": "calculate", "critic": "critique"}
"""Role → the node that calls it."""
LONG = 600
"""Characters from which a message is folded."""
SHOWN = 200_000
"""Characters of one message that a page shows at most; the raw record has all of them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One part of what was said. `opening` is its first line, where it is too long to be shown unfolded."""

    kind: str
    text: str
    opening: str | None
    left_out: int
    """Characters at the end that are not in `text`."""


@dataclass(frozen=True, slots=True)
class CallView:
    """One call. `cause` is why the reply before was sent back, where there was one."""

    call: CallRecord
    prompt: str
    cause: Message | None
    asked: tuple[Message, ...]
    replied: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """One visit of a sample to a node: calls of one role after each other, or none where a formula was run.

    `start` and `duration` are in seconds, the start from the beginning of the timeline. Without calls nothing
    was timed: the node did its work within that time.
    """

    node: str
    start: float
    duration: float
    calls: tuple[CallView, ...]

    @property
    def end(self) -> float:
        """Seconds from the beginning of the timeline."""
        return self.start + self.duration

    @property
    def input_tokens(self) -> int:
        """Tokens sent, of all calls."""
        return sum(view.call.usage.get("input_tokens", 0) for view in self.calls)

    @property
    def output_tokens(self) -> int:
        """Tokens received, of all calls."""
        return sum(view.call.usage.get("output_tokens", 0) for view in self.calls)

    @property
    def cost(self) -> float:
        """The known prices of all calls, in USD."""
        return sum(view.call.cost_usd or 0.0 for view in self.calls)

    @property
    def price_known(self) -> bool:
        """Whether every reply had a price."""
        return all(view.call.price_known for view in self.calls if view.call.outcome == "reply")

    @property
    def http_attempts(self) -> int:
        """HTTP requests, of all calls."""
        return sum(view.call.http_attempts for view in self.calls)


@dataclass(frozen=True, slots=True)
class SampleView:
    """One sample: its nodes in order, and its vote if it has one."""

    sample: int
    nodes: tuple[NodeView, ...]
    vote: VoteRecord | None
    voted: float | None
    """Seconds from the beginning of the timeline to the vote."""

    @property
    def beside_calls(self) -> float | None:
        """Seconds of the vote's work in which no call was under way: formula, checks, waiting for a turn."""
        if self.vote is None:
            return None
        return max(0.0, self.vote.elapsed_s - sum(node.duration for node in self.nodes if node.calls))


@dataclass(frozen=True, slots=True)
class StepView:
    """What happened after the samples: a node, when it ended, how long it took if that is known, and how."""

    node: str
    at: dt.datetime
    duration: float | None
    what: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The samples side by side over `span` seconds, and the steps after them."""

    start: dt.datetime | None
    span: float
    samples: tuple[SampleView, ...]
    steps: tuple[StepView, ...]


def make_timeline(bundle: TraceBundle, prompts: Mapping[str, PromptRecord]) -> Timeline:
    """The timeline of a trace; `prompts` maps the hash of a prompt file to what the store kept of it."""
    begins = [call.started_at for call in bundle.calls]
    begins += [vote.created_at - dt.timedelta(seconds=vote.elapsed_s) for vote in bundle.votes]
    start = min(begins, default=None)
    votes = {vote.sample: vote for vote in bundle.votes}
    by_sample: dict[int, list[CallRecord]] = {}
    for call in bundle.calls:
        by_sample.setdefault(call.sample, []).append(call)
    samples = tuple(
        _sample(number, by_sample.get(number, []), votes.get(number), prompts, start)
        for number in sorted(by_sample.keys() | votes.keys())
    )
    ends = [node.end for sample in samples for node in sample.nodes]
    ends += [sample.voted for sample in samples if sample.voted is not None]
    return Timeline(start, max(ends, default=0.0), samples, tuple(_steps(bundle)))


def _sample(
    number: int,
    calls: Sequence[CallRecord],
    vote: VoteRecord | None,
    prompts: Mapping[str, PromptRecord],
    start: dt.datetime | None,
) -> SampleView:
    nodes = visits(calls, prompts, start)
    voted = None if vote is None else _since(start, vote.created_at)
    return SampleView(number, tuple(_with_formula(nodes, vote, voted)), vote, voted)


def visits(
    calls: Iterable[CallRecord], prompts: Mapping[str, PromptRecord], start: dt.datetime | None
) -> tuple[NodeView, ...]:
    """Calls in their order as visits to nodes: those of one role after each other are one visit."""
    nodes: list[NodeView] = []
    for role, group in groupby(calls, key=lambda call: call.role):
        visit = tuple(group)
        begin = _since(start, visit[0].started_at)
        end = max(_since(start, call.started_at) + call.latency_s for call in visit)
        views = tuple(_call(call, prompts.get(call.prompt_sha or "")) for call in visit)
        nodes.append(NodeView(NODES.get(role, role), begin, end - begin, views))
    return tuple(nodes)


def _with_formula(
    nodes: Sequence[NodeView], vote: VoteRecord | None, voted: float | None
) -> Iterator[NodeView]:
    """The nodes, with each run of a registered calculator: it makes no call, and follows an extraction."""
    calculated = vote is not None and vote.derivation is not None and vote.derivation.method == "calculator"
    for node, following in zip_longest(nodes, nodes[1:]):
        yield node
        until = following.start if following else voted
        if calculated and node.node == "extract" and until is not None:
            yield NodeView("calculate", node.end, max(0.0, until - node.end), ())


def _since(start: dt.datetime | None, time: dt.datetime) -> float:
    return 0.0 if start is None else max(0.0, (time - start).total_seconds())


def _call(call: CallRecord, prompt: PromptRecord | None) -> CallView:
    cause = sent_back(call.request) if call.attempt_no > 1 else None
    return CallView(
        call,
        f"{prompt.id} v{prompt.version}" if prompt else "",
        None if cause is None else message(cause),
        tuple(map(message, request_parts(call.request))),
        tuple(map(message, message_parts(call.response))),
    )


def message(part: Part) -> Message:
    """A part as it is shown: JSON with line breaks, long texts folded and, where they are huge, cut."""
    text = _pretty(part.text)
    name = part.kind.replace("-", " ") + (f" {part.tool}" if part.tool else "")
    opening = None
    if len(text) > LONG or text.count("\n") > LONG // 40:
        opening = " ".join(text[:LONG].split())[:100]
    return Message(name, text[:SHOWN], opening, max(0, len(text) - SHOWN))


def _pretty(text: str) -> str:
    if not text.lstrip().startswith(("{", "[")) or len(text) > SHOWN:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _steps(bundle: TraceBundle) -> Iterator[StepView]:
    """Consensus, and what followed it."""
    if bundle.votes:
        found = tally([vote.vote() for vote in bundle.votes], bundle.instance.spec)
        yield consensus_step(bundle, max(vote.created_at for vote in bundle.votes), counted(found))
    yield from steps_after(bundle)


def consensus_step(ending: Ending, last: dt.datetime, what: str) -> StepView:
    """The consensus over votes or judgments of which the last came at `last`."""
    outcomes = [label.created_at for label in ending.labels]
    outcomes += [ending.escalation.created_at] if ending.escalation else []
    first = min(outcomes, default=None)
    took = None if first is None else max(0.0, (first - last).total_seconds())
    return StepView("consensus", last if first is None else first, took, what)


def steps_after(bundle: Ending) -> Iterator[StepView]:
    """Failures, escalation, the wait for people, and every commit, in the order of the graph."""
    for failure in bundle.failures:
        yield StepView("failed", failure.created_at, None, failure.error)
    if bundle.escalation is not None:
        why = str(bundle.escalation.detail.get("why", ""))
        reason = bundle.escalation.reason.replace("_", " ")
        yield StepView("escalate", bundle.escalation.created_at, None, f"{reason}: {why}" if why else reason)
        yield from _waits(bundle)
    yield from sorted(_labels(bundle), key=lambda step: step.at)


def _labels(bundle: Ending) -> Iterator[StepView]:
    for label in bundle.labels:
        yield StepView("commit", label.created_at, None, f"{label.status}, by {label.decided_by}")
    for retraction in bundle.retractions:
        said = f"by {retraction.reviewer}: {retraction.reason}"
        yield StepView("retract", retraction.created_at, None, said)


def _waits(bundle: Ending) -> Iterator[StepView]:
    """How long the thread waited for the decision that moved it on."""
    assert bundle.escalation is not None
    handed_over = bundle.escalation.created_at
    settling = next((decision for decision in bundle.decisions if decision.settles), None)
    if settling is not None:
        took = (settling.created_at - handed_over).total_seconds()
        yield StepView("human_review", settling.created_at, took, f"decided by {settling.reviewer}")
    elif not bundle.labels:
        yield StepView("human_review", handed_over, None, "waits for a decision")
