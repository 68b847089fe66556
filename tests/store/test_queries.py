from __future__ import annotations

import pytest

from consensus.triage import Evidence
from store.errors import AmbiguousReference, UnknownRecord
from store.records import DecisionRecord, EscalationRecord, FailureRecord, RunCounts, RunRecord
from store.store import Store
from store.touching import settled_by_option
from store.triage import TriageRecord, keep
from tests.store.conftest import CONTRACT, bmi, make_benchmark, make_call, make_label


def test_counts(full: Store, run: RunRecord) -> None:
    assert full.counts(run.id) == RunCounts(
        instances=6,
        committed=3,
        judged=0,
        retracted=0,
        awaiting_review=1,
        failed=1,
        pending=1,
        confirmed=1,
        revised=1,
        incomputable=1,
        ambiguous=0,
        propagated=0,
        calls=2,
        cached_calls=0,
        call_errors=1,
        cost=0.75,
        price_known=True,
    )


def test_counts_of_a_run_that_has_done_nothing(store: Store, run: RunRecord) -> None:
    counts = store.counts(run.id)
    assert (counts.instances, counts.pending, counts.cost, counts.price_known) == (6, 6, 0.0, True)


def test_one_unpriced_reply_makes_the_cost_a_lower_bound(full: Store, run: RunRecord, ids: list[str]) -> None:
    full.add_call(make_call(run, ids[0], "new", cost_usd=None, price_known=False))
    counts = full.counts(run.id)
    assert (counts.cost, counts.price_known) == (0.75, False)


def test_an_ambiguous_label_counts_as_such(store: Store, run: RunRecord, ids: list[str]) -> None:
    decision = store.add_decision(DecisionRecord(run_id=run.id, instance_id=ids[0], reviewer="ada"))
    store.add_label(
        make_label(
            run, ids[0], answer=None, status="ambiguous", decided_by="reviewer", decision_id=decision.id
        )
    )
    counts = store.counts(run.id)
    assert (counts.committed, counts.ambiguous) == (1, 1)


def test_a_failed_instance_that_succeeds_later_has_not_failed(
    full: Store, run: RunRecord, ids: list[str]
) -> None:
    assert list(full.pending_instances(run.id)) == ids[4:]
    full.add_label(make_label(run, ids[4]))
    assert full.counts(run.id).failed == 0
    assert list(full.pending_instances(run.id)) == ids[5:]


def test_failures_are_kept(full: Store, run: RunRecord, ids: list[str]) -> None:
    full.add_failure(FailureRecord(run_id=run.id, instance_id=ids[4], error="again"))
    assert [failure.error for failure in full.trace(run.id, ids[4]).failures] == ["TimeoutError", "again"]
    assert full.counts(run.id).failed == 1


def test_large_runs_come_page_by_page_in_order(store: Store) -> None:
    benchmark = make_benchmark(450)
    benchmark_id = store.add_benchmark(benchmark)
    wanted = [instance.id for instance in benchmark.instances]
    assert [instance.id for instance in store.instances(benchmark_id)] == wanted
    run = store.create_run(benchmark_id, CONTRACT, wanted)
    for instance_id in reversed(wanted):
        store.add_label(make_label(run, instance_id))
    assert list(store.work(run.id)) == wanted
    assert [label.instance_id for label in store.labels(run.id)] == wanted
    assert list(store.pending_instances(run.id)) == []


def test_labels_may_be_committed_while_pending_work_is_read(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    seen = []
    for instance_id in store.pending_instances(run.id):
        store.add_label(make_label(run, instance_id))
        seen.append(instance_id)
    assert seen == ids


def test_a_run_is_found_by_unique_prefix(store: Store, run: RunRecord) -> None:
    assert store.run(run.id[:5]) == run
    with pytest.raises(UnknownRecord, match=r"no run .* starts with 'xyz'"):
        store.run("xyz")
    with pytest.raises(UnknownRecord):
        store.run(run.id + "0")
    for _ in range(20):
        store.create_run(run.benchmark_id, CONTRACT, [])
    shared = next(a.id[0] for a in store.runs() for b in store.runs() if a != b and a.id[0] == b.id[0])
    with pytest.raises(AmbiguousReference, match="give more of the id"):
        store.run(shared)


def test_the_latest_run_is_the_one_created_last(store: Store, run: RunRecord) -> None:
    other_benchmark = store.add_benchmark(make_benchmark(1, name="other"))
    other = store.create_run(other_benchmark, CONTRACT, [])
    assert store.latest_run() == other
    assert store.latest_run(run.benchmark_id) == run
    assert store.runs() == [run, other]
    with pytest.raises(UnknownRecord, match="holds no run of `relabel` of benchmark 'none'"):
        store.latest_run("none")


def test_an_instance_is_found_by_id_source_id_or_prefix(store: Store, run: RunRecord, ids: list[str]) -> None:
    wanted = next(iter(store.instances(run.benchmark_id)))
    for reference in (wanted.id, "0", wanted.id[:6]):
        assert store.instance(run.benchmark_id, reference) == wanted
    with pytest.raises(AmbiguousReference, match=f"{ids[0]}.* or others"):
        store.instance(run.benchmark_id, "00")
    for nothing in ("zz", ""):
        with pytest.raises(UnknownRecord, match="no instance"):
            store.instance(run.benchmark_id, nothing)


def test_a_source_id_comes_before_a_prefix_of_an_id(store: Store) -> None:
    benchmark = make_benchmark(3)
    first, second, third = benchmark.instances
    renamed = third.model_copy(update={"source_id": first.id[:4]})
    benchmark_id = store.add_benchmark(benchmark.model_copy(update={"instances": (first, second, renamed)}))
    assert store.instance(benchmark_id, first.id[:4]) == renamed


def test_trace_holds_everything(full: Store, run: RunRecord, ids: list[str]) -> None:
    trace = full.trace(run.id[:8], "0")
    assert (trace.run, trace.instance.id, trace.position) == (run, ids[0], 0)
    assert [call.key for call in trace.calls] == ["a"]
    assert [vote.sample for vote in trace.votes] == [0, 1]
    assert trace.votes[0].derivation == bmi()
    assert [label.status for label in trace.labels] == ["confirmed"]
    assert trace.escalation is None
    reviewed = full.trace(run.id, ids[2])
    assert reviewed.escalation is not None
    assert reviewed.decisions[0].id == reviewed.labels[0].decision_id


def test_trace_of_an_instance_that_the_run_did_not_select(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    part = store.create_run(run.benchmark_id, CONTRACT, ids[:1])
    with pytest.raises(UnknownRecord, match=f"did not select instance {ids[1]}"):
        store.trace(part.id, ids[1])


def escalate(store: Store, run: RunRecord, instance_id: str, priority: float, reason: str = "failed") -> None:
    store.add_escalation(
        EscalationRecord.model_validate(
            {"run_id": run.id, "instance_id": instance_id, "reason": reason, "priority": priority}
        )
    )


def test_open_escalations_by_score_then_priority_then_order(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    for instance_id, priority in zip(ids[:4], (0.1, 0.9, 0.5, 0.9), strict=True):
        escalate(store, run, instance_id, priority)
    escalate(store, run, ids[4], 1.0, "no_calculator")
    store.add_label(make_label(run, ids[2]))
    found = [escalation.instance_id for escalation in store.open_escalations(run.id)]
    assert found == [ids[0], ids[1], ids[3], ids[4]], "without scores, what is furthest from sufficient first"
    keep(store, [TriageRecord.of(run.id, ids[k], Evidence(split=split)) for k, split in ((3, 0.9), (4, 0.5))])
    found = [escalation.instance_id for escalation in store.open_escalations(run.id)]
    assert found == [ids[3], ids[4], ids[0], ids[1]]
    assert [e.instance_id for e in store.open_escalations(run.id, limit=2, offset=1)] == [ids[4], ids[0]]
    assert [e.instance_id for e in store.open_escalations(run.id, reason="no_calculator")] == [ids[4]]


def test_an_audit_sample_is_open_until_someone_decides(store: Store, run: RunRecord, ids: list[str]) -> None:
    store.add_label(make_label(run, ids[0]))
    escalate(store, run, ids[0], 0.5, "audit_sample")
    assert len(store.open_escalations(run.id)) == 1
    assert store.counts(run.id).awaiting_review == 0
    settled = {"conventions": {"weight_kind": "actual"}, "answer": bmi().answer, "reviewer": "ada"}
    source = store.add_decision(DecisionRecord(run_id=run.id, instance_id=ids[1], **settled))
    carried = {**settled, "propagated_from": source.id}
    store.add_decision(DecisionRecord(run_id=run.id, instance_id=ids[0], **carried))
    assert len(store.open_escalations(run.id)) == 1, "nobody has looked at it yet"
    mine = DecisionRecord(run_id=run.id, instance_id=ids[0], reviewer="ada", answer=bmi().answer)
    store.add_decision(mine.model_copy(update={"blind": True}))
    store.add_decision(mine.model_copy(update={"standing": "opinion"}))
    assert len(store.open_escalations(run.id)) == 1, "neither settles it"
    store.add_decision(mine)
    assert store.open_escalations(run.id) == []


def test_an_option_counts_what_it_settled_last_and_what_gave_way(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    def decide(number: int, option: str) -> DecisionRecord:
        settled = {"conventions": {"weight_kind": option}, "answer": bmi().answer, "reviewer": "ada"}
        return store.add_decision(DecisionRecord(run_id=run.id, instance_id=ids[number], **settled))

    assert settled_by_option(store.file, run.id, "weight_kind") == {}
    before = store.add_label(make_label(run, ids[0]))
    decision = decide(0, "actual")
    instead = {"decided_by": "reviewer", "decision_id": decision.id, "supersedes": before.id}
    store.supersede_label(make_label(run, ids[0]).model_copy(update=instead))
    decide(1, "actual")
    decide(2, "actual")
    decide(2, "ideal")
    assert settled_by_option(store.file, run.id, "weight_kind") == {"actual": (2, 1), "ideal": (1, 0)}
    assert settled_by_option(store.file, run.id, "height_kind") == {}


def test_a_decision_is_undelivered_until_there_is_a_label(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    def decide(number: int, note: str, blind: bool = False) -> DecisionRecord:
        return store.add_decision(
            DecisionRecord(
                run_id=run.id,
                instance_id=ids[number],
                reviewer="ada",
                answer=bmi().answer,
                note=note,
                blind=blind,
            )
        )

    decide(0, "first")
    last = decide(0, "last")
    decide(1, "only a blind one", blind=True)
    delivered = decide(2, "delivered")
    store.add_label(make_label(run, ids[2], decided_by="reviewer", decision_id=delivered.id))
    assert store.undelivered_decisions(run.id) == [last]


def test_an_instance_is_found_without_going_over_its_benchmark(full: Store, run: RunRecord) -> None:
    asked: list[str] = []
    full.file._reader.set_trace_callback(asked.append)
    full.instance(run.benchmark_id, next(full.work(run.id)))
    full.file._reader.set_trace_callback(None)
    plans = [row for sql in asked for row in full.file.rows(f"EXPLAIN QUERY PLAN {sql}")]
    searched = [row["detail"] for row in plans if "instances" in row["detail"]]
    assert len(searched) >= 3
    assert [detail for detail in searched if detail.endswith("(benchmark_id=?)") or "SCAN" in detail] == []
