"""`safety compare`: targets under one contract, without a ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import JsonValue

from answers.figures import between, ends, number, p_value, percent
from comparison.compare import Comparison, compare
from comparison.deltas import Delta, Grouping
from comparison.gates import Validation
from comparison.model import Verdicts
from comparison.pareto import Pareto
from comparison.read import ComparisonError, by_contract, verdicts
from comparison.scores import Figures, Rate, TargetScores
from console.options import json_option, store_option
from console.safety.agreement import agreement_facts, agreement_lines
from console.safety.validate import (
    among_option,
    flip_lines,
    gate_lines,
    gate_options,
    runs_argument,
    runs_of,
    validation_of,
    validation_option,
)
from console.session import EXIT_DONE, warn
from console.text import echo
from console.views import as_json, table_lines
from store.records import RunRecord
from store.store import Store


@click.command("compare")
@runs_argument
@among_option
@click.option("--by-judges", is_flag=True, help="Differences of what judges alone came to, without people.")
@click.option(
    "--by",
    type=click.Choice(get_args(Grouping)),
    default="category",
    show_default=True,
    help="What scenarios are grouped by.",
)
@click.option(
    "--descriptive", is_flag=True, help="Print figures of runs whose contracts differ, without claims."
)
@validation_option
@gate_options
@store_option
@json_option
def compare_command(
    runs: tuple[str, ...],
    targets: str | None,
    by_judges: bool,
    by: Grouping,
    descriptive: bool,
    validation: tuple[str, ...],
    store: Path,
    as_json: bool,
    **options: Any,
) -> int:
    """Compare targets: scores, matched differences, rates of grave verdicts, and the gates behind them.

    RUNS are under one contract; without any they are the finished runs under the latest contract. Targets are
    not ranked: a table says which of them no other one beats on every measure of every group. Unless every
    gate passes the comparison is called descriptive.
    """
    with Store.open(store, read_only=True) as opened:
        chosen = runs_of(opened, runs)
        found = verdicts(opened, chosen, descriptive=descriptive)
        gates = gates_of(opened, found, chosen, validation, options)
    comparison = compare(
        found,
        gates,
        targets_among(found, targets),
        column="by_judges" if by_judges else "with_people",
        by=by,
    )
    for remark in comparison.remarks:
        warn(f"warning: {remark}")
    if as_json:
        click.echo(_json(comparison))
    else:
        echo(comparison_lines(comparison))
    return EXIT_DONE


def gates_of(
    store: Store,
    found: Verdicts,
    chosen: Sequence[RunRecord],
    further: Sequence[str],
    options: dict[str, Any],
) -> Validation:
    """The gates of a comparison, from its runs and further ones; options are those of `gate_options`."""
    if not found.contract or not further:  # of several contracts it is descriptive whatever the gates say
        return validation_of([found], options)
    runs = {run.id: run for run in (*chosen, *map(store.run, further))}
    return validation_of(by_contract(store, list(runs.values())), options)


def targets_among(found: Verdicts, given: str | None) -> list[str]:
    """The targets that `--targets` names, each once. Raises ComparisonError for one that there is not."""
    names = [name.strip() for name in (given or "").split(",") if name.strip()]
    for name in names:
        if name not in found.targets:
            raise ComparisonError(f"--targets: there is no {name!r}; there are {', '.join(found.targets)}")
    return list(dict.fromkeys(names))


def _json(found: Comparison) -> str:
    facts: dict[str, JsonValue] = found.model_dump(mode="json")
    facts["agreement"] = None if found.agreement is None else agreement_facts(found.agreement)
    return as_json(facts)


def comparison_lines(found: Comparison) -> Iterator[str]:
    """The comparison in tables; what makes it descriptive comes first."""
    contract = f"contract {found.contract[:12]}" if found.contract else "several contracts"
    yield f"Pack {found.pack}: {found.scenarios} scenarios, {contract}"
    if found.descriptive:
        yield "Descriptive: the figures are what was seen, and carry no claim, because"
        yield from (f"  {why}" for why in found.why_descriptive)
    else:
        yield "Validated: every gate passes."
    yield ""
    yield from _score_lines(found.scores)
    if found.deltas:
        yield ""
        alone = found.column == "by_judges" or not _people_decided(found.scores)
        said = "of what judges alone came to" if alone else "with people's decisions"
        yield f"Differences of scores on the cells that both targets have, {said}:"
        yield from _delta_lines([*found.deltas, *found.group_deltas])
    if len(found.targets) > 1:
        yield ""
        yield from _pareto_lines(found.pareto)
    if found.agreement is not None:
        yield ""
        yield from agreement_lines(found.agreement)
    yield from flip_lines(found.flips)
    yield ""
    yield from gate_lines(found.validation.gates)


def _score_lines(found: Sequence[TargetScores]) -> Iterator[str]:
    yield "Scores from 0 to 100; worst to best is with what is missing at its worst and best:"
    people = _people_decided(found)
    facts = [
        row
        for one in found
        for row in (
            *([_score_row(one, "people", one.with_people)] if people else ()),
            _score_row(one, "judges", one.by_judges),
        )
    ]
    columns = [
        "target",
        "by",
        "reruns",
        "score",
        "95% CI",
        "missing",
        "worst to best",
        "critical",
        "high or worse",
    ]
    yield from table_lines(facts, columns, {})
    if people:
        decided = ", ".join(f"{one.target} {one.by_people}" for one in found)
        yield f"  people: with the cells that people decided: {decided}"
    else:
        yield "  people have decided none of these cells"


def _people_decided(found: Sequence[TargetScores]) -> bool:
    """Whether people changed anything: a decision, or a verdict of the judges that was retracted."""
    return any(one.by_people or one.with_people != one.by_judges for one in found)


def _score_row(one: TargetScores, by: str, figures: Figures) -> dict[str, JsonValue]:
    return {
        "target": one.target,
        "by": by,
        "reruns": str(one.reruns),
        "score": number(figures.score),
        "95% CI": ends(figures.interval),
        "missing": f"{figures.missing} of {figures.planned}",
        "worst to best": ends((figures.worst, figures.best)),
        "critical": _rate(figures.critical),
        "high or worse": _rate(figures.high_or_worse),
    }


def _rate(rate: Rate) -> str:
    return f"{rate.cells} of {rate.of} ({between(*rate.interval)})"


def _delta_lines(found: Sequence[Delta]) -> Iterator[str]:
    facts: list[dict[str, JsonValue]] = [
        {
            "targets": f"{one.a} − {one.b}",
            "group": one.group or "whole pack",
            "n": str(one.scenarios),
            "delta": "-" if one.delta is None else f"{one.delta:+.2f}",
            "95% CI": ends(one.interval),
            "cautious": ends(one.cautious),
            "p": p_value(one.p),
            "Holm": p_value(one.p_adjusted),
            "missing": f"{one.missing} of {one.cells + one.missing}",
            "worst to best": ends((one.worst, one.best)),
        }
        for one in found
    ]
    columns = [
        "targets",
        "group",
        "n",
        "delta",
        "95% CI",
        "cautious",
        "p",
        "Holm",
        "missing",
        "worst to best",
    ]
    yield from table_lines(facts, columns, {})
    for family in dict.fromkeys(one.family for one in found):
        yield f"  Holm adjusts over {family}"
    if any(one.note for one in found):
        yield "  Where scenarios are few the 95% CI is too narrow, and the cautious one is to be quoted."


def _pareto_lines(found: Pareto) -> Iterator[str]:
    yield "On the cells that all targets have (* no other is as good on all measures and better on one):"
    facts: list[dict[str, JsonValue]] = [
        {
            "group": row.group,
            "cells": f"{row.cells} of {row.cells + row.missing}",
            "target": entry.target,
            "mean": f"{entry.mean:.1f}",
            "critical": percent(entry.critical),
            "high or worse": percent(entry.high_or_worse),
            "not dominated": "*" if entry.not_dominated else "",
        }
        for row in found.rows
        for entry in row.targets
    ]
    columns = ["group", "cells", "target", "mean", "critical", "high or worse", "not dominated"]
    yield from table_lines(facts, columns, {})
    for row in found.rows:
        if not row.targets:
            yield f"  {row.group}: no cell is scored for every target"
    if found.absent:
        yield f"  without any scored cell: {', '.join(found.absent)}"
    remaining = ", ".join(found.not_dominated) or "none has figures"
    yield f"Not dominated over all groups and measures: {remaining}"
