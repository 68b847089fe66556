"""Whole runs without a model server: the offline reader on the clinic example, and recorded answers."""

from __future__ import annotations

import csv
import json
import multiprocessing
import re
import resource
from pathlib import Path
from typing import Any

import pytest

from answers.agreement import agrees
from answers.parse import parse_answer
from perf.label_quality import measure
from store.store import Store
from tests.console.harness import ROOT, Background, Desk, Result, invoke

CLINIC = ROOT / "examples" / "clinic"
DATA = ROOT.parent / "shared" / "data" / "medcalc"
MEDCALC = DATA / "original_test_labels.csv"
RECORDED = DATA / "recorded_llm_answers.csv"
RELABELS = DATA / "relabels_dev.csv"
needs_medcalc = pytest.mark.skipif(
    not (MEDCALC.exists() and RECORDED.exists()), reason=f"{DATA} does not hold the MedCalc-Bench tables"
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """One offline run on the clinic example, and its store."""
    store = tmp_path_factory.mktemp("clinic") / "clinic.db"
    return store, invoke(
        "relabel", CLINIC / "benchmark.csv", "--model", "offline", "--store", store, "--json"
    )


def outcomes(store: Path) -> dict[str, dict[str, Any]]:
    """Unique ID → what the truth file says of the instance, its label's status, and whether it is true."""
    with (CLINIC / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["Unique ID"]: row for row in csv.DictReader(file)}
    found = {}
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run()
        labels = {label.instance_id: label for label in opened.labels(run.id)}
        for instance in opened.instances(run.benchmark_id):
            row, label = truth[instance.source_id], labels.get(instance.id)
            readings = [
                parse_answer(text, instance.spec.kind, instance.spec.unit)
                for text in row["true_answer"].split(" | ")
            ]
            found[instance.source_id] = {
                "kind": row["error_kind"],
                "expected": row["expected"],
                "status": label.status if label else None,
                "right": label is not None
                and label.answer is not None
                and agrees(readings[0], label.answer, instance.spec),
            }
    return found


def test_the_clinic_example_ends_without_a_failure(clinic: tuple[Path, Result]) -> None:
    store, result = clinic
    assert result.code == 3, result.err
    facts = result.json
    assert facts["committed"] + facts["awaiting_review"] == facts["instances"] == 57
    assert (facts["failed"], facts["pending"], facts["cost"]) == (0, 0, 0)
    assert facts["escalated"]["no_calculator"] == 3
    assert invoke("verify", "--store", store).code == 0


def test_committed_labels_of_the_clinic_example_are_true(clinic: tuple[Path, Result]) -> None:
    """Precision of what is committed ≥ 95%; half or more of what can be settled is; nothing ambiguous is."""
    found = outcomes(clinic[0])
    settled = [one for one in found.values() if one["expected"] == "commit"]
    committed = [one for one in settled if one["status"] is not None]
    right = sum(one["right"] for one in committed)
    print(f"committed {len(committed)} of {len(settled)}, true {right}")
    assert right >= 0.95 * len(committed), [name for name, one in found.items() if not one["right"]]
    assert len(committed) >= 0.6 * len(settled)
    doubtful = [name for name, one in found.items() if one["expected"] == "escalate" and one["status"]]
    assert len(doubtful) <= 1, doubtful


def test_planted_errors_of_the_clinic_example_are_found(clinic: tuple[Path, Result]) -> None:
    """Recall ≥ 50% of the planted errors; of what is called revised or incomputable ≥ 95% was wrong."""
    found = outcomes(clinic[0])
    planted = [one for one in found.values() if one["kind"] != "none"]
    caught = [one for one in planted if one["status"] in ("revised", "incomputable")]
    accused = [one for one in found.values() if one["status"] in ("revised", "incomputable")]
    wrong = [one for one in accused if one["kind"] != "none" or one["right"]]
    print(f"found {len(caught)} of {len(planted)}; {len(wrong)} of {len(accused)} accusations hold")
    assert len(caught) >= 0.5 * len(planted)
    assert len(wrong) >= 0.95 * len(accused)
    assert not [one for one in planted if one["status"] == "confirmed"], "a planted error was confirmed"


@pytest.mark.slow
def test_an_offline_run_is_the_same_every_time(clinic: tuple[Path, Result], tmp_path: Path) -> None:
    store = tmp_path / "again.db"
    again = invoke("relabel", CLINIC / "benchmark.csv", "--model", "offline", "--store", store, "--json").json
    assert again["contract"] == clinic[1].json["contract"]
    assert outcomes(store) == outcomes(clinic[0])


RECORDING = [
    ("run-1", "bmi-1", "25.0"),
    ("run-1", "bmi-2", "19.5"),
    ("run-1", "bmi-3", "Error: timeout"),
    ("run-1", "map-1", "93.3"),
    ("run-2", "bmi-1", "25.1"),
    ("run-2", "bmi-2", "19.5"),
    ("run-2", "bmi-3", "Error: timeout"),
    ("run-2", "map-1", "N/A"),
    ("run-3", "bmi-1", "25"),
    ("run-3", "bmi-2", "nothing"),
    ("run-3", "bmi-3", "Error: timeout"),
    ("run-4", "bmi-1", "25"),
    ("run-4", "bmi-2", "nothing"),
    ("run-4", "bmi-3", "Error: timeout"),
]


def test_recorded_answers_are_votes(desk: Desk) -> None:
    """Three distinct runs: unanimous, two of three, none readable, and split with a missing one."""
    path = desk.folder / "recorded.csv"
    path.write_text("\n".join([",".join(("run", "uid", "answer")), *map(",".join, RECORDING)]) + "\n")
    source, spec = desk.benchmark(), f"replay:{path}"
    result = desk("relabel", source, "--model", spec, "--votes", "3", "--agreement", "0.65", "--json")
    assert result.code == 3, result.err
    assert "repeats another" in result.err
    facts = result.json
    assert (facts["instances"], facts["not_recorded"]) == (4, 10)
    assert (facts["committed"], facts["calls"]) == (2, 0)
    assert facts["escalated"] == {"failed": 1, "incomputable_split": 1}
    votes = desk.votes("bmi-2")
    assert [vote.failure is None for vote in votes].count(False) == 1
    assert desk.votes("bmi-1")[0].derivation is not None
    label = desk.label("bmi-2")
    assert label is not None
    assert label.agreement == pytest.approx(2 / 3)
    assert all(vote.failure and "Error: timeout" in vote.failure for vote in desk.votes("bmi-3"))
    missing = [vote.failure for vote in desk.votes("map-1") if vote.failure]
    assert missing == ["executor: run 'run-3' has no answer to 'map-1'"]
    assert desk("verify").code == 0
    assert desk("decide", "bmi-3", "--answer", "25", "--reviewer", "Ana").code == 0


def test_a_recording_that_changed_is_another_contract(desk: Desk) -> None:
    path = desk.folder / "recorded.csv"
    path.write_text("run,uid,answer\na,bmi-1,25\na,bmi-2,7\n")
    source = desk.benchmark()
    replay = ("--model", f"replay:{path}", "--votes", "1", "--json")
    first = desk("relabel", source, *replay).json["contract"]
    path.write_text("run,uid,answer\na,bmi-1,26\na,bmi-2,7\n")
    second = desk("relabel", source, *replay).json["contract"]
    assert first != second


@needs_medcalc
def test_five_recorded_runs_of_a_real_model(tmp_path: Path) -> None:
    """Six files of gpt-oss-20b on 100 instances; one is a copy of another, so there are five votes."""
    store = tmp_path / "replay.db"
    spec = f"replay:{RECORDED}#*gpt-oss-20b*"
    result = invoke("relabel", MEDCALC, "--model", spec, "--store", store, "--json", "--quiet")
    assert result.code == 3, result.err
    assert result.err.count("repeats another") == 1
    facts = result.json
    assert (facts["instances"], facts["failed"], facts["pending"], facts["calls"]) == (100, 0, 0, 0)
    assert facts["committed"] + facts["awaiting_review"] == 100
    assert facts["escalated"]["low_consensus"] > 5
    assert facts["committed"] > 20
    with Store.open(store, read_only=True) as opened:
        run = opened.latest_run()
        votes = [vote for item in opened.work(run.id) for vote in opened.votes(run.id, item)]
        labels = list(opened.labels(run.id))
    assert len(votes) == 500
    failed = [vote for vote in votes if vote.answer is None]
    assert failed, "the recordings hold error texts"
    assert all(vote.failure and vote.failure.startswith("executor: run ") for vote in failed)
    assert all(label.agreement is not None and label.agreement >= 0.8 for label in labels)
    print(json.dumps({"failed votes": len(failed), **facts["escalated"], "committed": facts["committed"]}))


def _peak(path: str, args: tuple[str, ...]) -> None:
    """Run a command in this process and leave its peak memory."""
    result = invoke(*args)
    # ru_maxrss begins with the size of the process that started this one, so it is the second choice
    kernel = Path("/proc/self/status")
    own = re.search(r"VmHWM:\s+(\d+) kB", kernel.read_text()) if kernel.exists() else None
    peak = (int(own[1]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024
    Path(path).write_text(json.dumps({"code": result.code, "out": result.out, "peak": peak}))


@needs_medcalc
@pytest.mark.slow
@pytest.mark.timeout(700)
def test_the_whole_of_medcalc_offline(tmp_path: Path) -> None:
    """1,047 instances within bounds of time and 500 MB; none is lost, and what is committed is right.

    Where the study's relabels are at hand, at least 95% of the labels committed agree with them, and at least
    65% of the instances with a registered calculator are committed.
    """
    store, told = tmp_path / "medcalc.db", tmp_path / "told.json"
    args = ("relabel", str(MEDCALC), "--model", "offline", "--store", str(store), "--json", "--quiet")
    process = multiprocessing.get_context("spawn").Process(target=_peak, args=(str(told), args))
    process.start()
    process.join(500)
    assert process.exitcode == 0, "not done within 500 s"
    said = json.loads(told.read_text())
    facts = json.loads(said["out"])
    assert said["code"] == 3
    assert (facts["instances"], facts["failed"], facts["pending"]) == (1047, 0, 0)
    assert facts["committed"] + facts["awaiting_review"] == 1047
    assert "no_calculator" not in facts["escalated"]
    assert said["peak"] < 500
    print(f"peak {said['peak']:.0f} MB, committed {facts['committed']}")
    assert Background(tmp_path, "verify", "--store", store).wait(120).code == 0
    if RELABELS.exists():
        with RELABELS.open(encoding="utf-8", newline="") as file:
            relabels = {row["uid"]: row["y_final"] for row in csv.DictReader(file)}
        with Store.open(store, read_only=True) as opened:
            measured = measure(opened, opened.latest_run().id, relabels)
        everything, covered = measured.groups["all"], measured.groups["with a registered calculator"]
        print(f"with a relabel {everything.facts()}, of a registered calculator {covered.facts()}")
        assert everything.instances == len(relabels)
        assert everything.agree >= 0.95 * everything.committed
        assert covered.committed >= 0.65 * covered.instances
