"""Safety run: one run in aggregates. What would tell whose conversations wait is sealed until they do not."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consensus.severity import SEVERITIES
from graphs.reviewers import audit
from graphs.safety_jobs import safety_contract
from review import pages
from review.auth import current
from review.launch import last_words
from review.runs import condition
from review.site import safety_run_of, site_of
from store.cell_queue import standing_by_target, unanswered_cells
from store.queue import queue_reasons, waiting_audits

COLUMNS = (*SEVERITIES, "ambiguous", "waiting", "retracted", "failed", "pending")
"""What a cell can be counted as."""


def show(request: Request) -> Response:
    """A safety run. Nothing on the page is about a single cell."""
    store, run = site_of(request).store, safety_run_of(request)
    file, events = store.file, store.run_events(run.id)
    stands, contract = condition(store, run, events), safety_contract(store, run)
    reasons = queue_reasons(file, run.id)
    unanswered = unanswered_cells(file, run.id, current(request).name)
    return pages.render(
        request,
        "safety_run.html",
        run=run,
        stands=stands,
        contract=contract,
        reasons=reasons,
        disputed=sum(one.disputed for one in reasons.values()),
        causes=store.failure_causes(run.id),
        unanswered=unanswered,
        by_target={} if unanswered else standing_by_target(file, run.id, waiting_audits(file, run.id)),
        columns=COLUMNS,
        audit=audit(store, run),
        events=events,
        contract_json=json.dumps(contract.body(), indent=2, ensure_ascii=False),
        said=() if stands.executing else last_words(store.path, run.id),
    )


routes = [Route("/safety/{run}", show)]
