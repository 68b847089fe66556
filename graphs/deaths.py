"""Workers that die: how often in a row, and when that is enough."""

from __future__ import annotations

import asyncio

from langgraph.checkpoint.base import CheckpointTuple

from graphs.briefs import Brief
from graphs.faults import NoWorkersError, WorkerLostError
from graphs.remote import Member

PATIENCE = 3
"""Deaths for each worker of a crew that may follow on each other without any thread coming to its end."""


class Deaths:
    """The deaths of a crew's workers since a thread came to its end."""

    def __init__(self) -> None:
        self.in_a_row = 0

    async def run(self, member: Member, brief: Brief) -> CheckpointTuple | None:
        """Run a thread there; whatever it ends in but a death or a cancellation ends the row."""
        try:
            parked = await member.run(brief)
        except (WorkerLostError, NoWorkersError, asyncio.CancelledError):
            raise
        except Exception:
            self.in_a_row = 0
            raise
        self.in_a_row = 0
        return parked

    def another(self, workers: int) -> bool:
        """Count one; whether that is too many for a crew of so many workers."""
        self.in_a_row += 1
        return self.in_a_row >= PATIENCE * workers
