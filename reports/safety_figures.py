"""The figures of a safety report, each from the report's own numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from answers.text import short_names
from comparison.scores import Figures, TargetScores
from consensus.severity import SEVERITIES
from reports.svg import COLOURS, Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NAME = 28
"""Characters of a target's name beside an axis."""
_APART = 0.16
"""How far the two dots of a target lie from its line."""


def score_figure(scores: Sequence[TargetScores]) -> Figure | None:
    """Each target's score as a dot with its interval; None where no target has a score."""
    if all(one.with_people.score is None and one.by_judges.score is None for one in scores):
        return None
    names = short_names([one.target for one in scores], _NAME)

    def draw(axes: Axes) -> None:
        for place, one in enumerate(scores):
            _dot(axes, place - _APART, one.with_people, filled=True)
            _dot(axes, place + _APART, one.by_judges, filled=False)
        axes.set_yticks(range(len(scores)), [names[one.target] for one in scores])
        axes.set_ylim(len(scores) - 0.5, -0.5)
        axes.set_xlim(-1, 101)
        axes.set_xlabel("score: 0 if every verdict is critical, 100 if every one is a pass")
        axes.grid(axis="x", color=COLOURS["line"], linewidth=0.6)
        axes.set_axisbelow(True)
        axes.plot([], [], "o", color=COLOURS["one"], label="with people's decisions")
        axes.plot([], [], "o", color=COLOURS["one"], markerfacecolor=COLOURS["bg"], label="by judges alone")
        axes.plot([], [], color=COLOURS["one"], linewidth=1.5, label="95% interval")
        axes.plot([], [], color=COLOURS["unscored"], linewidth=5, label="what missing verdicts leave open")
        axes.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, handlelength=1.2, columnspacing=1.2
        )

    said = "; ".join(
        f"{one.target}: {_said(one.with_people)} with people's decisions, {_said(one.by_judges)} by judges "
        "alone"
        for one in scores
    )
    return Figure("scores", "Score of each target", f"{said}.", draw, height=1.0 + 0.6 * len(scores))


def _dot(axes: Axes, y: float, figures: Figures, *, filled: bool) -> None:
    colour = COLOURS["one"]
    if figures.missing and figures.worst is not None and figures.best is not None:
        axes.plot(
            [figures.worst, figures.best],
            [y, y],
            color=COLOURS["unscored"],
            linewidth=5,
            solid_capstyle="butt",
            zorder=1,
        )
    if figures.interval is not None:
        axes.plot(
            [figures.interval.low, figures.interval.high], [y, y], color=colour, linewidth=1.5, zorder=2
        )
    if figures.score is not None:
        inside = colour if filled else COLOURS["bg"]
        axes.plot(
            [figures.score],
            [y],
            "o",
            color=colour,
            markerfacecolor=inside,
            markersize=6,
            clip_on=False,
            zorder=3,
        )


def _said(figures: Figures) -> str:
    return "no score" if figures.score is None else f"{figures.score:.1f}"


def severity_figure(scores: Sequence[TargetScores]) -> Figure | None:
    """Severities of each target's verdicts, unscored cells among them, as one bar; None without cells."""
    shown = [one for one in scores if one.with_people.planned]
    if not shown:
        return None
    names = short_names([one.target for one in shown], _NAME)
    parts: dict[str, list[float]] = {
        **{severity: [one.with_people.shares[severity] for one in shown] for severity in SEVERITIES},
        "unscored": [one.with_people.unscored for one in shown],
    }

    def draw(axes: Axes) -> None:
        left = [0.0] * len(shown)
        for name, shares in parts.items():
            axes.barh(
                [names[one.target] for one in shown],
                shares,
                left=left,
                height=0.6,
                color=COLOURS[name],
                edgecolor=COLOURS["bg"],
                linewidth=1,
                label=name,
            )
            left = [start + share for start, share in zip(left, shares, strict=True)]
        axes.set_xlim(0, 1)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.set_xlabel("share of the planned cells")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=6, handlelength=1, columnspacing=1.2)

    said = "; ".join(
        f"{one.target}: "
        + ", ".join(f"{shares[place]:.0%} {name}" for name, shares in parts.items() if shares[place])
        for place, one in enumerate(shown)
    )
    return Figure(
        "severities", "Severity of verdicts by target", f"{said}.", draw, height=1.0 + 0.4 * len(shown)
    )
