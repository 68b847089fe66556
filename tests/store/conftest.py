"""A small benchmark and a store in which every table has rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from answers.canonical import sha256_text
from answers.model import AnswerSpec, IncomputableAnswer, NumberAnswer
from benchmarks.model import Benchmark, Instance, Rejection
from calculators import registry
from calculators.evaluate import evaluate
from calculators.model import Derivation, Evidence
from store.audit_records import AuditVoteRecord, FindingRecord
from store.desk import request_drain
from store.records import (
    AuditDraw,
    CallRecord,
    DecisionRecord,
    EscalationRecord,
    FailureRecord,
    LabelRecord,
    PromptRecord,
    RunRecord,
    VoteRecord,
)
from store.store import Store

CONTRACT: dict[str, JsonValue] = {
    "workflow": "relabel",
    "policy": {"votes": 2, "max_votes": 5, "agreement": 0.8},
    "models": {"extractor": "offline"},
}
PROMPT_BODY = "---\nid: extract\nversion: 1\n---\nRead the note."


def make_instance(number: int, label: float | None = 20.0) -> Instance:
    context = f"Case {number}: weight 80 kg, height 200 cm. " + "No other findings. " * 20
    return Instance(
        id=f"{number:04x}{sha256_text(str(number))[:8]}",
        source_id=str(number),
        context=context,
        question="What is the body mass index?",
        spec=AnswerSpec(kind="number", unit="kg/m^2"),
        label=None if label is None else NumberAnswer(value=label, unit="kg/m^2"),
        label_text="" if label is None else str(label),
        limits=("19.0", "21.0"),
        calculator="body_mass_index",
        calculator_name="Body Mass Index (BMI)",
        category="lab",
        row={"Row Number": str(number), "Patient Note": context, "Answer": str(label)},
    )


def make_benchmark(count: int = 6, name: str = "bmi") -> Benchmark:
    return Benchmark(
        name=name,
        source="bmi.csv",
        sha256=sha256_text("the bytes"),
        columns=("Row Number", "Patient Note", "Answer"),
        instances=tuple(make_instance(number) for number in range(count)),
        rejections=(
            Rejection(file="bmi.csv", row=9, column="Answer", value="?" * 300, problem="is not a number"),
        ),
    )


AUDIT_CONTRACT: dict[str, JsonValue] = {**CONTRACT, "workflow": "audit", "models": {"auditor": "offline"}}


def bmi(weight_kg: float = 80.0) -> Derivation:
    return evaluate(registry.get("body_mass_index"), {"weight": weight_kg, "height": 200.0})


def make_call(run: RunRecord, instance_id: str, key: str = "k", **changes: object) -> CallRecord:
    values: dict[str, object] = {
        "run_id": run.id,
        "instance_id": instance_id,
        "sample": 0,
        "role": "extractor",
        "key": key,
        "model": "offline",
        "prompt_sha": sha256_text(PROMPT_BODY),
        "request": [{"role": "user", "content": "weight 80 kg"}],
        "response": {"parts": [{"text": "80 kg"}]},
        "usage": {"input_tokens": 12, "output_tokens": 3},
        "cost_usd": 0.25,
        "price_known": True,
        "latency_s": 0.5,
    }
    return CallRecord.model_validate(values | changes)


def make_vote(
    run: RunRecord, instance_id: str, sample: int = 0, weight_kg: float = 80.0, **changes: object
) -> VoteRecord:
    derivation = bmi(weight_kg)
    values: dict[str, object] = {
        "run_id": run.id,
        "instance_id": instance_id,
        "sample": sample,
        "answer": derivation.answer,
        "derivation": derivation,
        "extraction": [{"name": "weight", "quote": "weight 80 kg"}],
        "critique": {"objections": []},
        "elapsed_s": 1.5,
    }
    return VoteRecord.model_validate(values | changes)


def make_label(run: RunRecord, instance_id: str, **changes: object) -> LabelRecord:
    values: dict[str, object] = {
        "run_id": run.id,
        "instance_id": instance_id,
        "answer": bmi().answer,
        "status": "confirmed",
        "decided_by": "consensus",
        "agreement": 1.0,
        "n_votes": 2,
    }
    return LabelRecord.model_validate(values | changes)


def make_audit_vote(run: RunRecord, instance_id: str, sample: int = 0, **changes: object) -> AuditVoteRecord:
    quote = Evidence(quote="weight 80 kg", where="context", start=8, end=20)
    values: dict[str, object] = {
        "run_id": run.id,
        "instance_id": instance_id,
        "sample": sample,
        "verdict": "wrong",
        "error_type": "unit",
        "reason": "the weight was taken as pounds",
        "answer": bmi().answer,
        "evidence": (quote,),
        "elapsed_s": 0.5,
    }
    return AuditVoteRecord.model_validate(values | changes)


def make_finding(run: RunRecord, instance_id: str, **changes: object) -> FindingRecord:
    values: dict[str, object] = {
        "run_id": run.id,
        "instance_id": instance_id,
        "verdict": "wrong",
        "error_type": "unit",
        "share": 1.0,
        "n_votes": 2,
        "reason": "the weight was taken as pounds",
        "answer": bmi().answer,
    }
    return FindingRecord.model_validate(values | changes)


def judge(store: Store, run: RunRecord, instance_id: str, **changes: object) -> FindingRecord:
    """Two votes that agree, and the finding that they amount to."""
    for sample in range(2):
        store.add_audit_vote(make_audit_vote(run, instance_id, sample, **changes))
    return store.add_finding(make_finding(run, instance_id, **changes))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "steward.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


@pytest.fixture
def run(store: Store) -> RunRecord:
    """A run over six instances of which nothing is done yet."""
    benchmark = make_benchmark()
    store.add_prompts(
        [PromptRecord(sha256=sha256_text(PROMPT_BODY), id="extract", version=1, body=PROMPT_BODY)]
    )
    benchmark_id = store.add_benchmark(benchmark)
    return store.create_run(benchmark_id, CONTRACT, [i.id for i in benchmark.instances], {"concurrency": 4})


@pytest.fixture
def ids(store: Store, run: RunRecord) -> list[str]:
    return list(store.work(run.id))


@pytest.fixture
def full(store: Store, run: RunRecord, ids: list[str]) -> Store:
    """The run half done: confirmed, revised, incomputable by a reviewer, waiting, failed, pending."""
    confirmed, revised, incomputable, waiting, failed, _ = ids
    store.add_call(make_call(run, confirmed, "a"))
    store.add_call(make_call(run, revised, "b", cost_usd=0.5))
    error = {"outcome": "error", "response": None, "error": "HTTP 500", "cost_usd": None}
    store.add_call(make_call(run, failed, "c", **error))
    for sample in range(2):
        store.add_vote(make_vote(run, confirmed, sample))
        store.add_vote(make_vote(run, revised, sample, weight_kg=120.0))
        store.add_vote(make_vote(run, waiting, sample, weight_kg=80.0 + 40.0 * sample))
    store.add_label(make_label(run, confirmed))
    store.add_label(make_label(run, revised, answer=bmi(120.0).answer, status="revised"))
    store.add_escalation(EscalationRecord(run_id=run.id, instance_id=incomputable, reason="failed"))
    nothing = IncomputableAnswer(reason="no height", missing=("height",))
    decision = store.add_decision(
        DecisionRecord(run_id=run.id, instance_id=incomputable, reviewer="ada", answer=nothing)
    )
    store.add_label(
        make_label(
            run,
            incomputable,
            answer=nothing,
            status="incomputable",
            decided_by="reviewer",
            decision_id=decision.id,
            agreement=None,
            n_votes=0,
        )
    )
    store.add_escalation(
        EscalationRecord(
            run_id=run.id,
            instance_id=waiting,
            reason="low_consensus",
            priority=0.6,
            detail={"why": "2 votes differ"},
            share=0.5,
            change="large",
        )
    )
    store.add_failure(FailureRecord(run_id=run.id, instance_id=failed, error="TimeoutError"))
    store.add_audit_draw(
        AuditDraw(run_id=run.id, share=0.05, seed="s", first_label=2, last_label=2, labels=1, drawn=0)
    )
    request_drain(store, run.id, "ada")
    return store


@pytest.fixture
def audit(store: Store, run: RunRecord, ids: list[str]) -> RunRecord:
    """An audit run over the same six instances of which nothing is done yet."""
    return store.create_run(run.benchmark_id, AUDIT_CONTRACT, ids)


@pytest.fixture
def audited(full: Store, audit: RunRecord, ids: list[str]) -> Store:
    """Beside the run that is half done an audit run with one finding."""
    judge(full, audit, ids[0])
    return full
