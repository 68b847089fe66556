"""Retries have one owner: every case says how many requests reached the server."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import itertools
import logging
import socket
import time
from typing import Any, Literal

import httpx2
import pytest
from pydantic import BaseModel, ConfigDict
from pydantic_ai import Agent, NativeOutput, ToolOutput
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelHTTPError,
    ModelQuotaExceededError,
    ModelTimeoutError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
)

from agents.models import build_model, close_model, model_settings
from agents.network import proxy_for
from agents.specs import ClientOptions, Sampling, parse_spec
from agents.transport import (
    Answer,
    HttpCall,
    ResponseTooLarge,
    current_http_attempts,
    record_http_calls,
    should_retry,
)
from tests.model_server.replies import (
    SCHEMA_VIOLATION,
    Api,
    Dropped,
    GarbageReply,
    HttpError,
    JsonReply,
    RefusalReply,
    Reply,
    Script,
    Slow,
    TextReply,
    TruncatedReply,
)
from tests.model_server.scripts import always, in_turn
from tests.model_server.server import ModelServer

GOOD = JsonReply({"value": 1.5, "quote": None})
FAST = ClientOptions(attempts=4, backoff_first=0.01, jitter=0.005, read_timeout=0.5)
APIS: tuple[Api, ...] = ("chat", "responses")
SECRET = "sk-not-for-logs"

pytestmark = pytest.mark.usefixtures("_key")


class Reading(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: float
    quote: str | None


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest) -> Api:
    chosen: Api = request.param
    return chosen


def ask(
    server: ModelServer,
    api: Api,
    script: Script | Reply,
    *,
    options: ClientOptions = FAST,
    mode: Literal["native", "tool"] = "native",
    sampling: Sampling | None = None,
) -> tuple[Reading | Exception, list[HttpCall]]:
    """One agent run against the server: its output or what it raised, and the HTTP calls it made."""
    server.script = script if callable(script) else always(script)

    async def run() -> tuple[Reading | Exception, list[HttpCall]]:
        spec = parse_spec(server.spec(api=api))
        model = build_model(spec, client_options=options)
        output: Any = NativeOutput(Reading) if mode == "native" else ToolOutput(Reading)
        agent = Agent(model, output_type=output, instructions="You read notes.", retries={"output": 1})
        settings = model_settings(spec, sampling, 2) if sampling else None
        try:
            with record_http_calls() as calls:
                try:
                    result = await agent.run("Weight 1.5 kg", model_settings=settings)
                except Exception as error:  # noqa: BLE001 - the tests look at what it is
                    return error, calls
                assert current_http_attempts() == calls[-1].attempts
                return result.output, calls
        finally:
            await close_model(model)

    return asyncio.run(run())


@pytest.mark.parametrize("mode", ["native", "tool"])
def test_success_is_one_request(model_server: ModelServer, api: Api, mode: Literal["native", "tool"]) -> None:
    output, calls = ask(model_server, api, GOOD, mode=mode)
    assert output == Reading(value=1.5, quote=None)
    assert [call.outcomes for call in calls] == [["200"]]
    (record,) = model_server.records
    request = record.request
    assert request.api == api
    assert request.system == "You read notes."
    assert request.prompt == "Weight 1.5 kg"
    assert (request.schema is None) == (mode == "tool")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["x-stainless-retry-count"] == "0"


def test_sampling_reaches_the_server(model_server: ModelServer, api: Api) -> None:
    ask(model_server, api, GOOD, sampling=Sampling(temperature=0.25, max_tokens=77, seed=10))
    body = model_server.records[0].request.body
    assert body["temperature"] == 0.25
    assert body["max_tokens" if api == "chat" else "max_output_tokens"] == 77
    assert body.get("seed") == (12 if api == "chat" else None)


def test_retry_after_is_obeyed(model_server: ModelServer, api: Api) -> None:
    output, calls = ask(model_server, api, in_turn(HttpError(429, retry_after="1"), GOOD))
    assert isinstance(output, Reading)
    assert model_server.count == 2
    first, second = model_server.records
    assert 1.0 <= second.arrived - first.arrived < 3
    assert [call.outcomes for call in calls] == [["429", "200"]]
    assert calls[0].waited == 1.0


def test_retry_after_as_a_date_is_obeyed(model_server: ModelServer) -> None:
    # An HTTP date has whole seconds: two seconds from now is at least one second of waiting.
    when = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2), usegmt=True)
    output, _ = ask(model_server, "chat", in_turn(HttpError(503, retry_after=when), GOOD))
    assert isinstance(output, Reading)
    first, second = model_server.records
    assert 0.8 <= second.arrived - first.arrived < 4


def test_retry_after_is_obeyed_up_to_the_cap(model_server: ModelServer) -> None:
    options = FAST.model_copy(update={"retry_after_max": 0.2})
    output, calls = ask(
        model_server, "chat", in_turn(HttpError(429, retry_after="3600"), GOOD), options=options
    )
    assert isinstance(output, Reading)
    assert calls[0].waited == 0.2


def test_backoff_grows(model_server: ModelServer) -> None:
    options = ClientOptions(attempts=4, backoff_first=0.1, jitter=0, read_timeout=0.5)
    ask(model_server, "chat", HttpError(500), options=options)
    arrived = [record.arrived for record in model_server.records]
    gaps = [later - earlier for earlier, later in itertools.pairwise(arrived)]
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2
    assert gaps[2] >= 0.4


def test_500_twice_is_three_requests(model_server: ModelServer, api: Api) -> None:
    output, calls = ask(model_server, api, in_turn(HttpError(500), HttpError(502), GOOD))
    assert isinstance(output, Reading)
    assert model_server.count == 3
    assert calls[0].outcomes == ["500", "502", "200"]
    assert len({record.request.sha256 for record in model_server.records}) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_exhausted_attempts_are_one_error(model_server: ModelServer, status: int) -> None:
    error, calls = ask(model_server, "chat", HttpError(status, "still no"))
    assert isinstance(error, ModelHTTPError)
    assert error.status_code == status
    assert "still no" in str(error)
    assert model_server.count == FAST.attempts == calls[0].attempts
    assert len(calls) == 1


def test_no_attempt_starts_after_the_total_time(model_server: ModelServer) -> None:
    options = ClientOptions(attempts=100, total=0.5, backoff_first=0.2, backoff_max=0.2, jitter=0)
    started = time.monotonic()
    error, _ = ask(model_server, "chat", HttpError(500), options=options)
    assert isinstance(error, ModelHTTPError)
    assert time.monotonic() - started < 3
    assert 1 < model_server.count <= 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_no_retry_can_cure_is_one_request(model_server: ModelServer, api: Api, status: int) -> None:
    error, calls = ask(model_server, api, HttpError(status, "no"))
    assert isinstance(error, ModelHTTPError)
    assert error.status_code == status
    assert isinstance(error, ModelAuthenticationError) == (status in (401, 403))
    assert model_server.count == 1
    assert calls[0].outcomes == [str(status)]


def test_exhausted_quota_is_not_waited_for(model_server: ModelServer, api: Api) -> None:
    error, _ = ask(model_server, api, HttpError(429, "pay first", code="insufficient_quota"))
    assert isinstance(error, ModelQuotaExceededError)
    assert model_server.count == 1


def test_the_server_may_forbid_a_retry(model_server: ModelServer) -> None:
    error, _ = ask(model_server, "chat", HttpError(500, headers={"x-should-retry": "false"}))
    assert isinstance(error, ModelHTTPError)
    assert model_server.count == 1


def test_dropped_connections_are_retried_wherever_they_drop(model_server: ModelServer, api: Api) -> None:
    script = in_turn(Dropped("before_headers"), Dropped("after_headers"), Dropped("mid_body"), GOOD)
    output, calls = ask(model_server, api, script)
    assert isinstance(output, Reading)
    assert model_server.count == 4
    assert calls[0].outcomes[-1] == "200"


def test_connections_that_always_drop_are_one_error(model_server: ModelServer) -> None:
    error, _ = ask(model_server, "chat", Dropped())
    assert isinstance(error, ModelConnectionError)
    assert "after 4 attempt(s)" in str(error)
    assert model_server.count == 4


def test_a_slow_reply_is_retried_then_fails_clearly(model_server: ModelServer, api: Api) -> None:
    options = FAST.model_copy(update={"attempts": 2, "read_timeout": 0.2})
    error, calls = ask(model_server, api, Slow(1.0, GOOD), options=options)
    assert isinstance(error, ModelTimeoutError)
    assert "after 2 attempt(s)" in str(error)
    assert "ReadTimeout" in str(error)
    assert model_server.count == 2
    assert calls[0].outcomes == ["ReadTimeout", "ReadTimeout"]


def test_one_slow_reply_is_survived(model_server: ModelServer) -> None:
    output, calls = ask(model_server, "chat", in_turn(Slow(1.0, GOOD), GOOD))
    assert isinstance(output, Reading)
    assert calls[0].outcomes == ["ReadTimeout", "200"]


def test_a_server_that_is_not_there(model_server: ModelServer) -> None:
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        port = placeholder.getsockname()[1]

    async def run() -> None:
        model = build_model(parse_spec(f"openai-chat:m@http://127.0.0.1:{port}/v1"), client_options=FAST)
        try:
            await Agent(model).run("hello")
        finally:
            await close_model(model)

    with pytest.raises(ModelConnectionError, match=r"127\.0\.0\.1 after 4 attempt\(s\).*ConnectError"):
        asyncio.run(run())


def test_too_large_a_response_is_refused(model_server: ModelServer, api: Api) -> None:
    options = FAST.model_copy(update={"max_response_bytes": 5000})
    error, calls = ask(model_server, api, TextReply("x" * 10_000), options=options)
    assert isinstance(error, ResponseTooLarge)
    assert "5000 bytes" in str(error)
    assert model_server.count == 1
    assert calls[0].outcomes == ["ResponseTooLarge"]


def test_every_wait_is_logged_without_the_key(
    model_server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="steward"):
        ask(model_server, "chat", HttpError(500))
    waits = [record.message for record in caplog.records if "waiting" in record.message]
    assert len(waits) == FAST.attempts - 1
    assert "500" in waits[0]
    assert "before attempt 2 of 4" in waits[0]
    assert any("no answer from" in record.message for record in caplog.records)
    assert SECRET not in caplog.text


def test_calls_of_concurrent_runs_are_told_apart(model_server: ModelServer) -> None:
    failed: set[str] = set()

    def script(request: Any) -> Reply:
        if "odd" in request.prompt and request.sha256 not in failed:
            failed.add(request.sha256)
            return HttpError(500)
        return TextReply("ok")

    model_server.script = script

    async def run() -> list[int]:
        model = build_model(parse_spec(model_server.spec()), client_options=FAST)
        agent = Agent(model)

        async def one(number: int) -> int:
            with record_http_calls():
                await agent.run(f"{'odd' if number % 2 else 'even'} {number}")
                return current_http_attempts()

        try:
            return await asyncio.gather(*(one(number) for number in range(20)))
        finally:
            await close_model(model)

    assert asyncio.run(run()) == [1 + number % 2 for number in range(20)]
    assert current_http_attempts() == 0


@pytest.mark.parametrize("mode", ["native", "tool"])
def test_refusal(model_server: ModelServer, api: Api, mode: Literal["native", "tool"]) -> None:
    error, _ = ask(model_server, api, RefusalReply("I will not."), mode=mode)
    assert isinstance(error, ContentFilterError)
    assert "I will not." in str(error)
    assert model_server.count == 1


def test_truncated_native_output(model_server: ModelServer, api: Api) -> None:
    error, _ = ask(model_server, api, TruncatedReply())
    assert isinstance(error, OutputTokenLimitExceeded)
    assert model_server.count == 1


@pytest.mark.parametrize("mode", ["native", "tool"])
@pytest.mark.parametrize("reply", [SCHEMA_VIOLATION, TextReply("not JSON")])
def test_schema_violation_to_exhaustion(
    model_server: ModelServer, api: Api, mode: Literal["native", "tool"], reply: Reply
) -> None:
    error, calls = ask(model_server, api, reply, mode=mode)
    assert isinstance(error, UnexpectedModelBehavior)
    assert "Exceeded maximum output retries (1)" in str(error)
    assert model_server.count == 2 == len(calls)
    first, second = (record.request for record in model_server.records)
    assert first.feedback is None
    assert second.feedback


def test_schema_violation_then_success(model_server: ModelServer, api: Api) -> None:
    output, calls = ask(model_server, api, in_turn(SCHEMA_VIOLATION, GOOD))
    assert isinstance(output, Reading)
    assert [call.attempts for call in calls] == [1, 1]


@pytest.mark.parametrize("content_type", ["application/json", "text/html"])
def test_garbage_with_status_200(model_server: ModelServer, api: Api, content_type: str) -> None:
    error, _ = ask(model_server, api, GarbageReply(content_type=content_type))
    assert isinstance(error, ModelAPIError | UnexpectedModelBehavior)
    assert "JSON" in str(error)
    assert model_server.count == 1


def test_lists_in_lists_without_end_are_a_bad_reply(model_server: ModelServer) -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    for content_type in ("application/json", "text/plain"):
        error, _ = ask(model_server, "chat", GarbageReply(deep, content_type))
        assert isinstance(error, ModelAPIError | UnexpectedModelBehavior)


@pytest.mark.parametrize("name", ["caf\u00e9", "\u4e2d"])
def test_a_header_in_any_alphabet_changes_nothing(model_server: ModelServer, api: Api, name: str) -> None:
    busy = HttpError(503, headers={"x-proxy": name})
    output, calls = ask(model_server, api, in_turn(busy, GOOD))
    assert isinstance(output, Reading)
    assert [call.outcomes for call in calls] == [["503", "200"]]
    error, _ = ask(model_server, api, HttpError(401, headers={"x-proxy": name}))
    assert isinstance(error, ModelHTTPError)


def test_a_header_in_any_encoding_is_passed_on() -> None:
    answer = Answer(500, {"Server": b"caf\xe9".decode("utf-8", "surrogateescape")}, b"")
    passed_on = answer.as_httpx(httpx2.Request("POST", "http://127.0.0.1/"))
    assert (b"Server", b"caf\xe9") in passed_on.headers.raw


def test_should_retry_reads_the_server_hint() -> None:
    def answer(status: int, hint: str = "") -> Answer:
        return Answer(status, {"x-should-retry": hint}, b"{}")

    assert should_retry(answer(400, hint="true"))
    assert not should_retry(answer(200, hint="true"))
    assert not should_retry(answer(503, hint="false"))
    assert should_retry(answer(429))


def test_proxies_are_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_for("https://api.openai.com/v1") == "http://proxy.example:3128"
    assert proxy_for("https://inside.example/v1") is None
    assert proxy_for("http://127.0.0.1:8000/v1") is None
    assert proxy_for("http://localhost:8000/v1") is None


def test_a_long_note_is_sent_whole_each_time(model_server: ModelServer) -> None:
    """Above a mebibyte the body goes out in another way."""
    note = "Weight 1.5 kg. " * 100_000

    async def run() -> None:
        model = build_model(parse_spec(model_server.spec()), client_options=FAST)
        try:
            await Agent(model).run(note)
        finally:
            await close_model(model)

    model_server.script = in_turn(HttpError(500), TextReply("ok"))
    asyncio.run(run())
    assert [record.request.prompt for record in model_server.records] == [note, note]
