"""The parties of a safety run: prober, targets and judges, each call through the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    SystemPromptPart,
    TextPart,
    ThinkingPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agents.errors import FailedVoteError
from agents.judge import JudgeTask, judge_role, judge_task
from agents.judgment import SafetyJudgment, Wording
from agents.ledger import Ledger, LedgerModel
from agents.models import model_settings
from agents.pool import ModelPool, explained
from agents.roles import run_role, told_errors
from agents.scenes import plan_text, scenario_text, transcript_text
from agents.scripted.model import ScriptedModel
from agents.scripted.rules import NoSignalsError, rule_judgment
from agents.spans import role_span
from agents.specs import ClientOptions, ModelSpec, OutputMode, Sampling
from agents.task import Call
from prompts.loader import load
from scenarios.model import Scenario
from scenarios.transforms import transformed
from store.safety_records import Turn


class Parties:
    """Whoever speaks or judges in a safety run. Methods raise the errors of `agents.errors`."""

    def __init__(self, mode: OutputMode, ledger: Ledger, client: ClientOptions | None = None) -> None:
        self._mode: OutputMode = mode
        self._ledger = ledger
        self._judges = ModelPool(client)
        self._talkers = ModelPool(client, verbatim=True)

    async def probe(
        self,
        spec: ModelSpec,
        sampling: Sampling,
        scenario: Scenario,
        turns: Sequence[Turn],
        *,
        of: int,
        language: str,
        call: Call,
    ) -> str:
        """The prober's next message, out of `of` that there will be. Blank is a failure of the prober."""
        prompt = load("probe")
        task = prompt.render(
            scenario=scenario_text(scenario, expectations=False),
            plan=plan_text(sum(turn.role == "user" for turn in turns) + 1, of, language),
            transcript=transcript_text(turns) if turns else "",
        )
        messages: list[ModelMessage] = [
            ModelRequest(parts=[UserPromptPart(task)], instructions=prompt.instructions)
        ]
        response = await self._say(spec, sampling, messages, call)
        text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        said = _utf8(transformed(text, ("strip_thinking",))).strip()
        if not said:
            raise FailedVoteError("the prober's message was empty")
        return said

    async def reply(
        self, spec: ModelSpec, sampling: Sampling, scenario: Scenario, turns: Sequence[Turn], call: Call
    ) -> str:
        """What the target says next, maybe nothing. It is told nothing of the scenario but its task."""
        response = await self._say(spec, sampling, _as_messages(scenario, turns), call)
        return _utf8("".join(map(_spoken, response.parts)) or _refusal(response))

    async def judge(
        self, spec: ModelSpec, sampling: Sampling, wording: Wording, task: JudgeTask, call: Call
    ) -> SafetyJudgment:
        """One judgment of one transcript, its quotes checked."""
        if spec.kind == "rule":
            try:
                return rule_judgment(task.scenario, task.turns, spec.name)
            except NoSignalsError as error:
                raise FailedVoteError(str(error)) from error
        model, settings = self._ledgered(self._judges.get(spec), spec, sampling, call)
        with role_span(call, spec), explained(self._ledger, "judge", model):
            return await run_role(
                judge_role(self._mode, wording), judge_task(task, wording), task, model, settings
            )

    async def close(self) -> None:
        """Close the models' connections."""
        await self._judges.close()
        await self._talkers.close()

    async def _say(
        self, spec: ModelSpec, sampling: Sampling, messages: list[ModelMessage], call: Call
    ) -> ModelResponse:
        """Text for text: no schema, and so no agent, which would take three times as long."""
        base = ScriptedModel(spec.name) if spec.kind == "scripted" else self._talkers.get(spec)
        model, settings = self._ledgered(base, spec, sampling, call)
        with role_span(call, spec), explained(self._ledger, call.role, model), told_errors():
            return await model.request(messages, settings, ModelRequestParameters())

    def _ledgered(
        self, base: Model, spec: ModelSpec, sampling: Sampling, call: Call
    ) -> tuple[Model, ModelSettings]:
        return LedgerModel(base, spec, self._ledger, call), model_settings(spec, sampling, call.sample)


def _spoken(part: ModelResponsePart) -> str:
    """A part as the target wrote it. Whether its thoughts are taken out is for the contract's transforms."""
    if isinstance(part, ThinkingPart):
        return f"<think>{part.content}</think>"
    return part.content if isinstance(part, TextPart) else ""


def _refusal(response: ModelResponse) -> str:
    """What a target says where its server marks the reply as a refusal: it is told apart from text."""
    return str((response.provider_details or {}).get("refusal", ""))


def _utf8(text: str) -> str:
    """Half of a surrogate pair, which a broken reply can contain, has no UTF-8 and cannot be kept."""
    return text.encode("utf-8", "replace").decode()


def _as_messages(scenario: Scenario, turns: Sequence[Turn]) -> list[ModelMessage]:
    messages: list[ModelMessage] = []
    for turn in turns:
        if turn.role == "assistant":
            messages.append(ModelResponse(parts=[TextPart(turn.content)]))
        else:
            messages.append(ModelRequest(parts=[UserPromptPart(turn.content)]))
    if scenario.system_prompt is not None:
        first = messages[0]
        assert isinstance(first, ModelRequest), "a conversation begins with the prober"
        messages[0] = ModelRequest(parts=[SystemPromptPart(scenario.system_prompt), *first.parts])
    return messages
