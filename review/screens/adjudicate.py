"""Adjudicate: instances about which reviewers differ, and the decision of someone else."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agents.task import task_of
from benchmarks.model import Instance
from graphs.lock import BusyError
from graphs.review import OutOfTurnError, StaleRevisionError, adjudicate, opinions
from graphs.runs import JobError, contract_for
from review import pages
from review.adjudication import BadPick, Opinion, lettered, make_adjudication, picked
from review.auth import current
from review.paging import page_of
from review.posting import posted, seen_in, texts
from review.remarks import CONFIDENCES, ERROR_TYPES, read_remarks
from review.site import run_of, site_of
from store.queue import disputed_page, is_disputed, queue_progress, sealed_by
from store.records import DecisionRecord, RunRecord
from store.store import Store

PAGE = 50
ADDED = "Another opinion was added since this page was made. Look again; what you entered is kept."
UNDISPUTED = "No reviewers differ about instance {}, or someone has adjudicated it."
SETTLED = (
    "Someone else has settled this instance since this page was made. What you entered was not recorded."
)


@dataclass(frozen=True)
class Case:
    """One instance as an adjudicator has it before them, with the fields that they sent."""

    store: Store
    run: RunRecord
    instance: Instance
    opinions: tuple[Opinion, ...]
    reader: str | None
    fields: Mapping[str, str]


def show_all(request: Request) -> Response:
    """The instances that wait for an adjudicator."""
    site, person = site_of(request), current(request)
    store = site.store
    run = run_of(request)
    paging = page_of(request, queue_progress(store.file, run.id).disputed, PAGE)
    rows = []
    for instance_id in disputed_page(store.file, run.id, limit=PAGE, offset=paging.offset):
        said = opinions(store, run, instance_id)
        mine = person.name in {decision.reviewer for decision in said}
        rows.append((store.instance(run.benchmark_id, instance_id), said, mine))
    return pages.render(request, "adjudicate.html", run=run, paging=paging, rows=rows)


def _case(request: Request, fields: Mapping[str, str]) -> Case:
    """The case. Raises HTTPException for one of those who differ: someone else has to decide."""
    store, person = site_of(request).store, current(request)
    run = run_of(request)
    instance = store.instance(run.benchmark_id, request.path_params["instance"])
    said = opinions(store, run, instance.id)
    # One opinion of several that are needed is no dispute: what it says is sealed to the next reviewer.
    if not said or sealed_by(store.file, run.id, instance.id, person.name) == run.id:
        raise HTTPException(404, UNDISPUTED.format(instance.source_id))
    if person.name in {decision.reviewer for decision in said}:
        raise HTTPException(
            403,
            f"You are one of those who differ on {instance.source_id}: someone else has to adjudicate it.",
        )
    shown = lettered(said, store.decisions(run.id, instance.id), person.name)
    return Case(store, run, instance, shown, person.name, fields)


def show(request: Request) -> Response:
    """What the reviewers said."""
    case = _case(request, {})
    if not is_disputed(case.store.file, case.run.id, case.instance.id):
        raise HTTPException(404, UNDISPUTED.format(case.instance.source_id))
    return _page(request, case)


def _page(request: Request, case: Case, status: int = 200, **more: Any) -> Response:
    store, run, instance, fields = case.store, case.run, case.instance, case.fields
    task = task_of(instance, run.id, contract_for(store, run).conventions)
    values: dict[str, Any] = {
        "run": run,
        "instance": instance,
        "task": task,
        "case": make_adjudication(instance, task, case.opinions, store.votes(run.id, instance.id)),
        "everything": "all" in request.query_params,
        "fields": fields,
        "errors": {},
        "notice": None,
        "open": True,
        "confidences": CONFIDENCES,
        "error_types": ERROR_TYPES,
        "submission": fields.get("submission") or secrets.token_urlsafe(16),
        "opened": fields.get("opened") or str(int(time.time())),
        **more,
    }
    return pages.render(request, "adjudication.html", status, **values)


@posted
def decide(request: Request, form: FormData) -> Response:
    """Record what the adjudicator decided and go on with the next dispute."""
    if current(request).name is None:
        raise HTTPException(403, "A viewer cannot decide. Open a reviewer's link to decide.")
    case = _case(request, texts(form))
    decision, errors = _read(case)
    if decision is None:
        return _page(request, case, 422, errors=errors)
    done = "adjudicated"
    try:
        asyncio.run(
            adjudicate(
                case.store,
                case.run,
                decision,
                seen=seen_in(case.fields),
            )
        )
    except StaleRevisionError:
        return _page(request, case, 409, notice=ADDED)
    except OutOfTurnError:
        return _page(request, case, 409, notice=SETTLED, open=False)
    except BusyError:
        done = "undelivered"
    except JobError as error:
        return _page(request, case, 422, errors={"pick": str(error)})
    return _onward(case, done)


def _read(case: Case) -> tuple[DecisionRecord | None, dict[str, str]]:
    """The decision that a form stands for, or None and what is wrong with each of its fields."""
    fields = case.fields
    remarks = read_remarks(fields, now=time.time(), chooses=False)
    errors = dict(remarks.errors)
    if not remarks.note:
        errors["note"] = "say why: those who differ will read it"
    task = task_of(case.instance, case.run.id, contract_for(case.store, case.run).conventions)
    try:
        choice, answer = picked(task, case.opinions, fields.get("pick", ""), fields.get("answer", ""))
    except BadPick as error:
        return None, {**errors, error.field: str(error)}
    if errors or case.reader is None:
        return None, errors
    nonce = fields.get("submission", "")
    decision = DecisionRecord(
        run_id=case.run.id,
        instance_id=case.instance.id,
        reviewer=case.reader,
        answer=answer,
        note=remarks.note,
        choice=choice,
        error_type=remarks.error_type,
        confidence=remarks.confidence,
        seconds=remarks.seconds,
        submission=nonce if 16 <= len(nonce) <= 64 else None,
    )
    return decision, {}


def _onward(case: Case, done: str) -> Response:
    path = f"/runs/{case.run.id}/adjudicate"
    following = disputed_page(case.store.file, case.run.id, limit=1, without=case.reader)
    return pages.redirect(f"{path}/{following[0]}" if following else path, done)


routes = [
    Route("/runs/{run}/adjudicate", show_all),
    Route("/runs/{run}/adjudicate/{instance}", show, methods=["GET"]),
    Route("/runs/{run}/adjudicate/{instance}", decide, methods=["POST"]),
]
