"""Several targets on several measures at once: which of them no other one beats. Never one ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from comparison.deltas import Grouping, groups_of, matched_reruns
from comparison.model import Verdicts
from comparison.reruns import Column, Grid, grid_of
from comparison.scores import grave_rate, percents
from consensus.severity import Severity

GRAVE: tuple[Severity, Severity] = ("critical", "high")
"""The mildest severities of the two rates."""
_SAME = 1e-9
"""Figures as near as that are the same."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Entry(_Frozen):
    """One target in one group, over the cells that are scored for every target."""

    target: str
    mean: float
    """The score, 0 to 100."""
    critical: float
    high_or_worse: float
    """Shares of cells."""
    not_dominated: bool
    """No other target is at least as good here on all three measures and better on one."""


class ParetoRow(_Frozen):
    """One group of scenarios; `targets` in the order in which they were given."""

    group: str
    cells: int
    """Scored for every target."""
    missing: int
    """Of the reruns that all have whole, and left out because a target lacks a verdict."""
    targets: tuple[Entry, ...]
    """Empty where no cell is scored for every target."""


class Pareto(_Frozen):
    """Group × measure, and which targets remain if every group and measure counts for itself.

    Figures are compared as they are: that a target is dominated is no claim that the difference is more than
    chance, which the deltas are for.
    """

    rows: tuple[ParetoRow, ...]
    not_dominated: tuple[str, ...]
    """Over all groups and measures, in the order in which targets were given; empty where no group has
    figures."""
    absent: tuple[str, ...]
    """Targets that take no part, because none of their cells is scored."""


class _Measures(NamedTuple):
    mean: float
    critical: float
    high_or_worse: float

    def better(self) -> tuple[float, ...]:
        """So that more is better."""
        return self.mean, -self.critical, -self.high_or_worse


def pareto(verdicts: Verdicts, column: Column = "with_people", by: Grouping = "category") -> Pareto:
    """The table of targets by group and measure.

    A cell that is missing for one target is missing for all, so that all are measured on the same.
    """
    grids = {target: grid_of(verdicts, target, column) for target in verdicts.targets}
    present = {target: grid for target, grid in grids.items() if _any_scored(grid)}
    common = _common(present)
    planned = len(matched_reruns(list(present.values())))
    found: list[dict[str, _Measures]] = []
    rows = []
    for group, names in groups_of(verdicts.scenarios, by).items():
        cells = sum(len(common[name]) for name in names) if common else 0
        measures = _measures(verdicts, present, common, names) if cells else {}
        found.append(measures)
        rows.append(
            ParetoRow(
                group=group,
                cells=cells,
                missing=planned * len(names) - cells,
                targets=tuple(
                    Entry(target=target, **one._asdict(), not_dominated=_not_dominated(target, [measures]))
                    for target, one in measures.items()
                ),
            )
        )
    some = [measures for measures in found if measures]
    return Pareto(
        rows=tuple(rows),
        not_dominated=tuple(target for target in present if some and _not_dominated(target, some)),
        absent=tuple(target for target in grids if target not in present),
    )


def _any_scored(grid: Grid) -> bool:
    return any(severity is not None for by_rep in grid.values() for severity in by_rep.values())


def _common(grids: Mapping[str, Grid]) -> dict[str, list[int]]:
    """Scenario → the reruns in which it is scored for every target."""
    reps = matched_reruns(list(grids.values()))
    names = next(iter(grids.values()), {})
    return {
        name: [rep for rep in reps if all(grid[name][rep] is not None for grid in grids.values())]
        for name in names
    }


def _measures(
    verdicts: Verdicts,
    grids: Mapping[str, Grid],
    common: Mapping[str, Sequence[int]],
    names: Sequence[str],
) -> dict[str, _Measures]:
    found = {}
    for target, grid in grids.items():
        kept: dict[str, dict[int, Severity | None]] = {
            name: {rep: grid[name][rep] for rep in common[name]} for name in names
        }
        critical, high = (grave_rate(kept, mildest).share or 0.0 for mildest in GRAVE)
        # All cells that were kept are scored.
        means = [fmean(p for p in of_scenario if p is not None) for of_scenario in percents(verdicts, kept)]
        found[target] = _Measures(fmean(means), critical, high)
    return found


def _not_dominated(target: str, groups: Sequence[Mapping[str, _Measures]]) -> bool:
    return not any(_dominates(other, target, groups) for other in groups[0] if other != target)


def _dominates(a: str, b: str, groups: Sequence[Mapping[str, _Measures]]) -> bool:
    gains = [
        mine - theirs
        for measures in groups
        for mine, theirs in zip(measures[a].better(), measures[b].better(), strict=True)
    ]
    return min(gains) >= -_SAME and max(gains) > _SAME
