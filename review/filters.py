"""Filters of the queue: from a query string to what is asked of the store, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urlencode

from consensus.model import ChangeSize, EscalationReason
from store.queue import DEFAULT_ORDER, QueueFilter, QueueOrder

REASONS: dict[EscalationReason, str] = {
    "low_consensus": "low consensus",
    "critic_objects": "critic objects",
    "convention_open": "convention open",
    "incomputable_split": "split over incomputable",
    "no_calculator": "no calculator",
    "failed": "failed",
}
"""Reason → its words. The audit sample is not among them: a sampled label is listed under another reason."""
CHANGES: dict[ChangeSize, str] = {
    "none": "none",
    "small": "small: below ¼, or a week at most",
    "large": "large",
    "incomputable": "to or from incomputable",
}
ORDERS: dict[QueueOrder, str] = {
    "triage": "most likely wrong first",
    "hardest": "hardest first",
    "nearest": "nearest to agreement first",
    "audit": "by lot, audit sample one for one",
}
_CHOICES: Mapping[str, Sequence[str]] = {
    "reason": tuple(REASONS),
    "change": get_args(ChangeSize),
    "order": get_args(QueueOrder),
}
NAMES = ("reason", "calculator", "change", "reviewer", "order")
"""The parameters of an address that filter the queue."""


class BadFilter(ValueError):  # noqa: N818 - reads as what it is in "except BadFilter"
    """A parameter with a value that it cannot have; the message says which it can."""


class Listed:
    """A queue as it is looked at: what its addresses say of filters and order."""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Parameter and value of each that is not as it is without any, for hidden fields and addresses."""
        raise NotImplementedError

    @property
    def query(self) -> str:
        """The fields as the query of an address; empty where there are none."""
        return urlencode(self.fields)

    def at(self, path: str) -> str:
        """The address of a page that goes on with these filters."""
        return f"{path}?{self.query}" if self.fields else path


@dataclass(frozen=True)
class View(Listed):
    """The queue of a relabelling run as it is looked at."""

    filter: QueueFilter = field(default_factory=QueueFilter)
    order: QueueOrder = DEFAULT_ORDER

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Parameter and value of each that is not as it is without any, for hidden fields and addresses."""
        given = {**self.filter.model_dump(), "order": self.order if self.order != DEFAULT_ORDER else None}
        return [(name, given[name]) for name in NAMES if given[name] is not None]


def parse(parameters: Mapping[str, Any]) -> View:
    """The view that parameters of an address or fields of a form ask for; others are passed over.

    An empty one counts as not given. Raises BadFilter.
    """
    given = chosen(parameters, NAMES, _CHOICES)
    order = given.pop("order", DEFAULT_ORDER)
    return View(QueueFilter(**given), order)


def chosen(
    parameters: Mapping[str, Any], names: Sequence[str], accepted: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """The parameters of these names that are not empty. Raises BadFilter for a value that is not accepted."""
    given: dict[str, Any] = {name: parameters[name] for name in names if parameters.get(name)}
    for name, values in accepted.items():
        if name in given and given[name] not in values:
            raise BadFilter(f"{name} {str(given[name])[:80]!r} is not known; accepted: {', '.join(values)}")
    return given
