"""`run.py train`: whether the quality of labels changes what a model learns."""

from __future__ import annotations

import click

from console.train.check import check_command
from console.train.compare import compare_command
from console.train.report import report_command
from console.train.running import run_command


@click.group()
def train() -> None:
    """Train a model under two label sets, from one checkpoint and on the same batches, and compare.

    Arms differ in the labels that reward them, and are judged on trusted labels. Needs what `make train`
    installs.
    """


train.add_command(run_command)
train.add_command(compare_command)
train.add_command(check_command)
train.add_command(report_command)
