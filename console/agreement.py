"""`agreement`: labels against the truth, and raters among each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import JsonValue

from answers.model import AnswerKind
from benchmarks.errors import shorten
from benchmarks.label_columns import LabelColumns, read_label_columns
from benchmarks.label_sets import labels_of_instances
from benchmarks.mapping import ColumnMapping
from benchmarks.read import read_benchmark
from benchmarks.truth_agreement import RuleName, truth_agreement
from console.options import json_option, map_option, run_option, store_option
from console.raters import gap_warnings, rater_facts, rater_lines
from console.session import EXIT_DONE, warn
from console.text import echo
from console.truth import MCNEMAR, truth_facts, truth_lines, truth_warnings
from console.views import as_json
from graphs import runs
from graphs.label_sets import run_labels
from graphs.rater_agreement import RaterAgreement, rater_agreement
from graphs.ratings import Ratings, column_ratings, reviewer_ratings, set_ratings, vote_ratings
from stats.alpha import Level
from store.records import RunRecord
from store.store import Store


@dataclass(frozen=True)
class Asked:
    """What was asked for."""

    file: Path | None
    truth: str | None
    labels: tuple[str, ...]
    rule: RuleName | None
    kind: AnswerKind | None
    benchmark: str | None
    mapping: str | None
    level: Level | None
    run: str | None
    store: Path
    as_json: bool

    def check(self) -> None:
        """Raise UsageError where options do not go together."""
        of_file = self.truth or self.labels or self.rule or self.kind or self.benchmark or self.mapping
        wrong = {
            "--truth, --labels, --rule, --kind, --benchmark and --map go with a FILE": not self.file
            and of_file,
            "give a FILE, or a run with --run": self.file and self.run,
            "give --labels COL[,COL…], the columns that are compared": self.file and not self.labels,
            "--level is for raters among each other; leave out --level or --truth": self.truth and self.level,
            "--rule goes with --truth": self.rule and not self.truth,
            "--kind and --benchmark go with --rule spec; the study's rule reads the cells alone": (
                self.rule == "paper" and (self.kind or self.benchmark)
            ),
            "give --kind or --benchmark; a benchmark says of which kind each item is": (
                self.kind and self.benchmark
            ),
            "--map says which column of a --benchmark is what; give both": self.mapping
            and not self.benchmark,
        }
        for message, holds in wrong.items():
            if holds:
                raise click.UsageError(message)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--truth", metavar="COL", help="The column of FILE that is right.")
@click.option(
    "--labels", multiple=True, metavar="COL[,COL…]", help="The columns that are compared; repeatable."
)
@click.option(
    "--rule",
    type=click.Choice(get_args(RuleName)),
    help="When a label agrees with the truth: by its item's answer spec, or as in the label-stewardship "
    "study, where the other labels matter too.  [default: spec]",
)
@click.option(
    "--kind",
    type=click.Choice(get_args(AnswerKind)),
    help="Kind of the answers: numbers agree within 5%, others exactly.  [default: number]",
)
@click.option("--benchmark", metavar="INPUT", help="Take answer specs from this benchmark; FILE has its ids.")
@map_option
@click.option(
    "--level",
    type=click.Choice(get_args(Level)),
    help="Level of measurement of alpha and kappa.  [default: what fits the kind of answer]",
)
@run_option
@store_option
@json_option
def agreement(**options: Any) -> int:
    """Say how far labels agree with the truth, or raters with each other.

    With --truth, columns of a table are judged by one of them: share with intervals, error, paired tests.
    Without --truth, its columns are raters: percent agreement, kappa, alpha. Without FILE, the raters are
    those of a run: reviewers, votes, and the original labels beside the committed ones.
    """
    asked = Asked(**options)
    asked.check()
    if asked.file is None:
        return _of_run(asked)
    columns = _read(asked.file, asked)
    return _against_truth(columns, asked.truth, asked) if asked.truth else _among_columns(columns, asked)


def _read(file: Path, asked: Asked) -> LabelColumns:
    """The columns; what of the table takes no part is told on stderr."""
    mapping = ColumnMapping.parse(asked.mapping) if asked.mapping else None
    benchmark = read_benchmark(asked.benchmark, mapping) if asked.benchmark else None
    names = [*([asked.truth] if asked.truth else []), *asked.labels]
    columns = read_label_columns(file, names, kind=asked.kind or "number", benchmark=benchmark)
    for rejection in columns.rejections:
        warn(f"rejected: {rejection}")
    if columns.strangers:
        some = shorten(", ".join(map(repr, columns.strangers)))
        warn(f"not in {asked.benchmark}, and left out: {len(columns.strangers)} ids, {some}")
    return columns


def _against_truth(columns: LabelColumns, truth: str, asked: Asked) -> int:
    if truth not in columns.labels:
        raise click.UsageError(f"--truth names one column, and {truth!r} are several")
    if MCNEMAR in columns.labels and truth != MCNEMAR:
        raise click.UsageError(f"rename the column {MCNEMAR!r}: the paired tests have this name")
    rule = asked.rule or "spec"
    found = truth_agreement(columns, truth, rule)
    for line in truth_warnings(found, truth, rule):
        warn(line)
    echo([as_json(truth_facts(found))] if asked.as_json else truth_lines(found, truth, rule))
    return EXIT_DONE


def _among_columns(columns: LabelColumns, asked: Asked) -> int:
    if len(columns.labels) < 2:
        raise click.UsageError("raters are compared with each other; give two columns or more, or --truth")
    found = rater_agreement(column_ratings(columns), asked.level)
    for line in gap_warnings(found):
        warn(line)
    echo([as_json(rater_facts(found))] if asked.as_json else rater_lines(found))
    return EXIT_DONE


def _of_run(asked: Asked) -> int:
    with Store.open(asked.store, read_only=True) as opened:
        run = runs.find_run(opened, asked.run)
        found = {
            name: rater_agreement(ratings, asked.level) for name, ratings in _run_ratings(opened, run).items()
        }
        benchmark = opened.benchmark(run.benchmark_id).name
    if asked.as_json:
        facts: dict[str, JsonValue] = {
            "run": run.id,
            **{name: rater_facts(one) for name, one in found.items()},
        }
        echo([as_json(facts)])
        return EXIT_DONE
    echo([f"Run {run.id} on {benchmark}"])
    for name, one in found.items():
        echo(["", *_section(name, one)])
    return EXIT_DONE


def _run_ratings(store: Store, run: RunRecord) -> dict[str, Ratings]:
    instances = {instance.id: instance for instance in store.instances(run.benchmark_id)}
    worked = [instances[item] for item in store.work(run.id)]
    specs = {instance.source_id: instance.spec for instance in worked}
    original = labels_of_instances(worked, str(store.path))
    released = run_labels(store, [run])
    ours = released.model_copy(update={"labels": {item: released.labels[item] for item in specs}})
    return {
        "reviewers": reviewer_ratings(store, run),
        "annotators": vote_ratings(store, run, runs.asked_votes(store, run)),
        "label_sets": set_ratings([original, ours], specs),
    }


def _section(name: str, found: RaterAgreement) -> list[str]:
    heading = {"reviewers": "Reviewers", "annotators": "Annotators", "label_sets": "Label sets"}[name]
    if len(found.raters) < 2:
        said = f"{len(found.raters)} rater, and two or more are compared" if found.raters else "none"
        return [f"{heading}: {said}"]
    first, *rest = rater_lines(found)
    return [f"{heading}: {first}", *rest]
