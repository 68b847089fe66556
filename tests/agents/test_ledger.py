"""The ledger: a reply is on record before it is used, and found again for exactly the same request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic_ai import Agent, ModelRetry, NativeOutput, ToolOutput
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.settings import ModelSettings

from agents.batching import Batching
from agents.critic import critic
from agents.errors import BudgetReachedError
from agents.ledger import LedgerModel, Reply, canonical_request, read_response, request_key, write_response
from agents.specs import OutputMode, parse_spec
from agents.task import Call, Role
from store.caching import CachedReply

SPEC = parse_spec("openai-chat:scripted@http://127.0.0.1:1/v1")
CALL = Call(run_id="r", instance_id="i", sample=0, role="extractor", prompt_id="extract")


class Memory:
    """A ledger in memory."""

    batching: Batching | None = None

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.admitted = 0
        self.closed = False

    def has_replies(self, role: Role, model: str, base_url: str | None) -> bool:
        return any(
            (reply.call.role, reply.model, reply.base_url) == (role, model, base_url)
            for reply in self.replies
            if reply.response is not None
        )

    async def find(self, call: Call, key: str) -> str | None:
        for reply in self.replies:
            if reply.key == key and reply.response is not None:
                return write_response(reply.response)
        return None

    def cached(self, call: Call, key: str) -> CachedReply | None:
        return None

    async def admit(self, call: Call) -> None:
        if self.closed:
            raise BudgetReachedError("nothing left")
        self.admitted += 1

    async def record(self, reply: Reply) -> None:
        self.replies.append(reply)


class Reading(BaseModel):
    """What the agents here answer."""

    value: int


class Scripted:
    """A model that answers in turn and counts."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if isinstance(answer, Exception):
            raise answer
        if info.output_tools:
            return ModelResponse(parts=[ToolCallPart(info.output_tools[0].name, {"value": answer})])
        return ModelResponse(parts=[TextPart(json.dumps({"value": answer}))])


def ask(
    scripted: Scripted,
    ledger: Memory,
    call: Call = CALL,
    *,
    text: str = "read",
    settings: ModelSettings | None = None,
    tool: bool = False,
    refuse: Sequence[int] = (),
    name: str = "scripted",
) -> int:
    """One agent run through the ledger; values in `refuse` are sent back."""
    marker: Callable[..., Any] = ToolOutput if tool else NativeOutput
    agent = Agent(output_type=marker(Reading), instructions="be exact", retries={"output": 2})

    @agent.output_validator
    def check(reading: Reading) -> Reading:
        if reading.value in refuse:
            raise ModelRetry(f"{reading.value} is wrong")
        return reading

    model = FunctionModel(scripted, model_name=name, profile=ModelProfile(supports_json_schema_output=True))
    wrapped = LedgerModel(model, SPEC, ledger, call)
    result = asyncio.run(agent.run(text, model=wrapped, model_settings=settings))
    return int(result.output.value)


@pytest.mark.parametrize("tool", [False, True])
def test_a_recorded_reply_is_not_asked_for_again(tool: bool) -> None:
    """Not even after a retry, whose history holds ids and times of the first process."""
    scripted, ledger = Scripted(1, 2), Memory()
    assert ask(scripted, ledger, tool=tool, refuse=(1,)) == 2
    assert (scripted.asked, ledger.admitted, len(ledger.replies)) == (2, 2, 2)
    again = Scripted(99)
    assert ask(again, ledger, tool=tool, refuse=(1,)) == 2
    assert again.asked == 0
    assert len(ledger.replies) == 2


def test_a_run_that_was_cut_off_goes_on_where_it_was() -> None:
    ledger = Memory()
    with pytest.raises(ModelHTTPError):
        ask(Scripted(1, ModelHTTPError(500, "m")), ledger, refuse=(1,))
    assert [reply.error is None for reply in ledger.replies] == [True, False]
    later = Scripted(2)
    assert ask(later, ledger, refuse=(1,)) == 2
    assert later.asked == 1


@pytest.mark.parametrize(
    "change",
    [
        {"call": replace(CALL, sample=1)},
        {"call": replace(CALL, instance_id="j")},
        {"call": replace(CALL, role="critic")},
        {"text": "read again"},
        {"settings": ModelSettings(temperature=0.5)},
        {"tool": True},
        {"name": "another"},
    ],
    ids=["sample", "instance", "role", "text", "settings", "schema mode", "model"],
)
def test_whatever_determines_a_reply_makes_another_request(change: dict[str, Any]) -> None:
    scripted, ledger = Scripted(1, 2), Memory()
    assert ask(scripted, ledger) == 1
    assert ask(scripted, ledger, **change) == 2
    assert len({reply.key for reply in ledger.replies}) == 2


@pytest.mark.parametrize("mode", ["native", "tool", "prompted"])
@given(text=st.text(st.characters(exclude_categories=())))
def test_a_request_is_canonical_whatever_its_text(mode: OutputMode, text: str) -> None:
    """As one that is more than a text is: written out part by part, and not by a mould."""
    role = critic(mode)
    shown = canonical_request([role.request(text)], role.parameters)
    apart = ModelRequest(
        parts=[UserPromptPart(text), UserPromptPart("more")], instructions=role.request("").instructions
    )
    more = json.loads(canonical_request([apart], role.parameters))
    assert more["messages"][0]["parts"].pop() == {"content": "more", "part_kind": "user-prompt"}
    assert shown == json.dumps(more, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert more["messages"][0]["parts"][0]["content"] == text


def test_an_error_is_recorded_and_never_found() -> None:
    ledger = Memory()
    for _ in range(2):
        with pytest.raises(ModelHTTPError):
            ask(Scripted(ModelHTTPError(503, "m", "busy")), ledger)
    assert len(ledger.replies) == 2
    assert all(reply.response is None and "busy" in str(reply.error) for reply in ledger.replies)
    assert ask(Scripted(5), ledger) == 5


def test_nothing_is_requested_beyond_the_budget_but_what_is_recorded_is_free() -> None:
    scripted, ledger = Scripted(1), Memory()
    assert ask(scripted, ledger) == 1
    ledger.closed = True
    assert ask(scripted, ledger) == 1
    with pytest.raises(BudgetReachedError):
        ask(scripted, ledger, text="another")
    assert scripted.asked == 1


def test_a_cancelled_request_leaves_no_record() -> None:
    """It was not acknowledged, so it may be made again."""
    ledger = Memory()

    async def hang(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        await asyncio.sleep(30)
        raise AssertionError("not reached")

    async def main() -> None:
        wrapped = LedgerModel(FunctionModel(hang), SPEC, ledger, CALL)
        task = asyncio.create_task(Agent().run("read", model=wrapped))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ledger.replies == []


def test_a_reply_says_what_was_asked_and_what_it_took() -> None:
    ledger = Memory()
    ask(Scripted(1), ledger)
    (reply,) = ledger.replies
    shown = json.loads(reply.request)
    assert "be exact" in str(shown["messages"])
    assert "read" in str(shown["messages"])
    assert shown["output"]["schema"]["properties"].keys() == {"value"}
    assert "timestamp" not in reply.request
    assert reply.latency_s >= 0
    assert reply.http_attempts == 0
    assert reply.started_at.tzinfo is not None


def test_a_response_survives_being_written() -> None:
    response = ModelResponse(parts=[TextPart("a\x00b ü"), ToolCallPart("final", {"x": 1.5})])
    assert read_response(write_response(response)) == response
    broken = ModelResponse(parts=[TextPart("half a \ud83d pair")], model_name="m")
    (part,) = read_response(write_response(broken)).parts
    assert part == TextPart("half a ? pair")


def test_parts_of_a_key_cannot_run_into_each_other() -> None:
    first = request_key(replace(CALL, instance_id="a"), "m", None, None, "b")
    second = request_key(replace(CALL, instance_id="ab"), "m", None, None, "")
    assert first != second
