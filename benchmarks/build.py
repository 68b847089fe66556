"""From rows of text to instances. Every row becomes an instance or a rejection."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from answers.model import (
    AgreementKind,
    AgreementRule,
    Answer,
    AnswerKind,
    AnswerSpec,
    IncomputableAnswer,
)
from answers.parse import UnparsableAnswer, parse_answer
from benchmarks.errors import RowProblem
from benchmarks.model import Instance, Rejection
from benchmarks.rules import default_rule, rule_from_limits, stated_rule
from benchmarks.table import OpenTable, rejection

ID_LENGTH = 16

KIND_SPELLINGS: dict[str, AnswerKind] = {
    "number": "number",
    "decimal": "number",
    "float": "number",
    "integer": "integer",
    "int": "integer",
    "date": "date",
    "duration": "duration",
    "category": "category",
    "text": "text",
    "string": "text",
}


@dataclass(frozen=True)
class Draft:
    """What a row says, as spelled. `columns` names the column of each field, for messages."""

    source_id: str | None
    context: str
    question: str
    kind: AnswerKind
    label: str | None
    lower: str = ""
    upper: str = ""
    tolerance: str = ""
    agreement: AgreementKind | None = None
    unit: str | None = None
    options: tuple[str, ...] = ()
    calculator: str | None = None
    calculator_name: str | None = None
    category: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def problem(self, part: str, value: str, problem: str) -> RowProblem:
        """A problem with one field of this row."""
        return RowProblem(self.columns.get(part, part), value, problem)


Interpreter = Callable[[Mapping[str, str]], Draft]
"""Reads one row; raises RowProblem."""


Row = tuple[Mapping[str, str], Instance | Rejection]
"""The cells of a data row (none where the row itself is broken), and what became of it."""


def interpreted(table: OpenTable, interpret: Interpreter) -> Iterator[Row]:
    """Every data row in its order. Of rows with the same source id all but the first are rejected."""
    first_rows: dict[bytes, int] = {}  # by a digest of the source id, which may be as long as a note
    for number, row in table.rows():
        if isinstance(row, Rejection):
            yield {}, row
            continue
        try:
            draft = interpret(row)
            instance = build_instance(draft, row)
            digest = hashlib.blake2b(instance.source_id.encode(), digest_size=16).digest()
            first = first_rows.setdefault(digest, number)
            if first != number:
                problem = f"row {first} has the same id; make ids unique"
                raise draft.problem("id", instance.source_id, problem)
            yield row, instance
        except RowProblem as problem:
            yield row, rejection(table.source, number, problem)


def build_instance(draft: Draft, row: Mapping[str, str]) -> Instance:
    """Type the label and settle the agreement rule. Raises RowProblem."""
    for part, value in (("context", draft.context), ("question", draft.question)):
        if not value.strip():
            raise draft.problem(part, value, f"the {part} is empty; fill it in")
    if draft.source_id is not None and not draft.source_id.strip():
        raise draft.problem("id", draft.source_id, "the id is empty; fill it in")
    source_id = draft.source_id or content_hash("", draft.context, draft.question)
    label = None if draft.label is None else _parsed(draft, "label", draft.label)
    limits = (draft.lower, draft.upper)
    return Instance(
        id=content_hash(source_id, draft.context, draft.question),
        source_id=source_id,
        context=draft.context,
        question=draft.question,
        spec=AnswerSpec(
            kind=draft.kind, unit=draft.unit, agreement=_agreement(draft, label), options=draft.options
        ),
        label=label,
        label_text=draft.label or "",
        limits=limits if all(limits) else None,
        calculator=draft.calculator,
        calculator_name=draft.calculator_name,
        category=draft.category,
        row=dict(row),
    )


def content_hash(source_id: str, context: str, question: str) -> str:
    """The id of an instance: 16 hexadecimal digits of a SHA-256 over source id, context and question."""
    content = json.dumps([source_id, context, question], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()[:ID_LENGTH]


def answer_kind(column: str, spelled: str) -> AnswerKind:
    """The kind of a cell. Raises RowProblem with the kinds that exist."""
    kind = KIND_SPELLINGS.get(spelled.strip().casefold())
    if kind is None:
        raise RowProblem(column, spelled, f"not a kind of answer; use one of {', '.join(KIND_SPELLINGS)}")
    return kind


def _parsed(draft: Draft, part: str, text: str) -> Answer:
    try:
        return parse_answer(text, draft.kind, draft.unit, options=draft.options)
    except UnparsableAnswer as error:
        raise draft.problem(part, text, str(error)) from None


def _agreement(draft: Draft, label: Answer | None) -> AgreementRule:
    """What the row states, else what its limits imply, else the default of the kind."""
    implied = _rule_of_limits(draft, label)
    try:
        stated = stated_rule(draft.kind, draft.tolerance.strip(), draft.agreement)
    except ValueError as error:
        raise draft.problem("tolerance", draft.tolerance, str(error)) from None
    return stated or implied or default_rule(draft.kind)


def _rule_of_limits(draft: Draft, label: Answer | None) -> AgreementRule | None:
    """The rule that a row's limits imply, or None where it has none that apply."""
    missing = [part for part in ("lower", "upper") if not getattr(draft, part).strip()]
    if len(missing) == 1:
        raise draft.problem(missing[0], "", "one limit is given without the other; give both or neither")
    if missing or label is None or isinstance(label, IncomputableAnswer):
        return None
    lower, upper = _parsed(draft, "lower", draft.lower), _parsed(draft, "upper", draft.upper)
    try:
        return rule_from_limits(label, lower, upper)
    except ValueError as error:
        raise draft.problem("lower", f"{draft.lower} to {draft.upper}", str(error)) from None
