"""The samples of a thread: what came of each, and what keeps one from coming back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from agents.errors import BudgetReachedError, ModelRejectedError, ModelUnavailableError
from consensus.findings import AuditVote
from consensus.model import Vote


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


BlockedKind = Literal["rejected", "budget", "unavailable"]


class Blocked(_Frozen):
    """Why a sample could not go on although its model did nothing wrong; the thread is tried again later."""

    sample: int
    kind: BlockedKind
    detail: str


Sampled = TypeVar("Sampled", Vote, AuditVote, Blocked)


def by_sample(known: list[Sampled], new: list[Sampled]) -> list[Sampled]:
    """What came of each sample, once: a sample that is reported again changes nothing."""
    reported = {entry.sample for entry in known}
    return known + [entry for entry in new if entry.sample not in reported]


_BLOCKING_KINDS: dict[BlockedKind, type[Exception]] = {
    "rejected": ModelRejectedError,
    "budget": BudgetReachedError,
    "unavailable": ModelUnavailableError,
}
"""What a sample can be blocked by, the gravest first."""
BLOCKING = (ModelRejectedError, BudgetReachedError, ModelUnavailableError)


def blocked(sample: int, error: Exception) -> Blocked:
    """What blocks a sample whose call ended in one of the errors `BLOCKING`."""
    kind = next(kind for kind, blocking in _BLOCKING_KINDS.items() if isinstance(error, blocking))
    return Blocked(sample=sample, kind=kind, detail=str(error))


def all_back(dispatched: int, voted: Iterable[int], reasons: Sequence[Blocked]) -> bool:
    """Whether every sample has come back: it has voted, or it is blocked.

    Once they have, the gravest of what blocks any is raised as the error that the runner acts on.
    """
    back = {*voted, *(reason.sample for reason in reasons)}
    if not back.issuperset(range(dispatched)):
        return False
    if reasons:
        gravest = min(reasons, key=lambda reason: list(_BLOCKING_KINDS).index(reason.kind))
        raise _BLOCKING_KINDS[gravest.kind](gravest.detail)
    return True
