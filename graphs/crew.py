"""Who runs the threads of a run for its driver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from langgraph.checkpoint.base import CheckpointTuple

from agents.account import Account
from agents.batching import Batching
from agents.limiter import LimiterState
from graphs.briefs import Brief
from graphs.processes import ProcessCrew
from graphs.ray_crew import RayCrew
from graphs.worker import Assignment, Worker
from store.writer import GroupWriter


class Crew(Protocol):
    """Runs threads from their briefs, any number at once."""

    async def run(self, brief: Brief) -> CheckpointTuple | None:
        """Run a thread until it is settled or waits for people; where it waits is returned.

        Raises the errors of `agents.errors` that stop a thread, and those of `graphs.faults`.
        """
        ...

    def limits(self) -> tuple[LimiterState, ...]:
        """How the accounts stand that requests have been sent to, of every process its own."""
        ...


@asynccontextmanager
async def open_crew(
    assignment: Assignment, writer: GroupWriter, account: Account, batching: Batching | None = None
) -> AsyncIterator[Crew]:
    """The crew that the run's options ask for."""
    crew: Worker | ProcessCrew | RayCrew
    how = assignment.how
    if how.engine == "ray":
        crew = RayCrew(assignment, writer, account)
    elif how.processes is not None and how.processes > 1:
        crew = ProcessCrew(assignment, writer, account, how.processes)
    else:
        crew = Worker(assignment, writer, account, batching)
    try:
        yield crew
    finally:
        await crew.close()
