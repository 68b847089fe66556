"""What the nodes of the audit workflow work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from agents.auditing import Auditor
from agents.auditor import AuditTask, audit_task_of
from consensus.model import Policy
from graphs.contract import AuditContract
from store.store import Store
from store.writer import GroupWriter

_TASKS_IN_MEMORY = 4096


@dataclass(frozen=True)
class AuditDeps:
    """One audit run's tools."""

    store: Store
    writer: GroupWriter
    auditor: Auditor
    policy: Policy
    tasks: AuditTaskLoader


class AuditTaskLoader:
    """Instance id ─► task of the auditor. What is in flight is kept, since every sample asks for it."""

    def __init__(self, store: Store, run_id: str, contract: AuditContract) -> None:
        self._store = store
        self._run_id = run_id
        self._contract = contract
        self.load = lru_cache(maxsize=_TASKS_IN_MEMORY)(self._load)

    def _load(self, instance_id: str) -> AuditTask:
        contract = self._contract
        return audit_task_of(
            self._store.instance(contract.benchmark.id, instance_id),
            self._run_id,
            contract.conventions,
            stored_inputs_column=contract.stored_inputs_column,
            explanation_column=contract.explanation_column,
        )
