"""Instances of a run: the list, and for each the way it took through the graph."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from consensus.model import LabelStatus
from review import pages
from review.auth import current
from review.comparison import Row, compare, input_words
from review.context import numbered_lines
from review.ledger import entries
from review.marks import mark
from review.paging import page_of
from review.site import run_of, site_of
from review.timeline import make_timeline
from store import browse
from store.browse import INSTANCE_STATES, InstanceFilter
from store.queue import sealed_by, sealed_instances, waiting_audits, waits
from store.records import RunRecord
from store.store import Store
from store.tracing import TraceBundle

PAGE = 50
STATUSES: tuple[LabelStatus, ...] = ("confirmed", "revised", "incomputable", "ambiguous")


def show_list(request: Request) -> Response:
    """A page of a run's instances."""
    store = site_of(request).store
    run = run_of(request)
    wanted = _wanted(request)
    waiting = waiting_audits(store.file, run.id)
    sealed_ids = sealed_instances(store.file, run.id, current(request).name)
    count = browse.count(store.file, run.id, wanted, waiting=waiting, sealed=sealed_ids)
    paging = page_of(request, count, PAGE)
    rows = browse.page(
        store.file, run.id, wanted, waiting=waiting, sealed=sealed_ids, limit=PAGE, offset=paging.offset
    )
    return pages.render(
        request,
        "instances.html",
        run=run,
        rows=rows,
        paging=paging,
        wanted=wanted,
        unfiltered=InstanceFilter(),
        states=[(state, state.replace("_", " ")) for state in INSTANCE_STATES],
        statuses=[(status, status) for status in STATUSES],
        calculators=[(name, name) for name in browse.calculators(store.file, run.id) if name],
    )


def _wanted(request: Request) -> InstanceFilter:
    """The filters of the address; a value that does not exist filters nothing."""
    asked = request.query_params
    state, status = asked.get("state", ""), asked.get("status", "")
    return InstanceFilter(
        state=state if state in INSTANCE_STATES else None,
        status=status if status in STATUSES else None,
        calculator=asked.get("calculator") or None,
        text=asked.get("text", "").strip() or None,
    )


def show(request: Request) -> Response:
    """One instance: everything that the run did for it, or what a blind reviewer may know."""
    store = site_of(request).store
    run = run_of(request)
    instance = store.instance(run.benchmark_id, request.path_params["instance"])
    if waits_in := sealed_by(store.file, run.id, instance.id, current(request).name):
        lines = numbered_lines(instance.context)
        return pages.render(
            request, "sealed.html", run=run, instance=instance, lines=lines, waits_in=waits_in
        )
    bundle = store.trace(run.id, instance.id)
    if request.query_params.get("raw") == "1":
        facts = json.dumps(bundle.model_dump(mode="json"), ensure_ascii=False, indent=2)
        return PlainTextResponse(facts.encode("utf-8", "replace"))
    return pages.render(request, "instance.html", **_shown(request, store, run, bundle))


def _shown(request: Request, store: Store, run: RunRecord, bundle: TraceBundle) -> dict[str, Any]:
    prompts = {sha: p for call in bundle.calls if (sha := call.prompt_sha) and (p := store.prompt(sha))}
    marks = mark(bundle.instance.context, bundle.votes)
    sources = {d.propagated_from: d for d in bundle.decisions if d.propagated_from is not None}
    return {
        "run": run,
        "bundle": bundle,
        "instance": bundle.instance,
        "label": bundle.label,
        "waits": waits(store.file, run.id, bundle.instance.id),
        "timeline": make_timeline(bundle, prompts),
        "lines": numbered_lines(bundle.instance.context, marks.highlights),
        "marks": marks,
        "ledger": entries(bundle, {source: store.decision(source).instance_id for source in sources}),
        "compared": _compared(request, bundle),
        "input_words": input_words,
    }


def _compared(request: Request, bundle: TraceBundle) -> tuple[int, int, list[Row]] | None:
    """The two votes that the address names, where both exist."""
    votes = {str(vote.sample): vote for vote in bundle.votes}
    left, right = (votes.get(request.query_params.get(name, "")) for name in ("a", "b"))
    if left is None or right is None:
        return None
    return left.sample, right.sample, compare(left, right)


routes = [
    Route("/runs/{run}/instances", show_list),
    Route("/runs/{run}/instances/{instance}", show),
]
