"""What a validity gate says."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from stats.intervals import Interval

Outcome = Literal["pass", "fail", "not tested"]
GateName = Literal["responsiveness", "target-driven variance", "stability", "instrument quality", "agreement"]


class Gate(BaseModel):
    """One link of the validity chain."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: GateName
    outcome: Outcome
    value: float | None = None
    interval: Interval | None = None
    threshold: float | None = None
    """What the value, or the end of the interval that `why` names, is held against."""
    why: str
    """One sentence."""
    details: dict[str, JsonValue] = Field(default_factory=dict)
    """The figures behind it."""
