"""What `conventions` lists: the catalogue, and what each option would make of the instances of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.registry import all_conventions
from tests.console.harness import ONE_VOTE, Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.scripts import delta_gap
from tests.model_server.replies import HttpError, ServerRequest

ROWS = (
    delta_gap("gap-1", 140, "18"),
    delta_gap("gap-2", 135, "-1"),
    delta_gap("gap-3", 130, "8"),
    delta_gap("gap-stated", 145, "23", "What is the delta gap, defined as the anion gap minus 12?"),
    scripts.ROWS[0],
)


@pytest.fixture
def desk_of_gaps(desk: Desk) -> Desk:
    desk.relabel(*ONE_VOTE, rows=ROWS)
    return desk


def test_without_a_store_it_is_the_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEWARD_STORE", raising=False)
    listed = invoke("conventions", "--json").json
    assert [entry["id"] for entry in listed] == [convention.id for convention in all_conventions()]
    assert all(entry["instances"] == [] for entry in listed)
    text = invoke("conventions", "--calculator", "estimated_due_date").out
    assert "naegele: Is the rule counted by the calendar or in days?" in text
    assert "default: counted; used by estimated_conception_date, estimated_due_date" in text
    assert "280 days after" in text
    assert "touches" not in text
    assert "delta_gap" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--id", "gap"), ("no convention 'gap'", "delta_gap, ")),
        (("--calculator", "bmi"), ("no calculator 'bmi' with a convention", "delta_gap")),
        (("--id", "naegele", "--calculator", "mdrd"), ("'mdrd' does not have convention 'naegele'",)),
        (("--store", "nowhere.db"), ("nowhere.db", "--store")),
        (("ffff",), ("steward.db",)),
        (("--limit", "0"), ("--limit",)),
    ],
)
def test_a_mistake_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEWARD_STORE", raising=False)
    refused(invoke("conventions", *args), *said)


def test_a_run_shows_what_each_option_would_make_of_its_instances(desk_of_gaps: Desk) -> None:
    (use,) = desk_of_gaps("conventions", "--json").json
    assert (use["id"], use["fixed"], use["default"], use["touched"]) == ("delta_gap", None, None, 3)
    assert use["stated_by_question"] == 1
    assert {option: said["agree_with_original"] for option, said in use["options"].items()} == {
        "ag_minus_12": 2,
        "minus_bicarbonate_fall": 1,
    }
    assert [compact(item) for item in use["instances"]] == [
        ("gap-1", "waiting", "18", "18", ["18", "4"], [True, False]),
        ("gap-2", "waiting", "13", "-1", ["13", "-1"], [False, True]),
        ("gap-3", "waiting", "8", "8", ["8", "-6"], [True, False]),
    ]
    assert {item["calculator"] for item in use["instances"]} == {"delta_gap"}


def compact(item: dict[str, Any]) -> tuple[object, ...]:
    named = (item["source_id"], item["status"], item["now"], item["original"])
    return (*named, list(item["under"].values()), list(item["agrees"].values()))


def test_the_same_as_text(desk_of_gaps: Desk) -> None:
    lines = desk_of_gaps("conventions", "--limit", "2").out.splitlines()
    assert lines[0] == "delta_gap: What is the delta gap?"
    assert "open: where it matters, people decide" in lines[1]
    assert "2 of 3 agree with the original label: The rise" in lines[2]
    assert lines[4:] == [
        "  touches 3 instances of the run; 1 more state an option in their question",
        "    id     status   now  original  ag_minus_12  minus_bicarbonate_fall",
        "    gap-1  waiting  18   18        18           4",
        "    gap-2  waiting  13   -1        13           -1",
        "    … and 1 more",
    ]


def test_what_holds_in_the_run_is_said(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE, "--convention", "delta_gap=minus_bicarbonate_fall", rows=ROWS)
    (use,) = desk("conventions", "--json").json
    assert use["fixed"] == "minus_bicarbonate_fall"
    assert [(item["status"], item["now"]) for item in use["instances"]] == [
        ("revised", "4"),
        ("confirmed", "-1"),
        ("revised", "-6"),
    ]
    assert "fixed by the run: minus_bicarbonate_fall" in desk("conventions").out


def test_what_a_reviewer_settled_is_said(desk_of_gaps: Desk) -> None:
    desk_of_gaps("decide", "gap-2", "--convention", "delta_gap=ag_minus_12", "--reviewer", "Ana")
    (use,) = desk_of_gaps("conventions", "--json").json
    assert [item["decided"] for item in use["instances"]] == [None, "ag_minus_12", None]
    assert use["instances"][1]["under"] == {"ag_minus_12": "13", "minus_bicarbonate_fall": "-1"}


def test_a_convention_that_touches_nothing_is_listed_where_it_is_asked_for(desk_of_gaps: Desk) -> None:
    (use,) = desk_of_gaps("conventions", "--id", "naegele", "--json").json
    assert (use["id"], use["touched"], use["default"]) == ("naegele", 0, "calendar")
    assert "touches 0 instances of the run" in desk_of_gaps("conventions", "--id", "naegele").out


def test_a_run_whose_calculators_leave_no_choice(desk: Desk) -> None:
    desk.relabel(*ONE_VOTE, rows=(scripts.ROWS[0],))
    assert desk("conventions").out == "No calculator of this run has a convention.\n"
    assert desk("conventions", "--json").json == []


def test_what_waits_on_a_convention_is_pointed_to(desk_of_gaps: Desk) -> None:
    run = desk_of_gaps("status", "--json").json["run"]
    assert f"python run.py conventions {run} --store" in desk_of_gaps("resume").out
    desk_of_gaps(
        "decide",
        "gap-1",
        "--convention",
        "delta_gap=ag_minus_12",
        "--propagate",
        "--yes",
        "--reviewer",
        "Ana",
    )
    assert "run.py conventions" not in desk_of_gaps("resume").out


def test_an_instance_whose_votes_are_not_complete_is_left_out(desk: Desk) -> None:
    """The server fails at one vote of gap-1, so that the instance stands as failed with the others."""

    def failing(request: ServerRequest) -> HttpError | None:
        last = scripts.sample_of(request) == 2 and "sodium 140" in scripts.task_text(request)
        return HttpError(500) if last else None

    votes = ("--votes", "3", "--max-votes", "3", "--seed", "0")
    assert desk.relabel(*votes, rows=ROWS, script=scripts.instead("Critique", failing)).json["failed"] == 1
    assert len(desk.votes("gap-1")) == 2
    (use,) = desk("conventions", "--json").json
    assert [item["source_id"] for item in use["instances"]] == ["gap-2", "gap-3"]
    said = ("--convention", "delta_gap=ag_minus_12", "--propagate", "--yes", "--reviewer", "Ana", "--json")
    refused(desk("decide", "gap-1", *said), "`resume` the run first")
    assert [entry["source_id"] for entry in desk("decide", "gap-2", *said).json["instances"]] == [
        "gap-2",
        "gap-3",
    ]
