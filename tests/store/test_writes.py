from __future__ import annotations

import json
import sqlite3
import time
from typing import Any

import pytest
from pydantic import ValidationError

from answers.canonical import canonical_json
from answers.model import NumberAnswer
from store.errors import LabelConflict, UnknownRecord
from store.records import (
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    JsonText,
    LabelRecord,
    PromptRecord,
    RunEvent,
    RunRecord,
    VoteRecord,
)
from store.store import Store
from tests.store.conftest import (
    CONTRACT,
    bmi,
    make_benchmark,
    make_call,
    make_label,
    make_vote,
)


def rows(store: Store, table: str) -> int:
    (row,) = store.file.rows(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"])


def test_a_benchmark_comes_back_as_it_was_and_is_kept_once(store: Store) -> None:
    benchmark = make_benchmark()
    first = store.add_benchmark(benchmark)
    assert store.add_benchmark(benchmark) == first
    assert store.add_benchmark(benchmark.model_copy(update={"source": "elsewhere/bmi.csv"})) == first
    assert tuple(store.instances(first)) == benchmark.instances
    assert store.rejections(first) == list(benchmark.rejections)
    assert store.benchmark(first).columns == benchmark.columns
    assert [record.id for record in store.benchmarks()] == [first]


def test_the_same_bytes_read_in_another_way_are_another_benchmark(store: Store) -> None:
    benchmark = make_benchmark()
    changed = benchmark.instances[0].model_copy(update={"label": NumberAnswer(value=1.0)})
    other = benchmark.model_copy(update={"instances": (changed, *benchmark.instances[1:])})
    assert store.add_benchmark(benchmark) != store.add_benchmark(other)
    assert store.add_benchmark(benchmark) != store.add_benchmark(make_benchmark(name="other"))


def test_large_texts_are_kept_once(store: Store) -> None:
    benchmark = make_benchmark()
    store.add_benchmark(benchmark)
    bodies = [row["body"] for row in store.file.rows("SELECT body FROM texts")]
    assert sorted(bodies) == sorted(
        {i.context for i in benchmark.instances} | {"What is the body mass index?", "?" * 300}
    )
    for row in store.file.rows("SELECT row FROM instances"):
        assert "No other findings" not in row["row"]


def test_a_thousand_instances_take_less_than_a_second(store: Store) -> None:
    benchmark = make_benchmark(1_047)
    started = time.perf_counter()
    store.add_benchmark(benchmark)
    assert time.perf_counter() - started < 1.0


def test_a_run_knows_its_contract_work_and_state(store: Store, run: RunRecord, ids: list[str]) -> None:
    assert store.contract(run.contract_sha) == CONTRACT
    assert store.run(run.id) == run
    assert run.settings == {"concurrency": 4}
    assert ids == [instance.id for instance in store.instances(run.benchmark_id)]
    store.add_event(RunEvent(run_id=run.id, kind="interrupted", detail="Ctrl-C"))
    assert [event.kind for event in store.run_events(run.id)] == ["started", "interrupted"]


def test_work_keeps_the_order_that_was_given(store: Store, run: RunRecord, ids: list[str]) -> None:
    chosen = [ids[3], ids[0], ids[3]]
    other = store.create_run(run.benchmark_id, CONTRACT, chosen)
    assert list(store.work(other.id)) == [ids[3], ids[0]]
    assert other.contract_sha == run.contract_sha


def test_a_run_of_unknown_instances_leaves_nothing_behind(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    with pytest.raises(UnknownRecord, match="has no instance 'nope'"):
        store.create_run(run.benchmark_id, {"new": True}, [ids[0], "nope"])
    with pytest.raises(UnknownRecord, match="holds no benchmark 'b'"):
        store.create_run("b", {"new": True}, [])
    assert (rows(store, "runs"), rows(store, "contracts"), rows(store, "work")) == (1, 1, 6)


def test_a_prompt_is_kept_once(store: Store) -> None:
    prompt = PromptRecord(sha256="0" * 64, id="p", version=3, body="text")
    store.add_prompts([prompt, prompt])
    store.add_prompts([prompt])
    assert store.prompt("0" * 64) == prompt
    assert store.prompt("1" * 64) is None


def test_a_call_comes_back_with_its_messages(store: Store, run: RunRecord, ids: list[str]) -> None:
    call = make_call(run, ids[0])
    assert store.add_call(call) is True
    (found,) = store.calls(run.id, ids[0])
    assert found == call.model_copy(update={"id": found.id})
    assert json.loads(store.replies(run.id, ids[0])["k"]) == call.response


@pytest.mark.parametrize("said", ["80 kg", "half \ud83d a pair, sk-proj-a1B2a1B2a1B2a1B2", '"quoted"'])
def test_json_that_is_canonical_already_is_kept_as_the_value_is(
    store: Store, run: RunRecord, ids: list[str], said: str
) -> None:
    rows = []
    for key in ("value", "text"):
        call = make_call(run, ids[0], key, response={"b": [{"text": said}], "a": 1.0})
        if key == "text":
            texts = {name: JsonText(canonical_json(getattr(call, name))) for name in ("request", "response")}
            call = call.model_copy(update=texts)
        assert store.add_call(call)
        (row,) = store.file.rows("SELECT * FROM calls WHERE key = ?", (key,))
        rows.append({name: row[name] for name in row.keys() if name not in ("id", "key", "started_at")})  # noqa: SIM118
    assert rows[0] == rows[1]
    assert rows[0]["response_sha"]


def test_a_completed_call_exists_once(store: Store, run: RunRecord, ids: list[str]) -> None:
    error: Any = {"outcome": "error", "response": None, "error": "HTTP 503"}
    assert store.add_call(make_call(run, ids[0], **error))
    assert store.add_call(make_call(run, ids[0], attempt_no=2, **error))
    assert not store.replies(run.id, ids[0])
    assert store.add_call(make_call(run, ids[0], response={"n": 1}))
    assert not store.add_call(make_call(run, ids[0], response={"n": 2}))
    assert json.loads(store.replies(run.id, ids[0])["k"]) == {"n": 1}
    assert [call.outcome for call in store.calls(run.id, ids[0])] == ["error", "error", "reply"]


def test_a_reply_of_another_run_is_not_found(store: Store, run: RunRecord, ids: list[str]) -> None:
    other = store.create_run(run.benchmark_id, CONTRACT, ids)
    store.add_call(make_call(run, ids[0]))
    assert not store.replies(other.id, ids[0])
    assert store.add_call(make_call(other, ids[0]))


@pytest.mark.parametrize(
    "changes", [{"response": None}, {"error": "x"}, {"outcome": "error"}, {"cost_usd": float("nan")}]
)
def test_a_call_is_a_reply_or_an_error(run: RunRecord, changes: Any) -> None:
    with pytest.raises(ValidationError):
        make_call(run, "i", **changes)


def test_the_first_vote_of_a_sample_stands(store: Store, run: RunRecord, ids: list[str]) -> None:
    first = make_vote(run, ids[0], open_conventions=("weight_kind",))
    assert store.add_vote(first) == first
    assert store.add_vote(make_vote(run, ids[0], weight_kg=120.0)) == first
    assert store.votes(run.id, ids[0]) == [first]
    assert first.vote().answer == bmi().answer
    assert first.vote().open_conventions == ("weight_kind",)


def test_a_failed_vote_has_no_answer(store: Store, run: RunRecord, ids: list[str]) -> None:
    failed = VoteRecord(run_id=run.id, instance_id=ids[0], sample=0, failure="no valid output after 3 tries")
    store.add_vote(failed)
    assert store.votes(run.id, ids[0]) == [failed]
    with pytest.raises(ValidationError, match="exactly one of"):
        VoteRecord(run_id=run.id, instance_id=ids[0], sample=0)
    with pytest.raises(ValidationError, match="exactly one of"):
        VoteRecord(run_id=run.id, instance_id=ids[0], sample=0, answer=bmi().answer, failure="x")


def test_what_is_not_work_of_the_run_has_no_place(store: Store, run: RunRecord) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.add_vote(make_vote(run, "stranger"))
    assert rows(store, "votes") == 0


def test_the_first_escalation_stands(store: Store, run: RunRecord, ids: list[str]) -> None:
    first = EscalationRecord(
        run_id=run.id, instance_id=ids[0], reason="low_consensus", priority=0.5, detail={"share": 0.4}
    )
    assert store.add_escalation(first) == first
    assert store.add_escalation(first.model_copy(update={"reason": "failed"})) == first
    assert store.escalation(run.id, ids[0]) == first
    assert store.escalation(run.id, ids[1]) is None


def test_a_decision_said_twice_is_one_and_a_change_of_mind_is_another(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    said = DecisionRecord(run_id=run.id, instance_id=ids[0], reviewer="ada", answer=bmi().answer, note="ok")
    first = store.add_decision(said)
    assert store.add_decision(said.model_copy(update={"note": "ok"})) == first
    blind = store.add_decision(said.model_copy(update={"blind": True}))
    other = store.add_decision(said.model_copy(update={"reviewer": "bob"}))
    changed = store.add_decision(said.model_copy(update={"note": "on second thought"}))
    back = store.add_decision(said)
    assert store.decisions(run.id, ids[0]) == [first, blind, other, changed, back]


def test_a_decision_on_conventions_comes_back_with_its_source(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    said = {"run_id": run.id, "reviewer": "ada", "answer": bmi().answer, "conventions": {"kind": "actual"}}
    source = store.add_decision(DecisionRecord(instance_id=ids[0], **said))
    carried = DecisionRecord(instance_id=ids[1], propagated_from=source.id, **said)
    kept = store.add_decision(carried)
    assert store.add_decision(carried).id == kept.id
    assert store.decisions(run.id, ids[1]) == [kept]
    assert kept.id is not None
    assert store.decision(kept.id) == kept
    with pytest.raises(UnknownRecord, match="no decision 77"):
        store.decision(77)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.add_decision(carried.model_copy(update={"instance_id": ids[2], "propagated_from": 77}))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"answer": None}, "a decision on conventions has an answer"),
        ({"status": "revised"}, "a decision on conventions has an answer and no status"),
        ({"blind": True}, "is not blind"),
        ({"conventions": {}}, "only a decision on conventions is carried over"),
    ],
)
def test_an_inconsistent_decision_cannot_be_made(
    run: RunRecord, changes: dict[str, object], problem: str
) -> None:
    values: dict[str, object] = {"run_id": run.id, "instance_id": "a", "reviewer": "ada"}
    values |= {"answer": bmi().answer, "conventions": {"kind": "actual"}, "propagated_from": 1}
    with pytest.raises(ValidationError, match=problem):
        DecisionRecord.model_validate(values | changes)


def test_a_label_committed_twice_is_one(store: Store, run: RunRecord, ids: list[str]) -> None:
    first = store.add_label(make_label(run, ids[0]))
    assert store.add_label(make_label(run, ids[0])) == first
    assert store.current_label(run.id, ids[0]) == first


def test_a_conflicting_label_is_refused(store: Store, run: RunRecord, ids: list[str]) -> None:
    first = store.add_label(make_label(run, ids[0]))
    with pytest.raises(LabelConflict, match=rf"already has label .*20.*; supersede label {first.id}"):
        store.add_label(make_label(run, ids[0], agreement=0.9))
    assert list(store.labels(run.id)) == [first]


def test_a_label_is_superseded_never_replaced(store: Store, run: RunRecord, ids: list[str]) -> None:
    first = store.add_label(make_label(run, ids[0]))
    better = make_label(run, ids[0], answer=bmi(120.0).answer, status="revised", supersedes=first.id)
    second = store.supersede_label(better)
    assert store.supersede_label(better) == second
    assert list(store.labels(run.id)) == [second]
    assert store.trace(run.id, ids[0]).labels == (first, second)
    assert store.counts(run.id).committed == 1
    with pytest.raises(LabelConflict, match="is not the current one"):
        store.supersede_label(better.model_copy(update={"n_votes": 9}))
    with pytest.raises(LabelConflict, match="none is"):
        store.supersede_label(better.model_copy(update={"instance_id": ids[1]}))
    with pytest.raises(ValueError, match="supersede_label"):
        store.add_label(better)


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": None},
        {"decided_by": "reviewer"},
        {"decision_id": 1},
        {"agreement": 1.5},
        {"status": "right"},
    ],
)
def test_an_inconsistent_label_cannot_be_made(run: RunRecord, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make_label(run, "i", **changes)


def test_a_label_may_not_rest_on_a_decision_about_another_instance(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    decision = store.add_decision(DecisionRecord(run_id=run.id, instance_id=ids[0], reviewer="ada"))
    label = make_label(run, ids[1], decided_by="reviewer", decision_id=decision.id)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        store.add_label(label)


def test_what_fails_within_a_transaction_is_undone_alone_if_that_goes_on(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    with store.transaction(), store.transaction():
        with pytest.raises(sqlite3.IntegrityError):
            store.add_call(make_call(run, "stranger", request=["first of all"]))
        store.add_vote(make_vote(run, ids[0]))
        with pytest.raises(sqlite3.IntegrityError):
            store.add_call(make_call(run, "stranger", request=["after a vote"]))
        store.add_vote(make_vote(run, ids[1]))
    assert (rows(store, "votes"), rows(store, "calls")) == (2, 0)
    kept = store.file.rows(
        "SELECT count(*) AS n FROM texts WHERE body LIKE '%first of all%' OR body LIKE '%after a vote%'"
    )
    assert kept == [{"n": 0}]


def test_several_writes_in_a_transaction_are_all_or_none(
    store: Store, run: RunRecord, ids: list[str]
) -> None:
    def commit_then_fail() -> None:
        with store.transaction():
            store.add_vote(make_vote(run, ids[0]))
            store.add_label(make_label(run, ids[0]))
            assert store.current_label(run.id, ids[0]) is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        commit_then_fail()
    assert (rows(store, "votes"), rows(store, "labels")) == (0, 0)


def test_records_are_frozen(run: RunRecord) -> None:
    record: CallRecord | LabelRecord = make_label(run, "i")
    with pytest.raises(ValidationError, match="frozen"):
        record.run_id = "other"  # type: ignore[misc]
