"""What progress says of limits and of the whole cost."""

from __future__ import annotations

import io
import types

import pytest

from agents.account import Account
from agents.limiter import LimiterState
from console.progress import ProgressView
from graphs.options import RunOptions
from graphs.runner import Progress


@pytest.fixture
def every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.progress.LINE_INTERVAL_S", 0.0)


def spent(threads: int) -> Account:
    """Half a dollar and ten tokens for each of so many threads that ended."""
    account = Account()
    for number in range(threads):
        account.charge(f"id-{number}", 0.5, 10)
        account.settle(f"id-{number}")
    return account


def shown(how: RunOptions | None, *states: Progress, quiet: bool = False) -> str:
    stream = io.StringIO()
    with ProgressView(quiet, stream, how=how) as view:
        for progress in states:
            view.update(progress)
    return stream.getvalue()


def limiter(name: str, limit: int, *, waiting: int = 0, paused_s: float = 0.0) -> LimiterState:
    return LimiterState(name, limit, "429", limit, waiting, paused_s, 100, 3)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("every_line")
@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_the_time_left_is_that_at_the_rate_of_the_whole_run(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    """Threads that end in bursts, as those do that began together, do not shorten it."""
    now = 1000.0
    monkeypatch.setattr("console.progress.time", types.SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setenv("COLUMNS", "120")
    with ProgressView(False, stream) as view:
        view.start(600)
        now += 40
        for done in range(1, 17):
            view.update(Progress(total=600, settled=done))
    assert "16/600" in stream.getvalue()
    assert "0.4/s  left 24:20" in stream.getvalue()


@pytest.mark.usefixtures("every_line")
def test_a_line_tells_the_limits_that_requests_wait_for() -> None:
    accounts = (
        limiter("one", 42, waiting=7),
        limiter("two", 9),
        limiter("three", 5, waiting=1, paused_s=29.6),
    )
    told = shown(None, Progress(total=9, settled=1, limits=lambda: accounts))
    assert told.rstrip().endswith("0 failed  limit 42 (429), limit 5 (429, paused 30 s)")
    free = shown(None, Progress(total=9, settled=1, limits=lambda: (limiter("one", 42),)))
    assert "limit" not in free


@pytest.mark.usefixtures("every_line")
def test_a_line_tells_the_whole_cost_once_enough_threads_have_ended() -> None:
    early = shown(None, Progress(total=100, settled=19, account=spent(19)))
    assert "$9.50" in early
    assert "of ~" not in early
    assert "$10.00 of ~$50.00" in shown(None, Progress(total=100, settled=20, account=spent(20)))


@pytest.mark.parametrize("quiet", [False, True])
def test_a_budget_that_will_not_last_is_told_once(quiet: bool) -> None:
    states = [Progress(total=100, settled=n, account=spent(n)) for n in (19, 20, 60)]
    told = shown(RunOptions(budget=40), *states, quiet=quiet)
    assert told.count("warning: at this rate the run takes $50.00 ($50.00 to $50.00), more than") == 1
    assert "its budget of $40.00" in told
    assert shown(RunOptions(budget=51), *states, quiet=quiet) == ""
    tokens = shown(RunOptions(token_budget=900), *states, quiet=quiet)
    assert tokens.count("takes 1,000 tokens (1,000 to 1,000), more than its budget of 900 tokens") == 1
