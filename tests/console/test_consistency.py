"""`run.py consistency`: what it prints and writes, and what it says to a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.consistency import CSV_COLUMNS
from tests.console.harness import ROOT, invoke, refused, table

EXAMPLE = ROOT / "examples" / "consistency" / "items.jsonl"
CONVENTIONS = ROOT / "examples" / "conventions" / "items.jsonl"
CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"


def test_it_prints_each_contradiction_with_its_sides_and_what_the_others_would_give(tmp_path: Path) -> None:
    out = tmp_path / "found.csv"
    result = invoke("consistency", EXAMPLE, "--out", out)
    assert result.code == 0
    assert "  contradictions          3   labels on their sides 9" in result.out
    assert "  cdc_2016 (minority): CDC 2016" in result.out
    assert "    1: mme-3 48 (cdc_2022: 60)" in result.out
    assert result.out.endswith(f"9 rows written to {out}\n")
    rows = table(out)
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["id"] for row in rows if row["minority"] == "true"] == ["ldl-3", "mme-3", "gfr-3"]
    assert {row["label"] for row in rows if row["question"] == "race"} == {"41.37", "45.1", "N/A"}


def test_as_json() -> None:
    facts = invoke("consistency", EXAMPLE, "--json").json
    assert (facts["compared"], facts["explained"], facts["unexplained"]) == (11, 10, ["ldl-4"])
    ldl = next(each for each in facts["contradictions"] if each["question"] == "ldl_source")
    assert (ldl["minority"], ldl["material"], ldl["calculators"]) == (["measured"], True, ["ldl_friedewald"])
    (member,) = ldl["sides"][1]["members"]
    assert member["under"]["computed"]["value"] == 140


def test_labels_of_a_run_agree_with_each_other_where_the_original_ones_do_not(tmp_path: Path) -> None:
    store = tmp_path / "run.db"
    invoke("relabel", EXAMPLE, "--store", store, "--quiet")
    facts = invoke("consistency", EXAMPLE, "--labels", "released", "--store", store, "--json").json
    assert facts["compared"] == facts["explained"] > 0
    assert facts["compared"] + facts["not_compared"]["unlabelled"] == 11
    assert facts["contradictions"] == []


def test_decisions_that_contradict_each_other_are_found_in_a_run(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "run.db")
    invoke("relabel", CONVENTIONS, *store, "--quiet")
    before = invoke("consistency", CONVENTIONS, "--labels", "released", *store, "--json").json
    assert before["contradictions"] == []
    for instance, option in (("gap-1", "ag_minus_12"), ("gap-2", "minus_bicarbonate_fall")):
        said = ("--convention", f"delta_gap={option}", "--reviewer", "A. Reviewer")
        assert invoke("decide", instance, *said, *store).code == 0
    after = invoke("consistency", CONVENTIONS, "--labels", "released", *store, "--json").json
    assert [each["question"] for each in after["contradictions"]] == ["delta_gap"]


@pytest.mark.slow
def test_the_run_on_the_clinic_is_consistent(tmp_path: Path) -> None:
    store = ("--store", tmp_path / "run.db")
    invoke("relabel", CLINIC, *store, "--quiet")
    facts = invoke("consistency", CLINIC, "--labels", "released", *store, "--json").json
    assert facts["compared"] == facts["explained"] >= 45
    assert facts["contradictions"] == []


def test_a_mistake_is_told_in_one_line(tmp_path: Path) -> None:
    refused(invoke("consistency", EXAMPLE, "--labels", "released"), "--store")
    refused(invoke("consistency", EXAMPLE, "--run", "abc"), "--store")
    refused(invoke("consistency", EXAMPLE, "--labels", f"{EXAMPLE}#nothing"), "no column 'nothing'")
    refused(invoke("consistency", EXAMPLE, "--out", EXAMPLE), "not overwritten")
