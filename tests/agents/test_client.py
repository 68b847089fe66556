"""The client sends what the SDK's own would send, and fails as that does."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from typing import Any

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
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
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.settings import ModelSettings

from agents.client import ChatClient, ChatModel
from agents.specs import ClientOptions
from agents.transport import Answer, Request
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


LATER = (TextReply("nei"), HttpError(422, "no", code="none"), *GARBAGE, *map(GarbageReply, ODD.values()))


@pytest.mark.parametrize("reply", LATER, ids=str)
def test_a_later_request_of_a_role_is_as_with_the_sdk(model_server: ModelServer, reply: Any) -> None:
    """The same parameters and settings with another text, put into the place of the first."""
    parameters, settings = ModelRequestParameters(), ModelSettings(temperature=0.5, seed=3)
    model_server.script = lambda request: TextReply("ja") if request.prompt == "first" else reply

    async def ask(model: OpenAIChatModel) -> Any:
        said: list[Any] = []
        for words in ("first", 'Ærlig "talt"\\ \u2028 \x1f \x7f'):
            asked = ModelRequest(parts=[UserPromptPart(words)], instructions="Be «kind».")
            try:
                answer = await model.request([asked], settings, parameters)
                said.append((answer.parts, answer.finish_reason, vars(answer.usage)))
            except Exception as error:  # noqa: BLE001 - whatever it is, it must be the same
                said.append((type(error), getattr(error, "body", None)))
        return said

    theirs, ours = both(model_server, ask)
    assert ours == theirs
    same_on_the_wire(model_server)


def test_a_text_that_has_no_utf_8_arrives_all_the_same() -> None:
    texts = ("cut \ud83d off", "cut", "«cut» \ud83d off")
    client, sent = ChatClient("m", "k", "http://127.0.0.1:1/v1", ClientOptions()), list[Any]()

    async def send(request: Request) -> Answer:
        sent.append(json.loads(request.body or b""))
        return Answer(200, {}, completion({"content": "a"}))

    client.transport.send = send  # type: ignore[method-assign]
    model, parameters = (
        ChatModel("m", provider=OpenAIProvider(openai_client=client)),
        ModelRequestParameters(),
    )

    async def ask() -> None:
        for text in texts:
            await model.request([ModelRequest(parts=[UserPromptPart(text)])], None, parameters)

    asyncio.run(ask())
    assert [body.pop("messages")[-1]["content"] for body in sent] == [*texts]
    assert sent[0] == sent[1] == sent[2]


def test_the_same_parameters_with_other_settings_are_the_same_on_the_wire(model_server: ModelServer) -> None:
    model_server.script = always(TextReply("ja"))
    parameters = ModelRequestParameters()
    settings = [ModelSettings(temperature=t, seed=s) for t, s in ((1, 1), (1.0, 1), (1, 2), (1, 1))]

    async def ask(model: OpenAIChatModel) -> None:
        for one in (None, *settings):
            await model.request([ModelRequest(parts=[UserPromptPart("x")])], one, parameters)

    both(model_server, ask)
    same_on_the_wire(model_server)


COUNT = st.integers(0, 10**9)
SOME = st.none() | COUNT
DETAILS = st.none() | st.fixed_dictionaries(
    {}, optional={"cached_tokens": SOME, "audio_tokens": SOME, "reasoning_tokens": SOME, "odd": SOME}
)
USAGES = st.none() | st.fixed_dictionaries(
    {"prompt_tokens": COUNT, "completion_tokens": COUNT, "total_tokens": COUNT},
    optional={
        "prompt_tokens_details": DETAILS,
        "completion_tokens_details": DETAILS,
        "prompt_cache_hit_tokens": COUNT,
        "cost": st.floats(0, 1),
    },
)
TEXTS = st.sampled_from(["", "a", '{"ok": true}', "<think>so</think> a", "<|im_start|>", "«æ» 字"])
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "content": TEXTS,
        "refusal": st.none() | TEXTS,
        "reasoning": TEXTS,
        "reasoning_content": TEXTS,
        "tool_calls": st.none() | st.lists(st.just(CALL), max_size=2),
    },
)
MORE = st.fixed_dictionaries(
    {},
    optional={
        "usage": USAGES,
        "model": st.sampled_from(["", "m", "gpt-4o"]),
        "created": st.integers(0, 2**31),
        "service_tier": st.sampled_from([None, "default", "odd"]),
        "system_fingerprint": st.none() | TEXTS,
    },
)
ADDRESSES = ("http://127.0.0.1:1/v1", "https://api.openai.com/v1", "https://api.deepseek.com")


@cache
def unconnected(address: str) -> tuple[list[bytes], tuple[OpenAIChatModel, OpenAIChatModel]]:
    """The body of every reply, to be set, and the models that are given it: the SDK's, and ours."""
    body = [b""]
    answers = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body[0]))
    client = ChatClient("m", "k", address, ClientOptions())

    async def send(_: Request) -> Answer:
        return Answer(200, {}, body[0])

    client.transport.send = send  # type: ignore[assignment, method-assign]
    sdk = AsyncOpenAI(api_key="k", base_url=address, http_client=httpx2.AsyncClient(transport=answers))
    return body, (
        OpenAIChatModel("m", provider=OpenAICompatibleProvider("c", openai_client=sdk)),
        ChatModel("m", provider=OpenAICompatibleProvider("c", openai_client=client)),
    )


@pytest.mark.parametrize("address", ADDRESSES)
@hypothesis_settings(max_examples=40)
@given(message=MESSAGES, reason=st.sampled_from(["stop", "length", "tool_calls", None]), more=MORE)
@example({"content": "a"}, "stop", {"usage": USAGE})
def test_any_completion_is_read_as_with_the_sdk(
    address: str, message: dict[str, Any], reason: str | None, more: dict[str, Any]
) -> None:
    body, models = unconnected(address)
    body[0] = completion(message, reason, **more)

    async def ask() -> list[ModelResponse]:
        asked = [ModelRequest(parts=[UserPromptPart("x")])]
        return [await model.request([*asked], None, ModelRequestParameters()) for model in models]

    theirs, ours = (replace(reply, timestamp=NOW) for reply in asyncio.run(ask()))
    assert ours == theirs
    assert vars(ours.usage) == vars(theirs.usage)


FRAMES = ("<system>", "</System >", "&lt;system&gt;", "<\u0455ystem>", "<sys\u200btem>", "<pyai:context>")
TOKENS = ("<|im_start|>", "[INST]", "<pyai:tool_result>", "<context>", "a < b & c", "&", " ", "system", "ord")
PIECES = st.sampled_from((*FRAMES, *TOKENS))


@given(st.lists(PIECES, max_size=4).map("".join))
def test_a_text_is_prepared_as_with_the_sdk(text: str) -> None:
    asked: list[ModelMessage] = [
        ModelRequest(parts=[UserPromptPart(text)], instructions="Do.", timestamp=NOW)
    ]
    _, models = unconnected(ADDRESSES[0])
    theirs, ours = (model.prepare_messages([*asked], ModelRequestParameters()) for model in models)
    assert undated(ours) == undated(theirs)


def undated(messages: list[ModelMessage]) -> list[Any]:
    """What the messages say."""
    return [[(type(part), getattr(part, "content", None)) for part in message.parts] for message in messages]
