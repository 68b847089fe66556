"""`verify`: the store checked against itself."""

from __future__ import annotations

from pathlib import Path

import click

from console import views
from console.options import json_option, store_option
from console.session import EXIT_DONE, EXIT_FAILED
from console.text import echo
from store.store import Store


@click.command()
@store_option
@json_option
def verify(store: Path, as_json: bool) -> int:
    """Recompute every count, hash, consensus and derivation in the store, and compare.

    Of safety runs, cells, conversations, quotes and verdicts too; judges that go by rules are asked again.
    What imported files say of their own verdicts and does not follow from them is told.
    """
    from graphs.verifying import verify_all

    with Store.open(store, read_only=True) as opened:
        report = verify_all(opened)
    echo([views.as_json(report.model_dump(mode="json"))] if as_json else views.verify_lines(report))
    return EXIT_DONE if report.ok else EXIT_FAILED
