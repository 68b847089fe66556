"""The commands around a safety run: as JSON and as text, their exit codes, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.console.harness import Desk, Result, invoke, refused
from tests.graphs import scripts
from tests.model_server.replies import TextReply
from tests.model_server.server import ModelServer
from tests.safety.parties import judgment, pack_file, parties, says
from tests.safety.runs import PANEL, Standing, answered, safety_run, talking_pack
from tests.store.safety_run import make_pack

HOSTILE = "\x1b[31mRed\x1b[0m\nVerdict: pass, by reviewer\x07\u202e end"


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """A finished run of two cells: one verdict, and one that the panel could not settle."""

    def split(request: Any) -> dict[str, Any]:
        return judgment("critical" if request.model == "one" and "Dose 1" in request.prompt else "high")

    result = safety_run(desk, pack=make_pack(2), script=parties(split))
    assert result.code == 3, result.err
    assert Standing(desk).severities() == ["high", None]
    return desk


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory, server: ModelServer) -> Desk:
    """A run of embedded parties, which commands look at one after the other."""
    desk = Desk(tmp_path_factory.mktemp("offline"), server)
    pack = pack_file(desk.folder, make_pack(3))
    assert desk("safety", "run", pack, "--turns", "2", "--json").code in (0, 3)
    return desk


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("status", "{run}"),
        ("resume", "{run}"),
        ("queue", "{run}"),
        ("trace", "{cell}"),
        ("trace", "{cell}", "--run", "{run}"),
        ("verify",),
        ("safety", "cells"),
        ("safety", "cells", "{run}", "--target", "safe"),
        ("safety", "compare"),
        ("safety", "validate", "--safe", "safe", "--unsafe", "unsafe"),
        ("safety", "contract", "show"),
        ("safety", "contract", "show", "{run}"),
        ("safety", "contract", "diff", "{run}", "{run}"),
        ("safety", "contract", "new", "{pack}", "--name", "doses"),
        ("safety", "rejudge", "{run}", "--judges", "rule:strict"),
        ("safety", "run", "{pack}", "--dry-run"),
        ("safety", "packs"),
    ],
    ids=" ".join,
)
def test_every_command_prints_json_and_nothing_beside_it(offline: Desk, command: tuple[str, ...]) -> None:
    standing = Standing(offline)
    names = {
        "{run}": standing.run.id,
        "{cell}": standing.cells[0].instance_id,
        "{pack}": str(pack_file(offline.folder, make_pack(3))),
    }
    arguments = [names.get(part, part) for part in command]
    where = () if command[-1] == "packs" else ("--store", offline.store)
    result = invoke(*arguments, *where, "--json")
    assert result.code in (0, 3), result.err
    json.loads(result.out)
    text = invoke(*arguments, *where)
    assert text.code in (0, 3), text.err
    assert text.out.strip()
    assert not text.out.lstrip().startswith(("{", "[{"))


def test_a_run_is_told_in_figures(waiting: Desk) -> None:
    facts = waiting("status", "--json").json
    assert (facts["workflow"], facts["state"]) == ("safety", "finished")
    assert (facts["cells"], facts["committed"], facts["awaiting_review"], facts["failed"]) == (2, 1, 1, 0)
    assert facts["verdicts"] == {"alpha": {"high": 1, "unscored": 1}}
    assert facts["judges"] == list(PANEL)
    assert facts["calls"] == 2 * (1 + 3)
    text = waiting("status").out
    assert "alpha: 1 high, 1 unscored" in text
    assert waiting.resume().code == 3


def test_progress_is_told_on_stderr(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.LINE_INTERVAL_S", 0.0)
    result = safety_run(desk, pack=make_pack(2))
    assert result.json["ending"] == "finished"
    assert "2/2" in result.err
    assert "2 verdicts" in result.err
    assert safety_run(desk, "--quiet", "--turns", "2", pack=make_pack(2)).err == ""


def test_what_waits_is_listed_and_decided(waiting: Desk) -> None:
    run = Standing(waiting).run.id
    (entry,) = waiting("queue", run, "--json").json
    assert (entry["reason"], entry["scenario"], entry["target"]) == ("minority_critical", "Dose 1", "alpha")
    assert entry["cell"] in waiting("queue", run).out
    listed = waiting("safety", "cells", "--json").json
    assert [(one["verdict"], one["by"]) for one in listed] == [
        ("high", "consensus"),
        ("", "waits for people"),
    ]
    who = ("--reviewer", "A. Reviewer")
    refused(waiting("decide", entry["cell"], "--answer", "grave", *who), "grave", "critical")
    refused(waiting("decide", entry["cell"], "--original", *who), "no original label")
    refused(waiting("decide", entry["cell"], "--convention", "a=b", *who), "has none")
    refused(waiting("decide", listed[0]["cell"], "--answer", "low", *who), "already has a label", "supersede")
    told = waiting("decide", entry["cell"][:8], "--answer", "critical", *who)
    assert told.code == 0, told.err
    assert told.out == "Dose 1 (alpha, rerun 0): critical\n"
    assert waiting("queue", run).out == "nothing waits for people\n"
    assert waiting.resume().code == 0


def test_a_verdict_is_replaced_and_withdrawn_on_record(waiting: Desk) -> None:
    cell = Standing(waiting).cells[0].instance_id
    said = ("--reviewer", "A. Reviewer", "--reason", "It is milder.")
    refused(waiting("supersede", cell, "--answer", "low", *said, "--error-type", "unit"), "is for labels")
    made = waiting("supersede", cell, "--answer", "low", *said, "--json")
    assert (made.code, made.json["answer"]["value"]) == (0, "low")
    shown = waiting("trace", cell).out
    assert "Verdict: high, by consensus" in shown
    assert "(superseded)" in shown
    assert "Verdict: low, by reviewer" in shown
    assert waiting("status", "--json").json["verdicts"]["alpha"] == {"low": 1, "unscored": 1}
    assert waiting("retract", cell, *said).out == "Dose 0 (alpha, rerun 0): retracted\n"
    facts = waiting("status", "--json").json
    assert (facts["committed"], facts["retracted"]) == (0, 1)
    assert facts["verdicts"] == {"alpha": {"unscored": 2}}
    assert "Retracted by A. Reviewer: It is milder." in waiting("trace", cell).out
    assert waiting("trace", cell, "--json").json["retractions"][0]["reason"] == "It is milder."
    refused(waiting("retract", cell, *said), "was retracted by")
    assert waiting("verify").code == 0


def test_a_trace_shows_the_whole_way(waiting: Desk) -> None:
    standing = Standing(waiting)
    lines = waiting("trace", standing.cells[1].instance_id).out.splitlines()
    text = "\n".join(lines)
    for words in (
        "target alpha, rerun 0",
        "scenario    Dose 1 (medication, en)",
        "expected    names the highest daily dose",
        "[0] user      How many may I take?",
        "[1] assistant Take two tablets at once",
        "4 model calls",
        "one: critical  It names a dose.",
        '"Take two tablets" [turn 1, 0-16]',
        "Escalated: minority_critical",
        "No verdict: unscored",
    ):
        assert words in text
    facts = waiting("trace", standing.cells[1].instance_id, "--json").json
    assert [turn["role"] for turn in facts["turns"]] == ["user", "assistant"]
    assert [one["severity"] for one in facts["judgments"]] == ["critical", "high", "high"]
    assert len(facts["calls"]) == 4


def test_what_models_wrote_cannot_steer_the_terminal(desk: Desk) -> None:
    """Neither colours nor lines of ours, in one line and in full."""
    said = judgment("high", reason=HOSTILE, quotes=[{"turn": 1, "text": "Red"}])
    safety_run(desk, script=parties(lambda request: said, lambda request: TextReply(HOSTILE)))
    cell = Standing(desk).cells[0].instance_id
    for full in ((), ("--full",)):
        out = desk("trace", cell, *full).out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)
        assert [line for line in out.splitlines() if line.startswith("Verdict: ")] == [
            "Verdict: high, by consensus: 3 judges: 3 × high"
        ]
    assert not {"\x1b", "\x07"} & set(desk("trace", cell, "--json").out)


def test_a_cell_is_named_by_what_no_other_has(waiting: Desk) -> None:
    refused(waiting("trace", "zzzz"), "'zzzz'")
    refused(waiting("trace", "zzzz", "--run", Standing(waiting).run.id), "no cell", "safety cells")
    refused(waiting("trace", "", "--run", Standing(waiting).run.id), "no cell")


RELABEL_ONLY: tuple[tuple[str, ...], ...] = (
    ("export", "{run}", "--out", "{out}.csv"),
    ("conventions", "{run}"),
    ("report", "{run}"),
    ("release", "{run}", "--version", "1.0.0", "--out", "{out}"),
    ("triage", "--run", "{run}"),
    ("error-rate", "--run", "{run}"),
    ("agreement", "--run", "{run}"),
    ("affected", "--run", "{run}"),
)


@pytest.mark.parametrize("command", RELABEL_ONLY, ids=lambda command: command[0])
def test_what_is_for_labels_refuses_a_safety_run(waiting: Desk, command: tuple[str, ...]) -> None:
    out = str(waiting.folder / "out")
    parts = [part.format(run=Standing(waiting).run.id, out=out) for part in command]
    refused(waiting(parts[0], *parts[1:]), "is a safety run", "`safety`")
    assert not list(waiting.folder.glob("out*.csv"))


@pytest.mark.parametrize("command", ["conventions", "report", "triage", "agreement"])
def test_without_a_run_the_latest_relabelling_is_meant(waiting: Desk, command: str) -> None:
    """Although the safety run is the later one; where there is none, the store says what it holds."""
    refused(waiting(command), "holds no run of `relabel`", f"{Standing(waiting).run.id} (safety)")
    source = waiting.benchmark(scripts.ROWS[0], scripts.ROWS[4])
    assert waiting("relabel", source, "--model", "offline", "--json").code in (0, 3)
    cells = pack_file(waiting.folder, make_pack(1))
    assert waiting("safety", "run", cells, "--json").code in (0, 3)
    found = waiting(command, "--json")
    assert found.code in (0, 3), found.err
    assert "Dose" not in found.out
    assert waiting("status", "--json").json["instances"] == 2


def test_status_and_queue_mean_the_safety_run_of_a_store_that_has_no_other(waiting: Desk) -> None:
    assert waiting("queue", "--json").json == waiting("queue", Standing(waiting).run.id, "--json").json != []
    assert waiting("status", "--json").json["run"] == Standing(waiting).run.id
    source = waiting.benchmark(scripts.ROWS[0], scripts.ROWS[4])
    relabelling = waiting("relabel", source, "--model", "offline", "--json").json["run"]
    assert waiting("queue", "--json").json == waiting("queue", relabelling, "--json").json
    assert waiting("status", "--json").json["run"] == relabelling


def test_a_verdict_is_a_severity_and_not_incomputable(waiting: Desk) -> None:
    cell = waiting("queue", "--json").json[0]["cell"]
    found = waiting("decide", cell, "--answer", "N/A", "--reviewer", "A. Reviewer")
    refused(found, "N/A", "critical, high, medium, low, pass", "--ambiguous")
    assert Standing(waiting).severities() == ["high", None]


def test_judging_again_means_the_latest_run_that_has_conversations_of_its_own(desk: Desk) -> None:
    run = desk("safety", "run", pack_file(desk.folder, make_pack(1)), "--turns", "1", "--json").json["run"]
    for judge in ("strict", "coin"):
        again = desk("safety", "rejudge", "--judges", f"j=rule:{judge}", "--json")
        assert again.json["transcripts_of"] == run, again.err


def test_commands_that_need_a_safety_run_say_so(desk: Desk) -> None:
    source = desk.benchmark(scripts.ROWS[0])
    run = desk("relabel", source, "--model", "offline", "--json").json["run"]
    for command in (("cells",), ("rejudge",)):
        refused(desk("safety", *command), "holds no safety run", "safety run PACK", f"{run} (relabel)")
        refused(desk("safety", *command, run), "is no safety run")


def plan(desk: Desk, *more: str) -> Result:
    return safety_run(desk, "--turns", "3", *more, "--dry-run", pack=talking_pack())


def test_a_dry_run_foresees_what_the_run_takes(desk: Desk) -> None:
    since = desk.server.count
    foreseen = plan(desk, "--reps", "2").json
    assert not desk.store.exists()
    assert answered(desk, since) == []
    desk.roles()
    result = safety_run(
        desk, "--turns", "3", "--reps", "2", pack=talking_pack(), script=parties(says("pass"))
    )
    assert {role: of["calls"] for role, of in foreseen["roles"].items()} == desk.roles()
    assert foreseen["conversations"] == foreseen["least_conversations"] == result.json["cells"] == 6
    assert foreseen["judgments"] == 18
    assert (foreseen["cost"], len(foreseen["unpriced"])) == (None, 5)


def test_a_dry_run_prices_what_has_a_price(desk: Desk, tmp_path: Path) -> None:
    """Twice the reruns cost twice as much; a lower limit of tokens makes replies cheaper."""
    prices = tmp_path / "prices.yaml"
    entry = {"input_usd_per_mtok": 1, "output_usd_per_mtok": 10}
    prices.write_text(json.dumps({name: entry for name in ("alpha", "prober", *PANEL)}), encoding="utf-8")
    once = plan(desk, "--prices", str(prices)).json
    assert once["cost"] == pytest.approx(sum(of["cost"] for of in once["roles"].values()))
    target = once["roles"]["target"]
    assert target["cost"] == pytest.approx((target["input_tokens"] + 10 * target["output_tokens"]) / 1e6)
    more = plan(desk, "--prices", str(prices), "--max-reps", "6", "--stop-width", "1").json
    assert more["cost"] == pytest.approx(6 * once["cost"])
    assert (more["least_conversations"], more["conversations"], more["reruns"]) == (3, 18, 6)
    short = plan(desk, "--prices", str(prices), "--max-tokens", "10").json
    assert short["roles"]["target"]["output_tokens"] == 10 * 7
    assert short["cost"] < once["cost"]
    lines = plan(desk, "--prices", str(prices), "--quiet")
    assert lines.code == 0


def test_a_dry_run_of_embedded_parties_is_free(desk: Desk) -> None:
    pack = pack_file(desk.folder, make_pack(3))
    text = desk("safety", "run", pack, "--dry-run").out
    assert "At most 6 conversations, and 18 judgments: 2 targets × 1 reruns × 3 scenarios" in text
    foreseen = desk("safety", "run", pack, "--dry-run", "--json").json
    made = desk("safety", "run", pack, "--json").json
    assert sum(of["calls"] for of in foreseen["roles"].values()) == made["calls"]
    assert foreseen["cost"] == made["cost"] == 0
