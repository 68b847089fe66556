"""What votes would have added up to under other conventions: each derivation executed again, then counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from answers.model import Answer, AnswerSpec
from calculators.again import again
from calculators.model import Derivation
from consensus.model import Consensus, EscalationReason, Policy, Vote
from consensus.route import Commit, Escalate, route
from consensus.votes import tally

Ballot = tuple[Vote, Derivation | None]
"""A vote with the derivation that led to it, if there is one."""


class Outcome(NamedTuple):
    """What votes amount to. `obstacle` says why they do not suffice; None where they do."""

    consensus: Consensus
    obstacle: Escalate | None

    @property
    def answer(self) -> Answer | None:
        """The answer that enough votes share and that nothing is held against."""
        return self._despite()

    @property
    def agreed(self) -> Answer | None:
        """The answer that enough votes share, whatever the critic holds against it."""
        return self._despite("critic_objects")

    @property
    def shared(self) -> Answer | None:
        """The answer that enough votes share, whatever is held against it or left open."""
        return self._despite("critic_objects", "convention_open")

    def _despite(self, *reasons: EscalationReason) -> Answer | None:
        stands = self.obstacle is None or self.obstacle.reason in reasons
        return self.consensus.answer if stands else None


def recast(ballot: Ballot, options: Mapping[str, str]) -> Vote:
    """The vote as its derivation gives it under these options (convention id → option).

    A failed vote stays one, and a vote whose derivation has none of the conventions is as it was. What the
    critic held against it stays.

    Raises:
        NotReproducible: its calculator is not registered in the version that made the derivation.
    """
    vote, derivation = ballot
    answer = vote.answer
    if answer is not None and derivation is not None:
        own = derivation.conventions
        if any(own.get(name, option) != option for name, option in options.items()):
            answer = again(derivation, options).answer
    still_open = tuple(name for name in vote.open_conventions if name not in options)
    return vote.model_copy(update={"answer": answer, "open_conventions": still_open})


def outcome(
    ballots: Sequence[Ballot], spec: AnswerSpec, policy: Policy, options: Mapping[str, str]
) -> Outcome:
    """What these votes, and no further ones, amount to under these options. Raises NotReproducible."""
    votes = [recast(ballot, options) for ballot in ballots]
    found = tally(votes, spec)
    step = route(found, votes, policy.model_copy(update={"max_votes": len(votes)}))
    assert isinstance(step, Commit | Escalate), "no further vote is allowed"
    return Outcome(found, step if isinstance(step, Escalate) else None)


def settled_words(conventions: Mapping[str, str]) -> str:
    """`delta_gap = ag_minus_12, naegele = calendar`."""
    return ", ".join(f"{name} = {option}" for name, option in conventions.items())
