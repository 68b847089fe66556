"""`triage`: which original labels are most likely wrong, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from pydantic import JsonValue

from answers.format import format_answer
from benchmarks.export import added_columns, refuse_inputs, refuse_source, safe_cell, write_csv
from benchmarks.label_sets import LabelSet, read_label_set
from benchmarks.mapping import ColumnMapping
from benchmarks.read import open_benchmark
from consensus.triage import COMPONENTS
from console import views
from console.options import (
    LABEL_FILE,
    convention_option,
    json_option,
    map_option,
    pair,
    run_option,
    store_option,
)
from console.session import EXIT_DONE, warn
from console.text import echo
from graphs import runs
from graphs import triage as graph_triage
from graphs.contract import check_conventions
from graphs.export import check_target
from graphs.triage import Triaged
from store.store import Store

COLUMNS = ("score", "state", "calculator", "original", "answer", *COMPONENTS, "why")
"""What the file says of an instance, behind its id."""
_SHOWN = ("source_id", "score", "state", "calculator", "original", "answer", "why")


@click.command()
@click.argument("source", metavar="[INPUT]", required=False)
@run_option
@store_option
@click.option("--all", "every", is_flag=True, help="Every instance, not only those to look at.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N.")
@click.option(
    "--labels", metavar=LABEL_FILE, help="With INPUT: a label set that the original one is compared with."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write them to a CSV file.")
@convention_option
@map_option
@json_option
def triage(
    source: str | None,
    run: str | None,
    store: Path,
    every: bool,
    limit: int | None,
    labels: str | None,
    out: Path | None,
    conventions: tuple[str, ...],
    mapping: str | None,
    as_json: bool,
) -> int:
    """List the original labels that are most likely wrong, with what speaks against each.

    Of a run, those that wait for people; with --all also those that have a label. With INPUT, a benchmark
    without a run, those that contradict their own stored inputs or the labels given by --labels.

    The order is that of the review queue, which is brought up to date.
    """
    if source is None:
        if labels or conventions or mapping:
            raise click.UsageError(
                "--labels, --convention and --map go with INPUT, a benchmark without a run"
            )
        found = _of_run(store, run, every, out)
    elif run:
        raise click.UsageError("give INPUT or --run, not both")
    else:
        found = _of_input(source, mapping, dict(pair(text) for text in conventions), labels, out)
        found = found if every else [one for one in found if one.components]
    found = found[:limit]
    facts = [_facts(one) for one in found]
    if out:
        write_csv(out, ("id", *added_columns(("id",), COLUMNS)), map(_cells, found))
    if as_json:
        echo([views.as_json([*facts])])
        return EXIT_DONE
    echo(_lines(facts))
    echo([f"{len(found)} rows written to {out}"] if out else [])
    return EXIT_DONE


def _of_run(store: Path, reference: str | None, every: bool, out: Path | None) -> list[Triaged]:
    with Store.open(store, read_only=True) as opened:
        run = runs.find_run(opened, reference)
        if out:
            check_target(opened, run, out)
        found = graph_triage.of_run(opened, run, every=every)
        late = graph_triage.stale(opened, run)
    if late:
        with Store.open(store) as opened:
            graph_triage.refresh(opened, run)
    return found


def _of_input(
    source: str, mapping: str | None, conventions: dict[str, str], labels: str | None, out: Path | None
) -> list[Triaged]:
    if out:
        refuse_source(out, source)
        refuse_inputs(out, [labels] if labels else [])
    check_conventions(conventions)
    opened = open_benchmark(source, ColumnMapping.parse(mapping) if mapping else None)
    benchmark = opened.benchmark()
    for rejection in benchmark.rejections:
        warn(f"rejected: {rejection}")
    given: LabelSet | None = read_label_set(labels, benchmark) if labels else None
    if opened.stored_inputs_column is None and given is None:
        warn("nothing to go by: no column holds stored inputs, and no labels are given by --labels")
    return graph_triage.of_benchmark(benchmark, opened.stored_inputs_column, conventions, given)


def _facts(one: Triaged) -> dict[str, JsonValue]:
    return {
        "source_id": one.instance.source_id,
        "instance": one.instance.id,
        "score": round(one.score, 4),
        "state": one.state,
        "calculator": one.instance.calculator or one.instance.calculator_name,
        "original": one.instance.label_text,
        "answer": None if one.answer is None else format_answer(one.answer),
        "components": {
            component.name: {"probability": round(component.probability, 4), "detail": component.detail}
            for component in one.components
        },
    }


def _why(one: Triaged) -> str:
    return "; ".join(component.detail for component in one.components)


def _cells(one: Triaged) -> list[str]:
    """As in `benchmarks.audit`: id and original label as the benchmark spells them, the rest safe to open."""
    facts, by_name = _facts(one), {component.name: component.probability for component in one.components}
    own = [safe_cell(str(facts[name] or "")) for name in ("state", "calculator")]
    answer = "" if one.answer is None else format_answer(one.answer, style="medcalc")
    shares = [f"{by_name[name]:.4f}" if name in by_name else "" for name in COMPONENTS]
    return [
        one.instance.source_id,
        f"{one.score:.4f}",
        *own,
        one.instance.label_text,
        safe_cell(answer),
        *shares,
        safe_cell(_why(one)),
    ]


def _lines(facts: Sequence[dict[str, JsonValue]]) -> Iterator[str]:
    if not facts:
        yield "Nothing to look at."
        return
    shown = [{**fact, "score": f"{fact['score']:.3f}", "why": _words(fact)} for fact in facts]
    yield from views.table_lines(shown, _SHOWN, {"source_id": "id"})


def _words(fact: dict[str, JsonValue]) -> str:
    parts = fact["components"]
    assert isinstance(parts, dict), "as _facts makes it"
    return "; ".join(str(part["detail"]) for part in parts.values() if isinstance(part, dict))
