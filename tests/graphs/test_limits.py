"""Limits on the command line: what a server sees of them, that a run keeps them, what is said of costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store.store import Store
from tests.console.harness import FAST_HTTP, ONE_VOTE, Desk
from tests.graphs import scripts
from tests.model_server.protocol import chat_body
from tests.model_server.replies import GarbageReply, Reply, ServerRequest, Slow
from tests.model_server.scripts import AtMost

MANY = tuple(scripts.bmi(f"bmi-{number}", 50 + number, 170, "20") for number in range(30))


def kept(desk: Desk) -> dict[str, object]:
    """The limits among the settings of the latest run."""
    with Store.open(desk.store, read_only=True) as store:
        client = store.latest_run().settings["client"]
    assert isinstance(client, dict)
    limits = client["limits"]
    assert isinstance(limits, dict)
    return dict(limits)


def test_a_cap_holds_whatever_is_in_flight_and_a_run_keeps_it(desk: Desk) -> None:
    desk.server.script = script = AtMost(desk.server, 3, lambda request: Slow(0.005, scripts.agents(request)))
    result = desk.relabel(*ONE_VOTE, "--max-requests", "3", "--rpm", "60000", rows=MANY[:12])
    assert result.code == 0
    assert script.most == 3
    assert kept(desk) == {"max_requests": 3, "rpm": 60000.0, "tpm": None}


def test_a_resumed_run_goes_on_with_its_limits_or_others(desk: Desk) -> None:
    few = ("--max-requests", "1", "--tpm", "1000000", "--token-budget", "100", "--concurrency", "4")
    assert desk.relabel(*ONE_VOTE, *few, rows=MANY[:20]).code == 4
    desk.server.script = script = AtMost(desk.server, 1, lambda request: Slow(0.005, scripts.agents(request)))
    assert desk.resume("--token-budget", "6000").code == 4
    assert script.most == 1
    desk.server.script = free = AtMost(desk.server, 99, lambda request: Slow(0.05, scripts.agents(request)))
    assert desk.resume("--no-budget", "--max-requests", "0").code == 0
    assert free.most > 1


def test_without_a_number_more_instances_are_begun_as_the_server_takes_more(desk: Desk) -> None:
    """16, and as many as the account takes: 20 at first. Each has one request at a time."""
    desk.server.script = script = AtMost(desk.server, 999, lambda request: Slow(0.2, scripts.agents(request)))
    assert desk.relabel(*ONE_VOTE, rows=MANY).code == 0
    assert 16 <= script.most <= 30


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    """A dollar per thousand tokens."""
    path = tmp_path / "prices.yaml"
    price = {"input_usd_per_mtok": 1000, "output_usd_per_mtok": 1000}
    path.write_text(json.dumps({"scripted": price}), encoding="utf-8")
    return path


def test_a_budget_that_will_not_last_is_told_once_and_status_says_what_the_whole_costs(
    desk: Desk, prices: Path
) -> None:
    limited = (*ONE_VOTE, "--prices", str(prices), "--budget", "30", "--concurrency", "2")
    result = desk.relabel(*limited, rows=MANY)
    assert result.code == 4
    assert result.err.count("more than its budget of $30.00") == 1
    forecast = result.json["forecast"]
    whole = desk.resume("--budget", "1000").json
    assert whole["forecast"] is None, "nothing is open"
    low, high = forecast["ci95"]
    assert low <= forecast["cost"] <= high
    assert forecast["cost"] == pytest.approx(whole["cost"], rel=0.05)
    assert desk("status", "--json").json["cost"] == whole["cost"]


@pytest.mark.slow
def test_a_token_budget_that_will_not_last_is_told_and_one_that_does_is_not(desk: Desk) -> None:
    some = (*ONE_VOTE, "--concurrency", "2")
    short = desk.relabel(*some, "--token-budget", "30000", rows=MANY)
    assert short.code == 4
    assert short.err.count("more than its budget of 30,000 tokens") == 1
    ample = desk("relabel", desk.benchmark(*MANY), "--model", desk.spec(), *FAST_HTTP, *some, "--new-run",
                 "--token-budget", "900000")  # fmt: skip
    assert ample.code == 0
    assert "more than its budget" not in ample.err


def test_a_use_that_cannot_be_true_is_unknown_and_spoils_no_sum(desk: Desk, prices: Path) -> None:
    def script(request: ServerRequest) -> Reply:
        body = chat_body(request, scripts.agents(request))  # type: ignore[arg-type]
        body["usage"] = {"prompt_tokens": 10**400, "completion_tokens": 1, "total_tokens": 10**400 + 1}
        return GarbageReply(json.dumps(body).encode())

    found = desk.relabel(*ONE_VOTE, "--prices", str(prices), "--tpm", "1e6", rows=MANY[:1], script=script)
    assert found.code == 0, found.err
    assert (found.json["cost"], found.json["price_known"]) == (0, False)
    assert desk("status").code == 0
