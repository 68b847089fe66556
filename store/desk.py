"""What reviewers have in hand: reservations that expire, drafts, and requests to a run that is executed.

Reservations and drafts are the only rows of a store that are changed in place; nothing is computed from them.
"""

from __future__ import annotations

import json
import time

from pydantic import JsonValue

from answers.canonical import canonical_json
from store.errors import AlreadyReserved, DraftTooLarge
from store.ordering import after_events
from store.queries import OPEN, decisions
from store.records import Reservation, utc_now
from store.store import Store

MAX_DRAFT = 1_000_000
"""Characters of a draft's JSON."""
DRAFT_KEPT_S = 86_400.0
"""How long a draft is kept at least, even on an instance that is settled."""
_EXPIRED = "until <= ?"
_SETTLED = f"""saved_at <= ? AND NOT EXISTS (
    SELECT 1 FROM escalations e WHERE e.run_id = x.run_id AND e.instance_id = x.instance_id AND {OPEN})"""


def reserve(
    store: Store, run_id: str, instance_id: str, reviewer: str, *, needed: int, seconds: float
) -> Reservation:
    """Keep an instance for a reviewer for so many seconds from now; anew where they have it already.

    Raises AlreadyReserved where as many other reviewers hold it, or have given their opinion, as are needed.
    A reservation for longer than that is of before the clock was set back, and holds nothing.
    """
    now = time.time()
    kept = Reservation(run_id=run_id, instance_id=instance_id, reviewer=reviewer, until=now + seconds)
    with store.transaction() as db:
        others = store.file.rows(
            "SELECT reviewer, until FROM reservations WHERE run_id = ? AND instance_id = ? AND reviewer <> ? "
            "AND until > ? AND until <= ? ORDER BY until",
            (run_id, instance_id, reviewer, now, kept.until),
        )
        said = decisions(store.file, run_id, instance_id)
        given = {d.reviewer for d in said if d.is_opinion and not d.abstains} - {reviewer}
        if others and len({row["reviewer"] for row in others} | given) >= needed:
            raise AlreadyReserved(instance_id, str(others[0]["reviewer"]), float(others[0]["until"]))
        db.execute(
            "INSERT INTO reservations (run_id, instance_id, reviewer, until) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (run_id, instance_id, reviewer) DO UPDATE SET until = excluded.until",
            (run_id, instance_id, reviewer, kept.until),
        )
    return kept


def reservation(store: Store, run_id: str, instance_id: str, reviewer: str) -> Reservation | None:
    """A reviewer's reservation, None where there is none or it has expired."""
    row = store.file.row(
        "SELECT * FROM reservations WHERE run_id = ? AND instance_id = ? AND reviewer = ? AND until > ?",
        (run_id, instance_id, reviewer, time.time()),
    )
    return None if row is None else Reservation.model_validate(row)


def release(store: Store, run_id: str, instance_id: str, reviewer: str) -> None:
    """Give a reservation back."""
    with store.transaction() as db:
        db.execute(
            "DELETE FROM reservations WHERE run_id = ? AND instance_id = ? AND reviewer = ?",
            (run_id, instance_id, reviewer),
        )


def save_draft(store: Store, run_id: str, instance_id: str, reviewer: str, body: JsonValue) -> None:
    """Keep what a reviewer has entered so far in place of what was kept before. Raises DraftTooLarge."""
    text = canonical_json(body)
    if len(text) > MAX_DRAFT:
        raise DraftTooLarge(f"the draft has {len(text)} characters, more than {MAX_DRAFT}")
    with store.transaction() as db:
        db.execute(
            "INSERT INTO drafts (run_id, instance_id, reviewer, body, saved_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (run_id, instance_id, reviewer) "
            "DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at",
            (run_id, instance_id, reviewer, store.scrub(text), time.time()),
        )


def draft(store: Store, run_id: str, instance_id: str, reviewer: str) -> JsonValue:
    """What a reviewer has entered so far, else None."""
    row = store.file.row(
        "SELECT body FROM drafts WHERE run_id = ? AND instance_id = ? AND reviewer = ?",
        (run_id, instance_id, reviewer),
    )
    body: JsonValue = None if row is None else json.loads(row["body"])
    return body


def clear_draft(store: Store, run_id: str, instance_id: str, reviewer: str) -> None:
    """Drop a draft: what it held is a decision now."""
    with store.transaction() as db:
        db.execute(
            "DELETE FROM drafts WHERE run_id = ? AND instance_id = ? AND reviewer = ?",
            (run_id, instance_id, reviewer),
        )


def count_worn(store: Store) -> dict[str, tuple[int, int]]:
    """What `clear_worn` would remove: table → rows, and their characters."""
    now = time.time()
    reservations = store.file.rows(f"SELECT count(*) AS n FROM reservations WHERE {_EXPIRED}", (now,))
    drafts = store.file.rows(
        f"SELECT count(*) AS n, coalesce(sum(length(body)), 0) AS size FROM drafts AS x WHERE {_SETTLED}",
        (now - DRAFT_KEPT_S,),
    )
    return {"reservations": (reservations[0]["n"], 0), "drafts": (drafts[0]["n"], drafts[0]["size"])}


def clear_worn(store: Store) -> None:
    """Remove reservations that have expired, and drafts on what is settled that nobody touched for a day."""
    now = time.time()
    with store.transaction() as db:
        db.execute(f"DELETE FROM reservations WHERE {_EXPIRED}", (now,))
        db.execute(f"DELETE FROM drafts AS x WHERE {_SETTLED}", (now - DRAFT_KEPT_S,))


def request_drain(store: Store, run_id: str, requested_by: str) -> None:
    """Ask the process that executes a run to finish what is in flight and stop."""
    with store.transaction():
        at = after_events(store.file, run_id, utc_now()).timestamp()
        store.file.insert(
            "drain_requests", {"run_id": run_id, "requested_by": requested_by, "requested_at": at}
        )


def drain_requested(store: Store, run_id: str, since: float) -> str | None:
    """Who has asked for it after `since` (seconds since 1970), None if no one."""
    row = store.file.row(
        "SELECT requested_by FROM drain_requests WHERE run_id = ? AND requested_at > ? ORDER BY id LIMIT 1",
        (run_id, since),
    )
    return None if row is None else str(row["requested_by"])
