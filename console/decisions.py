"""A reviewer's word on one instance: `decide` what waits, `supersede` a label, `retract` one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import get_args

import click

from answers.format import format_answer
from answers.model import Answer
from answers.parse import parse_answer
from benchmarks.model import Instance
from consensus.model import ErrorType
from console import conventions as by_convention
from console import views
from console.options import json_option, pair, run_option, stacked, store_option
from console.session import EXIT_DONE
from console.text import echo
from graphs import jobs
from graphs.subjects import Item, Subject, find_item
from store.records import DecisionRecord, LabelRecord, RunRecord
from store.store import Store

answer_options = stacked(
    click.option(
        "--answer",
        help='The answer, as the benchmark would spell it; "N/A" for incomputable. Of a cell, its severity.',
    ),
    click.option("--original", is_flag=True, help="The original label is right."),
    click.option("--ambiguous", is_flag=True, help="The question has no single answer."),
    click.option(
        "--convention",
        "chosen",
        multiple=True,
        metavar="ID=OPTION",
        help="What the votes say under this option.",
    ),
)
reason_option = click.option("--reason", required=True, help="Why; it stays on record.")
reviewer_option = click.option("--reviewer", required=True, help="Who says so.")


@click.command()
@click.argument("instance")
@answer_options
@click.option("--propagate", is_flag=True, help="Carry a decision by --convention over to its siblings.")
@click.option("--yes", is_flag=True, help="Carry it over without asking.")
@click.option("--dry-run", is_flag=True, help="Show what a decision by --convention would do.")
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
    reviewer: str,
    note: str,
    run: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Settle an escalated instance: the decision is recorded and its thread commits the label.

    Of a safety run INSTANCE is a cell, and its verdict is given with --answer SEVERITY or --ambiguous.

    A decision by --convention is what the instance's votes say under that option, computed anew. It can be
    carried over to every other instance of the run that the convention touches, once the list is confirmed;
    labels that differ give way to it.
    """
    _check_one_answer(answer, original, ambiguous, chosen)
    if (propagate or yes or dry_run) and not chosen:
        raise click.UsageError("--propagate, --yes and --dry-run go with --convention")
    if not reviewer.strip() and not dry_run:
        raise click.UsageError("give --reviewer NAME: a decision is someone's")
    with Store.open(store, read_only=dry_run) as opened:
        found, item = find_item(opened, instance, run)
        if chosen:
            if not isinstance(item, Instance):
                raise click.UsageError("--convention is for labels; a cell of a safety run has none")
            options = dict(pair(text) for text in chosen)
            asked = by_convention.Decision(options, reviewer, note, propagate, dry_run, yes, as_json)
            return by_convention.decide(opened, found, item, asked)
        decision = _decision(found, item, answer, original, ambiguous, reviewer, note)
        _tell(item, asyncio.run(jobs.decide(opened, found, item, decision)), as_json)
    return EXIT_DONE


@click.command()
@click.argument("instance")
@answer_options
@reason_option
@reviewer_option
@click.option("--error-type", type=click.Choice(get_args(ErrorType)), help="Why the label was wrong.")
@run_option
@store_option
@json_option
def supersede(
    instance: str,
    answer: str | None,
    original: bool,
    ambiguous: bool,
    chosen: tuple[str, ...],
    reason: str,
    reviewer: str,
    error_type: ErrorType | None,
    run: str | None,
    store: Path,
    as_json: bool,
) -> int:
    """Put another label in the place of one that is committed or retracted; both stay on record."""
    _check_one_answer(answer, original, ambiguous, chosen)
    _check_said(reason, reviewer)
    with Store.open(store) as opened:
        found, item = find_item(opened, instance, run)
        if chosen:
            if not isinstance(item, Instance):
                raise click.UsageError("--convention is for labels; a cell of a safety run has none")
            options = dict(pair(text) for text in chosen)
            asked = by_convention.Decision(
                options, reviewer, reason, as_json=as_json, replaces=True, error_type=error_type
            )
            return by_convention.decide(opened, found, item, asked)
        if error_type is not None and not isinstance(item, Instance):
            raise click.UsageError("--error-type is for labels; a verdict of a safety run has none")
        said = _decision(found, item, answer, original, ambiguous, reviewer, reason)
        said = said.model_copy(update={"error_type": error_type})
        _tell(item, asyncio.run(jobs.supersede(opened, found, item, said)), as_json)
    return EXIT_DONE


@click.command()
@click.argument("instance")
@reason_option
@reviewer_option
@run_option
@store_option
@json_option
def retract(instance: str, reason: str, reviewer: str, run: str | None, store: Path, as_json: bool) -> int:
    """Withdraw a label without putting another in its place; it stays on record as retracted."""
    _check_said(reason, reviewer)
    with Store.open(store) as opened:
        found, item = find_item(opened, instance, run)
        made = asyncio.run(jobs.retract(opened, found, item, reviewer=reviewer, reason=reason))
        facts = made.model_dump(mode="json")
        echo([views.as_json(facts) if as_json else f"{item.source_id}: retracted"])
    return EXIT_DONE


def _check_one_answer(answer: str | None, original: bool, ambiguous: bool, chosen: tuple[str, ...]) -> None:
    if (answer is not None) + original + ambiguous + bool(chosen) != 1:
        raise click.UsageError("give one of --answer, --original, --ambiguous and --convention")


def _check_said(reason: str, reviewer: str) -> None:
    for name, text in (("--reason", reason), ("--reviewer", reviewer)):
        if not text.strip():
            raise click.UsageError(f"{name} is empty: who changes a label says why, under their name")


def _decision(
    run: RunRecord,
    instance: Item,
    answer: str | None,
    original: bool,
    ambiguous: bool,
    reviewer: str,
    note: str,
) -> DecisionRecord:
    return DecisionRecord(
        run_id=run.id,
        instance_id=instance.id,
        reviewer=reviewer,
        answer=_answer(instance, answer, original),
        status="ambiguous" if ambiguous else None,
        note=note,
    )


def _answer(instance: Item, answer: str | None, original: bool) -> Answer | None:
    """The answer that was given, or the original label; None for an ambiguous question."""
    spec = instance.spec
    if not original:
        said = None if answer is None else parse_answer(answer, spec.kind, spec.unit, options=spec.options)
        if isinstance(instance, Subject) and said is not None and said.kind == "incomputable":
            raise click.UsageError(
                f"--answer {answer}: a verdict is {', '.join(spec.options)}; give --ambiguous if none fits"
            )
        return said
    if instance.label is None:
        raise click.UsageError(f"instance {instance.source_id} has no original label; give --answer")
    return instance.label


def _tell(instance: Item, label: LabelRecord, as_json: bool) -> None:
    facts = label.model_dump(mode="json")
    told = format_answer(label.answer) if isinstance(instance, Subject) and label.answer else label.status
    echo([views.as_json(facts) if as_json else f"{instance.source_id}: {told}"])
