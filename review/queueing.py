"""The part of the queue that a reviewer works through, in the address, and the next instance of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from consensus.model import ChangeSize, EscalationReason
from review.site import Site
from store.desk import reserve
from store.errors import AlreadyReserved
from store.queue import QueueFilter, QueueOrder, next_in_queue
from store.records import RunRecord


class Wanted(BaseModel):
    """Which instances of the queue, in which order."""

    model_config = ConfigDict(frozen=True)

    filter: QueueFilter = QueueFilter()
    order: QueueOrder = "hardest"

    @property
    def query(self) -> str:
        """As the query of an address, empty where everything is wanted in the usual order."""
        fields = self.filter.model_dump(exclude_none=True)
        return urlencode(fields | ({"order": self.order} if self.order != "hardest" else {}))


def wanted(query: Mapping[str, str]) -> Wanted:
    """What an address asks for; what is not known counts as not given."""
    return Wanted(
        filter=QueueFilter(
            reason=next(
                (known for known in get_args(EscalationReason) if known == query.get("reason")), None
            ),
            change=next((known for known in get_args(ChangeSize) if known == query.get("change")), None),
            calculator=query.get("calculator") or None,
            reviewer=query.get("reviewer") or None,
        ),
        order=next((known for known in get_args(QueueOrder) if known == query.get("order")), "hardest"),
    )


def take_next(
    site: Site, run: RunRecord, reviewer: str, what: Wanted, *, after: str | None = None
) -> str | None:
    """Reserve the next instance for a reviewer and return its id; None where nothing waits for them.

    `after` is passed over. Where someone else is faster, the one after that is taken.
    """
    while True:
        found = next_in_queue(
            site.store.file,
            run.id,
            what.filter,
            what.order,
            me=reviewer,
            now=time.time(),
            needed=site.opinions,
            after=after,
        )
        if found is None:
            return None
        try:
            reserve(site.store, run.id, found, reviewer, needed=site.opinions, seconds=site.reservation_s)
        except AlreadyReserved:
            continue
        return found
