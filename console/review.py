"""`review`: the app in which people settle instances, and what belongs to it."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from pydantic import JsonValue

from console import sheets, views
from console.options import audit_share_option, json_option, store_option
from console.session import EXIT_DONE, warn
from console.text import plain
from store.store import Store

if TYPE_CHECKING:
    from review.serve import Served

VIEWER = "to read only"


@click.group(invoke_without_command=True)
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port to listen on; 0: that of the last start if it is free, else any.",
)
@click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Who may decide; repeatable.")
@click.option(
    "--opinions", type=click.IntRange(1), default=1, show_default=True, help="Reviewers for each instance."
)
@audit_share_option
@click.option("--origin", metavar="URL", help="The address that browsers use, where a proxy is in between.")
@click.option(
    "--tokens",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of tokens.  [default: beside the store]",
)
@click.option("--new-tokens", is_flag=True, help="Make new tokens; every link and cookie given out ends.")
@json_option
@click.pass_context
def review(context: click.Context, /, store: Path, as_json: bool, **options: Any) -> int | None:
    """Serve the review app: settle escalated instances, blind first, and see how labels came to be.

    Prints a link for each reviewer and one for viewers, who read and cannot decide. Ctrl-C ends it.
    """
    if context.invoked_subcommand is not None:
        _check_order(context)
        return None
    # The web stack and the workflow take a second to import, and few other commands need them.
    from graphs.review import catch_up
    from review.serve import ServeOptions, opened, serve

    # Ctrl-C is the way to end it: what was acknowledged is committed, so that nothing is interrupted.
    ended = contextlib.suppress(KeyboardInterrupt)
    with ended, Store.open(store) as found, opened(ServeOptions(**options), found) as served:
        asyncio.run(catch_up(found, served.site.audit_share))
        _announce(served, as_json)
        serve(served)
    return EXIT_DONE


def _check_order(context: click.Context) -> None:
    """Raises UsageError for an option of the app before a subcommand, which would not get to know it."""
    given = [
        name
        for name in context.params
        if context.get_parameter_source(name) not in (ParameterSource.DEFAULT, ParameterSource.ENVIRONMENT)
    ]
    if given:
        raise click.UsageError(f"give options after the word {context.invoked_subcommand}, not before it")


def _announce(served: Served, json_wanted: bool) -> None:
    """The links on stdout, what else there is to know on stderr."""
    if json_wanted:
        links: list[JsonValue] = [{"name": name, "link": link} for name, link in served.links()]
        click.echo(views.as_json({"url": served.site.origin, "reviewers": links}))
    else:
        width = max(len(name or VIEWER) for name, _ in served.links())
        for name, link in served.links():
            click.echo(plain(f"{name or VIEWER:<{width}}  {link}"))
    if not served.site.people.names:
        warn("Nobody can decide: give --reviewer NAME for each who may.")
    if served.exposed and not served.site.secure:
        warn(
            "Notes and tokens travel unencrypted: put a proxy with TLS before this server and give its https "
            "address as --origin."
        )
    warn("Each link signs in whoever opens it, also after a restart. Press Ctrl-C to end.")


review.add_command(sheets.export_command)
review.add_command(sheets.import_command)
