"""`train run`: an experiment in the foreground, shown, and gone on with where it was interrupted."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import click
from pydantic import JsonValue

from answers.figures import numbered
from console import views
from console.options import json_option
from console.session import EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, warn
from console.text import echo
from console.train.options import config_argument, config_with, data_option
from console.train.progress import StagesView
from console.train.views import analysis_lines
from training.analysis import analyse
from training.contract import make_contract
from training.findings import Analysis
from training.folder import begin, stages
from training.results import read_results
from training.runner import Ended, Ending, Event, Stop, run_stages

FOLDERS = Path("training-runs")


@click.command("run")
@config_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The experiment's folder.  [default: training-runs/NAME-CONTRACT]",
)
@data_option
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="Stages side by side.  [default: one a core; with GPUs one]",
)
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
def run_command(
    config: Path, out: Path | None, data: Path | None, processes: int | None, quiet: bool, as_json: bool
) -> int:
    """Run an experiment: train and judge its base models and arms, for every seed.

    The same command again goes on with what was interrupted, and does nothing that is done. An arm goes on
    from its last checkpoint. Exit codes: 0 done, 1 a stage failed, 2 usage or bad data, 130 interrupted.
    """
    settings = config_with(config, data)
    contract = make_contract(settings)
    folder = out or FOLDERS / f"{settings.name}-{contract.sha256[:8]}"
    begin(folder, contract)
    side_by_side = processes or (1 if settings.device == "gpu" else os.cpu_count() or 1)
    stop, failures = Stop(), list[Ended]()
    with StagesView(stages(settings), folder, quiet=quiet) as view:

        def tell(event: Event | Ended) -> None:
            view.update(event)
            if isinstance(event, Ended) and event.outcome == "failed":
                failures.append(event)

        async def main() -> Ending:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, _press, stop, view)
            return await run_stages(folder, settings, processes=side_by_side, stop=stop, tell=tell)

        ending = asyncio.run(main())
    for failure in failures:
        warn(f"{failure.stage.id} failed: {failure.detail}")
    return _told(folder, ending, failures, as_json=as_json)


def _press(stop: Stop, view: StagesView) -> None:
    """Ctrl-C: the first drains, the next one aborts."""
    if stop.draining:
        view.say("Aborting. The same command goes on from the last checkpoints.")
        stop.abort()
        return
    view.say(
        "Draining: each stage saves after its step. Press Ctrl-C again to abort; both can be gone on with."
    )
    stop.drain()


def _told(folder: Path, ending: Ending, failures: list[Ended], *, as_json: bool) -> int:
    analysis = analyse(read_results(folder)) if ending == "done" else None
    if as_json:
        facts: dict[str, JsonValue] = {
            "folder": str(folder),
            "ending": ending,
            "failed": {failure.stage.id: failure.detail for failure in failures},
            "analysis": None if analysis is None else analysis.model_dump(mode="json"),
        }
        echo([views.as_json(facts)])
    else:
        _say(folder, ending, analysis, failures)
    return {"done": EXIT_DONE, "failed": EXIT_FAILED}.get(ending, EXIT_INTERRUPTED)


def _say(folder: Path, ending: Ending, analysis: Analysis | None, failures: list[Ended]) -> None:
    if analysis is not None:
        echo(analysis_lines(analysis))
        echo([f"Everything is in {folder}; a page of it: train report {folder} --out report.html"])
        return
    why = numbered({"failed": len(failures)}) if failures else ""
    echo([f"The experiment in {folder} is {ending} {why}".rstrip() + "; the same command goes on with it"])
