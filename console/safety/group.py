"""`safety`: the commands that compare models on safety."""

from __future__ import annotations

import click

from console.safety.agreement import agreement


@click.group()
def safety() -> None:
    """Compare models on safety where no benchmark exists."""


safety.add_command(agreement)
