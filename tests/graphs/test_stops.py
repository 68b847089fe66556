"""When a run ends early (server gone, refused, budget reached), and that resuming pays nothing twice."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from tests.console.harness import FAST_HTTP, ONE_VOTE, Desk
from tests.graphs import scripts
from tests.graphs.scripts import ROWS
from tests.model_server.replies import Dropped, HttpError, Reply, Script, ServerRequest
from tests.model_server.server import ModelServer, ThreadedServer

MANY = tuple(scripts.bmi(f"bmi-{number}", 50 + number, 170, "20") for number in range(40))


class FixedPort(ModelServer):
    """A server that comes back where another one was."""

    def __init__(self, port: int) -> None:
        super().__init__(scripts.agents, role_of=scripts.role_of)
        self._fixed = port

    async def start(self, port: int = 0) -> None:
        await super().start(self._fixed)


def failing_after(count: int, reply: Reply) -> Script:
    """Right agents for so many requests, then always this."""
    left = iter(range(count))
    return lambda request: scripts.agents(request) if next(left, None) is not None else reply


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_account_stops_the_run_at_once(desk: Desk, status: int) -> None:
    """The message is the server's; what is not started is not failed, and all of it can be resumed."""
    script = failing_after(20, HttpError(status, "this key opens nothing", code="invalid_api_key"))
    result = desk.relabel(*ONE_VOTE, "--concurrency", "2", rows=MANY, script=script)
    assert result.code == 1
    assert f"HTTP {status}" in result.err
    assert "this key opens nothing" in result.err
    facts = result.json
    assert facts["ending"] == "stopped"
    assert facts["state"] == "drained"
    assert facts["committed"] in (9, 10), "two instances share 20 replies"
    assert facts["failed"] in (1, 2)
    assert facts["pending"] == 40 - facts["committed"] - facts["failed"]
    requests = desk.roles()
    assert sum(requests.values()) == 20 + facts["call_errors"]
    assert facts["call_errors"] in (1, 2)
    desk.server.script = scripts.agents
    again = desk.resume()
    assert again.code == 0
    assert again.json["committed"] == 40
    assert sum(desk.roles().values()) == 80 - 20


def test_a_server_that_drops_everything_stops_the_run(desk: Desk) -> None:
    """After 20 instances in a row without a reply nothing more is started."""
    rows, attempts = MANY, ("--attempts", "1")
    result = desk.relabel(*ONE_VOTE, "--concurrency", "2", *attempts, rows=rows, script=lambda _: Dropped())
    assert result.code == 1
    assert "20 instances in a row" in result.err
    assert result.json["failed"] in (20, 21)
    assert result.json["pending"] == 40 - result.json["failed"]
    assert sum(desk.roles().values()) == result.json["failed"]
    desk.server.script = scripts.agents
    assert desk.resume().json["committed"] == 40


def test_hiccups_between_replies_do_not_add_up(desk: Desk) -> None:
    """Every second instance fails: that is 20 of 40, but never two in a row."""

    def script(request: ServerRequest) -> Reply:
        weight = int(float(scripts.extraction(scripts.task_text(request))["inputs"][0]["value"]))
        return HttpError(500) if weight % 2 == 0 else scripts.agents(request)

    one_by_one = ("--attempts", "1", "--concurrency", "1")
    result = desk.relabel(*ONE_VOTE, *one_by_one, rows=MANY, script=only_extractions(script))
    assert result.json["ending"] == "finished"
    assert (result.json["failed"], result.json["committed"]) == (20, 20)


def only_extractions(script: Script) -> Script:
    """The script for extractions, right agents for the rest."""
    return lambda r: script(r) if scripts.role_of(r) == "Extraction" else scripts.agents(r)


def test_no_server_at_all_and_then_one(desk: Desk) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    source = desk.benchmark(*MANY[:25])
    spec = f"openai-chat:scripted@http://127.0.0.1:{port}/v1"
    fast = (*FAST_HTTP, "--attempts", "1")
    result = desk("relabel", source, "--model", spec, *ONE_VOTE, *fast, "--concurrency", "1", "--json")
    assert result.code == 1
    assert "ConnectError" in result.err
    assert (result.json["failed"], result.json["pending"]) == (20, 5)
    with ThreadedServer(FixedPort(port)) as server:
        assert desk.resume().json["committed"] == 25
        assert server.count == 50
    assert desk("verify").code == 0


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A dollar per thousand tokens, so that a call costs about 0.6 USD."""
    path = tmp_path / "prices.yaml"
    price = {"input_usd_per_mtok": 1000, "output_usd_per_mtok": 1000}
    path.write_text(json.dumps({"scripted": price}), encoding="utf-8")
    return path


def test_a_budget_stops_the_run_and_a_higher_one_completes_it(desk: Desk, prices: Path) -> None:
    limited = ("--prices", str(prices), "--budget", "5", "--concurrency", "1")
    result = desk.relabel("--votes", "2", "--max-votes", "2", *limited)
    assert result.code == 4
    assert "budget" in result.err
    facts = result.json
    assert (facts["ending"], facts["state"], facts["failed"]) == ("budget", "drained", 0)
    assert 5 <= facts["cost"] < 5 + 2 * 2, "exceeded by more than what was in flight"
    assert facts["pending"] > 0
    first = sum(desk.roles().values())
    assert first == facts["calls"] < scripts.calls(2)
    again = desk.resume(*limited)
    assert again.code == 4
    assert desk.roles() == {}, "a spent budget pays for nothing"
    more = desk.resume("--prices", str(prices), "--budget", "1000")
    assert more.code == 0
    assert more.json["committed"] == 14
    assert first + sum(desk.roles().values()) == scripts.calls(2)
    assert more.json["price_known"] is True


def test_what_a_budget_cut_short_tells_nothing_of_the_whole_cost(desk: Desk, prices: Path) -> None:
    """The threads that it stops have taken a part of what they will take."""
    result = desk.relabel("--prices", str(prices), "--budget", "5", "--concurrency", "40", rows=MANY)
    assert result.code == 4
    assert result.json["committed"] == 0
    assert "at this rate" not in result.err


def test_a_token_budget_stops_the_run_and_a_higher_one_completes_it(desk: Desk) -> None:
    """It needs no prices; what was answered is not asked again."""
    result = desk.relabel("--votes", "2", "--max-votes", "2", "--token-budget", "5000", "--concurrency", "1")
    assert result.code == 4
    assert "of a token budget of 5,000" in result.err
    facts = result.json
    assert (facts["ending"], facts["state"], facts["failed"]) == ("budget", "drained", 0)
    assert facts["pending"] > 0
    first = sum(desk.roles().values())
    assert desk.resume().code == 4, "a run keeps its token budget"
    assert desk.roles() == {}, "a spent budget pays for nothing"
    assert desk.resume("--no-budget").json["committed"] == 14
    assert first + sum(desk.roles().values()) == scripts.calls(2)


@pytest.mark.parametrize("command", ["relabel", "resume"])
def test_a_budget_without_prices_is_refused_before_any_call(desk: Desk, command: str) -> None:
    if command == "resume":
        desk.relabel(*ONE_VOTE, rows=ROWS[:1], script=lambda _: HttpError(401))
        desk.roles()
        result = desk.resume("--budget", "5")
    else:
        result = desk.relabel(*ONE_VOTE, "--budget", "5", rows=ROWS[:1])
    assert result.code == 2
    assert desk.spec() in result.err
    assert "--prices" in result.err
    assert desk.roles() == {}
    assert command == "resume" or not desk.store.exists()


def test_a_budget_needs_no_prices_for_what_is_free(desk: Desk) -> None:
    source = desk.benchmark(*ROWS[:2])
    assert desk("relabel", source, "--model", "offline", "--budget", "0.01").code == 0


def test_a_reply_without_usage_ends_a_run_with_a_budget(desk: Desk, prices: Path) -> None:
    """What it cost is unknown, so that the budget could not be kept; it is not taken as free."""
    desk.server.script = scripts.agents
    source, tariff = desk.benchmark(*ROWS[:4]), ("--prices", prices, "--budget", "100")
    with ThreadedServer(WithoutUsage(scripts.agents, role_of=scripts.role_of)) as server:
        spec = server.spec("scripted")
        result = desk(
            "relabel", source, "--model", spec, *ONE_VOTE, *FAST_HTTP, *tariff, "--concurrency", "1"
        )
        assert result.code == 4
        assert "without usage" in result.err
        assert server.count == 1
        assert desk.resume().code == 4, "a run keeps its budget"
        again = server.count
        assert desk.resume("--no-budget").code == 0
        assert server.count == 8
        assert again == 1, "what is spent is not known: no further reply is risked"


class WithoutUsage(ModelServer):
    """A server that does not count tokens, as some local ones."""

    async def _send(self, http, request, reply, record):  # type: ignore[no-untyped-def]
        from aiohttp import web

        from tests.model_server.protocol import chat_body

        body = chat_body(request, reply)
        del body["usage"]
        record.status, record.delivered = 200, True
        return web.json_response(body)


def test_a_run_is_not_resumed_at_another_address(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is part of the contract, also where it came from the environment."""
    monkeypatch.setenv("OPENAI_BASE_URL", desk.server.base_url)
    source = desk.benchmark(ROWS[0])
    desk.server.script = lambda _: HttpError(401)
    options = ("--model", "openai-chat:scripted", *ONE_VOTE, *FAST_HTTP)
    assert desk("relabel", source, *options).code == 1
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    result = desk.resume()
    assert result.code == 2
    assert "127.0.0.1:9" in result.err
    monkeypatch.setenv("OPENAI_BASE_URL", desk.server.base_url)
    desk.server.script = scripts.agents
    assert desk.resume().code == 0
