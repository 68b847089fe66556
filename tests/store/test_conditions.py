"""What queries ask of a decision in SQL is what its record says in Python."""

from __future__ import annotations

from itertools import product
from typing import get_args

from answers.model import NumberAnswer
from consensus.model import Standing
from store.conditions import OPINION, SETTLES
from store.records import DecisionRecord, RunRecord
from store.store import Store


def test_each_decision_settles_and_is_an_opinion_in_both(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    source = DecisionRecord(
        run_id=run.id,
        instance_id=ids[0],
        reviewer="A. Reviewer",
        answer=NumberAnswer(value=20.0, unit="kg/m^2"),
        conventions={"bmi_rule": "who"},
    )
    first = store.add_decision(source)
    kinds: list[dict[str, object]] = [{"blind": True, "conventions": {}}, {}, {"propagated_from": first.id}]
    for kind, standing in product(kinds, get_args(Standing)):
        store.add_decision(source.model_copy(update={**kind, "standing": standing, "instance_id": ids[1]}))
    decisions = store.decisions(run.id, ids[1])
    sql = f"SELECT {SETTLES} AS settles, {OPINION} AS opinion FROM decisions d WHERE instance_id = ?"
    found = [
        (bool(row["settles"]), bool(row["opinion"]))
        for row in store.file.rows(f"{sql} ORDER BY id", (ids[1],))
    ]
    assert found == [(decision.settles, decision.is_opinion) for decision in decisions]
    assert len(set(found)) == 4, "each of the two without the other, both, and none"
