"""Prompts are files: front matter, instructions, and a task template. No prompt text lives in Python."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

FOLDER = Path(__file__).parent
_SEPARATOR = "=== task ===\n"
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class PromptError(Exception):
    """A prompt file is malformed, or it was rendered with the wrong variables."""


class FrontMatter(BaseModel):
    """The head of a prompt file. Unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    version: int
    agent: str
    output: str
    variables: tuple[str, ...]


class Prompt(BaseModel):
    """One prompt file: fixed `instructions`, a `task` with variables, the `sha256` of the file's bytes."""

    model_config = ConfigDict(frozen=True)

    meta: FrontMatter
    instructions: str
    task: str
    body: str
    sha256: str

    def render(self, **values: str) -> str:
        """The task text. Raises PromptError for a missing or an undeclared variable.

        Values are put in once: a `{{name}}` inside a value stays as it is. Empty values leave no blank line.
        """
        declared = set(self.meta.variables)
        if missing := declared - values.keys():
            raise PromptError(f"prompt {self.meta.id!r} needs the variable(s) {sorted(missing)}")
        if unknown := values.keys() - declared:
            raise PromptError(f"prompt {self.meta.id!r} does not declare {sorted(unknown)}")
        lines = (_VARIABLE.sub(lambda match: values[match[1]], line) for line in self.task.splitlines())
        return "\n".join(line for line in lines if line.strip())


def prompt_ids() -> tuple[str, ...]:
    """Ids of all prompt files, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.md")))


@cache
def load(prompt_id: str) -> Prompt:
    """Read one prompt file. Raises PromptError with the file's name and what is wrong in it."""
    path = FOLDER / f"{prompt_id}.md"
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise PromptError(f"no prompt {prompt_id!r}; there are {', '.join(prompt_ids())}") from None
    return parse(raw.decode("utf-8"), path.name, hashlib.sha256(raw).hexdigest())


def parse(text: str, name: str, sha256: str) -> Prompt:
    """Split a prompt file into its parts and check them against each other."""
    parts = text.split("---\n", 2)
    if len(parts) != 3 or parts[0]:
        raise PromptError(f"{name}: a prompt starts with front matter between two lines '---'")
    try:
        meta = FrontMatter.model_validate(yaml.safe_load(parts[1]))
    except (yaml.YAMLError, ValidationError) as error:
        raise PromptError(f"{name}: bad front matter: {error}") from error
    instructions, separator, task = parts[2].partition(_SEPARATOR)
    if not separator:
        raise PromptError(f"{name}: the line {_SEPARATOR.strip()!r} between instructions and task is missing")
    if f"{meta.id}.md" != name:
        raise PromptError(f"{name}: the id is {meta.id!r}; id and file name must be the same")
    used = set(_VARIABLE.findall(task))
    if used != set(meta.variables):
        raise PromptError(f"{name}: declares {sorted(meta.variables)} but the task uses {sorted(used)}")
    return Prompt(meta=meta, instructions=instructions.strip(), task=task, body=text, sha256=sha256)
