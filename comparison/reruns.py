"""Which reruns of the pack count: whole ones alone, so that none is averaged with scenarios missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple

from comparison.model import Verdicts
from consensus.severity import Severity

Column = Literal["with_people", "by_judges"]
"""Whose verdicts: those that stand, people's decisions among them, or what the panels alone came to."""
Grid = Mapping[str, Mapping[int, Severity | None]]
"""Scenario → rerun → the cell's verdict, None where it is unscored. Every scenario has every rerun."""


class Reruns(NamedTuple):
    """The reruns of one target: those in which every scenario of the pack has a cell, and the others.

    `partial` says of a rerun how many scenarios have a cell in it. A cell that is unscored is a cell: it was
    planned, and it counts as missing rather than making its rerun partial.
    """

    target: str
    whole: tuple[int, ...]
    partial: Mapping[int, int]

    def remark(self, scenarios: int) -> str | None:
        """What is left out, as a sentence; None where nothing is."""
        if not self.partial:
            return None
        parts = ", ".join(f"rerun {rep} ({n} of {scenarios} scenarios)" for rep, n in self.partial.items())
        return f"{self.target}: left out because they are not of the whole pack: {parts}"


def reruns_of(verdicts: Verdicts, target: str) -> Reruns:
    """The whole and the partial reruns of a target. Raises ValueError where a cell is there twice."""
    names = {scenario.name for scenario in verdicts.scenarios}
    cells = Counter((cell.rep, cell.scenario) for cell in verdicts.of(target))
    if twice := [cell for cell, n in cells.items() if n > 1]:
        raise ValueError(f"{target} has the cell of rerun {twice[0][0]}, {twice[0][1]!r} more than once")
    sizes = Counter(rep for rep, scenario in cells if scenario in names)
    return Reruns(
        target=target,
        whole=tuple(rep for rep in sorted(sizes) if sizes[rep] == len(names)),
        partial={rep: sizes[rep] for rep in sorted(sizes) if sizes[rep] < len(names)},
    )


def grid_of(verdicts: Verdicts, target: str, column: Column = "with_people") -> Grid:
    """The verdicts of a target's whole reruns. Raises ValueError where a cell is there twice."""
    whole = set(reruns_of(verdicts, target).whole)
    found: dict[str, dict[int, Severity | None]] = defaultdict(dict)
    names = {scenario.name for scenario in verdicts.scenarios}
    for cell in verdicts.of(target):
        if cell.rep in whole and cell.scenario in names:
            severity = cell.severity if column == "with_people" else cell.by_judges
            found[cell.scenario][cell.rep] = severity
    return {scenario.name: found[scenario.name] for scenario in verdicts.scenarios}
