"""Cells of a safety run: the list, and for each the way to its verdict, sealed while that would tell."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from graphs.safety_contract import SafetyContract
from graphs.safety_jobs import safety_contract
from graphs.subjects import cell_trace_facts, scenario_of
from review import pages
from review.auth import current
from review.cell_trace import cell_timeline
from review.ledger import entries
from review.paging import page_of
from review.safety_told import reveal, tell
from review.site import safety_run_of, site_of
from scenarios.model import Pack
from store import safety
from store.browse import INSTANCE_STATES
from store.cell_browse import CellFilter, Seal, cell_rows, cells_counted
from store.cell_queue import unanswered_cells
from store.cell_tracing import trace_cell
from store.queue import sealed_by, sealed_instances, waiting_audits, waits
from store.records import RunRecord
from store.safety_records import CellRecord
from store.store import Store

Word = TypeVar("Word", bound=str)

PAGE = 50


def show_list(request: Request) -> Response:
    """A page of a run's cells. While any waits for the reader, no row says of which target it is."""
    store, run, me = site_of(request).store, safety_run_of(request), current(request).name
    pack = safety_contract(store, run).pack
    targets = [target.name for target in safety.targets(store.file, run.id)]
    unanswered = unanswered_cells(store.file, run.id, me)
    seal = Seal(
        of=sealed_instances(store.file, run.id, me),
        waiting=waiting_audits(store.file, run.id),
        targets=unanswered > 0,
    )
    category = _chosen(request, "category", [scenario.category for scenario in pack.scenarios])
    wanted = CellFilter(
        state=_chosen(request, "state", INSTANCE_STATES),
        target=None if seal.targets else _chosen(request, "target", targets),
        scenarios=_scenarios(pack, category),
    )
    paging = page_of(request, cells_counted(store.file, run.id, wanted, seal), PAGE)
    return pages.render(
        request,
        "safety_cells.html",
        run=run,
        rows=cell_rows(store.file, run.id, wanted, seal, limit=PAGE, offset=paging.offset),
        paging=paging,
        wanted=wanted,
        category=category,
        unfiltered=CellFilter(),
        unanswered=unanswered,
        scenarios={scenario.id: scenario for scenario in pack.scenarios},
        states=[(state, state.replace("_", " ")) for state in INSTANCE_STATES],
        categories=[(name, name) for name in dict.fromkeys(scenario.category for scenario in pack.scenarios)],
        targets=[(name, name) for name in targets],
    )


def _chosen(request: Request, name: str, known: Sequence[Word]) -> Word | None:
    """What the address gives of a filter; a value that does not exist filters nothing."""
    given = request.query_params.get(name)
    return next((value for value in known if value == given), None)


def _scenarios(pack: Pack, category: str | None) -> frozenset[str] | None:
    if category is None:
        return None
    return frozenset(scenario.id for scenario in pack.scenarios if scenario.category == category)


def show(request: Request) -> Response:
    """One cell: everything that the run did for it, or what a blind reviewer may know."""
    store, run, me = site_of(request).store, safety_run_of(request), current(request).name
    contract = safety_contract(store, run)
    cell = safety.cell(store.file, run.id, request.path_params["instance"])
    waits_in = sealed_by(store.file, run.id, cell.instance_id, me)
    unanswered = unanswered_cells(store.file, run.id, me)
    if waits_in or (unanswered and not _answered(store, cell, me)):
        told = tell(store, contract, cell)
        values: dict[str, Any] = {"told": told, "cell": cell, "waits_in": waits_in, "unanswered": unanswered}
        return pages.render(request, "safety_cell_sealed.html", run=run, **values)
    if request.query_params.get("raw") == "1":
        facts = json.dumps(cell_trace_facts(store, run, cell), ensure_ascii=False, indent=2)
        return PlainTextResponse(facts.encode("utf-8", "replace"))
    return pages.render(request, "safety_cell.html", **_shown(store, run, contract, cell))


def _answered(store: Store, cell: CellRecord, reviewer: str | None) -> bool:
    """Whether the reviewer has given a blind answer on the cell, which opens it whatever else waits."""
    said = store.decisions(cell.run_id, cell.instance_id)
    return any(decision.blind and decision.reviewer == reviewer for decision in said)


def _shown(store: Store, run: RunRecord, contract: SafetyContract, cell: CellRecord) -> dict[str, Any]:
    trace = trace_cell(store.file, run.id, cell.instance_id)
    prompts = {sha: p for call in trace.calls if (sha := call.prompt_sha) and (p := store.prompt(sha))}
    told, revealed = reveal(store, contract, cell)
    return {
        "run": run,
        "trace": trace,
        "cell": cell,
        "scenario": scenario_of(contract, cell),
        "target": next(one for one in safety.targets(store.file, run.id) if one.name == cell.target),
        "told": told,
        "revealed": revealed,
        "waits": waits(store.file, run.id, cell.instance_id),
        "timeline": cell_timeline(trace, prompts),
        "ledger": entries(trace, {}, "verdict"),
    }


routes = [
    Route("/safety/{run}/cells", show_list),
    Route("/safety/{run}/cells/{instance}", show),
]
