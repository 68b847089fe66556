"""Figures as people read them: costs, times, counts by name."""

from __future__ import annotations

from collections.abc import Mapping

NONE = "-"
"""What stands where there is no figure."""


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
    return NONE if share is None else f"{share:.{digits}%}"


def between(low: float, high: float) -> str:
    """An interval of shares as `31.8% to 56.7%`."""
    return f"{percent(low)} to {percent(high)}"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points, as `+3.1`, `-` where there is none."""
    return NONE if difference is None else f"{100 * difference:+.1f}"


def number(value: float | None, digits: int = 1, none: str = NONE) -> str:
    """A number with so many decimals, and `none` where there is none."""
    return none if value is None else f"{value:.{digits}f}"


def ends(found: tuple[float | None, float | None] | None, digits: int = 1, none: str = NONE) -> str:
    """An interval of numbers as `5.0 to 23.3`, and `none` where there is none or an end is missing."""
    if found is None or None in found:
        return none
    return f"{number(found[0], digits)} to {number(found[1], digits)}"


def p_value(p: float | None, none: str = NONE) -> str:
    """A p value with as many digits as tell it from zero, and `none` where there is none."""
    if p is None:
        return none
    return f"{p:.2g}" if 0 < p < 0.001 else f"{p:.4g}"
