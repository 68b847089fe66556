"""`gc`: what of a store's working files is of no use any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from pydantic import JsonValue

from console import views
from console.options import json_option, store_option
from console.session import EXIT_DONE
from console.text import echo
from graphs.cleanup import Leftovers, find_leftovers, remove_leftovers
from store.store import Store


@click.command()
@store_option
@click.option("--apply", is_flag=True, help="Remove it; without this nothing is changed.")
@click.option("--vacuum", "vacuumed", is_flag=True, help="With --apply: give free pages back, too.")
@json_option
def gc(store: Path, apply: bool, vacuumed: bool, as_json: bool) -> int:
    """Say what a store no longer needs: parked threads, lock files, reservations, old drafts.

    Threads go that have a label, or belong to no run of the store; reservations that have expired, and drafts
    of yesterday or before on what is settled. What a running process holds is passed over. Records are never
    removed.
    """
    if vacuumed and not apply:
        raise click.UsageError("--vacuum goes with --apply; without it nothing is changed")
    with Store.open(store, read_only=not apply) as opened:
        found = asyncio.run(remove_leftovers(opened, give_back=vacuumed)) if apply else find_leftovers(opened)
    facts: JsonValue = {
        "applied": apply,
        "removable": [asdict(one) for one in found.removable],
        "kept": [asdict(one) for one in found.kept],
        "busy": [*found.busy],
        "freed": found.freed,
    }
    echo([views.as_json(facts)] if as_json else _lines(found, apply=apply))
    return EXIT_DONE


def _lines(found: Leftovers, *, apply: bool) -> Iterator[str]:
    yield "Removed:" if apply else "Would be removed with --apply:"
    for one in found.removable:
        yield f"  {one.what:<32} {one.count:>8,} {one.size:>14,} bytes"
    yield "Stays:"
    for one in found.kept:
        yield f"  {one.what:<32} {one.count:>8,} {one.size:>14,} bytes"
    for run_id in found.busy:
        yield f"Run {run_id} is executed by a process: its threads were passed over."
    if found.freed:
        yield f"{found.freed:,} bytes given back."
