"""The offline auditor: a label against the note as one strategy reads it, and against its stored inputs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from agents.auditor import AuditVerdict
from agents.critic import critic_task
from agents.extractor import to_inputs
from agents.framing import answer_rule, calculator_id, framed_parts
from agents.offline.critic import review
from agents.offline.extraction import extraction
from agents.offline.mentions import can_read
from agents.offline.people import animal
from agents.offline.strategies import Strategy
from agents.task import Task
from answers.agreement import agrees
from answers.format import format_answer
from answers.model import Answer, IncomputableAnswer
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.audit import parse_stored
from calculators.conformance import causes, check_label
from calculators.conventions import settled
from calculators.evaluate import evaluate
from calculators.model import Calculator, Derivation, Scalar
from calculators.normalise import InvalidInput
from calculators.registry import get
from calculators.stored import stored_inputs
from consensus.model import ErrorType

_SAME_INPUT = 0.01
"""Relative difference up to which two values of an input are one: molar masses and roundings, no more."""
_MOST_QUOTES = 6


@dataclass(frozen=True)
class _Case:
    """What a prompt tells: the task, the label, and the stored inputs if there are any that can be read."""

    task: Task
    calculator: Calculator
    label: Answer
    stored: Mapping[str, object] | None


@dataclass(frozen=True)
class _Contradiction:
    """What the stored inputs hold against a label, and what follows from them."""

    error_type: ErrorType
    detail: str
    recomputed: Answer


def judge(prompt: str, strategy: Strategy) -> AuditVerdict:
    """The verdict of one strategy.

    The label stands where it follows from what the strategy reads in the note. It is wrong where its own
    stored inputs contradict it, where the strategy reads another value of an input than is stored and another
    answer follows, where the note does not give what an answer needs, or where the patient is no person.
    Otherwise it cannot be told.
    """
    case = _case(prompt)
    if isinstance(case, str):
        return _cannot_tell(case)
    if (species := animal(case.task.context)) and not isinstance(case.label, IncomputableAnswer):
        reason = f"the patient is an animal ({species!r}), and the calculator was made for people"
        return _wrong("not_applicable", reason, [species], IncomputableAnswer())
    reading = _reading(case, strategy)
    answers = _answers(case, reading) if isinstance(reading, Derivation) else []
    for answer in answers:
        if agrees(answer, case.label, case.task.spec):
            reason = f"the note gives {format_answer(answer)}, with which the label agrees"
            return _verdict("stands", None, reason, _quotes(reading), answer)
    if (contradiction := _contradiction(prompt)) is not None:
        answer = next(iter(answers), contradiction.recomputed)
        return _wrong(contradiction.error_type, contradiction.detail, _quotes(reading), answer)
    return _cannot_tell(reading) if isinstance(reading, str) else _against(case, reading)


@lru_cache(maxsize=64)
def _case(prompt: str) -> _Case | str:
    """What the prompt tells, or why nothing can be told from it."""
    parts, name, spec = framed_parts(prompt), calculator_id(prompt), answer_rule(prompt)
    if name is None or spec is None:
        return "no registered calculator fits the question"
    calculator = get(name)
    try:
        label = parse_answer(parts["original_label"], spec.kind, spec.unit)
        stored = parse_stored(parts["stored_inputs"]) if "stored_inputs" in parts else None
    except UnparsableAnswer as error:
        return f"the label cannot be read: {error}"
    except ValueError:
        stored = None
    lines = parts.get("conventions", "").splitlines()
    fixed = dict(line.split(" = ", 1) for line in lines)
    task = Task(
        run_id="",
        instance_id="",
        source_id="",
        context=parts["context"],
        question=parts["question"],
        spec=spec,
        calculator=calculator,
        conventions=settled(calculator, parts["question"], fixed),
    )
    return _Case(task, calculator, label, stored)


def _reading(case: _Case, strategy: Strategy) -> Derivation | str:
    """What the strategy derives from the note, or why nothing can be told from it."""
    task, calculator = case.task, case.calculator
    if not can_read(calculator):
        return f"the reader cannot tell what {calculator.id} needs"
    try:
        found = extraction(calculator, task.question, task.context, strategy)
        derivation = evaluate(calculator, to_inputs(found, task), task.conventions)
    except InvalidInput as error:
        return str(error)
    if derivation.unclear:
        why = derivation.answer.reason if isinstance(derivation.answer, IncomputableAnswer) else ""
        return f"it could not tell {', '.join(derivation.unclear)}: {why}"
    objections = review(critic_task(task, derivation)).objections
    return str(objections[0]) if objections else derivation


def _answers(case: _Case, reading: Derivation) -> list[Answer]:
    """The reading's answer, and those under other options of conventions that are open."""
    fixed = case.task.conventions
    opened = (options for name, options in reading.alternatives.items() if name not in fixed)
    return [reading.answer, *(answer for options in opened for answer in options.values())]


@lru_cache(maxsize=64)
def _contradiction(prompt: str) -> _Contradiction | None:
    """Whether the stored inputs contradict the label; the same for every strategy, and costly to explain."""
    case = _case(prompt)
    if isinstance(case, str) or case.stored is None:
        return None
    return _explained(case, case.stored)


def _explained(case: _Case, entities: Mapping[str, object]) -> _Contradiction | None:
    """What inputs hold against the label, and by which mistake it came about; None where nothing."""
    task = case.task
    check = check_label(
        case.calculator,
        entities,
        case.label,
        task.spec,
        question=task.question,
        conventions=task.conventions,
    )
    found = causes([check])[0]
    if found is None or check.recomputed is None:
        return None
    cause, detail = found
    error_type: ErrorType = "unit" if cause == "unit" else "logic"
    if _under_another_convention(case, entities):
        error_type = "convention"
    return _Contradiction(error_type, detail, check.recomputed)


def _under_another_convention(case: _Case, entities: Mapping[str, object]) -> bool:
    """Whether the label follows from inputs under another option of a convention that is settled."""
    inputs = stored_inputs(case.calculator, entities).inputs
    derivation = evaluate(case.calculator, inputs, case.task.conventions)
    options = (derivation.alternatives.get(name, {}) for name in case.task.conventions)
    return any(agrees(answer, case.label, case.task.spec) for some in options for answer in some.values())


def _against(case: _Case, reading: Derivation) -> AuditVerdict:
    """The verdict where the strategy reads another answer, and no stored input contradicts the label."""
    answer = reading.answer
    if isinstance(answer, IncomputableAnswer):
        if not answer.missing:
            return _cannot_tell(answer.reason)
        return _wrong("underspecified", answer.reason, _quotes(reading), answer)
    given = f"from what the note gives {format_answer(answer)} follows"
    if isinstance(case.label, IncomputableAnswer):
        return _wrong("extraction", f"{given}, and the label is N/A", _quotes(reading), answer)
    if case.stored is None:
        return _by_mistake(case, reading, f"{given}; the benchmark does not store how the label came about")
    other = _misread(case, case.stored, reading)
    if not other:
        return _cannot_tell(f"{given}, although it gives what is stored")
    named = ", ".join(case.calculator.input(name).label for name in other)
    error_type: ErrorType = "unit" if all(other.values()) else "extraction"
    what = "another unit of" if error_type == "unit" else "another"
    reason = f"the note gives {what} {named} than is stored; {given}"
    return _wrong(error_type, reason, _quotes(reading, other) or _quotes(reading), answer)


def _by_mistake(case: _Case, reading: Derivation, reason: str) -> AuditVerdict:
    """The verdict where nothing is stored: a unit that was mistaken is told by what it does to the answer."""
    read = {
        name: f"{value:%m/%d/%Y}" if isinstance(value, dt.date) else value
        for name, value in _normalised(reading).items()
    }
    found = _explained(case, read)
    if found is not None and found.error_type == "unit":
        return _wrong("unit", found.detail, _quotes(reading), reading.answer)
    return _wrong("extraction", reason, _quotes(reading), reading.answer)


def _misread(case: _Case, entities: Mapping[str, object], reading: Derivation) -> dict[str, bool]:
    """The inputs of which the note gives another value than is stored; none where these are refused.

    Each with whether the number is the same, so that the unit alone was mistaken.
    """
    try:
        stored = stored_inputs(case.calculator, entities).inputs
        kept = _normalised(evaluate(case.calculator, stored, case.task.conventions))
    except InvalidInput:
        return {}
    read, numbers = _normalised(reading), {(value.name, value.value) for value in reading.inputs}
    spelled = {value.name: value.value for value in stored}
    names = (spec.name for spec in case.calculator.inputs)
    return {
        name: name in read and (name, spelled.get(name)) in numbers
        for name in names
        if not _same(read.get(name), kept.get(name))
    }


def _normalised(derivation: Derivation) -> dict[str, Scalar]:
    return {entry.name: entry.value for entry in derivation.normalised}


def _same(one: Scalar | None, other: Scalar | None) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_SAME_INPUT, abs_tol=1e-9)
    return one == other


def _quotes(reading: Derivation | str, names: Iterable[str] | None = None) -> list[str]:
    """The words that a reading rests on, for some of its inputs or for all."""
    if isinstance(reading, str):
        return []
    wanted = None if names is None else set(names)
    found = [
        value.evidence.quote
        for value in reading.inputs
        if value.evidence is not None and (wanted is None or value.name in wanted)
    ]
    return list(dict.fromkeys(found))[:_MOST_QUOTES]


def _wrong(error_type: ErrorType, reason: str, quotes: Iterable[str], answer: Answer) -> AuditVerdict:
    return _verdict("wrong", error_type, reason, quotes, answer)


def _cannot_tell(reason: str) -> AuditVerdict:
    return _verdict("cannot_tell", None, reason, (), None)


def _verdict(
    verdict: Literal["stands", "wrong", "cannot_tell"],
    error_type: ErrorType | None,
    reason: str,
    quotes: Iterable[str],
    answer: Answer | None,
) -> AuditVerdict:
    return AuditVerdict(
        verdict=verdict,
        error_type=error_type,
        reason=reason,
        quotes=tuple(quotes),
        answer=None if answer is None else format_answer(answer),
    )
