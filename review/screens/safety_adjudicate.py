"""Adjudicate in a safety run: cells about which reviewers differ, and the decision of someone else."""

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

from answers.model import Answer, CategoryAnswer
from consensus.model import Choice
from graphs.lock import BusyError
from graphs.review import OutOfTurnError, StaleRevisionError, adjudicate, opinions
from graphs.runs import JobError
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from graphs.subjects import scenario_of
from review import pages
from review.adjudication import (
    OTHER,
    PUT,
    BadPick,
    Opinion,
    Option,
    adjudicated,
    fields_of,
    lettered,
    opinion_options,
    picked,
)
from review.auth import current
from review.paging import page_of
from review.posting import posted, seen_in, texts
from review.remarks import CELL_CHOICES, CONFIDENCES
from review.safety_told import NO_MEDIAN, reveal
from review.screens.adjudicate import ADDED, PAGE, SETTLED, UNDISPUTED, disputed_rows
from review.screens.safety_review import severity_in
from review.site import base_of, safety_run_of, site_of
from review.sitting import reviewer_of
from store import safety
from store.cell_queue import disputed_cells
from store.queue import is_disputed, queue_progress, sealed_by
from store.records import DecisionRecord, RunRecord
from store.safety_records import CellRecord
from store.store import Store

_PUT: Mapping[Choice, str] = {**PUT, "consensus": "the panel's median"}
_PICKS = ("consensus", "ambiguous", OTHER)


@dataclass(frozen=True)
class Case:
    """One cell as an adjudicator has it before them, with the fields that they sent."""

    store: Store
    run: RunRecord
    contract: SafetyContract
    cell: CellRecord
    opinions: tuple[Opinion, ...]
    fields: Mapping[str, str]

    @property
    def seen(self) -> int:
        """Id of the last opinion that is shown."""
        return max(opinion.decision.id or 0 for opinion in self.opinions)

    @property
    def tints(self) -> dict[str, str]:
        """Letter → tint."""
        return {opinion.letter: opinion.tint for opinion in self.opinions}


def show_all(request: Request) -> Response:
    """The cells that wait for an adjudicator."""
    store, run = site_of(request).store, safety_run_of(request)
    contract = safety_contract(store, run)
    paging = page_of(request, queue_progress(store.file, run.id).disputed, PAGE)

    def named(cell_id: str) -> tuple[str, str]:
        scenario = scenario_of(contract, safety.cell(store.file, run.id, cell_id))
        return scenario.name, scenario.category

    ids = disputed_cells(store.file, run.id, limit=PAGE, offset=paging.offset)
    rows = disputed_rows(store, run, ids, current(request).name, named)
    values: dict[str, Any] = {"paging": paging, "rows": rows, "kind": "category", "base": base_of(run)}
    return pages.render(request, "adjudicate.html", run=run, **values)


def _case(request: Request, fields: Mapping[str, str]) -> Case:
    """The case. Raises HTTPException for one of those who differ: someone else has to decide."""
    store, person, run = site_of(request).store, current(request), safety_run_of(request)
    contract = safety_contract(store, run)
    cell = safety.cell(store.file, run.id, request.path_params["instance"])
    name, said = scenario_of(contract, cell).name, opinions(store, run, cell.instance_id)
    # One opinion of several that are needed is no dispute: what it says is sealed to the next reviewer.
    if not said or sealed_by(store.file, run.id, cell.instance_id, person.name) == run.id:
        raise HTTPException(404, UNDISPUTED.format(name))
    if person.name in {decision.reviewer for decision in said}:
        raise HTTPException(
            403, f"You are one of those who differ on {name}: someone else has to adjudicate it."
        )
    shown = lettered(said, store.decisions(run.id, cell.instance_id), person.name)
    return Case(store, run, contract, cell, shown, fields)


def show(request: Request) -> Response:
    """What the reviewers said, and the judges before them."""
    case = _case(request, {})
    if not is_disputed(case.store.file, case.run.id, case.cell.instance_id):
        raise HTTPException(404, UNDISPUTED.format(scenario_of(case.contract, case.cell).name))
    return _page(request, case)


def _page(request: Request, case: Case, status: int = 200, **more: Any) -> Response:
    told, revealed = reveal(case.store, case.contract, case.cell)
    median, fields = revealed.panel.median, case.fields
    agreed = None if median is None else CategoryAnswer(value=median)
    values: dict[str, Any] = {
        "run": case.run,
        "case": case,
        "told": told,
        "revealed": revealed,
        "said": [field for field in fields_of(case.opinions, _PUT) if field.label != "type of error"],
        "options": [
            *opinion_options(case.opinions),
            Option("consensus", CELL_CHOICES["consensus"], agreed, None if agreed else NO_MEDIAN),
            Option("ambiguous", CELL_CHOICES["ambiguous"]),
            Option(OTHER, "Another severity"),
        ],
        "fields": fields,
        "errors": {},
        "notice": None,
        "open": True,
        "confidences": CONFIDENCES,
        "submission": fields.get("submission") or secrets.token_urlsafe(16),
        "opened": fields.get("opened") or str(int(time.time())),
        **more,
    }
    return pages.render(request, "safety_adjudication.html", status, **values)


@posted
def decide(request: Request, form: FormData) -> Response:
    """Record what the adjudicator decided and go on with the next dispute."""
    reader = reviewer_of(request)
    case = _case(request, texts(form))
    decision, errors = _read(case, reader)
    if decision is None:
        return _page(request, case, 422, errors=errors)
    done = "adjudicated"
    try:
        asyncio.run(adjudicate(case.store, case.run, decision, seen=seen_in(case.fields)))
    except StaleRevisionError:
        return _page(request, case, 409, notice=ADDED)
    except OutOfTurnError:
        return _page(request, case, 409, notice=SETTLED, open=False)
    except BusyError:
        done = "undelivered"
    except JobError as error:
        return _page(request, case, 422, errors={"pick": str(error)})
    path = f"{base_of(case.run)}/adjudicate"
    following = disputed_cells(case.store.file, case.run.id, limit=1, without=reader)
    return pages.redirect(f"{path}/{following[0]}" if following else path, done)


def _read(case: Case, reader: str) -> tuple[DecisionRecord | None, dict[str, str]]:
    fields = case.fields

    def other() -> Answer:
        answer = severity_in(fields)
        if answer is None:
            raise BadPick("severity", "choose the severity")
        return answer

    return adjudicated(
        case.run.id,
        case.cell.instance_id,
        reader,
        fields,
        lambda: picked(case.opinions, _PICKS, fields.get("pick", ""), other),
    )


routes = [
    Route("/safety/{run}/adjudicate", show_all),
    Route("/safety/{run}/adjudicate/{instance}", show, methods=["GET"]),
    Route("/safety/{run}/adjudicate/{instance}", decide, methods=["POST"]),
]
