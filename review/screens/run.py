"""Run: one run in aggregates, from its progress to its contract."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphs.reviewers import audit
from review import pages
from review.auth import current
from review.charts import Column, Scale, columns, scale
from review.launch import last_words
from review.runs import condition
from review.site import run_of, site_of
from store import dashboard
from store.dashboard import CALCULATOR_ORDERS, CalculatorOrder, ShareBin
from store.queue import queue_reasons, waiting_audits

CHART_WIDTH, CHART_HEIGHT = 560.0, 160.0
DESCENDING_FIRST = frozenset(CALCULATOR_ORDERS) - {"calculator"}
"""Columns of figures are first sorted with the highest on top."""


def show(request: Request) -> Response:
    """A run. Nothing on the page is about a single instance."""
    store = site_of(request).store
    run = run_of(request)
    file = store.file
    events = store.run_events(run.id)
    stands = condition(store, run, events)
    waiting = waiting_audits(file, run.id)
    reasons = queue_reasons(file, run.id)
    shares = dashboard.shares(file, run.id)
    order, descending = _order(request)
    drawn, axis = _histogram(shares)
    return pages.render(
        request,
        "run.html",
        run=run,
        stands=stands,
        reasons=reasons,
        disputed=sum(one.disputed for one in reasons.values()),
        causes=store.failure_causes(run.id),
        shares=[one for one in shares if one.committed or one.escalated],
        columns=drawn,
        axis=axis,
        chart=(CHART_WIDTH, CHART_HEIGHT),
        threshold_x=None if stands.contract.threshold is None else CHART_WIDTH * stands.contract.threshold,
        changes=dashboard.changes(file, run.id, order, descending=descending, sealed=waiting),
        order=order,
        descending=descending,
        descending_first=DESCENDING_FIRST,
        audit=audit(store, run),
        events=events,
        contract_json=json.dumps(stands.contract.body, indent=2, ensure_ascii=False),
        said=() if stands.executing else last_words(store.path, run.id),
        may_move=current(request).decides,
    )


def _order(request: Request) -> tuple[CalculatorOrder, bool]:
    asked = request.query_params.get("sort", "")
    order: CalculatorOrder = asked if asked in CALCULATOR_ORDERS else "revised"
    way = request.query_params.get("way")
    return order, way == "down" if way in ("up", "down") else order in DESCENDING_FIRST


def _histogram(shares: list[ShareBin]) -> tuple[tuple[Column, ...], Scale]:
    axis = scale(max(one.committed + one.escalated for one in shares), CHART_HEIGHT)
    bins = [
        (
            f"{one.low:.0%} to {one.high:.0%}",
            (("fill-good", one.committed), ("fill-warn", one.escalated)),
        )
        for one in shares
    ]
    return columns(bins, CHART_WIDTH, CHART_HEIGHT, axis.top), axis


routes = [Route("/runs/{run}", show)]
