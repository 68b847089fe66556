"""What another agreement threshold would have committed, and how much of it agrees with a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from answers.agreement import within_tolerance
from answers.model import Answer, AnswerSpec
from consensus.model import Policy, Vote
from consensus.route import Commit, route
from consensus.votes import tally


@dataclass(frozen=True)
class Voted:
    """One instance with what was voted and what counts as true.

    A reference of None agrees with nothing: it cannot be read, or more than one answer is right.
    """

    votes: tuple[Vote, ...]
    reference: Answer | None
    spec: AnswerSpec


@dataclass(frozen=True)
class CoveragePoint:
    """One threshold of the curve; precision is None where nothing is committed."""

    threshold: float
    instances: int
    committed: int
    agree: int

    @property
    def coverage(self) -> float:
        """Committed of all."""
        return self.committed / self.instances

    @property
    def precision(self) -> float | None:
        """Agreeing of committed."""
        return self.agree / self.committed if self.committed else None


def coverage_curve(instances: Sequence[Voted]) -> list[CoveragePoint]:
    """One point for each share of votes that occurs, from the lowest threshold up.

    The votes are routed again with that share as the threshold, and no further votes.
    """
    shares = {tally(item.votes, item.spec).share for item in instances if item.votes}
    return [_point(threshold, instances) for threshold in sorted(shares - {0.0})]


def _point(threshold: float, instances: Sequence[Voted]) -> CoveragePoint:
    committed = agree = 0
    for item in instances:
        answer = _committed(item, threshold)
        if answer is not None:
            committed += 1
            agree += item.reference is not None and within_tolerance(answer, item.reference, item.spec)
    return CoveragePoint(round(threshold, 4), len(instances), committed, agree)


def _committed(item: Voted, threshold: float) -> Answer | None:
    if not item.votes:
        return None
    found = tally(item.votes, item.spec)
    policy = Policy(votes=len(item.votes), max_votes=len(item.votes), agreement=threshold)
    return found.answer if isinstance(route(found, item.votes, policy), Commit) else None
