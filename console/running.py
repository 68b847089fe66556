"""What commands that make or move a run share: reading the benchmark, executing, and saying how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
from pydantic import JsonValue

from benchmarks.mapping import ColumnMapping
from benchmarks.model import Benchmark
from benchmarks.read import OpenBenchmark, open_benchmark
from console import findings, session, views
from console.safety import cells
from console.session import warn
from console.text import echo
from graphs.options import RunOptions
from store.records import RunRecord, Workflow
from store.store import Store


def open_input(source: str, mapping: str | None) -> OpenBenchmark:
    """The benchmark as a table."""
    return open_benchmark(source, ColumnMapping.parse(mapping) if mapping else None)


def read_input(opened: OpenBenchmark) -> Benchmark:
    """The benchmark, with rejections told on stderr."""
    benchmark = opened.benchmark()
    for rejection in benchmark.rejections[:20]:
        warn(f"rejected: {rejection}")
    if len(benchmark.rejections) > 20:
        warn(f"… and {len(benchmark.rejections) - 20} more; `status --rejections` lists all")
    return benchmark


def finish(
    store: Store,
    run: RunRecord,
    how: RunOptions,
    options: dict[str, Any],
    *,
    new_facts: dict[str, JsonValue] | None = None,
) -> int:
    """Execute a new run, of which `new_facts` are told, or resume one; returns the exit code."""
    ending, why = session.run_to_end(
        store,
        run,
        how,
        resumed=new_facts is None,
        quiet=options["quiet"],
        metrics=options.get("metrics_file"),
    )
    if why:
        warn(f"{ending}: {why}")
    if options["as_json"]:
        click.echo(views.as_json({**facts_of(store, run), "ending": ending, **(new_facts or {})}))
    else:
        echo(lines_of(store, run))
        echo(_STEPS[run.workflow](store, run))
    return session.exit_code(ending, store.counts(run.id))


def facts_of(store: Store, run: RunRecord) -> dict[str, JsonValue]:
    """A run in figures."""
    return _FACTS[run.workflow](store, run)


def lines_of(store: Store, run: RunRecord) -> Iterator[str]:
    """A run in a few lines."""
    return _LINES[run.workflow](store, run)


def change_facts(store: Store, run: RunRecord) -> list[dict[str, JsonValue]]:
    """What a run holds against original labels: other labels, or findings that they are wrong."""
    return (findings.wrong_facts if run.workflow == "audit" else views.change_facts)(store, run)


def change_lines(run: RunRecord, facts: list[dict[str, JsonValue]]) -> Iterator[str]:
    """The same as a table."""
    return (findings.wrong_lines if run.workflow == "audit" else views.change_lines)(facts)


_FACTS: Mapping[Workflow, Callable[[Store, RunRecord], dict[str, JsonValue]]] = {
    "relabel": views.run_facts,
    "audit": findings.finding_facts,
    "safety": cells.cell_facts,
}
_LINES: Mapping[Workflow, Callable[[Store, RunRecord], Iterator[str]]] = {
    "relabel": views.run_lines,
    "audit": findings.finding_lines,
    "safety": cells.cell_lines,
}
_STEPS: Mapping[Workflow, Callable[[Store, RunRecord], Iterator[str]]] = {
    "relabel": views.next_steps,
    "audit": findings.finding_steps,
    "safety": cells.cell_steps,
}
