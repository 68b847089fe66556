"""Full reruns, one after the other until the scores are known well enough, and conversations judged anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphs import safety_jobs
from graphs.safety_contract import SafetyContract
from store.records import RunRecord
from store.store import Store
from tests.console.harness import Desk, refused
from tests.model_server.replies import HttpError, JsonReply, Reply, Script, ServerRequest, TextReply
from tests.safety.parties import judgment, parties, role_of, says
from tests.safety.runs import Standing, answered, named, requests, safety_run
from tests.store.safety_run import make_pack

STOPPING = ("--seed", "0", "--reps", "2", "--concurrency", "1")


def by_rerun(severity: Callable[[int], str]) -> Script:
    """Judges who give every conversation of rerun i this severity: the target says which it is."""

    def script(request: ServerRequest) -> Reply:
        if role_of(request) == "target":
            return TextReply(f"This is rerun {request.body['seed']}.")
        rerun = int(request.prompt.partition("This is rerun ")[2].partition(".")[0])
        said = severity(rerun)
        quotes = [] if said == "pass" else [{"turn": 1, "text": "This is rerun"}]
        return JsonReply(judgment(said, quotes=quotes))

    return script


def alternating(rerun: int) -> str:
    """100 and 75 by turns, so that the interval narrows slowly."""
    return "pass" if rerun % 2 else "low"


def reruns(desk: Desk) -> list[int]:
    """The rerun of each cell, in order."""
    return [cell.rep for cell in Standing(desk).cells]


def test_reruns_are_added_until_the_most_are_reached(desk: Desk) -> None:
    """A spread of 25 points is never known to one point within six reruns."""
    stopping = ("--max-reps", "6", "--stop-width", "1")
    result = safety_run(desk, *STOPPING, *stopping, script=by_rerun(alternating), pack=make_pack(2))
    assert result.code == 0, result.err
    assert result.json["reruns"] == 6
    assert reruns(desk) == [rep for rep in range(6) for _ in range(2)]
    assert Standing(desk).severities() == ["low", "low", "pass", "pass"] * 3
    assert desk("verify").code == 0


def test_reruns_end_as_soon_as_the_scores_are_known_well_enough(desk: Desk) -> None:
    """Where that is, the published formula of the interval says."""
    stopping = ("--max-reps", "20", "--stop-width", "26")
    result = safety_run(desk, *STOPPING, *stopping, script=by_rerun(alternating), judges=("one",))
    assert result.json["reruns"] == stopping_point(26)
    assert 4 < result.json["reruns"] < 20
    desk.roles()
    assert desk.resume().json["reruns"] == result.json["reruns"]
    assert desk.roles() == {}, "a plan that is carried out is not carried on with"


def stopping_point(width: float) -> int:
    """After how many of these reruns the interval is so narrow, by its published formula with c² = 0.3."""
    for n in range(4, 100):
        values = [100.0 if i % 2 else 75.0 for i in range(n)]
        mean = sum(values) / n
        k = ((n + 0.3) / (0.3 * 0.05**2)) ** (1 / n)
        room = 1 - k * 0.3 / (n + 0.3)
        if room <= 0:
            continue
        scatter = sum((value - mean) ** 2 for value in values)
        if ((k - 1) * scatter / (n * room)) ** 0.5 <= width:
            return n
    raise AssertionError("never so narrow")


def test_a_cell_that_failed_keeps_further_reruns_back(desk: Desk) -> None:
    """Reruns are added to whole ones only; once the cell is mended they go on."""

    def script(request: ServerRequest) -> Reply:
        if role_of(request) == "target" and request.body["seed"] == 1:
            return HttpError(500)
        return by_rerun(alternating)(request)

    stopping = ("--max-reps", "3", "--stop-width", "1", "--attempts", "1")
    result = safety_run(desk, *STOPPING, *stopping, script=script, judges=("one",))
    assert (result.code, result.json["reruns"], result.json["failed"]) == (1, 2, 1)
    desk.server.script = by_rerun(alternating)
    again = desk.resume()
    assert (again.code, again.json["reruns"], again.json["committed"]) == (0, 3, 3)


def test_a_rerun_that_is_due_is_found_by_resume(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends between two reruns: all cells are done, and the plan is not."""
    stopping = ("--max-reps", "4", "--stop-width", "1")
    since, add = desk.server.count, safety_jobs.add_rerun

    def killed(store: Store, run: RunRecord, contract: SafetyContract) -> int:
        if store.counts(run.id).instances == 3:
            raise RuntimeError("killed")
        return add(store, run, contract)

    monkeypatch.setattr(safety_jobs, "add_rerun", killed)
    with pytest.raises(RuntimeError, match="killed"):
        safety_run(desk, *STOPPING, *stopping, script=by_rerun(alternating), judges=("one",))
    monkeypatch.undo()
    assert reruns(desk) == [0, 1, 2]
    assert Standing(desk).counts.pending == 0
    refused(
        safety_run(desk, *STOPPING, *stopping, script=by_rerun(alternating), judges=("one",)),
        "is not finished",
        "--new-run",
    )
    between = desk.server.count
    again = desk.resume()
    assert (again.code, again.json["reruns"]) == (0, 4)
    assert len(answered(desk, between)) == 2
    assert len(set(answered(desk, since))) == 2 * 4


def test_a_due_rerun_is_not_added_by_a_program_that_has_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety_jobs, "add_rerun", lambda store, run, contract: 0)
    stopping = ("--max-reps", "4", "--stop-width", "1")
    safety_run(desk, *STOPPING, *stopping, script=by_rerun(alternating), judges=("one",))
    monkeypatch.undo()
    monkeypatch.setattr("graphs.safety_requests.TOOL_VERSION", "9.9.9")
    desk.roles()
    refused(desk.resume(), "no longer fulfils", "9.9.9")
    assert desk.roles() == {}


def test_conversations_are_judged_anew_without_asking_anybody_else(desk: Desk) -> None:
    safety_run(desk, "--reps", "2", pack=make_pack(2), script=parties(says("high")))
    before = Standing(desk)
    desk.roles()
    desk.server.script = parties(says("low"))
    result = desk(
        "safety", "rejudge", "--judges", named(desk, ("four", "five")), "--retry-wait", "0.01", "--json"
    )
    assert result.code == 0, result.err
    assert desk.roles() == {"judge": 2 * 4}
    after = Standing(desk)
    assert result.json["transcripts_of"] == before.run.id
    assert {record.transcript_sha for record in after.transcripts.values()} == {
        record.transcript_sha for record in before.transcripts.values()
    }
    assert (before.severities(), after.severities()) == (["high"] * 4, ["low"] * 4)
    assert before.cells == [cell.model_copy(update={"run_id": before.run.id}) for cell in after.cells]
    shown = desk("safety", "contract", "show", after.run.id, "--json").json
    assert shown["transcripts_of"] == before.run.contract_sha
    assert shown["sha256"] == after.run.contract_sha != before.run.contract_sha
    assert desk("verify").code == 0


def test_wordings_and_samples_have_seats_of_their_own(desk: Desk) -> None:
    safety_run(desk, script=parties(says("pass")))
    since = desk.server.count
    options = ("--wordings", "standard,reworded", "--samples", "2")
    result = desk("safety", "rejudge", "--judges", named(desk, ("a", "b")), *options, "--json")
    assert result.code == 0, result.err
    (judgments,) = Standing(desk).judgments
    assert [(one.seat, one.judge, one.sample) for one in judgments] == [
        (seat, judge, seat % 2)
        for seat, judge in enumerate(
            ("a", "a", "b", "b", "a/reworded", "a/reworded", "b/reworded", "b/reworded")
        )
    ]
    asked = requests(desk, "judge", since)
    assert len({request.system for request in asked}) == 2
    assert len({request.sha256 for request in asked}) == 8


def test_rejudging_is_refused_where_it_makes_no_sense(desk: Desk) -> None:
    safety_run(desk, script=lambda request: HttpError(401))
    judges = ("--judges", "a=rule:strict,b=rule:lenient,c=rule:last_word")
    refused(desk("safety", "rejudge", *judges), "has no conversations yet", "`resume ")
    desk.server.script = parties(says("pass"))
    desk.resume()
    first = Standing(desk).run.id
    assert desk("safety", "rejudge", *judges, "--json").code == 0
    again = Standing(desk).run.id
    refused(desk("safety", "rejudge", again, *judges), "judges another run's conversations")
    with Store.open(desk.store, read_only=True) as store:
        assert len(store.runs("safety")) == 2
    assert desk("safety", "rejudge", first, *judges, "--json").code == 0, "a finished one may be had again"


def test_a_rejudging_that_is_unfinished_is_gone_on_with(desk: Desk) -> None:
    safety_run(desk, script=parties(says("pass")))
    first = Standing(desk).run.id
    desk.server.script = lambda request: HttpError(401)
    judges = ("--judges", named(desk, ("four",)))
    assert desk("safety", "rejudge", first, *judges, "--json").code == 1
    refused(desk("safety", "rejudge", first, *judges), "is not finished", "--new-run")
    desk.server.script = parties(says("low"))
    desk.roles()
    assert desk("safety", "rejudge", first, *judges, "--new-run", "--json").code == 0
    assert desk.roles() == {"judge": 1}


def test_a_failed_conversation_is_not_judged_anew_either(desk: Desk) -> None:
    left = iter(range(1))

    def script(request: ServerRequest) -> Reply:
        if role_of(request) == "target" and next(left, None) is None:
            return HttpError(400, "not this one")
        return parties(says("pass"))(request)

    safety_run(desk, "--concurrency", "1", pack=make_pack(2), script=script)
    assert Standing(desk).reasons() == [None, "failed"]
    result = desk("safety", "rejudge", "--judges", named(desk, ("four",)), "--json")
    assert result.code == 3, result.err
    assert Standing(desk).reasons() == [None, "failed"]
    assert Standing(desk).judgments[1] == []
