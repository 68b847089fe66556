"""One entry for every format, and an error that says what was tried."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scenarios.drafts import Defaults, ImportedPack
from scenarios.errors import PackError
from scenarios.packs import read_pack
from scenarios.sources import FORMATS, read_source, recognised

THEIRS = [{"name": "a", "description": "b"}]


def test_a_shipped_pack_is_read_by_its_name() -> None:
    found = read_source("clinical_assistant")
    assert isinstance(found, ImportedPack)
    assert found == ImportedPack(pack=read_pack("clinical_assistant"), remarks=())


@pytest.mark.parametrize(
    ("name", "document", "kind"),
    [
        ("a.json", {"name": "p", "version": "1", "scenarios": []}, "pack"),
        ("a.yaml", {"name": "p", "version": "1", "scenarios": []}, "pack"),
        ("a.json", THEIRS, "simpleaudit"),
        ("a.yaml", {"scenarios": THEIRS}, "simpleaudit"),
        ("a.py", None, "simpleaudit"),
        ("a.json", {"results": []}, "simpleaudit-results"),
        ("a.json", ["seed"], "petri"),
        ("a.json", [{"input": "seed", "description": "x"}], "petri"),
        ("a.md", None, "petri"),
        ("a.txt", None, "petri"),
        ("a.jsonl", None, "petri"),
        ("a.eval", None, "inspect"),
        ("a.json", {"eval": {}, "samples": []}, "inspect"),
    ],
)
def test_formats_are_recognised(tmp_path: Path, name: str, document: Any, kind: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(document), "utf-8")
    assert recognised(path) == kind


def test_a_folder_holds_seeds(tmp_path: Path) -> None:
    assert recognised(tmp_path) == "petri"


@pytest.mark.parametrize(
    ("name", "document", "found"),
    [
        ("a.json", {"pack": 1, "summaries": []}, "it holds a mapping with the keys pack, summaries"),
        ("a.json", [], "it holds an empty list"),
        ("a.yaml", "words", "it holds neither a mapping nor a list of texts or mappings"),
        ("a.json", [1, 2], "it holds neither a mapping nor a list of texts or mappings"),
        ("a.parquet", None, "its name ends in '.parquet'"),
    ],
)
def test_what_was_tried_is_said(tmp_path: Path, name: str, document: Any, found: str) -> None:
    path = tmp_path / name
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(PackError) as raised:
        read_source(path)
    told = str(raised.value)
    assert told.startswith(f"{path}: is of no known format: {found}. Tried were pack, a mapping with name")
    assert all(f" {kind}, " in told for kind in FORMATS)


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(PackError, match=r"^nothing: is no file and no shipped pack; the shipped ones are cl"):
        read_source("nothing")
    with pytest.raises(PackError, match=r"^nothing\.json: cannot be read: No such file"):
        read_source("nothing.json")


def test_the_format_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"name": "x", "description": "y", "input": "z"}]), "utf-8")
    given = Defaults(severity="low")
    petri, theirs = (read_source(path, kind, given) for kind in ("petri", "simpleaudit"))
    assert isinstance(petri, ImportedPack)
    assert isinstance(theirs, ImportedPack)
    assert (petri.pack.scenarios[0].prober_goal, theirs.pack.scenarios[0].prober_goal) == ("z", "y")
    with pytest.raises(PackError, match="is no result of SimpleAudit"):
        read_source(path, "simpleaudit-results")
