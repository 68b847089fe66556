"""The test server itself: true to the protocol, honest in its records, alive after its client is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from openai.types import Batch
from openai.types.chat import ChatCompletion
from openai.types.responses import Response
from pydantic import BaseModel, ConfigDict
from pydantic_ai import Agent, NativeOutput, ToolOutput

from agents.models import build_model, close_model
from agents.specs import parse_spec
from tests.model_server.fixtures import model_server
from tests.model_server.protocol import BadRequest, chat_body, check_strict, read_request, responses_body
from tests.model_server.replies import (
    Api,
    HttpError,
    JsonReply,
    RefusalReply,
    Reply,
    ServerRequest,
    TextReply,
    TruncatedReply,
)
from tests.model_server.scripts import always, in_turn, scripted_agents
from tests.model_server.server import ModelServer

__all__ = ["model_server"]

SCHEMA = {
    "type": "object",
    "title": "Reading",
    "properties": {"value": {"type": "number"}},
    "required": ["value"],
    "additionalProperties": False,
}


def chat_request(**more: Any) -> ServerRequest:
    body = {"model": "m", "messages": [{"role": "user", "content": "weigh"}], **more}
    return read_request("chat", 1, {}, body)


def responses_request(**more: Any) -> ServerRequest:
    return read_request("responses", 1, {}, {"model": "m", "input": "weigh", **more})


TOOL = {"name": "final_result", "parameters": SCHEMA, "strict": True}
CHAT_TOOLS = [{"type": "function", "function": TOOL}]
RESPONSES_TOOLS = [{"type": "function", **TOOL}]


@pytest.mark.parametrize("reply", [JsonReply({"value": 1}), TextReply("x"), RefusalReply(), TruncatedReply()])
@pytest.mark.parametrize("with_tools", [False, True])
def test_bodies_are_valid_by_the_sdk_types(
    reply: JsonReply | TextReply | RefusalReply | TruncatedReply, with_tools: bool
) -> None:
    chat = ChatCompletion.model_validate(
        chat_body(chat_request(**({"tools": CHAT_TOOLS} if with_tools else {})), reply), strict=True
    )
    (choice,) = chat.choices
    called = with_tools and isinstance(reply, JsonReply)
    assert bool(choice.message.tool_calls) == called
    assert bool(choice.message.refusal) == isinstance(reply, RefusalReply)
    expected = "tool_calls" if called else "length" if isinstance(reply, TruncatedReply) else "stop"
    assert choice.finish_reason == expected
    response = Response.model_validate(
        responses_body(responses_request(**({"tools": RESPONSES_TOOLS} if with_tools else {})), reply)
    )
    assert response.status == ("incomplete" if isinstance(reply, TruncatedReply) else "completed")
    assert response.output[0].type == ("function_call" if called else "message")


def test_both_apis_read_as_the_same_request() -> None:
    chat = chat_request(
        messages=[
            {"role": "developer", "content": "be brief"},
            {"role": "user", "content": [{"type": "text", "text": "weigh"}]},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "final_result", "arguments": "{}"}}
                ],
            },
            {"role": "tool", "tool_call_id": "1", "content": "value is missing"},
        ],
        tools=CHAT_TOOLS,
    )
    responses = responses_request(
        instructions="be brief",
        input=[
            {"role": "user", "content": [{"type": "input_text", "text": "weigh"}]},
            {"type": "function_call", "call_id": "1", "name": "final_result", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "1", "output": "value is missing"},
        ],
        tools=RESPONSES_TOOLS,
    )
    for request in (chat, responses):
        assert request.system == "be brief"
        assert request.prompt == "weigh"
        assert request.messages[2] == ("assistant", "final_result({})")
        assert request.feedback == "value is missing"
        assert request.output_names == ("final_result", "Reading")


@pytest.mark.parametrize(
    "more", [{"messages": []}, {"stream": True}, {"model": None}], ids=["empty", "stream", "no model"]
)
def test_requests_that_break_the_protocol_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        chat_request(**more)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}},
        {**SCHEMA, "required": []},
        {**SCHEMA, "properties": {"value": {"type": "array", "items": {"type": "object"}}}},
        {**SCHEMA, "$defs": {"A": {"type": "object", "properties": {"a": {}}, "required": []}}},
    ],
)
def test_schemas_that_strict_mode_forbids_are_refused(schema: dict[str, Any]) -> None:
    check_strict(SCHEMA, "good")
    with pytest.raises(BadRequest, match="strict"):
        check_strict(schema, "bad")


def test_a_malformed_request_is_answered_400_and_kept() -> None:
    async def run() -> ModelServer:
        server = ModelServer(always(TextReply("x")))
        await server.start()
        async with httpx2.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{server.base_url}/chat/completions", content=b"{")
            assert answer.status_code == 400
        await server.stop()
        return server

    server = asyncio.run(run())
    assert server.count == 0
    assert len(server.malformed) == 1


class Extraction(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: float


class Critique(BaseModel):
    model_config = ConfigDict(extra="forbid")

    objection: str | None


def run_agent(server: ModelServer, api: Api, output: Any, system: str, prompt: str) -> Any:
    async def run() -> Any:
        model = build_model(parse_spec(server.spec(api=api)))
        try:
            return (await Agent(model, output_type=output, instructions=system).run(prompt)).output
        finally:
            await close_model(model)

    return asyncio.run(run())


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_scripted_agents_are_found_by_schema_or_by_marker(model_server: ModelServer, api: Api) -> None:
    prompts: list[str] = []

    def extraction(prompt: str) -> dict[str, Any]:
        prompts.append(prompt)
        return {"value": float(prompt.split()[-1])}

    script = scripted_agents(
        {"critique": "You criticise"},
        extraction=extraction,
        critique=lambda prompt: {"objection": prompt[:3]},
    )
    model_server.script = script
    read = run_agent(model_server, api, NativeOutput(Extraction), "You read", "weight 7")
    assert read == Extraction(value=7)
    judged = run_agent(model_server, api, ToolOutput(Critique), "You criticise", "bad unit")
    assert judged == Critique(objection="bad")
    assert prompts == ["weight 7"]
    assert [r.role for r in model_server.records] == ["Extraction", "final_result"]
    assert len(model_server.requests_for("Extraction")) == 1


def test_scripted_agents_see_the_feedback_to_their_last_answer(model_server: ModelServer) -> None:
    def extraction(prompt: str) -> dict[str, Any] | Reply:
        return {"value": 2.0} if "Field required" in prompt else {"valve": 2.0}

    model_server.script = scripted_agents(extraction=extraction)
    output = run_agent(model_server, "chat", NativeOutput(Extraction), "You read", "weight 7")
    assert output == Extraction(value=2)
    assert model_server.count == 2


def test_a_request_that_no_scripted_agent_fits_fails_the_run(model_server: ModelServer) -> None:
    model_server.script = scripted_agents(code=lambda prompt: {})
    with pytest.raises(Exception, match="no scripted agent fits"):
        run_agent(model_server, "chat", NativeOutput(Extraction), "You read", "weight 7")


def test_markers_must_belong_to_an_agent() -> None:
    with pytest.raises(ValueError, match="critic"):
        scripted_agents({"critic": "You criticise"}, critique=lambda prompt: {})


def test_in_turn_stays_with_the_last() -> None:
    script = in_turn(HttpError(500), TextReply("a"), lambda request: TextReply(request.prompt))
    replies = [script(chat_request()) for _ in range(4)]
    assert replies == [HttpError(500), TextReply("a"), TextReply("weigh"), TextReply("weigh")]


@contextmanager
def server_process(script: str, log: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.model_server", "--script", script, "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0


CLIENT = """
import sys, httpx2
with httpx2.Client(trust_env=False, timeout=30) as client:
    for number in range(1000):
        body = {"model": "m", "messages": [{"role": "user", "content": f"call {number}"}]}
        client.post(sys.argv[1] + "/v1/chat/completions", json=body).raise_for_status()
        print(number, flush=True)
"""


def test_the_log_outlives_a_killed_client(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    with server_process("tests.model_server.example_scripts:slow_echo", log) as url:
        with subprocess.Popen(
            [sys.executable, "-c", CLIENT, url], stdout=subprocess.PIPE, text=True
        ) as client:
            assert client.stdout is not None
            acknowledged = [client.stdout.readline().strip() for _ in range(2)]
            time.sleep(0.1)
            os.kill(client.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while len(log.read_text().splitlines()) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert acknowledged == ["0", "1"]
    assert [line["n"] for line in lines] == [1, 2, 3]
    assert [line["delivered"] for line in lines] == [True, True, False]
    assert len({line["sha256"] for line in lines}) == 3
    assert {line["reply"] for line in lines} == {"TextReply"}


def test_a_repeated_request_has_the_same_hash(tmp_path: Path) -> None:
    log = tmp_path / "calls.jsonl"
    body = {"model": "m", "messages": [{"role": "user", "content": "again"}]}
    with (
        server_process("tests.model_server.example_scripts:echo", log) as url,
        httpx2.Client(trust_env=False) as client,
    ):
        for _ in range(2):
            answer = client.post(f"{url}/v1/chat/completions", json=body).json()
            assert answer["choices"][0]["message"]["content"] == "again"
    hashes = [json.loads(line)["sha256"] for line in log.read_text().splitlines()]
    assert len(hashes) == 2
    assert len(set(hashes)) == 1


def test_the_batch_api_is_the_sdks(model_server: ModelServer) -> None:
    """Files and batches by OpenAI's own client: created, listed, run, read, cancelled, deleted."""
    model_server.script = in_turn(JsonReply({"value": 1}), HttpError(429), JsonReply({"value": 2}))
    body = {"model": "m", "input": "weigh"}
    lines = [{"custom_id": f"c{n}", "method": "POST", "url": "/v1/responses", "body": body} for n in range(3)]
    content = "\n".join(map(json.dumps, lines)).encode()
    asyncio.run(_through_the_sdk(model_server, content))


async def _through_the_sdk(model_server: ModelServer, content: bytes) -> None:
    async with AsyncOpenAI(api_key="k", base_url=model_server.base_url, max_retries=0) as client:
        file = await client.files.create(file=("batch.jsonl", content), purpose="batch")
        made = await client.batches.create(
            input_file_id=file.id, endpoint="/v1/responses", completion_window="24h", metadata={"name": "x"}
        )
        assert made.status == "in_progress"
        ended = await client.batches.retrieve(made.id)
        assert Batch.model_validate(ended.model_dump(), strict=True).status == "completed"
        assert ended.output_file_id is not None
        assert ended.error_file_id is not None
        output = (await client.files.content(ended.output_file_id)).text.splitlines()
        assert {json.loads(line)["custom_id"] for line in output} == {"c0", "c2"}
        for line in output:
            Response.model_validate(json.loads(line)["response"]["body"])
        (failed,) = (await client.files.content(ended.error_file_id)).text.splitlines()
        assert json.loads(failed)["response"]["status_code"] == 429
        model_server.batches.held = True
        second = await client.batches.create(
            input_file_id=file.id, endpoint="/v1/responses", completion_window="24h"
        )
        assert [batch.id async for batch in client.batches.list(limit=1)] == [second.id, made.id]
        assert (await client.batches.cancel(second.id)).status == "cancelled"
        assert (await client.files.delete(file.id)).deleted
