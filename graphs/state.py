"""What a relabelling thread remembers: ids and small frozen models. Texts stay in the store."""

from __future__ import annotations

import operator
from typing import Annotated, Literal, TypedDict

from pydantic import BaseModel, ConfigDict

from calculators.model import Derivation, InputValue
from consensus.model import EscalationReason, Vote


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Blocked(_Frozen):
    """Why a sample could not go on although its model did nothing wrong; the thread is tried again later."""

    kind: Literal["unavailable", "rejected", "budget"]
    detail: str


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
    votes: Annotated[list[Vote], operator.add]
    blocked: Annotated[list[Blocked], operator.add]
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
    began: float
    """`time.monotonic()` of the sample's first node."""
