"""What audit runs put into the store: what auditors said of original labels, and what was found."""

from __future__ import annotations

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from answers.model import Answer
from calculators.model import Evidence
from consensus.findings import AuditVote, Finding
from consensus.model import ErrorType, FindingVerdict, Verdict
from store.records import utc_now


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class AuditVoteRecord(_Frozen):
    """What one sample of an auditor said of an instance's original label, or how it failed.

    `answer` is what it holds to be right, None where it does not say. `evidence` are the quotes that it rests
    on, as they stand in context or question.
    """

    run_id: str
    instance_id: str
    sample: int = Field(ge=0)
    verdict: Verdict | None = None
    failure: str | None = None
    error_type: ErrorType | None = None
    reason: str = ""
    answer: Answer | None = None
    evidence: tuple[Evidence, ...] = ()
    elapsed_s: float = 0.0
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.verdict is None) == (self.failure is None):
            raise ValueError("a vote has exactly one of `verdict` and `failure`")
        if (self.verdict == "wrong") != (self.error_type is not None):
            raise ValueError("a label that is wrong has an error type, and no other has one")
        return self

    def vote(self) -> AuditVote:
        """The part that the finding rests on."""
        return AuditVote(
            sample=self.sample,
            verdict=self.verdict,
            failure=self.failure,
            error_type=self.error_type,
            reason=self.reason,
            answer=self.answer,
        )


class FindingRecord(_Frozen):
    """What an audit run found of one original label: the consensus of its auditor's votes.

    `share` is the largest group's part of the `n_votes` votes, of which `failed` failed. `error_type` is set
    just where the verdict is `wrong`; `answer` is what the votes hold to be right, where they say so.
    """

    run_id: str
    instance_id: str
    verdict: FindingVerdict
    error_type: ErrorType | None = None
    share: float = Field(ge=0, le=1)
    n_votes: int = Field(ge=0)
    failed: int = Field(default=0, ge=0)
    reason: str = ""
    answer: Answer | None = None
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.verdict == "wrong") != (self.error_type is not None):
            raise ValueError("a label that is wrong has an error type, and no other has one")
        return self

    @classmethod
    def of(cls, run_id: str, instance_id: str, found: Finding) -> Self:
        """The record of a finding."""
        return cls(run_id=run_id, instance_id=instance_id, **found._asdict())

    def same_as(self, other: FindingRecord) -> bool:
        """Whether both say the same; the time does not count."""
        return self.model_copy(update={"created_at": other.created_at}) == other


class FindingCounts(_Frozen):
    """An audit run's findings by verdict, and those that are `wrong` by error type."""

    stands: int
    wrong: int
    unsure: int
    by_error_type: dict[str, int]
