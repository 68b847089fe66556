"""The commands and code blocks that the project's pages show."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")),
)
PROGRAM = "python run.py"

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Command:
    """One shown command with the output that the page shows under it."""

    page: str
    line: int
    words: tuple[str, ...]
    """Subcommand and arguments, without `python run.py`."""
    shown: tuple[str, ...] = ()
    needs_server: bool = False

    def __str__(self) -> str:
        return f"{self.page}:{self.line} {' '.join(self.words)}"


def text(page: str) -> str:
    """A page of the repository, which has to be there."""
    return (ROOT / page).read_text("utf-8")


def blocks(page: str, language: str) -> list[tuple[int, str]]:
    """Line number and text of every fenced block in a language."""
    body = text(page)
    return [
        (body.count("\n", 0, found.start(2)) + 1, found[2])
        for found in _BLOCK.finditer(body)
        if found[1] == language
    ]


def console_commands(page: str) -> list[Command]:
    """Commands after `$ ` in console blocks, with what is shown under each."""
    found: list[Command] = []
    for start, block in blocks(page, "console"):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            first, *shown = part.splitlines() or [""]
            command = first.removeprefix("$ ")
            if command.startswith(PROGRAM):
                line = start + block[: block.index(part)].count("\n")
                found.append(_command(page, line, command, tuple(row for row in shown if row.strip())))
    return found


def all_commands(page: str) -> list[Command]:
    """Every `python run.py …` on a page: in blocks of any language, and in the running text."""
    body = text(page)
    lines = [(found.start(2), found[2]) for found in _BLOCK.finditer(body)]
    spans = [(found.start(1), found[1]) for found in _INLINE.finditer(_BLOCK.sub(_blank, body))]
    found = []
    for offset, chunk in lines + spans:
        for row in re.finditer(rf"^(?:\$ )?({re.escape(PROGRAM)}\b.*)$", chunk, re.MULTILINE):
            found.append(_command(page, body.count("\n", 0, offset + row.start()) + 1, row[1]))
    return found


def _blank(block: re.Match[str]) -> str:
    """As many characters, none of them code, so that offsets still hold."""
    return re.sub(r"[^\n]", " ", block[0])


def _command(page: str, line: int, command: str, shown: tuple[str, ...] = ()) -> Command:
    needs_server = "openai" in command or "# needs a model server" in command
    words = shlex.split(command.removeprefix(PROGRAM), comments=True)
    return Command(page, line, tuple(words), shown, needs_server)
