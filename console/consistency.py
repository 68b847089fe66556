"""`consistency`: which labels of a set decide the same open question differently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import JsonValue

from answers.figures import numbered
from answers.format import format_answer
from benchmarks.export import refuse_source, safe_cell, write_csv
from benchmarks.label_sets import ORIGINAL, LabelSet
from benchmarks.mapping import ColumnMapping
from benchmarks.read import open_benchmark
from consensus.consistency import ConsistencyReport, Member, OpenQuestion, Side
from console import views
from console.options import LABEL_SETS, json_option, map_option, run_option, source_argument
from console.progress import line_counter
from console.session import EXIT_DONE
from console.text import echo, one_line
from graphs.consistency import Derived, Sources, check_consistency, derived_inputs
from graphs.label_sets import RELEASED, label_sets, run_labels
from graphs.runs import find_run
from store.store import Store

CSV_COLUMNS = ("id", "calculator", "question", "circumstance", "option", "minority", "label", "under_others")
_IDS_SHOWN = 12


@click.command()
@source_argument
@click.option(
    "--labels", default=ORIGINAL, show_default=True, metavar="SET", help=f"The label set: {LABEL_SETS}."
)
@run_option
@click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Use what this run's votes derived, too; needed for --labels released.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write each instance to a CSV.")
@map_option
@json_option
def consistency(
    source: str,
    labels: str,
    run: str | None,
    store: Path | None,
    out: Path | None,
    mapping: str | None,
    as_json: bool,
) -> int:
    """Find labels that contradict each other: one open question, decided differently on sibling instances.

    For each label the readings that give it are sought: every option of its calculator's conventions, and
    whether an input of which nothing is said counts as absent or makes the answer incomputable. No model is
    called.
    """
    opened = open_benchmark(source, ColumnMapping.parse(mapping) if mapping else None)
    benchmark = opened.benchmark()
    released: LabelSet | None = None
    derived: Derived = {}
    if store is not None:
        with Store.open(store, read_only=True) as reading:
            found = find_run(reading, run)
            released = run_labels(reading, [found])
            derived = derived_inputs(reading, [found])
    elif run is not None or labels == RELEASED:
        raise click.UsageError("--run and --labels released need the store that the run is in: give --store")
    (chosen,) = label_sets([labels], benchmark, released)
    report = check_consistency(
        benchmark.name,
        benchmark.instances,
        chosen,
        Sources(opened.stored_inputs_column, derived),
        on_progress=line_counter(),
    )
    if out is not None:
        refuse_source(out, source)
    rows = write_csv(out, CSV_COLUMNS, _rows(report)) if out is not None else 0
    if as_json:
        echo([views.as_json(report_facts(report))])
        return EXIT_DONE
    echo(report_lines(report))
    echo([f"{rows} rows written to {out}"] if out is not None else [])
    return EXIT_DONE


def report_facts(report: ConsistencyReport) -> dict[str, JsonValue]:
    """The report as JSON; of each question also whether it changes labels, and the smaller sides."""
    facts: dict[str, JsonValue] = report.model_dump(mode="json", exclude={"contradictions", "alike"})
    facts["contradictions"] = [_question_facts(question) for question in report.contradictions]
    facts["alike"] = [_question_facts(question) for question in report.alike]
    return facts


def _question_facts(question: OpenQuestion) -> JsonValue:
    facts: dict[str, JsonValue] = question.model_dump(mode="json")
    facts["minority"] = [side.option for side in question.minority]
    facts["material"] = question.material
    facts["against_default"] = question.against_default
    return facts


def report_lines(report: ConsistencyReport) -> Iterator[str]:
    """The report for a terminal."""
    yield f"Consistency of {report.labels} over {report.benchmark} ({report.compared} labels compared)"
    yield f"  a reading gives     {report.explained:>5}"
    yield f"  no reading gives    {len(report.unexplained):>5}"
    if report.not_compared:
        skipped = sum(report.not_compared.values())
        yield f"  not compared        {skipped:>5}   {numbered(report.not_compared)}"
    touched = sum(question.touched for question in report.contradictions)
    yield f"  contradictions      {len(report.contradictions):>5}   labels on their sides {touched}"
    for question in report.contradictions:
        yield ""
        yield from _question_lines(question)
    if report.alike:
        yield ""
        yield "Decided alike:"
    for question in report.alike:
        side = question.sides[0]
        against = f", against the default {question.default}" if question.against_default else ""
        names = ", ".join(question.calculators)
        yield f"  {question.question} = {side.option}{against}: {len(side.members)} of {names}"


def _question_lines(question: OpenQuestion) -> Iterator[str]:
    within = "" if question.material else " (within tolerance)"
    yield f"{', '.join(question.calculators)}: {question.question}{within}"
    yield f"  {one_line(question.circumstance, 300)}"
    for side in question.sides:
        mark = " (minority)" if side in question.minority else ""
        yield f"  {side.option}{mark}: {side.meaning}"
        shown = [_said(member) for member in side.members[:_IDS_SHOWN]]
        more = len(side.members) - len(shown)
        yield f"    {len(side.members)}: {', '.join(shown)}{f' and {more} more' if more else ''}"


def _said(member: Member) -> str:
    """`gap-1 4 (ag_minus_12: 19)`: the label, and what it would be under the other options."""
    label = one_line(format_answer(member.label), 40)
    return f"{one_line(member.source_id, 40)} {label} ({_others(member)})"


def _others(member: Member) -> str:
    return ", ".join(f"{option}: {one_line(format_answer(a), 40)}" for option, a in member.under.items())


def _rows(report: ConsistencyReport) -> Iterator[tuple[str, ...]]:
    """A row for each instance of a contradiction; ids are as the benchmark spells them."""
    for question in report.contradictions:
        for side in question.sides:
            for member in side.members:
                yield (member.source_id, *map(safe_cell, _cells(question, side, member)))


def _cells(question: OpenQuestion, side: Side, member: Member) -> tuple[str, ...]:
    return (
        member.calculator,
        question.question,
        question.circumstance,
        side.option,
        "true" if side in question.minority else "false",
        format_answer(member.label, style="medcalc"),
        _others(member),
    )
