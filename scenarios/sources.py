"""Any file of scenarios or results, by what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from benchmarks.inspect_logs import SUFFIXES as INSPECT_SUFFIXES
from scenarios.documents import JSON_SUFFIXES, RESULTS_LIMIT, YAML_SUFFIXES, loads, read_document, read_text
from scenarios.drafts import Defaults, ImportedPack
from scenarios.errors import PackError
from scenarios.inspect_logs import read_inspect_results
from scenarios.packs import read_pack, shipped_packs
from scenarios.petri import JSONL_SUFFIXES, LINE_SUFFIXES, MARKDOWN_SUFFIX, read_petri_seeds
from scenarios.results import Results
from scenarios.simpleaudit import PYTHON_SUFFIX, read_simpleaudit_pack, read_simpleaudit_results

Format = Literal["pack", "simpleaudit", "simpleaudit-results", "petri", "inspect"]
FORMATS: tuple[Format, ...] = get_args(Format)
LOOKS: Mapping[Format, str] = {
    "pack": "a mapping with name, version and scenarios",
    "simpleaudit": "a list of mappings with name and description, or a mapping that has them as scenarios",
    "simpleaudit-results": "a mapping with results, each with scenario_name and conversation",
    "petri": "a folder of .md files, a .txt or .jsonl file, or a list of texts or of mappings with input",
    "inspect": "an .eval file, or a mapping with eval and samples",
}


def read_source(
    reference: str | Path, kind: Format | None = None, defaults: Defaults | None = None
) -> ImportedPack | Results:
    """Read scenarios, or conversations that are judged already.

    Args:
        reference: the name of a shipped pack, or the path of a file or folder.
        kind: the format; without it, what the file holds says it.
        defaults: what to take for what other tools' scenarios leave open. Our own packs leave nothing open.

    Raises:
        PackError: the format is not recognised, with what was tried; or what the format's reader says.
    """
    path = Path(reference)
    return _READERS[kind or recognised(reference)](path, defaults)


_READERS: Mapping[Format, Callable[[Path, Defaults | None], ImportedPack | Results]] = {
    "pack": lambda path, _: ImportedPack(pack=read_pack(path), remarks=()),
    "simpleaudit": read_simpleaudit_pack,
    "simpleaudit-results": lambda path, _: read_simpleaudit_results(path),
    "petri": read_petri_seeds,
    "inspect": lambda path, _: read_inspect_results(path),
}


def recognised(reference: str | Path) -> Format:
    """The format of a file, by its name where that suffices and else by its shape. Raises PackError."""
    path = Path(reference)
    if str(reference) in shipped_packs():
        return "pack"
    suffix = path.suffix.lower()
    if path.is_dir() or suffix in {MARKDOWN_SUFFIX} | LINE_SUFFIXES | JSONL_SUFFIXES:
        return "petri"
    if suffix == PYTHON_SUFFIX:
        return "simpleaudit"
    if suffix in INSPECT_SUFFIXES - JSON_SUFFIXES:
        return "inspect"
    if suffix not in YAML_SUFFIXES | JSON_SUFFIXES:
        if not path.exists():
            known = ", ".join(shipped_packs())
            raise PackError(str(reference), [f"is no file and no shipped pack; the shipped ones are {known}"])
        raise PackError(str(path), [_unknown(f"its name ends in {suffix!r}")])
    if suffix in JSON_SUFFIXES:
        document = loads(str(path), read_text(path, RESULTS_LIMIT))
    else:
        document = read_document(path)
    if (found := _by_shape(document)) is None:
        raise PackError(str(path), [_unknown(f"it holds {_shape(document)}")])
    return found


def _by_shape(document: Any) -> Format | None:
    if isinstance(document, dict):
        if "eval" in document and "samples" in document:
            return "inspect"
        if isinstance(document.get("results"), list):
            return "simpleaudit-results"
        if "scenarios" in document:
            return "pack" if "version" in document else "simpleaudit"
        return None
    if not isinstance(document, list) or not document:
        return None
    if all(isinstance(row, dict) and "description" in row and "input" not in row for row in document):
        return "simpleaudit"
    return "petri" if all(isinstance(row, str | dict) for row in document) else None


def _unknown(found: str) -> str:
    tried = "; ".join(f"{kind}, {look}" for kind, look in LOOKS.items())
    return f"is of no known format: {found}. Tried were {tried}. Say which one it is, or correct the file"


def _shape(document: Any) -> str:
    if isinstance(document, dict):
        keys = list(document)
        return f"a mapping with the keys {', '.join(keys[:8])}{'…' if len(keys) > 8 else ''}"
    return "an empty list" if document == [] else "neither a mapping nor a list of texts or mappings"
