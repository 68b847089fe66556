"""The app: the routes of all screens, what stands around them, and the pages for what goes wrong."""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from review import pages
from review.screens import (
    adjudicate,
    conventions,
    enter,
    help,
    instances,
    metrics,
    queue,
    review,
    reviewers,
    run,
    runs,
    safety_adjudicate,
    safety_cells,
    safety_queue,
    safety_review,
    safety_run,
)
from review.security import BODY_LIMIT, Guard, SignedIn, add_headers
from review.site import Site
from store.errors import AmbiguousReference, UnknownRecord

SENTENCES = {
    404: "There is no such page. The list of runs leads to everything that there is.",
    405: "This address does not take what was sent to it. Open the page again and use what is on it.",
}
"""What is said where nothing but the status is known."""
FOREVER = "public, max-age=31536000, immutable"


class _Static(StaticFiles):
    """Files under an address with their hash are kept by browsers; under another they are asked for again."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        asked = f"{scope['path']}?{scope['query_string'].decode('latin-1')}"
        response.headers["Cache-Control"] = (
            FOREVER if asked == pages.static(Path(full_path).name) else "no-cache"
        )
        return response


def make_app(site: Site) -> Starlette:
    """The app that serves a site."""
    routes: list[BaseRoute] = [
        *enter.routes,
        *help.routes,
        *runs.routes,
        *run.routes,
        *instances.routes,
        *metrics.routes,
        *queue.routes,
        *adjudicate.routes,
        *conventions.routes,
        *review.routes,
        *reviewers.routes,
        *safety_run.routes,
        *safety_queue.routes,
        *safety_review.routes,
        *safety_adjudicate.routes,
        *safety_cells.routes,
        Mount("/static", _Static(directory=pages.STATIC)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(Guard, site=site),
            Middleware(RequestBodyLimitMiddleware, max_body_size=BODY_LIMIT),
            Middleware(SignedIn, site=site),
        ],
        exception_handlers={
            HTTPException: _refused,
            UnknownRecord: _unknown,
            AmbiguousReference: _unknown,
            Exception: _failed,
        },
    )
    app.state.site = site
    # The redirect would name the scheme of this server, which behind a proxy is not the browser's.
    app.router.redirect_slashes = False
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for nothing else"
    bare = error.detail == HTTPStatus(error.status_code).phrase
    what = SENTENCES.get(error.status_code, error.detail) if bare else error.detail
    page = pages.problem(request, error.status_code, what)
    page.headers.update(error.headers or {})
    return page


def _unknown(request: Request, error: Exception) -> Response:
    return pages.problem(request, 404, f"{error}. The list of runs leads to everything that the store has.")


def _failed(request: Request, error: Exception) -> Response:
    """What nobody foresaw. The server writes it on its stderr; the page does not say what it was."""
    page = pages.problem(
        request,
        500,
        "The server met an error that it did not expect, and wrote it to the terminal in which it runs. What "
        "was acknowledged is kept. Go back and try again; where it happens again, report what it wrote.",
    )
    add_headers(page.headers)  # this page is made outside of everything that stands around the screens
    return page
