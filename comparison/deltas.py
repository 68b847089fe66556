"""Two targets, matched: the difference of their scores over the cells that are scored for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from comparison.model import ScenarioFacts, Verdicts
from comparison.reruns import Column, Grid, grid_of
from comparison.scores import percents
from stats.bounds import Bounded, bounded_difference
from stats.holm import holm
from stats.intervals import Interval
from stats.matched import matched

Grouping = Literal["category", "language"]
"""What scenarios are grouped by."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Delta(_Frozen):
    """How much higher the score of `a` is than that of `b`, in points of 100."""

    a: str
    b: str
    group: str | None
    """None: the whole pack."""
    scenarios: int
    """That have a matched cell; the delta is the mean of their differences, each the mean over reruns."""
    differing: int
    """Scenarios whose difference is not 0."""
    cells: int
    """Cells that are scored for both; one that is missing for either is missing for both."""
    missing: int
    """Cells of the reruns that both have whole, which lack a verdict for one of them at least."""
    delta: float | None
    interval: Interval | None
    """The percentile bootstrap over scenarios at 95%; None for fewer than two scenarios."""
    cautious: Interval | None
    """One that is never too narrow; the one to quote where there is a `note`."""
    p: float | None
    """Of the exact sign-flip test, two-sided; None without scenarios."""
    p_adjusted: float | None
    """After Holm, over `family`."""
    family: str
    """The tests that are adjusted together, in words."""
    worst: float | None
    best: float | None
    """What the delta over all matched reruns could be, if missing cells were what is worst or best for `a`. A
    cell that one of the two has counts here, so that the delta may lie outside."""
    note: str = ""
    """Why `interval` is not to be relied on."""


def deltas(
    verdicts: Verdicts, column: Column = "with_people", by: Grouping = "category"
) -> tuple[list[Delta], list[Delta]]:
    """The deltas of all pairs of targets over the whole pack, and in each group of scenarios.

    Two families of tests are adjusted, each by itself: the pairs over the whole pack, and the pairs in every
    group, all of them together.
    """
    grids = {target: grid_of(verdicts, target, column) for target in verdicts.targets}
    groups = groups_of(verdicts.scenarios, by)
    pairs = list(combinations(verdicts.targets, 2))
    whole = [_delta(verdicts, grids, pair, None, list(grids[pair[0]])) for pair in pairs]
    parts = [_delta(verdicts, grids, pair, group, names) for pair in pairs for group, names in groups.items()]
    said = f"{len(pairs)} {'pair' if len(pairs) == 1 else 'pairs'} of targets"
    plural = {"category": "categories", "language": "languages"}[by] if len(groups) != 1 else by
    return (
        _adjusted(whole, f"{said}, whole pack"),
        _adjusted(parts, f"{said} × {len(groups)} {plural}"),
    )


def groups_of(scenarios: Sequence[ScenarioFacts], by: Grouping) -> dict[str, list[str]]:
    """Group → the names of its scenarios, in the order of the pack."""
    groups: dict[str, list[str]] = {}
    for scenario in scenarios:
        groups.setdefault(scenario.category if by == "category" else scenario.language, []).append(
            scenario.name
        )
    return groups


def matched_reruns(grids: Sequence[Grid]) -> list[int]:
    """The reruns that all of these targets have whole."""
    of_each = [set(next(iter(grid.values()), {})) for grid in grids]
    return sorted(set.intersection(*of_each)) if of_each else []


def _delta(
    verdicts: Verdicts,
    grids: Mapping[str, Grid],
    pair: tuple[str, str],
    group: str | None,
    names: Sequence[str],
) -> Delta:
    first, second = grids[pair[0]], grids[pair[1]]
    reps = matched_reruns([first, second])
    known, bounds = _differences(verdicts, first, second, reps, names)
    low, high = verdicts.ends
    found = matched(known, (low - high, high - low))
    return Delta(
        a=pair[0],
        b=pair[1],
        group=group,
        scenarios=found.n,
        differing=found.differing,
        cells=bounds.planned - bounds.missing,
        missing=bounds.missing,
        delta=found.mean,
        interval=found.interval,
        cautious=found.cautious,
        p=found.p if found.n else None,
        p_adjusted=None,
        family="",
        worst=bounds.low,
        best=bounds.high,
        note=found.note,
    )


def _differences(
    verdicts: Verdicts, first: Grid, second: Grid, reps: Sequence[int], names: Sequence[str]
) -> tuple[list[float], Bounded]:
    """The mean difference of each scenario that has a matched cell, and the bounds over all of them."""
    a, b = (
        percents(verdicts, {name: {rep: grid[name][rep] for rep in reps} for name in names})
        for grid in (first, second)
    )
    pairs = [zip(*of_scenario, strict=True) for of_scenario in zip(a, b, strict=True)]
    known = [[x - y for x, y in pair if x is not None and y is not None] for pair in pairs]
    bounds = bounded_difference(a, b, verdicts.ends, resamples=1)  # its interval is not asked for
    return [fmean(one) for one in known if one], bounds


def _adjusted(found: Sequence[Delta], family: str) -> list[Delta]:
    adjusted = holm([delta.p for delta in found])
    return [
        delta.model_copy(update={"p_adjusted": p, "family": family})
        for delta, p in zip(found, adjusted, strict=True)
    ]
