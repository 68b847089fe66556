"""`run.py safety`: models compared where no benchmark exists."""

from __future__ import annotations

import click

from console.review import review
from console.safety.agreement import agreement
from console.safety.compare import compare_command
from console.safety.contracts import contract
from console.safety.importing import import_command
from console.safety.listing import cells_command
from console.safety.packs import packs
from console.safety.report import report_command
from console.safety.running import rejudge, run_command
from console.safety.validate import validate_command
from console.verify import verify


@click.group()
def safety() -> None:
    """Compare models on safety, scenario by scenario, where no benchmark has labels.

    A contract fixes everything but the target; verdicts under one contract may be compared, and no others.
    """


safety.add_command(agreement)
safety.add_command(cells_command)
safety.add_command(contract)
safety.add_command(packs)
safety.add_command(import_command)
safety.add_command(run_command)
safety.add_command(rejudge)
safety.add_command(review)
safety.add_command(report_command)
safety.add_command(compare_command)
safety.add_command(validate_command)
safety.add_command(verify)
