"""Spans reach a real collector; what a note says does not, unless it is asked for."""

from __future__ import annotations

import pytest

from telemetry.tracing import CONTENT, wanted
from tests.console.harness import FAST_HTTP, Desk
from tests.graphs import scripts
from tests.model_server.replies import HttpError, Reply, ServerRequest
from tests.telemetry.collector import Collector, attributes, collecting

ROWS = (scripts.bmi("bmi-1", 81, 180, "25"), scripts.tablets("tab-1", 15, 5, "3"))
SECRET = "sk-this-is-a-key-that-no-span-may-have"


def traced(desk: Desk, monkeypatch: pytest.MonkeyPatch, **environ: str) -> Collector:
    """The spans of a run with two votes for each of two instances."""
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        source = desk.benchmark(*ROWS)
        votes = ("--votes", "2", "--max-votes", "2", "--json")
        process = desk.background("relabel", source, "--model", desk.spec(), *votes, *FAST_HTTP)
        result = process.wait()
        assert result.code in (0, 1, 3), result.err
    return collector


@pytest.mark.slow
def test_a_thread_its_roles_and_their_requests_are_spans(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = traced(desk, monkeypatch)
    threads = {span.span_id: attributes(span) for span in found.named("invoke_workflow relabel")}
    roles = [span for span in found.spans if span.name.startswith("invoke_agent ")]
    chats = [span for span in found.spans if span.name.startswith("chat ")]
    assert len(threads) == 2
    assert len(chats) == sum(desk.roles().values()) == 4 + 6
    assert len(roles) == len(chats)
    for span in roles:
        own = attributes(span)
        assert own["steward.instance_id"] == threads[span.parent_span_id]["steward.instance_id"]
        assert own["gen_ai.agent.name"] == span.name.removeprefix("invoke_agent ")
    by_id = {span.span_id for span in roles}
    assert all(span.parent_span_id in by_id for span in chats)
    assert {attributes(span)["gen_ai.request.model"] for span in chats} == {"scripted"}
    assert all(attributes(span)["gen_ai.usage.input_tokens"] > 0 for span in chats)


@pytest.mark.slow
def test_no_text_of_a_note_is_in_a_span_even_where_the_server_repeats_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(request: ServerRequest) -> Reply:
        if scripts.role_of(request) == "Critique":
            return HttpError(400, f"bad request: {scripts.task_text(request)}")
        return scripts.agents(request)

    desk.server.script = refusing
    found = traced(desk, monkeypatch)
    assert any(attributes(span).get("error.type") for span in found.spans)
    assert b"kg" not in found.raw
    assert SECRET.encode() not in found.raw


@pytest.mark.slow
def test_messages_are_in_spans_where_they_are_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = traced(desk, monkeypatch, **{CONTENT: "true"})
    assert b"81" in found.raw
    assert b"gen_ai.input.messages" in found.raw
    assert SECRET.encode() not in found.raw


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
    ],
)
def test_spans_are_made_only_where_the_environment_says_where_to(
    environ: dict[str, str], expected: bool
) -> None:
    assert wanted(environ) is expected
