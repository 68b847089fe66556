"""The mock model server of measurements: what it answers, counts and lets fail."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel

from agents.critic import Critique
from agents.executor import Program
from agents.extraction import Extraction
from perf.measuring import LOOPBACK, MeasuringError, Mock, measure, mock_server
from prompts.loader import load

OUTPUTS: dict[str, type[BaseModel]] = {"extract_open": Extraction, "execute": Program, "critique": Critique}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with mock_server("--latency", "0.02") as server:
        yield server


@pytest.fixture(autouse=True)
def _forget(mock: Mock) -> None:
    mock.reset()


def request(prompt: str, **more: object) -> bytes:
    messages = [{"role": "system", "content": load(prompt).instructions}, {"role": "user", "content": "…"}]
    return json.dumps({"model": "mock", "messages": messages, **more}).encode()


def post(mock: Mock, body: bytes) -> dict[str, Any]:
    with LOOPBACK.open(f"{mock.url}/chat/completions", data=body, timeout=10) as reply:
        return dict(json.load(reply))


@pytest.mark.parametrize("prompt", OUTPUTS)
def test_each_role_gets_an_answer_that_its_output_model_takes(mock: Mock, prompt: str) -> None:
    reply = post(mock, request(prompt))
    OUTPUTS[prompt].model_validate_json(reply["choices"][0]["message"]["content"])
    assert reply["usage"]["total_tokens"] > 0


@pytest.mark.parametrize("prompt", OUTPUTS)
def test_where_a_tool_is_offered_the_answer_is_a_call_of_it(mock: Mock, prompt: str) -> None:
    reply = post(mock, request(prompt, tools=[{"type": "function"}]))
    (call,) = reply["choices"][0]["message"]["tool_calls"]
    OUTPUTS[prompt].model_validate_json(call["function"]["arguments"])
    assert call["function"]["name"] == OUTPUTS[prompt].__name__


def test_requests_are_counted_by_role_and_by_how_many_were_in_flight(mock: Mock) -> None:
    threads = [threading.Thread(target=post, args=(mock, request("execute"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post(mock, request("critique"))
    stats = mock.stats()
    assert stats["roles"] == {"executor": 3, "critic": 1}
    assert 1 <= stats["most_in_flight"] <= 3
    assert stats["seconds"] >= 0.04  # two that cannot have been at once


def test_a_request_may_come_in_pieces_and_the_next_on_the_same_connection(mock: Mock) -> None:
    connection = http.client.HTTPConnection(urlsplit(mock.url).netloc, timeout=10)
    body = request("critique")
    for _ in range(2):
        connection.putrequest("POST", "/v1/chat/completions")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body[:100])
        connection.send(body[100:])
        assert connection.getresponse().read().startswith(b'{"id": "chatcmpl-')
    connection.close()
    assert mock.stats()["roles"] == {"critic": 2}


def test_failures_come_at_the_shares_that_were_asked_for_and_are_no_replies(mock: Mock) -> None:
    with mock_server("--latency", "0", "--fail", "429=0.5", "--fail", "500=0.5") as failing:
        codes = []
        for _ in range(20):
            with pytest.raises(urllib.error.HTTPError) as caught:
                post(failing, request("critique"))
            codes.append(caught.value.code)
            caught.value.close()
        assert failing.stats()["replies"] == 0
    assert set(codes) == {429, 500}


def test_more_than_the_limit_in_flight_is_refused(mock: Mock) -> None:
    with mock_server("--latency", "0", "--limit", "0") as full:
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(full, request("critique"))
        assert caught.value.headers["retry-after"] == "1"
        caught.value.close()


def test_a_command_that_takes_too_long_is_ended_and_one_that_fails_is_told_of(
    mock: Mock, tmp_path: Path
) -> None:
    with pytest.raises(MeasuringError, match="not done after 0 s"):
        measure([["sleep", "60"]], mock, log=tmp_path / "log", timeout=0.2)
    with pytest.raises(MeasuringError, match=r"exit code 3.*broken"):
        measure([["sh", "-c", "echo broken >&2; exit 3"]], mock, log=tmp_path / "log", timeout=10)


def test_a_line_is_logged_for_each_request_in_the_order_in_which_they_ended(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with mock_server("--latency", "0", "--log", str(log)) as server:
        for prompt in ("critique", "critique", "execute"):
            post(server, request(prompt))
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["n"], line["what"], line["reply"]) for line in lines] == [
        (1, "200", 1),
        (2, "200", 2),
        (3, "200", 3),
    ]
    hashes = [line["sha256"] for line in lines]
    assert hashes[0] == hashes[1] != hashes[2]
