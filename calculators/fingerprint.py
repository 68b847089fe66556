"""A hash of what a calculator computes, blind to how its source is laid out.

The code is hashed as a syntax tree in a form of its own, because what `ast.dump` prints differs between
versions of Python.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import lru_cache

from pydantic_core import to_jsonable_python

from calculators import model
from calculators.model import Calculator, InputSpec
from calculators.points import Criterion, PointSum, Rule

Sources = Callable[[str], str | None]
"""The source of a module by its dotted name; None where there is no such module."""

_ROOM = f"{__name__.partition('.')[0]}."
_UNHASHED_FIELDS = frozenset({"version", "formula", "field", "references"})
"""The version is what the hash is held against, and the formula is hashed as code. Where a calculator stands
and whom it cites changes no answer."""

_WITHOUT_MEANING = frozenset({"annotation", "returns", "type_params", "type_comment", "kind", "ctx"})


def fingerprint(calculator: Calculator, sources: Sources) -> str:
    """SHA-256 of a calculator's declared parts and of the code of this room that its formula reaches.

    Comments, docstrings, annotations and formatting leave it as it is.

    Raises:
        ValueError: the formula is no function at the top of a module, where its code could be found.
    """
    code: dict[str, object] = {}
    for function in _functions(calculator):
        module, name = function.__module__, getattr(function, "__qualname__", "")
        reached = reached_code(module, name, sources)
        if not reached:
            raise ValueError(f"{calculator.id}: make its formula {name!r} a function at the top of {module}")
        code |= reached
    declared: dict[str, object] = {
        field.name: to_jsonable_python(getattr(calculator, field.name))
        for field in fields(calculator)
        if field.name not in _UNHASHED_FIELDS and getattr(calculator, field.name) != ""
    }
    if isinstance(calculator.formula, PointSum):
        declared["criteria"] = [_declared(criterion) for criterion in calculator.formula.criteria]
    text = json.dumps([declared, code], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _functions(calculator: Calculator) -> list[Callable[..., object]]:
    """The functions that compute: the formula, or those that some criteria of a point score have."""
    if not isinstance(calculator.formula, PointSum):
        return [calculator.formula]
    return [criterion.function for criterion in calculator.formula.criteria if isinstance(criterion, Rule)]


def _declared(criterion: Criterion) -> list[object]:
    """A criterion's kind and data. Its inputs are the calculator's, which are hashed with it."""
    parts = {
        name: [spec.name for spec in criterion.inputs] if _is_input(value) else to_jsonable_python(value)
        for name, value in ((field.name, getattr(criterion, field.name)) for field in fields(criterion))
        if not callable(value)
    }
    return [type(criterion).__name__, parts]


def _is_input(value: object) -> bool:
    first = value[0] if isinstance(value, tuple) and value else value
    return isinstance(first, InputSpec)


def reached_code(module: str, name: str, sources: Sources) -> dict[str, object]:
    """The definition of a name and of every name that it needs, however indirectly, in canonical form.

    Returns:
        Dotted name → canonical statements; empty where the module does not define the name. Names from
        outside the calculators, and their framework in calculators/model.py, are not followed.
    """
    found: dict[str, object] = {}
    pending = [(module, name)]
    while pending:
        module, name = pending.pop()
        source = sources(module) if module.startswith(_ROOM) and module != model.__name__ else None
        if source is None or f"{module}.{name}" in found:
            continue
        definitions, imports = _top_level(source)
        if name in definitions:
            statements = definitions[name]
            found[f"{module}.{name}"] = [_canonical(statement) for statement in statements]
            for first, attribute in _references(statements):
                pending.append((module, first))
                if first in imports and attribute:
                    pending.append((imports[first], attribute))
        elif name in imports:
            found[f"{module}.{name}"] = imports[name]
            target, _, member = imports[name].rpartition(".")
            pending.append((target, member))
    return found


@lru_cache(maxsize=64)
def _top_level(source: str) -> tuple[dict[str, tuple[ast.stmt, ...]], dict[str, str]]:
    """The statements that make each name of a module, and what its imported names stand for."""
    definitions: dict[str, tuple[ast.stmt, ...]] = {}
    imports: dict[str, str] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            imports.update({alias.asname or alias.name: alias.name for alias in statement.names})
        elif isinstance(statement, ast.ImportFrom):
            imports.update(
                {alias.asname or alias.name: f"{statement.module}.{alias.name}" for alias in statement.names}
            )
        else:
            for name in _made_names(statement):
                definitions[name] = (*definitions.get(name, ()), statement)
    return definitions, imports


def _made_names(statement: ast.stmt) -> set[str]:
    """Names that a statement at the top of a module defines or may change."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    makers: list[ast.AST] = [statement]
    if isinstance(statement, ast.Assign):
        makers = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign):
        makers = [statement.target]
    return {node.id for maker in makers for node in ast.walk(maker) if isinstance(node, ast.Name)}


def _references(statements: tuple[ast.stmt, ...]) -> Iterator[tuple[str, str | None]]:
    """Each name in the statements, annotations left out, with the attribute that is taken of it."""
    pending: list[ast.AST] = list(statements)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            yield node.id, None
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr
        else:
            pending += _parts(node)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name not in _WITHOUT_MEANING:
            parts = value if isinstance(value, list) else [value]
            yield from (part for part in parts if isinstance(part, ast.AST))


def _canonical(value: object) -> object:
    """A syntax tree as lists and texts; fields that are empty are left out, as a new Python may add some."""
    if isinstance(value, ast.Constant):
        return ["Constant", repr(value.value)]
    if isinstance(value, list):
        return [_canonical(part) for part in value if not _is_docstring(part)]
    if not isinstance(value, ast.AST):
        return value
    named = ((name, part) for name, part in ast.iter_fields(value) if name not in _WITHOUT_MEANING)
    return [
        type(value).__name__,
        *([name, _canonical(part)] for name, part in named if part not in (None, [])),
    ]


def _is_docstring(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
