"""What a run has cost and received so far, whoever made the calls."""

from __future__ import annotations

from dataclasses import dataclass, field

Answered = tuple[str, str, str | None]
"""Role, model and address of a model that has given a reply."""


@dataclass
class Account:
    """One run's account. A worker elsewhere has a copy, which its driver brings up to date."""

    spent: float = 0.0
    """USD, of the calls whose price is known."""
    all_priced: bool = True
    """Whether the price of every call so far is known."""
    answered: set[Answered] = field(default_factory=set)

    def charge(self, usd: float | None) -> None:
        """Count one call; None is an unknown price."""
        if usd is None:
            self.all_priced = False
        else:
            self.spent += usd
