"""What a relabelling thread remembers: ids and small frozen models. Texts stay in the store."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict, TypeVar

from pydantic import BaseModel, ConfigDict

from calculators.model import Derivation, InputValue
from consensus.model import EscalationReason, Vote


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


BlockedKind = Literal["rejected", "budget", "unavailable"]


class Blocked(_Frozen):
    """Why a sample could not go on although its model did nothing wrong; the thread is tried again later."""

    sample: int
    kind: BlockedKind
    detail: str


class Escalation(_Frozen):
    """Why people are asked."""

    reason: EscalationReason
    detail: str
    priority: float


Sampled = TypeVar("Sampled", Vote, Blocked)


def by_sample(known: list[Sampled], new: list[Sampled]) -> list[Sampled]:
    """What came of each sample, once: a sample that is reported again changes nothing."""
    reported = {entry.sample for entry in known}
    return known + [entry for entry in new if entry.sample not in reported]


class RelabelState(TypedDict, total=False):
    """One instance's thread."""

    run_id: str
    instance_id: str
    dispatched: int
    """Samples sent out so far; consensus waits until all have come back."""
    votes: Annotated[list[Vote], by_sample]
    blocked: Annotated[list[Blocked], by_sample]
    escalation: Escalation
    decision_id: int


class SampleState(TypedDict, total=False):
    """One sample on its way from extraction to critique."""

    run_id: str
    instance_id: str
    sample: int
    objection: str | None
    """The critic's objection that sent the sample back; None on the first pass."""
    inputs: tuple[InputValue, ...]
    derivation: Derivation
    worked: float
    """Seconds spent on this sample so far, waiting for other samples left out."""
