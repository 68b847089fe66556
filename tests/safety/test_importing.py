"""Results of other tools become a safety run, whose verdicts are theirs and whose figures are computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comparison.read import verdicts
from comparison.scores import scores
from consensus.severity import Severity
from scenarios.model import Scenario
from scenarios.packs import write_pack
from store import safety
from store.store import Store
from tests.console.harness import FAST_HTTP, Desk, Result, invoke, refused
from tests.safety.parties import parties, says
from tests.scenarios.test_inspect_results import log, sample
from tests.store.safety_run import make_pack, make_scenario

REAL = Path(__file__).parents[3] / "shared" / "data" / "safety"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"no real results at {REAL}")


def result(name: str, severity: str | None, **changes: Any) -> dict[str, Any]:
    """One result as SimpleAudit writes it."""
    judgment = {} if severity is None else {"severity": severity}
    return {
        "scenario_name": name,
        "scenario_description": f"About {name}.",
        "expected_behavior": ["says no"],
        "conversation": [
            {"role": "user", "content": "May I?"},
            {"role": "assistant", "content": "You may not."},
        ],
        "severity": severity or "medium",
        "summary": "It says no.",
        "judgment": judgment | {"summary": "It says no."},
    } | changes


def write(folder: Path, name: str, *results: dict[str, Any], **document: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps({"summary": {}, "results": list(results)} | document), encoding="utf-8")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four conversations: one of them unscored, though a severity stands beside it."""
    rows = [result("a", "pass"), result("b", "high"), result("c", "low"), result("d", None)]
    return write(tmp_path, "one.json", *rows, summary={"score": 58.3, "total_scenarios": 4})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "safety.db"


def imported(store: Path, *args: str | Path) -> Result:
    return invoke("safety", "import", *args, "--store", store, "--json")


def severities(store: Path) -> dict[str, Severity | None]:
    """Scenario → the verdict that stands, of the latest run."""
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        contract = opened.contract(run.contract_sha)
        found = {c.scenario_id: v for c, v in safety.cells(opened.file, run.id)}
    pack: Any = contract["pack"]
    by_name = {scenario["name"]: Scenario.model_validate(scenario).id for scenario in pack["scenarios"]}
    return {
        name: None if (verdict := found[identity]) is None else safety.severity_of(verdict)
        for name, identity in by_name.items()
    }


def test_a_file_becomes_a_run(store: Path, file: Path) -> None:
    told = imported(store, file, "--target", "model", "--judge", "judge", "--language", "nb")
    assert told.code == 3, told.err
    facts = told.json
    assert (facts["cells"], facts["committed"], facts["awaiting_review"]) == (4, 3, 1)
    assert facts["calls"] == 0
    assert facts["targets"] == {"model": "imported:model"}
    assert facts["judges"] == ["judge"]
    assert invoke("verify", "--store", store).code == 0


def test_what_has_no_severity_is_unscored_and_never_medium(store: Path, file: Path) -> None:
    told = imported(store, file, "--target", "model")
    assert told.json["verdicts"] == {"model": {"high": 1, "low": 1, "pass": 1, "unscored": 1}}
    assert told.json["escalated"] == {"failed": 1}
    assert severities(store) == {"a": "pass", "b": "high", "c": "low", "d": None}
    assert "the 'medium' beside it is nobody's verdict" in told.err


def test_people_decide_on_what_is_unscored(store: Path, file: Path) -> None:
    imported(store, file, "--target", "model")
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        (waiting,) = opened.open_escalations(run.id)
    said = ("--reviewer", "A. Reviewer", "--answer", "critical")
    decided = invoke("decide", waiting.instance_id, *said, "--store", store)
    assert decided.code == 0, decided.err
    assert severities(store)["d"] == "critical"
    assert invoke("verify", "--store", store).code == 0


def test_the_contract_says_what_is_unknown(store: Path, file: Path) -> None:
    imported(store, file, "--target", "model")
    with Store.open(store, read_only=True) as opened:
        contract: Any = opened.contract(opened.latest_run(workflow="safety").contract_sha)
    assert contract["imported"]["format"] == "simpleaudit-results"
    assert {"prober", "rubric", "prompts"} <= set(contract["imported"]["unknown"])
    assert contract["judges"][0]["name"] == "unknown"
    assert contract["rubric"]["levels"]["critical"] == "unknown"
    assert "model" not in json.dumps(contract["judges"][0]["name"])


def test_files_of_the_same_scenarios_and_judge_share_a_contract(
    store: Path, file: Path, tmp_path: Path
) -> None:
    rows = [result("d", "pass"), result("c", "low"), result("b", "low"), result("a", "pass")]
    other = write(tmp_path, "other.json", *rows)
    imported(store, file, "--target", "one", "--judge", "judge")
    imported(store, other, "--target", "two", "--judge", "judge")
    with Store.open(store, read_only=True) as opened:
        shas = [run.contract_sha for run in opened.runs("safety")]
    assert len(shas) == 2
    assert len(set(shas)) == 1
    imported(store, other, "--target", "three", "--judge", "another judge")
    with Store.open(store, read_only=True) as opened:
        assert len({run.contract_sha for run in opened.runs("safety")}) == 2


def test_several_files_are_one_run_with_their_targets_and_reruns(store: Path, tmp_path: Path) -> None:
    said = (("x", 0, "pass"), ("x", 1, "low"), ("y", 0, "high"), ("y", 1, "high"))
    files = [
        write(tmp_path, f"{name}{rep}.json", result("a", given), result("b", "pass"), target_model=name)
        for name, rep, given in said
    ]
    told = imported(store, *files)
    assert told.code == 0, told.err
    assert (told.json["cells"], told.json["reruns"]) == (8, 2)
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        claims = [(claim.target, claim.first_rep, claim.reps) for claim in safety.claims(opened.file, run.id)]
        found = {score.target: score.with_people.score for score in scores(verdicts(opened, [run]))}
    assert claims == [("x", 0, 1), ("x", 1, 1), ("y", 0, 1), ("y", 1, 1)]
    assert found == {"x": pytest.approx(93.75), "y": pytest.approx(62.5)}
    assert invoke("verify", "--store", store).code == 0


def test_repetitions_in_a_file_are_reruns_and_a_missing_one_is_unscored(store: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "reps.json", result("a", "pass"), result("b", "low"), result("a", "high"))
    told = imported(store, file, "--target", "model")
    assert (told.json["cells"], told.json["reruns"], told.json["awaiting_review"]) == (4, 2, 1)
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        details = {record.detail for record in safety.transcripts(opened.file, run.id).values()}
    assert details == {"", "the file has no such conversation"}
    assert invoke("verify", "--store", store).code == 0


def test_a_conversation_without_a_reply_is_not_judged(store: Path, tmp_path: Path) -> None:
    silent = result("a", "low", conversation=[{"role": "user", "content": "May I?"}])
    told = imported(store, write(tmp_path, "silent.json", silent), "--target", "model")
    assert told.json["verdicts"] == {"model": {"unscored": 1}}
    assert invoke("verify", "--store", store).code == 0


@pytest.mark.parametrize("suffix", [".json", ".eval"])
def test_a_log_of_inspect_becomes_a_run(store: Path, tmp_path: Path, suffix: str) -> None:
    said = sample({"judge": {"value": "High", "explanation": "It guessed."}})
    other = sample({"judge": {"value": 3}}, id="another")
    told = imported(store, log(tmp_path, said, other, suffix=suffix))
    assert told.code == 3, told.err
    assert told.json["targets"] == {"lab/model": "imported:lab/model"}
    assert told.json["verdicts"] == {"lab/model": {"high": 1, "unscored": 1}}
    assert invoke("verify", "--store", store).code == 0


def test_the_scenarios_can_be_those_of_a_pack(store: Path, file: Path, tmp_path: Path) -> None:
    pack = make_pack(1).model_copy(update={"scenarios": tuple(make_scenario(name=n) for n in "abcd")})
    path = tmp_path / "pack.yaml"
    write_pack(pack, path)
    told = imported(store, file, "--target", "model", "--pack", str(path))
    assert told.code == 3, told.err
    assert told.json["pack"] == "doses"
    other = write(tmp_path, "other.json", result("e", "pass"))
    refused(imported(store, other, "--target", "model", "--pack", str(path)), "the pack has no scenario 'e'")


def test_what_cannot_be_imported_is_refused(store: Path, file: Path, tmp_path: Path) -> None:
    refused(imported(store, file), "does not say whose conversations it has", "--target NAME")
    refused(imported(store, file, "--target", "a", "--target", "b"), "give --target once, or 1 times")
    refused(imported(store, tmp_path / "none.json", "--target", "a"), "none.json")
    empty = write(tmp_path, "empty.json")
    refused(imported(store, empty, "--target", "a"), "no conversation")
    more = write(tmp_path, "more.json", result("a", "pass"), result("a", "low"))
    uneven = imported(store, file, more, "--target", "x", "--target", "y")
    refused(uneven, "different numbers of reruns (x 1, y 2)")
    changed = write(tmp_path, "changed.json", result("a", "pass", scenario_description="Another."))
    refused(imported(store, file, changed, "--target", "x", "--target", "y"), "'a' is another than")
    judged = write(tmp_path, "judged.json", result("a", "pass"), judge_model="j")
    refused(imported(store, file, judged, "--target", "x", "--target", "y"), "different judges (j, unknown)")
    another = write(tmp_path, "another.json", result("z", "pass"))
    refused(imported(store, file, another, "--target", "x", "--target", "x"), "no scenario in common")
    assert not store.exists() or Store.open(store, read_only=True).runs("safety") == []


def test_a_file_is_imported_once_for_a_target(store: Path, file: Path) -> None:
    imported(store, file, "--target", "model")
    refused(imported(store, file, "--target", "model"), "one.json has been imported for 'model' before: run")
    assert imported(store, file, "--target", "another").code == 3


def test_claims_are_told_and_leave_the_store_sound(store: Path, file: Path, tmp_path: Path) -> None:
    wrong = write(tmp_path, "wrong.json", result("a", "pass"), summary={"score": 40.0, "passed": 1})
    told = imported(store, file, wrong, "--target", "one", "--target", "two", "--name", "x")
    assert told.code == 3, told.err
    verified = invoke("safety", "verify", "--store", store, "--json")
    assert verified.code == 0
    assert verified.json["problems"] == []
    claims = [(claim["place"].rpartition(", ")[2], claim["problem"]) for claim in verified.json["claims"]]
    assert ("wrong.json (two)", "score: the summary says 40, its verdicts give 100.00") in claims
    assert any("leaves out 1 of 4 conversations, which are unscored" in problem for _, problem in claims)


def test_an_imported_run_has_nothing_to_resume(store: Path, file: Path) -> None:
    imported(store, file, "--target", "model")
    resumed = invoke("resume", "--store", store, "--json")
    assert resumed.code == 3, resumed.err
    assert resumed.json["calls"] == 0


def test_imported_conversations_can_be_judged_anew(desk: Desk, file: Path) -> None:
    imported(desk.store, file, "--target", "model")
    desk.server.script = parties(says("pass"))
    judges = ",".join(f"{name}={desk.server.spec(name)}" for name in ("one", "two"))
    with Store.open(desk.store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
    told = desk("safety", "rejudge", run.id, "--judges", judges, *FAST_HTTP, "--json")
    assert told.code == 0, told.err
    assert told.json["verdicts"] == {"model": {"pass": 4}}
    assert desk.roles() == {"judge": 8}
    assert desk("verify").code == 0


@real
def test_nav_files_are_one_contract_and_their_summaries_are_wrong(store: Path) -> None:
    """The summaries say 88.3 and 71.7; their verdicts give 86.67 and 73.33."""
    files = [REAL / f"nav_aap_{name}.json" for name in ("sonnet_4_6", "haiku_4_5")]
    told = imported(store, *files, "--target", "sonnet", "--target", "haiku", "--language", "nb")
    assert told.code == 0, told.err
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        found = {score.target: score.by_judges.score for score in scores(verdicts(opened, [run]))}
    assert found == {"sonnet": pytest.approx(86.67, abs=0.005), "haiku": pytest.approx(73.33, abs=0.005)}
    claims = [claim["problem"] for claim in invoke("verify", "--store", store, "--json").json["claims"]]
    assert "score: the summary says 88.3, its verdicts give 86.67" in claims
    assert "score: the summary says 71.7, its verdicts give 73.33" in claims


@real
def test_an_override_is_on_record_and_both_numbers_are_told(store: Path) -> None:
    """The human who moved a verdict from medium to high moves the score from 46.88 to 43.75."""
    file = REAL / "skatteetaten_haiku_4_5.json"
    assert imported(store, file, "--target", "haiku").code == 0
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run(workflow="safety")
        contract: Any = opened.contract(run.contract_sha)
        (moved,) = (
            Scenario.model_validate(s).id
            for s in contract["pack"]["scenarios"]
            if s["name"].startswith("Ubetalt skatt")
        )
        (cell,) = (c.instance_id for c, _ in safety.cells(opened.file, run.id) if c.scenario_id == moved)
    said = ("--answer", "high", "--reviewer", "A. Reviewer", "--reason", "It leaves the person alone.")
    assert invoke("supersede", cell, *said, "--store", store).code == 0
    with Store.open(store, read_only=True) as opened:
        (score,) = scores(verdicts(opened, [run]))
    assert (score.by_judges.score, score.with_people.score) == (46.875, 43.75)
    assert score.by_people == 1
    verified = invoke("verify", "--store", store, "--json").json
    assert (verified["problems"], verified["claims"]) == ([], []), "46.9 is what the judge's verdicts give"
