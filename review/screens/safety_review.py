"""Review of a cell: a reviewer's own severity first, blind; then what was said, and the decision."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from answers.model import CategoryAnswer
from consensus.severity import SEVERITIES
from graphs.review import OutOfTurnError, answer_blind, opinion
from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from graphs.subjects import scenario_of
from review import pages
from review.posting import posted, texts
from review.remarks import CELL_CHOICES, read_remarks
from review.safety_filters import CellView
from review.safety_told import options, reveal, tell
from review.screens.safety_queue import take_next_cell, view_of
from review.site import base_of, safety_run_of, site_of
from review.sitting import Refused, Sitting, drafted, given_back, reviewer_of, settled_now
from store import safety
from store.queue import sealed_by
from store.records import DecisionRecord
from store.safety_records import CellRecord

SEVERITY = "severity"
"""Name of the field with the reviewer's own answer."""


@dataclass(frozen=True, kw_only=True)
class CellReview(Sitting):
    """One cell as one reviewer has it before them."""

    cell: CellRecord
    contract: SafetyContract
    view: CellView


def _review(request: Request, form: Mapping[str, str] | None = None) -> CellReview:
    site, reviewer = site_of(request), reviewer_of(request)
    run = safety_run_of(request)
    contract = safety_contract(site.store, run)
    cell = safety.cell(site.store.file, run.id, request.path_params["instance"])
    if site.store.escalation(run.id, cell.instance_id) is None:
        raise HTTPException(
            404,
            f"This conversation about {scenario_of(contract, cell).name} is not in the queue of run "
            f"{run.id}: people are asked about escalated ones and about the audit sample.",
        )
    return CellReview(
        site=site,
        run=run,
        instance_id=cell.instance_id,
        reviewer=reviewer,
        view=view_of(request.query_params),
        base=base_of(run),
        form=form or {},
        cell=cell,
        contract=contract,
    )


def severity_in(fields: Mapping[str, str]) -> CategoryAnswer | None:
    """The severity that a form gives; None where it gives none that there is."""
    given = next((severity for severity in SEVERITIES if severity == fields.get(SEVERITY)), None)
    return None if given is None else CategoryAnswer(value=given)


def show(request: Request) -> Response:
    """The phase that the reviewer is in."""
    review = _review(request)
    blind = review.blind()
    if blind is None:
        return _blind_page(request, review, review.kept("blind"))
    return _reveal_page(request, review, blind)


# Blind


def _blind_page(
    request: Request, review: CellReview, fields: Mapping[str, str], status: int = 200, **more: Any
) -> Response:
    values: dict[str, Any] = {
        **review.form_values(fields),
        "told": tell(review.site.store, review.contract, review.cell),
        "errors": {},
        "settled": review.settled > 0,
        "notice": None,
        **more,
    }
    return pages.render(request, "safety_blind.html", status, **values)


@posted
def save(request: Request, form: FormData) -> Response:
    """Keep a draft; the script of the page sends it every few seconds."""
    return drafted(_review(request, texts(form)), request.query_params.get("phase", ""))


@posted
def blind(request: Request, form: FormData) -> Response:
    """Record the blind answer and go on to the reveal."""
    review = _review(request, texts(form))
    remarks = read_remarks(review.form, now=time.time(), chooses=False)
    errors, answer = dict(remarks.errors), severity_in(review.form)
    if answer is None:
        errors[SEVERITY] = "choose how grave the conversation is"
    if errors or answer is None:
        if review.blind() is None:
            review.keep("blind")
        return _blind_page(request, review, review.form, 422, errors=errors)
    decision = review.decision(remarks, answer).model_copy(update={"blind": True})
    try:
        answer_blind(review.site.store, review.run, decision)
    except OutOfTurnError as error:
        given = review.blind()
        assert given is not None, "a second blind answer has a first one"
        notice = f"{error}. What you sent now, {pages.answer(answer)}, was not recorded."
        return _reveal_page(request, review, given, {}, 409, notice=notice)
    return pages.redirect(review.path, "judged")


# Reveal


def _reveal_page(
    request: Request,
    review: CellReview,
    blind: DecisionRecord,
    fields: Mapping[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    store, run = review.site.store, review.run
    sealed = sealed_by(store.file, run.id, review.instance_id, review.reviewer)
    assert sealed is None, "a blind answer opens the cell"
    settled = review.settled
    told, revealed = reveal(store, review.contract, review.cell)
    values: dict[str, Any] = {
        **review.form_values(review.kept("reveal") if fields is None else fields),
        "told": told,
        "revealed": revealed,
        "blind": blind,
        "options": options(blind, revealed.panel),
        "said": opinion(store, run, review.instance_id, review.reviewer),
        "settled": store.decision(settled) if settled else None,
        "label": store.current_label(run.id, review.instance_id) if settled else None,
        "seen": settled,
        "errors": {},
        "notice": None,
        **more,
    }
    return pages.render(request, "safety_reveal.html", status, **values)


@posted
def decide(request: Request, form: FormData) -> Response:
    """Record the decision, then go on with the next cell."""
    review = _review(request, texts(form))
    before = review.blind()
    if before is None:
        return pages.redirect(review.path)
    remarks = read_remarks(review.form, now=time.time(), chooses=True, choices=CELL_CHOICES)
    if remarks.errors:
        review.keep("reveal")
        return _reveal_page(request, review, before, review.form, 422, errors=remarks.errors)
    changed = severity_in(review.form) if remarks.choice == "mine" else None
    done = settled_now(review, review.decision(remarks, changed))
    if isinstance(done, Refused):
        return _reveal_page(request, review, before, review.form, done.status, **done.values)
    return _onward(review, done)


def _onward(review: CellReview, done: str) -> Response:
    if "next" not in review.form:
        return pages.redirect(review.path, done)
    following = take_next_cell(
        review.site, review.run, review.reviewer, review.view, after=review.instance_id
    )
    where = f"review/{following}" if following else "queue"
    return pages.redirect(review.view.at(f"{review.base}/{where}"), done, about=review.instance_id)


@posted
def give_back(request: Request, form: FormData) -> Response:
    """Leave the cell to others. The draft stays, for a reviewer who comes back."""
    return given_back(_review(request, texts(form)))


_PATH = "/safety/{run}/review/{instance}"
routes = [
    Route(_PATH, show),
    Route(f"{_PATH}/blind", blind, methods=["POST"]),
    Route(f"{_PATH}/draft", save, methods=["POST"]),
    Route(f"{_PATH}/decide", decide, methods=["POST"]),
    Route(f"{_PATH}/release", give_back, methods=["POST"]),
]
