"""A run in which several instances hang on one convention, and what a decision on it leaves in the store."""

from __future__ import annotations

import pytest

from store.records import DecisionRecord, LabelRecord
from store.store import Store
from tests.console.harness import Desk, Result
from tests.graphs import scripts
from tests.graphs.scripts import delta_gap, objects, role_of, sample_of, task_text
from tests.model_server.replies import HttpError, JsonReply, Reply, ServerRequest

RISE, FALL = "delta_gap=ag_minus_12", "delta_gap=minus_bicarbonate_fall"
THREE_VOTES = ("--votes", "3", "--max-votes", "3", "--seed", "0")
ROWS = (
    delta_gap("gap-1", 140, "18"),
    delta_gap("gap-2", 135, "-1"),
    delta_gap("gap-3", 130, "8"),
    delta_gap("gap-split", 120, "-2"),
    delta_gap("gap-objected", 150, "28"),
    delta_gap("gap-stated", 145, "23", "What is the delta gap, defined as the anion gap minus 12?"),
    scripts.ROWS[0],
)
CARRIED = ("gap-2", "gap-3")
PROPAGATE = ("--propagate", "--yes", "--reviewer", "Ana")


def agents(request: ServerRequest) -> Reply:
    """Right agents, but one note is read in three ways, and the critic objects to another one."""
    text, role = task_text(request), role_of(request)
    if role == "Extraction" and "sodium 120" in text:
        found = scripts.extraction(text)
        chloride = next(entry for entry in found["inputs"] if entry["name"] == "chloride")
        chloride["value"] += 10 * sample_of(request)
        return JsonReply(found)
    if role == "Critique" and "sodium 150" in text:
        return JsonReply(objects("drawn after treatment", "sodium"))
    return scripts.agents(request)


@pytest.fixture
def open_gaps(desk: Desk) -> Desk:
    """The convention is open: all that hang on it wait, and the server would answer no further request."""
    result = desk.relabel(*THREE_VOTES, rows=ROWS, script=agents)
    assert result.code == 3, result.err
    assert result.json["escalated"] == {"convention_open": 4, "low_consensus": 1}
    desk.roles()
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


@pytest.fixture
def fixed_gaps(desk: Desk) -> Desk:
    """The run fixes the convention, so that most are committed under it."""
    result = desk.relabel(*THREE_VOTES, "--convention", RISE, rows=ROWS, script=agents)
    assert result.json["escalated"] == {"critic_objects": 1, "low_consensus": 1}
    desk.roles()
    desk.server.script = lambda _: HttpError(500, "nobody should ask")
    return desk


def decide(desk: Desk, instance: str, option: str, *args: str) -> Result:
    return desk("decide", instance, "--convention", option, *args)


def effects(result: Result) -> dict[str, str]:
    assert result.code == 0, result.err
    return {entry["source_id"]: entry["effect"] for entry in result.json["instances"]}


def traced(desk: Desk, source_id: str) -> tuple[tuple[DecisionRecord, ...], tuple[LabelRecord, ...]]:
    with Store.open(desk.store, read_only=True) as store:
        bundle = store.trace(store.latest_run().id, source_id)
    return bundle.decisions, bundle.labels


def written(desk: Desk) -> dict[str, int]:
    """Rows of what a decision writes."""
    with Store.open(desk.store, read_only=True) as store:
        tables = ("decisions", "labels", "run_events", "votes", "escalations")
        return {name: len(store.file.rows(f"SELECT 1 FROM {name}")) for name in tables}


def value(desk: Desk, source_id: str) -> object:
    label = desk.label(source_id)
    return None if label is None or label.answer is None else label.answer.model_dump()["value"]
