"""The clinic example: what it holds, and that nothing in it was typed in by hand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from dateutil import parser as dates

from answers.agreement import agrees
from answers.model import AgreementRule, Answer, AnswerSpec, IncomputableAnswer
from answers.parse import parse_answer
from benchmarks.model import Instance
from benchmarks.read import read_benchmark
from calculators.evaluate import Given, evaluate
from calculators.model import Calculator
from calculators.registry import for_medcalc_id
from examples.clinic import build

TASKS = build.load_tasks()
VIGNETTES = build.load_vignettes()
BY_ID = {vignette.id: vignette for vignette in VIGNETTES}
REGISTERED = [v for v in VIGNETTES if v.calculator < build.FIRST_UNREGISTERED_ID]
MEDCALC = Path(__file__).parents[3] / "shared" / "data" / "medcalc" / "original_test_labels.csv"
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((build.HERE / name).read_text(encoding="utf-8"))))


TRUTH = {row["Unique ID"]: row for row in rows("truth.csv")}


@pytest.fixture(scope="module")
def instances() -> dict[str, Instance]:
    benchmark = read_benchmark(str(build.HERE / "benchmark.csv"))
    assert benchmark.rejections == ()
    return {instance.source_id: instance for instance in benchmark.instances}


@pytest.mark.parametrize("name", ["benchmark.csv", "truth.csv"])
def test_committed_files_are_what_the_vignettes_give(name: str) -> None:
    assert (build.HERE / name).read_bytes().decode("utf-8") == build.build()[name]


def test_it_covers_enough_calculators_and_every_kind_of_error() -> None:
    assert len(VIGNETTES) >= 48
    assert len(set(BY_ID)) == len(VIGNETTES)
    assert len({v.calculator for v in REGISTERED}) >= 16
    kinds = Counter(row["error_kind"] for row in TRUTH.values())
    assert set(kinds) == {
        "none",
        "extraction",
        "unit",
        "logic",
        "time_point",
        "incomputable",
        "convention",
    }
    assert min(kinds.values()) >= 2
    assert 0.5 <= kinds["none"] / len(VIGNETTES) <= 0.6


def test_some_instances_are_to_be_escalated_and_some_labels_rightly_say_incomputable() -> None:
    escalated = {key for key, row in TRUTH.items() if row["expected"] == "escalate"}
    unregistered = {v.id for v in VIGNETTES if for_medcalc_id(v.calculator) is None}
    ambiguous = {v.id for v in VIGNETTES if v.readings}
    assert escalated == unregistered | ambiguous
    assert len(unregistered) >= 3
    assert len(ambiguous) >= 3
    labels = {row["Unique ID"]: row["Ground Truth Answer"] for row in rows("benchmark.csv")}
    assert sum(labels[key] == row["true_answer"] == "N/A" for key, row in TRUTH.items()) == 2


def test_the_readme_counts_what_is_there() -> None:
    readme = (build.HERE / "README.md").read_text(encoding="utf-8")
    counted = {kind: int(number) for kind, number in re.findall(r"^\| `(\w+)` \| (\d+) \|", readme, re.M)}
    assert counted == Counter(row["error_kind"] for row in TRUTH.values())
    assert readme.count(f"{len(VIGNETTES)} clinical vignettes") == 1
    assert readme.count(f"{len({v.calculator for v in REGISTERED})} registered calculators") == 1


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v.id)
def test_the_note_states_every_true_input(vignette: build.Vignette) -> None:
    quoted = [item for source in (vignette.inputs, *vignette.readings) for item in source.items()]
    for name, (value, _, quote) in quoted:
        assert quote in vignette.note, name
        if isinstance(value, float | tuple):
            wanted = set(value) if isinstance(value, tuple) else {value}
            assert wanted <= {float(number) for number in NUMBER.findall(quote)}, name
        elif not isinstance(value, str):
            assert dates.parse(quote).date() == value, name


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v.id)
def test_notes_have_the_length_of_real_ones(vignette: build.Vignette) -> None:
    assert 80 <= len(vignette.note.split()) <= 250


def typed(instance: Instance, text: str, rule: AgreementRule | None = None) -> tuple[Answer, AnswerSpec]:
    spec = instance.spec if rule is None else instance.spec.model_copy(update={"agreement": rule})
    return parse_answer(text, spec.kind, unit=spec.unit), spec


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda v: v.id)
def test_a_label_is_wrong_exactly_where_an_error_is_planted(
    vignette: build.Vignette, instances: dict[str, Instance]
) -> None:
    instance = instances[vignette.id]
    first = TRUTH[vignette.id]["true_answer"].split(" | ")[0]
    answer, spec = typed(instance, first)
    assert instance.label is not None
    assert agrees(answer, instance.label, spec) == (vignette.error == "none")


@pytest.mark.parametrize("vignette", [v for v in VIGNETTES if v.readings], ids=lambda v: v.id)
def test_the_readings_of_an_ambiguous_note_disagree(
    vignette: build.Vignette, instances: dict[str, Instance]
) -> None:
    instance = instances[vignette.id]
    one, other = (typed(instance, text)[0] for text in TRUTH[vignette.id]["true_answer"].split(" | "))
    assert not agrees(one, other, instance.spec)


def given(calculator: Calculator, inputs: dict[str, build.Stored]) -> dict[str, Given]:
    """The true inputs under the calculator's own names, which it shares with MedCalc-Bench's keys."""
    names = {key: spec.name for spec in calculator.inputs for key in spec.source_keys}
    result: dict[str, Given] = {}
    for name, (value, unit) in inputs.items():
        key = names[build.ENTITY_KEYS[name]]
        if isinstance(value, tuple):
            result[key] = (12 * value[0] + value[1], "in")
        else:
            result[key] = (value, unit) if isinstance(value, float) and unit else value
    return result


@pytest.mark.parametrize("vignette", REGISTERED, ids=lambda v: v.id)
def test_calculators_find_the_same_truth(vignette: build.Vignette, instances: dict[str, Instance]) -> None:
    calculator = for_medcalc_id(vignette.calculator)
    assert calculator is not None
    # Molar masses are known to four digits, and the two sides round theirs differently.
    decimal = TASKS[vignette.calculator].output == "decimal"
    rule = AgreementRule(kind="relative", tolerance=1e-4) if decimal else None
    truths = TRUTH[vignette.id]["true_answer"].split(" | ")
    for inputs, text in zip(build.true_inputs(vignette), truths, strict=True):
        answer, spec = typed(instances[vignette.id], text, rule)
        computed = evaluate(calculator, given(calculator, inputs)).answer
        if isinstance(answer, IncomputableAnswer):
            missing = set(TASKS[vignette.calculator].inputs) - set(inputs)
            assert isinstance(computed, IncomputableAnswer)
            assert set(computed.missing) == missing
        else:
            assert agrees(answer, computed, spec)


def runs_of(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


@pytest.mark.skipif(not MEDCALC.exists(), reason="MedCalc-Bench is not beside the checkout")
def test_no_note_or_question_borrows_from_medcalc_bench() -> None:
    ours = {
        row["Unique ID"]: runs_of(row["Patient Note"], 12) | runs_of(row["Question"], 12)
        for row in rows("benchmark.csv")
    }
    with MEDCALC.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            theirs = runs_of(row["Patient Note"], 12) | runs_of(row["Question"], 12)
            borrowed = [key for key, own in ours.items() if own & theirs]
            assert not borrowed, row["Unique ID"]
