"""What `conventions` prints, and a decision on conventions: shown, confirmed, carried out."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import click
from pydantic import JsonValue

from answers.figures import numbered
from answers.format import format_answer
from answers.model import Answer
from benchmarks.model import Instance
from consensus.conventions import settled_words
from consensus.model import ErrorType
from console.progress import line_counter
from console.session import EXIT_DONE, warn
from console.text import one_line, plain
from console.views import as_json, table_lines
from graphs.conventions import ConventionUse, Prospect
from graphs.jobs import already_labelled, nothing_to_supersede
from graphs.propagation import Entry, Plan, carry_out, make_plan
from store.records import RunRecord
from store.store import Store

SHOWN_ID = {"source_id": "id"}
PLAN_COLUMNS = ("source_id", "effect", "status", "now", "under", "original", "detail")


def use_facts(uses: Sequence[ConventionUse], limit: int | None) -> list[dict[str, JsonValue]]:
    """Conventions with the instances that they touch, at most `limit` of each."""
    return [
        {
            "id": use.id,
            "question": use.question,
            "calculators": list(use.calculators),
            "fixed": use.fixed,
            "default": use.default,
            "options": {
                option: {
                    "means": means,
                    "agree_with_original": sum(bool(item.agrees[option]) for item in use.instances),
                    "contentious": sum(item.under[option] is None for item in use.instances),
                }
                for option, means in use.options.items()
            },
            "touched": len(use.instances),
            "stated_by_question": use.stated,
            "instances": [_prospect(item) for item in use.instances[:limit]],
        }
        for use in uses
    ]


def _prospect(item: Prospect) -> dict[str, JsonValue]:
    return {
        **item.model_dump(mode="json", exclude={"now", "under"}),
        "now": _spelled(item.now),
        "under": {option: _spelled(answer) for option, answer in item.under.items()},
    }


def use_lines(uses: Sequence[ConventionUse], limit: int | None, *, of_run: bool) -> Iterator[str]:
    """The same as text."""
    if not uses:
        yield "No calculator of this run has a convention."
    for number, use in enumerate(uses):
        if number:
            yield ""
        yield f"{use.id}: {use.question}"
        yield f"  {_in_force(use)}; used by {', '.join(use.calculators)}"
        yield from _option_lines(use, of_run)
        if of_run:
            yield from _instance_lines(use, limit)


def _in_force(use: ConventionUse) -> str:
    if use.fixed is not None:
        return f"fixed by the run: {use.fixed}"
    return f"default: {use.default}" if use.default is not None else "open: where it matters, people decide"


def _option_lines(use: ConventionUse, of_run: bool) -> Iterator[str]:
    width = max(map(len, use.options))
    for option, means in use.options.items():
        agree = sum(bool(item.agrees[option]) for item in use.instances)
        count = f"{agree} of {len(use.instances)} agree with the original label: " if use.instances else ""
        yield f"  {option:<{width}}  {count if of_run else ''}{means}"


def _instance_lines(use: ConventionUse, limit: int | None) -> Iterator[str]:
    touched = len(use.instances)
    stated = f"; {use.stated} more state an option in their question" if use.stated else ""
    yield f"  touches {touched} {'instance' if touched == 1 else 'instances'} of the run{stated}"
    columns = ("source_id", "status", "now", "original", *use.options)
    rows: list[Mapping[str, JsonValue]] = [
        {
            **item.model_dump(mode="json", include={"source_id", "status", "original"}),
            "now": _spelled(item.now),
            **{option: _spelled(answer) or _why_none(item) for option, answer in item.under.items()},
        }
        for item in use.instances[:limit]
    ]
    if rows:
        yield from (f"    {line}".rstrip() for line in table_lines(rows, columns, SHOWN_ID))
    if limit is not None and touched > limit:
        yield f"    … and {touched - limit} more"


def _why_none(item: Prospect) -> str:
    return "not reproducible" if item.problem else "contentious"


def plan_facts(plan: Plan) -> list[dict[str, JsonValue]]:
    """What a decision does, the decided instance first."""
    return [
        {
            **entry.model_dump(mode="json", exclude={"now", "under", "label"}),
            "now": _spelled(entry.now),
            "under": _spelled(entry.under),
            "sibling": entry is not plan.decided,
        }
        for entry in (plan.decided, *plan.siblings)
    ]


def plan_lines(plan: Plan) -> Iterator[str]:
    """The same as a table, with what it amounts to."""
    yield f"Under {settled_words(plan.options)}:"
    yield from (f"  {line}".rstrip() for line in table_lines(plan_facts(plan), PLAN_COLUMNS, SHOWN_ID))
    counts = Counter(entry.effect for entry in plan.siblings)
    if plan.siblings:
        yield f"{_siblings(len(plan.siblings))}: {numbered(dict(counts.most_common()))}"


@dataclass(frozen=True)
class Decision:
    """A decision on conventions as it was asked for on the command line."""

    options: Mapping[str, str]
    reviewer: str
    note: str
    propagate: bool = False
    dry_run: bool = False
    confirmed: bool = False
    as_json: bool = False
    replaces: bool = False
    """Whether it is to take the place of a label; else the instance waits, or others are decided with it."""
    error_type: ErrorType | None = None


def decide(store: Store, run: RunRecord, instance: Instance, asked: Decision) -> int:
    """Show what a decision would do, have its propagation confirmed, and carry it out.

    Raises click.UsageError where nobody is there to confirm, and JobError where a single label would be
    replaced without being asked for, or is to be and is not there.
    """
    plan = make_plan(store, run, instance, asked.options, propagate=asked.propagate)
    _check_replaces(plan, run, instance, asked)
    if asked.propagate or asked.dry_run:
        for line in plan_lines(plan):
            click.echo(plain(line), err=asked.as_json)
    written = not asked.dry_run and _confirmed(plan, asked)
    if written:
        _carry_out(store, run, plan, asked)
    elif not asked.as_json:
        warn("Nothing was written.")
    entries = (plan.decided, *plan.siblings)
    if asked.as_json:
        facts = [
            {**fact, "label": _label(store, run, entry)}
            for fact, entry in zip(plan_facts(plan), entries, strict=True)
        ]
        options: dict[str, JsonValue] = {**asked.options}
        click.echo(
            as_json({"run": run.id, "conventions": options, "written": written, "instances": list(facts)})
        )
    elif written:
        for entry in entries:
            if entry is plan.decided or entry.changes:
                click.echo(plain(f"{entry.source_id}: {_status(store, run, entry)}"))
    return EXIT_DONE


def _check_replaces(plan: Plan, run: RunRecord, instance: Instance, asked: Decision) -> None:
    if asked.replaces and plan.decided.effect == "decide" and plan.decided.label is None:
        raise nothing_to_supersede(instance, run)
    if plan.decided.effect == "supersede" and not (asked.replaces or asked.propagate):
        raise already_labelled(instance, run)


def _carry_out(store: Store, run: RunRecord, plan: Plan, asked: Decision) -> None:
    work = carry_out(
        store,
        run,
        plan,
        reviewer=asked.reviewer,
        note=asked.note,
        error_type=asked.error_type,
        on_progress=line_counter(),
    )
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        warn("Interrupted. Nothing that was recorded is lost; the same command or `resume` goes on.")
        raise


def _confirmed(plan: Plan, asked: Decision) -> bool:
    count = sum(entry.changes for entry in plan.siblings)
    if asked.confirmed or not count:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError(f"nothing was written: confirm with --yes that {_siblings(count)} may change")
    return click.confirm(f"Carry the decision over to {_siblings(count)}?", err=True)


def _status(store: Store, run: RunRecord, entry: Entry) -> str:
    label = store.current_label(run.id, entry.instance)
    assert label is not None, "a decision that was carried out commits a label"
    return label.status


def _label(store: Store, run: RunRecord, entry: Entry) -> JsonValue:
    label = store.current_label(run.id, entry.instance)
    return None if label is None else label.model_dump(mode="json")


def _siblings(count: int) -> str:
    return "1 sibling" if count == 1 else f"{count} siblings"


def _spelled(answer: Answer | None) -> str | None:
    return None if answer is None else one_line(format_answer(answer))
