"""`train compare`: the arms of an experiment beside each other."""

from __future__ import annotations

from pathlib import Path

import click

from console import views
from console.options import json_option
from console.session import EXIT_DONE
from console.text import echo
from console.train.options import folder_argument
from console.train.views import analysis_lines
from training.analysis import analyse
from training.results import read_results


@click.command("compare")
@folder_argument
@json_option
def compare_command(folder: Path, as_json: bool) -> int:
    """Compare the arms of an experiment on trusted labels: the seeds that are complete in all arms."""
    analysis = analyse(read_results(folder))
    echo([views.as_json(analysis.model_dump(mode="json"))] if as_json else analysis_lines(analysis))
    return EXIT_DONE
