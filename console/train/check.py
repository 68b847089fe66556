"""`train check`: whether an experiment can work, before its weights and its machine are there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from console import views
from console.options import json_option
from console.session import EXIT_DONE, warn
from console.text import echo
from console.train.options import config_argument, config_with, data_option
from training.check import Check, Trial, check
from training.memory import CARD_GB, RESERVE_GB, Memory


@click.command("check")
@config_argument
@data_option
@click.option(
    "--layers",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Of the model that is tried; its other sizes are those of CONFIG.",
)
@json_option
def check_command(config: Path, data: Path | None, layers: int, as_json: bool) -> int:
    """Make one small step of every arm with random weights, and estimate the memory of the real thing.

    Nothing is downloaded. Exit codes: 0 it can work, 2 it cannot, and the message says what to change.
    """
    with tempfile.TemporaryDirectory(prefix="steward-check-") as scratch:
        found = check(config_with(config, data), layers=layers, scratch=Path(scratch), tell=warn)
    if not found.memory.fits:
        warn(
            f"warning: by this estimate a card of {CARD_GB} GB is too small; lower grpo.micro_batch, or "
            "raise devices"
        )
    echo([views.as_json(_facts(found))] if as_json else _lines(found))
    return EXIT_DONE


def _facts(found: Check) -> dict[str, Any]:
    facts = found.model_dump(mode="json")
    facts["memory"] |= {"total": found.memory.total, "card_gb": CARD_GB, "fits": found.memory.fits}
    return facts


def _lines(found: Check) -> Iterator[str]:
    yield f"{found.name}: the configuration is read"
    yield f"  data  {found.data}"
    yield from _trial_lines(found.trial)
    yield from _memory_lines(found.memory)


def _trial_lines(trial: Trial) -> Iterator[str]:
    yield f"One step of every arm, layers {trial.layers}, {trial.parameters:,} random weights"
    for line in trial.smaller:
        yield f"  smaller: {line}"
    width = max(len(arm.arm) for arm in trial.arms)
    for arm in trial.arms:
        yield (
            f"  {arm.arm:{width}}  by {arm.labels}: {arm.right:.0%} of the replies right, reward "
            f"{arm.reward:.3f}, {arm.changed:,} weights changed, {arm.differ:,} unlike the first arm's, "
            f"{arm.peak_bytes / 1e9:.1f} GB"
        )
    yield (
        "  the same prompts and the same replies in every arm; the first arm, trained again, is the same to "
        "the last weight"
    )
    first = trial.arms[0]
    alike = [arm.arm for arm in trial.arms if arm.labels != first.labels and not arm.differ]
    if alike:
        yield f"  by chance these few replies earned the same in {', '.join(alike)} as in {first.arm}"
    else:
        yield "  so that arms differ by their rewards alone"


def _memory_lines(memory: Memory) -> Iterator[str]:
    yield f"Memory of the real thing, an estimate: {memory.parameters.total:,} parameters"
    for name, size in memory.parts.items():
        yield f"  {name:18} {size / 1e9:8.2f} GB"
    fits = "fits" if memory.fits else "does not fit"
    yield (
        f"  {'on each device':18} {memory.total / 1e9:8.2f} GB; with {RESERVE_GB:g} GB in reserve it {fits} "
        f"on {CARD_GB} GB"
    )
    for line in memory.assumptions:
        yield f"  assumed: {line}"
