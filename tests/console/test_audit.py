"""`run.py audit`: what it writes and prints, and what it says to a mistake."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.audit import COLUMNS
from tests.console.harness import ROOT, invoke, refused, table

CLINIC = ROOT / "examples" / "clinic" / "benchmark.csv"


def write_items(folder: Path, *stored: object, name: str = "stored") -> Path:
    path = folder / "items.jsonl"
    common = {"context": "c", "question": "q", "label": 8, "kind": "number", "calculator": "delta_gap"}
    rows = ({"id": f"i{n}", **common, name: each} for n, each in enumerate(stored))
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


GAP = {"sodium": [140, "mEq/L"], "chloride": [100, "mEq/L"], "bicarbonate": [20, "mEq/L"]}
MAP = (
    "--map",
    "id=id,context=context,question=question,label=label,answer_kind=kind,calculator=calculator,stored_inputs=stored",
)


def test_the_clinic_example(tmp_path: Path) -> None:
    out = tmp_path / "audit.csv"
    result = invoke("audit", CLINIC, "--stored-inputs", "--out", out)
    assert result.code == 0
    rows, source = table(out), table(CLINIC)
    assert list(rows[0]) == ["Unique ID", *COLUMNS]
    assert [row["Unique ID"] for row in rows] == [row["Unique ID"] for row in source]
    assert [row["original"] for row in rows] == [row["Ground Truth Answer"] for row in source]
    contradicted = {row["Unique ID"] for row in rows if row["contradicts"] == "true"}
    truth = {row["Unique ID"]: row["error_kind"] for row in table(CLINIC.with_name("truth.csv"))}
    # where a wrong value or unit was stored, the label follows from it; only a wrong formula shows
    assert {truth[source_id] for source_id in contradicted} <= {"logic", "convention"}
    assert {name for name, kind in truth.items() if kind == "logic"} - contradicted == {"unregistered-02"}
    assert f"contradicted     {len(contradicted):>6}" in result.out
    assert f"57 rows written to {out}" in result.out


def test_as_json(tmp_path: Path) -> None:
    result = invoke("audit", CLINIC, "--stored-inputs", "--json")
    facts = result.json
    assert result.code == 0
    assert facts["id_column"] == "Unique ID"
    assert facts["labels"] == len(facts["rows"]) == 57
    assert facts["contradicted"] + facts["agree"] + facts["not_checkable"] == 57
    assert facts["not_checkable_because"] == {"no_calculator": 3}
    assert sum(facts["by_cause"].values()) == facts["contradicted"]
    assert sum(each["contradicted"] for each in facts["by_calculator"].values()) == facts["contradicted"]
    assert facts["rows"][0]["Unique ID"] == "acute-01"
    assert {row["contradicts"] for row in facts["rows"]} == {True, False, None}


def test_a_fixed_convention_is_no_longer_open(tmp_path: Path) -> None:
    source = write_items(tmp_path, GAP)
    assert invoke("audit", source, "--stored-inputs", *MAP, "--json").json["contradicted"] == 0
    fixed = ("--convention", "delta_gap=minus_bicarbonate_fall")
    assert invoke("audit", source, "--stored-inputs", *MAP, *fixed, "--json").json["contradicted"] == 1


def test_a_label_that_agrees_only_under_another_option_is_told(tmp_path: Path) -> None:
    source = write_items(tmp_path, {**GAP, "bicarbonate": [16, "mEq/L"]})
    result = invoke("audit", source, "--stored-inputs", *MAP)
    assert (
        "agree                 1   1 of them only under another option of an open convention"
        not in result.out
    )
    assert "contradicted          1" in result.out
    source = write_items(tmp_path, {**GAP, "chloride": [96, "mEq/L"]})
    assert "1 of them only under another option" in invoke("audit", source, "--stored-inputs", *MAP).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([CLINIC], "--stored-inputs"),
        (["no-such.csv", "--stored-inputs"], "no-such.csv"),
        ([CLINIC, "--stored-inputs", "--convention", "colour=red"], "no convention 'colour'"),
        ([CLINIC, "--stored-inputs", "--convention", "delta_gap"], "not NAME=OPTION"),
        ([CLINIC, "--stored-inputs", "--convention", "delta_gap=blue"], "has no option 'blue'"),
        ([CLINIC, "--stored-inputs", "--out", "no/such/folder/a.csv"], "no folder"),
    ],
)
def test_mistakes_are_told_in_a_line(arguments: list[str | Path], said: str) -> None:
    result = invoke("audit", *arguments)
    refused(result, said)


def test_the_benchmark_is_not_overwritten(tmp_path: Path) -> None:
    source = write_items(tmp_path, GAP)
    link = tmp_path / "link.jsonl"
    link.symlink_to(source)
    before = source.read_bytes()
    for out in (source, link):
        result = invoke("audit", source, "--stored-inputs", *MAP, "--out", out)
        assert (result.code, result.out) == (2, "")
        assert "benchmark itself" in result.err
    assert source.read_bytes() == before


def test_a_table_without_stored_inputs_is_told_what_is_needed(tmp_path: Path) -> None:
    source = write_items(tmp_path, GAP, name="something_else")
    result = invoke("audit", source, "--stored-inputs")
    assert result.code == 2
    assert "no column holds stored inputs" in result.err
    assert "--map stored_inputs=COLUMN" in result.err


def test_what_a_benchmark_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    source = write_items(tmp_path, {"sodium": [140, "\x1b[31mmEq/L"]}, "\x1b[2J")
    result = invoke("audit", source, "--stored-inputs", *MAP)
    assert result.code == 0
    assert "\x1b" not in result.out
    assert "\x1b" not in invoke("audit", source, "--stored-inputs", *MAP, "--json").out


def test_progress_goes_to_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.LINE_INTERVAL_S", 0.0)
    result = invoke("audit", CLINIC, "--stored-inputs", "--json")
    assert "57/57 rows" in result.err
    assert "calculators searched for causes" in result.err
    assert result.json["labels"] == 57
