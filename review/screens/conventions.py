"""Convention: one decision, what it does to each sibling, and whom it is carried over to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.model import Instance
from calculators.again import NotReproducible
from graphs.contract import ContractError
from graphs.conventions import ConventionUse, catalogue
from graphs.lock import BusyError
from graphs.propagation import carry_out, make_plan
from graphs.runs import JobError, contract_for
from review import conventions, pages
from review.auth import current
from review.paging import page_of
from review.posting import posted
from review.site import run_of, site_of
from store.queue import sealed_by
from store.records import RunRecord
from store.store import Store
from store.touching import settled_by_option

SCOPES = ("all", "chosen", "this")
"""Whom a decision is carried over to: every sibling, those that were chosen, nobody."""
CHANGED = (
    "The instances have changed since this page was made, so nothing was decided. What the decision would do "
    "now is listed below; what you entered is kept."
)


@dataclass(frozen=True)
class Desk:
    """One convention as one person has it before them; `entered` is what they sent."""

    store: Store
    run: RunRecord
    use: ConventionUse
    reviewer: str | None
    option: str | None = None
    instance: Instance | None = None
    entered: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address of the page."""
        return f"/runs/{self.run.id}/conventions/{self.use.id}"


def show_all(request: Request) -> Response:
    """The conventions of the run's calculators."""
    store = site_of(request).store
    run = run_of(request)
    return pages.render(request, "conventions.html", run=run, conventions=conventions.summaries(store, run))


def _desk(request: Request, given: Mapping[str, Any]) -> Desk:
    store, person = site_of(request).store, current(request)
    run = run_of(request)
    try:
        (use,) = catalogue(request.path_params["convention"])
    except ContractError as error:
        raise HTTPException(404, f"There is {error}.") from None
    option = given.get("option") or None
    if option is not None and option not in use.options:
        accepted = ", ".join(use.options)
        raise HTTPException(400, f"{use.id} has no option {str(option)[:80]!r}; accepted: {accepted}.")
    reference = given.get("instance") or None
    if reference is None and option is not None:
        reference = conventions.first_to_decide(store, run, use.id, person.name)
    instance = store.instance(run.benchmark_id, str(reference)) if reference else None
    return Desk(store, run, use, person.name, option, instance, given)


def show(request: Request) -> Response:
    """What the convention asks; with an option, what deciding an instance by it would do."""
    return _page(request, _desk(request, request.query_params))


def _page(request: Request, desk: Desk, status: int = 200, problem: str | None = None) -> Response:
    store, run, use, instance = desk.store, desk.run, desk.use, desk.instance
    sealed = instance is not None and bool(sealed_by(store.file, run.id, instance.id, desk.reviewer))
    proposal = None
    if desk.option is not None and instance is not None and not sealed:
        try:
            proposal = conventions.propose(
                store,
                run,
                use.id,
                desk.option,
                instance.id,
                reviewer=desk.reviewer,
                paging=lambda total: page_of(request, total, conventions.PAGE),
            )
        except (JobError, NotReproducible) as error:
            problem = problem or f"{str(error)[:1].upper()}{str(error)[1:]}."
    contract = contract_for(store, run)
    return pages.render(
        request,
        "convention.html",
        status,
        run=run,
        desk=desk,
        use=use,
        in_force=conventions.in_force(use, contract.conventions.get(use.id)),
        touched=len(store.touched(run.id).get(use.id, ())),
        settled=settled_by_option(store.file, run.id, use.id),
        sealed=sealed,
        proposal=proposal,
        problem=problem,
        effects=conventions.EFFECTS,
        chosen=_chosen(desk.entered),
        note=str(desk.entered.get("note", "")),
    )


def _chosen(entered: Mapping[str, Any]) -> frozenset[str] | None:
    """Ids of the siblings that a form has checked; None where no form was sent."""
    if not isinstance(entered, FormData):
        return None
    return frozenset(value for value in entered.getlist("sibling") if isinstance(value, str))


@posted
def decide(request: Request, form: FormData) -> Response:
    """Decide as shown, or show what has changed."""
    desk, scope = _desk(request, form), form.get("scope")
    if desk.reviewer is None:
        raise HTTPException(403, "A viewer cannot decide. Open a reviewer's link to decide.")
    if desk.option is None or desk.instance is None or scope not in SCOPES:
        raise HTTPException(400, "Choose an option and whom it is carried over to, and send the form again.")
    store, run, use, instance = desk.store, desk.run, desk.use, desk.instance
    if sealed_by(store.file, run.id, instance.id, desk.reviewer):
        raise HTTPException(403, f"Give your blind answer on instance {instance.source_id} first.")
    word = conventions.state(store, run, use.id, instance.id)
    if form.get("state") != word:
        return _page(request, desk, 409, CHANGED)
    try:
        if scope == "this":
            plan = make_plan(store, run, instance, {use.id: desk.option}, propagate=False)
        else:
            chosen = None if scope == "all" else _chosen(form)
            plan = conventions.plan_at(store, run.id, use.id, desk.option, instance.id, chosen, word)
        asyncio.run(
            carry_out(store, run, plan, reviewer=desk.reviewer, note=str(form.get("note", "")).strip())
        )
    except BusyError as error:
        return _page(request, desk, 409, f"Nothing was decided: {error}.")
    except (JobError, NotReproducible):
        return _page(request, desk, 409, CHANGED)
    done = "convention" if scope == "this" else "propagated"
    return pages.redirect(f"{desk.path}?option={desk.option}&instance={instance.id}", done)


routes = [
    Route("/runs/{run}/conventions", show_all),
    Route("/runs/{run}/conventions/{convention}", show, methods=["GET"]),
    Route("/runs/{run}/conventions/{convention}", decide, methods=["POST"]),
]
