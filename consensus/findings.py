"""Auditors' votes on an original label ─► a finding: does the label stand, and if not, why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, cast

from pydantic import BaseModel, ConfigDict, Field

from answers.model import AgreementRule, Answer, AnswerSpec, CategoryAnswer
from consensus.model import Consensus, ErrorType, FindingVerdict, Policy, Verdict, Vote
from consensus.route import Escalate, More, route
from consensus.votes import tally

_VERDICTS = AnswerSpec(
    kind="category", agreement=AgreementRule(kind="exact", tolerance=0), options=("stands", "wrong")
)


class AuditVote(BaseModel):
    """One independent pass of an auditor who sees the label, as far as the finding needs it.

    Exactly one of `verdict` and `failure` is set: a failed vote counts in the denominator.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sample: int = Field(ge=0)
    verdict: Verdict | None = None
    failure: str | None = None
    error_type: ErrorType | None = None
    reason: str = ""
    answer: Answer | None = None
    """What it holds to be right; None where it does not say."""


class Finding(NamedTuple):
    """What votes amount to. `share` is the largest group's part of all votes, failed ones included."""

    verdict: FindingVerdict
    error_type: ErrorType | None
    share: float
    n_votes: int
    failed: int
    reason: str
    answer: Answer | None


def find(votes: Sequence[AuditVote], spec: AnswerSpec, policy: Policy) -> Finding | More:
    """The finding of a complete round of votes, or how many more of them could settle it.

    The verdicts are counted as answers are: a share of at least `policy.agreement` settles the matter, more
    votes are drawn as long as they could, and then the finding is `unsure`.

    Args:
        votes: of every sample, failed ones included, in any order.
        spec: of the instance; answers that the votes hold to be right are grouped by its agreement rule.
        policy: when votes suffice.
    """
    votes = sorted(votes, key=lambda vote: vote.sample)
    counted = [Vote(sample=v.sample, answer=_verdict(v), failure=v.failure) for v in votes]
    consensus = tally(counted, _VERDICTS)
    match route(consensus, counted, policy):
        case More() as more:
            return more
        case Escalate(detail=detail):
            return _finding(consensus, "unsure", reason=detail)
    winning = [vote for vote in votes if vote.sample in consensus.groups[0].samples]
    error_type = _most_common([vote.error_type for vote in winning if vote.error_type is not None])
    return _finding(
        consensus,
        cast(Verdict, winning[0].verdict),
        error_type=error_type,
        reason=next(vote.reason for vote in winning if vote.error_type == error_type),
        answer=_answer(winning, spec),
    )


def _finding(
    consensus: Consensus,
    verdict: FindingVerdict,
    *,
    reason: str,
    error_type: ErrorType | None = None,
    answer: Answer | None = None,
) -> Finding:
    share, n_votes, failed = consensus.share, consensus.n_votes, consensus.failed
    return Finding(verdict, error_type, share, n_votes, failed, reason, answer)


def _verdict(vote: AuditVote) -> CategoryAnswer | None:
    return None if vote.verdict is None else CategoryAnswer(value=vote.verdict)


def _most_common(types: Sequence[ErrorType]) -> ErrorType | None:
    """The error type that most votes name; of equals, the one that was named by the earliest sample."""
    return Counter(types).most_common(1)[0][0] if types else None


def _answer(votes: Sequence[AuditVote], spec: AnswerSpec) -> Answer | None:
    """The answer that most of the votes which give one agree on; None where none does, or two are tied."""
    return tally([Vote(sample=v.sample, answer=v.answer) for v in votes if v.answer is not None], spec).answer
