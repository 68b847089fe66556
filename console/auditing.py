"""`audit`: original labels against what the benchmark stores, or judged by a model that sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from benchmarks.audit import run_audit
from benchmarks.read import OpenBenchmark
from console import running, views
from console.audit import audit_facts, audit_lines
from console.options import (
    SpecType,
    again_option,
    audit_request_from,
    batch_options,
    cache_option,
    json_option,
    limits_options,
    map_option,
    pair,
    source_argument,
    store_option,
    vote_options,
)
from console.progress import line_counter
from console.session import EXIT_DONE
from console.text import echo
from graphs.contract import check_conventions
from store.store import Store

_OF_STORED_INPUTS = frozenset({"source", "stored_inputs", "out", "conventions", "mapping", "as_json"})
"""What an audit without a model takes."""


@click.command("audit")
@source_argument
@click.option("--stored-inputs", is_flag=True, help="Recompute from the inputs that the benchmark stores.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write every row to a CSV file.")
@click.option("--model", type=SpecType(), help="Model spec of an auditor that sees the labels.")
@map_option
@vote_options
@store_option
@limits_options
@cache_option
@batch_options
@again_option
@json_option
def audit(source: str, mapping: str | None, store: Path, **options: Any) -> int:
    """Say which original labels do not stand, and by which error.

    With --stored-inputs no note is read and no model is called: calculators run on the inputs that the
    benchmark stores. A label that agrees under any option of a convention that its question leaves open is
    not contradicted.

    With --model an auditor is shown each instance with its label and how the benchmark says that it came
    about, several times over; the votes make a finding. Relabelling stays blind to labels and findings.
    """
    if options["stored_inputs"] == (options["model"] is not None):
        raise click.UsageError(
            "give --stored-inputs, to audit labels against the inputs that the benchmark stores, or --model "
            "SPEC, to have a model judge them"
        )
    opened = running.open_input(source, mapping)
    if options["stored_inputs"]:
        return _against_stored_inputs(opened, options)
    if options["out"] is not None:
        raise click.UsageError("--out goes with --stored-inputs; `status --changes` lists what a model found")
    request = audit_request_from(options, opened)
    run, how, _ = running.new_run(opened, request, store, options)
    with Store.open(store) as kept:
        code = running.finish(kept, run, how, options, new_facts={})
        if not options["as_json"]:
            echo(["", *running.change_lines(run, running.change_facts(kept, run))])
    return code


def _against_stored_inputs(opened: OpenBenchmark, options: dict[str, Any]) -> int:
    context = click.get_current_context()
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
        if given and parameter.name not in _OF_STORED_INPUTS:
            raise click.UsageError(f"{parameter.opts[0]} goes with --model: --stored-inputs calls none")
    fixed = dict(pair(text) for text in options["conventions"])
    check_conventions(fixed)
    found = run_audit(opened, fixed, on_progress=line_counter())
    out = options["out"]
    rows = found.write(out) if out else None
    if options["as_json"]:
        click.echo(views.as_json(audit_facts(opened.name, found)))
        return EXIT_DONE
    echo(audit_lines(opened.name, found))
    echo([f"{rows} rows written to {out}"] if out else [])
    return EXIT_DONE
