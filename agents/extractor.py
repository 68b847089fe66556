"""The extractor reads the inputs of one calculator, with verbatim evidence that code checks."""

from __future__ import annotations

import datetime as dt
from functools import cache
from keyword import iskeyword

from pydantic_ai import ModelRetry

from agents.evidence import locate
from agents.extraction import ExtractedInput, Extraction
from agents.framing import answer_text, calculator_text, context_text, objection_text, question_text
from agents.roles import AgentRole, make_role
from agents.specs import OutputMode
from agents.task import Task
from calculators.model import Calculator, Evidence, InputValue
from calculators.normalise import InvalidInput, normalise
from prompts.loader import load


@cache
def extractor(mode: OutputMode, *, open_inputs: bool) -> AgentRole[Task, Extraction]:
    """The extractor; with `open_inputs` it names the inputs itself: no calculator defines them."""
    return make_role("extract_open" if open_inputs else "extract", Extraction, mode, _check)


async def _check(task: Task, extraction: Extraction) -> None:
    if found := problems(extraction, task):
        raise ModelRetry("Mend this and answer again:\n" + "\n".join(f"- {problem}" for problem in found))


def extractor_task(task: Task, objection: str | None) -> str:
    """The task text of one extraction."""
    if task.calculator is None:
        return load("extract_open").render(
            answer=answer_text(task.spec),
            question=question_text(task),
            context=context_text(task),
            objection=objection_text(objection),
        )
    return load("extract").render(
        calculator=calculator_text(task.calculator),
        question=question_text(task),
        context=context_text(task),
        objection=objection_text(objection),
    )


def problems(extraction: Extraction, task: Task) -> list[str]:
    """Everything that is wrong with an extraction, in words for the model that made it; empty if sound."""
    found = _name_problems([entry.name for entry in extraction.inputs], task.calculator)
    for entry in extraction.inputs:
        if entry.status == "present" and entry.value is None:
            found.append(f"input {entry.name!r} is present but has no value")
        elif entry.status == "present" and not entry.quote:
            found.append(f"input {entry.name!r} is present but has no quote")
        if entry.quote and _evidence(entry.quote, task) is None:
            found.append(f"input {entry.name!r}: the quote {entry.quote!r} is not found in the context")
    if found or task.calculator is None:
        return found
    return _value_problems(to_inputs(extraction, task), task.calculator)


def to_inputs(extraction: Extraction, task: Task) -> tuple[InputValue, ...]:
    """The extraction as input values with located evidence, in the calculator's order where there is one."""
    values = [_to_input(entry, task) for entry in extraction.inputs]
    if task.calculator is not None:
        order = {spec.name: position for position, spec in enumerate(task.calculator.inputs)}
        values.sort(key=lambda value: order.get(value.name, len(order)))
    return tuple(values)


def _to_input(entry: ExtractedInput, task: Task) -> InputValue:
    evidence = _evidence(entry.quote, task) if entry.quote else None
    if entry.status != "present":
        return InputValue(
            name=entry.name,
            status=entry.status,
            evidence=evidence,
            time=entry.time,
            doubt=entry.doubt if entry.status == "unclear" else None,
        )
    return InputValue(
        name=entry.name,
        status="present",
        value=_typed(entry, task.calculator),
        unit=entry.unit,
        bound=entry.bound,
        evidence=evidence,
        time=entry.time,
    )


def _typed(entry: ExtractedInput, calculator: Calculator | None) -> bool | float | str | dt.date | None:
    is_date = calculator is not None and any(
        spec.name == entry.name and spec.kind == "date" for spec in calculator.inputs
    )
    if is_date and isinstance(entry.value, str):
        try:
            return dt.date.fromisoformat(entry.value)
        except ValueError:
            return entry.value
    return entry.value


def _evidence(quote: str, task: Task) -> Evidence | None:
    return locate(quote, task.context) or locate(quote, task.question, "question")


def _name_problems(names: list[str], calculator: Calculator | None) -> list[str]:
    found = [f"input {name!r} is listed twice" for name in sorted({n for n in names if names.count(n) > 1})]
    if calculator is None:
        found += [
            f"input name {name!r} cannot be a variable's name; use snake_case"
            for name in names
            if not name.isidentifier() or iskeyword(name)
        ]
        return found
    expected = [spec.name for spec in calculator.inputs]
    found += [f"input {name!r} is missing" for name in expected if name not in names]
    found += [
        f"input {name!r} is unknown; the inputs are {', '.join(expected)}"
        for name in names
        if name not in expected
    ]
    return found


def _value_problems(values: tuple[InputValue, ...], calculator: Calculator) -> list[str]:
    found: list[str] = []
    for value in values:
        if value.status != "present" or value.value is None:
            continue
        try:
            normalise(calculator.id, calculator.input(value.name), value.value, value.unit)
        except InvalidInput as error:
            found.append(str(error))
    return found
