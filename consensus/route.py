"""Consensus ─► what happens next: commit, draw more votes, or escalate to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from consensus.model import Consensus, EscalationReason, Policy, Vote
from consensus.sequential import further, needed, sufficient
from consensus.votes import counted


class Commit(NamedTuple):
    """The consensus suffices and nothing speaks against it."""

    kind: Literal["commit"] = "commit"


class More(NamedTuple):
    """`votes` further votes could still make the consensus sufficient."""

    votes: int
    kind: Literal["more"] = "more"


class Escalate(NamedTuple):
    """People decide; `detail` says why in one sentence."""

    reason: EscalationReason
    detail: str
    kind: Literal["escalate"] = "escalate"


def route(consensus: Consensus, votes: Sequence[Vote], policy: Policy) -> Commit | More | Escalate:
    """Decide on a complete round of votes.

    An answer commits that enough votes share (`consensus.sequential`), unless the critic still objects in
    half or more of the winning votes, or a convention that is open changes their answer. Otherwise the
    smallest number of further votes that could settle it within `policy.max_votes` is asked for; if there is
    none, the instance is escalated.
    """
    leading = len(consensus.groups[0].samples) if consensus.groups else 0
    if consensus.answer is not None and sufficient(leading, consensus.n_votes, policy):
        winning = [vote for vote in votes if vote.sample in consensus.groups[0].samples]
        return _against(winning) or Commit()
    count = further(leading, consensus.n_votes, policy)
    if count:
        return More(count)
    return _why_not(consensus, votes, policy)


def priority(consensus: Consensus | None, reason: EscalationReason) -> float:
    """How early people should look, in [0, 1]: the nearer to sufficient, the sooner it is settled by them."""
    if consensus is None or reason in ("no_calculator", "failed"):
        return 0.1
    return round(min(1.0, 0.2 + 0.8 * consensus.share), 4)


def share_of(urgency: float) -> float:
    """The share of votes that a `priority` stands for, of an instance with votes."""
    return min(1.0, max(0.0, (urgency - 0.2) / 0.8))


def _against(winning: Sequence[Vote]) -> Escalate | None:
    conventions = sorted({name for vote in winning for name in vote.open_conventions})
    if conventions:
        return Escalate(
            "convention_open", f"the answer depends on an open convention: {', '.join(conventions)}"
        )
    objecting = [vote for vote in winning if vote.objections]
    if objecting and 2 * len(objecting) >= len(winning):
        return Escalate("critic_objects", objecting[0].objections[0])
    return None


def _why_not(consensus: Consensus, votes: Sequence[Vote], policy: Policy) -> Escalate:
    if not consensus.groups:
        first = next((vote.failure for vote in votes if vote.failure), "no vote")
        return Escalate("failed", f"{consensus.failed} of {consensus.n_votes} votes failed: {first}")
    said = counted(consensus)
    if len(consensus.groups) > 1 and any(group.answer.kind == "incomputable" for group in consensus.groups):
        return Escalate("incomputable_split", said)
    return Escalate("low_consensus", f"{said}; {_must_agree(policy)} must agree")


def _must_agree(policy: Policy) -> str:
    if policy.stated_error is None:
        return f"{policy.agreement:.0%}"
    return f"{needed(policy.max_votes, policy)} of {policy.max_votes}"
