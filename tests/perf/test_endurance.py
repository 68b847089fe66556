"""The measurement of endurance: what it would notice, and a short one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from perf.endurance_checks import Observed, Request, WrongError, check_requests
from perf.measuring import ROOT
from store.store import Store
from tests.store.conftest import full, ids, path, run, store

__all__ = ["full", "ids", "path", "run", "store"]

FIRST, AGAIN = Request(1, "a", "200", 1), Request(3, "a", "200", 3)
LOST, OTHER = Request(2, "a", "drop", None), Request(4, "b", "200", 4)


def test_answers_that_nobody_was_there_to_take_may_be_asked_for_again() -> None:
    check_requests({3: 10, 4: 11}, [OTHER, AGAIN, FIRST, LOST])


@pytest.mark.parametrize(
    ("recorded", "requests", "said"),
    [
        ({1: 10}, [FIRST, LOST], "asked for again although call 10 has it"),
        ({1: 10}, [FIRST, AGAIN], "asked for again although call 10 has it"),
        ({}, [FIRST], "0 replies on record"),
        ({1: 10, 3: 11}, [FIRST, AGAIN], "2 replies on record to one call"),
        ({1: 10, 4: 11}, [FIRST], "2 replies on record and 1 calls at the server"),
    ],
)
def test_a_call_that_was_repeated_or_lost_is_noticed(
    recorded: dict[int, int], requests: list[Request], said: str
) -> None:
    with pytest.raises(WrongError, match=said):
        check_requests(recorded, requests)


def test_what_was_seen_and_is_gone_is_noticed(full: Store) -> None:
    observed = Observed()
    observed.look(full.path)
    observed.look(full.path)
    assert observed.labels
    assert observed.runs
    observed.labels = {**observed.labels, ("run", "instance"): (99, "")}
    with pytest.raises(WrongError, match="a label is gone or another one"):
        observed.look(full.path)
    full.close()
    full.path.write_bytes(b"")
    with pytest.raises(WrongError, match="cannot be opened any more"):
        observed.look(full.path)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers by /proc")
def test_some_kills_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "perf/endurance.py", "--kills", "6", "--instances", "10", "--json"]
    command += ["--processes", "2", "--worker-share", "0.5", "--work", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert sum(facts["kills"].values()) == 6
    assert facts["replies"] == facts["instances"] * 9
    assert facts["outlived"] == 0
