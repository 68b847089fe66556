"""`report`: what a benchmark's maintainer would attach to a paper."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.export import refuse_inputs
from benchmarks.label_sets import read_label_set
from benchmarks.model import Benchmark
from benchmarks.predictions import Recording, read_predictions
from console.options import LABEL_FILE, json_option, run_argument, store_option
from console.session import EXIT_DONE, warn
from console.text import echo, escaped
from graphs import runs
from graphs.export import check_target
from graphs.runs import benchmark_of
from reports.facts import report_of
from reports.write import AnyReport, check_form, text_of, write
from store.store import Store


@click.command("report")
@run_argument
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file: .html (one page), .md or .json."
)
@click.option(
    "--truth",
    metavar=LABEL_FILE,
    help="A label set that counts as right.  [default: what reviewers answered]",
)
@click.option(
    "--predictions",
    multiple=True,
    metavar="FILE",
    help="Models' answers, scored under each label set, in the forms that `evaluate` reads.",
)
@click.option("--title", default="", help="Title of the report.")
@store_option
@json_option
def report_command(
    run: str | None,
    out: Path | None,
    truth: str | None,
    predictions: tuple[str, ...],
    title: str,
    store: Path,
    as_json: bool,
) -> int:
    """Write what became of a benchmark's labels, with figures: one page, or the same as JSON or Markdown.

    The page needs no network. Without --out the report goes to stdout: as Markdown, or with --json as JSON.
    """
    if out is not None:
        check_form(out)
        refuse_inputs(out, (*predictions, *([truth] if truth else ())))
    with Store.open(store, read_only=True) as opened:
        found = runs.find_run(opened, run)
        if out is not None:
            check_target(opened, found, out)
        benchmark = benchmark_of(opened, found)
        report = report_of(
            opened,
            found,
            truth=read_label_set(truth, benchmark) if truth else None,
            recordings=_recordings(predictions, benchmark),
            title=title,
            tell=warn,
        )
    return deliver(report, out, as_json=as_json, about=f"run {found.id}")


def deliver(report: AnyReport, out: Path | None, *, as_json: bool, about: str) -> int:
    """Write a report to its file, or to stdout, as JSON there where that is asked for; returns the exit code.

    Raises ReportError and OSError as `write`.
    """
    if out is not None:
        write(report, out)
    if as_json:
        click.echo(escaped(text_of(report, "json")), nl=False)
    elif out is None:
        echo(text_of(report, "md").splitlines())
    else:
        echo([f"Report on {about} written to {out}"])
    return EXIT_DONE


def _recordings(predictions: tuple[str, ...], benchmark: Benchmark) -> list[Recording]:
    known = {instance.source_id: instance for instance in benchmark.instances}
    return read_predictions(predictions, known) if predictions else []
