"""How the audit is measured: against another implementation, and against a relabelling."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.audit import run_audit
from benchmarks.read import open_benchmark
from perf import finding_quality
from perf.audit_quality import facts, judge, revised
from perf.conformance import compare
from store.store import Store
from tests.console.harness import invoke

ROOT = Path(__file__).parents[2]
CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"
MEDCALC = ROOT.parent / "shared" / "data" / "medcalc"


def audit_row(source_id: str, contradicts: str, calculator: str = "anion_gap") -> dict[str, str]:
    return {"uid": source_id, "contradicts": contradicts, "calculator": calculator, "cause": ""}


@pytest.mark.parametrize(
    ("calculator", "before", "after", "expected"),
    [
        ("anion_gap", "20", "20.9", False),
        ("anion_gap", "20", "21.3", True),
        ("anion_gap", "20", "N/A", True),
        ("anion_gap", "N/A", "N/A", False),
        ("sirs", "3", "3", False),
        ("sirs", "3", "2", True),
        ("estimated_due_date", "01/02/2024", "2024-01-02", False),
        ("gestational_age", "('5 weeks', '6 days')", "41", False),
        ("", "20", "20.9", False),
        ("", "01/02/2024", "01/03/2024", True),
        ("anion_gap", "20", "Multiple", None),
    ],
)
def test_a_label_is_revised_by_the_rule_of_its_calculator(
    calculator: str, before: str, after: str, expected: bool | None
) -> None:
    assert revised(calculator, before, after) is expected


def test_precision_and_recall() -> None:
    audit = [audit_row("1", "true"), audit_row("2", "true"), audit_row("3", "false"), audit_row("4", "")]
    audit += [audit_row("5", "false"), audit_row("6", "true"), audit_row("7", "true")]
    after = {"1": "30", "2": "20", "3": "40", "4": "N/A", "5": "20", "7": "several"}
    relabels = {source_id: {"old": "20", "new": new} for source_id, new in after.items()}
    assert facts(*judge(audit, relabels, "old", "new")) == {
        "relabelled": 5,
        "contradicted": 2,
        "revised": 3,
        "both": 1,
        "precision": 0.5,
        "recall": 0.3333,
        "unreadable relabels": 1,
    }
    assert facts([], 0)["precision"] is None


def test_answers_are_compared_with_a_reference() -> None:
    references = {
        "metabolic-09": "27.1",
        "metabolic-12": "5",
        "metabolic-13": "0",
        "renal-01": "N/A",
        "none": "1",
    }
    found = {row.source_id: row for row in compare(open_benchmark(str(CLINIC)), references, {})}
    assert {source_id: row.outcome for source_id, row in found.items()} == {
        "metabolic-09": "agrees",
        "metabolic-12": "differs",
        "metabolic-13": "differs",
        "renal-01": "differs",
    }
    assert "reference 5" in found["metabolic-12"].line


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"perf/{script}.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def test_the_scripts_print_their_figures_and_list_what_differs(tmp_path: Path) -> None:
    (tmp_path / "reference.csv").write_text("id,y\nmetabolic-09,27\nmetabolic-10,99\n", encoding="utf-8")
    done = run("conformance", CLINIC, tmp_path / "reference.csv", "--id", "id", "--truth", "y", "--list")
    assert [line.split() for line in done.stdout.splitlines()[:3]] == [
        ["rows", "2"],
        ["agreeing", "1"],
        ["share", "0.5"],
    ]
    assert done.stderr.startswith("metabolic-10")
    run_audit(open_benchmark(str(CLINIC)), {}).write(tmp_path / "audit.csv")
    relabels = "uid,y_orig,y_final\nmetabolic-12,3,17\nmetabolic-03,138.44,138.44\n"
    (tmp_path / "relabels.csv").write_text(relabels, encoding="utf-8")
    done = run("audit_quality", tmp_path / "audit.csv", tmp_path / "relabels.csv", "--json", "--list")
    assert json.loads(done.stdout)["precision"] == 0.5
    assert done.stderr.split()[:2] == ["metabolic-03", "corrected_sodium"]


def test_findings_are_held_against_a_relabelling(tmp_path: Path) -> None:
    ids, store = "metabolic-03,metabolic-10,metabolic-01,metabolic-04,unregistered-01", tmp_path / "audit.db"
    result = invoke("audit", CLINIC, "--model", "offline", "--ids", ids, "--store", store, "--quiet")
    assert result.code == 0
    pairs = (("138.44", "147.16"), ("3", "3"), ("9.84", "20"), ("1", "1"), ("1", "2"))
    relabels = {
        source_id: {"old": old, "new": new}
        for source_id, (old, new) in zip(ids.split(","), pairs, strict=True)
    }
    with Store.open(store, read_only=True) as opened:
        run_id = opened.latest_run(workflow="audit").id
        found = finding_quality.facts(list(finding_quality.judge(opened, run_id, relabels, "old", "new")))
    assert found == {
        "relabelled": 5,
        "revised": 3,
        "wrong": 2,
        "wrong and revised": 1,
        "precision": 0.5,
        "recall": 0.3333,
        "stands": 2,
        "stands and revised": 1,
        "unsure": 1,
        "unsure and revised": 1,
        "precision by error type": {"convention": "1 of 1", "extraction": "0 of 1"},
    }


@pytest.mark.slow
def test_the_flags_are_right_on_the_dev_half() -> None:
    if not MEDCALC.exists():
        pytest.skip(f"the benchmark's data is not at {MEDCALC}")
    rows = run_audit(open_benchmark(str(MEDCALC / "original_test_labels.csv")), {}).rows
    audit = [{"uid": row.source_id, **row.cells()} for row in rows]
    with (MEDCALC / "relabels_dev.csv").open(encoding="utf-8", newline="") as file:
        relabels = {row["uid"]: row for row in csv.DictReader(file)}
    found = facts(*judge(audit, relabels, "y_orig", "y_final"))
    assert found["relabelled"] == 439
    assert isinstance(found["precision"], float)
    assert isinstance(found["recall"], float)
    assert found["precision"] >= 0.97
    assert found["recall"] >= 0.5
