"""Two votes side by side, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from answers.format import format_answer, format_number
from calculators.model import Derivation, InputValue
from store.records import VoteRecord


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both votes; None where a vote does not have it."""

    field: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        """Whether the votes say different things here."""
        return self.left != self.right


def compare(left: VoteRecord, right: VoteRecord) -> list[Row]:
    """Every field that either vote has: answer, inputs with their quotes, steps, conventions, objections."""
    first, second = dict(_fields(left)), dict(_fields(right))
    return [Row(name, first.get(name), second.get(name)) for name in {**first, **second}]


def _fields(vote: VoteRecord) -> Iterator[tuple[str, str]]:
    if vote.answer is not None:
        yield "answer", format_answer(vote.answer, show_unit=True)
        if vote.answer.kind == "incomputable":
            yield "reason", vote.answer.reason
    if vote.failure is not None:
        yield "failed", vote.failure
    if vote.derivation is not None:
        yield from _derived(vote.derivation)
    for number, objection in enumerate(vote.objections, 1):
        yield f"objection {number}", objection


def _derived(derivation: Derivation) -> Iterator[tuple[str, str]]:
    for value in derivation.inputs:
        yield f"input {value.name}", input_words(value)
        if value.evidence is not None:
            where = f"{value.evidence.where} {value.evidence.start}–{value.evidence.end}"
            yield f"quote for {value.name}", f"“{value.evidence.quote}” ({where})"
    for convention, option in derivation.conventions.items():
        yield f"convention {convention}", option
    yield from _numbered({}, derivation)
    if derivation.code:
        yield "program", derivation.code


def _numbered(seen: dict[str, int], derivation: Derivation) -> Iterator[tuple[str, str]]:
    """The steps; the second one of a name is another field than the first."""
    for step in derivation.steps:
        seen[step.name] = seen.get(step.name, 0) + 1
        again = f" ({seen[step.name]})" if seen[step.name] > 1 else ""
        yield f"step {step.name}{again}", f"{step.expression} = {value_words(step.value, step.unit)}"


def input_words(value: InputValue) -> str:
    """What was read for an input: `≥ 3.5 g/dL at day 2`, `stated absent`, `not mentioned`, `unclear: …`."""
    if value.status == "unclear":
        return f"unclear: {value.doubt}" if value.doubt else "unclear"
    if value.status != "present":
        return _STATUS[value.status]
    at = f" at {value.time}" if value.time else ""
    return f"{_BOUNDS.get(value.bound or '', '')}{value_words(value.value, value.unit)}{at}"


_STATUS: Mapping[str, str] = {"absent": "stated absent", "not_mentioned": "not mentioned"}
_BOUNDS = {"<": "< ", "<=": "≤ ", ">": "> ", ">=": "≥ "}


def value_words(value: bool | float | str | dt.date | None, unit: str | None) -> str:
    """A value with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = format_number(value) if isinstance(value, int | float) else str(value)
    return f"{shown} {unit}" if unit else shown
