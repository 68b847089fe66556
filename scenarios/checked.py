"""A document as a model, with everything that is wrong said in a pack's own words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.documents import Scalar
from scenarios.errors import PackError

Model = TypeVar("Model", bound=BaseModel)
QUOTED = 60
"""Characters of a value that a message quotes."""


def checked(source: str, model: type[Model], document: Any, told: Sequence[str] = ()) -> Model:
    """The model that a document describes.

    Args:
        source: the file, for messages.
        model: Pack or Rubric.
        document: as `read_document` gives it.
        told: problems that are known already, and that the model may find once more as a whole.

    Raises:
        PackError: with every problem.
    """
    if not isinstance(document, dict):
        fields = ", ".join(model.model_fields)
        raise PackError(source, [f"holds {_shape(document)}; write one mapping with the keys {fields}"])
    try:
        found = model.model_validate(document)
    except ValidationError as error:
        # the validator counts valid entries: a list of one that is wrong would be told as empty as well
        details = [one for one in error.errors() if not (one["type"] == "too_short" and one["input"])]
        as_a_whole = [_problem(one, document, model) for one in details if one["type"] == "value_error"]
        others = [_problem(one, document, model) for one in details if one["type"] != "value_error"]
        raise PackError(source, [*others, *(told or as_a_whole)]) from None
    if told:
        raise PackError(source, told)
    return found


def _problem(error: ErrorDetails, document: Mapping[str, Any], model: type[BaseModel]) -> str:
    location = error["loc"]
    place = where(location, document)
    return f"{place}{': ' if place else ''}{_sentence(error, fields_at(model, location))}"


def where(location: Sequence[str | int], document: Any) -> str:
    """`scenario 3 ('Wrong unit'), expected_behavior 2`: the place of a value, in the words of a pack."""
    parts: list[str] = []
    value = document
    for key in location:
        if key == "[key]":  # the validator's word for a mapping's key itself
            continue
        value = value[key] if _has(value, key) else None
        if isinstance(key, str):
            parts.append(" ".join(key.split())[:QUOTED])
            continue
        named = parts.pop() if parts else "entry"
        if named == "scenarios":
            name = value.get("name") if isinstance(value, dict) else None
            parts.append(f"scenario {key + 1}" + (f" ({_quoted(name)})" if isinstance(name, str) else ""))
        else:
            parts.append(f"{named} {key + 1}")
    return ", ".join(parts)


def _has(value: Any, key: str | int) -> bool:
    if isinstance(key, int):
        return isinstance(value, list) and key < len(value)
    return isinstance(value, dict) and key in value


def fields_at(model: type[BaseModel], location: Sequence[str | int]) -> tuple[str, ...]:
    """The fields that the mapping may have in which the last key of a location stands."""
    known: type[BaseModel] | None = model
    for key in location[:-1]:
        if known is not None and isinstance(key, str):
            known = _model_in(known.model_fields[key].annotation) if key in known.model_fields else None
    return tuple(known.model_fields) if known else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one))), None)


def _sentence(error: ErrorDetails, fields: tuple[str, ...]) -> str:
    kind, value = error["type"], error["input"]
    if kind == "missing":
        return "is missing; write it"
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(error["loc"][-1])[:QUOTED], fields, n=1)
        known = f"the keys are {', '.join(fields)}"
        return f"is not a key here; {f'did you mean {close[0]}? ' if close else ''}{known}"
    if isinstance(value, Scalar) and kind in {"string_type", "literal_error"}:
        return f"{value.text[:QUOTED]} is {value.kind} to a reader of the file; put it in quotes to mean text"
    if kind in {"string_too_short", "too_short"} or value is None:
        return "is empty; write it, or leave an optional key out"
    if kind == "string_pattern_mismatch":
        return f"{_quoted(value)} is no language tag; write one such as en, nb or pt-BR"
    if kind == "literal_error":
        return f"{_quoted(value)} is none; use one of {error['ctx']['expected']}"
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    wanted = _WANTED.get(kind)
    return f"is {_shape(value)}; write {wanted}" if wanted else f"{_quoted(value)}: {error['msg']}"


_WANTED = {
    "string_type": "a text",
    "tuple_type": "a list, each entry behind a dash",
    "dict_type": "a mapping, each line KEY: VALUE",
    "model_type": "a mapping, each line KEY: VALUE",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
}


def _shape(value: Any) -> str:
    if isinstance(value, Scalar):
        return f"{value.kind}, {value.text[:QUOTED]}"
    shapes = {dict: "a mapping", list: "a list", tuple: "a list", type(None): "nothing"}
    return shapes.get(type(value), f"the text {_quoted(value)}")


def _quoted(value: Any) -> str:
    text = value.text if isinstance(value, Scalar) else str(value)
    return repr(text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…")
