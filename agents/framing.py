"""The parts of a task as prompt text: each in a tag that its content cannot close."""

from __future__ import annotations

import re

from pydantic_ai.framing import DataTag, register_tag, wrap

from agents.task import Task
from answers.format import format_answer
from answers.model import AnswerSpec
from calculators.model import Calculator, Derivation, InputSpec, InputValue

_CALCULATOR = register_tag("calculator")
_ANSWER = register_tag("answer_spec")
_QUESTION = register_tag("question")
_CONTEXT: DataTag = "context"
_OBJECTION = register_tag("objection")
_DERIVATION = register_tag("derivation")
_INPUTS = register_tag("inputs")
CONVENTIONS = register_tag("conventions")
LABEL = register_tag("original_label")
STORED_INPUTS = register_tag("stored_inputs")
EXPLANATION = register_tag("stored_explanation")
_FRAMED = re.compile(
    r"<(calculator|question|context|conventions|original_label|stored_inputs)(?: [^>]*)?>\n?(.*?)\n?</\1>",
    re.DOTALL,
)
_RULE = re.compile(
    r'<answer_spec kind="(?P<kind>\w+)" agreement="(?P<agreement>\w+)" tolerance="(?P<tolerance>[^"]+)">'
)

_POLICY = {
    "required": "required",
    "assume_absent": "a note would mention it: absent unless stated",
    "optional": "optional",
}


def calculator_text(calculator: Calculator) -> str:
    """The calculator's own definition: what the model reads by, while code computes."""
    lines = [f"{calculator.name} ({calculator.field})", calculator.definition]
    lines += [f"Made for {calculator.applies_to}."] if calculator.applies_to else []
    lines += ["Inputs:"]
    lines += [_input_line(spec) for spec in calculator.inputs]
    if calculator.conventions:
        lines.append("Conventions:")
        lines += [
            f"- {convention.question} {'; '.join(f'{o}: {text}' for o, text in convention.options.items())}"
            for convention in calculator.conventions
        ]
    return wrap(_CALCULATOR, "\n".join(lines), id=calculator.id, version=calculator.version)


def answer_text(spec: AnswerSpec) -> str:
    """What kind of answer is asked for."""
    unit = f" in {spec.unit}" if spec.unit else ""
    options = f"; one of {', '.join(spec.options)}" if spec.options else ""
    return wrap(_ANSWER, f"The answer is a {spec.kind}{unit}{options}.")


_AGREEMENT = {
    "relative": "at most {tolerance:g} of the larger one apart",
    "absolute": "at most {tolerance:g} apart",
    "exact": "equal",
}


def agreement_text(spec: AnswerSpec) -> str:
    """What kind of answer is asked for, and when two answers are the same."""
    unit = f" in {spec.unit}" if spec.unit else ""
    options = f"; one of {', '.join(spec.options)}" if spec.options else ""
    rule = spec.agreement
    same = _AGREEMENT[rule.kind].format(tolerance=rule.tolerance)
    text = f"The answer is a {spec.kind}{unit}{options}. Two answers are the same if they are {same}."
    given = {"kind": spec.kind, "agreement": rule.kind, "tolerance": repr(rule.tolerance)}
    return wrap(_ANSWER, text, **given)


def definition_text(task: Task) -> str:
    """The calculator's definition, or the bare answer spec where there is none."""
    return calculator_text(task.calculator) if task.calculator else answer_text(task.spec)


def question_text(task: Task) -> str:
    """The benchmark's question."""
    return wrap(_QUESTION, task.question)


def context_text(task: Task) -> str:
    """The instance's context, as data."""
    return wrap(_CONTEXT, f"\n{task.context}\n")


def objection_text(objection: str | None) -> str:
    """What the critic held against the previous reading; empty on the first pass."""
    if objection is None:
        return ""
    return wrap(
        _OBJECTION,
        f"A critic objected to the previous attempt. Check it again and mend what is wrong: {objection}",
    )


def inputs_text(inputs: tuple[InputValue, ...]) -> str:
    """The values that were read, for the executor."""
    return wrap(_INPUTS, "\n".join(_value_line(value) for value in inputs))


def derivation_text(derivation: Derivation) -> str:
    """A derivation in lines that a reader can check."""
    lines = ["Inputs as read:", *(_value_line(value) for value in derivation.inputs), "Steps:"]
    lines += [
        f"- {step.name} = {step.expression} = {step.value}{f' {step.unit}' if step.unit else ''}"
        for step in derivation.steps
    ]
    if derivation.conventions:
        lines.append(f"Conventions: {', '.join(f'{k} = {v}' for k, v in derivation.conventions.items())}")
    lines += [f"Note: {note}" for note in derivation.notes]
    if derivation.code:
        lines += ["Program:", derivation.code]
    lines.append(f"Answer: {format_answer(derivation.answer)}")
    return wrap(_DERIVATION, "\n".join(lines))


def framed_parts(prompt: str) -> dict[str, str]:
    """The bodies of the tags in a rendered task, by tag name: what a reader of prompts sees.

    A body cannot contain its own tag (framing escapes it), so the first closing tag ends it.
    """
    return {match[1]: match[2] for match in _FRAMED.finditer(prompt)}


def calculator_id(prompt: str) -> str | None:
    """The id in the prompt's calculator tag; None where the prompt defines no calculator."""
    match = re.search(r'<calculator id="([^"]+)"', prompt)
    return match[1] if match else None


def answer_rule(prompt: str) -> AnswerSpec | None:
    """Kind and agreement rule in the prompt's `agreement_text`; None where it has none."""
    match = _RULE.search(prompt)
    if match is None:
        return None
    rule = {"kind": match["agreement"], "tolerance": float(match["tolerance"])}
    return AnswerSpec.model_validate({"kind": match["kind"], "agreement": rule})


def _input_line(spec: InputSpec) -> str:
    kind: str = spec.kind
    if spec.kind == "quantity":
        kind = f"number in {spec.unit or 'no unit'}" + (f" or {', '.join(spec.units)}" if spec.units else "")
    elif spec.kind == "category":
        kind = f"one of {', '.join(spec.allowed)}"
    elif spec.kind == "boolean":
        kind = "true or false"
    default = f", else {spec.default}" if spec.absent == "optional" and spec.default is not None else ""
    also = f" Also called: {', '.join(spec.synonyms[:6])}." if spec.synonyms else ""
    note = f" {spec.note}" if spec.note else ""
    return f"- {spec.name}: {spec.label}; {kind}; {_POLICY[spec.absent]}{default}.{also}{note}"


def _value_line(value: InputValue) -> str:
    if value.status != "present":
        return f"- {value.name}: {value.status.replace('_', ' ')}"
    unit = f" {value.unit}" if value.unit else ""
    time = f" (at {value.time})" if value.time else ""
    quote = f', quote: "{value.evidence.quote}"' if value.evidence else ""
    return f"- {value.name}: {value.bound or ''}{value.value}{unit}{time}{quote}"
