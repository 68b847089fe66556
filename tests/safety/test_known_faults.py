"""Faults that other tools have, each through a whole run: here they are impossible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenarios.model import Pack
from store import safety
from store.safety_records import JudgmentRecord
from store.store import Store
from tests.console.harness import FAST_HTTP, Desk, Result, refused
from tests.model_server.replies import HttpError, JsonReply, RefusalReply, Reply, TextReply, TruncatedReply
from tests.safety.parties import Says, judgment, pack_file, parties, says
from tests.store.safety_run import make_pack, severities
from tests.store.tampering import tampered

PANEL = ("one", "two", "three")
NOT_DANGEROUS = TextReply("The reply is not dangerous at all. It was handled well.")


def panel(desk: Desk, *names: str) -> str:
    return ",".join(f"{name}={desk.server.spec(name)}" for name in names)


def run(
    desk: Desk,
    judges: Says | dict[str, Says],
    *more: str,
    pack: Pack | None = None,
    names: tuple[str, ...] = PANEL,
    target: Says | None = None,
) -> Result:
    """`safety run` of one target and a panel at the server."""
    desk.server.script = parties(judges, target)
    targets = f"alpha={desk.server.spec('alpha')}"
    judged = panel(desk, *names)
    file = pack_file(desk.folder, pack)
    return desk("safety", "run", file, "--targets", targets, "--judges", judged, *FAST_HTTP, "--json", *more)


def only_cell(desk: Desk) -> tuple[str | None, str | None, list[JudgmentRecord]]:
    """The severity of the only cell, for which reason people are asked, and its judgments."""
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run(workflow="safety")
        ((cell, verdict),) = safety.cells(store.file, latest.id)
        escalation = store.escalation(latest.id, cell.instance_id)
        found = safety.judgments_of(store.file, latest.id, cell.instance_id)
    severity = None if verdict is None else safety.severity_of(verdict)
    return severity, None if escalation is None else escalation.reason, found


def verified(desk: Desk) -> None:
    assert desk("verify").code == 0


UNPARSEABLE: dict[str, Reply] = {
    "prose": NOT_DANGEROUS,
    "no severity": JsonReply({k: v for k, v in judgment().items() if k != "severity"}),
    "a nested severity": JsonReply({"evaluation": {"severity": "critical"}}),
    "a refusal": RefusalReply(),
    "a score": JsonReply({**judgment(), "severity": 1}),
}


@pytest.mark.parametrize("reply", UNPARSEABLE.values(), ids=UNPARSEABLE.keys())
def test_what_is_no_judgment_is_unscored_and_never_a_verdict(desk: Desk, reply: Reply) -> None:
    result = run(desk, lambda request: reply)
    assert result.code == 3, result.err
    assert result.json["verdicts"] == {"alpha": {"unscored": 1}}
    severity, reason, found = only_cell(desk)
    assert (severity, reason) == (None, "failed")
    assert [record.severity for record in found] == [None, None, None]
    assert all(record.failure for record in found)
    assert sum(result.json["unscored_judgments"].values()) == 3
    status = desk("status").out
    assert f"1 judgments of {found[0].judge} unscored, most often: " in status
    verified(desk)


def test_failed_judgments_stay_in_the_denominator(desk: Desk) -> None:
    fails: Says = lambda request: NOT_DANGEROUS  # noqa: E731 - one line is clearer
    result = run(desk, {"one": says("pass"), "two": fails, "three": fails})
    assert result.code == 3
    severity, reason, found = only_cell(desk)
    assert (severity, reason) == (None, "low_consensus")
    assert [record.severity for record in found] == ["pass", None, None]
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run(workflow="safety")
        escalation = store.escalation(latest.id, found[0].instance_id)
    assert escalation is not None
    assert escalation.share == pytest.approx(1 / 3)
    assert "1 × pass, 2 unscored" in str(escalation.detail)
    verified(desk)


def test_a_majority_of_the_panel_stands_with_one_failure(desk: Desk) -> None:
    result = run(desk, {"one": says("high"), "two": lambda request: NOT_DANGEROUS, "three": says("high")})
    assert result.code == 0, result.err
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run(workflow="safety")
        ((_, verdict),) = safety.cells(store.file, latest.id)
    assert verdict is not None
    assert (safety.severity_of(verdict), verdict.n_votes) == ("high", 3)
    assert verdict.agreement == pytest.approx(2 / 3)
    verified(desk)


def test_a_judge_that_cannot_be_reached_is_no_judgment(desk: Desk) -> None:
    """The cell stays open, and `resume` asks that judge alone."""
    down: Says = lambda request: HttpError(500)  # noqa: E731 - one line is clearer
    result = run(desk, {"one": says("pass"), "two": says("pass"), "three": down})
    assert result.code == 1, result.err
    assert result.json["verdicts"] == {"alpha": {"unscored": 1}}
    severity, reason, found = only_cell(desk)
    assert (severity, reason, len(found)) == (None, None, 2)
    verified(desk)
    desk.server.script = parties(says("pass"))
    desk.roles()
    resumed = desk.resume()
    assert resumed.code == 0, resumed.err
    assert desk.roles() == {"judge": 1}
    assert only_cell(desk)[0] == "pass"
    verified(desk)


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (RefusalReply("I will not say that."), "I will not say that."),
        (TruncatedReply("Take two"), "Take two"),
        (TextReply("half a \ud83d pair"), "half a ? pair"),
        (TextReply("<think>Hm.</think>No."), "No."),
    ],
    ids=["a refusal", "cut off", "half a surrogate pair", "thoughts"],
)
def test_whatever_words_a_target_has_are_judged(desk: Desk, reply: Reply, kept: str) -> None:
    """A refusal that the server marks as one is a reply too: a safe target must not come out as failed."""
    result = run(desk, says("pass"), target=lambda request: reply)
    assert result.code == 0, result.err
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run(workflow="safety")
        (record,) = safety.transcripts(store.file, latest.id).values()
        turns = safety.read_transcript(store.file, record.transcript_sha).turns
    assert (record.outcome, turns[-1].content) == ("complete", kept)
    verified(desk)


def test_where_a_target_says_nothing_people_are_asked_and_no_judge(desk: Desk) -> None:
    result = run(desk, says("pass"), target=lambda request: TextReply(" "))
    assert result.code == 3, result.err
    assert only_cell(desk) == (None, "failed", [])
    verified(desk)


def test_no_figure_is_stored(desk: Desk) -> None:
    run(desk, says("high"))
    with Store.open(desk.store, read_only=True) as store:
        names = {
            (table["name"], column["name"])
            for table in store.file.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
            for column in store.file.rows(f"SELECT name FROM pragma_table_info('{table['name']}')")
        }
    assert not {found for found in names if found[1] in ("mean", "average", "total", "summary", "aggregate")}
    assert {table for table, column in names if column == "score"} == {"triage"}


def test_a_verdict_is_overridden_on_record_alone(desk: Desk) -> None:
    """A verdict changes by a decision that is on record, with its reviewer, and both verdicts are kept."""
    run(desk, says("medium"))
    with Store.open(desk.store, read_only=True) as store:
        latest = store.latest_run(workflow="safety")
        ((cell, _),) = safety.cells(store.file, latest.id)
    moved = desk(
        "supersede", cell.instance_id, "--run", latest.id, "--answer", "high", "--reviewer", "A. Reviewer",
        "--reason", "The dose is fatal.",
    )  # fmt: skip
    assert moved.code == 0, moved.err
    with Store.open(desk.store, read_only=True) as store:
        assert severities(store, latest.id) == {cell.instance_id: "high"}
        by_judges = safety.consensus_verdicts(store.file, latest.id)[cell.instance_id]
        assert safety.severity_of(by_judges) == "medium"
        (decision,) = store.decisions(latest.id, cell.instance_id)
        assert (decision.reviewer, decision.note) == ("A. Reviewer", "The dose is fatal.")
        standing = store.current_label(latest.id, cell.instance_id)
        assert standing is not None
        assert (standing.decided_by, standing.decision_id, standing.supersedes) == (
            "reviewer",
            decision.id,
            by_judges.id,
        )
    verified(desk)


def test_verdicts_under_two_contracts_are_not_one_run(desk: Desk) -> None:
    """A changed word of a scenario is another contract, though every name is the same."""
    run(desk, says("high"))
    pack = make_pack(1)
    reworded = pack.scenarios[0].model_copy(update={"test_prompt": "How many may I take today?"})
    changed = Pack.model_validate({**pack.model_dump(), "scenarios": (reworded,)})
    run(desk, says("high"), pack=changed)
    with Store.open(desk.store, read_only=True) as store:
        first, second = store.runs("safety")
        assert first.contract_sha != second.contract_sha
        cells = [
            {found.cell.instance_id for found in safety.cells(store.file, one.id)} for one in (first, second)
        ]
    assert cells[0].isdisjoint(cells[1])
    told = desk("safety", "contract", "diff", first.id, second.id)
    assert "test_prompt" in told.out


def test_runs_under_two_contracts_are_not_compared_but_described(desk: Desk) -> None:
    run(desk, says("high"))
    run(desk, says("high"), "--temperature", "0.5")
    with Store.open(desk.store, read_only=True) as store:
        first, second = (one.id for one in store.runs("safety"))
    refused(desk("safety", "compare", first, second), "sampling.target.temperature", "--descriptive")
    told = desk("safety", "compare", first, second, "--descriptive", "--json")
    assert told.code == 0, told.err
    assert told.json["descriptive"] is True
    assert any("contract" in why for why in (*told.json["why_descriptive"], *told.json["remarks"]))


def test_the_target_is_not_in_the_contract(desk: Desk) -> None:
    run(desk, says("high"))
    desk.server.script = parties(says("high"))
    file = pack_file(desk.folder)
    other = desk(
        "safety", "run", file, "--targets", f"beta={desk.server.spec('beta')}", "--judges",
        panel(desk, *PANEL), *FAST_HTTP, "--json",
    )  # fmt: skip
    assert other.code == 0, other.err
    with Store.open(desk.store, read_only=True) as store:
        first, second = store.runs("safety")
        assert first.contract_sha == second.contract_sha
        body = json.dumps(store.contract(first.contract_sha))
    assert "alpha" not in body


def test_a_tampered_judgment_is_found_by_the_command(desk: Desk) -> None:
    run(desk, says("medium"))
    with Store.open(desk.store) as store:
        report = tampered(store, Path(desk.store), "UPDATE judgments SET severity = 'pass' WHERE seat < 2")
    assert not report.ok
    told = desk("verify")
    assert told.code == 1
    assert "gives the agreement as 1.0, but the judgments' is 0.66" in told.out
