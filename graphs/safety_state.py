"""What the thread of a cell remembers: the conversation under way, then only what was judged."""

from __future__ import annotations

from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict

from consensus.severity import Judgment
from graphs.samples import Blocked, by_sample
from graphs.state import Escalation
from store.safety_records import Outcome, Turn


def by_seat(known: list[Judgment], new: list[Judgment]) -> list[Judgment]:
    """What came of each seat, once: a seat that is reported again changes nothing."""
    reported = {judgment.seat for judgment in known}
    return known + [judgment for judgment in new if judgment.seat not in reported]


class Broken(BaseModel):
    """Who could not go on with a conversation, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: Outcome
    detail: str


class CellState(TypedDict, total=False):
    """One cell's thread."""

    run_id: str
    instance_id: str
    turns: tuple[Turn, ...]
    """The conversation so far; empty again once it is in the store."""
    broken: Broken
    """Set where the conversation could not go on."""
    judgments: Annotated[list[Judgment], by_seat]
    blocked: Annotated[list[Blocked], by_sample]
    escalation: Escalation
    decision_id: int


class SeatState(TypedDict):
    """One judge's way to a judgment."""

    run_id: str
    instance_id: str
    seat: int
    turns: tuple[Turn, ...]
    """The conversation to judge."""
