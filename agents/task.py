"""What every relabelling role gets to know of an instance: the original label is not in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from answers.model import AnswerSpec
from benchmarks.model import Instance
from calculators.conventions import settled
from calculators.model import Calculator
from calculators.registry import find, match_question

Role = Literal["extractor", "executor", "critic", "auditor", "prober", "target", "judge"]
"""The auditor alone knows the original label, and works in runs of its own (agents/auditor.py). The last
three take part in safety runs (agents/conversing.py)."""


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
    """Convention id → option, for those of the calculator that the question or the contract fixes."""


class Asks(Protocol):
    """What says which calculator an instance asks for."""

    @property
    def calculator(self) -> str | None:
        """Id of the registered calculator that the benchmark names, if any."""

    @property
    def question(self) -> str:
        """What is asked."""


def calculator_of(instance: Asks) -> Calculator | None:
    """The calculator that the benchmark names, else the one that the question asks for, if any."""
    return find(instance.calculator) if instance.calculator else match_question(instance.question)


def task_of(instance: Instance, run_id: str, conventions: Mapping[str, str]) -> Task:
    """What the roles get to know of an instance; `conventions` are the contract's."""
    calculator = calculator_of(instance)
    return Task(
        run_id=run_id,
        instance_id=instance.id,
        source_id=instance.source_id,
        context=instance.context,
        question=instance.question,
        spec=instance.spec,
        calculator=calculator,
        conventions=settled(calculator, instance.question, conventions) if calculator else {},
    )


@dataclass(frozen=True, slots=True)
class Call:
    """Which vote a model call belongs to."""

    run_id: str
    instance_id: str
    sample: int
    role: Role
    prompt_id: str | None
    """None where no prompt of ours is used: a target is asked as its users would."""
