"""What a policy would have drawn of recorded votes, and how its outcomes compare with those of all."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from answers.agreement import agrees
from answers.model import Answer, AnswerSpec
from consensus.model import Policy, Vote
from consensus.route import Commit, More, route
from consensus.votes import tally


class Played(NamedTuple):
    """How an instance ends under a policy: `label` is None where it is escalated. `votes` are those drawn."""

    label: Answer | None
    votes: int
    rounds: int


def play(votes: Sequence[Vote], spec: AnswerSpec, policy: Policy) -> Played:
    """Draw votes in their order, round by round, as a run would.

    Args:
        votes: `policy.max_votes` of them.
        spec: whose agreement rule groups them.
        policy: when they suffice.
    """
    drawn, rounds = policy.votes, 1
    while True:
        some = votes[:drawn]
        found = tally(some, spec)
        match route(found, some, policy):
            case More(votes=count):
                drawn, rounds = drawn + count, rounds + 1
            case Commit():
                return Played(found.answer, drawn, rounds)
            case _:
                return Played(None, drawn, rounds)


@dataclass(frozen=True)
class Compared:
    """One instance under a policy, beside what the full round does, or as many alike as `weight` says.

    `right` judges a label, where it can.
    """

    full: Played
    played: Played
    spec: AnswerSpec
    right: Callable[[Answer], bool] | None = None
    weight: float = 1.0

    @property
    def same_label(self) -> bool:
        """Whether both commit, and labels that agree."""
        full, label = self.full.label, self.played.label
        return full is not None and label is not None and agrees(full, label, self.spec)


@dataclass(frozen=True)
class Saving:
    """A policy against the full round. Shares are of all instances unless they say otherwise.

    `same_label` is of the instances that the full round commits; `right` and `full_right` of the labels
    that are committed and can be judged; each is None where there are none. `only_here` counts labels that
    the full round would have left to people, `only_full` those that the policy leaves to people.
    """

    instances: float
    calls: float
    """Votes an instance."""
    full_calls: float
    rounds: float
    committed: float
    full_committed: float
    same_label: float | None
    only_here: float
    only_full: float
    other_label: float
    right: float | None
    full_right: float | None

    @property
    def same_outcome(self) -> float:
        """The instances that both commit with labels that agree, or both leave to people."""
        return 1.0 - self.only_here - self.only_full - self.other_label

    @property
    def calls_per_label(self) -> float | None:
        """Votes for each committed label, those of escalated instances included."""
        return self.calls / self.committed if self.committed else None


def saving(compared: Sequence[Compared]) -> Saving:
    """Sum up at least one instance."""
    n = math.fsum(one.weight for one in compared)

    def mean(value: Callable[[Compared], float]) -> float:
        return math.fsum(one.weight * value(one) for one in compared) / n

    same = mean(lambda one: one.same_label)
    full = mean(lambda one: one.full.label is not None)
    both = mean(lambda one: None not in (one.full.label, one.played.label))
    here = mean(lambda one: one.played.label is not None)
    return Saving(
        instances=n,
        calls=mean(lambda one: one.played.votes),
        full_calls=mean(lambda one: one.full.votes),
        rounds=mean(lambda one: one.played.rounds),
        committed=here,
        full_committed=full,
        same_label=same / full if full else None,
        only_here=here - both,
        only_full=full - both,
        other_label=both - same,
        right=_right(compared, lambda one: one.played),
        full_right=_right(compared, lambda one: one.full),
    )


def _right(compared: Sequence[Compared], which: Callable[[Compared], Played]) -> float | None:
    judged = [
        (one.weight, one.right(label))
        for one in compared
        if one.right is not None and (label := which(one).label) is not None
    ]
    weight = math.fsum(weight for weight, _ in judged)
    return math.fsum(weight * right for weight, right in judged) / weight if weight else None
