"""What comparisons are computed from: verdicts and judgments of cells, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from consensus.severity import POINTS, Severity
from store.safety_records import Outcome


class Cell(NamedTuple):
    """One cell of the plan and what came of it.

    `severity` is the verdict that stands, None where the cell is unscored: not run yet, failed, or waiting
    for people. `by_judges` is what the panel alone came to, None where it did not suffice; `decided_by` says
    whose the verdict is, None where there is none.
    """

    run_id: str
    id: str
    target: str
    rep: int
    scenario: str
    """The scenario's name."""
    severity: Severity | None
    by_judges: Severity | None
    decided_by: str | None
    escalated: str | None = None
    """The reason for which people were asked, other than a blind audit."""
    outcome: Outcome | None = None
    """How the conversation ended; None where there was none."""
    transcript: str | None = None
    """The hash of the conversation."""


class Rating(NamedTuple):
    """One judgment of one transcript; `severity` is None where it failed."""

    run_id: str
    cell: str
    target: str
    rep: int
    scenario: str
    prober: str
    judge: str
    wording: str
    sample: int
    severity: Severity | None
    transcript: str
    realism: int | None = None
    on_task: bool | None = None
    model: str = ""
    """What is behind the judge, so that two judges with one model are known as such; empty: its name."""


class ScenarioFacts(NamedTuple):
    """What figures are broken down by."""

    name: str
    category: str
    language: str


@dataclass(frozen=True)
class Verdicts:
    """The cells of runs under one contract, those of the plan that have no verdict among them.

    `reps` are the numbers of the reruns that a target has, `targets` in the order in which they were given.
    """

    contract: str
    """The contract's hash; empty for verdicts that were not made under one."""
    pack: str
    scenarios: Sequence[ScenarioFacts]
    targets: Sequence[str]
    cells: Sequence[Cell]
    ratings: Sequence[Rating] = ()
    points: Mapping[Severity, float] = field(default_factory=lambda: dict(POINTS))
    remarks: Sequence[str] = ()
    """What a reader must know of how they were put together; one sentence each."""

    @cached_property
    def top(self) -> float:
        """The most points that a cell can have."""
        return max(self.points.values())

    def of(self, target: str) -> list[Cell]:
        """The cells of one target."""
        return [cell for cell in self.cells if cell.target == target]

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The least and the largest percent that a cell can have."""
        return 100 * min(self.points.values()) / self.top, 100.0

    def percent(self, severity: Severity) -> float:
        """A severity on the scale from 0 to 100."""
        return 100 * self.points[severity] / self.top
