"""Filters of a safety run's queue: from a query string to what is asked of the store, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from consensus.model import EscalationReason
from review.filters import Listed, chosen
from scenarios.model import Pack
from store.cell_queue import USUAL_ORDER, CellOrder, CellsWanted

REASONS: dict[EscalationReason, str] = {
    "minority_critical": "a minority says critical",
    "severity_range": "judges are far apart",
    "low_consensus": "low consensus",
    "failed": "failed",
}
"""Reason → its words. The audit sample is not among them: a sampled verdict is listed under another one."""
ORDERS: dict[CellOrder, str] = {
    "gravest": "gravest disagreement first",
    "lot": "by lot, audit sample one for one",
}
_NAMES = ("reason", "category", "language", "reviewer", "order")
_CHOICES: Mapping[str, Sequence[str]] = {"reason": tuple(REASONS), "order": get_args(CellOrder)}


@dataclass(frozen=True)
class CellView(Listed):
    """The queue of a safety run as it is looked at; None is any."""

    reason: EscalationReason | None = None
    category: str | None = None
    language: str | None = None
    reviewer: str | None = None
    order: CellOrder = USUAL_ORDER

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Parameter and value of each that is not as it is without any, for hidden fields and addresses."""
        order = self.order if self.order != USUAL_ORDER else None
        given = (self.reason, self.category, self.language, self.reviewer, order)
        return [(name, value) for name, value in zip(_NAMES, given, strict=True) if value is not None]

    def wanted(self, pack: Pack) -> CellsWanted:
        """The same, with the scenarios of the pack that it lets through."""
        scenarios = None
        if self.category is not None or self.language is not None:
            scenarios = frozenset(
                scenario.id
                for scenario in pack.scenarios
                if self.category in (None, scenario.category) and self.language in (None, scenario.language)
            )
        return CellsWanted(reason=self.reason, scenarios=scenarios, reviewer=self.reviewer)


def parse(parameters: Mapping[str, Any]) -> CellView:
    """The view that parameters of an address or fields of a form ask for; others are passed over.

    Raises BadFilter.
    """
    return CellView(**chosen(parameters, _NAMES, _CHOICES))
