"""Figures as people read them: costs, times, counts by name."""

from __future__ import annotations

from collections.abc import Mapping


def numbered(counts: Mapping[str, int]) -> str:
    """`revised 4, confirmed 1`."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def money(cost: float, known: bool) -> str:
    """A cost in USD; a sum with unpriced calls is a lower bound and says so."""
    return f"${cost:.4f}" if known else f"≥ ${cost:.4f} (some prices unknown)"


def duration(seconds: float) -> str:
    """Seconds as 1:02:03 or 2:03."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def percent(share: float | None, digits: int = 1) -> str:
    """A share of 0 to 1 as `37.5%`, `-` where there is none."""
    return "-" if share is None else f"{share:.{digits}%}"


def between(low: float, high: float) -> str:
    """An interval of shares as `31.8% to 56.7%`."""
    return f"{percent(low)} to {percent(high)}"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points, as `+3.1`, `-` where there is none."""
    return "-" if difference is None else f"{100 * difference:+.1f}"
