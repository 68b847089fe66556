from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from releases.checks import Obstacles, obstacles
from releases.rows import source_of
from store.records import DecisionRecord, FailureRecord
from store.store import Store
from tests.releases.desk import CONTRACT, Made, make_store


def found(made: Made, *, with_unresolved: bool = False) -> Obstacles:
    with Store.open(made.path, read_only=True) as store:
        return obstacles(source_of(store, store.runs()), with_unresolved=with_unresolved)


def test_nothing_stands_against_what_is_settled(made: Made) -> None:
    assert not found(made)


def test_what_waits_for_people_is_released_only_on_request(tmp_path: Path) -> None:
    made = make_store(tmp_path, waiting=("argued", "kept"))
    seen = found(made)
    assert (seen.unresolved, seen.reasons, seen.unfinished) == ({"waiting": 2}, {"failed": 2}, {})
    lines = list(seen.lines("labels.db"))
    assert lines == [
        "instances that wait for people: 2 (failed 2)",
        f"Queue:    python run.py queue {made.run.id} --store labels.db",
        "Or release them as they are: --with-unresolved",
    ]
    assert not found(made, with_unresolved=True)


def test_what_a_run_can_still_settle_is_never_released(made: Made) -> None:
    with Store.open(made.path) as store:
        first, second = [*made.ids.values()][:2]
        other = store.create_run(made.run.benchmark_id, CONTRACT, [first, second]).id
        store.add_failure(FailureRecord(run_id=other, instance_id=first, error="TimeoutError"))
        only = [store.run(other)]
        seen = obstacles(source_of(store, only), with_unresolved=True)
    assert seen.unfinished == {"failed": 1, "pending": 1}
    lines = list(seen.lines("labels.db"))
    assert lines[:2] == ["instances that failed: 1", "instances that are not finished: 1"]
    assert f"Go on:    python run.py resume {other} --store labels.db" in lines
    assert not any("--with-unresolved" in line for line in lines)


def test_a_decision_that_was_not_carried_out_comes_first(tmp_path: Path) -> None:
    made = make_store(tmp_path, waiting=("argued",))
    with Store.open(made.path) as store:
        said = DecisionRecord(
            run_id=made.run.id, instance_id=made.ids["argued"], reviewer="A. Reviewer", status="ambiguous"
        )
        store.add_decision(said)
    seen = found(made, with_unresolved=True)
    assert (seen.unfinished, seen.runs) == ({"undelivered": 1}, (made.run.id,))


def test_a_store_that_does_not_verify_is_not_released(made: Made) -> None:
    with sqlite3.connect(made.path) as connection:
        connection.execute("DROP TRIGGER labels_no_update")
        connection.execute("UPDATE labels SET agreement = 0.99 WHERE id = 1")
    connection.close()
    seen = found(made)
    assert {problem.check for problem in seen.problems} == {"guards", "labels"}
    assert all(line.startswith("does not verify: ") for line in seen.lines("labels.db"))


@pytest.mark.parametrize("with_unresolved", [True, False])
def test_instances_of_no_run(made: Made, with_unresolved: bool) -> None:
    with Store.open(made.path) as store:
        few = store.create_run(made.run.benchmark_id, CONTRACT, [])
        seen = obstacles(source_of(store, [few]), with_unresolved=with_unresolved)
    assert seen.unresolved == ({} if with_unresolved else {"not_selected": len(made.ids)})
