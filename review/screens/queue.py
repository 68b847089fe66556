"""Queue: what waits for people, filtered and ordered, and the next instance to review."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphs.audit_sample import draw
from review import filters, pages
from review.auth import current
from review.paging import page_of
from review.posting import posted
from review.reserving import leave, take_next
from review.site import Site, run_of, site_of
from review.sitting import reviewer_of
from store.queue import queue_choices, queue_count, queue_page, queue_progress
from store.records import RunRecord

PAGE = 50


def _view(parameters: Mapping[str, Any]) -> filters.View:
    try:
        return filters.parse(parameters)
    except filters.BadFilter as error:
        raise HTTPException(400, f"{error}. Choose again in the filters of the queue.") from None


def show(request: Request) -> Response:
    """A page of the queue."""
    site, person = site_of(request), current(request)
    view = _view(request.query_params)
    run = run_of(request)
    file, now = site.store.file, time.time()
    paging = page_of(request, queue_count(file, run.id, view.filter, now=now), PAGE)
    entries = queue_page(
        file, run.id, view.filter, view.order, me=person.name, now=now, limit=PAGE, offset=paging.offset
    )
    return pages.render(
        request,
        "queue.html",
        run=run,
        view=view,
        paging=paging,
        entries=entries,
        progress=queue_progress(file, run.id),
        options=_options(site, run, view),
        needed=site.opinions,
        audit_share=site.audit_share,
    )


def _options(site: Site, run: RunRecord, view: filters.View) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and words, with the number of instances where one query counts them."""
    waiting = queue_choices(site.store.file, run.id)
    calculators = waiting["calculator"]
    if view.filter.calculator is not None:
        calculators.setdefault(view.filter.calculator, 0)
    reviewers = dict.fromkeys([*site.people.names, *filter(None, [view.filter.reviewer])])
    return {
        "reason": [
            (reason, f"{words} ({waiting['reason'].get(reason, 0):,})")
            for reason, words in filters.REASONS.items()
        ],
        "calculator": [(name, f"{name} ({n:,})") for name, n in sorted(calculators.items()) if name],
        "change": [*filters.CHANGES.items()],
        "reviewer": [(name, name) for name in reviewers],
        "order": [*filters.ORDERS.items()],
    }


@posted
def go_on(request: Request, form: FormData) -> Response:
    """Reserve the next instance for who asks, and lead to it; `after` is one that they skip."""
    site, reviewer = site_of(request), reviewer_of(request)
    view = _view(form)
    run = run_of(request)
    draw(site.store, run, site.audit_share)
    given = form.get("after")
    after = given if isinstance(given, str) else None
    if after is not None:
        leave(site, run, after, reviewer)
    found = take_next(site, run, reviewer, view, after=after)
    if found is None:
        return pages.redirect(view.at(f"/runs/{run.id}/queue"), "empty")
    return pages.redirect(view.at(f"/runs/{run.id}/review/{found}"))


routes = [
    Route("/runs/{run}/queue", show),
    Route("/runs/{run}/next", go_on, methods=["POST"]),
]
