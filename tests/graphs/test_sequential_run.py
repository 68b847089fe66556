"""Runs that draw votes until it is settled, or likely enough, and in which the offline reader votes first."""

from __future__ import annotations

from typing import Any

import pytest

from store.store import Store
from tests.console.harness import Desk, invoke, refused
from tests.graphs import scripts
from tests.graphs.scripts import ROWS
from tests.graphs.test_routes import weights

SEEDED = ("--seed", "0")
BMI = (ROWS[0],)


def body(desk: Desk) -> dict[str, Any]:
    """The contract of the latest run."""
    with Store.open(desk.store, read_only=True) as store:
        return dict(store.contract(store.latest_run().contract_sha))


def test_three_votes_that_agree_are_enough_where_votes_cost(desk: Desk) -> None:
    facts = desk.relabel(*SEEDED, rows=ROWS[:4]).json
    assert facts["committed"] == 4
    assert desk.roles() == {"Extraction": 12, "Critique": 12}
    assert (facts["votes"], facts["votes_per_label"], facts["calls_per_label"]) == (12, 3.0, 6.0)
    assert body(desk)["policy"] == {"votes": 3, "max_votes": 9, "agreement": 0.8, "stated_error": 0.25}
    assert "3.00 votes and 6.00 calls for each label" in desk("status").out
    assert desk("verify").code == 0


def test_a_dissent_is_followed_one_by_one_until_it_is_likely_enough(desk: Desk) -> None:
    """One of eight: the ninth vote is not needed."""
    result = desk.relabel(*SEEDED, rows=BMI, script=weights(81, 60, 81))
    assert (result.json["committed"], result.json["votes"]) == (1, 8)
    assert desk("verify").code == 0


def test_two_dissents_go_to_people_at_once(desk: Desk) -> None:
    result = desk.relabel(*SEEDED, rows=BMI, script=weights(81, 60, 100))
    assert result.code == 3
    assert result.json["votes"] == 3
    (waiting,) = desk("queue", "--json").json
    assert waiting["why"].endswith("; 8 of 9 must agree")
    assert desk("verify").code == 0


@pytest.mark.parametrize(
    ("args", "votes", "stated"),
    [
        (("--stated-error", "none"), 5, None),
        (("--stated-error", "0"), 8, 0.0),
        (("--votes", "4"), 4, 0.25),
        (("--agreement", "0.5"), 5, None),
    ],
)
def test_the_scheme_is_in_the_contract(
    desk: Desk, args: tuple[str, ...], votes: int, stated: float | None
) -> None:
    facts = desk.relabel(*SEEDED, *args, rows=BMI).json
    assert facts["votes"] == votes
    assert body(desk)["policy"].get("stated_error") == stated
    assert ("stated_error" in body(desk)["policy"]) is (stated is not None)
    assert "first" not in body(desk)


def test_free_votes_are_all_drawn(desk: Desk) -> None:
    desk("relabel", desk.benchmark(*BMI), "--quiet")
    assert body(desk)["policy"] == {"votes": 5, "max_votes": 9, "agreement": 0.8}


def test_a_stated_error_is_of_the_votes_that_there_are(desk: Desk) -> None:
    """The offline reader has five votes: what they would say is what counts."""
    desk("relabel", desk.benchmark(*BMI), "--stated-error", "0.1", "--quiet")
    assert body(desk)["policy"]["max_votes"] == 5
    assert desk("verify").code == 0


def test_an_audit_stops_where_its_finding_is_settled(desk: Desk) -> None:
    facts = desk.audit(*SEEDED, rows=ROWS[:2]).json
    assert desk.roles() == {"AuditVerdict": 6}
    assert facts["instances"] == 2


def test_the_reader_votes_first_and_its_vote_costs_nothing(desk: Desk) -> None:
    facts = desk.relabel(*SEEDED, "--first", "offline", rows=BMI).json
    assert facts["committed"] == 1
    assert desk.roles() == {"Extraction": 2, "Critique": 2}
    votes = desk.votes("bmi-1")
    assert [vote.sample for vote in votes] == [0, 1, 2]
    contract = body(desk)
    assert contract["first"]["spec"] == "offline"
    assert contract["offline_reader"]
    assert desk("verify").code == 0


def test_the_model_has_the_first_vote_where_the_reader_cannot_tell(desk: Desk) -> None:
    """A question without a registered calculator."""
    row = scripts.tablets("tab-9", 15, 5, "3")
    facts = desk.relabel(*SEEDED, "--first", "offline", rows=(row,)).json
    assert facts["committed"] == 1
    assert desk.roles() == {"Extraction": 3, "Program": 3, "Critique": 3}


def test_a_vote_of_the_reader_counts_as_one(desk: Desk) -> None:
    """The model reads another weight each time: the reader's vote does not make a majority of it."""
    result = desk.relabel(*SEEDED, "--first", "offline", rows=BMI, script=weights(60, 60, 60))
    assert result.json["votes"] == 8
    assert result.json["committed"] == 1, "seven of eight agree"


def test_first_is_refused_where_it_saves_nothing(desk: Desk) -> None:
    source = desk.benchmark(*BMI)
    refused(invoke("relabel", source, "--first", "offline"), "--first offline", "leave it out")
    refused(
        invoke("relabel", source, "--model", desk.spec(), "--first", desk.spec()),
        "only offline can vote before",
    )


def test_a_plan_gives_a_range(desk: Desk) -> None:
    plan = invoke("plan", desk.benchmark(*BMI), "--model", desk.spec(), "--json").json
    assert plan["fewest"]["calls"] == 6
    assert plan["most"]["calls"] == 18
    assert 6 < plan["expected"]["calls"] < 10
    said = invoke("plan", desk.benchmark(*BMI), "--model", desk.spec()).out
    assert "at least (3 votes each): 6 calls" in said


@pytest.mark.parametrize("wrong", ["0.5", "-0.1", "nan", "nothing"])
def test_a_stated_error_is_a_probability_below_one_half(desk: Desk, wrong: str) -> None:
    refused(desk("relabel", desk.benchmark(*BMI), "--stated-error", wrong), "--stated-error")


def test_a_stated_error_with_a_minority_is_refused(desk: Desk) -> None:
    args = ("--stated-error", "0.1", "--agreement", "0.4")
    refused(desk("relabel", desk.benchmark(*BMI), *args), "--agreement above 0.5", "0.4")
