"""The transport takes a slot for every attempt: what a real server with limits of its own then sees."""

from __future__ import annotations

import asyncio

import pytest
from pydantic_ai import Agent

from agents.limiter import LimiterState, limiters
from agents.models import build_model, close_model
from agents.specs import ClientOptions, Limits, parse_spec
from tests.model_server.replies import HttpError, Slow, TextReply
from tests.model_server.scripts import AtMost, always, in_turn
from tests.model_server.server import ModelServer

OPTIONS = ClientOptions(attempts=8, backoff_first=0.05, jitter=0.05, read_timeout=5)
GOOD = TextReply("ok")


def ask(
    server: ModelServer, count: int, options: ClientOptions = OPTIONS, names: tuple[str, ...] = ("m",)
) -> LimiterState:
    """So many requests at once, spread over models of one account; how the account stands after them."""

    async def run() -> LimiterState:
        models = [build_model(parse_spec(server.spec(name)), client_options=options) for name in names]
        try:
            agents = [Agent(model) for model in models]
            await asyncio.gather(*(agents[i % len(agents)].run(f"Say {i}") for i in range(count)))
            (limiter,) = limiters()
            return limiter.state()
        finally:
            for model in models:
                await close_model(model)

    return asyncio.run(run())


def test_a_server_with_a_limit_gets_few_requests_too_many(model_server: ModelServer) -> None:
    model_server.script = script = AtMost(model_server, 15, always(Slow(0.5, GOOD)))
    state = ask(model_server, 40)
    statuses = [record.status for record in model_server.records]
    assert statuses.count(200) == 40
    assert 15 < script.most <= 40, "it begins with 20, and may double once"
    assert 1 <= statuses.count(429) == state.rejected <= 40
    assert (state.in_flight, state.waiting, state.requests) == (0, 0, model_server.count)
    assert 8 <= state.limit <= 32
    assert state.told() == f"limit {state.limit} ({state.reason})"


def test_models_of_one_account_share_a_cap(model_server: ModelServer) -> None:
    model_server.script = AtMost(model_server, 3, always(Slow(0.02, GOOD)))
    options = OPTIONS.model_copy(update={"limits": Limits(max_requests=3)})
    state = ask(model_server, 20, options, names=("one", "two"))
    assert model_server.script.most == 3
    assert (state.limit, state.reason, state.rejected) == (3, "cap", 0)


def test_a_pause_holds_requests_that_were_not_rejected(model_server: ModelServer) -> None:
    model_server.script = in_turn(HttpError(429, retry_after="1"), GOOD)
    options = OPTIONS.model_copy(update={"limits": Limits(max_requests=1)})
    ask(model_server, 3, options)
    first, *others = model_server.records
    assert [record.status for record in others] == [200] * 3
    assert all(record.arrived - (first.finished or 0) >= 0.95 for record in others)


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_tokens_that_replies_report_free_what_was_estimated(model_server: ModelServer, api: str) -> None:
    """Of 6,000 a minute the first reply is taken to need some 600, which would be six seconds of waiting."""
    model_server.script = always(GOOD)
    options = OPTIONS.model_copy(update={"limits": Limits(max_requests=1, tpm=6000)})

    async def run() -> float:
        spec = parse_spec(model_server.spec(api="chat" if api == "chat" else "responses"))
        model = build_model(spec, client_options=options)
        try:
            started = asyncio.get_running_loop().time()
            for _ in range(4):
                await Agent(model).run("Say it")
            return asyncio.get_running_loop().time() - started
        finally:
            await close_model(model)

    assert asyncio.run(run()) < 3
