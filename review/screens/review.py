"""Review: a reviewer's own answer first, blind; then everything that was said, and the decision."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from agents.task import Task, task_of
from answers.model import Answer
from benchmarks.model import Instance
from calculators.model import Derivation
from graphs.review import (
    OutOfTurnError,
    answer_blind,
    opinion,
)
from graphs.runs import contract_for
from review import filters, pages
from review.fields import convention_fields, entry_lines, input_fields
from review.forms import ANSWER, Entry, NoAnswer, answer_of, read_entry, recompute
from review.posting import posted, texts
from review.remarks import ERROR_TYPES, read_remarks
from review.reserving import take_next
from review.reveal import make_reveal
from review.site import run_of, site_of
from review.sitting import Refused, Sitting, drafted, given_back, reviewer_of, settled_now
from store.queue import sealed_by
from store.records import DecisionRecord

PART = "Steward-Part"
"""Header by which our script asks for a part of the page."""


@dataclass(frozen=True, kw_only=True)
class Review(Sitting):
    """One instance as one reviewer has it before them."""

    instance: Instance
    task: Task
    view: filters.View


def _review(request: Request, form: Mapping[str, str] | None = None) -> Review:
    site, reviewer = site_of(request), reviewer_of(request)
    store = site.store
    run = run_of(request)
    instance = store.instance(run.benchmark_id, request.path_params["instance"])
    if store.escalation(run.id, instance.id) is None:
        raise HTTPException(
            404,
            f"Instance {instance.source_id} is not in the queue of run {run.id}: people are asked about "
            "escalated instances and about the audit sample.",
        )
    task = task_of(instance, run.id, contract_for(store, run).conventions)
    try:
        view = filters.parse(request.query_params)
    except filters.BadFilter as error:
        raise HTTPException(400, f"{error}. Open the instance from the queue again.") from None
    return Review(
        site=site,
        run=run,
        instance_id=instance.id,
        reviewer=reviewer,
        view=view,
        base=f"/runs/{run.id}",
        form=form or {},
        instance=instance,
        task=task,
    )


def show(request: Request) -> Response:
    """The phase that the reviewer is in."""
    review = _review(request)
    blind = review.blind()
    return (
        _blind_page(request, review, review.kept("blind"))
        if blind is None
        else _reveal_page(request, review, blind)
    )


# Blind


def _blind_page(
    request: Request, review: Review, fields: Mapping[str, str], status: int = 200, **more: Any
) -> Response:
    entry = read_entry(review.task, fields)
    computation = _computation(review, entry)
    errors = {**entry.errors, **more.pop("errors", {})}
    entry = Entry(entry.inputs, entry.conventions, entry.answer, errors)
    lines = entry_lines(review.task, entry)
    values: dict[str, Any] = {
        "lines": lines,
        "inputs": input_fields(review.task, fields, entry, lines),
        "conventions": convention_fields(review.task, fields, entry),
        **computation,
        **_form_values(review, fields),
        "errors": errors,
        "settled": review.settled > 0,
        "notice": None,
        **more,
    }
    return pages.render(request, "review_blind.html", status, **values)


def _computation(review: Review, entry: Entry) -> dict[str, Any]:
    """What the computation shows: nothing before anything was entered."""
    derivation = recompute(review.task, entry) if entry.inputs or entry.conventions else None
    wrong = {name: said for name, said in entry.errors.items() if name.startswith(("input.", "convention."))}
    values = {"derivation": derivation, "computed": _computed(review.task, entry, derivation)}
    return {"task": review.task, "wrong": wrong, "labels": _labels(review.task), **values}


def _computed(task: Task, entry: Entry, derivation: Derivation | None) -> Answer | None:
    """What the reviewer answers by leaving the answer empty; None where that is no answer yet."""
    try:
        return answer_of(task, replace(entry, answer=None), derivation)
    except NoAnswer:
        return None


def _labels(task: Task) -> dict[str, str]:
    return {spec.name: spec.label for spec in task.calculator.inputs} if task.calculator else {}


def _form_values(review: Review, fields: Mapping[str, str]) -> dict[str, Any]:
    return {**review.form_values(fields), "instance": review.instance, "task": review.task}


@posted
def compute(request: Request, form: FormData) -> Response:
    """The computation on what was entered: as a part of the page, or by way of the draft as a whole page."""
    review = _review(request, texts(form))
    if request.headers.get(PART):
        values = _computation(review, read_entry(review.task, review.form))
        return pages.render(request, "review_computation.html", **values)
    if review.blind() is None:
        review.reserve()
        if problem := review.keep("blind"):
            return _blind_page(request, review, review.form, 413, notice=problem)
    return pages.redirect(f"{review.path}#computation")


@posted
def save(request: Request, form: FormData) -> Response:
    """Keep a draft; the script of the page sends it every few seconds."""
    return drafted(_review(request, texts(form)), request.query_params.get("phase", ""))


@posted
def blind(request: Request, form: FormData) -> Response:
    """Record the blind answer and go on to the reveal."""
    review = _review(request, texts(form))
    entry = read_entry(review.task, review.form)
    remarks = read_remarks(review.form, now=time.time(), chooses=False)
    derivation = recompute(review.task, entry) if entry.inputs else None
    errors = {**entry.errors, **remarks.errors}
    answer: Answer | None = None
    if not entry.errors:
        try:
            answer = answer_of(review.task, entry, derivation)
        except NoAnswer as error:
            errors[ANSWER] = str(error)
    if errors or answer is None:
        if review.blind() is None:
            review.keep("blind")
        return _blind_page(request, review, review.form, 422, errors=errors)
    decision = review.decision(remarks, answer, derivation).model_copy(update={"blind": True})
    try:
        answer_blind(review.site.store, review.run, decision)
    except OutOfTurnError as error:
        given = review.blind()
        assert given is not None, "a second blind answer has a first one"
        notice = f"{error}. What you sent now, {pages.answer(answer)}, was not recorded."
        return _reveal_page(request, review, given, {}, 409, notice=notice)
    return pages.redirect(review.path, "blind")


# Reveal


def _reveal_page(
    request: Request,
    review: Review,
    blind: DecisionRecord,
    fields: Mapping[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    store, run, instance = review.site.store, review.run, review.instance
    sealed = sealed_by(store.file, run.id, instance.id, review.reviewer)
    assert sealed is None, "a blind answer opens the instance"
    said = opinion(store, run, instance.id, review.reviewer)
    fields = review.kept("reveal") if fields is None else fields
    settled = review.settled
    values: dict[str, Any] = {
        **_form_values(review, fields),
        "reveal": make_reveal(
            instance, review.task, blind, store.votes(run.id, instance.id), review.reviewer
        ),
        "said": said,
        "settled": store.decision(settled) if settled else None,
        "label": store.current_label(run.id, instance.id) if settled else None,
        "seen": settled,
        "error_types": ERROR_TYPES,
        "labels": _labels(review.task),
        "errors": {},
        "notice": None,
        **more,
    }
    return pages.render(request, "review_reveal.html", status, **values)


@posted
def decide(request: Request, form: FormData) -> Response:
    """Record the decision, then go on with the next instance."""
    review = _review(request, texts(form))
    before = review.blind()
    if before is None:
        return pages.redirect(review.path)
    entry = read_entry(review.task, {ANSWER: review.form.get(ANSWER, "")})
    remarks = read_remarks(review.form, now=time.time(), chooses=True)
    errors = {**remarks.errors, **(entry.errors if remarks.choice == "mine" else {})}
    if errors:
        review.keep("reveal")
        return _reveal_page(request, review, before, review.form, 422, errors=errors)
    changed = entry.answer if remarks.choice == "mine" else None
    own = before.derivation if remarks.choice == "mine" and changed is None else None
    done = settled_now(review, review.decision(remarks, changed, own))
    if isinstance(done, Refused):
        return _reveal_page(request, review, before, review.form, done.status, **done.values)
    return _onward(review, done)


def _onward(review: Review, done: str) -> Response:
    if "next" not in review.form:
        return pages.redirect(review.path, done)
    following = take_next(review.site, review.run, review.reviewer, review.view, after=review.instance.id)
    where = f"review/{following}" if following else "queue"
    address = review.view.at(f"/runs/{review.run.id}/{where}")
    return pages.redirect(address, done, about=review.instance.id)


@posted
def give_back(request: Request, form: FormData) -> Response:
    """Leave the instance to others. The draft stays, for a reviewer who comes back."""
    return given_back(_review(request, texts(form)))


_PATH = "/runs/{run}/review/{instance}"
routes = [
    Route(_PATH, show),
    Route(f"{_PATH}/blind", blind, methods=["POST"]),
    Route(f"{_PATH}/compute", compute, methods=["POST"]),
    Route(f"{_PATH}/draft", save, methods=["POST"]),
    Route(f"{_PATH}/decide", decide, methods=["POST"]),
    Route(f"{_PATH}/release", give_back, methods=["POST"]),
]
