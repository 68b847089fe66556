"""Votes and what they add up to."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from answers.model import Answer

EscalationReason = Literal[
    "low_consensus",
    "critic_objects",
    "convention_open",
    "incomputable_split",
    "no_calculator",
    "failed",
    "audit_sample",
    "severity_range",
    "minority_critical",
]
"""The last two are of safety verdicts alone."""
LabelStatus = Literal["confirmed", "revised", "incomputable", "ambiguous"]
DecidedBy = Literal["consensus", "reviewer"]
Choice = Literal["mine", "consensus", "original", "ambiguous", "incomputable", "another_expert"]
"""What a reviewer says once they have seen everything. `mine` is their own answer, changed or not."""
ErrorType = Literal[
    "extraction", "logic", "unit", "time_point", "convention", "underspecified", "not_applicable"
]
"""Why a label or a vote was wrong, in the judgement of the reviewer or auditor."""
Verdict = Literal["stands", "wrong"]
"""What an auditor who sees the original label says of it."""
FindingVerdict = Literal["stands", "wrong", "unsure"]
"""What the votes of auditors add up to; `unsure` where they do not suffice."""
Confidence = Literal["low", "medium", "high"]
Standing = Literal["final", "opinion", "dispute", "adjudication"]
"""What a decision does: `final` and `adjudication` settle the instance; an `opinion` waits for another
reviewer's; a `dispute` contradicts an earlier one, so that someone else is to adjudicate."""
ChangeSize = Literal["none", "small", "large", "incomputable"]
"""How far the votes' leading answer is from the original label; `incomputable`: one of the two is."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Vote(_Frozen):
    """One independent pass of one annotator, as far as consensus needs it.

    Exactly one of `answer` and `failure` is set: a failed vote counts in the denominator, never as a value.
    """

    sample: int = Field(ge=0)
    answer: Answer | None = None
    failure: str | None = None
    objections: tuple[str, ...] = ()
    """What the critic still holds against this derivation after its one send-back."""
    open_conventions: tuple[str, ...] = ()
    """Conventions left open whose options change the answer."""


class Policy(_Frozen):
    """When votes suffice. `consensus.sequential` says how.

    Without a stated error the scheme is fixed: the first `votes`, and then as many as could still bring their
    share to `agreement`. With one, votes are drawn until it is settled what `max_votes` of them would commit,
    or likely enough.
    """

    votes: int = Field(default=5, ge=1)
    max_votes: int = Field(default=9, ge=1)
    agreement: float = Field(default=0.8, gt=0, le=1)
    stated_error: float | None = Field(default=None, ge=0, lt=0.5, exclude_if=lambda value: value is None)
    """The probability, at most, that all votes would have left to people what fewer committed. It is left out
    where there is none, so that contracts from before it have the hash that they had."""

    @model_validator(mode="after")
    def _more_than_half_agree(self) -> Self:
        if self.stated_error is not None and self.agreement <= 0.5:
            raise ValueError(
                f"a stated error needs an agreement of more than 0.5, and it is {self.agreement}: with less, "
                "further votes could always make another answer win"
            )
        return self


class Group(_Frozen):
    """Votes that agree, and the answer that stands for them."""

    answer: Answer
    samples: tuple[int, ...]


class Consensus(_Frozen):
    """Votes grouped by agreement. `share` is the largest group's part of all votes, failed ones included."""

    groups: tuple[Group, ...]
    n_votes: int
    failed: int
    share: float
    answer: Answer | None
    """The answer of the largest group; None where every vote failed or the largest group is tied."""

    @property
    def leading(self) -> Answer | None:
        """The answer of the largest group, the first of those that are tied; None where every vote failed."""
        return self.groups[0].answer if self.groups else None
