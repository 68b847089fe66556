"""What the report on an experiment says."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from training.contract import Contract
from training.findings import Analysis
from training.folder import Done


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StageFacts(_Frozen):
    """One base model, or one arm for one seed, and what it took."""

    arm: str
    seed: int
    took: Done


class TrainingReport(_Frozen):
    """An experiment: its figures, and everything that determines them."""

    title: str
    statement: str
    """Which arm is ahead on trusted labels, and by how much; or that this is undecided."""
    kind: str
    """What the model and the data are, and what that makes of the figures."""
    analysis: Analysis
    contract: Contract
    stages: tuple[StageFacts, ...]
