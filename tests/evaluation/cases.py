"""A small benchmark with predictions and label sets, built in memory."""

from __future__ import annotations

from collections.abc import Mapping

from answers.model import AnswerKind, AnswerSpec
from answers.parse import parse_answer
from benchmarks.label_sets import LabelSet, read_label
from benchmarks.model import Benchmark, Instance
from benchmarks.predictions import Recording
from benchmarks.rules import default_rule


def instance(name: str, label: str, kind: AnswerKind = "number", task: str = "bmi") -> Instance:
    return Instance(
        id=f"id-{name}",
        source_id=name,
        context="A note.",
        question="How much?",
        spec=AnswerSpec(kind=kind, agreement=default_rule(kind)),
        label=parse_answer(label, kind),
        label_text=label,
        calculator_name=task,
        category="physical" if task == "bmi" else "lab",
        row={},
    )


def benchmark(*instances: Instance) -> Benchmark:
    return Benchmark(name="items", source="items.csv", sha256="0" * 64, columns=(), instances=instances)


def labels(name: str, items: Benchmark, answers: Mapping[str, str]) -> LabelSet:
    specs = {each.source_id: each.spec for each in items.instances}
    said = {key: read_label(text, specs[key]) for key, text in answers.items()}
    return LabelSet(name=name, source=f"{name}.csv", labels=said)


def recording(model: str, replies: Mapping[str, str | tuple[str, ...]]) -> Recording:
    several = {key: said if isinstance(said, tuple) else (said,) for key, said in replies.items()}
    return Recording(model=model, sources=(f"{model}.csv",), replies=several)
