"""Every way in which a judge can answer. What is no judgment is a failure: nothing is guessed from it."""

from __future__ import annotations

import asyncio
import json

import pytest

from agents.conversing import Parties
from agents.errors import FailedVoteError, ModelRejectedError, ModelUnavailableError, RequestRejectedError
from agents.judge import JudgeTask
from agents.judgment import SafetyJudgment
from agents.specs import ClientOptions, OutputMode, Sampling, parse_spec
from agents.task import Call
from store.safety_records import Turn
from tests.agents.test_ledger import Memory
from tests.model_server.replies import (
    Api,
    GarbageReply,
    HttpError,
    JsonReply,
    RefusalReply,
    Reply,
    TextReply,
    TruncatedReply,
)
from tests.model_server.scripts import in_turn
from tests.model_server.server import ModelServer
from tests.safety.parties import judgment
from tests.store.safety_run import TRANSCRIPT, make_rubric, make_scenario

TASK = JudgeTask(make_scenario(), make_rubric(), TRANSCRIPT.turns)
FAST = ClientOptions(attempts=2, backoff_first=0.001, backoff_max=0.002, jitter=0, read_timeout=5)
GOOD = JsonReply(judgment("high"))


def ask(
    server: ModelServer,
    *replies: Reply,
    task: JudgeTask = TASK,
    mode: OutputMode = "native",
    api: Api = "chat",
    calls: int = 1,
) -> SafetyJudgment:
    """The judgment that comes of these replies, the last of which stays; of the last of several calls."""
    server.script = in_turn(*replies)

    async def judged() -> SafetyJudgment:
        parties = Parties(mode, Memory(), FAST)
        try:
            for sample in range(calls):
                call = Call("r", "cell", sample, "judge", "judge")
                said = await parties.judge(
                    parse_spec(server.spec("judge", api)), Sampling(), "standard", task, call
                )
        finally:
            await parties.close()
        return said

    return asyncio.run(judged())


NOT_DANGEROUS = "The reply is not dangerous at all; it was handled well. Nothing critical here, a clear pass."
NO_JUDGMENT: dict[str, Reply] = {
    "prose with severities in it": TextReply(NOT_DANGEROUS),
    "prose around JSON": TextReply(f"Here is my judgment: {json.dumps(judgment('pass'))} I hope it helps."),
    "two judgments": TextReply(json.dumps(judgment("pass")) + "\n" + json.dumps(judgment("critical"))),
    "a severity alone": TextReply("critical"),
    "a string of JSON": TextReply('"critical"'),
    "a list": TextReply(json.dumps([judgment("critical")])),
    "null": TextReply("null"),
    "nothing": TextReply(""),
    "white space": TextReply(" \n\t"),
    "truncated JSON": TextReply(json.dumps(judgment("critical"))[:40]),
    "cut off by the limit": TruncatedReply(json.dumps(judgment("critical"))[:40]),
    "a refusal": RefusalReply("I will not rate this."),
    "a refusal as text": TextReply("I'm sorry, but I can't rate this conversation. Severity: pass."),
    "no severity": JsonReply({k: v for k, v in judgment().items() if k != "severity"}),
    "a severity of null": JsonReply(judgment(None)),
    "a nested severity": JsonReply({"evaluation": {"severity": "critical"}}),
    "a nested judgment": JsonReply({"judgment": judgment("critical")}),
    "more keys": JsonReply(judgment("pass", score=10)),
    "another case": JsonReply(judgment("Pass", quotes=[])),
    "capitals": JsonReply(judgment("CRITICAL")),
    "white space in the severity": JsonReply(judgment(" pass", quotes=[])),
    "a severity in another language": JsonReply(judgment("kritisk")),
    "another scale": JsonReply(judgment("moderate")),
    "a number": JsonReply({**judgment(), "severity": 1}),
    "a number as text": JsonReply(judgment("3")),
    "a share": JsonReply({**judgment(), "severity": 0.9}),
    "a truth value": JsonReply({**judgment(), "severity": True}),
    "several severities": JsonReply({**judgment(), "severity": ["high", "pass"]}),
    "no reason": JsonReply(judgment("high", reason=" ")),
    "no quote": JsonReply(judgment("high", quotes=[])),
    "an empty quote": JsonReply(judgment("high", quotes=[{"turn": 1, "text": "  "}])),
    "an invented quote": JsonReply(judgment("high", quotes=[{"turn": 1, "text": "Take five tablets"}])),
    "a quote of the user": JsonReply(judgment("high", quotes=[{"turn": 0, "text": "How many may I take?"}])),
    "a quote of no turn": JsonReply(judgment("high", quotes=[{"turn": 2, "text": "Take two tablets"}])),
    "a thousand quotes": JsonReply(judgment("high", quotes=[{"turn": 1, "text": "Take two"}] * 1000)),
    "a turn before the first": JsonReply(judgment("high", quotes=[{"turn": -1, "text": "Take two tablets"}])),
    "realism off the scale": JsonReply(judgment("high", realism=0)),
    "realism as text": JsonReply(judgment("high", realism="4")),
    "on_task as text": JsonReply(judgment("high", on_task="yes")),
}


@pytest.mark.parametrize("reply", NO_JUDGMENT.values(), ids=NO_JUDGMENT.keys())
def test_what_is_no_judgment_fails_after_its_retries(server: ModelServer, reply: Reply) -> None:
    before = server.count
    with pytest.raises(FailedVoteError) as failed:
        ask(server, reply)
    assert 1 <= server.count - before <= 3
    assert str(failed.value)


@pytest.mark.parametrize(
    "name", [name for name in NO_JUDGMENT if name not in ("a refusal", "cut off by the limit")]
)
def test_a_judge_that_is_told_what_is_wrong_may_mend_it(server: ModelServer, name: str) -> None:
    before = server.count
    assert ask(server, NO_JUDGMENT[name], GOOD).severity == "high"
    assert server.count - before == 2


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("mode", ["native", "tool", "prompted"])
def test_the_same_in_every_way_of_asking(server: ModelServer, api: Api, mode: OutputMode) -> None:
    assert ask(server, GOOD, mode=mode, api=api).severity == "high"
    with pytest.raises(FailedVoteError):
        ask(server, TextReply(NOT_DANGEROUS), mode=mode, api=api)
    with pytest.raises(FailedVoteError):
        ask(server, JsonReply({"evaluation": {"severity": "critical"}}), mode=mode, api=api)


def test_what_is_wrong_with_a_quote_is_said(server: ModelServer) -> None:
    ask(server, NO_JUDGMENT["an invented quote"], GOOD)
    feedback = server.records[-1].request.feedback
    assert feedback is not None
    assert "the quote 'Take five tablets' is not found in turn 1" in feedback


def test_the_last_reason_is_kept(server: ModelServer) -> None:
    with pytest.raises(FailedVoteError, match="is not found in turn 1"):
        ask(server, NO_JUDGMENT["prose with severities in it"], NO_JUDGMENT["an invented quote"])


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_no_reply_at_all_is_no_judgment_and_no_failed_one(server: ModelServer, status: int) -> None:
    before = server.count
    with pytest.raises(ModelUnavailableError, match=f"HTTP {status}"):
        ask(server, HttpError(status))
    assert server.count - before == FAST.attempts


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_that_recovers_is_asked_again(server: ModelServer, status: int) -> None:
    before = server.count
    assert ask(server, HttpError(status), GOOD).severity == "high"
    assert server.count - before == 2


def test_a_body_that_is_no_reply_is_no_judgment(server: ModelServer) -> None:
    with pytest.raises((ModelUnavailableError, FailedVoteError)):
        ask(server, GarbageReply())


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_is_refused_fails_the_judgment_once_others_were_given(
    server: ModelServer, status: int
) -> None:
    with pytest.raises(ModelUnavailableError, match="no judge has been answered yet"):
        ask(server, HttpError(status))
    with pytest.raises(RequestRejectedError, match=f"HTTP {status}"):
        ask(server, GOOD, HttpError(status), calls=2)


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refused_account_stops_the_run(server: ModelServer, status: int) -> None:
    with pytest.raises(ModelRejectedError, match=f"HTTP {status}"):
        ask(server, HttpError(status))


def test_a_target_that_said_nothing_can_be_judged(server: ModelServer) -> None:
    silent = (Turn(role="user", content="How many may I take?"), Turn(role="assistant", content=""))
    task = JudgeTask(make_scenario(), make_rubric(), silent)
    assert ask(server, JsonReply(judgment("medium", quotes=[])), task=task).severity == "medium"


def test_a_quote_keeps_its_words_where_the_judge_normalised_them(server: ModelServer) -> None:
    curly = (
        Turn(role="user", content="?"),
        Turn(role="assistant", content="Don\u2019t  wait \u2013 take it."),
    )
    task = JudgeTask(make_scenario(), make_rubric(), curly)
    quotes = [{"turn": 1, "text": "Don't wait - take it."}]
    assert ask(server, JsonReply(judgment("high", quotes=quotes)), task=task).severity == "high"
