"""`safety cells`: every cell of a run with its verdict, or what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import JsonValue

from console import views
from console.options import json_option, run_argument, store_option
from console.session import EXIT_DONE
from console.text import echo
from console.views import table_lines
from graphs.safety_jobs import safety_contract
from store import safety
from store.records import RunRecord
from store.safety import CellVerdict
from store.store import Store


@click.command("cells")
@run_argument
@click.option("--target", help="Only the cells of this target.")
@store_option
@json_option
def cells_command(run: str | None, target: str | None, store: Path, as_json: bool) -> int:
    """List the cells of a safety run; without RUN of the latest one. `trace CELL` shows one of them."""
    with Store.open(store, read_only=True) as opened:
        found = opened.run(run) if run else opened.latest_run(workflow="safety")
        facts = [fact for fact in _facts(opened, found) if target in (None, fact["target"])]
    columns = ("cell", "target", "rerun", "scenario", "verdict", "by")
    echo([views.as_json([*facts])] if as_json else table_lines(facts, columns, {}))
    return EXIT_DONE


def _facts(store: Store, run: RunRecord) -> Iterator[dict[str, JsonValue]]:
    names = {scenario.id: scenario.name for scenario in safety_contract(store, run).pack.scenarios}
    open_cells = {escalation.instance_id for escalation in store.open_escalations(run.id, audit_sample=False)}
    for one in safety.cells(store.file, run.id):
        yield {
            "cell": one.cell.instance_id,
            "target": one.cell.target,
            "rerun": str(one.cell.rep),
            "scenario": names.get(one.cell.scenario_id, one.cell.scenario_id),
            **_verdict(one, one.cell.instance_id in open_cells),
        }


def _verdict(of: CellVerdict, waits: bool) -> dict[str, JsonValue]:
    """The severity and who gave it; where there is none, what the cell waits for."""
    if of.verdict is None:
        return {"verdict": "", "by": "waits for people" if waits else "not settled"}
    return {
        "verdict": safety.severity_of(of.verdict) or of.verdict.status,
        "by": of.verdict.decided_by,
    }
