"""The example for the generic reader: one item of each answer kind, none with a calculator."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from answers.agreement import agrees
from answers.model import AnswerKind
from answers.parse import parse_answer
from benchmarks.mapping import ColumnMapping
from benchmarks.read import read_benchmark

FOLDER = Path(__file__).parents[2] / "examples" / "generic"
WRONG = {"syringe-driver": f"{45 / 30}", "inhaler-supply": f"{120 // 4} days"}
RIGHT = {"prednisolone-tablets": f"{(5 * 30 + 4 * 20 + 3 * 10) // 5}", "booster-date": "2024-02-09"}


def test_it_reads_without_rejections_and_asks_for_every_kind_of_answer() -> None:
    mapping = ColumnMapping.parse(str(FOLDER / "mapping.yaml"))
    benchmark = read_benchmark(str(FOLDER / "items.jsonl"), mapping)
    assert benchmark.rejections == ()
    assert {instance.spec.kind for instance in benchmark.instances} == set(get_args(AnswerKind))
    assert {i.source_id for i in benchmark.instances if i.label and i.label.kind == "incomputable"} == {
        "paracetamol-child"
    }
    assert all(instance.calculator is None for instance in benchmark.instances)


def test_the_labels_that_the_mapping_calls_wrong_are_wrong() -> None:
    mapping = ColumnMapping.parse(str(FOLDER / "mapping.yaml"))
    benchmark = read_benchmark(str(FOLDER / "items.jsonl"), mapping)
    by_id = {instance.source_id: instance for instance in benchmark.instances}
    for source_id, text in (WRONG | RIGHT).items():
        instance = by_id[source_id]
        truth = parse_answer(text, instance.spec.kind, unit=instance.spec.unit)
        assert instance.label is not None
        assert agrees(truth, instance.label, instance.spec) == (source_id in RIGHT)
