"""`error-rate`: how wrong a whole label set is, with intervals."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import JsonValue

from benchmarks.differences import PAPER_TOLERANCE, compare
from benchmarks.label_sets import read_label_set
from benchmarks.mapping import ColumnMapping
from benchmarks.read import read_benchmark
from console import error_rate_views as shown
from console.options import (
    LABEL_FILE,
    FiniteRange,
    ids_within,
    json_option,
    map_option,
    run_option,
    store_option,
    within_option,
)
from console.session import EXIT_DONE, warn
from console.text import echo
from console.views import as_json as json_text
from graphs import runs
from graphs.error_rate import Judge, gather
from store.store import Store


@click.command("error-rate")
@click.argument("source", metavar="[INPUT]", required=False)
@click.option(
    "--against", metavar=LABEL_FILE, help="Compare the original labels of INPUT with this label set."
)
@within_option
@click.option(
    "--tolerance",
    type=FiniteRange(0, 1),
    default=PAPER_TOLERANCE,
    show_default=True,
    help="With --against: relative difference up to which two numbers are the same, beside the own rules.",
)
@click.option(
    "--judged-by",
    type=click.Choice(["blind", "settled"]),
    default="blind",
    show_default=True,
    help="With a run: which answer of the reviewers counts for a sampled label.",
)
@click.option(
    "--margin",
    type=FiniteRange(0, 50, min_open=True, max_open=True),
    metavar="POINTS",
    help="Say how many reviews it takes to know the rate within this many percentage points.",
)
@map_option
@run_option
@store_option
@json_option
def error_rate(
    source: str | None,
    against: str | None,
    within: Path | None,
    tolerance: float,
    judged_by: Judge,
    margin: float | None,
    mapping: str | None,
    run: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Say how wrong the labels of a benchmark are, with intervals.

    With INPUT: how its original labels differ from another label set. Without: how wrong the original labels
    are and those that a run committed, from the blind audit sample, what people settled, and what the votes
    say of the rest.
    """
    if (source is None) != (against is None):
        raise click.UsageError("give INPUT and --against FILE together, or neither for the labels of a run")
    if source is None and (within or mapping):
        raise click.UsageError("--within and --map go with INPUT and --against")
    share = None if margin is None else margin / 100
    if source is None or against is None:
        return _of_run(store, run, judged_by, share, as_json)
    if run is not None:
        raise click.UsageError("--run goes without INPUT")
    benchmark = read_benchmark(source, ColumnMapping.parse(mapping) if mapping else None)
    if benchmark.rejections:
        warn(f"{len(benchmark.rejections)} rows of {source} are rejected and not compared")
    label_set = read_label_set(against, benchmark)
    if label_set.strangers:
        warn(f"{len(label_set.strangers)} ids of {label_set.source} are none of {source}")
    found = compare(benchmark, label_set, within=ids_within(within, benchmark), tolerance=tolerance)
    if as_json:
        click.echo(json_text(shown.difference_facts(benchmark, found, share)))
    else:
        echo(shown.difference_lines(benchmark, found, share))
    return EXIT_DONE


def _of_run(store: Path, run: str | None, judge: Judge, margin: float | None, as_json: bool) -> int:
    with Store.open(store, read_only=True) as opened:
        found = runs.find_run(opened, run)
        sets = gather(opened, found, judge)
    facts: dict[str, JsonValue] = {
        "run": found.id,
        "judged_by": judge,
        "label_sets": {one.name: shown.evidence_facts(one, margin) for one in sets},
    }
    echo([json_text(facts)] if as_json else shown.run_lines(found.id, sets, judge, margin))
    return EXIT_DONE
