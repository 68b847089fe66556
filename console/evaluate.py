"""`evaluate`: models' predictions under several label sets of a benchmark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import get_args

import click
from pydantic import JsonValue

from answers.figures import between, percent, points
from answers.text import short_names
from benchmarks.label_sets import ORIGINAL, LabelSet
from benchmarks.mapping import ColumnMapping
from benchmarks.model import Benchmark
from benchmarks.predictions import Recording, read_predictions
from benchmarks.read import read_benchmark
from console import views
from console.options import (
    LABEL_SETS,
    ids_within,
    json_option,
    map_option,
    run_option,
    store_option,
    within_option,
)
from console.session import EXIT_DONE, warn
from console.text import echo
from evaluation import figure
from evaluation.evaluate import evaluate
from evaluation.model import Evaluation, Grouping, PairOrder
from graphs import runs
from graphs.label_sets import RELEASED, label_sets, run_labels
from graphs.runs import benchmark_of
from store.store import Store

PAIRS_SHOWN = 10
LIKELY = 0.5
NAME_WIDTH = 40


@click.command("evaluate")
@click.argument("predictions", nargs=-1, required=True)
@click.option("--benchmark", "source", metavar="INPUT", help="The benchmark.  [default: that of the run]")
@map_option
@click.option(
    "--labels",
    "references",
    multiple=True,
    default=(ORIGINAL,),
    show_default=True,
    metavar="SET[,SET…]",
    help=f"Label sets: {LABEL_SETS}; repeatable.",
)
@run_option
@store_option
@click.option("--models", "patterns", help="Only these models, with commas between; * stands for anything.")
@click.option("--by", type=click.Choice(get_args(Grouping)), help="Figures for each group as well.")
@within_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Draw a figure (.svg or .png).")
@json_option
def evaluate_command(
    predictions: tuple[str, ...],
    source: str | None,
    mapping: str | None,
    references: tuple[str, ...],
    run: str | None,
    store: Path,
    patterns: str | None,
    by: Grouping | None,
    within: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Say how accurate models are under each label set, and what wrong labels hide.

    PREDICTIONS are tables with an id and an answer column, and perhaps one that names the model; logs of
    Inspect AI (.eval, .json); or sample files of lm-eval (samples_*.jsonl). FILE#COLUMN names the column of
    the answers, NAME=FILE the model.
    """
    if out and out.suffix.lower() not in figure.SUFFIXES:
        raise click.UsageError(f"--out {out}: give one of {', '.join(figure.SUFFIXES)}")
    asked = [name.strip() for reference in references for name in reference.split(",") if name.strip()]
    benchmark, released = _benchmark(source, mapping, run, store, asked)
    sets = label_sets(asked, benchmark, released)
    known = {instance.source_id: instance for instance in benchmark.instances}
    recordings = _chosen(read_predictions(predictions, known), patterns)
    found = evaluate(recordings, benchmark, sets, by=by, within=ids_within(within, benchmark))
    for warning in found.warnings:
        warn(f"warning: {warning}")
    if out:
        figure.draw(found, out)
    if as_json:
        click.echo(views.as_json(found.model_dump(mode="json")))
        return EXIT_DONE
    echo(evaluation_lines(found))
    echo([f"Figure written to {out}"] if out else [])
    return EXIT_DONE


def _benchmark(
    source: str | None, mapping: str | None, run: str | None, store: Path, asked: Sequence[str]
) -> tuple[Benchmark, LabelSet | None]:
    """The benchmark that is given, else that of the run; and the run's labels where they are asked for."""
    given = read_benchmark(source, ColumnMapping.parse(mapping) if mapping else None) if source else None
    if given and RELEASED not in asked:
        return given, None
    with Store.open(store, read_only=True) as opened:
        found = runs.find_run(opened, run)
        stored = benchmark_of(opened, found)
        if given and given.sha256 != stored.sha256:
            warn(f"warning: {given.source} is another version of the benchmark than that of run {found.id}")
        return given or stored, run_labels(opened, [found])


def _chosen(recordings: Sequence[Recording], patterns: str | None) -> list[Recording]:
    wanted = [pattern.strip() for pattern in (patterns or "*").split(",") if pattern.strip()]
    for pattern in wanted:
        if not any(fnmatchcase(recording.model, pattern) for recording in recordings):
            named = ", ".join(recording.model for recording in recordings)
            raise click.UsageError(f"--models: {pattern!r} is none of the models; there are {named}")
    return [
        recording
        for recording in recordings
        if any(fnmatchcase(recording.model, pattern) for pattern in wanted)
    ]


def evaluation_lines(found: Evaluation) -> Iterator[str]:
    """Tables of accuracies, differences and rankings."""
    names = short_names((one.model for one in found.models), NAME_WIDTH)
    yield f"{found.instances} instances of {found.benchmark}, {len(found.models)} models"
    yield from _accuracy_lines(found, names)
    if found.differences:
        yield ""
        yield "On the instances that both label sets label:"
        yield from _difference_lines(found, names)
    if found.rankings:
        yield ""
        yield from _ranking_lines(found, names)
    yield from _pair_lines(found, names)


def _accuracy_lines(found: Evaluation, names: Mapping[str, str]) -> Iterator[str]:
    columns = ["group", "model", "label set", "n", "right", "accuracy", "95% interval", "unparsed"]
    facts = [
        {
            "group": each.group or "(all)",
            "model": names[each.model],
            "label set": each.label_set,
            "n": str(each.n),
            "right": f"{each.right:g}",
            "accuracy": percent(each.share),
            "95% interval": between(each.low, each.high),
            "unparsed": str(each.unparsed),
        }
        for each in found.accuracies
    ]
    yield from views.table_lines(facts, columns if found.by else columns[1:], {"group": found.by or ""})


def _difference_lines(found: Evaluation, names: Mapping[str, str]) -> Iterator[str]:
    columns = ["group", "model", "n", "from", "to", "difference", "95% interval", "gained", "lost", "p"]
    facts = [
        {
            "group": each.group or "(all)",
            "model": names[each.model],
            "n": str(each.n),
            "from": f"{each.before} {percent(each.before_share)}",
            "to": f"{each.after} {percent(each.after_share)}",
            "difference": points(each.difference),
            "95% interval": f"{points(each.low)} to {points(each.high)}",
            "gained": str(each.gained),
            "lost": str(each.lost),
            "p": "-" if each.p is None else f"{each.p:.2g}",
        }
        for each in found.differences
    ]
    yield from views.table_lines(facts, columns if found.by else columns[1:], {"group": found.by or ""})


def _ranking_lines(found: Evaluation, names: Mapping[str, str]) -> Iterator[str]:
    n = found.rankings[0].n
    yield f"Ranks on the {n} instances that all models answered and all label sets label:"
    sets = [ranking.label_set for ranking in found.rankings]
    places = {
        ranking.label_set: {place.model: place for place in ranking.places} for ranking in found.rankings
    }
    facts = [
        {"model": names[model]}
        | {name: f"{places[name][model].rank} ({percent(places[name][model].share)})" for name in sets}
        for model in places[sets[0]]
    ]
    yield from views.table_lines(facts, ["model", *sets], {})
    for change in found.changes:
        tau = "is not defined" if change.tau is None else f"{change.tau:.2f}"
        if change.low is not None and change.high is not None:
            tau += f" ({change.low:.2f} to {change.high:.2f})"
        yield (
            f"{change.before} to {change.after}: at least two models change places with probability "
            f"{percent(change.changes)}; Kendall's tau {tau}"
        )


def _pair_lines(found: Evaluation, names: Mapping[str, str]) -> Iterator[str]:
    """The pairs of models that are likelier in opposite orders than not, the likeliest first."""
    turned = [
        (chance, pair, name)
        for pair in found.pairs
        for name, chance in pair.reverses.items()
        if chance > LIKELY
    ]
    turned.sort(key=lambda entry: -entry[0])
    if not turned:
        return
    yield ""
    yield "Pairs that probably change places, on the instances that both answered:"
    first = found.label_sets[0].name
    facts = [_pair_facts(pair, names, first, name, chance) for chance, pair, name in turned]
    columns = ["better", "than", "n", "probability", "under the other labels", "change places"]
    yield from views.table_lines(facts[:PAIRS_SHOWN], columns, {})
    if len(turned) > PAIRS_SHOWN:
        yield f"… and {len(turned) - PAIRS_SHOWN} more; --json lists all"


def _pair_facts(
    pair: PairOrder, names: Mapping[str, str], first: str, other: str, chance: float
) -> dict[str, JsonValue]:
    a_first = pair.outranks[first] >= 0.5
    before, after = (
        share if a_first else 1 - share for share in (pair.outranks[first], pair.outranks[other])
    )
    return {
        "better": names[pair.a if a_first else pair.b],
        "than": names[pair.b if a_first else pair.a],
        "n": str(pair.n),
        "probability": f"{first} {percent(before)}",
        "under the other labels": f"{other} {percent(after)}",
        "change places": percent(chance),
    }
