"""What the pages say about the command line is true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from run import cli
from tests.docs.pages import PAGES, ROOT, Command, all_commands, console_commands

WAITING_FOR_PEOPLE = 3

COMMANDS = [command for page in PAGES for command in all_commands(page)]
TOUR = console_commands("README.md")


def options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}


def subcommands(group: click.Group, above: str = "") -> dict[str, click.Command]:
    """Every command by its words: `relabel`, `review`, `review export` and so on."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found[f"{above}{name}"] = command
        if isinstance(command, click.Group):
            found |= subcommands(command, f"{above}{name} ")
    return found


SUBCOMMANDS = subcommands(cli)


@pytest.mark.parametrize("name", sorted(SUBCOMMANDS))
def test_every_subcommand_explains_itself_and_speaks_json(name: str) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert SUBCOMMANDS[name].help
    is_only_a_group = isinstance(SUBCOMMANDS[name], click.Group) and not options(SUBCOMMANDS[name])
    assert is_only_a_group or "--json" in options(SUBCOMMANDS[name])
    undescribed = [
        parameter.name
        for parameter in SUBCOMMANDS[name].params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert undescribed == []


def test_the_program_lists_its_subcommands() -> None:
    shown = subprocess.run(
        [sys.executable, "run.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"^  ([\w-]+)  ", shown, re.MULTILINE)) >= set(cli.commands)


def test_the_readme_takes_a_reader_through_the_main_job() -> None:
    assert {command.words[0] for command in TOUR} >= {"relabel", "trace", "queue", "decide", "export"}


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_every_shown_option_exists(command: Command) -> None:
    name = command.words[0]
    assert name in cli.commands or name.startswith("-")
    if name in cli.commands:
        longest = (" ".join(command.words[:n]) for n in (3, 2, 1))
        meant = next(SUBCOMMANDS[words] for words in longest if words in SUBCOMMANDS)
        used = {word.partition("=")[0] for word in command.words if re.match(r"--?[a-z]", word)}
        assert used <= options(meant) | {"--help", "-h"}


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_tour_of_the_readme_runs_and_prints_what_it_shows(tmp_path: Path) -> None:
    for name in ("run.py", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("STEWARD_")}
    faults: list[str] = []
    for command in TOUR:
        if command.needs_server:
            continue
        done = subprocess.run(
            [sys.executable, "run.py", *command.words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=240,
        )
        printed = {comparable(line) for line in (done.stdout + done.stderr).splitlines()}
        faults += [f"{command}: {line}" for line in command.shown if not is_among(line, printed)]
        if done.returncode not in (0, WAITING_FOR_PEOPLE):
            faults.append(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    assert not faults, "the page shows what the program does not do:\n" + "\n".join(faults)


def is_among(shown: str, printed: set[str]) -> bool:
    """Whether a line was printed; a page may cut a line short, or leave lines out, with an ellipsis."""
    wanted = comparable(shown)
    if wanted.endswith("…"):
        return any(line.startswith(wanted.removesuffix("…")) for line in printed)
    return wanted in printed


def comparable(line: str) -> str:
    """A printed line without what differs from run to run: ids, times, durations, spacing."""
    line = re.sub(r"\b[0-9a-f]{12,64}\b", "ID", line)
    line = re.sub(r"\b\d\d:\d\d:\d\d\b", "TIME", line)
    line = re.sub(r"\b\d+(\.\d+)? ?(ms|s|/s)(?!\w)", "DURATION", line)
    return " ".join(line.split())
