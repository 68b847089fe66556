"""Rows of any table, by a column mapping."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Mapping
from typing import cast, get_args

from answers.model import AgreementKind
from benchmarks.build import KIND_SPELLINGS, Draft, Interpreter, answer_kind
from benchmarks.errors import BenchmarkError, RowProblem
from benchmarks.mapping import CONSTANT, ColumnMapping
from calculators.model import Calculator

_MAY_BE_BARE_CONSTANT = frozenset({"answer_kind", "agreement", "tolerance"})

Cell = Callable[[Mapping[str, str]], str]


def generic_interpreter(
    source: str,
    columns: tuple[str, ...],
    mapping: ColumnMapping,
    by_id: Callable[[str], Calculator | None],
    by_question: Callable[[str], Calculator | None],
    ids: Collection[str],
) -> Interpreter:
    """Reads rows as a mapping says.

    Args:
        source: for messages.
        columns: the table's columns.
        mapping: which column is what.
        by_id: finds a registered calculator by its id.
        by_question: finds the one that a question asks for, where a row names none.
        ids: all that `by_id` finds; a message offers those that a wrong id is close to.

    Raises:
        BenchmarkError: a mapped column does not exist.
    """
    entries: dict[str, str] = mapping.model_dump(exclude_none=True)
    cells = {field: _cell(source, columns, field, entry) for field, entry in entries.items()}

    def get(row: Mapping[str, str], field: str) -> str:
        return cells[field](row) if field in cells else ""

    def interpret(row: Mapping[str, str]) -> Draft:
        named = get(row, "calculator").strip()
        calculator = by_id(named) if named else by_question(get(row, "question"))
        if named and calculator is None:
            raise _unknown_calculator(entries["calculator"], named, ids)
        unit = get(row, "unit").strip()
        return Draft(
            source_id=get(row, "id") if "id" in cells else None,
            context=get(row, "context"),
            question=get(row, "question"),
            kind=answer_kind(entries["answer_kind"], get(row, "answer_kind")),
            label=get(row, "label") if "label" in cells else None,
            lower=get(row, "lower"),
            upper=get(row, "upper"),
            tolerance=get(row, "tolerance"),
            agreement=_agreement_kind(entries.get("agreement", ""), get(row, "agreement")),
            unit=unit or (calculator.answer.unit if calculator else None),
            options=_options(entries.get("options", ""), get(row, "options")),
            calculator=calculator.id if calculator else None,
            calculator_name=get(row, "name") or named or None,
            category=get(row, "category") or None,
            columns=entries,
        )

    return interpret


def _cell(source: str, columns: tuple[str, ...], field: str, entry: str) -> Cell:
    if entry in columns:
        return lambda row: row[entry]
    if entry.startswith(CONSTANT):
        constant = entry.removeprefix(CONSTANT)
        return lambda row: constant
    if field in _MAY_BE_BARE_CONSTANT and _is_bare_constant(field, entry):
        return lambda row: entry
    close = difflib.get_close_matches(entry, columns, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"the columns are {', '.join(map(repr, columns))}"
    raise BenchmarkError(source, f"there is no column {entry!r} for the {field}; {hint}", row=0, column=entry)


def _is_bare_constant(field: str, entry: str) -> bool:
    if field == "answer_kind":
        return entry.casefold() in KIND_SPELLINGS
    if field == "agreement":
        return entry in get_args(AgreementKind)
    return entry[:1] in "+-.0123456789"


def _unknown_calculator(column: str, named: str, ids: Collection[str]) -> RowProblem:
    close = difflib.get_close_matches(named.casefold().replace(" ", "_"), ids, n=3, cutoff=0.5)
    hint = f"close to it are {', '.join(close)}" if close else f"the ids are {', '.join(sorted(ids))}"
    return RowProblem(
        column, named, f"not a registered calculator; {hint}; correct it, or leave the cell empty for none"
    )


def _agreement_kind(column: str, spelled: str) -> AgreementKind | None:
    kind = spelled.strip().casefold()
    if not kind:
        return None
    if kind not in get_args(AgreementKind):
        raise RowProblem(
            column, spelled, f"not an agreement rule; use one of {', '.join(get_args(AgreementKind))}"
        )
    return cast(AgreementKind, kind)


def _options(column: str, spelled: str) -> tuple[str, ...]:
    text = spelled.strip()
    if text.startswith("["):
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise RowProblem(
                column, spelled, f"not a JSON list ({error}); or separate options by |"
            ) from None
        if not all(isinstance(value, str) for value in values):
            raise RowProblem(column, spelled, "options must be texts; quote them")
        return tuple(values)
    return tuple(option.strip() for option in text.split("|") if option.strip())
