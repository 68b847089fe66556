"""Reviewers: what each has done, how the reveal moved them, and how far any two of them agree."""

from __future__ import annotations

import scipy.stats  # noqa: F401 - takes most of a second, which the first visitor should not wait for
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphs.reviewers import audit, reviewers
from review import pages
from review.site import base_of, reviewed_run_of, site_of


def show(request: Request) -> Response:
    """The figures of a run, computed from its decisions now."""
    store = site_of(request).store
    run = reviewed_run_of(request)
    people, pairs = reviewers(store, run)
    return pages.render(
        request,
        "reviewers.html",
        run=run,
        base=base_of(run),
        people=people,
        pairs=pairs,
        audit=audit(store, run),
    )


routes = [Route("/runs/{run}/reviewers", show), Route("/safety/{run}/reviewers", show)]
