"""Steward's command line: parse, dispatch, print."""

from __future__ import annotations

import io
import os
import signal
import sys

if __name__ == "__main__":  # reading the modules takes seconds, in which nothing has begun that could be lost
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from graphs.loop import collect_seldom

    collect_seldom()  # a seventh of them would go into looking for garbage in what is to stay

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from pydantic import JsonValue

from agents.prices import BadPriceTable, load_prices
from agents.specs import BadModelSpec
from answers.parse import UnparsableAnswer
from benchmarks.errors import BenchmarkError
from calculators.again import NotReproducible
from comparison.read import ComparisonError
from console import conventions as by_convention
from console import running, views
from console.affected import affected_command
from console.agreement import agreement
from console.auditing import audit
from console.backup import backup
from console.consistency import consistency
from console.decisions import decide, retract, supersede
from console.error_rate import error_rate
from console.evaluate import evaluate_command
from console.export import export_command
from console.gc import gc as gc_command
from console.options import (
    again_option,
    batch_options,
    cache_option,
    json_option,
    limits_options,
    request_from,
    request_options,
    run_argument,
    run_option,
    run_options,
    store_option,
)
from console.release import diff, release
from console.report import report_command
from console.review import review
from console.running import finish, new_run, open_input, told
from console.safety.cells import waiting_facts, waiting_lines
from console.safety.group import safety
from console.safety.trace import cell_trace_lines
from console.session import EXIT_DONE, EXIT_INTERRUPTED, EXIT_USAGE, warn
from console.text import echo
from console.trace import trace_lines
from console.train.group import train
from console.triage import triage
from console.verify import verify
from graphs import conventions as graph_conventions
from graphs import plan, requests, runs, subjects
from graphs.contract import ContractError
from graphs.faults import NoWorkersError
from graphs.lock import BusyError
from graphs.model_refs import TOOL_VERSION
from graphs.subjects import cell_trace_facts
from prompts.loader import PromptError
from releases.errors import ReleaseError
from reports.write import ReportError
from review.errors import ReviewError
from scenarios.errors import PackError
from store.errors import StoreError
from store.store import Store
from telemetry.logs import LogFileError
from telemetry.metrics import MetricsFileError
from training.errors import TrainingError

USER_ERRORS = (
    BadModelSpec,
    BadPriceTable,
    BusyError,
    BenchmarkError,
    ComparisonError,
    ContractError,
    LogFileError,
    MetricsFileError,
    NoWorkersError,
    NotReproducible,
    PackError,
    PromptError,
    ReleaseError,
    ReportError,
    ReviewError,
    StoreError,
    TrainingError,
    UnparsableAnswer,
    runs.JobError,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(TOOL_VERSION, prog_name="steward")
def cli() -> None:
    """Find wrong labels in a benchmark, recompute them, and send what stays contentious to people.

    Exit codes: 0 done, 1 some instances failed, 2 usage or bad input, 3 waiting for people, 4 budget
    reached, 130 interrupted.
    """


@cli.command()
@request_options
@store_option
@limits_options
@cache_option
@batch_options
@again_option
@json_option
def relabel(source: str, mapping: str | None, store: Path, **options: Any) -> int:
    """Recompute every label of a benchmark, blind to the labels that it has."""
    request = request_from(options)
    run, how, selection = new_run(open_input(source, mapping), request, store, options)
    with Store.open(store) as opened:
        return finish(opened, run, how, options, new_facts={"not_recorded": selection.not_recorded})


@cli.command("plan")
@request_options
@click.option("--prices", type=click.Path(exists=True, path_type=Path), help="Price table (YAML or JSON).")
@json_option
def plan_command(source: str, mapping: str | None, prices: Path | None, as_json: bool, **options: Any) -> int:
    """Say what a run would take: calls, tokens and cost. Nothing is called or spent."""
    request = request_from(options)
    opened, selector = open_input(source, mapping), requests.Selector(request)
    made = plan.make_plan(selector.among(told(opened)), request, load_prices(prices))
    selector.selection(opened.table.source)  # says why, where nothing is selected
    echo([views.as_json(made.model_dump(mode="json"))] if as_json else views.plan_lines(made))
    return EXIT_DONE


@cli.command()
@run_argument
@store_option
@limits_options
@cache_option
@batch_options
@click.option("--no-budget", is_flag=True, help="Go on without the budgets that the run was started with.")
@json_option
def resume(run: str | None, store: Path, **options: Any) -> int:
    """Go on with a run: what was interrupted, what failed, and decisions that were not carried out.

    Options that are not given are those that the run was started with.
    """
    with Store.open(store) as opened:
        found = runs.find_any_run(opened, run)
        return finish(opened, found, run_options(options, runs.options_of(found)), options)


@cli.command()
@run_argument
@store_option
@click.option(
    "--changes",
    is_flag=True,
    help="List the labels that differ from the original ones, or that an audit found wrong.",
)
@click.option("--rejections", is_flag=True, help="List the rows that could not become instances.")
@json_option
def status(run: str | None, store: Path, changes: bool, rejections: bool, as_json: bool) -> int:
    """Say how a run stands, and what it changed."""
    with Store.open(store, read_only=True) as opened:
        found = runs.find_any_run(opened, run)
        changed = running.change_facts(opened, found) if changes else []
        rejected = opened.rejections(found.benchmark_id) if rejections else []
        if as_json:
            facts = running.facts_of(opened, found)
            facts |= {"changes": list(changed)} if changes else {}
            facts |= {"rejections": [r.model_dump(mode="json") for r in rejected]} if rejections else {}
            click.echo(views.as_json(facts))
        else:
            echo(running.lines_of(opened, found))
            echo(running.change_lines(found, changed) if changes else [])
            echo(f"  {rejection}" for rejection in rejected)
    return EXIT_DONE


@cli.command()
@click.argument("instance")
@run_option
@store_option
@click.option("--full", is_flag=True, help="Whole prompts, replies and context.")
@json_option
def trace(instance: str, run: str | None, store: Path, full: bool, as_json: bool) -> int:
    """Show how an instance came to its label: every call, value, formula, objection, vote and decision.

    Of a cell of a safety run: the conversation, every judgment, decision and verdict.
    """
    with Store.open(store, read_only=True) as opened:
        if (cell := subjects.find_cell(opened, instance, run)) is not None:
            if as_json:
                echo([views.as_json(cell_trace_facts(opened, *cell))])
            else:
                echo(cell_trace_lines(opened, *cell, full=full))
            return EXIT_DONE
        found, item = runs.find_any_run_of(opened, instance, run)
        bundle = opened.trace(found.id, item.id)
        prompts = {sha: p for call in bundle.calls if (sha := call.prompt_sha) and (p := opened.prompt(sha))}
        facts = bundle.model_dump(mode="json")
        echo([views.as_json(facts)] if as_json else trace_lines(bundle, prompts, full=full))
    return EXIT_DONE


@cli.command()
@run_argument
@store_option
@click.option("--limit", type=click.IntRange(1), help="Only the first N.")
@json_option
def queue(run: str | None, store: Path, limit: int | None, as_json: bool) -> int:
    """List what waits for people, the original label that is most likely wrong first.

    Of a safety run the cells without a verdict, in the order of the run.
    """
    with Store.open(store, read_only=True) as opened:
        if (meant := runs.find_any_run(opened, run)).workflow == "safety":
            cells = waiting_facts(opened, meant, limit)
            echo([views.as_json([*cells])] if as_json else waiting_lines(cells))
            return EXIT_DONE
        found = runs.find_run(opened, run)
        facts = views.queue_facts(opened, found, limit)
        sampled = len(opened.open_escalations(found.id, reason="audit_sample"))
        echo([views.as_json(list(facts))] if as_json else views.queue_lines(facts, sampled))
    return EXIT_DONE


@cli.command()
@run_argument
@store_option
@click.option("--id", "convention", help="Only this convention.")
@click.option("--calculator", help="Only conventions and instances of this calculator.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N instances of each.")
@json_option
def conventions(
    run: str | None,
    store: Path,
    convention: str | None,
    calculator: str | None,
    limit: int | None,
    as_json: bool,
) -> int:
    """List conventions, the instances of a run that they touch, and the label under each option.

    Where there is no store, the conventions of all calculators.
    """
    given = click.get_current_context().get_parameter_source("store") is not ParameterSource.DEFAULT
    of_run = run is not None or given or store.exists()
    if of_run:
        with Store.open(store, read_only=True) as opened:
            uses = graph_conventions.uses(opened, runs.find_run(opened, run), convention, calculator)
    else:
        uses = graph_conventions.catalogue(convention, calculator)
    facts: JsonValue = [*by_convention.use_facts(uses, limit)]
    echo([views.as_json(facts)] if as_json else by_convention.use_lines(uses, limit, of_run=of_run))
    return EXIT_DONE


cli.add_command(agreement)
cli.add_command(consistency)
cli.add_command(affected_command)
cli.add_command(audit)
cli.add_command(backup)
cli.add_command(gc_command)
cli.add_command(decide)
cli.add_command(evaluate_command)
cli.add_command(export_command)
cli.add_command(diff)
cli.add_command(release)
cli.add_command(supersede)
cli.add_command(verify)
cli.add_command(retract)
cli.add_command(error_rate)
cli.add_command(review)
cli.add_command(safety)
cli.add_command(report_command)
cli.add_command(train)
cli.add_command(triage)


def main() -> int:
    """Run a command; what a user can mend is told in one line, without a traceback."""
    try:
        return int(cli.main(standalone_mode=False) or EXIT_DONE)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        warn(shown.getvalue().rstrip())  # it may quote what others wrote
        return EXIT_USAGE
    except USER_ERRORS as error:
        warn(f"error: {error}")
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except OSError as error:
        warn(f"error: {error}")
        return EXIT_USAGE


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
