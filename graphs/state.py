"""What a relabelling thread remembers: ids and small frozen models. Texts stay in the store."""

from __future__ import annotations

from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict

from consensus.model import EscalationReason, Vote
from graphs.samples import Blocked, by_sample


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Escalation(_Frozen):
    """Why people are asked."""

    reason: EscalationReason
    detail: str
    priority: float


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


class SampleState(TypedDict):
    """One sample."""

    run_id: str
    instance_id: str
    sample: int
