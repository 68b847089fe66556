"""What commands that make or move a run share: reading the benchmark, executing, and saying how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from pydantic import JsonValue

from benchmarks.mapping import ColumnMapping
from benchmarks.model import Instance, Rejection
from benchmarks.read import OpenBenchmark, open_benchmark
from console import findings, session, views
from console.options import run_options
from console.progress import line_counter
from console.safety import cells
from console.session import warn
from console.text import echo
from graphs import jobs, requests
from graphs.options import RunOptions
from graphs.requests import AuditRequest, RunRequest, Selection
from store.batches import waiting
from store.incoming import taken_in
from store.records import RunRecord, Workflow
from store.store import Store

_REJECTIONS_TOLD = 20


def open_input(source: str, mapping: str | None) -> OpenBenchmark:
    """The benchmark as a table."""
    return open_benchmark(source, ColumnMapping.parse(mapping) if mapping else None)


def told(opened: OpenBenchmark, *, quiet: bool = False) -> Iterator[Instance | Rejection]:
    """What becomes of the rows of a benchmark, one by one; rejections and progress are told on stderr."""
    count, rejected = line_counter(), 0
    for number, result in enumerate(opened.results(), start=1):
        if isinstance(result, Rejection):
            rejected += 1
            if rejected <= _REJECTIONS_TOLD:
                warn(f"rejected: {result}")
        yield result
        if not quiet:
            count("rows read", number, opened.table.size)
    if rejected > _REJECTIONS_TOLD:
        warn(f"… and {rejected - _REJECTIONS_TOLD} more; `status --rejections` lists all")


def new_run(
    opened: OpenBenchmark, request: RunRequest | AuditRequest, path: Path, options: dict[str, Any]
) -> tuple[RunRecord, RunOptions, Selection]:
    """Record a benchmark and a run of it in the store at this path, without having all of it in memory."""
    how = run_options(options)
    requests.check_models(request.specs().values(), how)
    selector = requests.Selector(request)
    results = selector.watching(told(opened, quiet=options["quiet"]))
    with taken_in(opened.head, results, path) as incoming:
        selection = selector.selection(opened.table.source)
        for remark in selection.remarks:
            warn(remark)
        with Store.open(path, create=True) as store:
            return jobs.create_run(store, incoming, selection, request, how), how, selection


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
    if left := waiting(store.file, run.id):
        requests = sum(batch.requests for batch in left)
        warn(
            f"{len(left)} batches with {requests} requests go on at the provider; "
            f"`python run.py resume {run.id} --store {store.path}` collects what comes"
        )
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
