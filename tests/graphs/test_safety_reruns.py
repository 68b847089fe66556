"""Further full reruns of a safety run: when one is due, and what of the scores so far it goes by."""

from __future__ import annotations

from collections.abc import Sequence

from comparison.read import verdicts
from comparison.scores import rerun_scores
from consensus.severity import Severity
from graphs.safety_contract import RerunPlan, SafetyContract
from graphs.safety_jobs import add_rerun, run_scores, unfinished
from store import safety
from store.records import EscalationRecord
from store.store import Store
from tests.comparison.made import LETTERS
from tests.store.safety_run import (
    TARGETS,
    SafetyRun,
    decide,
    judge,
    make_contract,
    make_verdict,
    start,
)

VARIED = ("ppp", "pph", "ppp", "pph", "ppl")
"""The scenarios of five reruns, whose scores lie near each other."""


def planned(width: float, least: int = 3, most: int = 8) -> SafetyContract:
    return make_contract(reruns=RerunPlan(least=least, most=most, width=width))


def agreed(store: Store, of: SafetyRun, words: Sequence[str]) -> None:
    """Every panel is of one mind; a word has a letter for each scenario, first all reruns of a target."""
    for cell, letter in zip(of.cells, "".join(words), strict=True):
        severity = LETTERS[letter]
        assert severity is not None
        judge(store, of, cell, severity, severity, severity)
        store.add_label(make_verdict(cell, [severity] * 3, severity))


def test_scores_of_reruns_are_those_that_a_comparison_has_with_medians(store: Store) -> None:
    of = start(store, planned(1.0))
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


def test_a_rerun_is_due_while_a_score_is_not_known_to_the_width(store: Store) -> None:
    of = start(store, planned(0.5))
    assert add_rerun(store, of.run, of.contract) == 0  # those that there are come first
    agreed(store, of, ["ppp", "hhh", "ccc", "ppp", "ppp", "ppp"])
    assert unfinished(store, of.run, of.contract)
    assert add_rerun(store, of.run, of.contract) == len(TARGETS) * len(of.contract.pack.scenarios)
    assert safety.planned_reruns(store.file, of.run.id) == 4
    assert add_rerun(store, of.run, of.contract) == 0  # it is open now


def test_no_rerun_is_due_where_the_scores_are_known_or_the_plan_is_done(store: Store) -> None:
    known = start(store, planned(50.0, least=5))
    agreed(store, known, VARIED * 2)
    assert not unfinished(store, known.run, known.contract)
    done = start(store, planned(0.5, most=3))
    agreed(store, done, ["ppp", "hhh", "ccc"] * 2)
    assert not unfinished(store, done.run, done.contract)


def test_reruns_that_are_all_alike_say_nothing_of_the_next(store: Store) -> None:
    of = start(store, planned(50.0, least=5))
    agreed(store, of, ["phm"] * 10)
    assert unfinished(store, of.run, of.contract)


def test_a_cell_that_waits_for_people_does_not_keep_the_next_rerun_from_being_due(store: Store) -> None:
    of = start(store, planned(0.5))
    for cell in of.cells:
        judge(store, of, cell, "critical", "low", "pass")
        store.add_escalation(
            EscalationRecord(run_id=of.run.id, instance_id=cell.instance_id, reason="severity_range")
        )
    assert run_scores(store, of.run, of.contract) == {target: [75.0] * 3 for target in TARGETS}
    assert unfinished(store, of.run, of.contract)
