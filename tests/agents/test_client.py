"""The client sends what the SDK's own would send, and fails as that does."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from openai import AsyncOpenAI
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, ToolOutput
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    SystemPromptPart,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.settings import ModelSettings

from agents.client import ChatClient, ChatModel
from agents.specs import ClientOptions
from tests.model_server.replies import GarbageReply, HttpError, JsonReply, ServerRequest, TextReply
from tests.model_server.scripts import always
from tests.model_server.server import ModelServer

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Verdict(BaseModel):
    """An output."""

    ok: bool


def sdk_model(server: ModelServer) -> OpenAIChatModel:
    client = AsyncOpenAI(api_key="k", base_url=server.base_url, max_retries=0)
    return OpenAIChatModel("m", provider=OpenAIProvider(openai_client=client))


def our_model(server: ModelServer) -> OpenAIChatModel:
    client = ChatClient("m", "k", server.base_url, ClientOptions(attempts=1))
    return ChatModel("m", provider=OpenAIProvider(openai_client=client))


def both(server: ModelServer, ask: Callable[[OpenAIChatModel], Awaitable[Any]]) -> list[Any]:
    """What comes of asking through the SDK's client, and through ours."""

    async def run(model: OpenAIChatModel) -> Any:
        try:
            return await ask(model)
        finally:
            await model.client.close()

    return [asyncio.run(run(made(server))) for made in (sdk_model, our_model)]


def same_on_the_wire(server: ModelServer) -> None:
    """The second half of the requests was the first half again, bodies and headers."""
    sent = [record.request for record in server.records]
    half = len(sent) // 2
    for first, second in zip(sent[:half], sent[half:], strict=True):
        assert wire(first) == wire(second)
        assert headers(first) == headers(second)


def wire(request: ServerRequest) -> str:
    """The body; the server numbers the ids of its tool calls."""
    return re.sub(r"call_\d+", "call", json.dumps(request.body, sort_keys=True))


def headers(request: ServerRequest) -> dict[str, str]:
    """Those of the request, but for what the connection is like and the patience of the client."""
    of_the_connection = {"accept-encoding", "connection", "host", "x-stainless-read-timeout"}
    return {name: value for name, value in request.headers.items() if name not in of_the_connection}


def test_a_conversation_is_the_same_on_the_wire(model_server: ModelServer) -> None:
    model_server.script = always(TextReply("ja"))
    messages: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart("Be kind."), UserPromptPart("Hei, hva nå? «æøå» \u2028")]),
        ModelResponse(parts=[TextPart("Fortell mer.")]),
        ModelRequest(parts=[UserPromptPart("Nei.")]),
    ]
    settings = ModelSettings(temperature=0.5, top_p=0.9, max_tokens=20, seed=3)
    replies = both(model_server, lambda model: model.request(messages, settings, ModelRequestParameters()))
    assert replies[0].parts == replies[1].parts == [TextPart("ja")]
    same_on_the_wire(model_server)
    assert model_server.records[1].request.headers["authorization"] == "Bearer k"


@pytest.mark.parametrize("output", [NativeOutput(Verdict), ToolOutput(Verdict, name="Verdict")])
def test_structured_output_is_the_same_on_the_wire(model_server: ModelServer, output: Any) -> None:
    model_server.script = lambda request: JsonReply({"ok": request.feedback is not None or "perhaps"})

    async def ask(model: OpenAIChatModel) -> Any:
        return (await Agent(model, output_type=output, instructions="Judge.").run("this")).output

    assert both(model_server, ask) == [Verdict(ok=True), Verdict(ok=True)]
    assert model_server.count == 4
    same_on_the_wire(model_server)


@pytest.mark.parametrize("status", [400, 401, 404, 418, 422])
def test_errors_are_those_of_the_sdk(model_server: ModelServer, status: int) -> None:
    model_server.script = always(HttpError(status, "no", code="none"))

    async def ask(model: OpenAIChatModel) -> Any:
        with pytest.raises(ModelHTTPError) as raised:
            await model.request([ModelRequest(parts=[UserPromptPart("x")])], None, ModelRequestParameters())
        error = raised.value
        return type(error), error.status_code, error.body, str(error), str(error.__cause__)

    told = both(model_server, ask)
    assert told[0] == told[1]
    assert told[0][1] == status


GARBAGE = [
    GarbageReply(b"<html>upstream</html>"),
    GarbageReply(b"<html>upstream</html>", "text/html"),
    GarbageReply(b'"only a text"'),
    GarbageReply(b'{"choices": null}'),
    GarbageReply(b'{"choices": []}'),
    GarbageReply(b'{"choices": [{"message": null}]}'),
    GarbageReply(b'{"choices": [{"message": {"content": 7}}], "model": "m", "id": "x"}'),
    GarbageReply(b'{"choices": "none"}'),
    GarbageReply(b"[]"),
    GarbageReply(b"null"),
    GarbageReply(b"\xff\xfe"),
    GarbageReply(b""),
]


@pytest.mark.parametrize("reply", GARBAGE, ids=lambda reply: repr(reply.content))
def test_what_is_no_completion_fails_as_with_the_sdk(model_server: ModelServer, reply: GarbageReply) -> None:
    model_server.script = always(reply)

    async def ask(model: OpenAIChatModel) -> Any:
        with pytest.raises(Exception) as raised:
            await model.request([ModelRequest(parts=[UserPromptPart("x")])], None, ModelRequestParameters())
        return type(raised.value)

    told = both(model_server, ask)
    assert told[0] is told[1]


def completion(message: dict[str, Any], reason: str | None = "stop", **more: Any) -> bytes:
    """A completion whose message, and whatever else, is odd."""
    choice = {
        "index": 0,
        "finish_reason": reason,
        "message": {"role": "assistant", "content": None} | message,
    }
    kind = {"id": "x", "model": "m", "object": "chat.completion", "created": 5}
    return json.dumps({**kind, "choices": [choice]} | more).encode()


CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
ODD = {
    "no reason, no time": completion({"content": "a"}, None, created=None),
    "parts": completion({"content": [{"type": "text", "text": "a"}], "reasoning": "since"}, "odd"),
    "half a pair": completion({"content": "half \ud83d a"}),
    "thoughts": completion({"content": "<think>so</think> a"}, "length"),
    "refusal": completion({"refusal": "no"}, service_tier="odd"),
    "tool call": completion({"tool_calls": [CALL, CALL]}, "tool_calls", usage=None),
    "usage": completion(
        {"content": "a"}, usage=USAGE | {"prompt_tokens_details": {"cached_tokens": 2}, "more": 1}
    ),
    "metadata": completion({"content": "a", "annotations": []}, metadata={"a": [1]}, system_fingerprint=None),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_completions_are_read_as_with_the_sdk(model_server: ModelServer, name: str) -> None:
    model_server.script = always(GarbageReply(ODD[name]))
    replies = both(
        model_server,
        lambda model: model.request(
            [ModelRequest(parts=[UserPromptPart("x")])], None, ModelRequestParameters()
        ),
    )
    ours, theirs = (replace(reply, timestamp=NOW) for reply in replies)
    assert ours == theirs
