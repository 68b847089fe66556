"""`safety report`: a comparison for somebody who has to decide, and for somebody who has to doubt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comparison.compare import compare
from comparison.read import verdicts
from console.options import json_option, store_option
from console.report import deliver
from console.safety.compare import gates_of, targets_among
from console.safety.validate import among_option, gate_options, runs_argument, runs_of, validation_option
from graphs.export import check_target
from reports.safety_evidence import MOST_CELLS
from reports.safety_facts import report_of
from reports.write import check_form
from store.store import Store


@click.command("report")
@runs_argument
@among_option
@validation_option
@gate_options
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file: .html (one page), .md or .json."
)
@click.option(
    "--cells",
    type=click.IntRange(0),
    default=MOST_CELLS,
    show_default=True,
    help="Verdicts that are shown with judgments and conversation; the report says how many are not.",
)
@click.option("--title", default="", help="Title of the report.")
@store_option
@json_option
def report_command(
    runs: tuple[str, ...],
    targets: str | None,
    validation: tuple[str, ...],
    out: Path | None,
    cells: int,
    title: str,
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Write a comparison with its gates, figures and the verdicts behind them: one page, JSON or Markdown.

    RUNS are under one contract; without any they are the finished runs under the latest contract. The page
    needs no network. Without --out the report goes to stdout: as Markdown, or with --json as JSON.
    """
    if out is not None:
        check_form(out)
    with Store.open(store, read_only=True) as opened:
        chosen = runs_of(opened, runs)
        if out is not None:
            check_target(opened, chosen[0], out)
        found = verdicts(opened, chosen)
        gates = gates_of(opened, found, chosen, validation, options)
        comparison = compare(found, gates, targets_among(found, targets))
        report = report_of(opened, chosen, found, comparison, most=cells, title=title)
    return deliver(report, out, as_json=as_json, about=f"{', '.join(run.id for run in chosen)}")
