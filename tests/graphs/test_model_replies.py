"""Every way in which a model or its server can answer, through the whole graph, with requests counted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from agents.specs import OutputMode
from answers.model import NumberAnswer
from tests.console.harness import ONE_VOTE, Desk
from tests.graphs import scripts
from tests.graphs.scripts import ANSWERS, ROWS, instead
from tests.model_server.replies import (
    SCHEMA_VIOLATION,
    Api,
    Dropped,
    GarbageReply,
    HttpError,
    RefusalReply,
    Reply,
    ServerRequest,
    Slow,
    TextReply,
    TruncatedReply,
)
from tests.model_server.scripts import in_turn

ONE = (ROWS[0],)
FIVE_VOTES = ("--stated-error", "none", "--seed", "0")
BAD_QUOTE = "weighs 999 kg"

every_api = pytest.mark.parametrize("api", ["chat", "responses"])


def misquoting(request: ServerRequest) -> dict[str, Any]:
    """The right extraction with a quote that the note does not have."""
    found = scripts.extraction(scripts.task_text(request))
    found["inputs"][0]["quote"] = BAD_QUOTE
    return found


def misquoting_once(request: ServerRequest) -> dict[str, Any] | None:
    """A bad quote at first; the second time right, if the client said what was wrong."""
    if request.feedback is None:
        return misquoting(request)
    assert BAD_QUOTE in request.feedback
    assert "not found in the context" in request.feedback
    return None


@every_api
@pytest.mark.parametrize("mode", ["native", "tool"])
def test_right_agents_label_the_whole_benchmark(desk: Desk, api: Api, mode: OutputMode) -> None:
    """14 instances, 13 of them answered: every label is right and no request is one too many."""
    result = desk.relabel("--votes", "2", "--max-votes", "2", "--output-mode", mode, api=api)
    assert result.code == 0, result.err
    facts = result.json
    assert (facts["confirmed"], facts["revised"], facts["incomputable"]) == (9, 4, 1)
    assert (facts["committed"], facts["awaiting_review"], facts["failed"]) == (14, 0, 0)
    assert desk.roles() == {"Critique": 28, "Extraction": 28, "Program": 4}
    assert facts["calls"] == scripts.calls(2)
    for name, right in ANSWERS.items():
        label = desk.label(name)
        assert label is not None
        assert label.answer is not None
        if right is None:
            assert label.answer.kind == "incomputable"
            assert label.answer.missing == ("albumin",)
        else:
            assert isinstance(label.answer, NumberAnswer)
            assert label.answer.value == pytest.approx(right, abs=0.005)


def test_prompted_output_needs_no_schema_support(desk: Desk) -> None:
    """Roles are told by the system text, since a prompted request has neither schema nor tool."""

    def script(request: ServerRequest) -> Reply:
        assert (request.schema, request.tools) == (None, ())
        answer = scripts.accept if "check a derivation" in request.system else scripts.extraction
        return TextReply(f"```json\n{json.dumps(answer(scripts.task_text(request)))}\n```")

    assert desk.relabel(*ONE_VOTE, "--output-mode", "prompted", rows=ONE, script=script).code == 0


@every_api
@pytest.mark.parametrize("mode", ["native", "tool"])
def test_a_bad_quote_is_sent_back_and_mended(desk: Desk, api: Api, mode: OutputMode) -> None:
    script = instead("Extraction", misquoting_once)
    result = desk.relabel(*ONE_VOTE, "--output-mode", mode, rows=ONE, api=api, script=script)
    assert result.json["confirmed"] == 1
    assert desk.roles() == {"Critique": 1, "Extraction": 2}
    calls = [(call.role, call.attempt_no) for call in desk.calls("bmi-1")]
    assert calls == [("extractor", 1), ("extractor", 2), ("critic", 1)]
    trace = desk("trace", "bmi-1").out
    assert "extractor extract v1 again" in trace
    assert "not found in the context" in trace
    (vote,) = desk.votes("bmi-1")
    assert vote.derivation is not None
    quotes = [value.evidence.quote for value in vote.derivation.inputs if value.evidence]
    assert quotes == ["weighs 81 kg", "height 180 cm"]


Failing = Reply | Callable[[ServerRequest], Any]
FAILURES: dict[str, tuple[Failing, dict[OutputMode, int], str]] = {
    "refusal": (RefusalReply(), {"native": 1, "tool": 1}, "I can't help with that"),
    # Native output that is cut is given up at once: the same limit would cut it again. Text in place of a
    # tool call cannot be told from chatter, and is asked for again.
    "truncated": (TruncatedReply(), {"native": 1, "tool": 3}, ""),
    "schema violation": (SCHEMA_VIOLATION, {"native": 3, "tool": 3}, "no_such_field"),
    "chatter": (TextReply("I would say 25."), {"native": 3, "tool": 3}, "retries (2)"),
    "bad quote": (misquoting, {"native": 3, "tool": 3}, BAD_QUOTE),
}


@every_api
@pytest.mark.parametrize("mode", ["native", "tool"])
@pytest.mark.parametrize("name", FAILURES)
def test_what_the_model_does_wrong_is_a_failed_vote(
    desk: Desk, name: str, api: Api, mode: OutputMode
) -> None:
    """Every reply is on record, the vote has no answer, and people are asked: nothing is made up."""
    given, requests, said = FAILURES[name]
    script = instead("Extraction", given if callable(given) else lambda _: given)
    result = desk.relabel(*ONE_VOTE, "--output-mode", mode, rows=ONE, api=api, script=script)
    assert result.code == 3
    assert (result.json["awaiting_review"], result.json["failed"]) == (1, 0)
    assert result.json["escalated"] == {"failed": 1}
    assert desk.roles() == {"Extraction": requests[mode]}
    assert [call.attempt_no for call in desk.calls("bmi-1")] == list(range(1, requests[mode] + 1))
    assert all(call.http_attempts == 1 for call in desk.calls("bmi-1"))
    (vote,) = desk.votes("bmi-1")
    assert vote.answer is None
    assert vote.failure is not None
    assert said in vote.failure
    assert desk.label("bmi-1") is None


def test_a_request_that_the_server_refuses_is_a_failed_vote_once_others_were_answered(desk: Desk) -> None:
    """A note that is too long, say: the set-up is right, since the same role has had replies."""
    too_long = HttpError(400, "too long")
    refused = instead("Extraction", lambda r: too_long if "weighs 50 kg" in r.prompt else None)
    result = desk.relabel(*ONE_VOTE, "--concurrency", "1", rows=ROWS[:2], script=refused)
    assert (result.code, result.json["failed"], result.json["escalated"]) == (3, 0, {"failed": 1})
    (vote,) = desk.votes("bmi-2")
    assert vote.failure is not None
    assert "too long" in vote.failure


def test_a_server_that_refuses_every_request_makes_no_votes(desk: Desk) -> None:
    """No role was ever answered: that is the set-up, and resuming with a better one asks again."""
    result = desk.relabel(*ONE_VOTE, rows=ONE, script=lambda _: HttpError(400, "response_format is unknown"))
    assert (result.code, result.json["failed"], result.json["awaiting_review"]) == (1, 1, 0)
    assert desk.votes("bmi-1") == ()
    assert "--output-mode" in desk("trace", "bmi-1").out
    desk.server.script = scripts.agents
    assert desk.resume().code == 0


def test_a_failed_vote_counts_in_the_denominator(desk: Desk) -> None:
    """One refusal among five votes: four agree, which is the 80% that are asked for."""
    refusing = instead("Extraction", lambda r: RefusalReply() if scripts.sample_of(r) == 2 else None)
    result = desk.relabel(*FIVE_VOTES, rows=ONE, script=refusing)
    assert result.code == 0
    label = desk.label("bmi-1")
    assert label is not None
    assert (label.agreement, label.n_votes) == (0.8, 5)
    assert desk.roles() == {"Critique": 4, "Extraction": 5}


HICCUPS: dict[str, tuple[Reply, str]] = {
    "429": (HttpError(429, retry_after="1"), "429"),
    "500": (HttpError(500), "500"),
    "503": (HttpError(503), "503"),
    "dropped": (Dropped(), ""),
    "dropped in the body": (Dropped("mid_body"), ""),
    "slow": (Slow(0.8, TextReply("too late")), ""),
}


@every_api
@pytest.mark.parametrize("name", HICCUPS)
def test_a_hiccup_of_the_server_is_retried_once(desk: Desk, name: str, api: Api) -> None:
    """One HTTP retry below the model, none above it: the vote does not notice."""
    began = time.monotonic()
    script = in_turn(HICCUPS[name][0], scripts.agents)
    result = desk.relabel(*ONE_VOTE, "--timeout", "0.3", rows=ONE, api=api, script=script)
    assert result.code == 0
    assert desk.roles() == {"Critique": 1, "Extraction": 2}
    assert [call.http_attempts for call in desk.calls("bmi-1")] == [2, 1]
    if name == "429":
        assert time.monotonic() - began >= 1, "Retry-After was not waited for"


@every_api
@pytest.mark.parametrize(
    "reply",
    [HttpError(429), HttpError(500), Dropped(), Slow(0.8, TextReply("too late"))],
    ids=["429", "500", "dropped", "slow"],
)
def test_a_server_that_stays_bad_fails_the_instance_and_resume_mends_it(
    desk: Desk, reply: Reply, api: Api
) -> None:
    """As many requests as `--attempts`, not their square; no vote, and nothing is lost."""
    result = desk.relabel(*ONE_VOTE, "--timeout", "0.3", rows=ONE, api=api, script=lambda _: reply)
    assert result.code == 1
    assert (result.json["failed"], result.json["call_errors"], result.json["calls"]) == (1, 1, 0)
    assert desk.roles() == {"Extraction": 3}
    assert [call.http_attempts for call in desk.calls("bmi-1")] == [3]
    assert desk.votes("bmi-1") == ()
    desk.server.script = scripts.agents
    again = desk.resume()
    assert again.code == 0
    assert (again.json["committed"], again.json["failed"], again.json["call_errors"]) == (1, 0, 1)
    assert desk.roles() == {"Critique": 1, "Extraction": 1}


def test_a_reply_that_is_no_protocol_is_not_an_answer(desk: Desk) -> None:
    result = desk.relabel(*ONE_VOTE, rows=ONE, script=lambda _: GarbageReply())
    assert result.code == 1
    assert desk.roles() == {"Extraction": 1}
    assert "decode" in desk("trace", "bmi-1").out


def test_one_sample_without_a_reply_keeps_the_others(desk: Desk) -> None:
    """Four samples have voted when the fifth finds no server; resuming asks for the fifth alone."""
    broken = instead("Extraction", lambda r: HttpError(500) if scripts.sample_of(r) == 4 else None)
    assert desk.relabel(*FIVE_VOTES, rows=ONE, script=broken).code == 1
    assert desk.roles() == {"Critique": 4, "Extraction": 4 + 3}
    assert len(desk.votes("bmi-1")) == 4
    desk.server.script = scripts.agents
    assert desk.resume().code == 0
    assert desk.roles() == {"Critique": 1, "Extraction": 1}
    assert len(desk.votes("bmi-1")) == 5


def test_a_failed_vote_stands_when_its_thread_runs_again(desk: Desk) -> None:
    """A refused request is not asked anew: what was voted on cannot change behind the label."""

    def script(request: ServerRequest) -> Reply:
        hit = scripts.role_of(request) == "Extraction" and "height 160" in scripts.task_text(request)
        if hit and scripts.sample_of(request) == 0:
            return HttpError(400, "no")
        return HttpError(500) if hit and scripts.sample_of(request) == 4 else scripts.agents(request)

    assert desk.relabel(*FIVE_VOTES, "--concurrency", "1", rows=ROWS[:2], script=script).code == 1
    desk.roles()
    desk.server.script = scripts.agents
    assert desk.resume().code == 0
    assert desk.roles() == {"Critique": 1, "Extraction": 1}
    label = desk.label("bmi-2")
    assert label is not None
    assert label.agreement == 0.8
    assert desk("verify").code == 0


def test_a_program_that_fails_is_sent_back(desk: Desk) -> None:
    """The executor hears what its program did, and its second one counts."""

    def careless(request: ServerRequest) -> dict[str, Any] | None:
        if request.feedback is None:
            return {**scripts.program(scripts.task_text(request)), "code": "dose / no_such_name"}
        assert "no_such_name" in request.feedback
        return None

    rows = (scripts.tablets("tab-9", 30, 4, "7.5"),)
    result = desk.relabel(*ONE_VOTE, rows=rows, script=instead("Program", careless))
    assert result.json["confirmed"] == 1
    assert desk.roles() == {"Critique": 1, "Extraction": 1, "Program": 2}
    (vote,) = desk.votes("tab-9")
    assert vote.derivation is not None
    assert (vote.derivation.method, vote.derivation.code) == ("code", scripts.TABLETS_PROGRAM)


HOSTILE_PROGRAMS = {
    "file": "open('/etc/passwd').read()",
    "import": "import os\nos.getpid()",
    "endless": "n = 0\nwhile True:\n    n = n + 1\nn",
    "text": "'seven'",
}


@pytest.mark.parametrize("name", HOSTILE_PROGRAMS)
def test_a_program_that_must_not_or_does_not_answer_is_a_failed_vote(desk: Desk, name: str) -> None:
    def hostile(request: ServerRequest) -> dict[str, Any]:
        return {**scripts.program(scripts.task_text(request)), "code": HOSTILE_PROGRAMS[name]}

    rows = (scripts.tablets("tab-9", 30, 4, "7.5"),)
    result = desk.relabel(*ONE_VOTE, rows=rows, script=instead("Program", hostile))
    assert result.json["escalated"] == {"failed": 1}
    assert desk.roles() == {"Extraction": 1, "Program": 3}
    (vote,) = desk.votes("tab-9")
    assert vote.failure is not None
    assert vote.failure.startswith("executor: ")


def test_an_executor_may_say_that_there_is_no_answer(desk: Desk) -> None:
    def none(request: ServerRequest) -> dict[str, Any]:
        return {"formula": "dose over strength", "code": None, "incomputable": "no", "missing": ["tablet"]}

    rows = (scripts.tablets("tab-9", 30, 4, "7.5"),)
    result = desk.relabel(*ONE_VOTE, rows=rows, script=instead("Program", none))
    assert result.json["incomputable"] == 1
