"""`plan`: calls, tokens and cost before anything is called."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.console.harness import Desk, invoke
from tests.graphs import scripts


@pytest.mark.parametrize("prices", [False, True])
def test_a_plan_counts_calls_and_costs_without_any_call(desk: Desk, prices: bool) -> None:
    """14 instances, two of them with a program: 12 × 2 + 2 × 3 calls a vote."""
    table = desk.folder / "prices.yaml"
    table.write_text("scripted: {input_usd_per_mtok: 1, output_usd_per_mtok: 2}\n")
    args = ("--stated-error", "none", *(("--prices", str(table)) if prices else ()))
    plan = invoke("plan", desk.benchmark(), "--model", desk.spec(), *args, "--json").json
    assert desk.roles() == {}
    assert (plan["votes"], plan["max_votes"], plan["without_calculator"]) == (5, 9, 2)
    assert plan["expected"]["calls"] == scripts.calls(5) == 150
    assert plan["most"]["calls"] == scripts.calls(9)
    expected = plan["expected"]
    if prices:
        by_hand = (expected["input_tokens"] + 2 * expected["output_tokens"]) / 1e6
        assert expected["cost"] == pytest.approx(by_hand)
        assert plan["unpriced"] == []
    else:
        assert expected["cost"] is None
        assert plan["unpriced"] == [desk.spec()]
        assert "--prices" in invoke("plan", desk.benchmark(), "--model", desk.spec()).out
    assert not desk.store.exists()


def test_a_plan_is_near_what_a_run_takes(desk: Desk) -> None:
    """The server counts four characters a token, as the plan does; its schema is not counted by either."""
    plan = invoke("plan", desk.benchmark(), "--model", desk.spec(), "--json").json["fewest"]
    desk.relabel()
    with closing(sqlite3.connect(desk.store)) as connection:
        sql = "SELECT sum(usage ->> 'input_tokens'), sum(usage ->> 'output_tokens') FROM calls"
        read, written = connection.execute(sql).fetchone()
    assert plan["input_tokens"] == pytest.approx(read, rel=0.3)
    assert written / 4 < plan["output_tokens"] < written * 4


def test_a_plan_of_the_offline_reader_is_free(desk: Desk) -> None:
    plan = invoke("plan", desk.benchmark(), "--json").json
    assert plan["expected"]["cost"] == 0
    assert plan["unpriced"] == []
