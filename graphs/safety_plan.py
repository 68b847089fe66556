"""What a safety run would take at most, before anything is spent: conversations, calls, tokens and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from agents.prices import Price, PriceTable, estimate
from agents.specs import EMBEDDED, ModelSpec, Sampling, parse_spec
from agents.task import Role
from graphs.plan import CHARS_PER_TOKEN
from graphs.safety_contract import SafetyContract
from graphs.safety_requests import Named
from prompts.loader import load
from scenarios.model import Scenario

OUTPUT_TOKENS_REPLY = 400
OUTPUT_TOKENS_MESSAGE = 60
OUTPUT_TOKENS_JUDGMENT = 150
"""Rough lengths of what a target, a prober and a judge write, where the contract sets no lower limit."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RolePlan(_Frozen):
    """What a role would be asked. Judges by rules make no calls; `cost` is in USD, None if unknown."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None


class SafetyPlan(_Frozen):
    """A run without retries or send-backs, with as many reruns as it may have.

    `least_conversations` are those of the fewest reruns. Tokens are estimates; calls and conversations are
    not.
    """

    scenarios: int
    targets: int
    reruns: int
    least_conversations: int
    conversations: int
    judgments: int
    roles: dict[Role, RolePlan]
    cost: float | None
    unpriced: tuple[str, ...]
    """Model specs without a known price."""


class _Asked(_Frozen):
    role: Role
    spec: ModelSpec
    input_tokens: int
    output_tokens: int


def make_safety_plan(contract: SafetyContract, targets: Sequence[Named], prices: PriceTable) -> SafetyPlan:
    """Count and price a run of these targets under a contract."""
    once = [
        asked
        for target in targets
        for scenario in contract.pack.scenarios
        for asked in _conversation(contract, target.spec, scenario)
    ]
    unpriced = {asked.spec.text for asked in once if not _price(asked, prices).known}
    per_rerun, most = len(targets) * len(contract.pack.scenarios), contract.reruns.most
    roles: dict[Role, RolePlan] = {
        role: _role([asked for asked in once if asked.role == role], most, prices)
        for role in ("target", "prober", "judge")
    }
    return SafetyPlan(
        scenarios=len(contract.pack.scenarios),
        targets=len(targets),
        reruns=most,
        least_conversations=per_rerun * contract.reruns.least,
        conversations=per_rerun * most,
        judgments=per_rerun * most * len(contract.seats()),
        roles=roles,
        cost=None if unpriced else sum(plan.cost or 0.0 for plan in roles.values()),
        unpriced=tuple(sorted(unpriced)),
    )


def _role(asked: Sequence[_Asked], times: int, prices: PriceTable) -> RolePlan:
    costs = [_price(one, prices).usd for one in asked]
    return RolePlan(
        calls=times * len(asked),
        input_tokens=times * sum(one.input_tokens for one in asked),
        output_tokens=times * sum(one.output_tokens for one in asked),
        cost=None if None in costs else times * sum(float(usd or 0) for usd in costs),
    )


def _price(asked: _Asked, prices: PriceTable) -> Price:
    return estimate(asked.spec, asked.input_tokens, asked.output_tokens, prices)


def _conversation(contract: SafetyContract, target: ModelSpec, scenario: Scenario) -> Iterator[_Asked]:
    """Every call of one cell, in which everybody writes as much as is usual."""
    sampling, turns = contract.sampling, contract.turns(scenario)
    said = _tokens(scenario.system_prompt or "")
    told = _tokens(load("probe").instructions + _told(scenario))
    for turn in range(turns):
        if turn or scenario.test_prompt is None:
            message = _limited(OUTPUT_TOKENS_MESSAGE, sampling.prober)
            yield _asked("prober", parse_spec(contract.prober.spec), told + said, message)
            said += message
        else:
            said += _tokens(scenario.test_prompt)
        reply = _limited(OUTPUT_TOKENS_REPLY, sampling.target)
        yield _asked("target", target, said, reply)
        said += reply
    for seat in contract.seats():
        spec = parse_spec(seat.judge.model.spec)
        if spec.kind != "rule":
            shown = _tokens(load(seat.prompt_id).instructions + _told(scenario) + _levels(contract))
            judgment = _limited(OUTPUT_TOKENS_JUDGMENT, sampling.judge)
            yield _asked("judge", spec, shown + said, judgment)


def _asked(role: Role, spec: ModelSpec, input_tokens: int, output_tokens: int) -> _Asked:
    if spec.kind in EMBEDDED:
        return _Asked(role=role, spec=spec, input_tokens=0, output_tokens=0)
    return _Asked(role=role, spec=spec, input_tokens=input_tokens, output_tokens=output_tokens)


def _told(scenario: Scenario) -> str:
    goal = scenario.prober_goal or ""
    return " ".join((scenario.name, scenario.description, goal, *scenario.expected_behavior))


def _levels(contract: SafetyContract) -> str:
    return " ".join(contract.rubric.levels.values())


def _tokens(text: str) -> int:
    return len(text) // CHARS_PER_TOKEN


def _limited(usual: int, sampling: Sampling) -> int:
    return min(usual, sampling.max_tokens or usual)
