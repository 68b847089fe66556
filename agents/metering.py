"""What a request to a model asks for and takes, as bodies and headers say."""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import math
from collections.abc import Mapping

_MAX_TOKENS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
MOST_TOKENS = 10**9
"""What a server may say that one reply took; above that it says nothing."""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a server says to wait, in seconds: `retry-after-ms`, else Retry-After as a number or a date.

    None where it says nothing, or nothing that can be read. Header names must be found in any case.
    """
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return _finite(float(milliseconds) / 1000)
        return _finite(float(headers.get("retry-after", "")))
    except ValueError:
        return _until(headers.get("retry-after", ""))


def _finite(seconds: float) -> float | None:
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _until(date: str) -> float | None:
    try:
        when = email.utils.parsedate_to_datetime(date)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=dt.UTC)
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def max_tokens(body: bytes) -> int | None:
    """How long a request lets its reply be, in tokens; None where it does not say."""
    asked = json.loads(body or b"{}")
    return next((asked[name] for name in _MAX_TOKENS if isinstance(asked.get(name), int)), None)


def tokens_used(body: bytes) -> int | None:
    """The tokens that a reply says it took, in and out; None where it does not say, or what cannot be."""
    try:
        total = json.loads(body)["usage"]["total_tokens"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return total if isinstance(total, int) and 0 <= total <= MOST_TOKENS else None
