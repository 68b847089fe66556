"""A picture of an evaluation: each model's accuracy under each label set, with its interval."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answers.text import plain, short_names, without_middle
from benchmarks.whole import whole_path
from evaluation.model import Accuracy, Evaluation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES = (".svg", ".png")
NAME_WIDTH = 48
COLOURS = ("#c2571a", "#1f5fa8", "#2f7d4f", "#7a4fb0", "#a03060")
MARKERS = ("o", "D", "s", "^", "v")
INK, GRID = "#24292f", "#d0d7de"
DARK = {
    INK: "#e6edf3",
    GRID: "#3d444d",
    "#c2571a": "#f0883e",
    "#1f5fa8": "#79b8ff",
    "#2f7d4f": "#56d364",
    "#7a4fb0": "#c297ff",
    "#a03060": "#ff7eb6",
}
"""Each colour where the reader's screen is dark; a picture has no background of its own."""


def draw(evaluation: Evaluation, out: Path) -> None:
    """Draw the accuracies on the instances that all label sets label into a file, all or nothing.

    One row for each model, one colour and marker for each label set. Raises OSError where the file cannot be
    written.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    points = [found for found in evaluation.common if found.group is None]
    models = list(dict.fromkeys(point.model for point in points))
    settings: dict[Any, Any] = {
        "text.parse_math": False,
        "svg.hashsalt": "steward",
        "svg.fonttype": "none",
        "axes.edgecolor": GRID,
        "text.color": INK,
    }
    settings |= {"axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "font.family": "sans-serif"}
    with matplotlib.rc_context(settings):
        figure, axes = pyplot.subplots(figsize=(8, 1.7 + 0.45 * len(models)), layout="constrained")
        plot(axes, points, COLOURS, GRID)
        figure.legend(loc="outside upper left", ncols=3, frameon=False)
        _save(figure, out, _said(evaluation, points))
        pyplot.close(figure)


def plot(axes: Axes, points: Sequence[Accuracy], colours: Sequence[str], grid: str) -> None:
    """One row for each model, one colour and marker for each label set."""
    models = list(dict.fromkeys(point.model for point in points))
    sets = list(dict.fromkeys(point.label_set for point in points))
    counts = {point.model: point.n for point in points}
    for row, model in enumerate(models):
        shares = [100 * point.share for point in points if point.model == model]
        axes.plot([min(shares), max(shares)], [row, row], color=grid, linewidth=3, zorder=1)
    for number, name in enumerate(sets):
        mine = [point for point in points if point.label_set == name]
        shift = 0.16 * (number - (len(sets) - 1) / 2)
        axes.errorbar(
            [100 * point.share for point in mine],
            [models.index(point.model) + shift for point in mine],
            xerr=[
                [100 * max(0.0, point.share - point.low) for point in mine],
                [100 * max(0.0, point.high - point.share) for point in mine],
            ],
            fmt=MARKERS[number % len(MARKERS)],
            color=colours[number % len(colours)],
            elinewidth=1.2,
            capsize=2.5,
            label=without_middle(name, NAME_WIDTH),
        )
    short = short_names(models, NAME_WIDTH)
    labels = [f"{short[model]}  (n = {counts[model]})" for model in models]
    axes.set_yticks(range(len(models)), labels)
    axes.set_ylim(len(models) - 0.5, -0.5)
    axes.set_xlabel("accuracy in %, with its 95% interval")
    axes.grid(axis="x", color=grid, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)


def _said(evaluation: Evaluation, points: Sequence[Accuracy]) -> str:
    """The picture in words, for who cannot see it."""
    figures = "; ".join(
        f"{point.model} under {point.label_set}: {point.share:.1%} of {point.n}" for point in points
    )
    return f"Accuracy of models on {evaluation.benchmark} by label set. {figures}."


def _save(figure: Figure, out: Path, said: str) -> None:
    form = out.suffix.lower().removeprefix(".")
    svg = form == "svg"
    with whole_path(out) as temporary:
        metadata = {"Date": None} if svg else None
        figure.savefig(temporary, format=form, metadata=metadata, dpi=144, transparent=svg)
        if svg:
            temporary.write_text(_themed(temporary.read_text("utf-8"), said), "utf-8")


def _themed(svg: str, said: str) -> str:
    """The picture with the colours of a dark screen as well, and with its text for screen readers."""
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark}!important}}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
    )
    title = html.escape(plain(said))
    head = f"<title>{title}</title><style>@media (prefers-color-scheme:dark){{{rules}}}</style>"
    return re.sub(r"(<svg )([^>]*>)", lambda tag: f'{tag[1]}role="img" {tag[2]}{head}', svg, count=1)
