"""The figures of a report on an experiment, each from the report's own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from answers.figures import percent, points
from answers.text import short_names
from reports.svg import COLOURS, Figure
from stats.intervals import Interval
from training.config import TRUSTED
from training.findings import Analysis, Comparison, CurvePoint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_FORMULAS = 40
"""Formulas that the plot shows, those with most of the gap first; the table has all."""
_NAME = 34
"""Characters of a name beside an axis."""
_LINES = ("one", "two", "three", "four", "incomputable", "ambiguous")
_CONTROL = "unresolved"


def colours(found: Analysis) -> dict[str, str]:
    """Arm → its colour in every figure; controls have a quiet one."""
    controls = {one.other for one in found.comparisons if one.control}
    arms = [arm.arm for arm in found.arms if arm.arm not in controls]
    made = {arm: COLOURS[_LINES[n % len(_LINES)]] for n, arm in enumerate(arms)}
    return made | dict.fromkeys(controls, COLOURS[_CONTROL])


def arm_figure(found: Analysis) -> Figure:
    """Each arm's accuracy over all seeds and in each, with intervals."""
    colour, names = colours(found), short_names([arm.arm for arm in found.arms], _NAME)
    several = len(found.seeds) > 1

    def draw(axes: Axes) -> None:
        for place, arm in enumerate(found.arms):
            shade = colour[arm.arm]
            if several:
                _dot(axes, arm.sampled, place - 0.3, arm.interval, shade, thick=True)
            for n, (share, interval) in enumerate(zip(arm.by_seed, arm.items_only, strict=True)):
                y = place + (0.45 * (n + 0.5) / len(arm.by_seed) if several else 0)
                _dot(axes, share, y, interval, shade, thick=not several)
        if found.base is not None:
            axes.axvline(found.base, color=COLOURS["quiet"], linestyle="--", linewidth=1, zorder=0)
            axes.plot([], [], color=COLOURS["quiet"], linestyle="--", linewidth=1, label="base model")
        _rows(axes, [names[arm.arm] for arm in found.arms])
        _percents(axes)
        axes.set_xlabel("right by trusted labels, sampled replies")
        shown = COLOURS["ink"]
        if several:
            axes.plot([], [], "o-", color=shown, markersize=6, linewidth=2, label="all seeds, 95% interval")
        axes.plot([], [], "o-", color=shown, markersize=3, linewidth=1, label="one seed, its items alone")
        _legend(axes, 3)

    said = "; ".join(f"{arm.arm}: {percent(arm.sampled)}" for arm in found.arms)
    height = 1.0 + (0.7 if several else 0.45) * len(found.arms)
    return Figure("arms", "Accuracy of each arm on trusted labels", f"{said}.", draw, height=height)


def _dot(
    axes: Axes, x: float, y: float, interval: Interval | None, colour: str, *, thick: bool = True
) -> None:
    if interval is not None:
        axes.plot([*interval], [y, y], color=colour, linewidth=2 if thick else 1, solid_capstyle="butt")
    axes.plot([x], [y], "o", color=colour, markersize=6 if thick else 3, zorder=3)


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=COLOURS["line"], linewidth=0.6)
    axes.set_axisbelow(True)


def _legend(axes: Axes, columns: int) -> None:
    """Above the axes, where it lies on nothing."""
    axes.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, handlelength=1.4, columnspacing=1.4
    )


def _percents(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")


def _in_points(axes: Axes) -> None:
    axes.axvline(0, color=COLOURS["ink"], linewidth=0.8, zorder=1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:+.0f}" if value else "0")


def grading_figure(found: Analysis) -> Figure:
    """Both arms of each comparison graded by trusted and by noisy labels, beside each other."""
    colour = colours(found)
    pairs = [(one, one.crossed) for one in found.comparisons if one.crossed]
    lines: list[tuple[str, str, float, str, float]] = []
    for one, crossed in pairs:
        first, other = one.first, one.other
        lines.append(("trusted labels", first, crossed.first_on_trusted, other, crossed.other_on_trusted))
        lines.append(
            (f"{crossed.labels} labels", first, crossed.first_on_noisy, other, crossed.other_on_noisy)
        )

    def draw(axes: Axes) -> None:
        for place, (_, first, a, other, b) in enumerate(lines):
            axes.plot([a, b], [place, place], color=COLOURS["line"], linewidth=3, zorder=1)
            for arm, share, beyond in ((first, a, a >= b), (other, b, b > a)):
                axes.plot([share], [place], "o", color=colour[arm], markersize=7, zorder=3)
                axes.annotate(
                    percent(share),
                    (share, place),
                    textcoords="offset points",
                    xytext=(7 if beyond else -7, 0),
                    ha="left" if beyond else "right",
                    va="center",
                    fontsize=8,
                )
            if place % 2 and place + 1 < len(lines):
                axes.axhline(place + 0.5, color=COLOURS["line"], linewidth=0.6)
        _rows(axes, [f"graded on {name}" for name, *_ in lines])
        _percents(axes)
        ends = [share for _, _, a, _, b in lines for share in (a, b)]
        room = max(0.02, 0.14 * (max(ends) - min(ends)))
        axes.set_xlim(min(ends) - room, max(ends) + room)
        axes.set_xlabel("right, sampled replies")
        for arm in dict.fromkeys(arm for _, first, _, other, _ in lines for arm in (first, other)):
            axes.plot([], [], "o", color=colour[arm], markersize=7, label=f"arm {arm}")
        _legend(axes, 4)

    said = "; ".join(f"on {name} {first} {a:.1%} and {other} {b:.1%}" for name, first, a, other, b in lines)
    return Figure(
        "grading",
        "Training labels against evaluation labels",
        f"{said}.",
        draw,
        height=1.0 + 0.36 * len(lines),
    )


def noise_figure(found: Analysis) -> Figure:
    """The gap by how often the labels of a formula differ, and on incomputable items."""
    colour = colours(found)
    shown = [one for one in found.comparisons if one.by_noise]
    names = list(dict.fromkeys(part.name for one in shown for part in one.by_noise))
    rows = [*names, "incomputable items"]
    step = 0.22

    def draw(axes: Axes) -> None:
        for n, one in enumerate(shown):
            parts = {**{part.name: part for part in one.by_noise}, rows[-1]: one.incomputable}
            for place, name in enumerate(rows):
                part = parts.get(name)
                if part is not None and part.gap is not None:
                    y = place + step * (n - (len(shown) - 1) / 2)
                    _dot(axes, part.gap.difference, y, part.gap.interval, colour[one.other])
            axes.plot(
                [], [], "o-", color=colour[one.other], markersize=6, label=f"{one.first} less {one.other}"
            )
        _rows(axes, rows)
        _in_points(axes)
        axes.set_ylabel("labels that differ")
        axes.set_xlabel("gap in points on trusted labels, 95% interval")
        _legend(axes, 3)

    said = "; ".join(
        f"{one.first} less {one.other}: "
        + ", ".join(f"{part.name} {points(part.gap.difference)}" for part in one.by_noise if part.gap)
        for one in shown
    )
    return Figure(
        "noise",
        "Gap by noise rate of the formula",
        f"{said}.",
        draw,
        height=1.1 + (0.3 + step * (len(shown) - 1)) * len(rows),
    )


def formula_figure(one: Comparison) -> Figure | None:
    """The gap of each formula with its interval; None where nothing groups the items."""
    ranked = [part for part in one.by_formula if part.gap and part.name][:MOST_FORMULAS]
    if not ranked:
        return None
    names = short_names([part.name for part in ranked], _NAME)

    def draw(axes: Axes) -> None:
        for place, part in enumerate(ranked):
            assert part.gap is not None, "only those are drawn"
            _dot(axes, part.gap.difference, place, part.gap.interval, COLOURS["one"])
        _rows(
            axes,
            [f"{names[part.name]} ({percent(part.noise, 0)})" for part in ranked],
        )
        _in_points(axes)
        axes.set_xlabel(
            f"{one.first} less {one.other}, in points, 95% interval (training labels that differ)"
        )

    said = ", ".join(f"{part.name} {points(part.gap.difference)}" for part in ranked[:5] if part.gap)
    return Figure(
        "formulas",
        "Gap by formula",
        f"Most of the gap first: {said}.",
        draw,
        height=0.7 + 0.23 * len(ranked),
    )


def curve_figures(found: Analysis) -> tuple[Figure, ...]:
    """The main pair with bands and what their own labels reported, and trusted curves of all arms."""
    curves = {arm: curve for arm, curve in found.curves.items() if curve}
    if not curves:
        return ()
    pair = {arm: curve for arm, curve in curves.items() if arm in (found.main.first, found.main.other)}
    made = [_curve_figure(found, "curves", pair, own=True)]
    if len(curves) > len(pair):
        made.append(_curve_figure(found, "all-curves", curves, own=False))
    return tuple(made)


def _curve_figure(
    found: Analysis, name: str, curves: Mapping[str, Sequence[CurvePoint]], *, own: bool
) -> Figure:
    colour = colours(found)
    trusted = {arm.arm for arm in found.arms if arm.labels == TRUSTED}

    def draw(axes: Axes) -> None:
        for arm, curve in curves.items():
            steps = [point.step for point in curve]
            if own:
                low, high = [point.low for point in curve], [point.high for point in curve]
                axes.fill_between(steps, low, high, color=colour[arm], alpha=0.18, linewidth=0)
            axes.plot(
                steps, [point.trusted for point in curve], color=colour[arm], linewidth=1.8, label=f"{arm}"
            )
            if own and arm not in trusted:
                axes.plot(
                    steps,
                    [point.right for point in curve],
                    color=colour[arm],
                    linewidth=1.4,
                    linestyle="--",
                    label=f"{arm}, as its own labels report",
                )
        axes.set_xlabel("training step")
        axes.set_ylabel("right replies in training")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        axes.grid(axis="y", color=COLOURS["line"], linewidth=0.6)
        axes.set_axisbelow(True)
        _legend(axes, 5)

    said = "; ".join(
        f"{arm} from {percent(curve[0].trusted)} to {percent(curve[-1].trusted)} by trusted labels, "
        f"to {percent(curve[-1].right)} by its own"
        for arm, curve in curves.items()
    )
    title = "Learning curves" if own else "Learning curves of all arms, by trusted labels"
    return Figure(name, title, f"{said}.", draw, height=3.4)


def control_figure(found: Analysis) -> Figure:
    """Each comparison's gap with its interval, and those of single seeds over the items alone."""
    colour = colours(found)
    several = len(found.seeds) > 1

    def draw(axes: Axes) -> None:
        for place, one in enumerate(found.comparisons):
            shade = colour[one.other]
            if several:
                _dot(axes, one.sampled.difference, place - 0.3, one.sampled.interval, shade)
            for n, alone in enumerate(one.items_only):
                y = place + (0.45 * (n + 0.5) / len(one.items_only) if several else 0)
                _dot(axes, alone.difference, y, alone.interval, shade, thick=False)
        names = [f"{one.first} less {one.other}" for one in found.comparisons]
        short = short_names(names, _NAME)
        _rows(axes, [short[name] for name in names])
        _in_points(axes)
        axes.set_xlabel("gap in points on trusted labels")
        shown = COLOURS["ink"]
        if several:
            axes.plot([], [], "o-", color=shown, markersize=6, linewidth=2, label="seeds and items, 95%")
        axes.plot([], [], "o-", color=shown, markersize=3, linewidth=1, label="items of one seed alone, 95%")
        _legend(axes, 2)

    said = "; ".join(
        f"{one.first} less {one.other} {points(one.sampled.difference)} points" for one in found.comparisons
    )
    height = 1.0 + (0.7 if several else 0.45) * len(found.comparisons)
    return Figure("controls", "Intervals over items alone and over both", f"{said}.", draw, height=height)
