"""The page about packs shows files that are read, and what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.errors import PackError
from scenarios.model import Scenario
from scenarios.packs import read_pack, read_rubric, shipped_packs
from scenarios.sources import FORMATS
from tests.console.harness import invoke
from tests.docs.pages import blocks, console_commands, text

PAGE = "docs/packs.md"


def example(number: int, folder: Path) -> Path:
    path = folder / "example.yaml"
    path.write_text(blocks(PAGE, "yaml")[number][1], "utf-8")
    return path


def test_the_pack_and_the_rubric_of_the_page_are_read(tmp_path: Path) -> None:
    (scenario,) = read_pack(example(0, tmp_path)).scenarios
    assert set(scenario.model_dump(exclude_none=True)) == set(Scenario.model_fields), "it shows every key"
    assert read_rubric(example(1, tmp_path)).points["medium"] == 1.0


def test_the_page_explains_every_key_format_and_pack() -> None:
    page = text(PAGE)
    for name in (*Scenario.model_fields, *FORMATS, *shipped_packs()):
        assert f"| `{name}` | " in page


def test_the_message_of_the_page_is_what_a_user_gets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        "name: p", 'version: "1"', "description: d", "source: s", "scenarios:",
        "  - {name: Debt, description: d, category: c, severity: grave, expected_behavior: [x],",
        "     language: no, source: s}",
    )  # fmt: skip
    (tmp_path / "bad.yaml").write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PackError) as raised:
        read_pack("bad.yaml")
    assert f"\n{raised.value}\n" in text(PAGE)


def test_the_commands_of_the_page_print_what_it_shows() -> None:
    (command,) = console_commands(PAGE)
    assert tuple(invoke(*command.words).out.splitlines()) == command.shown
