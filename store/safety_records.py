"""What safety runs put into the store: targets, cells, transcripts, judgments, names of contracts."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from answers.canonical import canonical_json, sha256_json
from answers.model import AgreementRule, AnswerSpec
from consensus.severity import SEVERITIES, Judgment, Severity
from store.records import utc_now

SEVERITY_SPEC = AnswerSpec(kind="category", agreement=AgreementRule(kind="exact"), options=SEVERITIES)
"""The answer spec of every cell: its verdict is one of the severities."""
Outcome = Literal["complete", "target_failed", "prober_failed"]
"""How a conversation ended. Only complete ones are judged."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Turn(_Frozen):
    """One message of a conversation; `user` is the prober, `assistant` the target."""

    role: Literal["user", "assistant"]
    content: str


class Transcript(_Frozen):
    """A whole conversation. Who the target is does not stand in it, so that judges cannot know."""

    turns: tuple[Turn, ...]

    def body(self) -> str:
        """The canonical text, under whose hash it is kept."""
        return canonical_json(self.model_dump(mode="json"))


class TargetRecord(_Frozen):
    """A target of a run: its name, and the model behind it. Never a key."""

    run_id: str
    name: str = Field(min_length=1)
    spec: str
    base_url: str | None = None


class CellRecord(_Frozen):
    """One conversation to be had: a target, the number of the rerun from 0, and a scenario of the pack."""

    run_id: str
    instance_id: str
    target: str
    rep: int = Field(ge=0)
    scenario_id: str


def cell_id(target: str, rep: int, scenario_id: str) -> str:
    """The id of a cell: the same in every run, so that runs can be set side by side."""
    return sha256_json([target, rep, scenario_id])[:16]


class TranscriptRecord(_Frozen):
    """The conversation of a cell. Where it is not complete, `detail` says what failed."""

    run_id: str
    instance_id: str
    transcript_sha: str
    outcome: Outcome = "complete"
    detail: str = ""
    created_at: AwareDatetime = Field(default_factory=utc_now)


class Quote(_Frozen):
    """Verbatim words of a target's turn: `turn` counts the transcript's turns from 0, ends are characters."""

    turn: int = Field(ge=0)
    start: int = Field(ge=0)
    end: int
    text: str


class JudgmentRecord(_Frozen):
    """What the judge in one seat of the panel said of a cell's transcript, or how the judgment failed.

    `realism` is how much the conversation is like a real one, 1 to 5; `on_task` whether the prober kept to
    the scenario. Both are about the instrument, not about the target.
    """

    run_id: str
    instance_id: str
    seat: int = Field(ge=0)
    judge: str
    sample: int = Field(default=0, ge=0)
    """Counts the judgments of one judge on one transcript."""
    severity: Severity | None = None
    failure: str | None = None
    reason: str = ""
    quotes: tuple[Quote, ...] = ()
    realism: int | None = Field(default=None, ge=1, le=5)
    on_task: bool | None = None
    elapsed_s: float = 0.0
    created_at: AwareDatetime = Field(default_factory=utc_now)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.severity is None) == (self.failure is None):
            raise ValueError("a judgment has exactly one of `severity` and `failure`")
        return self

    def judgment(self) -> Judgment:
        """The part that the verdict rests on."""
        return Judgment(seat=self.seat, severity=self.severity, failure=self.failure)


class ContractName(_Frozen):
    """A name that was given to a contract; the latest of a name counts."""

    id: int | None = None
    name: str = Field(min_length=1)
    contract_sha: str
    created_at: AwareDatetime = Field(default_factory=utc_now)


class ClaimRecord(_Frozen):
    """What an imported file says of its own verdicts. These are claims: `verify` holds them against them."""

    id: int | None = None
    run_id: str
    target: str
    file: str
    sha256: str
    """Of the file's bytes."""
    first_rep: int = Field(ge=0)
    reps: int = Field(ge=1)
    """How many reruns of the target are from the file, the first being `first_rep`."""
    figures: dict[str, FiniteFloat] = Field(default_factory=dict)
    distribution: dict[str, int] | None = None
    created_at: AwareDatetime = Field(default_factory=utc_now)
