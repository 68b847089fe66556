"""What a run will cost at the rate at which it goes, and whether its budget lasts."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import JsonValue

from agents.forecast import Forecast, Settled
from graphs.options import RunOptions
from graphs.runner import Progress
from store import dashboard
from store.records import RunRecord
from store.store import Store


def cost_told(progress: Progress) -> str:
    """`$1.25 of ~$4.10`: spent, and in the whole; empty where nothing was spent."""
    account, expected = progress.account, progress.forecast()
    if not account.spent:
        return ""
    return f"${account.spent:.2f}" + (f" of ~${expected[0].total:.2f}" if expected else "")


class Overrun:
    """Says once that a budget will not last, as soon as that can be told."""

    def __init__(self, how: RunOptions) -> None:
        self._how = how
        self._said = False

    def told(self, progress: Progress) -> str | None:
        """The warning, the first time that there is one."""
        how = self._how
        if self._said or (how.budget is None and how.token_budget is None):
            return None
        expected = progress.forecast()
        if expected is None or progress.done == progress.total:
            return None
        usd, tokens = expected
        if how.budget is not None and usd.total > how.budget:
            self._said = True
            return _warning(f"${usd.total:.2f}", f"${usd.low:.2f} to ${usd.high:.2f}", f"${how.budget:.2f}")
        if how.token_budget is not None and tokens.total > how.token_budget:
            self._said = True
            between = f"{tokens.low:,.0f} to {tokens.high:,.0f}"
            return _warning(f"{tokens.total:,.0f} tokens", between, f"{how.token_budget:,} tokens")
        return None


def _warning(total: str, between: str, budget: str) -> str:
    return (
        f"warning: at this rate the run takes {total} ({between}), more than its budget of {budget}: it will "
        "stop there, and `resume` with a higher budget goes on"
    )


def run_forecast(store: Store, run: RunRecord) -> Forecast | None:
    """USD of the whole run, from the threads that are done.

    None where too few are, where some price is unknown, or where nothing is open or costs anything.
    """
    counts, done = store.counts(run.id), dashboard.thread_costs(store.file, run.id)
    left = counts.pending + counts.failed
    if not counts.price_known or not counts.cost or not left:
        return None
    return Settled(done.threads, done.total, done.squares).forecast(left)


def forecast_facts(store: Store, run: RunRecord) -> JsonValue:
    """The same for `status --json`."""
    found = run_forecast(store, run)
    return None if found is None else {"cost": found.total, "ci95": [found.low, found.high]}


def forecast_lines(store: Store, run: RunRecord) -> Iterator[str]:
    """The same as a line, if there is one."""
    if (found := run_forecast(store, run)) is not None:
        yield f"  in the whole           ${found.total:.4f} (95% CI ${found.low:.4f} to ${found.high:.4f})"
