"""Figures of the runs for Prometheus: a scraper sends a viewer's token as a bearer token."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from review.security import METRICS
from review.site import site_of
from telemetry.metrics import metrics_text


def show(request: Request) -> Response:
    """Every relabelling and safety run. Audits tell of original labels, to which reviewers are blind."""
    store = site_of(request).store
    runs = [run for run in store.runs(None) if run.workflow != "audit"]
    return Response(metrics_text(store, runs), headers={"Content-Type": CONTENT_TYPE_LATEST})


routes = [Route(METRICS, show)]
