"""`run.py release` and `run.py diff`: what they print, and what they say to a mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answers.model import NumberAnswer
from benchmarks.label_sets import read_label_set
from benchmarks.read import read_benchmark
from releases.explain import UNEXPLAINED
from tests.console.harness import ROOT, invoke, refused, table
from tests.releases.desk import Made, decide, make_store

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
MEDCALC = ROOT.parent / "shared" / "data" / "medcalc" / "original_test_labels.csv"
LICENCE = ("--licence", "MIT", "--attribution", "Nobody et al. 2026")


def released(made: Made, out: Path, version: str = "1.0.0", *more: str | Path) -> None:
    result = invoke("release", "--out", out, "--version", version, *LICENCE, *more, "--store", made.path)
    assert result.code == 0, result.err


def test_a_release_and_what_it_says(tmp_path: Path) -> None:
    made = make_store(tmp_path)
    command = ("release", "--out", tmp_path / "one", "--version", "1.0.0", "--store", made.path)
    refused(invoke(*command), "the licence of the benchmark is not known here", "--licence SPDX")
    result = invoke(*command, *LICENCE, "--name", "Vignettes")
    assert result.code == 0, result.err
    assert "Vignettes 1.0.0: 9 rows in" in result.out
    assert "confirmed 3, revised 5, incomputable 1" in result.out
    refused(invoke(*command, *LICENCE), "is not empty")
    facts = invoke(*command[:2], tmp_path / "two", *command[3:], *LICENCE, "--json").json
    assert (facts["released"], facts["rows"], facts["changes"]) == (True, 9, None)
    assert "SHA256SUMS" in facts["files"]


def test_people_are_waited_for(tmp_path: Path) -> None:
    made = make_store(tmp_path, waiting=("argued",))
    command = ("release", "--out", tmp_path / "one", "--version", "1.0.0", *LICENCE, "--store", made.path)
    result = invoke(*command, "--json")
    assert result.code == 3
    assert result.json["unresolved"] == {"waiting": 1}
    assert "instances that wait for people: 1 (failed 1)" in result.err
    assert not (tmp_path / "one").exists()
    assert invoke(*command, "--with-unresolved").code == 0


def test_two_releases_differ_and_each_row_says_why(tmp_path: Path) -> None:
    made = make_store(tmp_path)
    released(made, tmp_path / "one")
    decide(made, "dose", NumberAnswer(value=8.0, unit="mL"), note="40 kg")
    released(made, tmp_path / "two", "1.1.0", "--previous", tmp_path / "one")
    result = invoke("diff", tmp_path / "one", tmp_path / "two")
    assert result.code == 0
    assert "1.0.0 → 1.1.0: 1 row changed (another label 1), 0 added, 0 removed, 8 as before" in result.out
    assert "a decision superseded consensus: reviewer-1, by a reviewer: 40 kg" in result.out
    assert invoke("diff", tmp_path / "one", tmp_path / "two", "--exit-code").code == 1
    assert invoke("diff", tmp_path / "one", tmp_path / "one", "--exit-code").code == 0
    (change,) = invoke("diff", tmp_path / "one", tmp_path / "two", "--json").json["changed"]
    assert (change["before"]["label"], change["after"]["label"]) == ("N/A", "8")


def test_files_of_labels_are_compared_over_a_benchmark(tmp_path: Path) -> None:
    made = make_store(tmp_path)
    released(made, tmp_path / "one")
    old, new = f"{tmp_path / 'vignettes.jsonl'}#label", str(tmp_path / "one" / "labels.parquet")
    refused(invoke("diff", old, new), "give --benchmark INPUT")
    facts = invoke("diff", old, new, "--benchmark", tmp_path / "vignettes.jsonl", "--json").json
    assert {each["source_id"]: each["change"] for each in facts["changed"]} == {
        "wrong": "label",
        "negative": "label",
        "due": "label",
        "name": "label",
        "dose": "label",
        "argued": "label",
        "kept": "value",
    }
    assert facts["changed"][0]["because"] == ["a file of labels does not say how it came to them"]


def test_a_release_is_a_label_set(tmp_path: Path) -> None:
    made = make_store(tmp_path, waiting=("argued",))
    released(made, tmp_path / "one", "1.0.0", "--with-unresolved")
    benchmark = read_benchmark(str(tmp_path / "vignettes.jsonl"))
    for name in ("labels.parquet", "labels.csv"):
        labels = read_label_set(str(tmp_path / "one" / name), benchmark)
        assert labels.labels["wrong"].text == "30"
        assert labels.gaps("unlabelled") == ["argued"]
        assert labels.strangers == ()


@pytest.mark.slow
@pytest.mark.parametrize("source", [CLINIC, MEDCALC], ids=["clinic", "medcalc"])
def test_an_offline_run_is_released_and_every_change_explained(source: Path, tmp_path: Path) -> None:
    if not source.exists():
        pytest.skip(f"{source} is not there")
    store = tmp_path / "labels.db"
    limit = () if source == CLINIC else ("--limit", "240")
    run = invoke("relabel", source, "--model", "offline", "--quiet", "--store", store, "--json", *limit)
    licence = ("--licence", "MIT", "--attribution", "Steward") if source == CLINIC else ()
    command = ("release", "--with-unresolved", *licence, "--store", store, "--json")
    first = invoke(*command, "--out", tmp_path / "one", "--version", "1.0.0")
    assert first.code == 0, first.err
    assert first.json["rows"] == len(table(source))
    counts = run.json
    by_status = first.json["by_status"]
    assert (
        sum(by_status.get(name, 0) for name in ("confirmed", "revised", "incomputable"))
        == counts["committed"]
    )
    for entry in invoke("queue", "--limit", "2", "--store", store, "--json").json:
        decided = ("--ambiguous", "--reviewer", "A. Reviewer", "--note", "two readings", "--store", store)
        assert invoke("decide", entry["source_id"], *decided).code == 0
    second = invoke(*command, "--out", tmp_path / "two", "--version", "1.1.0", "--previous", tmp_path / "one")
    assert second.json["changes"]["changed"] == {"newly_resolved": 2}
    changed = invoke("diff", tmp_path / "one", tmp_path / "two", "--json").json["changed"]
    assert all(each["because"] and each["because"] != [UNEXPLAINED] for each in changed)
    metadata = json.loads((tmp_path / "two" / "croissant.json").read_text())
    assert metadata["citeAs"] == ("Steward" if source == CLINIC else "MedCalc-Bench, Khandekar et al. 2024")
    again = read_benchmark(str(tmp_path / "two" / "labels.csv"))
    assert len(again.instances) == counts["committed"]
