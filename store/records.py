"""What goes into the store and comes out of it: frozen records, one per table."""

from __future__ import annotations

import datetime as dt
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, model_validator

from answers.model import Answer
from calculators.model import Derivation
from consensus.conventions import Ballot
from consensus.model import (
    ChangeSize,
    Choice,
    Confidence,
    DecidedBy,
    ErrorType,
    EscalationReason,
    LabelStatus,
    Standing,
    Vote,
)
from consensus.review import Opinion

RunEventKind = Literal["started", "drained", "interrupted", "finished", "resumed"]
CallOutcome = Literal["reply", "error"]
Workflow = Literal["relabel", "audit", "safety"]
"""What a run does: recompute labels blind to the original ones, audit these with the label in sight, or put
targets to the scenarios of a pack and judge what they say."""


def utc_now() -> dt.datetime:
    """The time with its zone, as every record keeps it."""
    return dt.datetime.now(dt.UTC)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class BenchmarkRecord(_Frozen):
    """A benchmark without its instances."""

    id: str
    name: str
    source: str
    sha256: str
    columns: tuple[str, ...]


class PromptRecord(_Frozen):
    """One version of a prompt. `body` is the whole file, front matter included, and `sha256` its hash."""

    sha256: str
    id: str
    version: int
    body: str


class RunRecord(_Frozen):
    """One execution. `settings` holds what does not determine a result (concurrency and the like)."""

    id: str
    benchmark_id: str
    contract_sha: str
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    created_at: AwareDatetime
    workflow: Workflow = "relabel"
    """As in its contract."""


class RunEvent(_Frozen):
    """A change of a run's state; the last one is its state."""

    run_id: str
    kind: RunEventKind
    detail: str = ""
    at: AwareDatetime = Field(default_factory=utc_now)


class JsonText(str):
    """Canonical JSON in a field that holds a JSON value: it is written as it is, without being read first."""

    __slots__ = ()


class CallRecord(_Frozen):
    """One model call: a reply that was accepted, or the error in which it ended.

    `key` identifies what was asked (model, settings, messages, schema, sample) and makes a replay find the
    reply. `latency_s` is in seconds, `cost_usd` None where no price is known.
    """

    id: int | None = None
    """Given by the store; None until then."""
    run_id: str
    instance_id: str
    sample: int = Field(ge=0)
    role: str
    attempt_no: int = Field(default=1, ge=1)
    key: str
    model: str
    base_url: str | None = None
    prompt_sha: str | None = None
    request: JsonValue
    """The messages, provider-neutral."""
    response: JsonValue = None
    """The reply, provider-neutral; None for an error."""
    usage: dict[str, int] = Field(default_factory=dict)
    cost_usd: float | None = None
    price_known: bool = False
    latency_s: float = 0.0
    http_attempts: int = Field(default=1, ge=0)
    started_at: AwareDatetime = Field(default_factory=utc_now)
    outcome: CallOutcome = "reply"
    error: str | None = None
    cached_from: int | None = None
    """The call of an earlier run whose reply this one got, at no cost; None where it was made."""
    batch_id: int | None = None
    """The batch that it was made in; None where it was made by itself."""

    @model_validator(mode="after")
    def _reply_or_error(self) -> Self:
        replied = self.outcome == "reply"
        if replied != (self.response is not None) or replied != (self.error is None):
            raise ValueError("a call has a response (outcome 'reply') or an error (outcome 'error')")
        return self


class VoteRecord(_Frozen):
    """One vote with everything that led to it."""

    run_id: str
    instance_id: str
    sample: int = Field(ge=0)
    answer: Answer | None = None
    failure: str | None = None
    derivation: Derivation | None = None
    extraction: JsonValue = None
    critique: JsonValue = None
    objections: tuple[str, ...] = ()
    open_conventions: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @model_validator(mode="after")
    def _answer_or_failure(self) -> Self:
        if (self.answer is None) == (self.failure is None):
            raise ValueError("a vote has exactly one of `answer` and `failure`")
        return self

    def vote(self) -> Vote:
        """The part that consensus needs."""
        return Vote(
            sample=self.sample,
            answer=self.answer,
            failure=self.failure,
            objections=self.objections,
            open_conventions=self.open_conventions,
        )

    def ballot(self) -> Ballot:
        """The part that is needed to count it again under other conventions."""
        return self.vote(), self.derivation


class EscalationRecord(_Frozen):
    """An instance handed to people. A higher `priority` is nearer to being settled by the votes.

    `share` is the largest group's part of the votes, None without votes; `change` how far its answer is from
    the original label. A label that was drawn to be audited looks to reviewers like the escalation that it
    `passes_for`: it takes over its `priority`, and is listed under its reason and size of change, `listed_as`
    and `listed_change`.
    """

    run_id: str
    instance_id: str
    reason: EscalationReason
    priority: float = 0.0
    detail: dict[str, JsonValue] = Field(default_factory=dict)
    share: float | None = Field(default=None, ge=0, le=1)
    change: ChangeSize | None = None
    listed_as: EscalationReason | None = None
    listed_change: ChangeSize | None = None
    passes_for: str | None = None
    """Instance id; None where nothing that was escalated is like it, and in what was drawn by an earlier
    Steward. Such a label is listed by its own `change`."""
    created_at: AwareDatetime = Field(default_factory=utc_now)


class FailureRecord(_Frozen):
    """An instance whose thread ended in an error; a later attempt may still succeed."""

    run_id: str
    instance_id: str
    error: str
    created_at: AwareDatetime = Field(default_factory=utc_now)


class DecisionRecord(_Frozen):
    """What a reviewer said.

    A blind decision is the reviewer's first answer, given without sight of models and original label; it is
    kept for measurement and does not by itself settle the instance. `status` is the reviewer's own word for
    the label, where the answer alone does not imply it (`ambiguous`). A decision on conventions has as its
    answer what the votes agree on under them.

    `choice` is how the reviewer put it after the reveal, `standing` what it does beside other reviewers'
    decisions. `seconds` is the time spent on it, `derivation` the reviewer's own: what they read, with their
    evidence, and what the calculator made of it. `submission` identifies the form that was sent, so that the
    same form sent twice is one decision.
    """

    id: int | None = None
    """Given by the store; None until then."""
    run_id: str
    instance_id: str
    reviewer: str = Field(min_length=1)
    answer: Answer | None = None
    status: LabelStatus | None = None
    note: str = ""
    blind: bool = False
    conventions: dict[str, str] = Field(default_factory=dict)
    """Convention id → option; empty where the reviewer gave the answer."""
    propagated_from: int | None = None
    """The decision on another instance of the run that was carried over to this one."""
    standing: Standing = "final"
    choice: Choice | None = None
    error_type: ErrorType | None = None
    confidence: Confidence | None = None
    seconds: float | None = Field(default=None, ge=0)
    derivation: Derivation | None = None
    submission: str | None = Field(default=None, min_length=16, max_length=64)
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @property
    def settles(self) -> bool:
        """Whether the instance's label rests on it, as long as no later decision settles it otherwise."""
        return not self.blind and self.standing in ("final", "adjudication")

    @property
    def is_opinion(self) -> bool:
        """Whether it is what a reviewer says of the instance on their own, after the reveal.

        Others are compared with it. An adjudicator has seen what others say, and what was carried over was
        said of another instance.
        """
        return not self.blind and self.propagated_from is None and self.standing != "adjudication"

    @property
    def abstains(self) -> bool:
        """Whether it leaves the instance to another expert."""
        return self.choice == "another_expert"

    def opinion(self) -> Opinion:
        """The part that others are compared with."""
        return Opinion(self.reviewer, self.answer, self.abstains)

    @model_validator(mode="after")
    def _on_conventions(self) -> Self:
        if self.conventions and (self.answer is None or self.status is not None or self.blind):
            raise ValueError("a decision on conventions has an answer and no status, and is not blind")
        if self.propagated_from is not None and not self.conventions:
            raise ValueError("only a decision on conventions is carried over")
        if self.abstains and self.answer is not None:
            raise ValueError("who asks for another expert gives no answer")
        return self


class LabelRecord(_Frozen):
    """The committed answer. `agreement` is the share of votes in the winning group, None without votes."""

    id: int | None = None
    """Given by the store; None until then."""
    run_id: str
    instance_id: str
    answer: Answer | None
    """None only for an `ambiguous` label."""
    status: LabelStatus
    decided_by: DecidedBy
    agreement: float | None = Field(default=None, ge=0, le=1)
    n_votes: int = Field(default=0, ge=0)
    reason: str = ""
    decision_id: int | None = None
    supersedes: int | None = None
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.answer is None and self.status != "ambiguous":
            raise ValueError(f"a label with status {self.status!r} needs an answer")
        if (self.decided_by == "reviewer") != (self.decision_id is not None):
            raise ValueError("a reviewer's label names its decision, and only a reviewer's label does")
        return self

    def same_as(self, other: LabelRecord) -> bool:
        """Whether both say the same; id and time are the store's and do not count."""
        given = {"id": None, "created_at": self.created_at}
        return self.model_copy(update=given) == other.model_copy(update=given)


class RetractionRecord(_Frozen):
    """A label that someone withdrew without another one in its place. A later label may still take it."""

    id: int | None = None
    """Given by the store; None until then."""
    run_id: str
    instance_id: str
    label_id: int
    reviewer: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    created_at: AwareDatetime = Field(default_factory=utc_now)


class AuditDraw(_Frozen):
    """A blind audit sample: `drawn` of the `labels` that consensus had committed with ids in a range.

    The draw is systematic over the labels in strata (calculator, status), shuffled within a stratum by
    `seed`, so that each label has the same chance, which is `share`.
    """

    id: int | None = None
    """Given by the store; None until then."""
    run_id: str
    share: float = Field(gt=0, le=1)
    seed: str
    first_label: int
    last_label: int
    labels: int = Field(ge=0)
    drawn: int = Field(ge=0)
    created_at: AwareDatetime = Field(default_factory=utc_now)


class Reservation(_Frozen):
    """A reviewer has an instance open, until a time in seconds since 1970."""

    run_id: str
    instance_id: str
    reviewer: str
    until: float


class StateCounts(_Frozen):
    """A run's instances by state.

    Every instance is in exactly one of `committed`, `judged`, `retracted`, `awaiting_review`, `failed` and
    `pending`; `confirmed`, `revised`, `incomputable` and `ambiguous` add up to `committed`. `propagated`
    counts the labels that rest on a decision that was carried over from another instance. `judged` counts
    findings, which audit runs have in the place of labels.
    """

    instances: int
    committed: int
    judged: int
    retracted: int
    """Their label was withdrawn, and none has come in its place."""
    awaiting_review: int
    failed: int
    pending: int
    confirmed: int
    revised: int
    incomputable: int
    ambiguous: int
    propagated: int


class RunCounts(StateCounts):
    """A run in figures, all from queries.

    `cost` is the sum of known prices in USD; where `price_known` is False, some reply had none.
    """

    calls: int
    """Replies, without those from the cache."""
    cached_calls: int
    """Replies of earlier runs that were used again."""
    call_errors: int
    cost: float
    price_known: bool
