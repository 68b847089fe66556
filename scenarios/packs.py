"""Packs and rubrics on disk: YAML, or JSON of the same shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.whole import whole_file
from scenarios.checked import checked, where
from scenarios.documents import JSON_SUFFIXES, LIMIT, YAML_SUFFIXES, Scalar, read_document
from scenarios.errors import SHOWN, PackError
from scenarios.model import Pack, Rubric

_HERE = Path(__file__).parent
PACKS = _HERE / "packs"
RUBRICS = _HERE / "rubrics"
DEFAULT_RUBRIC = "default"


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with the program."""
    return _shipped(PACKS)


def shipped_rubrics() -> tuple[str, ...]:
    """The names of the rubrics that come with the program."""
    return _shipped(RUBRICS)


def read_pack(reference: str | Path) -> Pack:
    """Read a pack.

    Args:
        reference: the name of a shipped pack, or the path of a file (.yaml, .yml, .json).

    Raises:
        PackError: there is no such pack, or its file is wrong; with every problem in it.
    """
    path = _path(reference, PACKS, "pack")
    document = read_document(path)
    return checked(str(path), Pack, document, _across_fields(document))


def read_rubric(reference: str | Path) -> Rubric:
    """Read a rubric, as `read_pack` reads packs. Raises PackError."""
    path = _path(reference, RUBRICS, "rubric")
    return checked(str(path), Rubric, _with_numbers(read_document(path)))


def write_pack(pack: Pack, path: Path) -> None:
    """Write a pack, all or nothing; `read_pack` gives back the same.

    Raises:
        PackError: the name says neither YAML nor JSON, or the file would be larger than what is read.
        OSError: it cannot be written.
    """
    fields = pack.model_dump(mode="json", exclude_none=True)
    suffix = path.suffix.lower()
    if suffix in JSON_SUFFIXES:
        text = json.dumps(fields, ensure_ascii=False, indent=2) + "\n"
    elif suffix in YAML_SUFFIXES:
        text = yaml.dump(fields, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    else:
        raise PackError(str(path), ["the name must end in .yaml or .json; choose one"])
    if len(text.encode()) > LIMIT:
        raise PackError(str(path), [f"would have more than {LIMIT:,} bytes; write several smaller packs"])
    with whole_file(path) as file:
        file.write(text)


class _Dumper(yaml.SafeDumper):
    """As the safe one, but for rare line ends, which it writes as they are and a reader takes for blanks."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    rare = any(character in text for character in "\r\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if rare else None)


_Dumper.add_representer(str, _text)


def _shipped(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def _path(reference: str | Path, folder: Path, what: str) -> Path:
    """A shipped name wins over a file of the same name, which `./NAME` still reaches."""
    names = _shipped(folder)
    if str(reference) in names:
        return folder / f"{reference}.yaml"
    path = Path(reference)
    if not path.suffix and not path.exists():
        known = ", ".join(names)
        raise PackError(str(reference), [f"is no shipped {what} and no file; the shipped ones are {known}"])
    return path


def _across_fields(document: Any) -> list[str]:
    """What the model finds only once every single field is right, so that it is told with the rest."""
    scenarios = document.get("scenarios") if isinstance(document, dict) else None
    if not isinstance(scenarios, list):
        return []
    mappings = {at: one for at, one in enumerate(scenarios) if isinstance(one, Mapping)}
    problems = [
        f"{where(('scenarios', at), document)}: has neither test_prompt nor prober_goal; write one of them"
        for at, one in mappings.items()
        if one.get("test_prompt") is None and one.get("prober_goal") is None
    ]
    numbers: dict[str, list[int]] = {}
    for at, one in mappings.items():
        if isinstance(name := one.get("name"), str):
            numbers.setdefault(name.strip(), []).append(at + 1)
    for name, found in numbers.items():
        if len(found) > 1:
            first = " and ".join(map(str, found[:SHOWN])) + (" and more" if len(found) > SHOWN else "")
            problems.append(f"scenarios {first} are all named {name[:60]!r}; names are unique in a pack")
    return problems


def _with_numbers(document: Any) -> Any:
    """A rubric's points as numbers; everything else that is no text stays what was written."""
    if not isinstance(document, dict) or not isinstance(points := document.get("points"), dict):
        return document
    return {**document, "points": {severity: _number(value) for severity, value in points.items()}}


def _number(value: Any) -> Any:
    if not isinstance(value, Scalar) or value.kind != "a number":
        return value
    try:
        return float(value.text)
    except ValueError:  # .inf, 0x10 and 1_000 are numbers to YAML
        return value
