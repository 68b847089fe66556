"""`run.py triage`: of a run, of a benchmark without one, as text, JSON and CSV, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consensus.triage import COMPONENTS
from store.store import Store
from tests.console.harness import ROOT, invoke, refused, table
from tests.review.conftest import clinic_store, made_once

__all__ = ["clinic_store", "made_once"]

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
TRUTH = CLINIC.with_name("truth.csv")


def test_what_waits_comes_in_the_order_of_the_queue(clinic_store: Path) -> None:
    found = invoke("triage", "--store", clinic_store, "--json").json
    queue = invoke("queue", "--store", clinic_store, "--json").json
    assert [one["source_id"] for one in found] == [one["source_id"] for one in queue]
    assert {one["state"] for one in found} == {"waiting"}
    lines = invoke("triage", "--store", clinic_store, "--limit", "3").out.splitlines()
    assert lines[0].split() == ["id", "score", "state", "calculator", "original", "answer", "why"]
    assert [line.split()[0] for line in lines[1:]] == [one["source_id"] for one in found[:3]]
    assert "no votes agree on an answer" in lines[1]


def test_all_instances_with_their_components(clinic_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "triage.csv"
    result = invoke("triage", "--store", clinic_store, "--all", "--out", out)
    assert "57 rows written to" in result.out
    rows = table(out)
    assert list(rows[0]) == [
        "id", "score", "state", "calculator", "original", "answer", *COMPONENTS, "why",
    ]  # fmt: skip
    assert {row["id"] for row in rows} == {row["Unique ID"] for row in table(CLINIC)}
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    for row in rows:
        right = 0.97
        for name in COMPONENTS:
            right *= 1 - float(row[name] or 0)
        assert float(row["score"]) == pytest.approx(1 - right, abs=1e-3)
        assert bool(row["why"]) == any(row[name] for name in COMPONENTS)
    wrong = {row["Unique ID"] for row in table(TRUTH) if row["error_kind"] not in ("", "none")}
    assert {row["id"] for row in rows[:20]} <= wrong, "the planted errors come first"


def test_a_benchmark_without_a_run(tmp_path: Path) -> None:
    suspected = invoke("triage", CLINIC, "--json").json
    audit = invoke("audit", CLINIC, "--stored-inputs", "--json").json
    contradicted = {row["Unique ID"] for row in audit["rows"] if row["contradicts"]}
    assert {one["source_id"] for one in suspected} == contradicted
    assert {name for one in suspected for name in one["components"]} == {"stored_inputs"}
    assert len(invoke("triage", CLINIC, "--all", "--json").json) == 57
    compared = invoke("triage", CLINIC, "--labels", f"{TRUTH}#true_answer", "--json").json
    assert len(compared) > len(suspected)
    assert {name for one in compared for name in one["components"]} == {"stored_inputs", "disagreement"}
    assert compared[0]["answer"] is not None


def test_nothing_to_go_by_is_said(tmp_path: Path) -> None:
    items = tmp_path / "items.jsonl"
    row = {"id": "a", "context": "c", "question": "q", "label": 8, "answer_kind": "number"}
    items.write_text(json.dumps(row) + "\n", encoding="utf-8")
    result = invoke("triage", items)
    assert "nothing to go by" in result.err
    assert result.out.strip() == "Nothing to look at."


def test_what_does_not_go_together_is_refused(clinic_store: Path, tmp_path: Path) -> None:
    refused(invoke("triage", "--store", clinic_store, "--labels", TRUTH), "go with INPUT")
    refused(invoke("triage", CLINIC, "--run", "x"), "not both")
    refused(invoke("triage", CLINIC, "--out", CLINIC), "benchmark itself")
    refused(invoke("triage", "--store", clinic_store, "--out", clinic_store), "belongs to the store")
    refused(invoke("triage", CLINIC, "--convention", "no=such"), "no")
    refused(invoke("triage", "--store", tmp_path / "none.db"), "there is no store")


def test_a_queue_whose_scores_are_missing_is_brought_up_to_date(clinic_store: Path) -> None:
    with Store.open(clinic_store) as store, store.transaction() as db:
        kept = store.file.rows("SELECT * FROM triage ORDER BY instance_id")
        db.execute("DELETE FROM triage")
    assert invoke("triage", "--store", clinic_store).code == 0
    with Store.open(clinic_store, read_only=True) as store:
        assert store.file.rows("SELECT * FROM triage ORDER BY instance_id") == kept


def test_labels_that_are_read_are_not_overwritten(tmp_path: Path) -> None:
    labels = tmp_path / "truth.csv"
    labels.write_bytes(TRUTH.read_bytes())
    for reference in (str(labels), f"{labels}#true_answer"):
        refused(
            invoke("triage", CLINIC, "--labels", reference, "--out", labels),
            "truth.csv: this is an input, and it is not overwritten; name another file",
        )
    assert labels.read_bytes() == TRUTH.read_bytes()
