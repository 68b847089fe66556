"""`decide`: a reviewer's word on one instance, on the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from answers.model import Answer
from answers.parse import parse_answer
from benchmarks.model import Instance
from console import conventions as by_convention
from console import views
from console.options import json_option, pair, run_option, store_option
from console.session import EXIT_DONE
from console.text import echo
from graphs import jobs
from store.records import DecisionRecord
from store.store import Store


@click.command()
@click.argument("instance")
@click.option("--answer", help='The answer, as the benchmark would spell it; "N/A" for incomputable.')
@click.option("--original", is_flag=True, help="The original label is right.")
@click.option("--ambiguous", is_flag=True, help="The question has no single answer.")
@click.option(
    "--convention", "chosen", multiple=True, metavar="ID=OPTION", help="What the votes say under this option."
)
@click.option("--propagate", is_flag=True, help="Carry a decision by --convention over to its siblings.")
@click.option("--yes", is_flag=True, help="Carry it over without asking.")
@click.option("--dry-run", is_flag=True, help="Show what a decision by --convention would do.")
@click.option("--replace", is_flag=True, help="Decide anew where there is a label; it stays on record.")
@click.option("--reviewer", default="", help="Who decides; not needed with --dry-run.")
@click.option("--note", default="", help="Why.")
@run_option
@store_option
@json_option
def decide(
    instance: str,
    answer: str | None,
    original: bool,
    ambiguous: bool,
    chosen: tuple[str, ...],
    propagate: bool,
    yes: bool,
    dry_run: bool,
    replace: bool,
    reviewer: str,
    note: str,
    run: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Settle an escalated instance: the decision is recorded and its thread commits the label.

    A decision by --convention is what the instance's votes say under that option, computed anew. It can be
    carried over to every other instance of the run that the convention touches, once the list is confirmed.
    """
    if (answer is not None) + original + ambiguous + bool(chosen) != 1:
        raise click.UsageError("give one of --answer, --original, --ambiguous and --convention")
    if (propagate or yes or dry_run) and not chosen:
        raise click.UsageError("--propagate, --yes and --dry-run go with --convention")
    if replace and chosen:
        raise click.UsageError("--replace goes with --answer, --original and --ambiguous")
    if not reviewer.strip() and not dry_run:
        raise click.UsageError("give --reviewer NAME: a decision is someone's")
    with Store.open(store, read_only=dry_run) as opened:
        found, item = jobs.find_run_of(opened, instance, run)
        jobs.check_relabels(found)
        if chosen:
            options = dict(pair(text) for text in chosen)
            asked = by_convention.Decision(options, reviewer, note, propagate, dry_run, yes, as_json)
            return by_convention.decide(opened, found, item, asked)
        decision = DecisionRecord(
            run_id=found.id,
            instance_id=item.id,
            reviewer=reviewer,
            answer=_answer(item, answer, original),
            status="ambiguous" if ambiguous else None,
            note=note,
        )
        label = asyncio.run(jobs.decide(opened, found, item, decision, replace=replace))
        facts = label.model_dump(mode="json")
        echo([views.as_json(facts) if as_json else f"{item.source_id}: {label.status}"])
    return EXIT_DONE


def _answer(instance: Instance, answer: str | None, original: bool) -> Answer | None:
    """The answer that was given, or the original label; None for an ambiguous question."""
    if not original:
        return None if answer is None else parse_answer(answer, instance.spec.kind, instance.spec.unit)
    if instance.label is None:
        raise click.UsageError(f"instance {instance.source_id} has no original label; give --answer")
    return instance.label
