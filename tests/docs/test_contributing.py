"""The calculators that CONTRIBUTING.md shows really are some, and its rooms and files exist."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from calculators import clinical, registry
from tests.docs.pages import ROOT, blocks, text


class Shown(NamedTuple):
    """A calculator on the page: its module, its id, and the page's Python block that has its source."""

    module: str
    calculator: str
    block: int
    """The example follows in the next block."""

    @property
    def source(self) -> str:
        return blocks("CONTRIBUTING.md", "python")[self.block][1]

    @property
    def example(self) -> str:
        return blocks("CONTRIBUTING.md", "python")[self.block + 1][1]


@pytest.fixture(
    params=[Shown("drug_levels", "corrected_phenytoin", 0), Shown("pulmonary_embolism", "spesi", 2)],
    ids=lambda shown: shown.calculator,
)
def shown(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """A shown calculator, put where the page says that calculators are found."""
    found: Shown = request.param
    (tmp_path / f"{found.module}.py").write_text(found.source, "utf-8")
    monkeypatch.setattr(clinical, "__path__", [*clinical.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield found
    sys.modules.pop(f"calculators.clinical.{found.module}", None)
    vars(clinical).pop(found.module, None)


def test_a_shown_calculator_is_one_short_file_that_is_found_and_sound(shown: Shown) -> None:
    assert shown.source.count("\n") < 40
    found = {calculator.id for calculator in registry.discover()}
    assert found - {calculator.id for calculator in registry.all_calculators()} == {shown.calculator}


def test_a_shown_example_holds(shown: Shown) -> None:
    assert shown.example.count("assert") >= 2
    exec(compile(shown.example, "CONTRIBUTING.md", "exec"), {})


def test_every_python_block_is_one_that_is_run() -> None:
    assert len(blocks("CONTRIBUTING.md", "python")) == 4


def test_every_room_is_described_and_every_named_file_exists() -> None:
    page = text("CONTRIBUTING.md")
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    rooms = packages - {"tests", "examples", "perf"}
    assert rooms == set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))
    named = re.findall(r"`((?:\w+/)+(?:\w+\.\w+)?)`", page) + re.findall(r"\]\(([\w./]+)\)", page)
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert len(named) > 15
