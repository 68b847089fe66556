"""The calculator that CONTRIBUTING.md shows really is one, and its rooms and files exist."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from calculators import clinical, registry
from tests.docs.pages import ROOT, blocks, text

MODULE = "calculators.clinical.drug_levels"


@pytest.fixture
def shown_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page's first Python block, put where the page says that calculators are found."""
    (_, source), *_ = blocks("CONTRIBUTING.md", "python")
    (tmp_path / "drug_levels.py").write_text(source, "utf-8")
    monkeypatch.setattr(clinical, "__path__", [*clinical.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield source
    sys.modules.pop(MODULE, None)
    vars(clinical).pop("drug_levels", None)


def test_the_shown_calculator_is_found_and_sound(shown_module: str) -> None:
    assert shown_module.count("\n") < 40
    found = {calculator.id for calculator in registry.discover()}
    assert found - {calculator.id for calculator in registry.all_calculators()} == {"corrected_phenytoin"}


def test_the_shown_example_holds(shown_module: str) -> None:
    _, (_, example) = blocks("CONTRIBUTING.md", "python")
    assert example.count("assert") == 2
    exec(compile(example, "CONTRIBUTING.md", "exec"), {})


def test_every_room_is_described_and_every_named_file_exists() -> None:
    page = text("CONTRIBUTING.md")
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    rooms = packages - {"tests", "examples", "perf"}
    assert rooms == set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))
    named = re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", page) + re.findall(r"\]\(([\w./]+)\)", page)
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(named) > 15
