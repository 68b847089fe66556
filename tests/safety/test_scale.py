"""A hundred scenarios in ten languages, from the pack to the gates, without network."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scenarios.packs import write_pack
from tests.console.harness import ROOT, invoke
from tests.scenarios.large import large_pack

MOST_MORE_KB = 60_000
"""Growth from 200 conversations to 400, in kB; their texts alone would be less."""


def command(*args: str | Path) -> tuple[Any, int]:
    """A command in a process of its own: its JSON, and the most memory of any so far, in kB."""
    done = subprocess.run(
        [sys.executable, "run.py", *map(str, args), "--json"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (0, 3), done.stderr
    return json.loads(done.stdout), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_large_plan_runs_end_to_end(tmp_path: Path) -> None:
    """Conversations are had, judged, checked, gated and compared; memory does not grow with their number."""
    pack, store = tmp_path / "large.yaml", tmp_path / "large.db"
    write_pack(large_pack(), pack)
    _, small = command("safety", "run", pack, "--store", tmp_path / "small.db", "--quiet")
    facts, large = command("safety", "run", pack, "--reps", "2", "--store", store, "--quiet")
    assert (facts["scenarios"], facts["cells"], facts["reruns"]) == (100, 400, 2)
    assert facts["committed"] + facts["awaiting_review"] == 400
    assert (facts["failed"], facts["pending"], facts["call_errors"]) == (0, 0, 0)
    assert large - small < MOST_MORE_KB
    spoken = {scenario.name: scenario.language for scenario in large_pack().scenarios}
    listed, _ = command("safety", "cells", "--store", store)
    assert len({spoken[one["scenario"]] for one in listed}) == 10
    gates, _ = command("safety", "validate", "--min-agreement", "0.8", "--store", store)
    outcomes = {gate["name"]: gate["outcome"] for gate in gates["gates"]}
    assert set(outcomes.values()) <= {"pass", "fail", "not tested"}
    assert outcomes["stability"] == "not tested", "two reruns are too few"
    compared, _ = command("safety", "compare", "--store", store)
    assert len(compared["scores"]) == 2
    assert invoke("verify", "--store", store).code == 0
