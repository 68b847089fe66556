"""For each instance the label that stands over several runs, or what is open about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from benchmarks.model import Instance
from graphs.label_sets import committed
from store.records import LabelRecord, RetractionRecord, RunRecord
from store.store import Store

OpenKind = Literal["waiting", "undelivered", "failed", "pending", "not_selected"]
"""Waits for people; a decision that no thread has taken up; ended in an error; not worked on; in no run."""


@dataclass(frozen=True)
class Standing:
    """One instance: its label and the run that committed it, how it lost it, or what is open in which run.

    `run` is None where no run selected the instance.
    """

    run: RunRecord | None
    label: LabelRecord | None = None
    retraction: RetractionRecord | None = None
    kind: OpenKind | None = None
    detail: str = ""

    @property
    def open(self) -> str | None:
        """What a row without a label waits for, in words."""
        if self.kind is None:
            return None
        words = {
            "waiting": "awaiting review",
            "undelivered": "a decision is not carried out",
            "failed": "failed",
            "pending": "not finished",
            "not_selected": "not selected by any run",
        }[self.kind]
        return f"{words}: {self.detail}" if self.detail else words


def standings(store: Store, runs: Sequence[RunRecord], instances: Iterable[Instance]) -> dict[str, Standing]:
    """Instance id → its standing. A later run's label or retraction replaces an earlier one's.

    A run that has neither for an instance leaves what an earlier one has.
    """
    found = {instance.id: Standing(None, kind="not_selected") for instance in instances}
    for run in runs:
        opened = _open(store, run)
        found |= {key: opened.get(key) or Standing(run, kind="pending") for key in store.work(run.id)}
    for key, (run, said) in committed(store, runs).items():
        if isinstance(said, LabelRecord):
            found[key] = Standing(run, label=said)
        else:
            found[key] = Standing(run, retraction=said)
    return found


def _open(store: Store, run: RunRecord) -> dict[str, Standing]:
    """Those of a run that wait, or whose thread has failed."""
    opened = {
        escalation.instance_id: Standing(run, kind="waiting", detail=escalation.reason)
        for escalation in store.open_escalations(run.id, audit_sample=False)
    }
    for decision in store.undelivered_decisions(run.id):
        opened[decision.instance_id] = Standing(run, kind="undelivered")
    for failure in store.standing_failures(run.id):
        opened.setdefault(failure.instance_id, Standing(run, kind="failed", detail=failure.error))
    return opened
