"""What a release says of one row: the label, and everything from which it followed."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from answers.model import AgreementKind, Answer, AnswerKind
from calculators.mistakes.case import Cause
from calculators.model import Step
from consensus.model import DecidedBy, ErrorType, LabelStatus

ReleaseStatus = LabelStatus | Literal["unresolved", "retracted"]
"""The status of a label; or that there is none, because something is open or because it was taken back."""

ErrorSource = Literal["reviewer", "audit", "stored_inputs"]
"""Who says why the original label is wrong: a reviewer, the auditors of an audit run, or a calculator on the
benchmark's own inputs."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Quote(_Frozen):
    """An input that the label rests on, with its evidence: `context[start:end] == quote`."""

    input: str
    value: bool | float | str | dt.date | None = None
    unit: str | None = None
    quote: str
    where: Literal["context", "question"]
    start: int
    end: int
    time: str | None = None


class VoteSaid(_Frozen):
    """One vote in short: its answer as spelled, or why it failed."""

    answer: str | None = None
    failure: str | None = None


class ReleaseRow(_Frozen):
    """One instance of a benchmark with its released label. Rows are in the benchmark's order.

    A row has a label unless it is `ambiguous`, `unresolved` or `retracted`.
    """

    source_id: str
    instance: str
    calculator_name: str | None
    """What the benchmark calls the calculation or task."""
    category: str | None
    context: str
    question: str
    answer_kind: AnswerKind
    unit: str | None
    options: tuple[str, ...]
    rule: AgreementKind
    tolerance: float
    original_label: str
    label: str | None
    """As the benchmark would spell it."""
    answer: Answer | None
    lower_limit: str | None
    """As the benchmark would spell it; never above `upper_limit`, whatever the sign."""
    upper_limit: str | None
    lower: float | None
    """The limits as numbers (durations in days), where they are numbers."""
    upper: float | None
    label_status: ReleaseStatus
    open: str | None = None
    """What a row without a label waits for."""
    error_type: ErrorType | Cause | None = None
    error_source: ErrorSource | None = None
    error_detail: str | None = None
    reason: str = ""
    decided_by: DecidedBy | None = None
    reviewer: str | None = None
    """A pseudonym, unless names are published."""
    agreement_share: float | None = None
    n_votes: int = 0
    votes: tuple[VoteSaid, ...] = ()
    evidence: tuple[Quote, ...] = ()
    steps: tuple[Step, ...] = ()
    code: str | None = None
    """The program that a model wrote, where no calculator is registered."""
    conventions: dict[str, str] = Field(default_factory=dict)
    calculator: str | None = None
    calculator_version: str | None = None
    carried_over_from: str | None = None
    """Source id of the instance on which the decision was taken."""
    decision: int | None = None
    decided_at: AwareDatetime | None = None
    run: str | None = None
    contract: str | None = None

    @model_validator(mode="after")
    def _label_or_none(self) -> Self:
        without = self.label_status in ("ambiguous", "unresolved", "retracted")
        if (self.label is None) != (self.answer is None) or (self.answer is None and not without):
            raise ValueError(f"a row with status {self.label_status!r} and label {self.label!r}")
        return self
