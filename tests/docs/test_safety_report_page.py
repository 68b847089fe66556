"""The page about safety reports: its commands run, and its table has the sections in their order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.console.harness import invoke
from tests.docs.pages import console_commands, text

PAGE = "docs/safety_report.md"
WAITING_FOR_PEOPLE = 3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_commands_write_the_report_that_the_page_describes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("STEWARD_STORE", raising=False)
    for command in console_commands(PAGE):
        result = invoke(*command.words)
        assert result.code in (0, WAITING_FOR_PEOPLE), result.err
    page = (tmp_path / "safety.html").read_text("utf-8")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in text(PAGE).splitlines() if line[:2] == "| "]
    assert re.findall(r"<h2[^>]*>([^<]+)</h2>", page) == rows[1:]
    assert "say nothing of any model" in page
