"""So much a minute: a token bucket that may run into debt. Times come as arguments; nothing waits here."""

from __future__ import annotations

WINDOW_S = 60.0
BURST_S = 0.1
"""What the bucket holds, in seconds of its rate: enough for timers that are late by milliseconds."""
_ROUNDING = 1e-9


class Bucket:
    """Lets through at most `per_minute` in any 60 seconds: requests, or tokens.

    The bucket holds `burst` and fills at a rate that leaves room for the burst within the minute. What costs
    more than a full bucket is let through by a full one, and paid back by those after it: a minute holds more
    than `per_minute` by at most what its largest request costs above the burst.
    """

    def __init__(self, now: float, per_minute: float) -> None:
        self.burst = max(1.0, per_minute * BURST_S / WINDOW_S)
        self._rate = (per_minute - self.burst + 1) / WINDOW_S
        self._level = self.burst
        self._at = now

    def delay(self, now: float, cost: float) -> float:
        """Seconds until so much may be taken; 0 where it may be now."""
        self._fill(now)
        missing = min(cost, self.burst) - self._level
        return 0.0 if missing <= _ROUNDING else missing / self._rate

    def take(self, now: float, cost: float) -> None:
        """Take, whatever there is."""
        self._fill(now)
        self._level -= cost

    def give_back(self, now: float, cost: float) -> None:
        """Put back what was taken and not used; a negative cost takes what was used beyond."""
        self._fill(now)
        self._level = min(self.burst, self._level + cost)

    def _fill(self, now: float) -> None:
        self._level = min(self.burst, self._level + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)
