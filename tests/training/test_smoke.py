"""The smoke configuration as it is documented: run, compared, reported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training import software

ROOT = Path(__file__).parents[2]


def train(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "run.py", "train", *words],
        cwd=ROOT,
        text=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=900,
    )


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_corrected_labels_beat_systematically_faulty_ones(tmp_path: Path) -> None:
    software.needed()
    out = tmp_path / "smoke"
    run = train("run", "training/configs/smoke.yaml", "--out", str(out), "--json")
    assert run.returncode == 0, run.stderr
    assert "GRPO" in run.stderr, "progress is shown"
    analysis: dict[str, Any] = json.loads(run.stdout)["analysis"]
    (comparison,) = analysis["comparisons"]
    corrected, systematic = analysis["arms"]
    assert analysis["base"] < corrected["sampled"]
    assert 0.2 <= systematic["noise"] <= 0.35
    assert corrected["noise"] == 0
    assert comparison["sampled"]["difference"] > 0
    parts = comparison["answerable"]["contribution"] + comparison["incomputable"]["contribution"]
    assert parts == pytest.approx(comparison["sampled"]["difference"])

    compared = train("compare", str(out), "--json")
    assert json.loads(compared.stdout) == analysis
    page = tmp_path / "report.html"
    assert train("report", str(out), "--out", str(page)).returncode == 0
    assert "corrected" in page.read_text("utf-8")
