"""Audit runs against a scripted model: verdicts, votes, findings, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from agents.specs import OutputMode
from answers.model import NumberAnswer
from graphs.triage import stale
from store.store import Store
from store.triage import recorded
from tests.console.harness import Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.scripts import ANSWERS, ROWS, instead, objects, says
from tests.model_server.replies import (
    SCHEMA_VIOLATION,
    Api,
    HttpError,
    RefusalReply,
    Reply,
    ServerRequest,
)

ONE = (ROWS[0],)
TWO_VOTES = ("--votes", "2", "--max-votes", "2")
WRONG = {"bmi-3", "map-3", "ca-3", "ca-4", "tab-2"}

every_api = pytest.mark.parametrize("api", ["chat", "responses"])


def by_sample(*answers: Any) -> Callable[[ServerRequest], Any]:
    """The auditor's answer of each sample, with `--seed 0`."""
    return lambda request: answers[scripts.sample_of(request)]


@every_api
@pytest.mark.parametrize("mode", ["native", "tool"])
def test_right_auditors_find_what_is_wrong(desk: Desk, api: Api, mode: OutputMode) -> None:
    result = desk.audit(*TWO_VOTES, "--output-mode", mode, api=api)
    assert result.code == 0, result.err
    facts = result.json
    assert (facts["instances"], facts["stands"], facts["wrong"], facts["unsure"]) == (14, 9, 5, 0)
    assert facts["by_error_type"] == {"logic": 4, "underspecified": 1}
    assert (facts["failed"], facts["pending"], facts["calls"]) == (0, 0, 28)
    assert facts["ending"] == "finished"
    assert desk.roles() == {"AuditVerdict": 28}
    for row in ROWS:
        finding = desk.audited(row["id"]).finding
        assert finding is not None
        assert finding.verdict == ("wrong" if row["id"] in WRONG else "stands")
        right = ANSWERS[row["id"]]
        if right is None:
            assert finding.answer is not None
            assert finding.answer.kind == "incomputable"
        else:
            assert isinstance(finding.answer, NumberAnswer)
            assert finding.answer.value == pytest.approx(right, abs=0.01)
    assert desk("verify").code == 0


def test_the_prompt_has_the_label_and_how_it_came_about(desk: Desk) -> None:
    row = ROWS[0] | {"stored_inputs": '{"weight": [81, "kg"]}', "explanation": "81 over 1.8 squared"}

    def script(request: ServerRequest) -> Reply:
        prompt = scripts.task_text(request)
        assert scripts.part(prompt, "original_label") == "25"
        assert scripts.part(prompt, "stored_inputs") == row["stored_inputs"]
        assert scripts.part(prompt, "stored_explanation") == row["explanation"]
        assert "at most 0.05 of the larger one apart" in scripts.part(prompt, "answer_spec")
        return scripts.agents(request)

    assert desk.audit(*TWO_VOTES, rows=(row,), script=script).json["stands"] == 1


def test_a_fixed_convention_is_told(desk: Desk) -> None:
    def script(request: ServerRequest) -> dict[str, Any]:
        assert scripts.part(scripts.task_text(request), "conventions") == "delta_gap = ag_minus_12"
        return says("cannot_tell")

    fixed = ("--convention", "delta_gap=ag_minus_12")
    told = instead("AuditVerdict", script)
    assert desk.audit(*TWO_VOTES, *fixed, rows=(scripts.delta_gap("gap-1"),), script=told).json["unsure"] == 1


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a quote that is nowhere": (says("stands", quotes=["weighs 999 kg"]), "'weighs 999 kg' is not found"),
    "wrong without an error type": (says("wrong"), "error_type exactly if the verdict is 'wrong'"),
    "an error type of what stands": (says("stands", "unit"), "error_type exactly if the verdict is 'wrong'"),
    "a misreading without its words": (says("wrong", "extraction"), "needs the words of the note"),
    "no reason": (says("stands", reason=" "), "give the reason"),
    "an answer that is none": (says("wrong", "logic", answer="about 20"), "answer: "),
    "wrong, and the same answer": (says("wrong", "logic", answer="25.1"), "agrees with it (25)"),
    "stands, and another answer": (says("stands", answer="40"), "does not agree with it (25)"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_verdict_that_is_unsound_is_sent_back_and_mended(desk: Desk, name: str) -> None:
    bad, words = BAD[name]

    def answer(request: ServerRequest) -> dict[str, Any] | None:
        if request.feedback is None:
            return bad
        assert words in request.feedback
        return None

    result = desk.audit("--votes", "1", "--max-votes", "1", rows=ONE, script=instead("AuditVerdict", answer))
    assert result.json["stands"] == 1
    assert desk.roles() == {"AuditVerdict": 2}
    (vote,) = desk.audited("bmi-1").audit_votes
    assert [found.quote for found in vote.evidence] == ["weighs 81 kg", "height 180 cm"]


@pytest.mark.parametrize("name", [*BAD, "refusal", "schema"])
def test_what_stays_unsound_is_a_failed_vote_in_the_denominator(desk: Desk, name: str) -> None:
    """Three of four votes agree, and 80% must: the failed one counts."""
    bad = {"refusal": RefusalReply(), "schema": SCHEMA_VIOLATION}.get(name) or BAD[name][0]
    script = instead("AuditVerdict", by_sample(None, bad, None, None))
    result = desk.audit("--votes", "4", "--max-votes", "4", "--seed", "0", rows=ONE, script=script)
    assert result.json["unsure"] == 1
    bundle = desk.audited("bmi-1")
    assert [vote.failure is not None for vote in bundle.audit_votes] == [False, True, False, False]
    assert bundle.finding is not None
    assert (bundle.finding.share, bundle.finding.n_votes, bundle.finding.failed) == (0.75, 4, 1)
    assert bundle.finding.reason == "4 votes: 3 × stands, 1 failed; 4 of 4 must agree"
    assert desk("verify").code == 0


def test_who_cannot_tell_abstains(desk: Desk) -> None:
    script = instead("AuditVerdict", lambda _: says("cannot_tell", reason="two weights are given"))
    assert desk.audit(*TWO_VOTES, rows=ONE, script=script).json["unsure"] == 1
    bundle = desk.audited("bmi-1")
    assert {vote.failure for vote in bundle.audit_votes} == {"auditor: abstained: two weights are given"}
    assert bundle.finding is not None
    assert bundle.finding.reason.startswith("2 of 2 votes failed: auditor: abstained: two weights")


def test_more_votes_are_drawn_where_they_could_settle_it(desk: Desk) -> None:
    """One of three abstains, and two more votes agree with the others: four of five."""
    script = instead("AuditVerdict", by_sample(says("cannot_tell"), *[None] * 8))
    args = ("--votes", "3", "--max-votes", "9", "--stated-error", "none", "--seed", "0")
    assert desk.audit(*args, rows=ONE, script=script).json["stands"] == 1
    finding = desk.audited("bmi-1").finding
    assert finding is not None
    assert (finding.n_votes, finding.failed, finding.share) == (5, 1, 0.8)


def test_a_server_that_fails_leaves_the_audit_open_and_resume_ends_it(desk: Desk) -> None:
    result = desk.audit(*TWO_VOTES, "--attempts", "1", rows=ONE, script=lambda _: HttpError(500, "no memory"))
    assert (result.code, result.json["failed"]) == (1, 1)
    desk.server.script = scripts.agents
    again = desk.resume(result.json["run"])
    assert (again.code, again.json["stands"], again.json["failed"]) == (0, 1, 0)


def test_a_budget_stops_an_audit(desk: Desk) -> None:
    prices = desk.folder / "prices.yaml"
    prices.write_text("scripted: {input_usd_per_mtok: 1000, output_usd_per_mtok: 1000}")
    args = ("--prices", str(prices), "--budget", "0.01", "--concurrency", "1")
    result = desk.audit(*TWO_VOTES, *args)
    assert result.code == 4
    assert result.json["pending"] > 0
    assert desk.resume(result.json["run"], "--no-budget").json["pending"] == 0


def test_the_same_audit_is_not_started_twice_while_it_is_open(desk: Desk) -> None:
    desk.audit(*TWO_VOTES, "--attempts", "1", rows=ONE, script=lambda _: HttpError(500, "x"))
    assert "is not finished" in desk.audit(*TWO_VOTES, rows=ONE).err
    assert desk.audit(*TWO_VOTES, "--new-run", rows=ONE, script=scripts.agents).code == 0


def test_instances_without_a_label_take_no_part(desk: Desk) -> None:
    rows = (ROWS[0], ROWS[1])
    source = desk.benchmark(*({k: v for k, v in row.items() if k != "label"} for row in rows))
    refused(desk("audit", source, "--model", desk.spec()), "has a label that could be audited")


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    source = desk.benchmark(*ONE)
    recording = desk.folder / "answers.csv"
    recording.write_text("run,uid,answer\nr,bmi-1,25\n")
    refused(desk("audit", source, "--model", f"replay:{recording}"), "cannot audit them")
    refused(desk("audit", source), "--stored-inputs", "--model")
    refused(desk("audit", source, "--stored-inputs", "--model", "offline"), "--model")
    refused(invoke("audit", source, "--stored-inputs", "--votes", "3"), "--votes goes with --model")
    refused(desk("audit", source, "--model", "offline", "--out", "x.csv"), "--out goes with --stored-inputs")
    refused(desk("audit", source, "--model", "offline", "--votes", "6"), "5 votes")
    assert not desk.store.exists()


COMMANDS: list[tuple[str, ...]] = [
    ("queue", "RUN"),
    ("conventions", "RUN"),
    ("export", "RUN", "--out", "labels.csv"),
    ("export", "RUN", "--format", "trl", "--out", "arms"),
    ("decide", "bmi-1", "--run", "RUN", "--original", "--reviewer", "A. Reviewer"),
    ("supersede", "bmi-1", "--run", "RUN", "--original", "--reason", "x", "--reviewer", "A. Reviewer"),
    ("retract", "bmi-1", "--run", "RUN", "--reason", "x", "--reviewer", "A. Reviewer"),
    ("affected", "--run", "RUN"),
    ("release", "RUN", "--out", "release", "--version", "1.0.0"),
    ("report", "RUN", "--out", "report.html"),
    ("triage", "--run", "RUN"),
    ("error-rate", "--run", "RUN"),
    ("agreement", "--run", "RUN"),
]


@pytest.fixture
def done(desk: Desk) -> Desk:
    """A finished audit of two labels, one of which is wrong."""
    assert desk.audit(*TWO_VOTES, rows=(ROWS[0], ROWS[2])).code == 0
    return desk


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_needs_labels_refuses_an_audit_run(done: Desk, command: tuple[str, ...]) -> None:
    run = done("status", "--json").json["run"]
    name, *args = (run if word == "RUN" else word for word in command)
    refused(done(name, *args), f"run {run} is an audit of original labels")


def test_status_and_trace_show_an_audit_for_what_it_is(done: Desk) -> None:
    status = done("status")
    assert "Audit run" in status.out
    assert "wrong                 1   logic 1" in status.out
    facts = done("status", "--changes", "--json").json
    assert (facts["workflow"], facts["stands"], facts["wrong"]) == ("audit", 1, 1)
    (change,) = facts["changes"]
    assert (change["source_id"], change["original"], change["answer"]) == ("bmi-3", "40", "25")
    assert (change["verdict"], change["error_type"], change["share"]) == ("wrong", "logic", 1.0)
    table = done("status", "--changes").out
    assert "bmi-3" in table
    assert "100%" in table
    trace = done("trace", "bmi-3", "--run", facts["run"]).out
    assert "auditor audit v1" in trace
    assert '"weighs 100 kg" [context' in trace
    assert "vote: wrong (logic), right would be 25" in trace
    assert "Finding: wrong (logic), right would be 25  100% of 2 votes" in trace
    assert "Label:" not in trace


def test_a_relabelling_run_stays_the_latest_beside_audits(done: Desk) -> None:
    audit = done("status", "--json").json["run"]
    relabelled = done.relabel("--votes", "1", "--max-votes", "1", rows=(ROWS[0], ROWS[2])).json["run"]
    assert done.audit(*TWO_VOTES, rows=(ROWS[0], ROWS[2])).code == 0
    assert done("status", "--json").json["run"] == relabelled
    assert done("status", audit, "--json").json["workflow"] == "audit"
    assert json.loads(done("trace", "bmi-3", "--json").out)["run"]["id"] == relabelled
    assert done("export", "--out", done.folder / "labels.csv").code == 0
    with Store.open(done.store, read_only=True) as store:
        found = store.findings(store.latest_run().benchmark_id)
        assert {finding.run_id for finding in found.values()} == {store.latest_run(workflow="audit").id}


def test_the_queue_of_a_relabelling_run_heeds_what_an_audit_found_since(desk: Desk) -> None:
    objecting = instead("Critique", lambda _: objects("not his weight", "weight"))
    assert desk.relabel("--votes", "1", "--max-votes", "1", rows=ONE, script=objecting).code == 3
    assert desk.audit(*TWO_VOTES, rows=ONE, script=scripts.agents).code == 0
    with Store.open(desk.store, read_only=True) as store:
        run = store.latest_run()
        (kept,) = recorded(store.file, run.id).values()
        assert kept.evidence.finding is not None
        assert kept.evidence.finding.verdict == "stands"
        assert stale(store, run) == []
    assert desk("verify").code == 0
