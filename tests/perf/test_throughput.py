"""The measurement of throughput: what other tools are given is what Steward sends, and what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.extraction import Extraction
from calculators.registry import match_question
from perf.measuring import ROOT
from perf.peers.common import model_of
from perf.reporting import put_section
from perf.tools import write_calls
from perf.workload import ANSWERS, write_benchmark


def test_no_calculator_fits_the_workload_so_that_every_role_is_asked(tmp_path: Path) -> None:
    write_benchmark(tmp_path / "b.jsonl", 3)
    rows = [json.loads(line) for line in (tmp_path / "b.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["note"] for row in rows}) == 3
    assert all(match_question(row["question"]) is None for row in rows)


def test_a_model_of_a_schema_takes_and_refuses_what_the_schema_does() -> None:
    model = model_of(Extraction.model_json_schema(), "Extraction")
    answer = dict(ANSWERS["extractor"])
    assert model.model_validate(answer).model_dump(mode="json") == answer
    wrongs: list[dict[str, object]] = [
        {**answer, "more": 1},
        {"inputs": []},
        {**answer, "inputs": [{"name": 1}]},
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match="validation error"):
            model.model_validate(wrong)


def test_what_steward_sent_becomes_the_calls_of_other_tools(tmp_path: Path) -> None:
    body = {
        "messages": [
            {"role": "system", "content": "You write a program."},
            {"role": "user", "content": "… removed per hour in session s000007 of this patient?"},
        ],
        "response_format": {"json_schema": {"name": "Program", "schema": {}}},
    }
    (tmp_path / "requests").write_text(json.dumps(body) + "\n", encoding="utf-8")
    assert write_calls(tmp_path / "requests", tmp_path / "calls") == 1
    calls = json.loads((tmp_path / "calls").read_text(encoding="utf-8"))
    assert list(calls["prompts"]["s000007"]) == ["executor"]


def test_a_section_of_a_page_is_written_anew_or_added(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n## First\n\nold\n\n## Last\n\nkept\n", encoding="utf-8")
    put_section(page, "First", "new \\1")
    put_section(page, "Third", "added")
    assert page.read_text(encoding="utf-8") == (
        "# Page\n\n## First\n\nnew \\1\n\n## Last\n\nkept\n\n## Third\n\nadded\n"
    )


@pytest.mark.slow
def test_steward_is_measured_and_all_that_it_recorded_counted(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "perf/throughput.py",
        "--instances",
        "2",
        "--rounds",
        "1",
        "--only",
        "steward",
    ]
    command += ["--latency", "0.01", "--work", str(tmp_path), "--markdown", str(tmp_path / "page.md")]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=200)
    assert "2 instances × 3 roles × 5 votes = 30 calls" in done.stdout
    assert "| Steward, 1 process |" in (tmp_path / "page.md").read_text(encoding="utf-8")
