"""The aggregates of a run are those of its records, counted one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from answers.model import NumberAnswer
from store import dashboard
from store.dashboard import CALCULATOR_ORDERS, SHARE_BINS, CalculatorOrder
from store.records import DecisionRecord, EscalationRecord, LabelRecord, RunRecord, utc_now
from store.store import Store
from tests.review.conftest import clinic_store, made_once
from tests.store.conftest import make_call, make_label

__all__ = ["clinic_store", "made_once"]


@pytest.fixture
def clinic(clinic_store: Path) -> Iterator[Store]:
    """A store with an offline run on the clinic example."""
    with Store.open(clinic_store) as opened:
        yield opened


def test_calls_are_summed_by_role_and_model(full: Store, run: RunRecord, ids: list[str]) -> None:
    full.add_call(make_call(run, ids[0], "d", role="critic", cost_usd=None, price_known=False))
    found = {(one.role, one.model): one for one in dashboard.roles(full.file, run.id)}
    critic, extractor = found["critic", "offline"], found["extractor", "offline"]
    assert (critic.replies, critic.errors, critic.cost, critic.price_known) == (1, 0, 0.0, False)
    assert (extractor.replies, extractor.errors, extractor.cost) == (2, 1, 0.75)
    assert extractor.price_known, "an error has no price, and needs none"
    total, counts = dashboard.total(list(found.values())), full.counts(run.id)
    assert (total.replies, total.errors) == (counts.calls, counts.call_errors)
    assert (total.cost, total.price_known) == (counts.cost, counts.price_known)
    calls = [call for instance_id in ids for call in full.calls(run.id, instance_id)]
    assert total.input_tokens == sum(call.usage["input_tokens"] for call in calls)
    assert total.output_tokens == sum(call.usage["output_tokens"] for call in calls)


def test_the_calls_between_two_ids_are_summed_alone(full: Store, run: RunRecord, ids: list[str]) -> None:
    before = dashboard.last_call(full.file)
    assert dashboard.roles(full.file, run.id, after=before) == []
    full.add_call(make_call(run, ids[0], "d", cost_usd=2.0))
    (new,) = dashboard.roles(full.file, run.id, after=before)
    assert (new.replies, new.errors, new.cost) == (1, 0, 2.0)
    (old,) = dashboard.roles(full.file, run.id, upto=before)
    (every,) = dashboard.roles(full.file, run.id)
    assert dashboard.total([old, new], "extractor", "offline") == every


def test_labels_are_counted_by_calculator(clinic: Store) -> None:
    run = clinic.latest_run()
    expected: dict[str, Counter[str]] = {}
    for label in clinic.labels(run.id):
        instance = clinic.instance(run.benchmark_id, label.instance_id)
        name = instance.calculator or instance.calculator_name or ""
        expected.setdefault(name, Counter())[label.status] += 1
    found = dashboard.changes(clinic.file, run.id, "calculator", descending=False, sealed=())
    assert [one.calculator for one in found] == sorted(expected)
    for one in found:
        counts = expected[one.calculator]
        assert (one.confirmed, one.revised) == (counts["confirmed"], counts["revised"])
        assert (one.incomputable, one.ambiguous) == (counts["incomputable"], counts["ambiguous"])
        assert one.labels == counts.total()
        assert one.share == pytest.approx(counts["revised"] / counts.total())


@pytest.mark.parametrize("order", CALCULATOR_ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_calculators_are_sorted_as_asked(clinic: Store, order: CalculatorOrder, descending: bool) -> None:
    run = clinic.latest_run()
    found = dashboard.changes(clinic.file, run.id, order, descending=descending, sealed=())
    keys = [getattr(one, order) for one in found]
    assert keys == sorted(keys, reverse=descending)
    assert len(set(map(str, keys))) > 1 or order == "ambiguous"


def test_sealed_labels_are_not_counted(clinic: Store) -> None:
    run = clinic.latest_run()
    label = next(iter(clinic.labels(run.id)))
    calculator = clinic.instance(run.benchmark_id, label.instance_id).calculator
    both = [
        {
            one.calculator: one.labels
            for one in dashboard.changes(clinic.file, run.id, "labels", descending=True, sealed=sealed)
        }
        for sealed in ((), {label.instance_id})
    ]
    assert calculator is not None
    assert sum(both[0].values()) == sum(both[1].values()) + 1
    assert both[0][calculator] == both[1].get(calculator, 0) + 1


def test_no_other_column_can_be_sorted_by(full: Store, run: RunRecord) -> None:
    with pytest.raises(ValueError, match="no column"):
        dashboard.changes(full.file, run.id, "1; --", descending=False, sealed=())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "number"),
    [(0.0, 0), (0.2, 4), (0.8, 16), (4 / 5, 16), (0.6, 12), (6 / 7, 17), (0.95, 19), (1.0, 19)],
)
def test_a_share_on_the_edge_of_a_bin_is_in_the_upper_one(
    store: Store, run: RunRecord, ids: list[str], share: float, number: int
) -> None:
    """So the bins from the threshold on hold all instances whose votes suffice."""
    store.add_label(make_label(run, ids[0], agreement=share))
    store.add_escalation(
        EscalationRecord(run_id=run.id, instance_id=ids[1], reason="critic_objects", share=share)
    )
    store.add_escalation(
        EscalationRecord(run_id=run.id, instance_id=ids[0], reason="audit_sample", share=share)
    )
    bins = dashboard.shares(store.file, run.id)
    assert len(bins) == SHARE_BINS
    assert [i for i, one in enumerate(bins) if one.committed or one.escalated] == [number]
    assert (bins[number].committed, bins[number].escalated) == (1, 1), "an audit sample is not an escalation"
    assert bins[number].low <= share + 1e-9
    assert share < bins[number].high or number == SHARE_BINS - 1


def test_a_reviewers_label_does_not_move_an_instance_in_the_histogram(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    first = store.add_label(make_label(run, ids[0], agreement=0.8))
    decided(store, run, first, 25.0)
    assert [(one.low, one.committed) for one in dashboard.shares(store.file, run.id) if one.committed] == [
        (0.8, 1)
    ]


def decided(store: Store, run: RunRecord, label: LabelRecord, value: float) -> None:
    """A reviewer's decision and the label that it puts in the place of one."""
    answer = NumberAnswer(value=value, unit="kg/m^2")
    decision = store.add_decision(
        DecisionRecord(run_id=run.id, instance_id=label.instance_id, reviewer="A. Reviewer", answer=answer)
    )
    change = {
        "answer": answer,
        "decided_by": "reviewer",
        "decision_id": decision.id,
        "supersedes": label.id,
        "agreement": None,
        "n_votes": 0,
    }
    store.supersede_label(make_label(run, label.instance_id, **change))


def test_threads_that_ended_are_counted_from_a_time_on(full: Store, run: RunRecord) -> None:
    """Two labels of consensus, two escalations, one failure; a reviewer's label ends no thread of the run."""
    now = utc_now()
    assert dashboard.finished_since(full.file, run.id, now - dt.timedelta(minutes=1)) == 5
    assert dashboard.finished_since(full.file, run.id, now + dt.timedelta(minutes=1)) == 0
    east = dt.timezone(dt.timedelta(hours=9))
    assert dashboard.finished_since(full.file, run.id, (now - dt.timedelta(minutes=1)).astimezone(east)) == 5


@pytest.mark.parametrize("query", [dashboard._ALL_CALLS, dashboard._CHANGES])
def test_totals_are_read_from_indexes_alone(store: Store, run: RunRecord, query: str) -> None:
    """Calls and instances have long rows; a run's totals must not read them."""
    parameters = (run.id, 0, 100) if "calls" in query else (run.id, "[]")
    plan = [str(row["detail"]) for row in store.file.rows(f"EXPLAIN QUERY PLAN {query}", parameters)]
    read = [line for line in plan if line.startswith(("SEARCH calls", "SEARCH i ", "SCAN calls", "SCAN i "))]
    assert len(read) == 1
    assert "COVERING INDEX" in read[0]
