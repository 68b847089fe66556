"""The figures of a report, each from the report's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from evaluation.figure import plot
from evaluation.model import Evaluation
from reports.model import CalculatorRow, Coverage, Flow, Outcome, Triage, VoteBin
from reports.svg import COLOURS, Figure
from stats.curve import random_band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import Formatter

MOST_CALCULATORS = 40
"""Calculators that the plot shows, those with most changes first; the table has all."""
_AIM = 0.95


def flow_figure(flow: Sequence[Flow]) -> Figure:
    """What became of the labels, as one bar."""
    total = sum(one.total for one in flow)
    shown = [one for one in flow if one.total]

    def draw(axes: Axes) -> None:
        left = 0
        for one in shown:
            axes.barh(0, one.total, left=left, height=0.7, color=COLOURS[one.outcome], edgecolor="none")
            left += one.total
        axes.set_xlim(0, max(total, 1))
        axes.set_yticks([])
        axes.spines[["left"]].set_visible(False)
        axes.set_xlabel("labels")
        axes.legend(
            [f"{one.outcome} {one.total:,}" for one in shown],
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=len(shown),
            handlelength=1,
        )

    said = ", ".join(f"{one.total} {one.outcome}" for one in shown)
    return Figure("flow", "What became of the labels", f"Of {total} labels: {said}.", draw, height=1.3)


def calculator_figure(rows: Sequence[CalculatorRow]) -> Figure | None:
    """Outcome by calculator, as bars of the share of its instances; None without calculators."""
    ranked = sorted(rows, key=lambda row: (-_changed_share(row), row.calculator))[:MOST_CALCULATORS]
    if not ranked:
        return None

    def draw(axes: Axes) -> None:
        names = [f"{row.calculator} ({row.instances})" for row in ranked]
        left = [0.0] * len(ranked)
        for outcome in _DRAWN:
            shares = [row.outcomes[outcome] / row.instances for row in ranked]
            if any(shares):
                axes.barh(names, shares, left=left, height=0.72, color=COLOURS[outcome], label=outcome)
                left = [start + share for start, share in zip(left, shares, strict=True)]
        axes.set_xlim(0, 1)
        axes.invert_yaxis()
        axes.margins(y=0.01)
        axes.xaxis.set_major_formatter(_percent())
        axes.set_xlabel("share of its labels")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(_DRAWN), handlelength=1)

    worst = ", ".join(f"{row.calculator} {_changed_share(row):.0%}" for row in ranked[:5])
    return Figure(
        "calculators",
        "Outcome by calculator",
        f"Share of each calculator's labels by outcome, most changed first: {worst}.",
        draw,
        height=0.7 + 0.21 * len(ranked),
    )


_DRAWN: tuple[Outcome, ...] = ("revised", "incomputable", "ambiguous", "retracted", "unresolved", "kept")


def _changed_share(row: CalculatorRow) -> float:
    return (row.outcomes["revised"] + row.outcomes["incomputable"]) / row.instances


def vote_figure(bins: Sequence[VoteBin], threshold: float) -> Figure | None:
    """How much of its votes the largest group of each instance has; None without votes."""
    if not any(one.committed or one.escalated for one in bins):
        return None

    def draw(axes: Axes) -> None:
        middles = [(one.low + one.high) / 2 for one in bins]
        width = 0.9 * (bins[0].high - bins[0].low)
        committed = [one.committed for one in bins]
        axes.bar(middles, committed, width, color=COLOURS["kept"], label="committed by consensus")
        axes.bar(
            middles,
            [one.escalated for one in bins],
            width,
            bottom=committed,
            color=COLOURS["unresolved"],
            label="went to people",
        )
        axes.axvline(threshold, color=COLOURS["ink"], linestyle="--", linewidth=1)
        axes.annotate(
            f" {threshold:.0%} must agree",
            (threshold, 1),
            xycoords=("data", "axes fraction"),
            va="top",
            ha="right",
        )
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(_percent())
        axes.set_xlabel("share of the votes in the largest group")
        axes.set_ylabel("instances")
        axes.legend(loc="upper left")

    most = max(bins, key=lambda one: one.committed + one.escalated)
    number = most.committed + most.escalated
    return Figure(
        "votes",
        "How far the votes agree",
        f"Most instances, {number}, have a share of {most.low:.0%} to {most.high:.0%}.",
        draw,
    )


def coverage_figure(coverage: Coverage) -> Figure | None:
    """Precision against coverage, each threshold a point with its interval; None where none commits."""
    points = [point for point in coverage.points if point.agree.share is not None]
    if not points:
        return None

    def draw(axes: Axes) -> None:
        across = [point.committed.share or 0.0 for point in points]
        up = [point.agree.share or 0.0 for point in points]
        below = [y - point.agree.low for y, point in zip(up, points, strict=True)]
        above = [point.agree.high - y for y, point in zip(up, points, strict=True)]
        axes.errorbar(
            across, up, yerr=[below, above], color=COLOURS["one"], marker="o", markersize=4, capsize=3
        )
        for number, (x, y, point) in enumerate(zip(across, up, points, strict=True)):
            # Labels on alternating sides, so that those of close points do not lie on each other.
            side, align = ((7, 5), "left") if number % 2 else ((-7, -12), "right")
            named = f"≥ {point.threshold:.0%}"
            axes.annotate(named, (x, y), textcoords="offset points", xytext=side, ha=align)
        axes.axhline(_AIM, color=COLOURS["line"], linestyle="--", linewidth=1, zorder=0)
        axes.xaxis.set_major_formatter(_percent())
        axes.yaxis.set_major_formatter(_percent())
        axes.set_xlabel(f"coverage: committed, of {coverage.instances} instances with a reference")
        axes.set_ylabel("precision: agree")
        axes.margins(x=0.12, y=0.12)

    said = "; ".join(
        f"at {point.threshold:.0%}: {point.committed.k} committed, {point.agree.k} of them agree"
        for point in points
    )
    return Figure("coverage", "Precision against coverage", f"{said}.", draw)


def triage_figure(triage: Triage) -> Figure:
    """Errors found against labels looked at, in the order of triage and at random."""
    looks, wrong = triage.looks, triage.wrong
    band = [random_band(looks, wrong, k) for k in range(looks + 1)]

    def draw(axes: Axes) -> None:
        across = range(looks + 1)
        axes.fill_between(
            across,
            [one.low for one in band],
            [one.high for one in band],
            color=COLOURS["line"],
            linewidth=0,
            label="random order, 95% band",
        )
        axes.plot([0, looks], [0, wrong], color=COLOURS["quiet"], linestyle="--", linewidth=1)
        axes.plot(across, triage.found, color=COLOURS["one"], label="order of triage")
        axes.set_xlabel(f"labels looked at, of {looks:,}")
        axes.set_ylabel(f"wrong ones found, of {wrong:,}")
        axes.set_xlim(0, looks)
        axes.set_ylim(bottom=0)
        axes.legend(loc="lower right")

    half = looks // 2
    said = (
        f"The first {half} labels in the order of triage hold {triage.found[half]:g} of {wrong} wrong ones."
    )
    return Figure("triage", "Errors found for each review", said, draw)


def evaluation_figure(evaluation: Evaluation) -> Figure:
    """Accuracy of each model under each label set, on the instances that all of them label."""
    points = [one for one in evaluation.common if one.group is None]
    models = len({one.model for one in points})

    def draw(axes: Axes) -> None:
        plot(axes, points, [COLOURS[name] for name in ("one", "two", "three", "four")], COLOURS["line"])
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)

    said = "; ".join(f"{one.model} under {one.label_set}: {one.share:.1%} of {one.n}" for one in points)
    return Figure("models", "Accuracy of models by label set", f"{said}.", draw, height=1.1 + 0.42 * models)


def _percent() -> Formatter:
    from matplotlib.ticker import PercentFormatter

    return PercentFormatter(xmax=1, decimals=None)
