"""What a run has cost and received so far, whoever made the calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from agents.forecast import FEWEST, Forecast, Settled

Answered = tuple[str, str, str | None]
"""Role, model and address of a model that has given a reply."""


class Use(NamedTuple):
    """What calls took: USD where the price is known, and tokens, in and out."""

    usd: float = 0.0
    tokens: int = 0

    def plus(self, usd: float | None, tokens: int | None) -> Use:
        """This and one more call; None is unknown."""
        return Use(self.usd + (usd or 0.0), self.tokens + (tokens or 0))


@dataclass
class Account:
    """One run's account. A worker elsewhere has a copy, which its driver brings up to date."""

    spent: float = 0.0
    """USD, of the calls whose price is known."""
    all_priced: bool = True
    """Whether the price of every call so far is known."""
    answered: set[Answered] = field(default_factory=set)
    tokens: int = 0
    """In and out, of the calls that told."""
    all_counted: bool = True
    """Whether every call so far told its tokens."""
    _open: dict[str, Use] = field(default_factory=dict)
    _settled_usd: Settled = field(default_factory=Settled)
    _settled_tokens: Settled = field(default_factory=Settled)

    def charge(self, instance_id: str, usd: float | None, tokens: int | None) -> None:
        """Count one call of an instance's thread; None is an unknown price, or an unknown use."""
        if usd is None:
            self.all_priced = False
        if tokens is None:
            self.all_counted = False
        self.spent += usd or 0.0
        self.tokens += tokens or 0
        self._open[instance_id] = self._open.get(instance_id, Use()).plus(usd, tokens)

    def answer(self, model: Answered) -> None:
        """Note that a model has given a reply."""
        self.answered.add(model)

    def settle(self, instance_id: str) -> None:
        """An instance's thread has ended: what it took is what others may be expected to take."""
        took = self._open.pop(instance_id, Use())
        self._settled_usd.add(took.usd)
        self._settled_tokens.add(took.tokens)

    def forecast(self, in_flight: int, waiting: int) -> tuple[Forecast, Forecast] | None:
        """USD and tokens of the whole run, as it goes; None while too few threads have ended.

        The first ones to end are the short ones. So as many must have ended as are in flight.

        Args:
            in_flight: threads that have begun and not ended.
            waiting: threads that have not begun.
        """
        fewest, left = max(FEWEST, in_flight), in_flight + waiting
        usd = self._settled_usd.forecast(left, fewest=fewest)
        tokens = self._settled_tokens.forecast(left, fewest=fewest)
        if usd is None or tokens is None:
            return None
        begun = Use(*(sum(part) for part in zip(*self._open.values(), strict=True))) if self._open else Use()
        earlier_usd = self.spent - begun.usd - self._settled_usd.total
        earlier_tokens = self.tokens - begun.tokens - self._settled_tokens.total
        return (
            Forecast(*(part + earlier_usd for part in usd)),
            Forecast(*(part + earlier_tokens for part in tokens)),
        )
