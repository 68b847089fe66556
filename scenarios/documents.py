"""YAML and JSON files as plain values, without what those formats do behind a writer's back.

What YAML reads as a boolean, a number or a date stays what was written: a language `no` is an error that can
be told, not False. Aliases are refused, since a few of them can stand for gigabytes; so are keys that occur
twice, of which a reader would take the last in silence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from scenarios.errors import PackError

LIMIT = 8 << 20
"""Bytes that a file of scenarios may have; a thousand of them take about two million."""
RESULTS_LIMIT = 128 << 20
"""Bytes that a file of results may have, which holds whole conversations."""
DEPTH = 24
"""Levels of nesting; a pack has five."""
YAML_SUFFIXES = frozenset({".yaml", ".yml"})
JSON_SUFFIXES = frozenset({".json"})
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PREFIX = "tag:yaml.org,2002:"
_KINDS = {"bool": "a boolean", "int": "a number", "float": "a number", "timestamp": "a date"}


class Scalar(NamedTuple):
    """A value that is no text, as it was written."""

    kind: str
    """`a boolean`, `a number`, `a date`."""
    text: str


def read_bytes(path: Path, limit: int = LIMIT) -> bytes:
    """The bytes of a file. Raises PackError where there is none, or it has more than the limit."""
    try:
        if path.exists() and not path.is_file():
            raise PackError(str(path), ["is not a file; give the file itself"])
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, PackError):
            raise
        said = getattr(error, "strerror", None) or error
        raise PackError(str(path), [f"cannot be read: {said}; check the path"]) from None
    if len(content) > limit:
        raise PackError(str(path), [f"has more than {limit:,} bytes, which is the most; split the file"])
    return content


def read_text(path: Path, limit: int = LIMIT) -> str:
    """The text of a file in UTF-8, with or without a byte order mark. Raises PackError."""
    content = read_bytes(path, limit)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"line {line}: byte {content[error.start]:#04x} is no UTF-8; save the file as UTF-8"
        raise PackError(str(path), [problem]) from None


def read_document(path: Path) -> Any:
    """A YAML or JSON file as dicts, lists, texts, None and Scalars.

    Raises:
        PackError: it cannot be read, is too large or too deep, is malformed, or has an alias, a tag or a key
            that occurs twice.
    """
    suffix = path.suffix.lower()
    if suffix not in YAML_SUFFIXES | JSON_SUFFIXES:
        kinds = ", ".join(sorted(YAML_SUFFIXES | JSON_SUFFIXES))
        raise PackError(str(path), [f"the name ends in {suffix!r}; it must end in one of {kinds}"])
    text = read_text(path)
    return parse_yaml(str(path), text) if suffix in YAML_SUFFIXES else parse_json(str(path), text)


def parse_json(source: str, text: str) -> Any:
    """As `read_document`, from text."""
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(_twice(key for key, _ in items))
        return dict(items)

    def number(text: str) -> Scalar:
        return Scalar("a number", text)

    value = loads(
        source, text, object_pairs_hook=pairs, parse_int=number, parse_float=number, parse_constant=number
    )
    if twice:
        raise PackError(source, [f"the key {key!r} occurs twice; keep one of them" for key in twice])
    return _without_booleans(source, value, DEPTH)


def loads(source: str, text: str, **hooks: Any) -> Any:
    """The value of JSON text, as `json.loads` gives it. Raises PackError."""
    try:
        return json.loads(text, **hooks)
    except RecursionError:
        raise PackError(source, [_too_deep()]) from None
    except ValueError as error:
        raise PackError(source, [f"is no JSON: {error}; correct it there"]) from None


def as_texts(value: Any) -> Any:
    """A document in which everything that is no text is the text that was written."""
    if isinstance(value, Scalar):
        return value.text
    if isinstance(value, dict):
        return {key: as_texts(one) for key, one in value.items()}
    return [as_texts(one) for one in value] if isinstance(value, list) else value


def _without_booleans(source: str, value: Any, depth: int) -> Any:
    if isinstance(value, Scalar):
        return value
    if isinstance(value, bool):
        return Scalar("a boolean", json.dumps(value))
    if isinstance(value, dict | list) and depth == 0:
        raise PackError(source, [_too_deep()])
    if isinstance(value, dict):
        return {key: _without_booleans(source, one, depth - 1) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_booleans(source, one, depth - 1) for one in value]
    return value


def parse_yaml(source: str, text: str) -> Any:
    """As `read_document`, from text."""
    try:
        _check_events(source, text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        where = f"line {at.line + 1}, column {at.column + 1}: " if at else ""
        problem = f"{where}is no YAML: {error.problem or error.context}"
        raise PackError(source, [f"{problem}; quote texts that hold ': ', '#' or quotes"]) from None
    except (yaml.YAMLError, ValueError) as error:
        if isinstance(error, PackError):
            raise
        raise PackError(source, [f"is no YAML: {' '.join(str(error).split())}; correct it there"]) from None
    problems: list[str] = []
    value = None if node is None else _value(node, problems)
    if problems:
        raise PackError(source, problems)
    return value


def _check_events(source: str, text: str) -> None:
    """Refuse what must not be built: the parser knows it before anything takes memory."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        where = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
        if isinstance(event, yaml.AliasEvent):
            raise PackError(source, [f"{where}the alias *{event.anchor} is not read; write the value out"])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEPTH:
            raise PackError(source, [f"{where}{_too_deep()}"])
        if documents > 1:
            raise PackError(source, [f"{where}a second document begins; put each into a file of its own"])


def _value(node: yaml.Node, problems: list[str]) -> Any:
    where = f"line {node.start_mark.line + 1}: "
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, problems) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        keys = [key.value if isinstance(key, yaml.ScalarNode) else "" for key, _ in node.value]
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            problems.append(f"{where}a key is a list or a mapping; keys are words")
        problems += [f"{where}the key {key!r} occurs twice; keep one of them" for key in _twice(keys)]
        return {key: _value(item, problems) for key, (_, item) in zip(keys, node.value, strict=True)}
    kind = node.tag.removeprefix(_PREFIX)
    if kind == "str":
        return node.value
    if kind == "null":
        return None
    if kind not in _KINDS:
        problems.append(f"{where}the value {node.value[:40]!r} is {node.tag}; put it in quotes to mean text")
    return Scalar(_KINDS.get(kind, kind), node.value)


def _twice(keys: Iterable[str]) -> list[str]:
    return [key for key, count in Counter(keys).items() if count > 1]


def _too_deep() -> str:
    return f"is nested more than {DEPTH} levels deep; a pack needs five"
