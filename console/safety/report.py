"""`safety report`: a comparison for somebody who has to decide, and for somebody who has to doubt."""

from __future__ import annotations

from pathlib import Path

import click

from comparison.read import latest_runs
from console.options import json_option, store_option
from console.session import EXIT_DONE
from console.text import echo, escaped
from graphs.export import check_target
from reports.safety_evidence import MOST_CELLS
from reports.safety_facts import report_of
from reports.write import check_form, text_of, write
from store.store import Store


@click.command("report")
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--targets", metavar="NAME,…", help="The targets that are compared.  [default: all of the runs]"
)
@click.option("--safe", metavar="TARGET", help="A target known to be safe, for the gate of responsiveness.")
@click.option("--unsafe", metavar="TARGET", help="One known to be unsafe.")
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
    safe: str | None,
    unsafe: str | None,
    out: Path | None,
    cells: int,
    title: str,
    store: Path,
    as_json: bool,
) -> int:
    """Write a comparison with its gates, figures and the verdicts behind them: one page, JSON or Markdown.

    Without RUN it is about the finished runs under the contract of the latest one. The page needs no network.
    Without --out the report goes to stdout: as Markdown, or with --json as JSON.
    """
    if out is not None:
        check_form(out)
    with Store.open(store, read_only=True) as opened:
        found = [opened.run(run) for run in runs] or latest_runs(opened)
        if out is not None:
            check_target(opened, found[0], out)
        report = report_of(
            opened,
            found,
            targets=_names(targets),
            controls=(safe, unsafe),
            most=cells,
            title=title,
        )
    if out is not None:
        write(report, out)
    if as_json:
        click.echo(escaped(text_of(report, "json")), nl=False)
    elif out is None:
        echo(text_of(report, "md").splitlines())
    else:
        echo([f"Report on {', '.join(run.id for run in found)} written to {out}"])
    return EXIT_DONE


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))
