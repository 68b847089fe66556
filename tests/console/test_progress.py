"""Where progress is shown, and how."""

from __future__ import annotations

import io
import json

import pytest

from agents.account import Account
from console.progress import ProgressView
from graphs.runner import Progress
from tests.console.harness import FAST_HTTP, ONE_VOTE, Desk
from tests.graphs.scripts import ROWS


class Terminal(io.StringIO):
    """A stream of 80 columns that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_a_bar_with_rate_states_and_cost() -> None:
    stream = Terminal()
    with ProgressView(quiet=False, stream=stream) as view:
        view.update(Progress(total=1047, settled=400, parked=499, failed=1, account=Account(1.25)))
        view.say("[bold]as it is[/bold]")
    shown = stream.getvalue()
    for words in ("900/1047", "/s", "400 committed", "499 to review", "1 failed", "$1.25", "[bold]as it is"):
        assert words in shown
    silent = Terminal()
    with ProgressView(quiet=True, stream=silent) as view:
        view.update(Progress(total=4))
    assert silent.getvalue() == ""


def test_progress_goes_to_stderr_and_data_to_stdout(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.LINE_INTERVAL_S", 0.0)
    result = desk.relabel(*ONE_VOTE, rows=ROWS[:4])
    json.loads(result.out)
    assert "4/4" in result.err
    assert "4 committed" in result.err
    quiet = desk("relabel", desk.benchmark(), "--model", desk.spec(), *ONE_VOTE, *FAST_HTTP, "--quiet")
    assert quiet.err == ""
