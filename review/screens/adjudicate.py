"""Adjudicate: instances about which reviewers differ, and the decision of someone else."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
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
from review.adjudication import (
    PICKS,
    Opinion,
    adjudicated,
    lettered,
    make_adjudication,
    other_answer,
    picked,
)
from review.auth import current
from review.paging import page_of
from review.posting import posted, seen_in, texts
from review.remarks import CONFIDENCES, ERROR_TYPES
from review.site import base_of, run_of, site_of
from store.queue import disputed_page, is_disputed, queue_progress, sealed_by
from store.records import DecisionRecord, RunRecord
from store.store import Store

PAGE = 50
ADDED = "Another opinion was added since this page was made. Look again; what you entered is kept."
ONE_OF_THEM = "You are one of those who differ on {}: someone else has to adjudicate it."
UNDISPUTED = "No reviewers differ about {}, or someone has adjudicated it."
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


@dataclass(frozen=True)
class Disputed:
    """One row of the list: an instance or a cell, about which reviewers differ."""

    id: str
    name: str
    kind: str
    said: Sequence[DecisionRecord]
    mine: bool
    """Whether the reader is one of those who differ."""


def disputed_rows(
    store: Store,
    run: RunRecord,
    ids: Sequence[str],
    reader: str | None,
    named: Callable[[str], tuple[str, str]],
) -> list[Disputed]:
    """The rows of the list; `named` gives the name and the kind of one."""
    rows = []
    for instance_id in ids:
        said = opinions(store, run, instance_id)
        mine = reader in {decision.reviewer for decision in said}
        rows.append(Disputed(instance_id, *named(instance_id), said, mine))
    return rows


def show_all(request: Request) -> Response:
    """The instances that wait for an adjudicator."""
    store, run = site_of(request).store, run_of(request)
    paging = page_of(request, queue_progress(store.file, run.id).disputed, PAGE)

    def named(instance_id: str) -> tuple[str, str]:
        instance = store.instance(run.benchmark_id, instance_id)
        return instance.source_id, instance.calculator or instance.calculator_name or pages.NOTHING

    ids = disputed_page(store.file, run.id, limit=PAGE, offset=paging.offset)
    rows = disputed_rows(store, run, ids, current(request).name, named)
    values: dict[str, Any] = {"paging": paging, "rows": rows, "kind": "calculator", "base": base_of(run)}
    return pages.render(request, "adjudicate.html", run=run, **values)


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
        raise HTTPException(403, ONE_OF_THEM.format(instance.source_id))
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
    fields, run, instance = case.fields, case.run, case.instance
    task = task_of(instance, run.id, contract_for(case.store, run).conventions)
    assert case.reader is not None, "a viewer has been refused"
    return adjudicated(
        run.id,
        instance.id,
        case.reader,
        fields,
        lambda: picked(
            case.opinions,
            PICKS,
            fields.get("pick", ""),
            lambda: other_answer(task, fields.get("answer", "")),
        ),
    )


def _onward(case: Case, done: str) -> Response:
    path = f"/runs/{case.run.id}/adjudicate"
    following = disputed_page(case.store.file, case.run.id, limit=1, without=case.reader)
    return pages.redirect(f"{path}/{following[0]}" if following else path, done)


routes = [
    Route("/runs/{run}/adjudicate", show_all),
    Route("/runs/{run}/adjudicate/{instance}", show, methods=["GET"]),
    Route("/runs/{run}/adjudicate/{instance}", decide, methods=["POST"]),
]
