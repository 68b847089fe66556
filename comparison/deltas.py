"""Two targets, matched: the difference of their scores over the cells that are scored for both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from statistics import fmean
from typing import Literal

from pydantic import BaseModel, ConfigDict

from comparison.model import ScenarioFacts, Verdicts
from comparison.reruns import Column, Grid, grid_of
from consensus.severity import Severity
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
    cells = [[(first[name][rep], second[name][rep]) for rep in reps] for name in names]
    scored = [[(a, b) for a, b in of_scenario if a is not None and b is not None] for of_scenario in cells]
    low, high = verdicts.ends
    found = matched(
        [
            fmean(verdicts.percent(a) - verdicts.percent(b) for a, b in of_scenario)
            for of_scenario in scored
            if of_scenario
        ],
        (low - high, high - low),
    )
    return Delta(
        a=pair[0],
        b=pair[1],
        group=group,
        scenarios=found.n,
        differing=found.differing,
        cells=sum(map(len, scored)),
        missing=sum(map(len, cells)) - sum(map(len, scored)),
        delta=found.mean,
        interval=found.interval,
        cautious=found.cautious,
        p=found.p if found.n else None,
        p_adjusted=None,
        family="",
        worst=_filled(verdicts, cells, low, high),
        best=_filled(verdicts, cells, high, low),
        note=found.note,
    )


def _filled(
    verdicts: Verdicts,
    cells: Sequence[Sequence[tuple[Severity | None, Severity | None]]],
    first: float,
    second: float,
) -> float | None:
    """The delta if each missing cell had these percents; None without matched reruns."""

    def differences(of_scenario: Sequence[tuple[Severity | None, Severity | None]]) -> Iterator[float]:
        for a, b in of_scenario:
            yield (first if a is None else verdicts.percent(a)) - (
                second if b is None else verdicts.percent(b)
            )

    means = [fmean(differences(of_scenario)) for of_scenario in cells if of_scenario]
    return fmean(means) if means else None


def _adjusted(found: Sequence[Delta], family: str) -> list[Delta]:
    adjusted = holm([delta.p for delta in found])
    return [
        delta.model_copy(update={"p_adjusted": p, "family": family})
        for delta, p in zip(found, adjusted, strict=True)
    ]
