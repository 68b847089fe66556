"""Which column of a generic table is what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from benchmarks.errors import BenchmarkError

CONSTANT = "="
"""An entry that starts with this is the value itself, for every row, not a column's name."""

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "instance id", "source id", "unique id", "row number"),
    "context": ("context", "note", "patient note", "passage", "document"),
    "question": ("question", "query"),
    "label": ("label", "answer", "ground truth", "ground truth answer", "gold", "target"),
    "answer_kind": ("answer kind", "kind", "answer type", "output type"),
    "agreement": ("agreement",),
    "tolerance": ("tolerance",),
    "lower": ("lower", "lower limit"),
    "upper": ("upper", "upper limit"),
    "unit": ("unit", "units"),
    "options": ("options", "choices"),
    "calculator": ("calculator", "calculator id"),
    "name": ("calculator name", "task"),
    "category": ("category",),
    "stored_inputs": ("stored inputs", "relevant entities"),
    "explanation": ("explanation", "ground truth explanation"),
}
"""Column names that need no mapping; case, underscores and hyphens do not matter."""


class ColumnMapping(BaseModel):
    """What is in which column. An entry is a column's name, or a constant that starts with "=".

    `answer_kind` may also be a kind itself ("number"), `tolerance` a number or a percentage, and
    `agreement` a rule, where no column has that name. Options in a cell are separated by "|" or are a JSON
    list. Without `id`, the source id is a hash of the content. Without `label`, labels are None.
    `stored_inputs` are the values that the benchmark itself computed with, and `explanation` is how it says
    that the label follows; only an audit reads them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    id: str | None = None
    context: str
    question: str
    label: str | None = None
    answer_kind: str
    agreement: str | None = None
    tolerance: str | None = None
    lower: str | None = None
    upper: str | None = None
    unit: str | None = None
    options: str | None = None
    calculator: str | None = None
    name: str | None = None
    category: str | None = None
    stored_inputs: str | None = None
    explanation: str | None = None

    @classmethod
    def parse(cls, text: str) -> ColumnMapping:
        """Read a mapping file (.yaml, .yml, .json) or "id=uid,context=note,unit==mg".

        Raises:
            BenchmarkError: unknown or missing entries, or a file that is no mapping.
        """
        if Path(text).suffix.lower() in {".yaml", ".yml", ".json"}:
            return cls._checked(text, _load(Path(text)))
        entries: dict[str, str] = {}
        for part in text.split(","):
            field, separator, column = part.partition("=")
            if not separator or not column.strip():
                raise BenchmarkError("--map", f"{part!r} is not FIELD=COLUMN, as in id=uid,context=note")
            if field.strip() in entries:
                raise BenchmarkError("--map", f"{field.strip()!r} is given twice; give it once")
            entries[field.strip()] = column.strip()
        return cls._checked("--map", entries)

    @classmethod
    def _checked(cls, source: str, entries: dict[str, Any]) -> ColumnMapping:
        try:
            return cls.model_validate(entries)
        except ValidationError as error:
            problems = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
            fields = ", ".join(cls.model_fields)
            raise BenchmarkError(
                source, f"not a column mapping ({problems}); the fields are {fields}"
            ) from None

    @classmethod
    def detect(cls, source: str, columns: tuple[str, ...]) -> ColumnMapping:
        """The mapping of columns that already have standard names.

        Raises:
            BenchmarkError: a necessary column is not recognised, or two could be the same field.
        """
        entries: dict[str, str] = {}
        for field in ALIASES:
            found = [column for column in columns if names(column, field)]
            if len(found) > 1:
                problem = f"columns {' and '.join(map(repr, found))} could both be the {field}"
                raise BenchmarkError(source, f"{problem}; say which with --map {field}={found[0]},…")
            if found:
                entries[field] = found[0]
        missing = [field for field in ("context", "question", "answer_kind") if field not in entries]
        if missing:
            raise BenchmarkError(
                source,
                f"no column for {', '.join(missing)} among {', '.join(map(repr, columns))}; "
                "map them, e.g. --map context=note,question=query,label=gold,answer_kind=number",
            )
        return cls(**entries)


def names(column: str, field: str) -> bool:
    """Whether a column has one of the standard names of a field."""
    return _folded(column) in ALIASES[field]


def _folded(column: str) -> str:
    return " ".join(column.casefold().replace("_", " ").replace("-", " ").split())


def _load(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        value = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except OSError as error:
        raise BenchmarkError(str(path), f"cannot be read: {error.strerror}; check the path") from None
    except (ValueError, yaml.YAMLError) as error:
        raise BenchmarkError(str(path), f"not a mapping file: {error}") from None
    if not isinstance(value, dict):
        raise BenchmarkError(str(path), "not a mapping file; write FIELD: COLUMN lines")
    return value
