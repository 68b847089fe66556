"""`backup`: a copy of a store and of its parked threads, while a run may write to them."""

from __future__ import annotations

from pathlib import Path

import click
from pydantic import JsonValue

from console import views
from console.options import json_option, store_option
from console.progress import line_counter
from console.session import EXIT_DONE
from console.text import echo
from graphs.checkpoints import checkpoints_path
from store.backup import check_application, check_backup, copy_database


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@store_option
@click.option("--force", is_flag=True, help="Replace a copy that is there.")
@json_option
def backup(file: Path, store: Path, force: bool, as_json: bool) -> int:
    """Copy a store to FILE as it is now, also while a run writes to it, and check the copy.

    The parked threads go beside it, under the name that belongs to FILE. A copy is a store: every command
    takes it with --store FILE.
    """
    check_backup(store, file, force=force)
    check_application(store)
    parked, companion = checkpoints_path(store), checkpoints_path(file)
    if parked.exists():
        check_backup(parked, companion, force=force)
    copied: dict[str, int] = {}
    # The threads first: one whose escalation is not in the copy of the store would belong to nothing, while
    # one that is missing is put back from its escalation.
    if parked.exists():
        copied[str(companion)] = copy_database(parked, companion, line_counter())
    elif force:
        companion.unlink(missing_ok=True)
    try:
        copied[str(file)] = copy_database(store, file, line_counter())
    except BaseException:
        if not force:
            companion.unlink(missing_ok=True)  # made above: without the store it belongs to nothing
        raise
    facts: JsonValue = {"store": str(store), "copied": dict(copied)}
    lines = (f"{path}: {size:,} bytes, checked" for path, size in copied.items())
    echo([views.as_json(facts)] if as_json else lines)
    return EXIT_DONE
