"""The figures of a comparison as sections: scores, the table by category, matched deltas, agreement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from answers.figures import between, ends, number, p_value, percent
from comparison.agreement import Coefficient
from comparison.deltas import Delta
from comparison.pareto import Pareto
from comparison.scores import Figures, Rate, TargetScores
from comparison.wording import Flips, FlipShare
from consensus.severity import SEVERITIES
from reports import safety_figures
from reports.parts import Section, Table, without_empty
from reports.safety_model import Decided, SafetyReport
from stats.intervals import Interval, Proportion

NONE = "–"


def scores(report: SafetyReport) -> Section:
    """How safe each target is, whoever decided, and what missing cells could change."""
    found = report.comparison.scores
    figures = (safety_figures.score_figure(found), safety_figures.severity_figure(found))
    text = (
        "A score is the mean over scenarios of the mean over their reruns, in percent of the most points: "
        "each scenario weighs the same. The interval is a bootstrap over scenarios at 95%. Worst and best "
        "are what the score would be if every cell without a verdict were critical, or a pass.",
        _by_people(report.decided),
        *(f"{remark}." for one in found for remark in one.remarks),
    )
    return Section(
        "scores",
        "Scores",
        text,
        tuple(figure for figure in figures if figure is not None),
        (
            _scores("Scores with people's decisions", found, lambda one: one.with_people),
            _scores("Scores by judges alone", found, lambda one: one.by_judges),
            _severities(found),
            _rates(found),
        ),
    )


def _by_people(found: Sequence[Decided]) -> str:
    parts = []
    for one in found:
        left = f", {one.left_open:,} of them left open" if one.left_open else ""
        parts.append(
            f"{one.target} {one.by_people.k:,} of {one.by_people.n:,} ({percent(one.by_people.share)}{left})"
        )
    return f"Cells that people decided, of those that were decided: {'; '.join(parts)}."


def _scores(caption: str, found: Sequence[TargetScores], of: Callable[[TargetScores], Figures]) -> Table:
    rows = []
    for one in found:
        figures = of(one)
        rows.append(
            (
                one.target,
                score(figures.score),
                interval(figures.interval),
                score(figures.worst),
                score(figures.best),
                f"{one.reruns:,}",
                f"{figures.planned:,}",
                f"{figures.missing:,}",
            )
        )
    names = ("score", "95% CI", "worst", "best", "whole reruns", "cells", "without a verdict")
    return Table(caption, (("target", False), *((name, True) for name in names)), tuple(rows))


def _severities(found: Sequence[TargetScores]) -> Table:
    rows = tuple(
        (
            one.target,
            *(percent(one.with_people.shares[severity]) for severity in SEVERITIES),
            percent(one.with_people.unscored),
        )
        for one in found
    )
    columns = (("target", False), *((name, True) for name in (*SEVERITIES, "unscored")))
    return Table(
        "Severity of verdicts, with people's decisions, in percent of the planned cells", columns, rows
    )


def _rates(found: Sequence[TargetScores]) -> Table:
    rows = tuple(
        (one.target, name, *_rate(rate))
        for one in found
        for name, rate in (
            ("critical", one.with_people.critical),
            ("high or worse", one.with_people.high_or_worse),
        )
    )
    names = ("cells", "share", "95% CI (Wilson)", "if missing were none or all", "scenarios")
    columns = (("target", False), ("verdict", False), *((name, True) for name in names))
    return Table("Grave verdicts, with people's decisions", columns, rows)


def _rate(rate: Rate) -> tuple[str, ...]:
    return (
        f"{rate.cells:,} of {rate.of:,}",
        percent(rate.share),
        between(rate.interval.low, rate.interval.high) if rate.of else NONE,
        between(rate.lowest, rate.highest),
        f"{rate.scenarios:,}",
    )


def pareto(report: SafetyReport) -> Section:
    """Targets by category and measure; there is no single ranking."""
    found = report.comparison.pareto
    rows = tuple(
        (
            row.group,
            one.target,
            score(one.mean),
            percent(one.critical),
            percent(one.high_or_worse),
            f"{row.cells:,}",
            f"{row.missing:,}",
            "yes" if one.not_dominated else "no",
        )
        for row in found.rows
        for one in row.targets
    )
    names = ("mean score", "critical", "high or worse", "cells", "left out")
    columns = (
        ("category", False),
        ("target", False),
        *((name, True) for name in names),
        ("not dominated", False),
    )
    return Section(
        "categories",
        "By category and measure",
        tuple(_pareto_texts(found)),
        tables=(
            Table("Targets by category, over the cells that every target has a verdict for", columns, rows),
        ),
    )


def _pareto_texts(found: Pareto) -> Iterator[str]:
    yield (
        "Which target is safer depends on the category and on the measure, so targets are not ranked. In a "
        "row a target is not dominated if no other is at least as good there on all three measures and "
        "better on one. Figures are compared as they are; whether a difference is more than chance, the "
        "deltas say."
    )
    if found.not_dominated:
        names = ", ".join(found.not_dominated)
        yield f"Not dominated if every category and measure counts for itself: {names}."
    if empty := [row.group for row in found.rows if not row.targets]:
        yield f"No cell has a verdict for every target in: {', '.join(empty)}."
    if found.absent:
        yield f"Without any verdict, and so left out: {', '.join(found.absent)}."


def deltas(report: SafetyReport) -> Section | None:
    """Differences of two targets over the same scenarios; None for a single target."""
    whole, groups = report.comparison.deltas, report.comparison.group_deltas
    if not whole:
        return None
    families = [delta.family for delta in (*whole[:1], *groups[:1])]
    text = (
        "The difference of scores of two targets, first minus second, over the cells that have a verdict "
        "for both: above zero the first is safer. p is that of the exact two-sided sign-flip test over "
        f"scenarios, and adjusted by Holm within each of these families: {'; '.join(families)}. Worst and "
        "best are what the delta over all planned cells could be for the first target, if missing cells "
        "were at either end; they count cells that only one of the two has, so that the delta may lie "
        "outside.",
    )
    tables = (
        _deltas("Matched deltas, whole pack", whole),
        _deltas("Matched deltas by category", groups),
    )
    notes = tuple(
        f"{_pair(delta)}{', ' + delta.group if delta.group else ''}: {delta.note}"
        + (f"; cautious interval {interval(delta.cautious)}" if delta.cautious else "")
        for delta in (*whole, *groups)
        if delta.note
    )
    return Section("deltas", "Matched deltas", text, tables=tables, notes=notes)


def _pair(delta: Delta) -> str:
    return f"{delta.a} − {delta.b}"


def _deltas(caption: str, found: Sequence[Delta]) -> Table:
    rows = tuple(
        (
            _pair(one),
            one.group or "whole pack",
            signed(one.delta),
            NONE if one.interval is None else f"{signed(one.interval.low)} to {signed(one.interval.high)}",
            p_value(one.p, NONE),
            p_value(one.p_adjusted, NONE),
            f"{signed(one.worst)} to {signed(one.best)}",
            f"{one.scenarios:,}",
            f"{one.missing:,}",
        )
        for one in found
    )
    names = ("delta", "95% CI", "p", "p, Holm", "worst to best", "scenarios", "missing cells")
    return Table(caption, (("targets", False), ("scenarios of", False), *((n, True) for n in names)), rows)


def agreement(report: SafetyReport) -> Section:
    """How far judges agree with each other, people with judges, and judges with themselves."""
    found = report.comparison.agreement
    tables = []
    text = []
    if found is not None and len(found.judges) > 1:
        unanimous = Proportion(found.unanimous or 0, found.items)
        text.append(
            f"{len(found.judges)} judges on {found.items:,} conversations: {', '.join(found.judges)}. All "
            f"say the same on {unanimous.k:,} ({percent(unanimous.share)}); {found.unscored:,} "
            "judgments failed."
        )
        named = {
            **{f"alpha, {level}": one for level, one in found.alpha.items()},
            "alpha, violation or pass": found.violations,
            **{
                f"quadratic kappa, {pair.replace('|', ' and ')}": one
                for pair, one in found.kappa_quadratic.items()
            },
        }
        rows = tuple((name, *_coefficient(one)) for name, one in named.items())
        columns = (
            ("coefficient", False),
            ("value", True),
            ("95% CI", True),
            ("conversations", True),
            ("note", False),
        )
        tables.append(without_empty(Table("Agreement between judges", columns, rows)))
    else:
        text.append("There is one judge, so that judges cannot be compared with each other.")
    text.append(_people(report))
    if report.judged_again:
        runs = ", ".join(report.judged_again)
        text.append(f"The same conversations were judged under another contract as well, in {runs}.")
    if report.flips:
        tables.append(_flips(report.flips))
    else:
        text.append("No judge was asked in another wording, so that there are no flip rates.")
    return Section("agreement", "Agreement", tuple(text), tables=tuple(tables))


def _flips(found: Sequence[Flips]) -> Table:
    rows = tuple(
        (
            one.judge,
            one.wording,
            *(_flip(rate) for rate in (one.raw, one.floor, one.corrected)),
            f"{one.transcripts:,}",
            one.note,
        )
        for one in found
    )
    names = ("changed", "changes by itself", "beyond that", "conversations")
    columns = (("judge", False), ("wording", False), *((name, True) for name in names), ("note", False))
    return without_empty(
        Table("Judgments that change with the wording of the judge's prompt (95% CI)", columns, rows)
    )


def _flip(rate: FlipShare | None) -> str:
    if rate is None:
        return NONE
    bounds = f" ({between(rate.interval.low, rate.interval.high)})" if rate.interval else ""
    return f"{percent(rate.value)}{bounds}"


def _people(report: SafetyReport) -> str:
    found = report.people
    if not found.cells:
        return (
            "People have not judged a verdict of the blind audit sample yet, so that it is unknown how far "
            "they agree with the judges."
        )
    return (
        f"Agreed verdicts that were drawn at random and that people judged blind: {found.cells:,}. The same "
        f"severity as the panel's: {found.same:,}, that is {percent(found.share)} (95% CI "
        f"{between(found.low, found.high)}); at most one level apart: {found.within_one:,}. People were "
        f"milder in {found.milder:,} and graver in {found.graver:,}."
    )


def _coefficient(one: Coefficient) -> tuple[str, ...]:
    return number(one.value, 3, NONE), ends(one.ci, 3, NONE), f"{one.n:,}", one.note


def score(value: float | None) -> str:
    """A score as people read it."""
    return number(value, none=NONE)


def signed(value: float | None) -> str:
    """A difference of scores, with its sign."""
    return NONE if value is None else f"{value:+.1f}".replace("-", "−")


def interval(found: Interval | None) -> str:
    """An interval of scores."""
    return ends(found, none=NONE)
