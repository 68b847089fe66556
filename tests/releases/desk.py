"""A small benchmark with every kind of answer, and stores in which its labels are settled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from answers.model import (
    Answer,
    CategoryAnswer,
    DateAnswer,
    DurationAnswer,
    IncomputableAnswer,
    NumberAnswer,
    TextAnswer,
)
from benchmarks.read import read_benchmark
from calculators import registry
from calculators.evaluate import evaluate
from calculators.model import Derivation, Evidence, InputValue
from consensus.status import label_status
from store.records import (
    DecisionRecord,
    EscalationRecord,
    LabelRecord,
    RetractionRecord,
    RunRecord,
    VoteRecord,
)
from store.store import Store

CONTRACT: dict[str, JsonValue] = {
    "workflow": "relabel",
    "policy": {"votes": 3, "max_votes": 3, "agreement": 0.6},
    "models": {"extractor": {"spec": "offline"}},
    "calculators": {"body_mass_index": "1"},
}


def row(identity: str, kind: str, label: str, **more: str) -> dict[str, str]:
    """One line of the benchmark."""
    common = {"id": identity, "context": f"Note of {identity}.", "question": "Which?", "answer_kind": kind}
    empty = {"label": label, "lower": "", "upper": "", "unit": "", "options": "", "calculator": ""}
    return {**common, **empty, **more}


def bmi_row(identity: str, weight: float, label: str, **more: str) -> dict[str, str]:
    """One that a calculator answers: at 200 cm, 80 kg are 20 and 120 kg are 30."""
    context = f"She weighs {weight:g} kg at 200 cm."
    return row(identity, "number", label, context=context, calculator="body_mass_index", **more)


ROWS = (
    bmi_row("kept", 80, "20.0"),
    bmi_row("wrong", 120, "25", lower="23.75", upper="26.25"),
    row("negative", "number", "-3", unit="mEq/L"),
    row("due", "date", "02/09/2024"),
    row("stay", "duration", "60 days"),
    row("band", "category", "above", options="below|within|above"),
    row("name", "text", "carpal tunnel"),
    row("dose", "number", "7", unit="mL"),
    bmi_row("argued", 80, "22"),
)
ANSWERS: dict[str, Answer] = {
    "negative": NumberAnswer(value=-4.0, unit="mEq/L"),
    "due": DateAnswer(value=dt.date(2024, 2, 10)),
    "stay": DurationAnswer(value=60),
    "band": CategoryAnswer(value="above"),
    "name": TextAnswer(value="knee arthroscopy"),
    "dose": IncomputableAnswer(reason="weight is missing", missing=("weight",)),
}
"""What the votes say where no calculator answers."""


def derivation(context: str) -> Derivation:
    """What the calculator makes of a note that states a weight."""
    quote = context.removeprefix("She weighs ").split(" at ")[0]
    start = context.index(quote)
    weight = InputValue(
        name="weight",
        status="present",
        value=float(quote.split()[0]),
        unit="kg",
        evidence=Evidence(quote=quote, start=start, end=start + len(quote)),
    )
    height = InputValue(name="height", status="present", value=200.0, unit="cm")
    return evaluate(registry.get("body_mass_index"), [weight, height])


@dataclass(frozen=True)
class Made:
    """A store, and what is in it."""

    path: Path
    run: RunRecord
    ids: Mapping[str, str]
    """Source id → instance id."""


def make_store(
    folder: Path,
    rows: tuple[dict[str, str], ...] = ROWS,
    *,
    answers: Mapping[str, Answer] = ANSWERS,
    waiting: tuple[str, ...] = (),
    contract: Mapping[str, JsonValue] = CONTRACT,
    name: str = "labels.db",
) -> Made:
    """A store of one run in which the votes have settled everything but what is `waiting`."""
    source = folder / "vignettes.jsonl"
    source.write_text("\n".join(json.dumps(each) for each in rows), "utf-8")
    benchmark = read_benchmark(str(source))
    with Store.open(folder / name, create=True) as store:
        benchmark_id = store.add_benchmark(benchmark)
        run = store.create_run(benchmark_id, contract, [i.id for i in benchmark.instances])
        for instance in benchmark.instances:
            derived = derivation(instance.context) if instance.calculator else None
            answer = derived.answer if derived else answers[instance.source_id]
            split = instance.source_id in waiting
            for sample in range(3):
                said: dict[str, object] = {"answer": answer, "derivation": derived}
                if sample == 2 or split:
                    said = {"failure": f"extractor: no luck in {sample}"}
                store.add_vote(
                    VoteRecord.model_validate(
                        {"run_id": run.id, "instance_id": instance.id, "sample": sample, **said}
                    )
                )
            if split:
                store.add_escalation(
                    EscalationRecord(run_id=run.id, instance_id=instance.id, reason="failed")
                )
                continue
            store.add_label(
                LabelRecord(
                    run_id=run.id,
                    instance_id=instance.id,
                    answer=answer,
                    status=label_status(instance.label, answer, instance.spec),
                    decided_by="consensus",
                    agreement=2 / 3,
                    n_votes=3,
                    reason="2 of 3 votes agree",
                )
            )
    ids = {instance.source_id: instance.id for instance in benchmark.instances}
    return Made(folder / name, run, ids)


def decide(made: Made, source_id: str, answer: Answer | None, **more: object) -> LabelRecord:
    """A reviewer's decision in place of the label that there is, or of none."""
    with Store.open(made.path) as store:
        instance = store.instance(made.run.benchmark_id, source_id)
        said = {"reviewer": "A. Reviewer", **more}
        decision = store.add_decision(
            DecisionRecord.model_validate(
                {"run_id": made.run.id, "instance_id": instance.id, "answer": answer, **said}
            )
        )
        standing = store.latest_label(made.run.id, instance.id)
        votes = store.votes(made.run.id, instance.id)
        label = LabelRecord(
            run_id=made.run.id,
            instance_id=instance.id,
            answer=answer,
            status=label_status(instance.label, answer, instance.spec),
            decided_by="reviewer",
            agreement=sum(vote.answer is not None for vote in votes) / len(votes),
            n_votes=len(votes),
            reason=f"by a reviewer: {decision.note}",
            decision_id=decision.id,
            supersedes=None if standing is None else standing.id,
        )
        return store.add_label(label) if standing is None else store.supersede_label(label)


def retract(made: Made, source_id: str, reason: str) -> None:
    """Withdraw the label of an instance."""
    with Store.open(made.path) as store:
        label = store.current_label(made.run.id, made.ids[source_id])
        assert label is not None
        assert label.id is not None
        store.retract_label(
            RetractionRecord(
                run_id=made.run.id,
                instance_id=label.instance_id,
                label_id=label.id,
                reviewer="A. Reviewer",
                reason=reason,
            )
        )
