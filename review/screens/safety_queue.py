"""Queue of a safety run: the cells that wait for people, and the next one to review."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphs.audit_verdicts import draw_verdicts
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from review import pages, safety_filters
from review.auth import current
from review.filters import BadFilter
from review.paging import page_of
from review.posting import posted
from review.reserving import leave, take_first
from review.safety_filters import ORDERS, REASONS, CellView
from review.site import Site, base_of, safety_run_of, site_of
from review.sitting import reviewer_of
from store.cell_queue import cell_count, cell_page, next_cell, waiting_by_reason, waiting_scenarios
from store.queue import queue_progress
from store.records import RunRecord

PAGE = 50


def view_of(parameters: Mapping[str, Any]) -> CellView:
    """The queue as an address or a form asks for it."""
    try:
        return safety_filters.parse(parameters)
    except BadFilter as error:
        raise HTTPException(400, f"{error}. Choose again in the filters of the queue.") from None


def show(request: Request) -> Response:
    """A page of the queue."""
    site, person = site_of(request), current(request)
    view, run = view_of(request.query_params), safety_run_of(request)
    contract = safety_contract(site.store, run)
    wanted, file, now = view.wanted(contract.pack), site.store.file, time.time()
    paging = page_of(request, cell_count(file, run.id, wanted, now=now), PAGE)
    entries = cell_page(
        file, run.id, wanted, view.order, me=person.name, now=now, limit=PAGE, offset=paging.offset
    )
    return pages.render(
        request,
        "safety_queue.html",
        run=run,
        view=view,
        paging=paging,
        entries=entries,
        scenarios={scenario.id: scenario for scenario in contract.pack.scenarios},
        progress=queue_progress(file, run.id),
        options=_options(site, run, contract, view),
        needed=site.opinions,
        audit_share=contract.policy.audit_share,
    )


def _options(
    site: Site, run: RunRecord, contract: SafetyContract, view: CellView
) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and words, with the number of cells."""
    reasons = waiting_by_reason(site.store.file, run.id)
    waiting = waiting_scenarios(site.store.file, run.id)
    categories: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for scenario in contract.pack.scenarios:
        categories[scenario.category] += waiting.get(scenario.id, 0)
        languages[scenario.language] += waiting.get(scenario.id, 0)
    reviewers = dict.fromkeys([*site.people.names, *filter(None, [view.reviewer])])
    return {
        "reason": [(reason, f"{words} ({reasons.get(reason, 0):,})") for reason, words in REASONS.items()],
        "category": [(name, f"{name} ({n:,})") for name, n in categories.items()],
        "language": [(name, f"{name} ({n:,})") for name, n in languages.items()],
        "reviewer": [(name, name) for name in reviewers],
        "order": [*ORDERS.items()],
    }


def take_next_cell(
    site: Site, run: RunRecord, reviewer: str, view: CellView, *, after: str | None = None
) -> str | None:
    """Reserve the next cell of the queue; its id, or None where nothing waits for this reviewer."""
    wanted = view.wanted(safety_contract(site.store, run).pack)

    def first() -> str | None:
        return next_cell(
            site.store.file,
            run.id,
            wanted,
            view.order,
            me=reviewer,
            now=time.time(),
            needed=site.opinions,
            after=after,
        )

    return take_first(site, run, reviewer, first)


@posted
def go_on(request: Request, form: FormData) -> Response:
    """Reserve the next cell for who asks, and lead to it; `after` is one that they skip."""
    site, reviewer = site_of(request), reviewer_of(request)
    view, run = view_of(form), safety_run_of(request)
    draw_verdicts(site.store, run)
    given = form.get("after")
    after = given if isinstance(given, str) else None
    if after is not None:
        leave(site, run, after, reviewer)
    found = take_next_cell(site, run, reviewer, view, after=after)
    if found is None:
        return pages.redirect(view.at(f"{base_of(run)}/queue"), "empty")
    return pages.redirect(view.at(f"{base_of(run)}/review/{found}"))


routes = [
    Route("/safety/{run}/queue", show),
    Route("/safety/{run}/next", go_on, methods=["POST"]),
]
