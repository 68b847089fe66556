"""From the fields of a form to inputs, conventions and an answer, and what is wrong with each of them.

Field names: `input.NAME.PART` for each input of the calculator and each of `PARTS`, `convention.ID` for each
convention that is not settled, and `answer`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from agents.task import Task
from answers.format import format_answer
from answers.model import Answer, AnswerKind, DateAnswer, IncomputableAnswer, NumberAnswer
from answers.parse import UnparsableAnswer, parse_answer
from calculators.evaluate import evaluate
from calculators.model import (
    Bound,
    Calculator,
    Convention,
    Derivation,
    Evidence,
    InputSpec,
    InputStatus,
    InputValue,
)
from calculators.normalise import InvalidInput, normalise
from calculators.units import UnitError, convert, feet_and_inches
from review.quotes import UnfoundQuote, find_evidence

STATUSES: tuple[InputStatus, ...] = get_args(InputStatus)
PARTS = ("value", "unit", "status", "doubt", "quote", "start", "end", "occurrence")
ANSWER = "answer"
_BOUND = re.compile(r"(<=|>=|[<>≤≥])\s*")
_BOUNDS: Mapping[str, Bound] = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">="}


@dataclass(frozen=True)
class Entry:
    """What a form says. Where `errors` has a field, what that field should give is missing.

    Args:
        inputs: in the order of the calculator; one that was left out counts as not mentioned.
        conventions: convention id → option, for those that the form chooses.
        answer: what the reviewer states; None where the computed answer is to stand.
        errors: name of a field → one sentence on what is wrong and what is accepted.
    """

    inputs: tuple[InputValue, ...]
    conventions: Mapping[str, str]
    answer: Answer | None
    errors: Mapping[str, str]


class NoAnswer(ValueError):  # noqa: N818 - reads as what it is in "except NoAnswer"
    """A form from which no answer follows; the message says what is missing."""


class _FieldError(ValueError):
    """What is wrong with one part of an input."""

    def __init__(self, part: str, problem: str) -> None:
        super().__init__(problem)
        self.part = part


def input_field(name: str) -> str:
    """What the names of an input's fields begin with, before the part."""
    return f"input.{name}"


def convention_field(convention_id: str) -> str:
    """The name of a convention's field."""
    return f"convention.{convention_id}"


def open_conventions(task: Task) -> tuple[Convention, ...]:
    """The conventions that a form may choose: neither the question nor the run's contract settles them."""
    own = task.calculator.conventions if task.calculator else ()
    return tuple(convention for convention in own if convention.id not in task.conventions)


def read_entry(task: Task, form: Mapping[str, str]) -> Entry:
    """What a form says of an instance. A field that it lacks counts as empty, any other is passed over."""
    errors: dict[str, str] = {}
    inputs: list[InputValue] = []
    for spec in task.calculator.inputs if task.calculator else ():
        field = input_field(spec.name)
        try:
            value = _input(task, spec, {part: form.get(f"{field}.{part}", "").strip() for part in PARTS})
        except _FieldError as error:
            errors[f"{field}.{error.part}"] = str(error)
        else:
            inputs += [value] if value else []
    conventions = _conventions(task, form, errors)
    answer = None
    try:
        answer = stated(task, form.get(ANSWER, ""))
    except ValueError as error:
        errors[ANSWER] = str(error)
    return Entry(tuple(inputs), conventions, answer, errors)


def recompute(task: Task, entry: Entry) -> Derivation | None:
    """The calculator on what was entered; None where none is registered or an input is wrong.

    The question's own convention holds first, then the run's, then the form's, then the default.
    """
    wrong = [field for field in entry.errors if field != ANSWER]
    if task.calculator is None or wrong:
        return None
    return evaluate(task.calculator, entry.inputs, {**entry.conventions, **task.conventions})


def answer_of(task: Task, entry: Entry, derivation: Derivation | None) -> Answer:
    """The reviewer's answer: the one stated, else the computed one.

    A stated answer that is spelled as the computed one is that one, with all its digits.

    Raises:
        NoAnswer: nothing was stated, and nothing is computed, or it cannot be told under which convention, or
            what is computed is that there is no answer, which a reviewer has to state.
    """
    computed = derivation.answer if derivation else None
    if entry.answer is not None:
        same = computed is not None and computed.kind != "incomputable" and _same(entry.answer, computed)
        return computed if same and computed is not None else entry.answer
    if derivation is None:
        raise NoAnswer("give an answer" if task.calculator is None else "mend the inputs, or give an answer")
    for convention in open_conventions(task):
        unchosen = convention.default is None and convention.id not in entry.conventions
        if unchosen and convention.id in derivation.alternatives:
            raise NoAnswer(f"the answer depends on a convention; choose: {convention.question}")
    if isinstance(derivation.answer, IncomputableAnswer):
        raise NoAnswer(f"{derivation.answer.reason}. If there is no answer, state N/A")
    return derivation.answer


def _input(task: Task, spec: InputSpec, typed: Mapping[str, str]) -> InputValue | None:
    """One input; None where it was left out. Raises _FieldError."""
    status = _status(spec, typed)
    if status is None:
        return None
    evidence = _evidence(task, typed)
    if status != "present":
        if typed["value"]:
            raise _FieldError("value", f"it has a value, but is marked {spoken(status)}; keep one of the two")
        doubt = (typed["doubt"] or None) if status == "unclear" else None
        return InputValue(name=spec.name, status=status, evidence=evidence, doubt=doubt)
    assert task.calculator is not None, "inputs are those of a calculator"
    value = _present(task.calculator, spec, typed)
    return value.model_copy(update={"evidence": evidence})


def spoken(status: InputStatus) -> str:
    """A status in words."""
    return status.replace("_", " ")


def _status(spec: InputSpec, typed: Mapping[str, str]) -> InputStatus | None:
    given = typed["status"]
    if given in STATUSES:
        return given
    if given:
        raise _FieldError("status", f"{given!r} is no status; there are: {', '.join(map(spoken, STATUSES))}")
    if typed["value"]:
        return "present"
    if typed["quote"]:
        says = "give its status" if spec.kind == "boolean" else "give its value or status"
        raise _FieldError("status", f"a quote alone does not say what it shows; {says}")
    return None


def _evidence(task: Task, typed: Mapping[str, str]) -> Evidence | None:
    if not typed["quote"]:
        return None
    try:
        return find_evidence(task, typed["quote"], typed["start"], typed["end"], typed["occurrence"])
    except UnfoundQuote as error:
        raise _FieldError("quote", str(error)) from None


def _present(calculator: Calculator, spec: InputSpec, typed: Mapping[str, str]) -> InputValue:
    """A value that the calculator takes, as it was typed. Raises _FieldError for any other."""
    text = typed["value"]
    if spec.kind == "boolean":
        value = InputValue(name=spec.name, status="present", value=True)
    elif not text:
        raise _FieldError("value", "it is marked present; give its value")
    elif spec.kind == "quantity":
        value = _quantity(spec, text, typed["unit"] or None)
    elif spec.kind == "date":
        value = InputValue(name=spec.name, status="present", value=_date(text))
    else:
        value = InputValue(name=spec.name, status="present", value=text)
    assert value.value is not None
    try:
        normalise(calculator.id, spec, value.value, value.unit)
    except InvalidInput as error:
        raise _FieldError("value", error.problem) from None
    return value


def _quantity(spec: InputSpec, text: str, unit: str | None) -> InputValue:
    """A number, with "<" or ">" where it is a bound. A unit typed beside it counts before the chosen one."""
    sign = _BOUND.match(text)
    bound = _BOUNDS[sign[1]] if sign else None
    number = text[sign.end() :] if sign else text
    if (inches := feet_and_inches(number)) is not None:
        return InputValue(name=spec.name, status="present", value=inches, unit="in", bound=bound)
    value = _parsed(number, "number")
    assert isinstance(value, NumberAnswer)
    return InputValue(
        name=spec.name, status="present", value=value.value, unit=value.unit or unit, bound=bound
    )


def _date(text: str) -> dt.date:
    value = _parsed(text, "date")
    assert isinstance(value, DateAnswer)
    return value.value


def _parsed(text: str, kind: AnswerKind) -> Answer:
    """A number or a date as answers are spelled, but nothing that says that there is none."""
    try:
        value = parse_answer(text, kind)
    except UnparsableAnswer as error:
        raise _FieldError("value", f"{error.problem}; accepted: {error.accepted}") from None
    if isinstance(value, IncomputableAnswer):
        raise _FieldError("value", "that is no value; say by the status that there is none")
    return value


def _conventions(task: Task, form: Mapping[str, str], errors: dict[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for convention in open_conventions(task):
        field = convention_field(convention.id)
        option = form.get(field, "")
        if option in convention.options:
            chosen[convention.id] = option
        elif option:
            errors[field] = f"{option!r} is no option; there are: {', '.join(convention.options)}"
    return chosen


def stated(task: Task, text: str) -> Answer | None:
    """The answer that was typed, in the unit that is asked for. Raises ValueError for what is none."""
    if not text.strip():
        return None
    spec = task.spec
    unit = spec.unit or (task.calculator.answer.unit if task.calculator else None)
    answer = parse_answer(text, spec.kind, unit, options=spec.options)
    if not isinstance(answer, NumberAnswer) or answer.unit == unit or answer.unit is None:
        return answer
    if unit is None:
        raise ValueError(f"the question names no unit; give the number without {answer.unit}")
    try:
        return NumberAnswer(value=convert(answer.value, answer.unit, unit), unit=unit)
    except UnitError as error:
        raise ValueError(f"the answer is asked for in {unit}: {error}") from None


def _same(stated: Answer, computed: Answer) -> bool:
    return format_answer(stated) == format_answer(computed)
