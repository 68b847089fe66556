"""What a run would take: calls, tokens and cost, before anything is spent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from agents.prices import PriceTable, estimate
from agents.specs import EMBEDDED, ModelSpec, RoleModels
from agents.task import Task, task_of
from benchmarks.model import Instance
from consensus.sequential import expected_votes
from graphs.deps import effective_policy
from graphs.requests import RunRequest, samples_of
from prompts.loader import load

CHARS_PER_TOKEN = 4
"""Rough for English text; tokenisers differ by some 20%."""
OUTPUT_TOKENS_PER_INPUT = 60
OUTPUT_TOKENS_CRITIQUE = 80
OUTPUT_TOKENS_PROGRAM = 250


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Frozen):
    """Totals of a run without retries or send-backs. `cost` is None where a model has no known price."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None


class Plan(_Frozen):
    """`fewest`: every instance needs the first round of votes only; `most`: every one draws the maximum.

    `expected`: they agree as the prior of `consensus.sequential` has them agree.
    """

    instances: int
    without_calculator: int
    """Instances for which a program must be written; the offline reader escalates them without a call."""
    votes: int
    max_votes: int
    expected_votes: float
    """Votes an instance."""
    fewest: Estimate
    expected: Estimate
    most: Estimate
    unpriced: tuple[str, ...]
    """Model specs without a known price."""
    rounds: int | None
    """Rounds of batches that a vote takes with --batch at least, one for each of its turns; None where some
    model has no batches."""


class _Cost(_Frozen):
    input_tokens: int
    output_tokens: int
    spec: ModelSpec


@dataclass
class _PerVote:
    """What one vote of every instance takes."""

    prices: PriceTable
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    usd: float = 0.0
    unpriced: set[str] = field(default_factory=set)

    def add(self, cost: _Cost) -> None:
        self.calls += 1
        self.input_tokens += cost.input_tokens
        self.output_tokens += cost.output_tokens
        price = estimate(cost.spec, cost.input_tokens, cost.output_tokens, self.prices)
        if not price.known:
            self.unpriced.add(cost.spec.text)
        self.usd += float(price.usd or 0)

    def times(self, votes: float) -> Estimate:
        return Estimate(
            calls=round(votes * self.calls),
            input_tokens=round(votes * self.input_tokens),
            output_tokens=round(votes * self.output_tokens),
            cost=None if self.unpriced else votes * self.usd,
        )


def make_plan(instances: Iterable[Instance], request: RunRequest, prices: PriceTable) -> Plan:
    """Estimate a run. Free annotators (offline, replay) count calls at no tokens and no cost."""
    per_vote = _PerVote(prices)
    count = without = 0
    for instance in instances:
        task = task_of(instance, "", request.conventions)
        count += 1
        without += task.calculator is None
        for cost in _calls(task, request.models):
            per_vote.add(cost)
    policy = effective_policy(request.policy, samples_of(request.models.extractor))
    expected = expected_votes(policy)
    return Plan(
        instances=count,
        without_calculator=without,
        votes=policy.votes,
        max_votes=policy.max_votes,
        expected_votes=round(expected, 2),
        fewest=per_vote.times(policy.votes),
        expected=per_vote.times(expected),
        most=per_vote.times(policy.max_votes),
        unpriced=tuple(sorted(per_vote.unpriced)),
        rounds=_rounds(request.models, programs=bool(without)),
    )


def _rounds(models: RoleModels, *, programs: bool) -> int | None:
    """A turn of a role that is embedded takes no batch."""
    turns = [models.extractor, *([models.executor] if programs else []), models.critic]
    asked = [spec.kind for spec in turns if spec.kind not in EMBEDDED]
    return len(asked) if asked and set(asked) == {"responses"} else None


def _calls(task: Task, models: RoleModels) -> list[_Cost]:
    if models.extractor.kind == "replay":
        return []
    writes_program = task.calculator is None
    if writes_program and "offline" in (models.extractor.kind, models.executor.kind):
        return []
    from agents.extractor import extractor_task
    from agents.framing import context_text, definition_text, question_text

    n_inputs = len(task.calculator.inputs) if task.calculator else 4
    output = OUTPUT_TOKENS_PER_INPUT * n_inputs
    prompt = load("extract_open" if writes_program else "extract").instructions
    shared = definition_text(task) + question_text(task)
    calls = [_cost(models.extractor, prompt + extractor_task(task, None), output)]
    if writes_program:
        calls.append(_cost(models.executor, load("execute").instructions + shared, OUTPUT_TOKENS_PROGRAM))
    critique = load("critique").instructions + shared + context_text(task)
    calls.append(_cost(models.critic, critique, OUTPUT_TOKENS_CRITIQUE, extra_input=output))
    return calls


def _cost(spec: ModelSpec, text: str, output_tokens: int, extra_input: int = 0) -> _Cost:
    if spec.kind == "offline":
        return _Cost(input_tokens=0, output_tokens=0, spec=spec)
    return _Cost(
        input_tokens=len(text) // CHARS_PER_TOKEN + extra_input, output_tokens=output_tokens, spec=spec
    )
