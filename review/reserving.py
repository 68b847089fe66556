"""Taking up an instance: it is kept for who opened it, and the next one is found when it is taken."""

from __future__ import annotations

import time
from collections.abc import Callable

from review.filters import View
from review.site import Site
from store.desk import draft, release, reserve
from store.errors import AlreadyReserved
from store.queue import next_in_queue
from store.records import Reservation, RunRecord

MOST_TRIES = 20
"""Instances that others take between the look and the grasp, before one gives up."""


def take(site: Site, run: RunRecord, instance_id: str, reviewer: str) -> Reservation:
    """Reserve an instance for a reviewer under the rules of the site. Raises AlreadyReserved."""
    return reserve(
        site.store, run.id, instance_id, reviewer, needed=site.opinions, seconds=site.reservation_s
    )


def leave(site: Site, run: RunRecord, instance_id: str, reviewer: str) -> None:
    """Free an instance that a reviewer skips, unless they have entered something and may come back to it."""
    if draft(site.store, run.id, instance_id, reviewer) is None:
        release(site.store, run.id, instance_id, reviewer)


def take_next(
    site: Site, run: RunRecord, reviewer: str, view: View, *, after: str | None = None
) -> str | None:
    """Reserve the next instance of the queue; its id, or None where nothing waits for this reviewer.

    One that the reviewer has open already comes first, unless it is `after`, which is passed over.
    """

    def first() -> str | None:
        return next_in_queue(
            site.store.file,
            run.id,
            view.filter,
            view.order,
            me=reviewer,
            now=time.time(),
            needed=site.opinions,
            after=after,
        )

    return take_first(site, run, reviewer, first)


def take_first(site: Site, run: RunRecord, reviewer: str, first: Callable[[], str | None]) -> str | None:
    """Reserve what `first` finds, and again where another reviewer is faster; None where it finds nothing."""
    for _ in range(MOST_TRIES):
        found = first()
        if found is None:
            return None
        try:
            take(site, run, found, reviewer)
        except AlreadyReserved:
            continue
        return found
    return None
