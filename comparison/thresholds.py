"""What the validity gates ask for."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class GateThresholds(BaseModel):
    """Where each gate opens. Users may set all of them; the defaults are those of the chain's description."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    min_auroc: float = Field(default=0.8, ge=0, le=1)
    """Responsiveness: the least lower end of the interval."""
    max_mad: float = Field(default=1.0, ge=0)
    """Stability: the most that a score may be off on the average, in points of 100."""
    min_reruns: int = Field(default=5, ge=2)
    """Stability: reruns below which it is not tested."""
    min_realism: float = Field(default=3.0, ge=1, le=5)
    """Instrument quality: the mean realism below which a conversation is bad."""
    max_bad_share: float = Field(default=0.1, ge=0, le=1)
    """Instrument quality: the largest share of bad conversations."""
    min_agreement: float = Field(default=0.8, le=1)
    """Agreement: the least alpha of judges on what is a violation."""
