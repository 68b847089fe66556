"""`train report`: an experiment for somebody who wants to know what labels did, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import click

from console.options import json_option
from console.report import deliver
from console.train.options import folder_argument
from reports.training_facts import report_of
from reports.write import check_form


@click.command("report")
@folder_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file: .html (one page), .md or .json."
)
@click.option("--title", default="", help="Title of the report.")
@json_option
def report_command(folder: Path, out: Path | None, title: str, as_json: bool) -> int:
    """Write what an experiment shows, with figures and intervals: one page, or the same as JSON or Markdown.

    FOLDER is that of `train run`; seeds that are complete in all arms count. The page needs no network.
    Without --out the report goes to stdout: as Markdown, or with --json as JSON.
    """
    if out is not None:
        check_form(out)
    report = report_of(folder, title=title)
    return deliver(report, out, as_json=as_json, about=f"the experiment in {folder}")
