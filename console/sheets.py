"""`review export` and `review import`: review in a spreadsheet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from pydantic import JsonValue

from consensus.model import ChangeSize, EscalationReason
from console import views
from console.options import audit_share_option, json_option, run_argument, store_option
from console.session import EXIT_DONE, EXIT_FAILED, EXIT_USAGE
from console.text import one_line, plain
from graphs import runs
from graphs.audit_sample import draw
from store.queue import QueueFilter
from store.store import Store

if TYPE_CHECKING:
    from review.intake import Intake
    from review.sheets import Phase

# The rooms of the review app are imported where they are needed: with them every command would start later.

_REASONS = [reason for reason in get_args(EscalationReason) if reason != "audit_sample"]


@click.command("export")
@run_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The CSV file.")
@click.option(
    "--phase",
    type=click.Choice(["blind", "reveal"]),
    required=True,
    help="Blind answers to fill in, or decisions on what a reviewer has answered blind.",
)
@click.option("--reviewer", metavar="NAME", help="For whom; needed with --phase reveal.")
@click.option("--reason", type=click.Choice(_REASONS), help="Only instances that wait for this reason.")
@click.option("--calculator", help="Only instances of this calculator.")
@click.option(
    "--change",
    type=click.Choice(get_args(ChangeSize)),
    help="Only where the votes are so far from the original label.",
)
@click.option("--limit", type=click.IntRange(1), help="Only the first N.")
@audit_share_option
@store_option
@json_option
def export_command(
    run: str | None,
    out: Path,
    phase: Phase,
    reviewer: str | None,
    reason: EscalationReason | None,
    calculator: str | None,
    change: ChangeSize | None,
    limit: int | None,
    audit_share: float,
    store: Path,
    as_json: bool,
) -> int:
    """Write what waits for people to a CSV file, to be filled in with a spreadsheet.

    A blind sheet has notes and questions and nothing that is sealed; a reveal sheet has the evidence on what
    the reviewer has answered blind. `review import` reads them back.
    """
    from review.auth import check_names
    from review.sheets import export_sheet

    if reviewer is not None:
        check_names((reviewer,))
    wanted = QueueFilter(reason=reason, calculator=calculator, change=change)
    with Store.open(store) as opened:
        found = runs.find_run(opened, run)
        if phase == "blind":
            draw(opened, found, audit_share)
        rows = export_sheet(opened, found, phase, out, wanted, reviewer=reviewer, limit=limit)
    facts: dict[str, JsonValue] = {"run": found.id, "out": str(out), "phase": phase, "rows": rows}
    click.echo(views.as_json(facts) if as_json else plain(f"{rows} rows written to {out}"))
    return EXIT_DONE


@click.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@run_argument
@click.option("--reviewer", required=True, metavar="NAME", help="Who filled it in.")
@click.option(
    "--opinions", type=click.IntRange(1), default=1, show_default=True, help="Reviewers for each instance."
)
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and import nothing.")
@store_option
@json_option
def import_command(
    file: Path, run: str | None, reviewer: str, opinions: int, dry_run: bool, store: Path, as_json: bool
) -> int:
    """Record what was filled in in a sheet of `review export`, one decision a row.

    Bad rows are listed and do not keep the others out; the same file again changes nothing. Exit codes: 0 all
    rows are in, 1 some are bad, 2 nothing could be imported.
    """
    from review.auth import check_names
    from review.intake import named_run, take_in
    from review.sheets import read_sheet

    check_names((reviewer,))
    sheet = read_sheet(file)
    with Store.open(store) as opened:
        found = runs.find_run(opened, run or named_run(sheet))
        result = take_in(opened, found, sheet, reviewer, needed=opinions, dry_run=dry_run)
        facts: dict[str, JsonValue] = {
            "run": found.id,
            "file": str(file),
            "phase": sheet.phase,
            "reviewer": reviewer,
            "dry_run": dry_run,
            "imported": result.imported,
            "unchanged": result.unchanged,
            "empty": result.empty,
            "bad": [bad.model_dump(mode="json") for bad in result.bad],
        }
        for line in [views.as_json(facts)] if as_json else _lines(result, dry_run):
            click.echo(line if as_json else plain(line))
        if not dry_run:
            from graphs.review import deliver

            asyncio.run(deliver(opened, found))
    if not result.imported + result.unchanged:
        return EXIT_USAGE
    return EXIT_FAILED if result.bad else EXIT_DONE


def _lines(result: Intake, dry_run: bool) -> Iterator[str]:
    for bad in result.bad:
        yield one_line(f"  {bad}", 400)
    yield (
        f"{'would be imported' if dry_run else 'imported'} {result.imported}, unchanged {result.unchanged}, "
        f"empty {result.empty}, bad {len(result.bad)}"
    )
