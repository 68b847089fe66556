"""One run with its store, writer, checkpoints and crew: what moves a thread."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from agents.account import Account
from agents.batching import Batching
from graphs.briefs import Delivery, delivery_of, read_brief
from graphs.checkpoints import checkpoints_path, is_settled
from graphs.contract import Contract
from graphs.crew import Crew, open_crew
from graphs.faults import WorkerLostError
from graphs.options import RunOptions
from graphs.worker import Assignment, graph_of, put_thread, thread_id
from store import dashboard, safety
from store.batches import uncollected
from store.faults import told
from store.records import DecisionRecord, RunRecord
from store.store import Store
from store.writer import GroupWriter

RESULTS_BYTES = 1_000_000_000
"""Of the file of results of one batch, at most; it is read whole."""

Outcome = Literal["settled", "parked"]
DEATHS = 3
"""Workers that may die while they have a thread; it may be what kills them."""


@dataclass(frozen=True)
class Engine:
    """Moves the threads of one run. A thread is one instance of the run, or one cell."""

    store: Store
    run: RunRecord
    contract: Contract
    writer: GroupWriter
    saver: AsyncSqliteSaver
    """Has the threads that wait for people, and no other."""
    crew: Crew
    account: Account
    cache: bool
    """Whether replies of earlier runs are used."""
    batching: Batching | None
    """What sends requests in batches, where the run does."""

    async def start(self, instance_id: str) -> Outcome:
        """Run an instance's thread from its beginning until it is settled or waits for people.

        Settled is an instance with a label or, in an audit, with a finding. Calls that an earlier process
        made are replayed. Raises the errors of `agents.errors` that stop a thread.
        """
        parked = await self._run(instance_id)
        if parked is None:
            return "settled"
        with told(checkpoints_path(self.store.path)):
            await put_thread(self.saver, parked)
        return "parked"

    async def deliver(self, decision: DecisionRecord) -> None:
        """Resume the thread that waits for this decision; it commits the decided label.

        Where the parked thread is gone, it is put back to where it waits, from the escalation on record.
        """
        thread = thread_id(self.run.id, decision.instance_id)
        config: RunnableConfig = {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}
        delivery = delivery_of(self.store, self.run, decision, await self.saver.aget_tuple(config))
        await self._run(decision.instance_id, delivery)
        await self.saver.adelete_thread(thread)

    async def _run(self, instance_id: str, delivery: Delivery | None = None) -> CheckpointTuple | None:
        """Run a thread, and anew from what stands of it where its worker dies. Raises as `Crew.run`."""
        died = 0
        while True:
            brief = read_brief(self.store, self.run, self.contract, instance_id, delivery, cache=self.cache)
            try:
                return await self.crew.run(brief)
            except WorkerLostError as error:
                died += 1
                if died == DEATHS:
                    message = f"it was in flight on {DEATHS} workers that died; of the last: {error}"
                    raise WorkerLostError(message) from error

    async def sweep(self) -> None:
        """Drop what a killed process left: threads with a finding, or a label, retracted since or not."""
        async with self.saver.conn.execute(
            "SELECT DISTINCT thread_id FROM checkpoints WHERE thread_id LIKE ?", (f"{self.run.id}:%",)
        ) as rows:
            threads = [str(thread) async for (thread,) in rows]
        for thread in threads:
            if is_settled(self.store, self.run.id, thread.partition(":")[2]):
                await self.saver.adelete_thread(thread)


@asynccontextmanager
async def open_engine(
    store: Store, run: RunRecord, contract: Contract, how: RunOptions
) -> AsyncIterator[Engine]:
    """The engine of a run, with the workflow that its contract is about."""
    counts = store.counts(run.id)
    # Summing tokens takes a while in a large run, and delivering a decision takes none.
    use = dashboard.use(store.file, run.id) if how.token_budget is not None else dashboard.RunUse()
    account = Account(
        counts.cost, counts.price_known, store.answered_models(run.id), use.tokens, use.all_counted
    )
    targets = tuple(safety.targets(store.file, run.id)) if run.workflow == "safety" else ()
    if how.batch:
        client = how.client.model_copy(update={"max_response_bytes": RESULTS_BYTES})
        how = how.model_copy(update={"client": client})
    async with (
        GroupWriter(store) as writer,
        AsyncSqliteSaver.from_conn_string(str(checkpoints_path(store.path))) as saver,
        AsyncExitStack() as stack,
    ):
        batching = None
        if how.batch:
            batching = Batching(run.id, writer, uncollected(store.file, run.id), how.batch_poll)
        assignment = Assignment(run.id, contract, how, targets)
        crew = await stack.enter_async_context(open_crew(assignment, writer, account, batching))
        await saver.setup()
        _, knowing = graph_of(contract, saver)
        try:
            yield Engine(store, run, contract, writer, knowing, crew, account, how.cache, batching)
        finally:
            if batching is not None:
                await batching.close()  # before the models that it sends by
