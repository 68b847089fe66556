"""Runs: every run of the store and how it stands; going on with one, and stopping it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphs.lock import BusyError
from graphs.runs import options_of
from review import pages
from review.auth import current
from review.paging import page_of
from review.runs import LAUNCHER, condition
from review.site import base_of, reviewed_run_of, site_of
from store.desk import request_drain

RUNS_PER_PAGE = 10


def show(request: Request) -> Response:
    """A page of the runs, the latest first."""
    store = site_of(request).store
    runs = [run for run in reversed(store.runs(None)) if run.workflow != "audit"]
    paging = page_of(request, len(runs), RUNS_PER_PAGE)
    page = runs[paging.offset : paging.offset + paging.size]
    shown = [condition(store, run, store.run_events(run.id)) for run in page]
    return pages.render(request, "runs.html", runs=shown, paging=paging)


def resume(request: Request) -> Response:
    """Go on with a run; where that may spend money, ask first."""
    _decider(request)
    store = site_of(request).store
    run = reviewed_run_of(request)
    stands = condition(store, run, store.run_events(run.id))
    if stands.executing:
        return pages.problem(request, 409, _executing(run.id), run=run)
    if not stands.resumable:
        return pages.problem(request, 409, f"Nothing of run {run.id} is left to be done.", run=run)
    if not stands.contract.free and request.query_params.get("confirmed") != "yes":
        budget = options_of(run).budget
        return pages.render(request, "resume.html", run=run, stands=stands, budget=budget)
    try:
        LAUNCHER.resume(store.path, run.id)
    except BusyError:
        return pages.problem(request, 409, _executing(run.id), run=run)
    return pages.redirect(base_of(run), "resumed")


def drain(request: Request) -> Response:
    """Have the process that executes a run finish what is in flight, and stop."""
    store, name = site_of(request).store, _decider(request)
    run = reviewed_run_of(request)
    if not LAUNCHER.busy(store.path, run.id):
        return pages.problem(
            request, 409, f"Run {run.id} is not being executed, so there is nothing to stop.", run=run
        )
    request_drain(store, run.id, name)
    return pages.redirect(base_of(run), "draining")


def _decider(request: Request) -> str:
    name = current(request).name
    if name is None:
        raise HTTPException(403, "A viewer reads only. To move a run, open a reviewer's link.")
    return name


def _executing(run_id: str) -> str:
    return f"Run {run_id} is being executed already; it is never executed twice at once."


routes = [
    Route("/", show),
    Route("/runs", show),
    Route("/runs/{run}/resume", resume, methods=["POST"]),
    Route("/runs/{run}/drain", drain, methods=["POST"]),
]
