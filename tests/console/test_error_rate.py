"""`run.py error-rate`: what it prints, on the clinic example and on real data, and how it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from store.store import Store
from tests.console.harness import ROOT, invoke, refused
from tests.graphs.test_error_rate import run, store

__all__ = ["run", "store"]

CLINIC = ROOT / "examples" / "clinic"
MEDCALC = ROOT.parent / "shared" / "data" / "medcalc"
needs_medcalc = pytest.mark.skipif(not MEDCALC.exists(), reason="the MedCalc-Bench files are not here")


def test_the_clinic_example_against_its_truth() -> None:
    given = ("error-rate", CLINIC / "benchmark.csv", "--against", f"{CLINIC / 'truth.csv'}#true_answer")
    result = invoke(*given, "--json")
    assert result.code == 0
    with (CLINIC / "truth.csv").open(encoding="utf-8", newline="") as file:
        planted = sum(row["error_kind"] != "none" for row in csv.DictReader(file))
    facts = result.json
    assert facts["by_rule"]["at_least"]["wrong"] == facts["by_rule"]["of_answered"]["wrong"] == planted == 25
    assert sum(tally["differ"] for tally in facts["by_calculator"].values()) == facts["by_rule"]["differ"]
    shown = invoke(*given)
    assert "seen 57 of 57 instances" in shown.out
    assert "43.9% (25 of 57; 95% CI 31.8% to 56.7%)" in shown.out


@needs_medcalc
@pytest.mark.slow
@pytest.mark.parametrize(("column", "wrong"), [("y_new", 152), ("y_final", 149)])
def test_at_least_27_percent_of_the_labels_of_medcalc_bench(column: str, wrong: int) -> None:
    """The study counts (220 + 66) / 1,047 = 27.3% on the whole; the half with odd ids is in line with it."""
    set_of = f"{MEDCALC / 'relabels_dev.csv'}#{column}"
    given = ("error-rate", MEDCALC / "original_test_labels.csv", "--against", set_of)
    facts = invoke(*given, "--within", MEDCALC / "reference_values_dev.csv", "--json").json
    assert (facts["instances"], facts["seen"], facts["not_looked_at"]) == (1047, 524, 523)
    for tally in (facts["by_rule"], facts["by_tolerance"]):
        assert tally["unlabelled"] == 85
        assert (tally["at_least"]["wrong"], tally["at_least"]["of"]) == (wrong, 524)
        low, high = tally["at_least"]["wilson"]
        assert low < (220 + 66) / 1047 < high
    shown = invoke(*given, "--within", MEDCALC / "reference_values_dev.csv")
    assert "seen 524 of 1047 instances, of which 85 have no label there" in shown.out
    assert "the other 523 were not looked at" in shown.out


def test_a_run_without_a_sample_says_what_there_is(store: Store, run: object) -> None:
    result = invoke("error-rate", "--store", store.path, "--margin", "3")
    assert result.code == 0
    assert "Original labels of the benchmark: 120" in result.out
    assert "settled by people      10   4 wrong" in result.out
    assert "not covered           110" in result.out
    assert "more   simple sample, whatever the rate is" in result.out
    facts = invoke("error-rate", "--store", store.path, "--json").json
    assert facts["label_sets"]["released"]["rates"]["simple"]["share"] is None
    assert "no sample was drawn" in result.out


def test_reviews_are_planned() -> None:
    given = ("error-rate", CLINIC / "benchmark.csv", "--against", f"{CLINIC / 'truth.csv'}#true_answer")
    plan = invoke(*given, "--margin", "10", "--json").json["plan"]
    assert plan["reviews"]["worst_case"] >= plan["reviews"]["as_found"] > 30
    assert "within ±10 points" in invoke(*given, "--margin", "10").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((CLINIC / "benchmark.csv",), "--against FILE together"),
        (("--against", "x.csv"), "--against FILE together"),
        (("--within", CLINIC / "truth.csv"), "go with INPUT"),
        ((CLINIC / "benchmark.csv", "--against", CLINIC / "truth.csv"), "which column is the label"),
        (
            (CLINIC / "benchmark.csv", "--against", CLINIC / "truth.csv", "--run", "x"),
            "--run goes without INPUT",
        ),
        (("--margin", "50"), "50"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: tuple[str | Path, ...], said: str, tmp_path: Path) -> None:
    refused(invoke("error-rate", *arguments, "--store", tmp_path / "none.db"), said)


def test_a_missing_store_is_told(tmp_path: Path) -> None:
    refused(invoke("error-rate", "--store", tmp_path / "none.db"), "none.db")
