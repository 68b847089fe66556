"""What the commands of `train` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from training.config import Config, ExportedData, load_config
from training.errors import TrainingError

Command = Callable[..., Any]

folder_argument = click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="FOLDER"
)
config_argument = click.argument(
    "config", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="CONFIG"
)
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="The folder of training data, in place of the one that CONFIG names.",
)


def config_with(path: Path, data: Path | None) -> Config:
    """A configuration, with another folder of training data where one is given."""
    config = load_config(path)
    if data is None:
        return config
    if not isinstance(config.data, ExportedData):
        raise TrainingError(f"--data: {path} does not learn from a folder, but from {config.data.kind} data")
    return config.model_copy(update={"data": ExportedData(kind="exported", folder=data)})
