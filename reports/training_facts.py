"""A report on an experiment, from its folder."""

from __future__ import annotations

from pathlib import Path

from answers.figures import points
from reports.training_model import StageFacts, TrainingReport
from training.analysis import analyse
from training.config import BuiltModel, Config, ExportedData, GeneratedData, StoredData
from training.findings import Analysis, verdict
from training.folder import done, stages
from training.results import read_results


def report_of(folder: Path, *, title: str = "") -> TrainingReport:
    """The report on the seeds that are complete in all arms. Raises as `training.results.read_results`."""
    results = read_results(folder)
    config, analysis = results.config, analyse(results)
    took = tuple(
        StageFacts(arm=stage.arm, seed=stage.seed, took=found)
        for stage in stages(config)
        if stage.seed in results.seeds and (found := done(folder, stage)) is not None
    )
    return TrainingReport(
        title=title or f"What labels teach: {config.name}",
        statement=statement(analysis),
        kind=_kind(config, took[0].took.parameters),
        analysis=analysis,
        contract=results.contract,
        stages=took,
    )


def statement(found: Analysis) -> str:
    """Which arm of the main comparison is ahead, in one sentence."""
    main = found.main
    gap, first, other = main.sampled, main.first, main.other
    on = f"over {len(found.seeds)} seeds and {found.items:,} test items"
    if gap.interval is None:
        return (
            f"Whether {first} or {other} is ahead on trusted labels is undecided: the gap is "
            f"{points(gap.difference)} points, and one seed does not say what others would give."
        )
    low, high = gap.interval
    match verdict(gap):
        case "ahead":
            return (
                f"{first} is ahead of {other} on trusted labels by {100 * gap.difference:.1f} points "
                f"(95% CI {100 * low:.1f} to {100 * high:.1f}), {on}."
            )
        case "behind":
            return (
                f"{other} is ahead of {first} on trusted labels by {-100 * gap.difference:.1f} points "
                f"(95% CI {-100 * high:.1f} to {-100 * low:.1f}), {on}."
            )
        case "undecided":
            return (
                f"Whether {first} or {other} is ahead on trusted labels is undecided: the gap is "
                f"{points(gap.difference)} points (95% CI {points(low)} to {points(high)}), {on}."
            )


def _kind(config: Config, parameters: int) -> str:
    if isinstance(config.model, BuiltModel):
        return (
            f"A synthetic demonstration from scratch: a decoder of {parameters:,} parameters began with "
            "random weights, was shown generated calculator problems, and learned on with labels some of "
            "which were made faulty on purpose. It shows a mechanism and is no evidence about pretrained "
            "models."
        )
    name = config.model.name
    match config.data:
        case GeneratedData():
            data = "generated calculator problems, of which labels were made faulty on purpose"
        case ExportedData(folder=folder):
            data = f"the training data in {folder}: trusted are their released labels"
        case StoredData(store=store):
            data = f"a benchmark in {store}: trusted are the labels that its runs released"
    return (
        f"The base model is {name}, with {parameters:,} parameters; it learned on with {data}. What is found "
        "holds for this model and these settings."
    )
