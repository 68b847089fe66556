"""The sections of a report on an experiment that say how far its figures, and others, can be believed."""

from __future__ import annotations

from answers.figures import NONE, percent, points
from reports import training_figures as figures
from reports.parts import Section, Table
from reports.training_model import TrainingReport
from reports.training_words import gap, named, points_between, with_interval
from stats.intervals import Interval
from training.config import TRUSTED
from training.findings import Comparison, Estimate, verdict


def controls(report: TrainingReport) -> Section:
    """What chance alone does, and what an interval over the items alone would have made of it."""
    found = report.analysis.comparisons
    text = [
        "An interval over the items of a single pair of trainings says nothing of what another seed would "
        "give. Below are those of every seed, beside the one that allows for both.",
        *(_control(one) for one in found if one.control),
    ]
    if others := [one for one in found if not one.control][1:]:
        each = "; ".join(f"{one.other} {gap(one.sampled)}" for one in others)
        text.append(f"Other arms whose labels differ, {found[0].first} less each: {each}.")
    rows = tuple(
        (
            named(one),
            f"{alone.seed}",
            with_interval(points(alone.difference), alone.interval, points_between),
            _leaves_out_0(alone.interval),
            gap(one.sampled),
            _leaves_out_0(one.sampled.interval),
        )
        for one in found
        for alone in one.items_only
    )
    columns = (
        *(("gap in points", False), ("seed", True), ("items alone (95% CI)", True), ("leaves out 0", False)),
        *(("seeds and items (95% CI)", True), ("leaves out 0", False)),
    )
    table = Table("Intervals over the items of one seed, and over seeds and items", columns, rows)
    return Section(
        "controls",
        "Controls",
        tuple(text),
        figures=(figures.control_figure(report.analysis),),
        tables=(table,),
    )


def _control(one: Comparison) -> str:
    seeds = len(one.items_only)
    wrong = sum(_excludes_0(alone.interval) for alone in one.items_only)
    honest = gap(one.sampled)
    apart = "the same seeds as well" if one.same_batches else "differ in seeds alone"
    return (
        f"{one.first} and {one.other} have the same labels and {apart}: their gap, {honest} "
        f"points, is what chance does. Of {seeds} intervals over the items alone {wrong} "
        f"{'leaves' if wrong == 1 else 'leave'} out 0 all the same."
    )


def _excludes_0(interval: Interval | None) -> bool:
    return interval is not None and not interval.low <= 0 <= interval.high


def _leaves_out_0(interval: Interval | None) -> str:
    return NONE if interval is None else "yes" if _excludes_0(interval) else "no"


def reported(report: TrainingReport) -> Section | None:
    """What each comparison is by its noisy labels, beside what it is; None without noisy labels."""
    found = [one for one in report.analysis.comparisons if one.crossed]
    if not found:
        return None
    rows = tuple(
        (named(one), f"{labels} labels", percent(first), percent(other), gap(apart), _says(one, apart))
        for one in found
        if (crossed := one.crossed)
        for labels, first, other, apart in (
            (crossed.labels, crossed.first_on_noisy, crossed.other_on_noisy, crossed.gap_on_noisy),
            (TRUSTED, crossed.first_on_trusted, crossed.other_on_trusted, crossed.gap_on_trusted),
        )
    )
    columns = (
        *(("comparison", False), ("by", False), ("first arm", True), ("other arm", True)),
        *(("gap in points (95% CI)", True), ("what that says", False)),
    )
    text = (
        "Who has only noisy labels grades by them as well. This is what such a report would have said, and "
        "beside it what trusted labels say of the same replies.",
    )
    table = Table("As reported by noisy labels, and by trusted ones", columns, rows)
    return Section("reported", "What noisy labels would have reported", text, tables=(table,))


def _says(one: Comparison, estimate: Estimate) -> str:
    said = verdict(estimate)
    return said if said == "undecided" else f"{one.first if said == 'ahead' else one.other} ahead"
