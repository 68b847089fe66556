"""Gathers what a label set's consistency is judged by: for each label, the readings of its instance.

Inputs are those that the benchmark stores and, where runs are given, those of their derivations; where
there are neither, those that the offline reader finds. What a benchmark does not store of an input is
looked up in the note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agents.offline.strategies import STRATEGIES
from agents.task import Task, calculator_of, task_of
from benchmarks.audit import parse_stored
from benchmarks.label_sets import LabelSet
from benchmarks.model import Instance
from calculators.conventions import settled
from calculators.model import Calculator, InputValue
from calculators.normalise import InvalidInput
from calculators.readings import Reading, can_count_as_absent, readings
from calculators.stored import stored_inputs, stored_key
from consensus.consistency import ConsistencyReport, find_contradictions
from consensus.explained import Case
from store.records import RunRecord
from store.store import Store

Inputs = tuple[InputValue, ...]
Derived = Mapping[str, Sequence[tuple[str, Inputs]]]
"""Instance id → the calculator and inputs of each derivation."""


@dataclass(frozen=True)
class Sources:
    """Where inputs come from."""

    stored_column: str | None = None
    """The column in which the benchmark stores inputs."""
    derived: Derived = field(default_factory=dict)


def check_consistency(
    name: str,
    instances: Sequence[Instance],
    labels: LabelSet,
    sources: Sources,
    *,
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> ConsistencyReport:
    """Find the contradictions of a label set.

    Args:
        name: of the benchmark.
        instances: of the benchmark.
        labels: compared by source id.
        sources: where inputs come from.
        on_progress: called with what is counted, how many are done and of how many.
    """
    cases: list[Case] = []
    skipped: Counter[str] = Counter()
    for done, instance in enumerate(instances, start=1):
        label = labels.labels.get(instance.source_id)
        calculator = calculator_of(instance)
        if label is None or label.answer is None:
            skipped[label.gap or "unlabelled" if label else "not_in_the_set"] += 1
        elif calculator is None:
            skipped["no_calculator"] += 1
        elif found := _readings(instance, calculator, sources):
            cases.append(Case(instance.source_id, calculator, instance.spec, label.answer, found))
        else:
            skipped["no_inputs"] += 1
        on_progress("instances read", done, len(instances))
    return find_contradictions(name, labels.name, cases, skipped)


def derived_inputs(store: Store, runs: Sequence[RunRecord]) -> Derived:
    """What the votes of runs derived their answers from."""
    found: dict[str, list[tuple[str, Inputs]]] = {}
    for run in runs:
        for instance_id in store.work(run.id):
            for vote in store.votes(run.id, instance_id):
                derivation = vote.derivation
                if derivation is not None and derivation.method == "calculator" and derivation.calculator:
                    entry = (derivation.calculator, derivation.inputs)
                    found.setdefault(instance_id, []).append(entry)
    return found


def _readings(instance: Instance, calculator: Calculator, sources: Sources) -> tuple[Reading, ...]:
    """All readings of all sets of inputs that can be used; none where there is no such set."""
    fixed = settled(calculator, instance.question, {})
    found: list[Reading] = []
    seen: set[tuple[tuple[object, ...], ...]] = set()
    for inputs in _input_sets(instance, calculator, sources):
        key = tuple(sorted(((v.name, v.status, v.value, v.unit, v.bound) for v in inputs), key=repr))
        if key in seen:
            continue
        seen.add(key)
        try:
            found += readings(calculator, inputs, fixed)
        except InvalidInput:
            continue
    return tuple(found)


def _input_sets(instance: Instance, calculator: Calculator, sources: Sources) -> Iterator[Inputs]:
    derived = [inputs for name, inputs in sources.derived.get(instance.id, ()) if name == calculator.id]
    stored = _stored(instance, calculator, sources.stored_column)
    yield from derived
    if stored is not None:
        yield from _completed(calculator, stored, _from_note(instance, calculator))
    elif not derived:
        yield from _from_note(instance, calculator)


def _stored(instance: Instance, calculator: Calculator, column: str | None) -> Inputs | None:
    """The inputs that are really stored; None where there are none or they cannot be read."""
    try:
        entities = parse_stored(instance.row.get(column or "", ""))
        found = stored_inputs(calculator, entities).inputs
    except (ValueError, InvalidInput):
        return None
    kept = [
        v for v in found if v.status != "not_mentioned" and stored_key(calculator.input(v.name), entities)
    ]
    return tuple(kept) or None


def _completed(calculator: Calculator, stored: Inputs, noted: Sequence[Inputs]) -> Iterator[Inputs]:
    """The stored inputs with what the note says of those for which the benchmark has no place.

    Of an input that it could have stored and did not, the note tells only whether it is mentioned: the
    benchmark's own reading stands, and what is mentioned but not stored counts as absent, not as missing.
    """
    known = {value.name for value in stored}
    mentioned = {v.name for inputs in noted for v in inputs if v.status != "not_mentioned"} - known
    storable = {spec.name for spec in calculator.inputs if spec.source_keys}
    absent = tuple(
        InputValue(name=spec.name, status="absent")
        for spec in calculator.inputs
        if spec.name in mentioned & storable and can_count_as_absent(spec)
    )
    for inputs in noted:
        extra = (
            value
            for value in inputs
            if value.name not in known | storable and value.status in ("present", "absent")
        )
        yield (*stored, *absent, *extra)


def _from_note(instance: Instance, calculator: Calculator) -> list[Inputs]:
    """The inputs as each strategy of the offline reader finds them."""
    from agents.extractor import to_inputs
    from agents.offline.reader import read

    task: Task = task_of(instance, "", {})
    return [
        to_inputs(read(calculator, instance.question, instance.context, strategy), task)
        for strategy in STRATEGIES
    ]
