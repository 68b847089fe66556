"""What the nodes of a graph work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from agents.task import Task, task_of
from consensus.model import Policy
from graphs.contract import RelabelContract
from store.store import Store
from store.triage import grounds
from store.writer import GroupWriter

if TYPE_CHECKING:
    from agents.annotator import Annotator

_TASKS_IN_MEMORY = 4096


@dataclass(frozen=True)
class Deps:
    """One run's tools. `asked` is the contract's policy."""

    store: Store
    writer: GroupWriter
    annotator: Annotator
    asked: Policy
    tasks: TaskLoader

    @property
    def policy(self) -> Policy:
        """The contract's policy, cut to the samples that the annotator has."""
        return effective_policy(self.asked, self.annotator.samples)


class TaskLoader:
    """Instance id ─► task. What is in flight is kept, since every node of a thread asks for it."""

    def __init__(self, store: Store, run_id: str, contract: RelabelContract) -> None:
        self._store = store
        self._run_id = run_id
        self._contract = contract
        self.benchmark_id = contract.benchmark.id
        self.grounds = grounds(store.file, run_id)
        self.load = lru_cache(maxsize=_TASKS_IN_MEMORY)(self._load)

    def _load(self, instance_id: str) -> Task:
        instance = self._store.instance(self._contract.benchmark.id, instance_id)
        return task_of(instance, self._run_id, self._contract.conventions)


def effective_policy(policy: Policy, samples: int | None) -> Policy:
    """The policy, with no more votes at most than the annotator has samples that differ."""
    if samples is None:
        return policy
    return policy.model_copy(update={"max_votes": min(policy.max_votes, samples)})
