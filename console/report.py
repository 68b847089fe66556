"""`report`: what a benchmark's maintainer would attach to a paper."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.label_sets import read_label_set
from benchmarks.model import Benchmark
from console.options import json_option, run_argument, store_option
from console.progress import line_counter
from console.session import EXIT_DONE
from console.text import echo, escaped
from graphs import jobs
from graphs.export import check_target
from reports.facts import report_of
from reports.write import form_of, text_of, write
from store.records import RunRecord
from store.store import Store


@click.command("report")
@run_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file: .html (one page), .md or .json."
)
@click.option(
    "--truth",
    metavar="FILE[#COLUMN]",
    help="What counts as right for precision against coverage.  [default: blind answers of reviewers]",
)
@click.option("--title", default="", help="Title of the report.")
@store_option
@json_option
def report_command(
    run: str | None, out: Path | None, truth: str | None, title: str, store: Path, as_json: bool
) -> int:
    """Write what became of a benchmark's labels, with figures: one page, or the same as JSON or Markdown.

    The page needs no network. Without --out the report goes to stdout: as Markdown, or with --json as JSON.
    """
    if out is not None:
        form_of(out)
    with Store.open(store, read_only=True) as opened:
        found = jobs.find_run(opened, run)
        if out is not None:
            check_target(opened, found, out)
        known = read_label_set(truth, _benchmark(opened, found)) if truth else None
        report = report_of(opened, found, truth=known, title=title, on_progress=line_counter())
    if out is not None:
        write(report, out)
    if as_json:
        click.echo(escaped(text_of(report, "json")), nl=False)
    elif out is None:
        echo(text_of(report, "md").splitlines())
    else:
        echo([f"Report on run {found.id} written to {out}"])
    return EXIT_DONE


def _benchmark(store: Store, run: RunRecord) -> Benchmark:
    """The benchmark of a run from the store: its file need not be there any more."""
    record = store.benchmark(run.benchmark_id)
    return Benchmark(
        name=record.name,
        source=record.source,
        sha256=record.sha256,
        columns=record.columns,
        instances=tuple(store.instances(record.id)),
    )
