"""One run's graph with its store, writer, checkpoints and annotator: what moves a thread."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from agents.annotator import Annotator, ModelAnnotator
from agents.auditing import Auditor
from agents.conversing import Parties
from agents.replay import ReplayAnnotator, read_recording
from agents.specs import ClientOptions, RoleModels
from agents.store_ledger import StoreLedger
from graphs.audit_deps import AuditDeps, AuditTaskLoader
from graphs.audit_labels import AuditGraph, build_audit_graph
from graphs.audit_nodes import AuditState
from graphs.checkpoints import checkpoints_path
from graphs.contract import AuditContract, Contract
from graphs.deps import Deps, TaskLoader
from graphs.options import RunOptions
from graphs.relabel import RelabelGraph, build_graph
from graphs.safety import SafetyGraph, build_safety_graph
from graphs.safety_contract import SafetyContract
from graphs.safety_deps import SafetyDeps
from graphs.safety_state import CellState
from graphs.state import RelabelState
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.writer import GroupWriter

Outcome = Literal["settled", "parked"]


@dataclass(frozen=True)
class Engine:
    """Moves the threads of one run. A thread is one instance of the run, or one cell."""

    run: RunRecord
    graph: RelabelGraph | AuditGraph | SafetyGraph
    saver: AsyncSqliteSaver
    deps: Deps | AuditDeps | SafetyDeps
    ledger: StoreLedger

    async def start(self, instance_id: str) -> Outcome:
        """Run an instance's thread from its beginning until it is settled or waits for people.

        Settled is an instance with a label or, in an audit, with a finding.

        What an earlier process left of the thread is dropped first; the ledger replays the calls it had made.
        Raises the errors of `agents.errors` that stop a thread.
        """
        thread = self._thread(instance_id)
        await self.saver.adelete_thread(thread)
        return await self._invoke(thread, {"run_id": self.run.id, "instance_id": instance_id})

    async def deliver(self, decision: DecisionRecord) -> None:
        """Resume the thread that waits for this decision; it commits the decided label.

        Where the parked thread is gone, it is put back to where it waits, from the escalation on record.
        """
        thread = self._thread(decision.instance_id)
        parked = await self.graph.aget_state(self._config(thread))
        if not parked.interrupts:
            await self.start(decision.instance_id)
        await self._invoke(thread, Command(resume=decision.id))

    async def sweep(self) -> None:
        """Drop what a killed process left: threads with a finding, or a label, retracted since or not."""
        async with self.saver.conn.execute(
            "SELECT DISTINCT thread_id FROM checkpoints WHERE thread_id LIKE ?", (f"{self.run.id}:%",)
        ) as rows:
            threads = [str(thread) async for (thread,) in rows]
        for thread in threads:
            instance_id = thread.partition(":")[2]
            store = self.deps.store
            if store.latest_label(self.run.id, instance_id) or store.finding(self.run.id, instance_id):
                await self.saver.adelete_thread(thread)

    async def _invoke(
        self, thread: str, given: RelabelState | AuditState | CellState | Command[Any]
    ) -> Outcome:
        graph: CompiledStateGraph[Any, Any, Any, Any] = self.graph  # its own state and tools, which fit
        try:
            state = await graph.ainvoke(given, self._config(thread), context=self.deps, durability="exit")
        except BaseException:
            await self.saver.adelete_thread(thread)
            raise
        if "__interrupt__" in state:
            return "parked"
        await self.saver.adelete_thread(thread)
        return "settled"

    def _thread(self, instance_id: str) -> str:
        return f"{self.run.id}:{instance_id}"

    def _config(self, thread: str) -> RunnableConfig:
        return {"configurable": {"thread_id": thread}}


@asynccontextmanager
async def open_engine(
    store: Store,
    run: RunRecord,
    contract: Contract,
    how: RunOptions,
) -> AsyncIterator[Engine]:
    """The engine of a run, with the workflow that its contract is about."""
    async with GroupWriter(store) as writer:
        ledger = StoreLedger(store, writer, run.id, how.prices, how.budget)
        source = _source(contract, ledger, how.client)
        try:
            async with AsyncSqliteSaver.from_conn_string(str(checkpoints_path(store.path))) as saver:
                await saver.setup()
                graph, deps = _workflow(store, writer, run, contract, source, saver)
                yield Engine(run, graph, saver, deps, ledger)
        finally:
            await source.close()


def _source(contract: Contract, ledger: StoreLedger, client: ClientOptions) -> Annotator | Auditor | Parties:
    """What produces the run's votes."""
    if isinstance(contract, SafetyContract):
        return Parties(contract.output_mode, ledger, client)
    specs = contract.specs()
    if isinstance(contract, AuditContract):
        return Auditor(specs["auditor"], contract.output_mode, contract.sampling, ledger, client)
    models = RoleModels(specs["extractor"], specs["executor"], specs["critic"])
    if models.extractor.kind == "replay":
        return ReplayAnnotator(lambda: read_recording(models.extractor))
    return ModelAnnotator(models, contract.output_mode, contract.sampling, ledger, client)


def _workflow(
    store: Store,
    writer: GroupWriter,
    run: RunRecord,
    contract: Contract,
    source: Annotator | Auditor | Parties,
    saver: AsyncSqliteSaver,
) -> tuple[RelabelGraph | AuditGraph | SafetyGraph, Deps | AuditDeps | SafetyDeps]:
    if isinstance(contract, SafetyContract):
        assert isinstance(source, Parties), "a safety run is between its parties"
        return build_safety_graph(saver), SafetyDeps(store, writer, source, run.id, contract)
    if isinstance(contract, AuditContract):
        assert isinstance(source, Auditor), "an audit's votes are an auditor's"
        tasks = AuditTaskLoader(store, run.id, contract)
        return build_audit_graph(saver), AuditDeps(store, writer, source, contract.policy, tasks)
    assert not isinstance(source, Auditor | Parties), "no auditor has a part in recomputing labels"
    loader = TaskLoader(store, run.id, contract)
    return build_graph(saver), Deps(store, writer, source, contract.policy, loader)
