"""What the stop rule of reruns goes by is what a comparison would say of the same run."""

from __future__ import annotations

from comparison.read import verdicts
from comparison.scores import rerun_scores
from consensus.severity import Severity
from graphs.safety_contract import RerunPlan
from graphs.safety_jobs import run_scores, unfinished
from store.records import EscalationRecord
from store.store import Store
from tests.store.safety_run import TARGETS, decide, judge, make_contract, make_verdict, start


def test_scores_of_reruns_are_those_that_a_comparison_has_with_medians(store: Store) -> None:
    of = start(store, make_contract(reruns=RerunPlan(least=3, most=3)))
    panels: list[tuple[Severity | None, ...]] = [("high", "low", None), ("pass", "pass", "medium")]
    for number, cell in enumerate(of.cells):
        if number == 4:
            continue  # its rerun is no full one
        judge(store, of, cell, *panels[number % 2])
        if number % 3 == 0:
            decide(store, cell, "critical")
    found = run_scores(store, of.run, of.contract)
    filled = verdicts(store, [of.run]).with_medians()
    assert found == {target: rerun_scores(filled, target) for target in TARGETS}
    assert [len(found[target]) for target in TARGETS] == [2, 3]


def test_medians_stand_for_cells_that_wait_for_people(store: Store) -> None:
    of = start(store, make_contract(reruns=RerunPlan(least=3, most=4, width=0.5)))
    for cell in of.cells:
        judge(store, of, cell, "critical", "low", "pass")
        store.add_escalation(
            EscalationRecord(run_id=of.run.id, instance_id=cell.instance_id, reason="severity_range")
        )
    assert run_scores(store, of.run, of.contract) == {target: [75.0] * 3 for target in TARGETS}
    assert unfinished(store, of.run, of.contract), "people who are slow do not keep the next rerun back"


def test_reruns_that_are_all_alike_say_nothing_of_the_next(store: Store) -> None:
    of = start(store, make_contract(reruns=RerunPlan(least=5, most=8, width=50.0)))
    for cell in of.cells:
        judge(store, of, cell, "high", "high", "high")
        store.add_label(make_verdict(cell, ["high"] * 3, "high"))
    assert unfinished(store, of.run, of.contract)
