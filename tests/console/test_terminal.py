"""On a terminal: a bar, and nothing that a library has to say of itself."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.graphs.scripts import ROWS, write_benchmark

ROOT = Path(__file__).resolve().parents[2]
NOT_PASSED_ON = ("CI", "PYDANTIC_AI_NO_BANNER", "PYTEST_CURRENT_TEST", "PYTEST_VERSION", "NO_COLOR")


def on_a_terminal(*command: str) -> tuple[int, str]:
    """Run a command on a terminal of its own; its exit code, and all that the terminal shows."""
    environ = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environ | {"TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(follower)
    shown = bytearray()
    try:
        while chunk := os.read(leader, 65536):
            shown += chunk
    except OSError:  # Linux says so when the last process has let go of the terminal
        pass
    finally:
        os.close(leader)
    return process.wait(60), shown.decode("utf-8", "replace")


@pytest.mark.slow
def test_a_terminal_sees_the_bar_and_the_result(tmp_path: Path) -> None:
    source = write_benchmark(tmp_path / "benchmark.jsonl", ROWS[:3])
    command = (sys.executable, "run.py", "relabel", str(source), "--store", str(tmp_path / "labels.db"))
    code, shown = on_a_terminal(*command)
    assert code == 0, shown
    assert "3/3" in shown
    assert "3 committed" in shown
    assert "pydantic" not in shown.lower()
    assert "Run " in shown
