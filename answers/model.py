"""What a label says: a typed answer, and the answer spec by which two answers are compared."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

AnswerKind = Literal["number", "integer", "date", "duration", "category", "text"]
"""The kinds of value that a question can ask for. `incomputable` is an answer to any of them."""

AgreementKind = Literal["relative", "absolute", "exact"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NumberAnswer(_Frozen):
    """A real number in the unit of the answer spec (`unit` is None when the question names none)."""

    kind: Literal["number"] = "number"
    value: float
    unit: str | None = None


class IntegerAnswer(_Frozen):
    """A count or a point score."""

    kind: Literal["integer"] = "integer"
    value: int


class DateAnswer(_Frozen):
    """A calendar date."""

    kind: Literal["date"] = "date"
    value: dt.date


class DurationAnswer(_Frozen):
    """A duration in whole days; 5 weeks and 6 days is 41."""

    kind: Literal["duration"] = "duration"
    value: int


class CategoryAnswer(_Frozen):
    """One of a closed set of strings, compared without regard to case and surrounding space."""

    kind: Literal["category"] = "category"
    value: str


class TextAnswer(_Frozen):
    """Free text, compared after folding white space."""

    kind: Literal["text"] = "text"
    value: str


class IncomputableAnswer(_Frozen):
    """The question has no answer from this context; `missing` names the inputs that would give one."""

    kind: Literal["incomputable"] = "incomputable"
    reason: str = ""
    missing: tuple[str, ...] = ()


Answer = Annotated[
    NumberAnswer
    | IntegerAnswer
    | DateAnswer
    | DurationAnswer
    | CategoryAnswer
    | TextAnswer
    | IncomputableAnswer,
    Field(discriminator="kind"),
]


class AgreementRule(_Frozen):
    """When two answers count as the same.

    `relative`: |a − b| ≤ tolerance · max(|a|, |b|), which is symmetric and does not care about sign order;
    `absolute`: |a − b| ≤ tolerance (days for dates and durations); `exact`: equality of the typed values.
    """

    kind: AgreementKind = "relative"
    tolerance: float = Field(default=0.05, ge=0)


class AnswerSpec(_Frozen):
    """What an instance's answer must look like, and the agreement rule for it."""

    kind: AnswerKind
    unit: str | None = None
    agreement: AgreementRule = AgreementRule()
    options: tuple[str, ...] = ()
    """The closed set, for `category`; empty where the benchmark does not say."""
