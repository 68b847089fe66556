"""The client sends what the SDK's own would send, and fails as that does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
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

from agents.client import ChatClient


class Verdict(BaseModel):
    """An output."""

    ok: bool


class Server:
    """Keeps every request; answers with a text, or with an error."""

    def __init__(self, text: str, status: int = 200) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[httpx2.Headers] = []
        self.text, self.status = text, status

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(json.loads(request.content))
        self.headers.append(request.headers)
        if self.status != 200:
            return httpx2.Response(self.status, json={"error": {"message": "no", "code": "none"}})
        message: dict[str, Any] = {"role": "assistant", "content": self.text}
        if self.bodies[-1].get("tools"):
            function = {"name": "Verdict", "arguments": self.text}
            message = {
                "role": "assistant",
                "tool_calls": [{"id": "1", "type": "function", "function": function}],
            }
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        kind = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
        return httpx2.Response(200, json={**kind, "choices": [choice], "usage": usage})


def model(client: type[AsyncOpenAI], server: Server) -> OpenAIChatModel:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(server))
    made = client(api_key="k", base_url="http://127.0.0.1/v1", max_retries=0, http_client=http)
    return OpenAIChatModel("m", provider=OpenAIProvider(openai_client=made))


def test_a_conversation_is_the_same_on_the_wire() -> None:
    messages: list[ModelMessage] = [
        ModelRequest(parts=[SystemPromptPart("Be kind."), UserPromptPart("Hei, hva nå? «æøå» \u2028")]),
        ModelResponse(parts=[TextPart("Fortell mer.")]),
        ModelRequest(parts=[UserPromptPart("Nei.")]),
    ]
    settings = ModelSettings(temperature=0.5, top_p=0.9, max_tokens=20, seed=3)
    servers = Server("ja"), Server("ja")
    for client, server in zip((AsyncOpenAI, ChatClient), servers, strict=True):
        reply = asyncio.run(model(client, server).request(messages, settings, ModelRequestParameters()))
        assert reply.parts == [TextPart("ja")]
    assert servers[0].bodies == servers[1].bodies
    assert servers[0].headers[0]["authorization"] == servers[1].headers[0]["authorization"] == "Bearer k"


@pytest.mark.parametrize("output", [NativeOutput(Verdict), ToolOutput(Verdict, name="Verdict")])
def test_structured_output_is_the_same_on_the_wire(output: Any) -> None:
    servers = Server('{"ok": true}'), Server('{"ok": true}')
    for client, server in zip((AsyncOpenAI, ChatClient), servers, strict=True):
        agent = Agent(model(client, server), output_type=output, instructions="Judge.")
        assert asyncio.run(agent.run("this")).output == Verdict(ok=True)
    assert servers[0].bodies == servers[1].bodies


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_errors_are_those_of_the_sdk(status: int) -> None:
    told = []
    for client in (AsyncOpenAI, ChatClient):
        with pytest.raises(ModelHTTPError) as raised:
            asyncio.run(
                model(client, Server("", status)).request(
                    [ModelRequest(parts=[UserPromptPart("x")])], None, ModelRequestParameters()
                )
            )
        told.append((raised.value.status_code, raised.value.body))
    assert told[0] == told[1]
    assert told[0][0] == status
