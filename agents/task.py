"""What every role gets to know of an instance. The original label is not part of it: roles are blind to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from answers.model import AnswerSpec
from calculators.model import Calculator


Role = Literal["extractor", "executor", "critic"]


@dataclass(frozen=True, slots=True)
class Task:
    """One instance as the roles see it. `calculator` is None where no registered calculator fits."""

    run_id: str
    instance_id: str
    source_id: str
    context: str
    question: str
    spec: AnswerSpec
    calculator: Calculator | None = None
    conventions: Mapping[str, str] = field(default_factory=dict)
    """Convention id → option, as the run's contract fixes them."""


@dataclass(frozen=True, slots=True)
class Call:
    """Which vote a model call belongs to."""

    run_id: str
    instance_id: str
    sample: int
    role: Role
    prompt_id: str
