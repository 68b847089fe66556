"""Times that keep the order in which things happened in a run, whatever the clock says meanwhile.

What is compared by time later on is given the time of the clock, but none before that of what it follows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from store.connection import StoreFile
from store.records import RunEvent

_STEP = dt.timedelta(microseconds=1)
_INSTANCE = """SELECT max(at) AS at FROM (
    SELECT created_at AS at FROM labels WHERE run_id = ?1 AND instance_id = ?2
    UNION ALL SELECT created_at FROM retractions WHERE run_id = ?1 AND instance_id = ?2
    UNION ALL SELECT created_at FROM audit_draws WHERE run_id = ?1)"""
_REPLACED = "SELECT max(created_at) AS at FROM labels WHERE run_id = ? AND supersedes IS NOT NULL"
_EVENTS = "SELECT max(at) AS at FROM run_events WHERE run_id = ?"
_DRAINS = "SELECT max(requested_at) AS at FROM drain_requests WHERE run_id = ?"


def after_instance(file: StoreFile, run_id: str, instance_id: str, now: dt.datetime) -> dt.datetime:
    """When a label is replaced or retracted: not before it was made, nor before the run's last draw."""
    return _after(now, file, _INSTANCE, (run_id, instance_id))


def after_replacements(file: StoreFile, run_id: str, now: dt.datetime) -> dt.datetime:
    """When labels are drawn: not before any was replaced."""
    return _after(now, file, _REPLACED, (run_id,))


def after_events(file: StoreFile, run_id: str, now: dt.datetime) -> dt.datetime:
    """When something happens to a run: not before its last event, and the last request to drain it."""
    row = file.row(_DRAINS, (run_id,))
    asked = row["at"] if row else None
    if asked is not None:
        now = max(now, dt.datetime.fromtimestamp(asked, dt.UTC) + _STEP)
    return _after(now, file, _EVENTS, (run_id,))


def begun(events: Sequence[RunEvent], default: dt.datetime) -> dt.datetime:
    """When a run's last execution began."""
    return max((event.at for event in events if event.kind in ("started", "resumed")), default=default)


def _after(now: dt.datetime, file: StoreFile, sql: str, parameters: tuple[str, ...]) -> dt.datetime:
    row = file.row(sql, parameters)
    last = row["at"] if row else None
    return now if last is None else max(now, dt.datetime.fromisoformat(last) + _STEP)
