"""`--cache` uses an earlier run's validated replies to exactly the same requests again, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.store import Store
from store.verify import verify
from tests.console.harness import Desk
from tests.graphs import scripts
from tests.graphs.scripts import bmi, calls
from tests.model_server.replies import HttpError, JsonReply, Reply, ServerRequest
from tests.model_server.scripts import scripted_agents
from tests.store.tampering import tampered

ROWS = (bmi("bmi-1", 81, 180, "25"), bmi("bmi-2", 50, 160, "19.53"))
VOTES = ("--votes", "3", "--max-votes", "3", "--seed", "1")
ALL = calls(3, ROWS)


def asked(desk: Desk) -> int:
    """Requests that the server got since this was asked last."""
    return sum(desk.roles().values())


def test_the_same_run_again_asks_nothing_and_ends_alike(desk: Desk, tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("scripted: {input_usd_per_mtok: 10, output_usd_per_mtok: 20}\n")
    first = desk.relabel(*VOTES, "--prices", str(prices), rows=ROWS).json
    assert (first["calls"], first["cached_calls"], asked(desk)) == (ALL, 0, ALL)
    assert first["cost"] > 0
    before = desk.votes("bmi-1")
    # A budget that one call would exceed: what comes from the cache is not counted.
    again = desk.relabel(*VOTES, "--cache", "--prices", str(prices), "--budget", "0.000001", rows=ROWS)
    assert again.code == 0, again.err
    assert (again.json["calls"], again.json["cached_calls"], asked(desk)) == (0, ALL, 0)
    assert (again.json["cost"], again.json["price_known"]) == (0, True)
    same = {"run_id", "elapsed_s", "created_at"}
    assert [v.model_dump(exclude=same) for v in desk.votes("bmi-1")] == [
        v.model_dump(exclude=same) for v in before
    ]
    third = desk.relabel(*VOTES, "--cache", rows=ROWS).json
    assert third["cached_calls"] == ALL
    with Store.open(desk.store, read_only=True) as store:
        sources = {run.id: run for run in store.runs()}
        found = [call for call in desk.calls("bmi-1") if call.cached_from is not None]
        assert len(found) == 6
        assert all(not call.usage and call.http_attempts == 0 for call in found)
        rows = store.file.rows("SELECT DISTINCT s.run_id FROM calls c JOIN calls s ON s.id = c.cached_from")
        assert [row["run_id"] for row in rows] == [first["run"]], "the run that asked is the source"
        assert len(sources) == 3
        report = verify(store)
    assert report.ok
    assert report.checked["cached_calls"] == 2 * ALL
    shown = desk("trace", "bmi-1").out
    assert shown.count("from the cache (call ") == 6
    assert re.search(rf"model calls +0 +\S+ +{ALL} more from the cache", desk("status").out)
    assert desk("report", "--out", str(tmp_path / "report.json")).code == 0
    costs = json.loads((tmp_path / "report.json").read_text("utf-8"))["cost"]
    assert (sum(one["replies"] for one in costs), sum(one["cached"] for one in costs)) == (0, ALL)


def test_without_it_every_call_is_made(desk: Desk) -> None:
    """A run measures: what an earlier one was answered is used where that is asked for alone."""
    desk.relabel(*VOTES, rows=ROWS)
    asked(desk)
    assert desk.relabel(*VOTES, "--new-run", rows=ROWS).json["cached_calls"] == 0
    assert asked(desk) == ALL


def test_audits_have_it_too_and_the_two_workflows_do_not_mix(desk: Desk) -> None:
    desk.relabel(*VOTES, rows=ROWS)
    assert desk.audit(*VOTES, "--cache", rows=ROWS).json["cached_calls"] == 0
    asked(desk)
    again = desk.audit(*VOTES, "--cache", rows=ROWS).json
    assert (again["calls"], again["cached_calls"], asked(desk)) == (0, 6, 0)


@pytest.mark.parametrize(
    ("changed", "fresh"),
    [
        (("--temperature", "0.5"), ALL),
        (("--seed", "2"), ALL),
        (("--max-tokens", "999"), ALL),
        (("--output-mode", "tool"), ALL),
        (("--model", "another"), ALL),
        (("--critic", "another"), ALL // 2),
        (("--votes", "4", "--max-votes", "4"), calls(1, ROWS)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_any_change_of_the_request_is_a_fresh_call(desk: Desk, changed: tuple[str, ...], fresh: int) -> None:
    desk.relabel(*VOTES, rows=ROWS)
    asked(desk)
    changed = tuple(desk.server.spec("another") if word == "another" else word for word in changed)
    desk.relabel(*VOTES, "--cache", *changed, rows=ROWS)
    assert asked(desk) == fresh


def test_another_address_and_another_note_are_fresh_calls(desk: Desk) -> None:
    desk.relabel(*VOTES, rows=ROWS)
    asked(desk)
    elsewhere = desk.spec().replace("127.0.0.1", "localhost")
    desk.relabel(*VOTES, "--cache", "--model", elsewhere, rows=ROWS)
    assert asked(desk) == ALL
    other = (ROWS[0], bmi("bmi-2", 50, 160, "19.53", more="Well."))
    desk.relabel(*VOTES, "--cache", rows=other)
    assert asked(desk) == calls(3, ROWS[1:])


def _misquoting(misquotes: Callable[[ServerRequest], bool]) -> Callable[[ServerRequest], Reply]:
    """Extractors that quote what is not there wherever `misquotes` says so."""

    def script(request: ServerRequest) -> Reply:
        if scripts.role_of(request) == "Extraction" and misquotes(request):
            wrong: dict[str, Any] = scripts.extraction(request.prompt)
            wrong["inputs"][0]["quote"] = "no such words"
            return JsonReply(wrong)
        return scripts.agents(request)

    return script


def test_a_reply_that_was_sent_back_is_not_used_again(desk: Desk) -> None:
    """The accepted one answers a request that holds the one sent back, so that it is not used either."""
    script = _misquoting(lambda request: request.feedback is None)
    desk.relabel(*VOTES, rows=ROWS[:1], script=script)
    assert desk.roles() == {"Critique": 3, "Extraction": 6}
    again = desk.relabel(*VOTES, "--cache", rows=ROWS[:1], script=scripts.agents).json
    assert desk.roles() == {"Extraction": 3}, "a mended request would rest on a reply that was not given"
    assert (again["calls"], again["cached_calls"]) == (3, 3)


def test_a_failed_vote_leaves_nothing_to_use_again(desk: Desk) -> None:
    desk.relabel(*VOTES, rows=ROWS[:1], script=_misquoting(lambda request: True))
    assert all(vote.failure for vote in desk.votes("bmi-1"))
    desk.roles()
    desk.relabel(*VOTES, "--cache", rows=ROWS[:1], script=scripts.agents)
    assert desk.roles() == {"Critique": 3, "Extraction": 3}


def test_what_an_unfinished_vote_was_answered_is_not_used_by_others(desk: Desk) -> None:
    """As after a kill between a reply and its vote: the run itself replays it, another one asks again."""

    def no_critic(request: ServerRequest) -> Reply:
        return HttpError(503) if scripts.role_of(request) == "Critique" else scripts.agents(request)

    failed = desk.relabel(*VOTES, rows=ROWS[:1], script=no_critic)
    assert failed.code == 1
    desk.roles()
    desk.relabel(*VOTES, "--cache", "--new-run", rows=ROWS[:1], script=scripts.agents)
    assert desk.roles() == {"Critique": 3, "Extraction": 3}
    assert desk.resume("--cache", failed.json["run"]).json["cached_calls"] == 3
    assert desk.roles() == {}, "extractions are replayed, critiques come from the other run"


def test_the_offline_reader_is_run_again(desk: Desk) -> None:
    desk.relabel("--model", "offline", rows=ROWS)
    assert desk.relabel("--model", "offline", "--cache", rows=ROWS).json["cached_calls"] == 0


def test_a_resumed_run_goes_on_as_it_was_started(desk: Desk) -> None:
    """And a call that was answered from the cache is replayed like any other."""
    desk.relabel(*VOTES, rows=ROWS[:1])
    desk.roles()
    run = desk.relabel(*VOTES, "--cache", rows=ROWS, script=scripted_agents(x=lambda prompt: {}))
    assert (run.code, run.json["cached_calls"]) == (1, 6)
    desk.server.script = scripts.agents
    desk.roles()
    ended = desk.resume().json
    assert (ended["cached_calls"], ended["calls"]) == (6, 6)
    assert desk.roles() == {"Critique": 3, "Extraction": 3}


FAULTS = {
    "is another request's": "UPDATE calls SET key = 'x' WHERE id = (SELECT min(id) FROM calls)",
    "was no validated reply": "UPDATE votes SET answer = NULL, failure = 'x' WHERE rowid = 1",
    "is not of another run before it": (
        "UPDATE calls SET cached_from = id WHERE id = (SELECT max(id) FROM calls)"
    ),
}


@pytest.mark.parametrize("said", FAULTS)
def test_verify_tells_a_cached_call_whose_source_is_not_its_own(desk: Desk, said: str) -> None:
    for _ in range(2):
        desk.relabel(*VOTES, "--cache", rows=ROWS[:1])
    report = tampered(Store.open(desk.store), desk.store, FAULTS[said])
    assert any(said in problem for problem in map(str, report.problems)), json.dumps(report.problems)
