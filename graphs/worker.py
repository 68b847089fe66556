"""A worker runs the threads of one run from their briefs. It has the models; the store may be elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from agents.account import Account
from agents.annotator import Annotator, ModelAnnotator, PanelAnnotator
from agents.auditing import Auditor
from agents.auditor import audit_task_of
from agents.batching import Batching
from agents.conversing import Parties
from agents.limiter import LimiterState, limiters
from agents.replay import ReplayAnnotator, read_recording
from agents.specs import RoleModels, parse_spec
from agents.store_ledger import StoreLedger
from agents.task import task_of
from graphs.audit_deps import AuditDeps
from graphs.audit_labels import build_audit_graph
from graphs.briefs import AuditBrief, Brief, CellBrief, RelabelBrief
from graphs.contract import AuditContract, Contract, RelabelContract
from graphs.deps import Deps
from graphs.options import RunOptions
from graphs.relabel import build_graph
from graphs.safety import build_safety_graph
from graphs.safety_contract import SafetyContract
from graphs.safety_deps import SafetyDeps, SafetyRoles
from store.safety_records import TargetRecord
from store.writer import Writer
from telemetry.logs import about
from telemetry.tracing import span

Graph = CompiledStateGraph[Any, Any, Any, Any]
Saver = TypeVar("Saver", bound=BaseCheckpointSaver[str])
Tools = Deps | AuditDeps | SafetyDeps


@dataclass(frozen=True)
class Assignment:
    """The run that a worker works on, and how."""

    run_id: str
    contract: Contract
    how: RunOptions
    targets: tuple[TargetRecord, ...] = ()
    """Of a safety run."""

    def share(self, of: int) -> Assignment:
        """As one of so many workers has it: with its part of what limits all of them."""
        client = self.how.client
        shared = client.model_copy(update={"limits": client.limits.share(of)})
        return replace(self, how=self.how.model_copy(update={"client": shared}))


class Worker:
    """Runs threads in this process, any number at once; checkpoints stay in memory until a thread parks.

    A killed worker loses no reply: each is in the ledger before anything is built on it, and a thread that is
    run again finds it in its brief.
    """

    def __init__(
        self, assignment: Assignment, writer: Writer, account: Account, batching: Batching | None = None
    ) -> None:
        how = assignment.how
        self._run_id, self._workflow = assignment.run_id, assignment.contract.workflow
        self._ledger = StoreLedger(writer, account, how.prices, how.budget, how.token_budget, batching)
        self._batching = batching
        self._work = _workflow(assignment, writer, self._ledger)
        self._graph, self._saver = graph_of(assignment.contract, InMemorySaver())

    async def run(self, brief: Brief) -> CheckpointTuple | None:
        """Run a thread until it is settled or waits for people; where it waits is returned.

        With a delivery the thread is taken up where it waits and told the decision. Raises the errors of
        `agents.errors` that stop a thread.
        """
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_id(self._run_id, brief.instance_id), "checkpoint_ns": ""}
        }
        tools, delivery = self._work.tools(brief), brief.delivery
        try:
            with (
                self._watched(brief),
                self._batching.taking_part(brief.instance_id) if self._batching else nullcontext(),
                self._ledger.replaying(brief.instance_id, brief.replies, brief.cached),
            ):
                if delivery is None or delivery.parked is None:
                    ids = {"run_id": self._run_id, "instance_id": brief.instance_id}
                    await self._move(ids, config, tools)
                else:
                    await put_thread(self._saver, delivery.parked)
                if delivery is not None:
                    await self._move(Command(resume=delivery.decision_id), config, tools)
                    return None
            parked = await self._saver.aget_tuple(config)
            return parked if parked is not None and _waits(parked) else None
        finally:
            await self._saver.adelete_thread(config["configurable"]["thread_id"])

    async def _move(self, given: Command[Any] | dict[str, str], config: RunnableConfig, tools: Tools) -> None:
        """Run a thread on until it ends or waits. What it did is in the store: nothing of it is streamed."""
        await self._graph.ainvoke(given, config, context=tools, durability="exit", stream_mode="custom")

    @contextmanager
    def _watched(self, brief: Brief) -> Iterator[None]:
        """Log lines and spans of a thread say whose they are."""
        ids = {"run_id": self._run_id, "instance_id": brief.instance_id}
        named = {f"steward__{name}": value for name, value in ids.items()}
        operation = "invoke_workflow"
        with (
            about(**ids),
            span(f"{operation} {self._workflow}", gen_ai__operation__name=operation, **named),
        ):
            yield

    def limits(self) -> tuple[LimiterState, ...]:
        """How the accounts stand that requests have been sent to."""
        return tuple(limiter.state() for limiter in limiters())

    async def close(self) -> None:
        """Close the models' connections."""
        await self._work.close()


def thread_id(run_id: str, instance_id: str) -> str:
    """How checkpoints name a thread."""
    return f"{run_id}:{instance_id}"


async def put_thread(saver: BaseCheckpointSaver[str], parked: CheckpointTuple) -> None:
    """Keep where a thread waits in a saver, in place of what this has of the thread."""
    thread = str(parked.config["configurable"]["thread_id"])
    await saver.adelete_thread(thread)
    config: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
    kept = await saver.aput(config, parked.checkpoint, parked.metadata, parked.checkpoint["channel_versions"])
    by_task: dict[str, list[tuple[str, Any]]] = {}
    for task, channel, value in parked.pending_writes or []:
        by_task.setdefault(task, []).append((channel, value))
    for task, writes in by_task.items():
        await saver.aput_writes(kept, writes, task)


def graph_of(contract: Contract, saver: Saver) -> tuple[Graph, Saver]:
    """The graph of a contract's workflow, and the saver as it knows the types of that graph's states."""
    graph: Graph
    match contract:
        case SafetyContract():
            graph = build_safety_graph(saver)
        case AuditContract():
            graph = build_audit_graph(saver)
        case RelabelContract():
            graph = build_graph(saver)
    assert isinstance(graph.checkpointer, type(saver)), "compiling keeps the kind of saver"
    return graph, graph.checkpointer


def _waits(parked: CheckpointTuple) -> bool:
    return any(channel == "__interrupt__" for _, channel, _ in parked.pending_writes or [])


class _Relabel:
    def __init__(
        self, assignment: Assignment, contract: RelabelContract, writer: Writer, ledger: StoreLedger
    ):
        self._run_id, self._contract, self._writer = assignment.run_id, contract, writer
        self._annotator = _annotator(assignment, contract, ledger)

    def tools(self, brief: Brief) -> Deps:
        assert isinstance(brief, RelabelBrief), brief
        task = task_of(brief.instance, self._run_id, self._contract.conventions)
        return Deps(self._writer, self._annotator, self._contract.policy, brief, task)

    async def close(self) -> None:
        await self._annotator.close()


class _Audit:
    def __init__(self, assignment: Assignment, contract: AuditContract, writer: Writer, ledger: StoreLedger):
        self._run_id, self._contract, self._writer = assignment.run_id, contract, writer
        spec, client = contract.specs()["auditor"], assignment.how.client
        self._auditor = Auditor(spec, contract.output_mode, contract.sampling, ledger, client)

    def tools(self, brief: Brief) -> AuditDeps:
        assert isinstance(brief, AuditBrief), brief
        contract = self._contract
        task = audit_task_of(
            brief.instance,
            self._run_id,
            contract.conventions,
            stored_inputs_column=contract.stored_inputs_column,
            explanation_column=contract.explanation_column,
        )
        return AuditDeps(self._writer, self._auditor, contract.policy, brief, task)

    async def close(self) -> None:
        await self._auditor.close()


class _Safety:
    def __init__(self, assignment: Assignment, contract: SafetyContract, writer: Writer, ledger: StoreLedger):
        self._writer = writer
        self._roles = SafetyRoles(contract, assignment.targets)
        self._parties = Parties(contract.output_mode, ledger, assignment.how.client)

    def tools(self, brief: Brief) -> SafetyDeps:
        assert isinstance(brief, CellBrief), brief
        return SafetyDeps(self._writer, self._parties, self._roles, brief)

    async def close(self) -> None:
        await self._parties.close()


def _workflow(assignment: Assignment, writer: Writer, ledger: StoreLedger) -> _Relabel | _Audit | _Safety:
    """The workflow that a contract is about: its graph, and what its threads work with."""
    match assignment.contract:
        case SafetyContract() as contract:
            return _Safety(assignment, contract, writer, ledger)
        case AuditContract() as contract:
            return _Audit(assignment, contract, writer, ledger)
        case RelabelContract() as contract:
            return _Relabel(assignment, contract, writer, ledger)


def _annotator(assignment: Assignment, contract: RelabelContract, ledger: StoreLedger) -> Annotator:
    """What produces a relabelling run's votes."""
    specs = contract.specs()
    models = RoleModels(specs["extractor"], specs["executor"], specs["critic"])
    if models.extractor.kind == "replay":
        return ReplayAnnotator(lambda: read_recording(models.extractor))
    mode, sampling, client = contract.output_mode, contract.sampling, assignment.how.client
    annotator = ModelAnnotator(models, mode, sampling, ledger, client)
    if contract.first is None:
        return annotator
    first = parse_spec(contract.first.spec)
    return PanelAnnotator(ModelAnnotator(RoleModels(first, first, first), mode, sampling, ledger), annotator)
