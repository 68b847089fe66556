"""What the nodes of a relabelling thread work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.task import Task
from consensus.model import Policy
from graphs.briefs import RelabelBrief
from store.writer import Writer

if TYPE_CHECKING:
    from agents.annotator import Annotator


@dataclass(frozen=True)
class Deps:
    """One thread's tools: its run's writer and annotator, its own brief and task; `asked` of the contract."""

    writer: Writer
    annotator: Annotator
    asked: Policy
    brief: RelabelBrief
    task: Task

    @property
    def policy(self) -> Policy:
        """The contract's policy, cut to the samples that the annotator has."""
        return effective_policy(self.asked, self.annotator.samples)


def effective_policy(policy: Policy, samples: int | None) -> Policy:
    """The policy, with no more votes at most than the annotator has samples that differ."""
    if samples is None:
        return policy
    return policy.model_copy(update={"max_votes": min(policy.max_votes, samples)})
