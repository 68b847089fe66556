"""What the blind form shows of each input: what was typed, the evidence that was found, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.task import Task
from calculators.model import Convention, Evidence, InputSpec
from calculators.normalise import UNITLESS
from review.context import Highlight, Line, line_number, numbered_lines
from review.forms import PARTS, Entry, convention_field, input_field, open_conventions
from review.quotes import one_line

MINE = "mine"
"""Tint of the reviewer's own evidence."""


@dataclass(frozen=True)
class InputField:
    """One input of the form. `field` is what its field names begin with, `line` where its evidence stands."""

    spec: InputSpec
    field: str
    typed: Mapping[str, str]
    """Part → text, each of `PARTS`."""
    evidence: Evidence | None
    line: int | None
    errors: Mapping[str, str]
    """Part → what is wrong with it."""

    @property
    def units(self) -> tuple[str, ...]:
        """The units to choose from, the usual one first; none where it has no unit."""
        if self.spec.unit is None or self.spec.unit == UNITLESS:
            return ()
        return tuple(dict.fromkeys((self.spec.unit, *self.spec.units)))


@dataclass(frozen=True)
class ConventionField:
    """A convention that the form may choose."""

    convention: Convention
    field: str
    chosen: str
    error: str | None


def input_fields(
    task: Task, form: Mapping[str, str], entry: Entry, lines: Sequence[Line]
) -> tuple[InputField, ...]:
    """Every input of the calculator as the form has it; evidence that was found is shown with its offsets."""
    evidence = {value.name: value.evidence for value in entry.inputs}
    return tuple(
        _input_field(spec, form, evidence.get(spec.name), entry.errors, lines)
        for spec in (task.calculator.inputs if task.calculator else ())
    )


def convention_fields(task: Task, form: Mapping[str, str], entry: Entry) -> tuple[ConventionField, ...]:
    """The conventions that neither the question nor the run settles."""
    found = []
    for convention in open_conventions(task):
        field = convention_field(convention.id)
        chosen = form.get(field) or convention.default or ""
        found.append(ConventionField(convention, field, chosen, entry.errors.get(field)))
    return tuple(found)


def entry_lines(task: Task, entry: Entry) -> tuple[Line, ...]:
    """The note with the evidence that was entered."""
    return numbered_lines(
        task.context,
        [
            Highlight(v.evidence.start, v.evidence.end, MINE, _label(task, v.name), f"q-{MINE}-{v.name}")
            for v in entry.inputs
            if v.evidence is not None and v.evidence.where == "context"
        ],
    )


def _label(task: Task, name: str) -> str:
    return task.calculator.input(name).label if task.calculator else name


def _input_field(
    spec: InputSpec,
    form: Mapping[str, str],
    evidence: Evidence | None,
    errors: Mapping[str, str],
    lines: Sequence[Line],
) -> InputField:
    field = input_field(spec.name)
    typed = {part: form.get(f"{field}.{part}", "") for part in PARTS}
    line = None
    if not typed["unit"] and spec.unit:
        typed["unit"] = spec.unit
    if evidence is not None:
        typed["quote"] = one_line(evidence.quote)
        typed["start"] = typed["end"] = ""
        if evidence.where == "context":
            typed |= {"start": str(evidence.start), "end": str(evidence.end)}
            line = line_number(lines, evidence.start)
    wrong = {part: errors[f"{field}.{part}"] for part in PARTS if f"{field}.{part}" in errors}
    return InputField(spec, field, typed, evidence, line, wrong)
