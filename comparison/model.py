"""What comparisons are computed from: verdicts and judgments of cells, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from agents.judgment import Wording
from consensus.model import DecidedBy, EscalationReason
from consensus.severity import POINTS, PanelPolicy, Severity, panel_verdict, percent_of
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
    decided_by: DecidedBy | None
    escalated: EscalationReason | None = None
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
    wording: Wording
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
    policy: PanelPolicy = field(default_factory=PanelPolicy)
    remarks: Sequence[str] = ()
    """What a reader must know of how they were put together; one sentence each."""

    def of(self, target: str) -> list[Cell]:
        """The cells of one target."""
        return [cell for cell in self.cells if cell.target == target]

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The least and the largest percent that a cell can have."""
        return min(self.percents.values()), 100.0

    def among(self, targets: Sequence[str]) -> Verdicts:
        """Those of some targets alone, in this order."""
        return replace(
            self,
            targets=list(targets),
            cells=[cell for cell in self.cells if cell.target in targets],
            ratings=[rating for rating in self.ratings if rating.target in targets],
        )

    def with_medians(self, *, ambiguous: bool = False) -> Verdicts:
        """The panel's ordinal median in place of verdicts that are missing, where any judge said something.

        With `ambiguous` also where people left the cell open: it is what the instrument said before them, and
        so what its gates are about.
        """
        said: dict[tuple[str, str], list[Severity | None]] = {}
        for rating in self.ratings:
            said.setdefault((rating.run_id, rating.cell), []).append(rating.severity)
        medians = {cell: panel_verdict(severities).median for cell, severities in said.items()}
        filled = [
            cell._replace(severity=medians.get((cell.run_id, cell.id)))
            if cell.severity is None and (ambiguous or cell.decided_by is None)
            else cell
            for cell in self.cells
        ]
        return replace(self, cells=filled)

    @cached_property
    def percents(self) -> Mapping[Severity, float]:
        """Severity → its place on the scale from 0 to 100."""
        return {severity: percent_of(severity, self.points) for severity in self.points}

    def percent(self, severity: Severity) -> float:
        """A severity on the scale from 0 to 100."""
        return self.percents[severity]
